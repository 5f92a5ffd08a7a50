"""What a photograph tells about the person in it, as far as colours and landmarks go.

No trained network. Each reading is a number or a colour; :mod:`after` makes parameters of them.
Places are in eye distances from the middle between the eyes of an upright face.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.data import faces
from rosetail.data.face_parts import Frame, patch
from rosetail.data.painter.colour import Lch, from_rgb
from rosetail.data.painter.outline import Outline, lab_of, outline, shrunk
from rosetail.data.warp import transform

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

SIDE = 256  # of the upright crop that is read; the eyes are 54 pixels apart in it
NEAR = 7  # steps of 0.01 from a line to what it is compared with
LID_TO_LID = 0.165  # height of what is dark in a wide open eye
DULLEST_TEETH, INSIDE = 46.0, 12.0  # lightness in Lab, of 100


class Expression(NamedTuple):
    """What changes from one frame of a film to the next; as in :class:`Reading`."""

    eye_open: float
    teeth: float
    gap: float
    smile: float


@dataclass(frozen=True)
class Reading:
    """Colours in OKLCH; `hair` is None where the head shows none.

    eye_open: 0 closed to 1.1 wide. teeth, gap: shares of the mouth that are teeth or dark inside.
    smile: width of the mouth less its distance from the nose, in eye distances: corners of a smile
    go out and up, 0.4 are calm and 0.7 are wide. long: share of hair where long hair
    would hang beside the neck. fringe: share of the forehead under hair. volume: how far hair
    stands out from the skull, 0..1. beard, glasses: likelihoods 0..1.
    """

    skin: Lch
    hair: Lch | None
    ground: Lch
    cloth: Lch
    iris: Lch
    eye_open: float
    teeth: float
    gap: float
    smile: float
    long: float
    fringe: float
    volume: float
    beard: float
    glasses: float


def read_photo(rgb: Bytes, landmarks: NDArray[np.floating]) -> Reading:
    """Read a photo (uint8 [H, W, 3]) of the person with the `landmarks` (5, 2)."""
    upright = faces.align(rgb, landmarks, SIDE)
    points = transform(landmarks, upright.matrix)
    lab = lab_of(upright.image)
    frame = Frame.of(points.astype(np.float32))
    cut = outline(upright.image, points)
    pixels = shrunk(upright.image)
    teeth, gap = _mouth(lab, frame, cut.skin)
    hair = cut.hair & (cut.y < 0.4)
    return Reading(
        skin=_median(pixels, cut.skinned & _cheeks(cut)) or _lch_of_lab(cut.skin),
        hair=_median(pixels, hair) if _has_hair(cut) else None,
        ground=_median(pixels, ~cut.person & (cut.y < 1.0)) or (0.8, 0.0, 0.0),
        cloth=_median(pixels, cut.person & ~cut.skinned & ~cut.hair & (cut.y > 1.9))
        or (0.5, 0.0, 0.0),
        iris=_iris(lab, frame),
        eye_open=_eye_open(lab[..., 0], frame, float(cut.skin[0])),
        teeth=teeth,
        gap=gap,
        smile=_smile(frame),
        long=_long(cut),
        fringe=_share(cut.hair, (np.abs(cut.x) < 0.55) & (cut.y > -0.75) & (cut.y < -0.42)),
        volume=_volume(cut),
        beard=_beard(lab, frame, cut),
        glasses=_glasses(lab, frame),
    )


def read_expression(rgb: Bytes, landmarks: NDArray[np.floating]) -> Expression:
    """Eyes and mouth alone, in a hundredth of a second: nothing is cut out for it."""
    upright = faces.align(rgb, landmarks, SIDE)
    points = transform(landmarks, upright.matrix)
    lab = lab_of(upright.image)
    frame = Frame.of(points.astype(np.float32))
    places = [
        frame.eyes + frame.distance * (across * frame.right + 0.55 * frame.down)
        for across in (-0.5, 0.5)
    ]
    cheeks = [patch(lab, place.astype(np.float32), 9) for place in places]
    skin = np.median(np.concatenate(cheeks), axis=0).astype(np.float32)
    teeth, gap = _mouth(lab, frame, skin)
    opening = _eye_open(lab[..., 0], frame, float(skin[0]))
    return Expression(opening, teeth, gap, _smile(frame))


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


def _long(cut: Outline) -> float:
    """Beside the neck, and beside the jaw as well: dark shoulders are no hair."""
    jaw = (np.abs(cut.x) > 0.9) & (np.abs(cut.x) < 1.35) & (cut.y > 0.6) & (cut.y < 1.1)
    neck = (np.abs(cut.x) > 0.75) & (np.abs(cut.x) < 1.35) & (cut.y > 1.2) & (cut.y < 2.0)
    return min(_share(cut.hair, jaw), _share(cut.hair, neck))


def _volume(cut: Outline) -> float:
    """From the widest place of the hair above the ears."""
    rows = cut.hair & (cut.y > -1.0) & (cut.y < 0.0)
    if not rows.any():
        return 0.3
    width = float(np.percentile(np.abs(cut.x[rows]), 95))
    return float(np.clip((width - 1.05) / 0.6, 0, 1))


def _eye_open(lightness: Floats, frame: Frame, skin: float) -> float:
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


def _mouth_width(frame: Frame) -> float:
    """Between the corners, in eye distances: both shrink alike when the head turns."""
    return float(np.linalg.norm(frame.landmarks[4] - frame.landmarks[3])) / frame.distance


def _smile(frame: Frame) -> float:
    below = float((frame.mouth - frame.landmarks[2]) @ frame.down) / frame.distance
    return _mouth_width(frame) - below


def _mouth(lab: Floats, frame: Frame, skin: Floats) -> tuple[float, float]:
    """Shares of teeth and of dark opening between the corners of the mouth."""
    x, y = frame.place(lab.shape, frame.mouth)
    half = 0.5 * _mouth_width(frame)
    inside = (x / (0.8 * half)) ** 2 + ((y - 0.02) / 0.17) ** 2 < 1
    colours = lab[inside]
    # Teeth are less red than skin and not darker by much; lips are redder; the rest is dark. On
    # dark skin teeth are far brighter, and lips as dark beside it as an open mouth beside others.
    pale = (colours[:, 1] < skin[1] - 4) & (colours[:, 0] > max(0.8 * skin[0], DULLEST_TEETH))
    dark = colours[:, 0] < min(0.42 * skin[0], 0.6 * skin[0] - INSIDE)
    return float(pale.mean()), float(dark.mean())


def _iris(lab: Floats, frame: Frame) -> Lch:
    """Middle colour of what is neither black nor white in both eyes."""
    pixels = np.concatenate([patch(lab, eye, 0.06 * frame.distance) for eye in frame.landmarks[:2]])
    lightness = pixels[:, 0]
    kept = pixels[(lightness > 10) & (lightness <= np.percentile(lightness, 75))]
    return _lch_of_lab(np.median(kept if len(kept) else pixels, axis=0).astype(np.float32))


def _beard(lab: Floats, frame: Frame, cut: Outline) -> float:
    """How much darker or greyer chin and upper lip are than the cheeks."""
    spread = np.array([10, 5, 6], np.float32)
    offs = []
    for across, down in ((-0.28, 0.3), (0.0, 0.42), (0.28, 0.3), (-0.2, -0.2), (0.2, -0.2)):
        place = frame.mouth + frame.distance * (across * frame.right + down * frame.down)
        colour = np.median(patch(lab, place.astype(np.float32), 0.08 * frame.distance), axis=0)
        off = (colour - cut.skin) / spread
        off[0] = min(off[0], 0.0)  # brighter is light on skin
        off[1:] = np.minimum(off[1:], 0.0)  # redder or yellower is skin as well
        offs.append(float(np.sqrt((off**2).sum())))
    return float(np.clip((np.median(offs) - 1.2) / 2.0, 0, 1))


def _glasses(lab: Floats, frame: Frame) -> float:
    """Whether a thin line, the bridge of spectacles, crosses the nose between the eyes.

    On 40 test portraits, 8 of them with glasses, 0.5 finds all 8 and 2 others.
    """
    heights = np.arange(-0.27, 0.2, 0.01, dtype=np.float32)[:, None]
    smooth = np.asarray(cv2.GaussianBlur(lab[..., 0], (0, 0), 0.7), np.float32)
    lines = []
    for across in (-0.06, -0.03, 0.0, 0.03, 0.06):
        place = frame.eyes + frame.distance * (across * frame.right + heights * frame.down)
        values = _sampled(smooth, place)
        around = 0.5 * (values[2 * NEAR :] + values[: -2 * NEAR])
        lines.append(float(np.abs(values[NEAR:-NEAR] - around).max()))
    return float(np.clip((np.median(lines) - 6) / 8, 0, 1))
