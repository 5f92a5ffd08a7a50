"""Colours of training crops: equalised lightness, and palettes brought nearer to each other.

:func:`equalised` evens out the lightness of a picture (T2, section 3.4). :class:`Palette` describes
the colours of a set; :meth:`Palette.shift` moves a picture's set towards another, so that sources
that differ in palette can be trained on together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np

from rosetail.arrays import Bytes, Doubles

LEAST_SPREAD = 1.0  # of a channel of Lab; keeps flat sets from being stretched without limit
MOST_STRETCH = 2.0


def equalised(rgb: Bytes) -> Bytes:
    """``rgb``, uint8 [H, W, 3], with the histogram of Y equalised in YUV; hues are kept."""
    yuv = cv2.cvtColor(rgb, cv2.COLOR_RGB2YUV)
    yuv[..., 0] = cv2.equalizeHist(np.ascontiguousarray(yuv[..., 0]))
    return np.asarray(cv2.cvtColor(yuv, cv2.COLOR_YUV2RGB), np.uint8)


@dataclass(frozen=True)
class Palette:
    """Mean and standard deviation (3,) of a set's pixels in CIE Lab (L 0 to 100)."""

    mean: Doubles
    spread: Doubles

    @staticmethod
    def of(pictures: Iterable[Bytes]) -> Palette:
        """The palette of pictures, each counted alike. Raises ValueError without pictures."""
        means, squares = [], []
        for picture in pictures:
            lab = _lab(picture).reshape(-1, 3)
            means.append(lab.mean(0))
            squares.append((lab**2).mean(0))
        if not means:
            raise ValueError("a palette needs pictures")
        mean = np.mean(means, 0)
        return Palette(mean, np.sqrt(np.maximum(np.mean(squares, 0) - mean**2, 0)))

    def shift(self, rgb: Bytes, target: Palette) -> Bytes:
        """``rgb``, a picture of this set, with the set's mean and spread moved to ``target``'s
        (Reinhard and others 2001, "Color transfer between images", of whole sets and in Lab)."""
        stretch = target.spread / np.maximum(self.spread, LEAST_SPREAD)
        stretch = np.clip(stretch, 1 / MOST_STRETCH, MOST_STRETCH)
        lab = (_lab(rgb) - self.mean) * stretch + target.mean
        moved = cv2.cvtColor(lab.astype(np.float32), cv2.COLOR_Lab2RGB)
        return np.clip(np.rint(moved * 255), 0, 255).astype(np.uint8)


def _lab(rgb: Bytes) -> Doubles:
    return cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2Lab).astype(np.float64)
