"""Lips by their contour and colour, the seam between them, and teeth in an open mouth."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from rosetail.arrays import Floats
from rosetail.stylizer.rule.face_shape import (
    LOWER_INNER,
    LOWER_LIP,
    UPPER_INNER,
    UPPER_LIP,
)
from rosetail.stylizer.rule.fields import blur
from rosetail.stylizer.rule.head import SeenHead
from rosetail.stylizer.rule.looks import RuleLook
from rosetail.stylizer.rule.shapes import disc, drop_small, grown, steep
from rosetail.stylizer.rule.strokes import Path, curve, smooth_path
from rosetail.stylizer.rule.window import PaintWindow, shade

OPEN = 0.035  # eye distances between the lips
SEAM = [(78, 78), (191, 95), (80, 88), (81, 178), (82, 87), (13, 14), (312, 317), (311, 402),
        (310, 318), (415, 324), (308, 308)]  # fmt: skip
WEIGHTS = np.array([0.5, 1, 0.6], np.float32)  # of L, a, b in telling lips from skin


@dataclass(frozen=True)
class LipColours:
    """``lips``: to paint; ``photo``, ``skin``: in the photograph; ``painted``: 0..1, lipstick."""

    lips: Floats
    photo: Floats
    skin: Floats
    painted: float


def paint_lips(picture: Floats, head: SeenHead, lit: Floats, look: RuleLook) -> None:
    """Paint the mouth on ``picture``; ``lit`` [H, W, 3] is the tone of lit skin."""
    q, unit = head.face.points, head.face.distance
    window = PaintWindow(picture, q[[*UPPER_LIP, *LOWER_LIP]], 0.15 * unit)
    mouth = window.cut(head.features.mouth)
    gap = float(np.hypot(*(q[13] - q[14]))) / unit
    colours = _colours(window, head, lit, look)
    mask = _outline(window, head, colours)
    seam = _seam(q)
    _put_lips(window, head, mask, colours, seam, look)
    if gap > OPEN:
        _open_mouth(window, head, mouth, colours, gap)
    _lines(window, head, seam, colours, gap, look)
    if not look.young:
        border = np.clip(mask - cv2.erode(mask, np.ones((3, 3))), 0, 1)
        strength = np.float32(0.10 + 0.65 * colours.painted)
        window.put(
            np.clip(1.5 * blur(border, 0.6), 0, 1) * strength, shade(colours.lips, 0.5, (0, 2, 0))
        )


def _colours(window: PaintWindow, head: SeenHead, lit: Floats, look: RuleLook) -> LipColours:
    red = (window.cut(head.features.lips) > 0.7) & (window.cut(head.features.mouth) < 0.2)
    lab = window.cut(head.photo.lab)
    if red.sum() < 10:
        red = window.cut(head.features.lips) > 0.3
    photo = np.median(lab[red], axis=0)
    skin = np.median(window.cut(lit)[red], axis=0)
    own_skin = head.regions.skin_tone.middle.astype(np.float64)
    apart = float(np.hypot(*(photo[1:] - own_skin[1:])))
    painted = float(np.clip((apart - 7) / 13, 0, 1))
    moved = skin + (photo - own_skin) * (1, 1.05, 1.05)
    strong = np.array(
        [np.clip(moved[0], min(skin[0] - 17, moved[0] + 6), skin[0] - 5),
         max(1.08 * moved[1], skin[1] + 4), 0.0]
    )  # fmt: skip
    strong[2] = max(moved[2], 0.5 * strong[1] * (1 - 0.6 * painted))
    level = np.clip(moved[0], skin[0] - 22, skin[0] - 14) + (3 if look.young else 0)
    coloured = np.clip((np.hypot(*own_skin[1:]) - 4) / 6, 0, 1)
    bare = np.array([level, skin[1] + 9.5 * coloured, skin[2]])
    lips = strong * painted + (1 - painted) * (0.35 * strong + 0.65 * bare)
    if coloured < 0.5:
        lips[1:] = skin[1:]
    return LipColours(
        lips.astype(np.float32), photo.astype(np.float32), own_skin.astype(np.float32), painted
    )


def _outline(window: PaintWindow, head: SeenHead, colours: LipColours) -> Floats:
    """The mesh's lips; with lipstick its colour decides, since the mesh can be a little off."""
    unit = head.face.distance
    lips, mouth = window.cut(head.features.lips), window.cut(head.features.mouth)
    smooth = blur(window.cut(head.photo.lab), 0.008 * unit)
    to_lips, to_skin = (
        np.sqrt((((smooth - colour) * WEIGHTS) ** 2).sum(-1))
        for colour in (colours.photo, colours.skin)
    )
    evidence = to_skin / (to_lips + to_skin + np.float32(1e-3))
    room = grown(lips > 0.5, 0.05 * unit)
    apart = float(np.hypot(*(colours.photo[1:] - colours.skin[1:])))
    trust = np.float32(0.75 * np.clip((apart - 10) / 8, 0, 1))
    seen = np.clip(4 * (evidence - 0.5) + 0.5, 0, 1) * room
    whole = np.maximum(trust * seen + (1 - trust) * lips, mouth)
    return steep(blur(np.asarray(whole, np.float32), 0.012 * unit), 0.012 * unit)


def _seam(q: Path) -> Path:
    """The line where the lips meet, from corner to corner."""
    middle = np.array([(q[a] + q[b]) / 2 for a, b in SEAM])
    start, end = (0.6 * q[corner] + 0.4 * p for corner, p in ((61, middle[0]), (291, middle[-1])))
    return curve(np.concatenate([[start], middle[1:-1], [end]]), 60)


def _axes(q: Path) -> tuple[Path, Path, float]:
    """Unit vectors along the mouth and down, and its width."""
    across = q[291] - q[61]
    wide = float(np.hypot(*across))
    along = across / wide
    return along, np.array([-along[1], along[0]]), wide


def _put_lips(
    window: PaintWindow,
    head: SeenHead,
    mask: Floats,
    colours: LipColours,
    seam: Path,
    look: RuleLook,
) -> None:
    """Both lips, the upper one darker, a soft light on the lower."""
    q, unit = head.face.points, head.face.distance
    along, down, wide = _axes(q)
    opacity = (0.62 + 0.38 * colours.painted) * (0.9 if look.young else 1)
    window.put(mask * np.float32(opacity), colours.lips)
    upper = window.polygon(np.concatenate([seam, (seam - down * 0.4 * unit)[::-1]]))
    window.put(
        upper * mask * np.float32(0.4 if look.young else 0.55),
        shade(colours.lips, 0.80, (0, 1, -1)),
    )
    height = float(np.hypot(*(q[17] - q[14])))
    if height > 0.05 * unit:
        t = np.linspace(-1, 1, 30)
        middle = (q[17] + q[14]) / 2 - down * height * 0.10
        line = middle + np.outer(t * wide * 0.17, along) - np.outer(t**2 * height * 0.10, down)
        light = window.stroke(line, 0.26 * height * np.sqrt(np.clip(1 - t**2, 0.01, 1)))
        bright = colours.lips * (1, 0.85, 0.85)
        bright[0] = min(bright[0] + 13, 94)
        window.put(blur(light, 0.008 * unit) * np.float32(0.35 + 0.4 * colours.painted), bright)


def _open_mouth(
    window: PaintWindow, head: SeenHead, mouth: Floats, colours: LipColours, gap: float
) -> None:
    """The dark of the mouth, and the teeth as one shape with the photograph's faint gaps."""
    q, unit = head.face.points, head.face.distance
    lab = window.cut(head.photo.lab)
    inside = mouth > 0.5
    dark, middling = np.percentile(lab[..., 0][inside], [10, 60]) if inside.sum() > 30 else (20, 40)
    window.put(mouth, np.array([min(24, dark + 6), 0.9 * colours.lips[1] + 4, 8]))
    lightness = blur(lab[..., 0], 0.010 * unit)
    least = max(0.62 * head.light.middle, 0.9 * (dark + middling) / 2, 35) - 6
    bright = inside & (lightness > least) & (np.abs(lab[..., 1]) < max(0.8 * colours.lips[1], 12))
    share = bright.sum() / max(inside.sum(), 1)
    if share < 0.10 or bright.sum() < (0.085 * unit) ** 2:
        return
    along, down, _ = _axes(q)
    x, y = window.grid()
    corner = (q[78] + q[308]) / 2
    off = np.abs((x - corner[0]) * along[0] + (y - corner[1]) * along[1])
    off = off / (0.5 * np.hypot(*(q[308] - q[78])))
    teeth = cv2.morphologyEx(bright.astype(np.uint8), cv2.MORPH_CLOSE, disc(0.03 * unit)) > 0
    edge = curve(q[UPPER_INNER], 60)
    if share > 0.14:
        row = window.polygon(np.concatenate([edge, (edge + down * 0.55 * gap * unit)[::-1]]))
        teeth |= (row > 0.5) & (off < 0.80)
    sigma = 0.022 * unit
    teeth = drop_small(teeth & (off < 0.9), (0.05 * unit) ** 2)
    mask = steep(blur(teeth, sigma), sigma) * mouth
    level = float(np.clip(np.percentile(lab[..., 0][bright], 80) + 4, 74, 91))
    colour = np.empty_like(lab)
    fine = blur(lab[..., 0], 0.006 * unit)
    colour[..., 0] = level + np.clip(0.7 * (fine - blur(lab[..., 0], 0.05 * unit)), -13, 2)
    colour[..., 1], colour[..., 2] = 0.5, 4.0
    window.put(mask, colour)
    lip_shade = window.polygon(np.concatenate([edge, (edge + down * 0.022 * unit)[::-1]]))
    window.put(mask * lip_shade * np.float32(0.65), np.array([level - 22, 4, 3]))


def _lines(
    window: PaintWindow, head: SeenHead, seam: Path, colours: LipColours, gap: float, look: RuleLook
) -> None:
    """The seam, heavier at the corners, and a short line under the lower lip."""
    q, unit = head.face.points, head.face.distance
    along, down, mouth_width = _axes(q)
    ink = shade(colours.lips, 0.42, (0, 0, -2))
    ink[0] = np.clip(ink[0], 8, 34)
    wide = (0.015 if look.young else 0.020) * unit
    t = np.linspace(0, 1, 60)
    profile = np.interp(t, [0, 0.08, 0.3, 0.5, 0.7, 0.92, 1], [0.3, 1.2, 0.8, 1.0, 0.8, 1.2, 0.3])
    if gap > OPEN:
        upper = curve(np.concatenate([seam[:1], q[UPPER_INNER], seam[-1:]]), 60)
        window.put(window.stroke(upper, wide * profile) * np.float32(0.95), ink)
        lower = window.stroke(curve(q[LOWER_INNER], 60), 0.6 * wide * np.sin(np.pi * t) + 0.3)
        window.put(lower * np.float32(0.7), ink)
    else:
        line = smooth_path(seam, 0.02 * unit, 1.0)
        widths = 1.1 * wide * np.interp(np.linspace(0, 1, len(line)), t, profile)
        window.put(window.stroke(line, widths) * np.float32(0.95), ink)
    t = np.linspace(-1, 1, 24)
    line = q[17] + down * 0.035 * unit + np.outer(t * mouth_width * 0.16, along)
    line = line - np.outer(t**2 * 0.012 * unit, down)
    under = window.stroke(line, 0.013 * unit * np.cos(t * np.pi / 2) + 0.1)
    skin = shade(colours.skin, 0.62, (0, 4, 0))
    window.put(under * np.float32(0.35 if look.young else 0.55), skin)
