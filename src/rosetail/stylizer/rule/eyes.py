"""Eyes by their own contours: lids and iris stay where and as they are, so gaze and person stay."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rosetail.arrays import Floats
from rosetail.stylizer.rule.face_shape import LID_FOLDS, EyeShape
from rosetail.stylizer.rule.features import eye_outline
from rosetail.stylizer.rule.fields import blur
from rosetail.stylizer.rule.head import SeenHead
from rosetail.stylizer.rule.looks import RuleLook
from rosetail.stylizer.rule.strokes import Path, curve, length, smooth_path, taper
from rosetail.stylizer.rule.window import PaintWindow, shade

USUAL_IRIS = 0.094  # eye distances: the radius of most irises
HIGH = 0.80  # iris radii from its centre up to the lid: more shows white above it, a stare
MOST_GROWTH = 1.12
COUNT = 48  # points of a drawn lid


@dataclass(frozen=True)
class DrawnEye:
    """An eye as it is drawn: lids [COUNT, 2] outer to inner, axes along it and down, iris."""

    upper: Path
    lower: Path
    along: Path
    down: Path
    centre: Path
    radius: float
    height: float


def paint_eyes(picture: Floats, head: SeenHead, lit: Floats, look: RuleLook) -> None:
    """Paint both eyes on ``picture``; ``lit`` [H, W, 3] is the tone of lit skin."""
    iris = _iris_colour(head)
    for number, eye in enumerate(head.face.eyes):
        drawn = drawn_eye(eye, head, look)
        window = PaintWindow(
            picture, np.concatenate([drawn.upper, drawn.lower]), 0.22 * head.face.distance
        )
        skin = np.median(window.cut(lit).reshape(-1, 3), axis=0)
        ball = window.polygon(np.concatenate([drawn.upper, drawn.lower[::-1]]))
        fold = _fold(drawn, head, number)
        _put_lid(window, head, drawn, fold, ball, skin)
        _put_white(window, head, drawn, ball, skin)
        _put_iris(window, head, drawn, ball, iris, look)
        _put_lashes(window, head, drawn, eye, skin, look)
        wide = (0.015 if look.young else 0.023) * head.face.distance
        line = smooth_path(fold, 0.03 * head.face.distance, length(fold) / 40)[2:-4]
        mask = window.stroke(line, wide * taper(len(line), 0.35, 0.45, 0.1))
        mask = mask * (1 - window.cut(head.glasses)) * np.float32(0.8 if look.young else 0.95)
        window.put(mask, shade(skin, 0.46 if look.young else 0.34, (0, 5, 0)))


def drawn_eye(eye: EyeShape, head: SeenHead, look: RuleLook) -> DrawnEye:
    """``eye`` opened and enlarged as ``look`` wants it; its iris keeps its centre."""
    unit = head.face.distance
    middle = (eye.upper[0] + eye.upper[-1]) / 2
    upper, lower = (middle + look.eye * (lid - middle) for lid in (eye.upper, eye.lower))
    axis = upper[-1] - upper[0]
    wide = float(np.hypot(*axis))
    along = axis / wide
    down = np.array([-along[1], along[0]])
    down = down if down @ head.face.down > 0 else -down
    heights = (lower - upper) @ down
    opening = float(heights[2:7].max()) / wide
    extra = (look.opening - 1) * max(float(heights.max()), 0.10 * unit)
    if opening < 0.12:  # narrow eyes stay narrow
        extra *= 0.4
    upper = upper - np.outer(_bump(upper, along, wide) ** 0.8 * extra * 0.8, down)
    lower = lower + np.outer(_bump(lower, along, wide) * extra * 0.2, down)
    upper, lower = curve(upper, COUNT), curve(lower, COUNT)
    radius = (0.5 * eye.radius + 0.5 * USUAL_IRIS * unit) * look.iris
    above = float((eye.centre - upper[np.argmin(np.abs((upper - eye.centre) @ along))]) @ down)
    if above > HIGH * radius:
        growth = min(MOST_GROWTH, above / (HIGH * radius))
        radius *= growth
        over = above / radius - HIGH
        if over > 0:
            bump = np.sin(np.pi * np.clip(((upper - upper[0]) @ along) / wide, 0, 1))
            upper = upper + np.outer(bump * over * radius * 0.8, down)
    height = float(((lower - upper) @ down).max())
    return DrawnEye(upper, lower, along, down, eye.centre, radius, height)


def _bump(lid: Path, along: Path, wide: float) -> Path:
    t = np.clip(((lid - lid[0]) @ along) / wide, 0, 1)
    return np.asarray(np.clip(np.sin(np.pi * t), 0, 1))


def _iris_colour(head: SeenHead) -> Floats:
    """Median colour of both irises without highlights, CIELAB."""
    found = []
    for eye in head.face.eyes:
        window = PaintWindow(head.photo.lab, eye_outline(eye), 0.1 * head.face.distance)
        x, y = window.grid()
        far = np.hypot(x - eye.centre[0], y - eye.centre[1]) / max(eye.radius, 1)
        ring = (far > 0.4) & (far < 0.92) & (window.polygon(eye_outline(eye)) > 0.6)
        pixels = window.colours[ring]
        if len(pixels) > 8:
            found.append(pixels[pixels[:, 0] < np.percentile(pixels[:, 0], 75)])
    if not found:
        return np.array([25, 8, 10], np.float32)
    return np.asarray(np.median(np.concatenate(found), axis=0), np.float32)


def _fold(drawn: DrawnEye, head: SeenHead, number: int) -> Path:
    """The fold of the upper lid, between the lid and the mesh's fold."""
    unit = head.face.distance
    fold = curve(head.face.points[LID_FOLDS[number]], 40)
    nearest = np.argmin(np.abs((drawn.upper[:, None] - fold[None]) @ drawn.along), axis=0)
    lid = drawn.upper[nearest]
    gap = (lid - fold) @ drawn.down
    return np.asarray(lid - np.outer(np.clip(0.62 * gap, 0.030 * unit, 0.09 * unit), drawn.down))


def _put_lid(
    window: PaintWindow, head: SeenHead, drawn: DrawnEye, fold: Path, ball: Floats, skin: Floats
) -> None:
    """The lid between fold and lashes, as dark as in the photograph: make-up, deep-set eyes."""
    unit = head.face.distance
    outline = np.concatenate([drawn.upper[:1], fold, drawn.upper[-1:], drawn.upper[::-1]])
    mask = blur(window.polygon(outline), 0.012 * unit) * (1 - ball)
    pixels = window.cut(head.photo.lab)[mask > 0.6]
    if len(pixels) < 10:
        return
    seen = np.median(pixels, axis=0)
    dark = float(np.clip((skin[0] - seen[0] - 4) / 28, 0, 1))
    mixed = 0.5 * skin + 0.5 * seen
    colour = np.array([skin[0] - 8 - 14 * dark, mixed[1] + 2, mixed[2] - 1])
    window.put(mask * np.float32(0.35 + 0.55 * dark) * (1 - window.cut(head.glasses)), colour)


def _put_white(
    window: PaintWindow, head: SeenHead, drawn: DrawnEye, ball: Floats, skin: Floats
) -> None:
    """The white, never brighter than the face allows, shaded by the lid."""
    lightness = window.cut(head.photo.lab)[..., 0][ball > 0.8]
    seen = float(np.percentile(lightness, 88)) if len(lightness) > 20 else 75.0
    level = float(np.clip(0.35 * seen + 0.65 * (skin[0] + 24), 66, 94))
    white = np.array([level, 1 + 0.12 * skin[1], 0.10 * skin[2] - 0.5])
    window.put(ball, white)
    below = drawn.upper + drawn.down * 0.24 * drawn.height
    lid = window.polygon(np.concatenate([drawn.upper, below[::-1]]))
    window.put(lid * ball * np.float32(0.7), white + np.array([-17, 3, -1]))
    inner = np.concatenate([drawn.upper[-6:], drawn.lower[-6:][::-1]])
    window.put(window.polygon(inner) * ball * np.float32(0.6), np.array([0.75 * level, 14, 7]))


def _put_iris(
    window: PaintWindow, head: SeenHead, drawn: DrawnEye, ball: Floats, seen: Floats, look: RuleLook
) -> None:
    """The iris in its own colour: dark above, bright below, with rim, pupil and highlights."""
    x, y = window.grid()
    off_x, off_y = x - np.float32(drawn.centre[0]), y - np.float32(drawn.centre[1])
    radius = drawn.radius
    far = np.hypot(off_x, off_y / np.float32(1.1 if look.young else 1.0)) / np.float32(radius)
    down = (off_x * drawn.down[0] + off_y * drawn.down[1]) / radius
    mask = np.clip((1 - far) * radius / 1.2 + 0.5, 0, 1) * ball
    level = float(np.clip(1.15 * seen[0] + 4, 16, 56))
    red, yellow = seen[1:] * (1.35 if np.hypot(*seen[1:]) < 30 else 1.1)
    if level < 40 and seen[2] > -3:  # dark eyes are brown, whatever they mirror
        red, yellow = max(0.8 * red, 2) + 5, max(0.8 * yellow, 2) + 8
    if np.hypot(*head.regions.skin_tone.middle[1:]) < 4:
        red, yellow = 0.0, 0.0  # a photograph in black and white
    level += 6 if look.young else 0
    top = np.array([0.38 * level, 0.7 * red, 0.6 * yellow])
    middle = np.array([level, red, yellow])
    bottom = np.array([min(1.28 * level + 11, 78), 1.1 * red, 1.25 * yellow])
    body = top + _ease((down + 0.55) / 0.6) * (middle - top)
    body = body + _ease((down - 0.15) / 0.55) * (bottom - body)
    window.put(mask, body)
    rim = np.clip((far - 0.80) / 0.10, 0, 1) * mask
    window.put(rim * np.float32(0.85), np.array([0.30 * level, 0.5 * red, 0.4 * yellow]))
    pupil = 0.40 if look.young else 0.42
    window.put(np.clip((pupil - far) * radius / 1.2 + 0.5, 0, 1) * ball, np.array([5, 1, 0]))
    light = _highlight(window, head, drawn, far, ball)
    size = (0.27 if look.young else 0.21) * radius
    window.put(window.polygon(_ellipse(light, size, 1.15 * size)) * ball, np.array([98, 0, 0]))
    if look.young:
        side = 1 if light[0] < drawn.centre[0] else -1
        second = drawn.centre + radius * np.array([0.36 * side, 0.42])
        mask = window.polygon(_ellipse(second, 0.5 * size, 0.45 * size)) * ball
        window.put(mask * np.float32(0.8), np.array([94, 0.2 * red, 0.2 * yellow]))


def _ease(t: Floats) -> Floats:
    t = np.clip(t, 0, 1)
    return np.asarray((t * t * (3 - 2 * t))[..., None], np.float32)


def _ellipse(centre: Path, across: float, down: float) -> Path:
    angle = np.linspace(0, 2 * np.pi, 32, endpoint=False)
    return np.asarray(centre + np.column_stack([np.cos(angle) * across, np.sin(angle) * down]))


def _highlight(
    window: PaintWindow, head: SeenHead, drawn: DrawnEye, far: Floats, ball: Floats
) -> Path:
    """Where the photograph has the iris's highlight; else above, on the lit side."""
    lit = 1 if head.light.side > 0 else -1
    usual = drawn.centre + drawn.radius * np.array([0.32 * lit, -0.36])
    lightness = blur(window.cut(head.photo.lab)[..., 0], 0.012 * head.face.distance)
    inside = (far < 0.85) & (ball > 0.6)
    if inside.sum() < 20:
        return usual
    brightest = np.where(inside, lightness, -1)
    row, column = np.unravel_index(np.argmax(brightest), brightest.shape)
    seen = np.array([column + window.left, row + window.top], np.float64)
    clear = brightest.max() > np.median(lightness[inside]) + 18
    low = seen[1] - drawn.centre[1] > 0.35 * drawn.radius
    return 0.7 * seen + 0.3 * usual if clear and not low else usual


def _put_lashes(
    window: PaintWindow,
    head: SeenHead,
    drawn: DrawnEye,
    eye: EyeShape,
    skin: Floats,
    look: RuleLook,
) -> None:
    """The upper lid as a wedge, as heavy as the photograph's lashes are dark; the lower, thin."""
    unit = head.face.distance
    dark = _lash_darkness(window, head, eye, skin)
    wide = (0.046 + 0.036 * dark) * unit * (1.15 if look.young else 1)
    t = np.linspace(0, 1, COUNT)
    profile = np.interp(t, [0, 0.10, 0.35, 0.7, 1], [0.55, 1.0, 0.95, 0.62, 0.18])
    upper, along, down = drawn.upper, drawn.along, drawn.down
    wing = (0.020 + 0.05 * dark**2) * unit
    tip = upper[0] - along * wing - down * wing * 0.35
    top = upper - np.outer(profile * wide * 0.8, down)
    bottom = upper + np.outer(profile * wide * 0.12, down)
    outline = np.concatenate([[tip], top[1:], bottom[:0:-1], [upper[0] + down * wide * 0.25]])
    ink = np.array([12, 5, 2]) if look.young else np.array([min(9, 0.2 * skin[0]), 2, 1])
    window.put(window.polygon(outline) * np.float32(0.97), ink)
    profile = np.interp(t, [0, 0.12, 0.5, 0.85, 1], [0.6, 1.0, 0.7, 0.25, 0.05])
    widths = profile * (0.011 + 0.010 * dark) * unit * (0.8 if look.young else 1)
    mask = window.stroke(drawn.lower + down * 0.3, widths)
    window.put(mask * np.float32(0.75), shade(skin, 0.34, (0, 4, 0)))


def _lash_darkness(window: PaintWindow, head: SeenHead, eye: EyeShape, skin: Floats) -> float:
    """0..1: how much darker than skin the photograph is along the upper lid."""
    lightness = window.cut(head.photo.lab)[..., 0]
    height, width = lightness.shape
    darkest = []
    for x, y in curve(eye.upper, COUNT)[8:40:4] - (window.left, window.top):
        column, row = int(np.clip(x, 1, width - 2)), int(np.clip(y, 2, height - 3))
        darkest.append(lightness[max(0, row - 2) : row + 3, column - 1 : column + 2].min())
    return float(np.clip((skin[0] - np.median(darkest) - 18) / 40, 0, 1))
