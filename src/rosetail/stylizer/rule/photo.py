"""What the rule reads from a photograph once: colours, smooth colours, edges and the person."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from rosetail.arrays import Bytes, Floats
from rosetail.faces.person import person_mask
from rosetail.stylizer.rule.fields import Flow, blur, edge_flow, to_lab, to_rgb, without_texture
from rosetail.stylizer.rule.shapes import shape

TEXTURE = 0.026  # eye distances: detail below is texture
STEP = 0.02  # eye distances: one step along the flow
MASK_SIDE = 384  # pixels of the picture in which the person is looked for
LIKELY = 0.6  # least probability of a person
LEAST_RANGE = 20.0  # L: pictures with less are left as they are
BLACK, WHITE, PULL = 3.0, 98.0, 0.7  # L that the darkest and lightest pixels move towards


@dataclass(frozen=True)
class PhotoFields:
    """A photograph, [H, W, 3] in CIELAB, at the size at which it is drawn.

    Attributes:
        lab: exposure balanced. smooth: the same without texture. natural: L as photographed.
        flow: directions of the edges.
        person: where a person is, 0..1, with a clean contour.
        unit: length in pixels that all lengths of the rule refer to: the distance between the
            eyes, or one that suits the picture's size.
    """

    lab: Floats
    smooth: Floats
    natural: Floats
    flow: Flow
    person: Floats
    unit: float

    @property
    def size(self) -> tuple[int, int]:
        """(height, width)."""
        return self.lab.shape[0], self.lab.shape[1]


def read_photo(rgb: Bytes, unit: float, surely: Floats | None = None) -> PhotoFields:
    """Read ``rgb``, uint8 [H, W, 3]. ``surely`` [H, W] is where a person surely is (0..1)."""
    lab = to_lab(rgb.astype(np.float32) / np.float32(255))
    natural = lab[..., 0].copy()
    lab[..., 0] = balanced(natural)
    smooth = to_lab(without_texture(to_rgb(lab), TEXTURE * unit))
    flow = edge_flow(blur(lab, 0.008 * unit), 0.022 * unit, STEP * unit)
    return PhotoFields(lab, smooth, natural, flow, _person(rgb, smooth, unit, surely), unit)


def balanced(lightness: Floats) -> Floats:
    """L with the darkest pixels near black and the lightest near white, if they are close to it."""
    low, high = np.percentile(lightness[::2, ::2], [0.5, 99.5])
    to_low = low + (BLACK - low) * PULL * (low < 30)
    to_high = high + (WHITE - high) * PULL * (high > 70)
    if high - low < LEAST_RANGE:
        return lightness
    stretch = (to_high - to_low) / (high - low)
    return np.clip((lightness - low) * stretch + to_low, 0, 100, dtype=np.float32)


def _person(rgb: Bytes, smooth: Floats, unit: float, surely: Floats | None) -> Floats:
    """The person with a contour at the picture's edges."""
    height, width = rgb.shape[:2]
    scale = min(1.0, MASK_SIDE / max(height, width))
    small = max(1, round(width * scale)), max(1, round(height * scale))
    coarse = person_mask(np.asarray(cv2.resize(rgb, small, interpolation=cv2.INTER_AREA), np.uint8))
    likely = blur(np.asarray(cv2.resize(coarse, (width, height))), 0.012 * unit)
    radius = max(2, round(0.07 * unit))
    guide = smooth[..., 0] / np.float32(100)
    likely = np.asarray(cv2.ximgproc.guidedFilter(guide, likely, radius, 4e-4), np.float32)
    if surely is not None:
        likely = np.maximum(likely, np.float32(0.9) * surely)
    return shape(likely > LIKELY, 0.015 * unit, (0.2 * unit) ** 2)
