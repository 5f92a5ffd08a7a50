"""Training targets made from pictures by image processing, all uint8 [H, W, 3] RGB.

Defaults are the published numbers of AnimeGAN (edge-smoothed fakes) and AnimeGANv3 (superpixels,
non-local means and L0 smoothing).
"""

from __future__ import annotations

from functools import partial
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.arrays import Bytes
from rosetail.data.l0 import l0_smooth
from rosetail.errors import ExtraMissing

SuperpixelMethod = Literal["slic", "felzenszwalb"]


def smooth_edges(rgb: Bytes) -> Bytes:
    """Blur the edges of ``rgb``: a fake that teaches a critic to prefer clean lines.

    Canny edges (100, 200), widened to 5 pixels, with a Gaussian blur (5x5): Chen et al.,
    "CartoonGAN" (2018).
    """
    edges = cv2.Canny(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), 100, 200)
    near = cv2.dilate(edges, np.ones((5, 5), np.uint8)) > 0
    return np.where(near[..., None], cv2.GaussianBlur(rgb, (5, 5), 0), rgb)


def salted(rgb: Bytes, share: float, *, seed: int = 0) -> Bytes:
    """Set random pixels of ``rgb`` to white: ``share`` of its area, drawn with replacement, never
    at the border (AnimeGANv3's noise on edge-smoothed drawings)."""
    height, width = rgb.shape[:2]
    rng = np.random.default_rng(seed)
    count = int(share * height * width)
    noisy = rgb.copy()
    noisy[rng.integers(1, height - 1, count), rng.integers(1, width - 1, count)] = 255
    return noisy


def average_superpixels(
    rgb: Bytes, method: SuperpixelMethod = "slic", *, segments: int = 200, min_size: int = 50
) -> Bytes:
    """Replace every superpixel of ``rgb`` by its mean colour.

    ``slic``: about ``segments`` of even size (Achanta et al., 2012). ``felzenszwalb``: scale 5,
    sigma 0.8, at least ``min_size`` pixels each (Felzenszwalb and Huttenlocher, 2004); needs
    scikit-image.
    """
    if rgb.shape[0] < 2 or rgb.shape[1] < 2:
        return rgb.copy()
    labels = superpixels(rgb, segments) if method == "slic" else _felzenszwalb(rgb, min_size)
    return mean_colours(rgb, labels)


def mean_colours(rgb: Bytes, labels: NDArray[Any]) -> Bytes:
    """Set each pixel of ``rgb`` [H, W, 3] to the mean colour of its label in ``labels`` [H, W]."""
    flat = labels.ravel()
    count = np.maximum(np.bincount(flat), 1)
    sums = [np.bincount(flat, weights=channel.ravel()) for channel in np.moveaxis(rgb, -1, 0)]
    means = np.rint(np.stack(sums, axis=-1) / count[:, None]).astype(np.uint8)
    return means[labels]


def sharpen_edges(rgb: Bytes, amount: float) -> Bytes:
    """Steepen the edges of ``rgb`` without halos: amplify the detail (sigma 1) by ``amount`` and
    clamp every pixel to the range of its 3x3 neighbours."""
    around = np.ones((3, 3), np.uint8)
    steep = cv2.addWeighted(rgb, 1 + amount, cv2.GaussianBlur(rgb, (0, 0), 1), -amount, 0)
    return np.clip(steep, cv2.erode(rgb, around), cv2.dilate(rgb, around))


def remove_texture(rgb: Bytes, *, published: bool = False) -> Bytes:
    """Remove texture: non-local means (h 7, hColor 6), then L0 smoothing (lambda 0.005).

    ``published`` reproduces the authors' code: it passes RGB to a filter for BGR and smooths with
    periodic borders. The published 6x7 windows are 7x7 here, since OpenCV makes them odd.
    """
    denoise = partial(
        cv2.fastNlMeansDenoisingColored,
        dst=None,
        h=7,
        hColor=6,
        templateWindowSize=7,
        searchWindowSize=7,
    )
    if published:
        return l0_smooth(np.asarray(denoise(rgb), np.uint8), 0.005, periodic=True)
    bgr = cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR)
    return l0_smooth(cv2.cvtColor(denoise(bgr), cv2.COLOR_BGR2RGB), 0.005)  # type: ignore[arg-type]


def superpixels(rgb: Bytes, segments: int) -> NDArray[np.int32]:
    """Labels [H, W] from 0 of about ``segments`` SLIC superpixels in Lab, ten iterations; small
    fragments are merged into their neighbours."""
    side = max(1, round((rgb.shape[0] * rgb.shape[1] / segments) ** 0.5))
    lab = cv2.cvtColor(cv2.GaussianBlur(rgb, (3, 3), 0), cv2.COLOR_RGB2LAB)
    slic = cv2.ximgproc.createSuperpixelSLIC(lab, cv2.ximgproc.SLIC, side, 10.0)
    slic.iterate(10)
    slic.enforceLabelConnectivity(25)
    return slic.getLabels()  # type: ignore[return-value]


def _felzenszwalb(rgb: Bytes, min_size: int) -> NDArray[np.int64]:
    try:
        from skimage.segmentation import felzenszwalb
    except ImportError as cause:
        raise ExtraMissing("Felzenszwalb segmentation") from cause
    labels: NDArray[np.int64] = felzenszwalb(rgb, scale=5, sigma=0.8, min_size=min_size)
    return labels
