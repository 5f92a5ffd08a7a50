"""Parameters that paint the person of a photograph: pose and layout always, the rest if wanted.

What the photo cannot tell, or is not to decide, is chosen by a seed as in `sample`, so that one
photo gives as many characters as wanted.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from rosetail.data.painter import habits, palette
from rosetail.data.painter.colour import Lch, distance, mix
from rosetail.data.painter.fit import laid_over
from rosetail.data.painter.params import PaintParams
from rosetail.data.painter.reading import Expression, Reading, read_evenly
from rosetail.data.painter.sample import near, pick, placed, sample
from rosetail.data.photo_reader import Traits
from rosetail.data.warp import similarity, transform, warp
from rosetail.errors import SettingsError

Bytes = NDArray[np.uint8]
Rng = np.random.Generator
Changes = dict[str, Any]

# What can be taken from the photo besides the pose and the layout of the face.
KEEPS = ("expression", "colours", "hair", "person")

BEARDED, SPECTACLED, MALE, LONG, MEDIUM, COVERED = 0.5, 0.5, 0.5, 0.5, 0.5, 0.5  # chances
SPREAD = 3.0  # how often all fringes come from black hair to white
CHANCE = 0.3  # of how full a cut is, beside the volume that is read
BALD = 0.7  # the same: hair that is overlooked is worse than a rim that is made whole
EVERYDAY = {"t_shirt": 1.0, "shirt": 1.0, "sweater": 1.0, "turtleneck": 0.6, "jacket": 0.8}
GREY, DARK = 0.055, 0.6  # chroma, lightness below
ALIKE = 0.12  # in OKLab
IRIS_HUES = (55.0, 90.0, 150.0, 250.0)  # brown, hazel, green, blue
SUITING, SHIRT = (0.34, 0.03, 262.0), (0.95, 0.005, 262.0)
ANYBODYS = ("scene", "scene_colour", "hand", "light", "rim_light", "eye_shape", "eye_tilt", "nose")
MOUTHS = ("calm", "smiling", "toothy", "gaping")
BORDERS = SMILING, TOOTHY, GAPING = 0.5, 0.5, 0.35  # of smile, teeth and gap, between MOUTHS
WAVER = (0.1, 0.15, 0.06)  # how far off those borders a mouth stays what it was, in a film
SHADOW = 0.18  # of the mouth that is dark and no opening, where nobody smiles

# From the flattest cut to the fullest.
_LONG = {"half_up": 0.4, "straight": 1.0, "wavy": 0.8}
_MEDIUM = {"shoulder": 1.0, "bob": 0.8}
_SHORT_MALE = {"undercut": 0.6, "short": 1.5, "pixie": 0.5, "spiky": 0.3}
_SHORT_FEMALE = {"bun": 0.3, "pixie": 1.0, "short": 0.5, "bob": 0.7}
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
    if reading is None and keep:
        reading = read_evenly(photo, landmarks)
    drawn = _plausible(_luck(seed, "person"), reading, keep)
    values = drawn.to_dict()
    if reading is not None:
        if "colours" in keep:
            values |= _colours(_luck(seed, "colours"), reading, drawn)
            values |= _clothes(_luck(seed, "clothes"), reading, drawn)
        if "hair" in keep:
            values |= _hair(_luck(seed, "hair"), reading, drawn)
        if "expression" in keep:
            values |= expression_of(_luck(seed, "expression"), reading.expression)
        if "person" in keep:
            values |= _person(seed, reading, drawn)
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


def _luck(seed: int, part: str) -> Rng:
    """A generator of its own for each part: what is read otherwise changes that part alone."""
    return np.random.default_rng([seed, 3, crc32(part.encode())])


def _plausible(rng: Rng, reading: Reading | None, keep: Collection[str]) -> PaintParams:
    """A sampled character that what is kept does not contradict.

    Whoever it is, what anybody may have is the first one's: another view of the same photo may be
    taken for another sex, and is the same picture but for that.
    """
    drawn = first = sample(rng)
    if reading is None or "person" not in keep:
        return drawn
    sex = "male" if reading.traits.male > MALE else "female"
    bald = _bald(reading) and sex == "male"
    for _ in range(30):
        if drawn.sex == sex and (drawn.hair_back == "bald") == bald:
            break
        drawn = sample(rng)
    worn = habits.CLOTHES_MALE if sex == "male" else habits.CLOTHES_FEMALE
    shared = (*ANYBODYS, "clothes") if first.clothes in worn else ANYBODYS
    return replace(drawn, **{name: getattr(first, name) for name in shared})


def _bald(reading: Reading) -> bool:
    return reading.hair is None or reading.traits.bald > BALD


def _colours(rng: Rng, reading: Reading, drawn: PaintParams) -> Changes:
    """Colours of the photo, as clear as they are in drawings."""
    changes: Changes = {
        "skin": _skin(reading.skin),
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


def _clothes(rng: Rng, reading: Reading, drawn: PaintParams) -> Changes:
    """Everyday ones in the photographed colour, if it is one. Where a portrait shows but skin or
    grey below the face, it is mostly that of somebody in a suit; what is light is the shirt."""
    light, chroma, hue = reading.cloth
    bare = distance(reading.cloth, reading.skin) < ALIKE
    if bare or chroma < GREY:
        kind = pick(rng, {"suit": 1.0} if drawn.sex == "male" else {"suit": 1.0, "blazer": 1.0})
        seen = {} if bare else {"cloth" if light < DARK else "cloth_second": reading.cloth}
        return {"clothes": kind, "cloth": SUITING, "cloth_second": SHIRT} | seen
    return {"clothes": pick(rng, EVERYDAY), "cloth": (light, min(chroma * 1.2, 0.2), hue)}


TRUE_HANDS = ("studio", "visual_novel", "manga", "painterly", "retro")  # keep colours as they are


def _skin(colour: Lch) -> Lch:
    """Skin as it is in even light, half-way to how skin of its lightness is drawn: photographs
    show it a little darker, and redder or greyer as their light is."""
    light, chroma, hue = colour
    light = float(np.clip(light + 0.30 * max(light - 0.4, 0) * (1 - light) / 0.3, 0.3, 0.96))
    seen = light, float(np.clip(chroma * 0.95, 0.015, 0.1)), hue
    lights, chromas, hues = zip(*palette.SKIN[::-1], strict=True)
    chroma, hue = (float(np.interp(light, lights, each)) for each in (chromas, hues))
    return mix(seen, (light, chroma, hue), 0.5)


def _iris(rng: Rng, colour: Lch) -> Lch:
    """The hue of the eyes, as bright as drawn eyes are; lids and light make brown ones redder than
    eyes ever are."""
    light, chroma, hue = colour
    if chroma < 0.012:
        return near(rng, (0.5, 0.03, hue))
    off = [(hue - each + 180) % 360 - 180 for each in IRIS_HUES]
    hue -= 0.7 * min(off, key=abs)
    return near(rng, (0.45 + 0.3 * light, min(0.06 + chroma, 0.16), hue))


def _hair(rng: Rng, reading: Reading, drawn: PaintParams) -> Changes:
    if _bald(reading):
        if drawn.sex == "male":
            return {"hair_back": "bald", "hair_fringe": "none", "hair_sides": "none",
                    "ornament": "none", "ahoge": False}  # fmt: skip
        return {"hair_back": "pixie", "hair_fringe": "swept_back", "hair_sides": "none"}
    short = _SHORT_MALE if drawn.sex == "male" else _SHORT_FEMALE
    traits = reading.traits
    back = _LONG if traits.long > LONG else _MEDIUM if traits.medium > MEDIUM else short
    fringe = _CLOSED_FRINGE if traits.fringe > COVERED else _OPEN_FRINGE
    loose = back is not short
    full = reading.volume + CHANCE * (rng.random() - 0.5)
    colour = reading.hair or reading.skin  # another view's is the same, another person's is not
    return {
        "hair_back": placed(back, full),
        "hair_fringe": placed(fringe, (rng.random() + SPREAD * colour[0]) % 1),
        "hair_sides": pick(rng, habits.SIDES_LONG if loose else habits.SIDES_SHORT),
        "hair_volume": reading.volume,
        "ornament": "none",
        "ahoge": False,
    }


def mouth_of(seen: Expression, before: str = "") -> str:
    """Which of MOUTHS is photographed. In a film `before` is the one it was, and stays while what
    is read wavers about a border."""
    # What is dark between lips that do not smile may be lips, a moustache, or shadow.
    shadow = SHADOW * max(SMILING - seen.smile, 0.0) / SMILING
    values = (seen.smile, seen.teeth, seen.gap - shadow)
    was = MOUTHS.index(before) if before else 0
    found = MOUTHS[0]
    for rank, value in enumerate(values, 1):
        waver = WAVER[rank - 1] if before else 0.0
        if value > BORDERS[rank - 1] + (waver if was < rank else -waver):
            found = MOUTHS[rank]
    return found


def expression_of(rng: Rng, seen: Expression, mouth: str = "") -> Changes:
    """A mouth like the photographed one, or like `mouth` of MOUTHS; eyes as open as there."""
    mouth = {
        "gaping": lambda: pick(rng, {"laugh": 1.0, "open": 1.0}),
        "toothy": lambda: pick(rng, {"grin": 2.0, "laugh": 0.4}),
        "smiling": lambda: "smile",
        "calm": lambda: pick(rng, {"neutral": 4.0, "smile": 1.0}),
    }[mouth or mouth_of(seen)]()
    return {
        "mouth": mouth,
        "eye_open": 0.0 if seen.eye_open < 0.22 else min(0.62 + 0.42 * seen.eye_open, 1.05),
        "wink": "none",
        "closed_eyes": "resting" if mouth in ("neutral", "smile") else "happy",
    }


def _person(seed: int, reading: Reading, drawn: PaintParams) -> Changes:
    traits = reading.traits
    bearded = traits.beard > BEARDED and drawn.sex == "male"
    worn = traits.glasses > SPECTACLED
    return {
        "beard": _beard(seed, traits) if bearded else "none",
        "glasses": pick(_luck(seed, "glasses"), habits.GLASSES) if worn else "none",
    }


def _beard(seed: int, traits: Traits) -> str:
    chances = {name: getattr(traits, name) for name in ("stubble", "moustache", "chin")}
    likeliest = max(chances, key=lambda name: chances[name])
    if likeliest != "chin":
        return likeliest
    return pick(_luck(seed, "beard"), {name: habits.BEARD[name] for name in ("goatee", "full")})
