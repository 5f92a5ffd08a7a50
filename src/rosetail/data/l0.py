"""L0 gradient smoothing: few edges, with their contrast preserved.

Xu, Lu, Xu and Jia, "Image Smoothing via L0 Gradient Minimization" (2011): minimise
sum |S - I|^2 + weight * (number of pixels with a gradient) by alternately thresholding the
gradients and solving for S, with increasing coupling. OpenCV has it too (``ximgproc.l0Smooth``),
but version 5.0 bleeds light in from the borders and changes the mean.

By default the picture is mirrored at its borders, so the solver is a cosine transform. The paper's
code uses periodic borders and a Fourier transform.
"""

from __future__ import annotations

import cv2
import numpy as np

from rosetail.arrays import Bytes, Floats

COUPLING = 1e5  # final value; the first is twice the weight
FASTER = 2.0  # factor from one coupling to the next


def l0_smooth(rgb: Bytes, weight: float = 0.005, *, periodic: bool = False) -> Bytes:
    """Flatten low contrasts in ``rgb`` (uint8 [H, W, 3]); a larger ``weight`` flattens more."""
    return _periodic(rgb, weight) if periodic else _mirrored(rgb, weight)


def _periodic(rgb: Bytes, weight: float) -> Bytes:
    picture = np.moveaxis(rgb / 255.0, -1, 0)
    height, width = picture.shape[1:]
    down = 2 - 2 * np.cos(2 * np.pi * np.fft.fftfreq(height))
    across = 2 - 2 * np.cos(2 * np.pi * np.fft.rfftfreq(width))
    stiffness = down[:, None] + across
    known, coupling = np.fft.rfft2(picture), 2 * weight
    while coupling < COUPLING:
        slopes = np.stack([np.roll(picture, -1, axis) - picture for axis in (2, 1)])
        slopes[:, :, (slopes**2).sum((0, 1)) < weight / coupling] = 0
        bent = sum(np.roll(each, 1, axis) - each for each, axis in zip(slopes, (2, 1), strict=True))
        solved = (known + coupling * np.fft.rfft2(bent)) / (1 + coupling * stiffness)
        picture = np.fft.irfft2(solved, s=(height, width))
        coupling *= FASTER
    return np.clip(np.rint(np.moveaxis(picture, 0, -1) * 255), 0, 255).astype(np.uint8)


def _mirrored(rgb: Bytes, weight: float) -> Bytes:
    height, width = rgb.shape[:2]
    # The cosine transform requires even sizes.
    even = np.pad(rgb, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    planes = [plane / np.float32(255) for plane in np.moveaxis(even, -1, 0)]
    known = [cv2.dct(plane) for plane in planes]
    stiffness = _stiffness(even.shape[0])[:, None] + _stiffness(even.shape[1])
    coupling = 2 * weight
    while coupling < COUPLING:
        slopes = [_slopes(plane) for plane in planes]
        strength = np.sum([across * across + down * down for across, down in slopes], axis=0)
        kept = (strength >= weight / coupling).astype(np.float32)
        scale = 1 / (1 + np.float32(coupling) * stiffness)
        planes = [
            cv2.idct((first + np.float32(coupling) * cv2.dct(_bent(*slope, kept))) * scale)
            for first, slope in zip(known, slopes, strict=True)
        ]
        coupling *= FASTER
    smooth = np.clip(np.rint(np.stack(planes, axis=-1) * 255), 0, 255).astype(np.uint8)
    return smooth[:height, :width]


def _stiffness(count: int) -> Floats:
    """Eigenvalues [count] of the negated second difference, mirrored at both ends."""
    return (2 - 2 * np.cos(np.pi * np.arange(count) / count)).astype(np.float32)


def _slopes(plane: Floats) -> tuple[Floats, Floats]:
    """Forward differences in x and y, 0 at the far ends."""
    across, down = np.zeros_like(plane), np.zeros_like(plane)
    np.subtract(plane[:, 1:], plane[:, :-1], out=across[:, :-1])
    np.subtract(plane[1:], plane[:-1], out=down[:-1])
    return across, down


def _bent(across: Floats, down: Floats, kept: Floats) -> Floats:
    """Negated divergence of the kept slopes: the adjoint of :func:`_slopes`."""
    across, down = across * kept, down * kept
    bent = -(across + down)
    bent[:, 1:] += across[:, :-1]
    bent[1:] += down[:-1]
    return bent
