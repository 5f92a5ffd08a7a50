"""Parameters that paint the person of a photograph: pose and layout always, the rest if wanted.

What the photo cannot tell, or is not to decide, is chosen by a seed as in `sample`, so that one
photo gives as many characters as wanted.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rosetail.data.painter import habits
from rosetail.data.painter.colour import Lch
from rosetail.data.painter.fit import laid_over
from rosetail.data.painter.params import PaintParams
from rosetail.data.painter.reading import Expression, Reading, read_photo
from rosetail.data.painter.sample import near, pick, sample
from rosetail.data.warp import similarity, transform, warp
from rosetail.errors import SettingsError

Bytes = NDArray[np.uint8]
Rng = np.random.Generator
Changes = dict[str, Any]

# What can be taken from the photo besides the pose and the layout of the face.
KEEPS = ("expression", "colours", "hair", "person")

BEARDED, SPECTACLED = 0.7, 0.5
MOUTHS = ("calm", "smiling", "toothy", "gaping")
BORDERS = SMILING, TOOTHY, GAPING = 0.58, 0.15, 0.35  # of smile, teeth and gap, between MOUTHS
WAVER = (0.02, 0.04, 0.06)  # how far off those borders a mouth stays what it was, in a film
COVERED, LONG, MEDIUM = 0.4, 0.4, 0.2  # of forehead and neck by hair

_LONG = {"straight": 1.0, "wavy": 0.8, "half_up": 0.4}
_MEDIUM = {"shoulder": 1.0, "bob": 0.8}
_SHORT_MALE = {"short": 1.5, "undercut": 0.6, "pixie": 0.5, "spiky": 0.3}
_SHORT_FEMALE = {"pixie": 1.0, "bob": 0.7, "short": 0.5, "bun": 0.3}
_OPEN_FRINGE = {"swept_back": 1.0, "parted": 0.7, "side_swept": 0.6}
_CLOSED_FRINGE = {"choppy": 1.0, "between_eyes": 1.0, "blunt": 0.6, "messy": 0.6, "wispy": 0.6}


def params_from_photo(
    photo: Bytes,
    landmarks: NDArray[np.floating],
    seed: int = 0,
    keep: Collection[str] = KEEPS,
    reading: Reading | None = None,
) -> PaintParams:
    """Parameters of a painting that lies over `photo` (uint8 [S, S, 3], square).

    `landmarks` (5, 2) in its pixels, as `rosetail.data.faces.find` gives them. `keep` names what
    is taken from the photo besides the pose: "expression" (mouth, eyelids), "colours" (skin, hair,
    eyes, clothes, background), "hair" (length, fringe, volume), "person" (beard, glasses). Give
    `reading` where the photo was read before. Raises SettingsError for another name or a photo that
    is not square, InputError for landmarks that are none.
    """
    if odd := set(keep) - set(KEEPS):
        raise SettingsError(f"keep {sorted(odd)[0]!r}: unknown; choose from {', '.join(KEEPS)}")
    height, width = photo.shape[:2]
    if height != width:
        raise SettingsError(f"photo of {width}x{height} pixels: not square; cut a square first")
    rng = np.random.default_rng([seed, 3])
    if reading is None and keep:
        reading = read_photo(photo, landmarks)
    drawn = _plausible(rng, reading, keep)
    values = drawn.to_dict()
    if reading is not None:
        if "colours" in keep:
            values |= _colours(rng, reading, drawn)
        if "hair" in keep:
            values |= _hair(rng, reading, drawn)
        if "expression" in keep:
            values |= expression_of(rng, reading)
        if "person" in keep:
            values |= _person(rng, reading, drawn)
    return laid_over(PaintParams.from_dict(values), landmarks, height)


def squared(
    photo: Bytes, landmarks: NDArray[np.floating], size: int
) -> tuple[Bytes, NDArray[np.float64]]:
    """The square of a photo that a painting of its person should show, and the landmarks in it.

    The head as large as heads are sampled, leaning as it does; `size` in pixels.
    """
    points = np.asarray(landmarks, np.float64)
    middle, apart = points[:2].mean(0), np.linalg.norm(points[1] - points[0])
    across = np.array([apart, 0.0])
    place = np.array([(0.5, 0.46), (0.71, 0.46)]) * size - 0.5
    matrix = similarity([middle, middle + across], place)
    return warp(photo, matrix, (size, size)), transform(points, matrix)


def _plausible(rng: Rng, reading: Reading | None, keep: Collection[str]) -> PaintParams:
    """A sampled character that what is kept does not contradict."""
    drawn = sample(rng)
    if reading is None or "person" not in keep:
        return drawn
    sex = _sex(rng, reading)
    for _ in range(30):
        if drawn.sex == sex and (drawn.hair_back == "bald") == (reading.hair is None):
            break
        drawn = sample(rng)
    return drawn


def _bearded(reading: Reading) -> bool:
    """A likely beard; shadow under long hair is taken for one too easily."""
    return reading.beard > BEARDED and reading.long < MEDIUM


def _sex(rng: Rng, reading: Reading) -> str:
    """Who mostly wears such hair."""
    if reading.hair is None or _bearded(reading):
        return "male"
    men = 0.05 if reading.long > LONG else 0.3 if reading.long > MEDIUM else 0.75
    return "male" if rng.random() < men else "female"


def _colours(rng: Rng, reading: Reading, drawn: PaintParams) -> Changes:
    """Colours of the photo, as clear as they are in drawings."""
    changes: Changes = {
        "skin": _skin(reading.skin),
        "cloth": (reading.cloth[0], min(reading.cloth[1] * 1.2, 0.2), reading.cloth[2]),
        "eyes": _iris(rng, reading.iris),
        "scene_colour": reading.ground,
        "scene": pick(rng, {"flat": 2.0, "gradient": 2.0, "bokeh": 1.0, "split": 0.5}),
        "hand": pick(rng, {name: habits.HAND[name] for name in TRUE_HANDS}),
        "hair_tips": False,
    }
    if reading.hair is not None:
        light, chroma, hue = reading.hair
        # A photograph's black has no colour of its own and no room for shadows.
        changes["hair"] = (float(np.clip(light + 0.03, 0.24, 0.95)), min(chroma * 1.1, 0.2), hue)
    return changes


TRUE_HANDS = ("studio", "visual_novel", "manga", "painterly", "retro")  # keep colours as they are


def _skin(colour: Lch) -> Lch:
    """Skin as it is in even light: photographs show it a little darker than drawings do."""
    light, chroma, hue = colour
    return (
        float(np.clip(light + 0.30 * max(light - 0.4, 0) * (1 - light) / 0.3, 0.3, 0.96)),
        float(np.clip(chroma * 0.95, 0.015, 0.1)),
        hue,
    )


def _iris(rng: Rng, colour: Lch) -> Lch:
    """The hue of the eyes, as bright as drawn eyes are."""
    light, chroma, hue = colour
    if chroma < 0.012:
        return near(rng, (0.5, 0.03, hue))
    return near(rng, (0.45 + 0.3 * light, min(0.06 + chroma, 0.16), hue))


def _hair(rng: Rng, reading: Reading, drawn: PaintParams) -> Changes:
    if reading.hair is None:
        if drawn.sex == "male":
            return {"hair_back": "bald", "hair_fringe": "none", "hair_sides": "none",
                    "ornament": "none", "ahoge": False}  # fmt: skip
        return {"hair_back": "pixie", "hair_fringe": "swept_back", "hair_sides": "none"}
    short = _SHORT_MALE if drawn.sex == "male" else _SHORT_FEMALE
    back = _LONG if reading.long > LONG else _MEDIUM if reading.long > MEDIUM else short
    fringe = _CLOSED_FRINGE if reading.fringe > COVERED else _OPEN_FRINGE
    loose = back is not short
    return {
        "hair_back": pick(rng, back),
        "hair_fringe": pick(rng, fringe),
        "hair_sides": pick(rng, habits.SIDES_LONG if loose else habits.SIDES_SHORT),
        "hair_volume": reading.volume,
        "ornament": "none",
        "ahoge": False,
    }


def mouth_of(reading: Expression | Reading, before: str = "") -> str:
    """Which of MOUTHS is photographed. In a film `before` is the one it was, and stays while what
    is read wavers about a border."""
    # What is pale or dark between lips that hardly smile may be lips, a moustache, or shadow.
    calm = min(reading.smile - SMILING, 0.0)
    values = (reading.smile, reading.teeth + calm, reading.gap + calm)
    was = MOUTHS.index(before) if before else 0
    found = MOUTHS[0]
    for rank, value in enumerate(values, 1):
        waver = WAVER[rank - 1] if before else 0.0
        if value > BORDERS[rank - 1] + (waver if was < rank else -waver):
            found = MOUTHS[rank]
    return found


def expression_of(rng: Rng, reading: Expression | Reading, mouth: str = "") -> Changes:
    """A mouth like the photographed one, or like `mouth` of MOUTHS; eyes as open as there."""
    mouth = {
        "gaping": lambda: pick(rng, {"laugh": 1.0, "open": 1.0}),
        "toothy": lambda: pick(rng, {"grin": 2.0, "laugh": 0.4}),
        "smiling": lambda: "smile",
        "calm": lambda: pick(rng, {"neutral": 4.0, "smile": 1.0}),
    }[mouth or mouth_of(reading)]()
    return {
        "mouth": mouth,
        "eye_open": 0.0 if reading.eye_open < 0.22 else min(0.62 + 0.42 * reading.eye_open, 1.05),
        "wink": "none",
        "closed_eyes": "resting" if mouth in ("neutral", "smile") else "happy",
    }


def _person(rng: Rng, reading: Reading, drawn: PaintParams) -> Changes:
    beard = _bearded(reading) and drawn.sex == "male"
    return {
        "beard": pick(rng, habits.BEARD) if beard else "none",
        "glasses": pick(rng, habits.GLASSES) if reading.glasses > SPECTACLED else "none",
    }
