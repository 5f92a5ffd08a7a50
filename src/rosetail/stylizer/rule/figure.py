"""Draw a picture in which at most one face is drawn by its features."""

from __future__ import annotations

import numpy as np

from rosetail.arrays import Bytes, Floats
from rosetail.stylizer.rule.brows import paint_brows
from rosetail.stylizer.rule.eyes import paint_eyes
from rosetail.stylizer.rule.face_shape import JAW, NOSE_TIP, FaceShape
from rosetail.stylizer.rule.features import read_features
from rosetail.stylizer.rule.fields import along, blur, to_rgb
from rosetail.stylizer.rule.ground import paint_ground
from rosetail.stylizer.rule.hair import paint_hair
from rosetail.stylizer.rule.head import SeenHead, read_head
from rosetail.stylizer.rule.ink import Line, Places, draw_ink, trace_lines
from rosetail.stylizer.rule.lips import paint_lips
from rosetail.stylizer.rule.looks import RuleLook
from rosetail.stylizer.rule.nose import paint_nose
from rosetail.stylizer.rule.photo import PhotoFields, read_photo
from rosetail.stylizer.rule.shapes import flowing_shape, grown
from rosetail.stylizer.rule.skin import paint_skin
from rosetail.stylizer.rule.strokes import Path, Sheet, curve, smooth_path, taper


def draw_scene(rgb: Bytes, unit: float, look: RuleLook) -> Bytes:
    """Draw ``rgb``, uint8 [H, W, 3], without reading a face; ``unit``: see PhotoFields."""
    photo = read_photo(rgb, unit)
    picture = paint_ground(photo, look)
    nothing = np.zeros(photo.size, np.float32)
    places = Places(photo.person, nothing, nothing, nothing, nothing > 1)
    ink, _ = draw_ink(trace_lines(photo, places), photo.size, unit, look)
    _put_ink(picture, ink, nothing, photo, look)
    return _finished(picture, nothing, look)


def read_figure(rgb: Bytes, face: FaceShape) -> SeenHead:
    """Read ``rgb``, uint8 [H, W, 3], with the ``face`` in it; one reading serves all looks."""
    features = read_features(face, (rgb.shape[0], rgb.shape[1]))
    return read_head(read_photo(rgb, face.distance, features.oval), face, features)


def draw_figure(head: SeenHead, look: RuleLook) -> Bytes:
    """The picture of ``head`` drawn in ``look``, uint8 [H, W, 3]."""
    photo, features = head.photo, head.features
    picture = paint_ground(photo, look)
    hair = paint_hair(head, look)
    if hair is not None:
        picture += head.regions.hair[..., None] * (hair - picture)
    skin, lit = paint_skin(head, look)
    if head.beard.max() > 0.1:
        skin = _with_beard(skin, head)
    covered = np.maximum(head.regions.skin, head.beard * features.oval)
    picture += covered[..., None] * (skin - picture)
    _lines(picture, head, look)
    frames = head.glasses.max() > 0.5
    if frames:
        colour = np.median(photo.lab[head.glasses > 0.7], axis=0) * (0.6, 1, 1)
        colour[0] = min(colour[0], 40)
        picture += head.glasses[..., None] * (colour.astype(np.float32) - picture)
    paint_brows(picture, head, look)
    paint_nose(picture, head, lit, look)
    paint_lips(picture, head, lit, look)
    before = picture.copy() if frames else None
    paint_eyes(picture, head, lit, look)
    if before is not None:  # frames lie over the eyes
        picture += head.glasses[..., None] * (before - picture)
    return _finished(picture, np.maximum(head.regions.skin, features.oval), look)


def _with_beard(skin: Floats, head: SeenHead) -> Floats:
    """``skin`` with the beard in two tones along its flow."""
    photo, beard, unit = head.photo, head.beard, head.photo.unit
    inside = beard > 0.5 * beard.max()
    colour = np.median(photo.lab[inside], axis=0)
    strands_of = along(blur(photo.lab[..., 0], 0.008 * unit), photo.flow, 0.04 * unit)
    bright = strands_of > np.percentile(strands_of[inside], 68)
    strands = flowing_shape(bright, photo.flow, 0.03 * unit, 0.010 * unit, (0.03 * unit) ** 2)
    tone = np.empty_like(skin)
    # Dark beards are one dark shape; grey ones keep their lightness.
    pale = np.hypot(*colour[1:]) < 0.85 * np.hypot(*head.regions.skin_tone.middle[1:])
    level = colour[0] if pale and colour[0] > 0.7 * head.light.middle else 0.74 * colour[0]
    tone[:] = (level, 1.1 * colour[1] + 1, 1.1 * colour[2] + 1)
    tone[..., 0] += 9 * strands
    return np.asarray(skin + (0.94 * beard)[..., None] * (tone - skin), np.float32)


def _lines(picture: Floats, head: SeenHead, look: RuleLook) -> None:
    """Outlines, lines on skin, and the chin where the photograph has no line for it."""
    folds = _folds(head, look)
    lines = [line for line in head.lines if line.kind != "face" or not _covered(line, folds, head)]
    outlines, inside = draw_ink(lines, head.photo.size, head.photo.unit, look)
    inside = np.maximum(inside, folds)
    inside = np.maximum(inside, 0.95 * _chin(head, np.maximum(outlines, inside), look))
    _put_ink(picture, outlines, inside, head.photo, look)


def _folds(head: SeenHead, look: RuleLook) -> Floats:
    """The folds from nose to mouth as tapered strokes, deep ones wider; few in a young face."""
    sheet, unit = Sheet(head.photo.size), head.photo.unit
    for fold in head.folds:
        if look.young and fold.depth.mean() < 0.5:
            continue
        wide = (0.006 + 0.024 * np.sqrt(fold.depth)) * unit * look.line
        sheet.stroke(fold.path, wide * taper(len(fold.path), 0.3, 0.5, 0.1))
    return sheet.mask()


def _covered(line: Line, folds: Floats, head: SeenHead) -> bool:
    """Whether a line of the face runs along a fold, or straight across the bridge of the nose."""
    height, width = folds.shape
    near = grown(folds > 0.3, 0.06 * head.photo.unit)
    column, row = np.clip(np.rint(line.path).astype(int), 0, (width - 1, height - 1)).T
    if near[row, column].mean() > 0.6:
        return True
    between = (head.face.eyes[0].centre + head.face.eyes[1].centre) / 2
    offset = (line.path - between) / head.photo.unit
    across, down = offset @ head.face.right, offset @ head.face.down
    bridge = (np.abs(across) < 0.22) & (np.abs(down) < 0.22)
    return bool(bridge.mean() > 0.4 and np.ptp(across[bridge]) > np.ptp(down[bridge]))


def _chin(head: SeenHead, ink: Floats, look: RuleLook) -> Floats:
    """The jaw's line along the mesh, where there is skin on both sides and no other line."""
    face, unit, size = head.face, head.face.distance, head.photo.size
    jaw = smooth_path(curve(face.points[JAW], 120), 0.05 * unit)
    out = jaw - face.points[NOSE_TIP]
    out = out / np.hypot(*out.T)[:, None]

    def sample(mask: Floats, points: Path) -> Floats:
        x, y = np.clip(np.rint(points).astype(int), 0, (size[1] - 1, size[0] - 1)).T
        return mask[y, x]

    near = grown(ink > 0.4, 0.025 * unit).astype(np.float32)
    wanted = (sample(near, jaw) < 0.5) & (sample(head.regions.skin, jaw + out * 0.09 * unit) > 0.5)
    wanted &= (sample(head.beard, jaw) < 0.3) & (sample(head.beard, jaw + out * 0.05 * unit) < 0.3)
    sheet = Sheet(size)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], wanted.astype(int), [0]])))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if end - start > 14:
            wide = (0.014 if look.young else 0.024) * unit
            sheet.stroke(jaw[start:end], wide * taper(end - start, 0.3, 0.3, 0.05))
    return sheet.mask()


def _put_ink(
    picture: Floats, outlines: Floats, inside: Floats, photo: PhotoFields, look: RuleLook
) -> None:
    """Lines in a darker shade of the colour beneath."""
    beneath = blur(picture, 0.02 * photo.unit)
    outline = beneath * np.float32(0.8 + 0.3 * look.young)
    outline[..., 0] = np.clip(beneath[..., 0] * look.ink_tint, 4, look.ink_lightness)
    picture += (look.ink * outlines)[..., None] * (outline - picture)
    on_skin = beneath * np.array([look.skin_ink, 1, 1], np.float32) + np.array(
        [0, 4, 0], np.float32
    )
    picture += (look.skin_ink_opacity * inside)[..., None] * (on_skin - picture)


def _finished(picture: Floats, skin: Floats, look: RuleLook) -> Bytes:
    """A little more contrast, less on skin, and sRGB; or tones of grey."""
    if look.greys:
        grey = _grey_tones(picture[..., 0], look.greys)
        return np.asarray(to_rgb(np.dstack([grey, 0 * grey, 0 * grey])) * 255 + 0.5, np.uint8)
    level = np.clip(picture[..., 0] / 100, 0, 1)
    curved = look.contrast * (1 - 0.75 * skin) * np.sin(2 * np.pi * (level - 0.5)) / 2
    brighter = look.light * (1 - 0.9 * skin) * np.sin(np.pi * level)
    picture[..., 0] = 100 * (level + curved + brighter)
    return np.asarray(to_rgb(picture) * 255 + 0.5, np.uint8)


def _grey_tones(level: Floats, greys: tuple[tuple[float, float], ...]) -> Floats:
    """L in flat tones: above each border the next tone, with an edge of a few L."""
    out = np.full_like(level, greys[0][1])
    for border, tone in greys[1:]:
        out += np.clip((level - border) / 3 + 0.5, 0, 1) * (tone - out)
    return out
