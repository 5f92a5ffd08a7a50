"""Masks of a face's features, from its contours: what must not mix with the colours of skin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rosetail.arrays import Floats
from rosetail.stylizer.rule.face_shape import (
    BROWS,
    LOWER_INNER,
    LOWER_LIP,
    OVAL,
    UPPER_INNER,
    UPPER_LIP,
    EyeShape,
    FaceShape,
)
from rosetail.stylizer.rule.shapes import Flags, grown
from rosetail.stylizer.rule.strokes import Path, curve, filled

NOSE_ROOM = [48, 64, 98, 2, 327, 294, 278, 279, 4, 49]
CORNERS = (61, 291)  # of the mouth


@dataclass(frozen=True)
class Features:
    """Masks [H, W] of a face.

    Soft (0..1): oval, eyes (left, right), brows (left, right), lips, mouth (between the lips).
    Bool, with some room around: eye_room, brow_room, lip_room, nose_room, and all of them but the
    nose together: room. ``x``, ``y``: see FaceShape.place.
    """

    oval: Floats
    eyes: tuple[Floats, Floats]
    brows: tuple[Floats, Floats]
    lips: Floats
    mouth: Floats
    eye_room: Flags
    brow_room: Flags
    lip_room: Flags
    nose_room: Flags
    x: Floats
    y: Floats

    @property
    def room(self) -> Flags:
        """Eyes, brows inside the face, and lips."""
        return self.eye_room | (self.brow_room & (self.oval > 0.5)) | self.lip_room


def eye_outline(eye: EyeShape) -> Path:
    """The eye's contour as a closed polygon [32, 2]."""
    return curve(np.concatenate([eye.upper, eye.lower[-2:0:-1]]), 32, closed=True)


def read_features(face: FaceShape, size: tuple[int, int]) -> Features:
    """The masks of ``face`` in a picture of ``size`` (height, width)."""
    q, unit = face.points, face.distance
    left, right = (filled(size, [eye_outline(eye)]) for eye in face.eyes)
    brow_left, brow_right = (
        filled(size, [curve(q[[*upper, *lower[::-1]]], 60, closed=True)]) for upper, lower in BROWS
    )
    lips = filled(size, [curve(q[[*UPPER_LIP, *LOWER_LIP[-2:0:-1]]], 80, closed=True)])
    mouth = filled(size, [curve(q[[*UPPER_INNER, *LOWER_INNER[-2:0:-1]]], 80, closed=True)])
    x, y = face.place(size)
    lip_room = grown(lips > 0.5, 0.03 * unit)
    for corner in CORNERS:
        across, down = face.at(corner)
        lip_room |= (x - across) ** 2 + (y - down) ** 2 < 0.10**2
    return Features(
        oval=filled(size, [curve(q[OVAL], 90, closed=True)]),
        eyes=(left, right),
        brows=(brow_left, brow_right),
        lips=lips,
        mouth=mouth,
        eye_room=grown((left > 0.5) | (right > 0.5), 0.10 * unit),
        brow_room=grown((brow_left > 0.5) | (brow_right > 0.5), 0.06 * unit),
        lip_room=lip_room,
        nose_room=grown(filled(size, [curve(q[NOSE_ROOM], 60, closed=True)]) > 0.5, 0.03 * unit),
        x=x,
        y=y,
    )
