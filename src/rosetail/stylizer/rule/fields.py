"""Pictures as float fields: CIELAB, blurs inside a mask, and smoothing along the edges.

The direction of edges comes from the smoothed structure tensor, as in Kyprianidis and Döllner,
"Image Abstraction by Structure Adaptive Filtering" (2008).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.arrays import Floats

COARSE = 6.0  # pixels: blurs with more sigma run on a reduced picture


def to_lab(rgb: Floats) -> Floats:
    """sRGB in [0, 1] to CIELAB (L 0..100), [H, W, 3]."""
    return np.asarray(cv2.cvtColor(np.asarray(rgb, np.float32), cv2.COLOR_RGB2LAB), np.float32)


def to_rgb(lab: Floats) -> Floats:
    """CIELAB to sRGB in [0, 1]; colours outside sRGB are clipped."""
    rgb = cv2.cvtColor(np.asarray(lab, np.float32), cv2.COLOR_LAB2RGB)
    return np.clip(np.asarray(rgb, np.float32), 0, 1)


def blur(values: NDArray[Any], sigma: float) -> Floats:
    """Gaussian blur of [H, W] or [H, W, C], masks too; sigma in pixels."""
    values = np.asarray(values, np.float32)
    sigma = max(sigma, 0.3)
    if sigma <= COARSE:
        return _gaussian(values, sigma)
    height, width = values.shape[:2]
    small, rest = _reduced(values, sigma)
    return np.asarray(
        cv2.resize(_gaussian(small, rest), (width, height), interpolation=cv2.INTER_LINEAR)
    )


def masked_blur(values: NDArray[Any], mask: NDArray[Any], sigma: float) -> Floats:
    """Mean of ``values`` ([H, W] or [H, W, C]) inside ``mask`` [H, W] around every pixel.

    Far from the mask it goes to the mean of all that is inside.
    """
    values, mask = np.asarray(values, np.float32), np.asarray(mask, np.float32)
    height, width = values.shape[:2]
    weights = mask if values.ndim == 2 else mask[..., None]
    inside, rest = _reduced(values * weights, sigma)
    share, _ = _reduced(mask, sigma)
    total = float(share.sum())
    if total == 0:
        return blur(values, sigma)
    whole = np.asarray(inside.sum((0, 1)) / total, np.float32)
    inside, share = (_gaussian(each, rest) for each in (inside, share))
    if values.ndim == 3:
        share = share[..., None]
    few = np.float32(2e-3)
    mean = np.asarray((inside + few * whole) / (share + few), np.float32)
    if mean.shape[:2] == (height, width):
        return mean
    return np.asarray(cv2.resize(mean, (width, height), interpolation=cv2.INTER_LINEAR))


def _gaussian(values: Floats, sigma: float) -> Floats:
    return np.asarray(cv2.GaussianBlur(values, (0, 0), sigma), np.float32)


def _reduced(values: Floats, sigma: float) -> tuple[Floats, float]:
    """``values`` at a size at which a blur of ``sigma`` pixels is cheap, and its sigma there."""
    if sigma <= COARSE:
        return values, max(sigma, 0.3)
    height, width = values.shape[:2]
    factor = max(2, int(sigma / 3))
    size = max(4, width // factor), max(4, height // factor)
    small = cv2.resize(values, size, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32), sigma * size[0] / width


class Flow(NamedTuple):
    """Maps [H, W] (x, y) of where one ``step`` of pixels forwards and backwards along the edges
    leads."""

    forward: tuple[Floats, Floats]
    backward: tuple[Floats, Floats]
    step: float


def edge_flow(lab: Floats, sigma: float, step: float) -> Flow:
    """The directions in which ``lab`` [H, W, 3] changes least, averaged over ``sigma`` pixels."""
    xx = np.zeros(lab.shape[:2], np.float32)
    xy, yy = xx.copy(), xx.copy()
    for channel in cv2.split(lab):
        dx = cv2.Scharr(channel, cv2.CV_32F, 1, 0, scale=1 / 32)
        dy = cv2.Scharr(channel, cv2.CV_32F, 0, 1, scale=1 / 32)
        xx += dx * dx
        xy += dx * dy
        yy += dy * dy
    xx, xy, yy = (blur(each, sigma) for each in (xx, xy, yy))
    # The tangent's angle is half that of the tensor's doubled angle, turned by a right angle.
    doubled = cv2.phase(xx - yy, 2 * xy)
    along_x, along_y = cv2.polarToCart(np.ones_like(doubled), doubled / 2 + np.float32(np.pi / 2))
    y, x = np.mgrid[: lab.shape[0], : lab.shape[1]].astype(np.float32)
    step_x, step_y = step * along_x, step * along_y
    return Flow((x + step_x, y + step_y), (x - step_x, y - step_y), step)


def along(values: Floats, flow: Flow, sigma: float) -> Floats:
    """``values`` [H, W] or [H, W, C] averaged along the edges, with ``sigma`` pixels.

    Each pass mixes a pixel with those a step ahead and a step behind; many passes make a Gaussian
    that bends with the flow. A tangent's sign does not matter, since both ways count alike.
    """
    values = np.asarray(values, np.float32)
    border = cv2.BORDER_REPLICATE
    for _ in range(max(1, round(1.5 * (sigma / flow.step) ** 2))):
        ahead = cv2.remap(values, *flow.forward, cv2.INTER_LINEAR, borderMode=border)
        behind = cv2.remap(values, *flow.backward, cv2.INTER_LINEAR, borderMode=border)
        cv2.add(ahead, behind, dst=ahead)
        values = cv2.addWeighted(values, 1 / 3, ahead, 1 / 3, 0)  # type: ignore[assignment]
    return values


def without_texture(photo: Floats, sigma: float) -> Floats:
    """Rolling guidance (Zhang and others 2014) of sRGB [H, W, 3]: detail smaller than ``sigma``
    pixels is gone, larger edges stay. It runs at half the size."""
    height, width = photo.shape[:2]
    small_size = max(8, width // 2), max(8, height // 2)
    small = cv2.resize(photo, small_size, interpolation=cv2.INTER_AREA)
    smooth = cv2.ximgproc.rollingGuidanceFilter(
        small,
        d=2 * round(1.25 * sigma / 2) + 1,
        sigmaColor=0.09,
        sigmaSpace=sigma / 2,
        numOfIter=3,
    )
    large = cv2.resize(smooth, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.clip(np.asarray(large, np.float32), 0, 1)
