"""Brows as one dark shape each: as the photograph shows them, held to the mesh."""

from __future__ import annotations

import cv2
import numpy as np

from rosetail.arrays import Floats
from rosetail.stylizer.rule.face_shape import BROWS
from rosetail.stylizer.rule.fields import blur
from rosetail.stylizer.rule.head import SeenHead
from rosetail.stylizer.rule.looks import RuleLook
from rosetail.stylizer.rule.shapes import Flags, components, disc, drop_small, grown, select, steep
from rosetail.stylizer.rule.strokes import Path, curve
from rosetail.stylizer.rule.window import PaintWindow

SMOOTH = 0.016  # units
ARC_WIDTH = 0.075


def paint_brows(picture: Floats, head: SeenHead, look: RuleLook) -> None:
    """Paint both brows on ``picture`` (CIELAB, changed in place)."""
    for number, (upper, lower) in enumerate(BROWS):
        q = head.face.points
        edges = q[upper], q[lower]
        window = PaintWindow(picture, np.concatenate(edges), 0.16 * head.face.distance)
        mask, seen = _shape(window, head, number, edges, look)
        window.put(
            mask * np.float32(0.95) * (1 - window.cut(head.glasses)),
            _colour(window, head, mask, seen),
        )


def _shape(
    window: PaintWindow, head: SeenHead, number: int, edges: tuple[Path, Path], look: RuleLook
) -> tuple[Floats, bool]:
    """The brow's mask, and whether the photograph shows it."""
    unit, sigma = head.face.distance, SMOOTH * head.face.distance
    polygon = window.polygon(curve(np.concatenate([edges[0], edges[1][::-1]]), 60, closed=True))
    dark = _dark(window, head, number, edges, polygon)
    inside = polygon > 0.5
    cover = (dark & (polygon > 0.3)).sum() / max((polygon > 0.3).sum(), 1)
    share = dark.sum() / max(inside.sum(), 1)
    if not (cover > 0.30 and 0.5 < share < 1.9):
        t = np.linspace(0, 1, 40)
        wide = ARC_WIDTH * unit * np.interp(t, [0, 0.15, 0.6, 1], [0.35, 0.8, 1.0, 0.75])
        return window.stroke(curve((edges[0] + edges[1]) / 2, 40), wide), False
    overlap = (dark & inside).sum() / max((dark | inside).sum(), 1)
    trust = float(np.clip((overlap - 0.35) / 0.3, 0, 1))
    # Mixed with the mesh's brow, so that gaps close.
    own, mesh = blur(dark, sigma), blur(polygon, sigma)
    mask = steep((0.42 + 0.33 * trust) * own + (0.66 - 0.28 * trust) * mesh, sigma)
    if look.young:
        mask = steep(0.96 * blur(mask, 1.1 * sigma), 1.1 * sigma)
    return mask, True


def _dark(
    window: PaintWindow, head: SeenHead, number: int, edges: tuple[Path, Path], polygon: Floats
) -> Flags:
    """Pixels near the mesh's brow that are darker than skin there."""
    unit = head.face.distance
    room = grown(polygon > 0.5, 0.05 * unit) & _between_ends(window, edges, unit)
    eye = grown(window.cut(head.features.eyes[number]) > 0.5, 0.035 * unit)
    lightness = blur(window.cut(head.photo.lab)[..., 0], 0.022 * unit)
    darker = window.cut(head.light.light) - lightness
    inside = darker[polygon > 0.6]
    depth = float(np.percentile(inside, 75)) if inside.size else 0.0
    dark = room & (darker > max(5.0, 0.48 * depth)) & ~eye & (window.cut(head.glasses) < 0.5)
    dark = drop_small(dark, (0.05 * unit) ** 2)
    # Opened, so that frowns do not drip into the lid.
    dark = cv2.morphologyEx(dark.astype(np.uint8), cv2.MORPH_OPEN, disc(0.014 * unit)) > 0
    labels, areas = components(dark, 8)
    overlap = np.bincount(labels[polygon > 0.5], minlength=len(areas))
    return select(labels, overlap > 0.05 * (polygon > 0.5).sum())


def _between_ends(window: PaintWindow, edges: tuple[Path, Path], unit: float) -> Flags:
    """The window between the brow's ends, with a little room."""
    upper, lower = edges
    axis = upper[-1] + lower[-1] - upper[0] - lower[0]
    axis = axis / (np.hypot(*axis) + 1e-6)
    start, end = ((upper[i] + lower[i]) / 2 @ axis for i in (0, -1))
    x, y = window.grid()
    along = x * np.float32(axis[0]) + y * np.float32(axis[1])
    return np.asarray((along > start - 0.05 * unit) & (along < end + 0.05 * unit))


def _colour(window: PaintWindow, head: SeenHead, mask: Floats, seen: bool) -> Floats:
    middle = head.light.middle
    pixels = window.cut(head.photo.lab)[mask > 0.7]
    own = np.median(pixels, axis=0) if len(pixels) > 10 else np.array([middle * 0.5, 6, 8])
    if seen:
        return np.array(
            [np.clip(0.42 * own[0] - 1, 5, 0.66 * middle), 0.85 * own[1] + 1, 0.85 * own[2] + 0.5],
            np.float32,
        )
    dark = float(np.clip(0.66 * min(own[0], 0.75 * middle), 10, 0.58 * middle))
    hair = head.regions.hair_tone
    if hair is not None:
        dark = float(np.clip(0.5 * dark + 0.35 * hair.middle[0], 12, 0.60 * middle))
    return np.array([dark, 0.12 * middle + 1, 0.20 * middle + 0.5], np.float32)
