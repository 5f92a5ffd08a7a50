"""What a photograph tells about the person in it: colours, and what the photo reader sees.

No trained network. Each reading is a number or a colour; :mod:`after` makes parameters of them.
Places are in eye distances from the middle between the eyes of an upright face.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.faces import faces
from rosetail.faces.parts import FaceAxes, patch
from rosetail.faces.traits import SIDE, Traits, read_mouth, read_traits
from rosetail.faces.warp import transform
from rosetail.painter.colour import Lch, from_rgb, mix
from rosetail.painter.outline import Outline, lab_of, outline, shrunk

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

LID_TO_LID = 0.165  # height of what is dark in a wide open eye
INSIDE = 12.0  # lightness in Lab, of 100, that the inside of a mouth is darker by


class PhotoExpression(NamedTuple):
    """What changes from one frame of a film to the next.

    eye_open: 0 closed to 1.1 wide. smile, teeth: chances that there is one, that they show, 0..1.
    gap: share of the mouth that is dark inside.
    """

    eye_open: float
    smile: float
    teeth: float
    gap: float


@dataclass(frozen=True)
class Reading:
    """Colours in OKLCH; `hair` is None where the head shows none. volume: how far hair stands out
    from the skull, 0..1."""

    skin: Lch
    hair: Lch | None
    ground: Lch
    cloth: Lch
    iris: Lch
    volume: float
    expression: PhotoExpression
    traits: Traits


def read_photo(rgb: Bytes, landmarks: NDArray[np.floating]) -> Reading:
    """Read a photo (uint8 [H, W, 3]) of the person with the `landmarks` (5, 2)."""
    upright = faces.align(rgb, landmarks, SIDE)
    points = transform(landmarks, upright.matrix)
    lab = lab_of(upright.image)
    frame = FaceAxes.of(points.astype(np.float32))
    cut = outline(upright.image, points)
    pixels = shrunk(upright.image)
    hair = cut.hair & (cut.y < 0.4)
    traits = read_traits(upright.image, points)
    return Reading(
        skin=_median(pixels, cut.skinned & _cheeks(cut)) or _lch_of_lab(cut.skin),
        hair=_median(pixels, hair) if _has_hair(cut) else None,
        ground=_median(pixels, ~cut.person & (cut.y < 1.0)) or (0.8, 0.0, 0.0),
        cloth=_median(pixels, cut.person & ~cut.skinned & ~cut.hair & (cut.y > 1.9))
        or (0.5, 0.0, 0.0),
        iris=_iris(lab, frame),
        volume=_volume(cut),
        expression=_expression(lab, frame, float(cut.skin[0]), traits.smile, traits.teeth),
        traits=traits,
    )


def read_evenly(rgb: Bytes, landmarks: NDArray[np.floating]) -> Reading:
    """As :func:`read_photo`, and the same of a photo and of its mirror image: the mean of both."""
    turned = faces.mirror_landmarks(landmarks, rgb.shape[1])
    one, other = read_photo(rgb, landmarks), read_photo(rgb[:, ::-1].copy(), turned)
    pairs = ((getattr(one, each.name), getattr(other, each.name)) for each in fields(Reading))
    return Reading(*(_mean(*pair) for pair in pairs))


def _mean(one: Any, other: Any) -> Any:
    """Of two numbers or colours; the one that there is, where the other is None."""
    if one is None or other is None:
        return one or other
    if hasattr(one, "_fields"):
        return type(one)(*(0.5 * (a + b) for a, b in zip(one, other, strict=True)))
    return mix(one, other, 0.5) if isinstance(one, tuple) else 0.5 * (one + other)


def read_expression(rgb: Bytes, landmarks: NDArray[np.floating]) -> PhotoExpression:
    """Eyes and mouth alone, in a hundredth of a second: nothing is cut out for it."""
    upright = faces.align(rgb, landmarks, SIDE)
    points = transform(landmarks, upright.matrix)
    lab = lab_of(upright.image)
    frame = FaceAxes.of(points.astype(np.float32))
    places = [
        frame.eyes + frame.distance * (across * frame.right + 0.55 * frame.down)
        for across in (-0.5, 0.5)
    ]
    cheeks = [patch(lab, place.astype(np.float32), 9) for place in places]
    skin = float(np.median(np.concatenate(cheeks)[:, 0]))
    return _expression(lab, frame, skin, *read_mouth(upright.image, points))


def _expression(
    lab: Floats, frame: FaceAxes, skin: float, smile: float, teeth: float
) -> PhotoExpression:
    """``skin``: its lightness."""
    opening = _eye_open(lab[..., 0], frame, skin)
    return PhotoExpression(opening, smile, teeth, _gap(lab, frame, skin))


def _median(pixels: Bytes, mask: Mask) -> Lch | None:
    """The middle colour of a part; None where hardly anything is left of it."""
    inside = pixels[mask]
    if len(inside) < 30:
        return None
    red, green, blue = (np.median(inside, axis=0) / 255).tolist()
    return from_rgb((red, green, blue))


def _lch_of_lab(colour: Floats) -> Lch:
    red, green, blue = cv2.cvtColor(colour[None, None], cv2.COLOR_LAB2RGB)[0, 0].clip(0, 1).tolist()
    return from_rgb((red, green, blue))


def _share(mask: Mask, room: Mask) -> float:
    return float(mask[room].mean()) if room.any() else 0.0


def _cheeks(cut: Outline) -> Mask:
    return (np.abs(cut.x) < 0.75) & (cut.y > 0.15) & (cut.y < 0.8)


def _has_hair(cut: Outline) -> bool:
    """Whether more than a rim around the head is hair."""
    head = (cut.y > -2.0) & (cut.y < 0.0) & cut.person
    return _share(cut.hair, head) > 0.12


def _volume(cut: Outline) -> float:
    """From the widest place of the hair above the ears."""
    rows = cut.hair & (cut.y > -1.0) & (cut.y < 0.0)
    if not rows.any():
        return 0.3
    width = float(np.percentile(np.abs(cut.x[rows]), 95))
    return float(np.clip((width - 1.05) / 0.6, 0, 1))


def _eye_open(lightness: Floats, frame: FaceAxes, skin: float) -> float:
    """Height of what is dark along lines through both eyes, 0..1.1."""
    heights = np.linspace(-0.2, 0.2, 41, dtype=np.float32)
    runs = []
    for eye in frame.landmarks[:2]:
        for beside in (-0.06, 0.0, 0.06):
            line = eye + frame.distance * (beside * frame.right + heights[:, None] * frame.down)
            values = _sampled(lightness, line)
            darkest = 10 + int(np.argmin(values[10:31]))
            low = float(values[darkest])
            bright = np.flatnonzero(values > low + 0.45 * (max(skin, low + 10) - low))
            above, below = bright[bright < darkest], bright[bright > darkest]
            run = (below[0] if below.size else 40) - (above[-1] if above.size else 0)
            runs.append(0.01 * float(run))
    return float(np.clip(np.median(runs) / LID_TO_LID, 0, 1.1))


def _sampled(values: Floats, places: NDArray[np.floating]) -> Floats:
    """`values` [H, W] at places (N, 2) in x, y."""
    found = cv2.remap(
        values, places.astype(np.float32)[:, None], None, cv2.INTER_LINEAR,  # type: ignore[call-overload]
        borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    return np.asarray(found[:, 0], np.float32)


def _mouth_width(frame: FaceAxes) -> float:
    """Between the corners, in eye distances: both shrink alike when the head turns."""
    return float(np.linalg.norm(frame.landmarks[4] - frame.landmarks[3])) / frame.distance


def _gap(lab: Floats, frame: FaceAxes, skin: float) -> float:
    """Share of dark opening between the corners of the mouth; ``skin``: its lightness."""
    x, y = frame.place(lab.shape, frame.mouth)
    half = 0.5 * _mouth_width(frame)
    inside = (x / (0.8 * half)) ** 2 + ((y - 0.02) / 0.17) ** 2 < 1
    # On dark skin lips are as dark beside it as an open mouth beside others.
    dark = lab[..., 0][inside] < min(0.42 * skin, 0.6 * skin - INSIDE)
    return float(dark.mean())


def _iris(lab: Floats, frame: FaceAxes) -> Lch:
    """Middle colour of what is neither black nor white in both eyes."""
    pixels = np.concatenate([patch(lab, eye, 0.06 * frame.distance) for eye in frame.landmarks[:2]])
    lightness = pixels[:, 0]
    kept = pixels[(lightness > 10) & (lightness <= np.percentile(lightness, 75))]
    return _lch_of_lab(np.median(kept if len(kept) else pixels, axis=0).astype(np.float32))
