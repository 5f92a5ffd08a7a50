"""Three likenesses of a photographed person: the closest, a prettier and a bolder one.

What recognises somebody comes from the photo: hair (length, parting, fringe, colour), skin, eyes,
brows, glasses, beard, clothes and their colours, age, and the shape of the face as far as drawings
take it (:mod:`rosetail.painter.face_proportions`). Nothing is left to luck.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rosetail.faces.hair import HairKind
from rosetail.painter.after import params_from_photo
from rosetail.painter.colour import Lch, from_rgb
from rosetail.painter.face_proportions import shaped
from rosetail.painter.params import PaintParams
from rosetail.painter.person import Person, read_person
from rosetail.painter.resemblance import (
    COVERED,
    DARK_SKIN,
    GREY_HAIR,
    LIKELY,
    OLD,
    UNSEEN_HAIR,
    hair_kind,
    looks_old,
)
from rosetail.painter.sample import in_range

Changes = dict[str, Any]

LIKENESSES = ("closest", "prettier", "bolder")
SEED = 0
LONG, SHOULDER = 2.75, 2.05  # eye distances below the eyes where hair ends
SURELY_COVERED = 0.9
GREENEST = 78.0  # hue of hair: in bluish light fair hair looks green
SURELY = 0.8  # chance of medium hair from which on a man's is
CROPPED = 0.35  # volume of coily hair that is shaven short
CLOUDS = ("curly", "afro")
RECEDES = 0.62  # age from which on slicked hair recedes
# By length and kind of hair: of a woman, of a man.
CUTS: dict[str, dict[HairKind, tuple[str, str]]] = {
    "long": {"straight": ("straight", "straight"), "wavy": ("wavy", "straight"),
             "curly": ("curly", "curly"), "coily": ("afro", "afro"), "braided": ("braids", "locs")},
    "shoulder": {"straight": ("shoulder", "shoulder"), "wavy": ("shoulder", "shoulder"),
                 "curly": ("curly", "curly"), "coily": ("afro", "afro"),
                 "braided": ("locs", "locs")},
    "chin": {"straight": ("bob", "shoulder"), "wavy": ("bob", "shoulder"),
             "curly": ("curly", "curly"), "coily": ("afro", "afro"), "braided": ("locs", "locs")},
    "short": {"straight": ("pixie", "short"), "wavy": ("pixie", "short"),
              "curly": ("curly", "short"), "coily": ("afro", "afro"),
              "braided": ("cornrows", "cornrows")},
}  # fmt: skip
FREE, CLOSED = 0.45, 0.85  # chance of a fringe: below, the forehead is free; above, it is covered
ASIDE = 0.3  # of a parting that is not in the middle
# Share of the crown that shows skin, and chance of baldness, where hair recedes.
HAIRLESS, THIN = 0.5, 0.3
HORN = 20.0  # CIELAB lightness by which thick rims of glasses are darker than the skin
GREY = 0.03  # chroma: hair of less, and lighter than that of OLD people, is grey
SHINES = (0.54, 0.02)  # lightness, chroma of the black hair of dark people, at most
FULL_BEARD = 0.97  # chance of a beard that is more than its shadow
WHITE = (0.74, 0.035)  # lightness and chroma of cloth that is white in coloured light
PAINTED = 0.035  # chroma by which painted lips exceed the skin


def likenesses(rgb: NDArray[np.uint8], landmarks: NDArray[np.floating]) -> dict[str, PaintParams]:
    """Parameters of three likenesses by name, of the person with the `landmarks` (5, 2) in `rgb`
    (uint8 [S, S, 3], square); pose, place and expression are those of the photo."""
    return likenesses_of(read_person(rgb, landmarks), rgb, landmarks)


def likenesses_of(
    person: Person, rgb: NDArray[np.uint8], landmarks: NDArray[np.floating]
) -> dict[str, PaintParams]:
    """As :func:`likenesses`, of a person who was read before, maybe in a larger photo."""
    seen = person.reading.hair_traits._replace(headwear=float(_covered(person)))
    person = replace(person, reading=replace(person.reading, hair_traits=seen))
    base = params_from_photo(rgb, landmarks, SEED, reading=person.reading)
    male = base.sex == "male"
    plain = base.changed(_plain(male))
    closest = plain.changed(
        _hair(person, plain)
        | _colours(person, plain)
        | _clothes(person, plain)
        | _face(person, male)
        | shaped(plain, person.shape, 1.0)
    )
    return {
        "closest": closest,
        "prettier": closest.changed(_prettier(closest, plain, person)),
        "bolder": closest.changed(_bolder(closest, plain, person)),
    }


def _covered(person: Person) -> bool:
    """Whether a veil or hat covers the hair. Cropped hair of men passes for a cap, and a fringe for
    the rim of a veil: there the reading must be sure."""
    traits, headwear = person.reading.traits, person.reading.headwear
    unsure = traits.male > 0.5 or traits.fringe > CLOSED
    return headwear > (SURELY_COVERED if unsure else COVERED)


def _plain(male: bool) -> Changes:
    """What faces have that are not remarkable."""
    return {
        "jaw": 0.55 if male else 0.22, "chin": 0.55 if male else 0.35, "cheeks": 0.0, "build": 0.5,
        "nose_size": 1.05 if male else 0.95, "mouth_size": 1.0, "lips": 0.0, "freckles": 0.0,
        "mole": False, "earrings": False, "blush": 0.08 if male else 0.25,
        "eye_size": 0.97 if male else 1.03, "eye_height": 0.84 if male else 1.0, "eye_tilt": 1.5,
        "lashes": 0.2 if male else 0.6, "rim_light": False, "artist_style": "soft",
    }  # fmt: skip


def _hair(person: Person, plain: PaintParams) -> Changes:
    """Cut, fringe and parting; nothing where a veil or hat covers it, or nothing is left."""
    reading = person.reading
    if reading.headwear > COVERED or plain.hair_back == "bald":
        return {}
    male, longest = plain.sex == "male", person.hair.longest
    changes: Changes = {"hair_part": _parting(person.part), "hair_volume": reading.volume}
    if male and person.hair.crown_skin > HAIRLESS and reading.traits.bald > THIN:
        return changes | {"hair_back": "slicked", "age": max(plain.age, RECEDES)}
    length = _length(person, male)
    back, sides = CUTS[length][hair_kind(reading, length)][male], "none"
    cropped = reading.volume < CROPPED or person.hair.crown_skin > HAIRLESS
    if length == "short" and back == "afro" and cropped:
        back = "buzz"
    if length == "short" and _shaven(person):
        back = "buzz"
    if back in CLOUDS:
        changes["hair_volume"] = max(reading.volume - CROPPED, 0.0)
        changes["hair_length"] = float(np.interp(longest, (0.5, 3.0), (0.8, 1.15)))
    else:
        changes["hair_length"] = float(np.interp(longest, (2.4, 3.6), (0.85, 1.1)))
    if length == "long":
        sides = "short"
    fringe = _fringe(person)
    if male and length == "short" and reading.traits.fringe < FREE:
        fringe = "parted"
    return changes | {"hair_back": back, "hair_fringe": fringe, "hair_sides": sides}


def _shaven(person: Person) -> bool:
    """A shaven head of dark skin: its shine passes for grey hair."""
    reading = person.reading
    return reading.traits.bald > THIN and reading.skin[0] < DARK_SKIN


def _length(person: Person, male: bool) -> str:
    """What lies beside a man's neck is mostly his collar."""
    traits, longest = person.reading.traits, person.hair.longest
    if male and (traits.medium < SURELY or longest < SHOULDER):
        return "short"
    if traits.long > 0.5 or longest > LONG:
        return "long"
    if traits.medium > 0.5:
        return "shoulder" if longest > SHOULDER else "chin"
    return "short"


def _fringe(person: Person) -> str:
    chance = person.reading.traits.fringe
    if chance > CLOSED:
        return "blunt" if abs(person.part) < ASIDE else "choppy"
    if chance > 0.6:
        return "wispy" if abs(person.part) < ASIDE else "side_swept"
    return "parted" if abs(person.part) < ASIDE else "side_swept"


def _parting(part: float) -> float:
    """Partings of drawings are on one side or the other."""
    return in_range("hair_part", part if abs(part) > ASIDE else 0.3 * (1 if part >= 0 else -1))


def _colours(person: Person, plain: PaintParams) -> Changes:
    # Coloured grounds colour the light on the figure.
    light, chroma, hue = person.reading.ground
    pale = max(light, 0.6), min(chroma, 0.02), hue
    changes: Changes = {"scene": "gradient", "scene_colour": pale}
    if person.reading.headwear <= COVERED:
        changes["hair"] = _hair_colour(person, plain)
    lips = person.colours.lips
    if lips is not None and plain.sex == "female":
        red = _chroma(lips) - person.reading.skin[1] - PAINTED
        changes["lips"] = float(np.clip(12 * red, 0, 0.9))
    return changes


def _hair_colour(person: Person, plain: PaintParams) -> Lch:
    light, chroma, hue = plain.hair
    if _shaven(person):
        return UNSEEN_HAIR
    if light > GREY_HAIR[0] and chroma < GREY:
        return light, 0.3 * chroma, hue
    if person.reading.skin[0] < DARK_SKIN and light < SHINES[0] and chroma < SHINES[1]:
        return 0.55 * light, chroma, hue
    return light, chroma, min(hue, GREENEST) if hue < 180 else hue


def _chroma(rgb: tuple[float, float, float]) -> float:
    return from_rgb(rgb)[1]


def _clothes(person: Person, plain: PaintParams) -> Changes:
    garment = person.garment
    if garment is None:
        return {}
    changes = {"clothes": garment.kind, "cloth": _dyed(garment.cloth),
               "cloth_second": _dyed(garment.second)}  # fmt: skip
    if plain.ornament not in ("headscarf", "beanie"):
        changes["accent"] = _dyed(garment.tie or garment.cloth)
    return changes


def _dyed(colour: Lch) -> Lch:
    light, chroma, hue = colour
    stronger = 0.4 if light > WHITE[0] and chroma < WHITE[1] else 1.15
    return float(np.clip(light, 0.16, 0.97)), min(stronger * chroma, 0.2), hue


def _face(person: Person, male: bool) -> Changes:
    """Brows, nose, eyes and age."""
    reading, shape = person.reading, person.shape
    nose = "straight" if male else "tick"
    if shape.nose_width > 1.0:
        nose = "broad"
    elif shape.nose_length > 1.2:
        nose = "hook" if male else "straight"
    eyes = "almond"
    if shape.lids < -1.0:
        eyes = "narrow"
    elif shape.lids > 1.0 and not male:
        eyes = "round"
    elif shape.tilt > 1.0:
        eyes = "droopy"
    elif shape.tilt < -1.0:
        eyes = "sharp"
    weight = np.interp(person.brows, (0.10, 0.30, 0.55), (0.6, 1.0, 1.7))
    changes: Changes = {
        "nose": nose,
        "eye_shape": eyes,
        "brow_weight": in_range("brow_weight", weight),
    }
    if male and reading.traits.beard > FULL_BEARD and reading.traits.stubble > 0.5:
        changes["beard"] = "short"
    if reading.traits.glasses > LIKELY:
        changes["glasses"] = "square" if person.rims > HORN else "oval"
    if looks_old(reading) and not _shaven(person):
        changes["age"] = OLD
    return changes


def _prettier(closest: PaintParams, plain: PaintParams, person: Person) -> Changes:
    """Less of what is unusual, larger eyes, fewer years."""
    return shaped(plain, person.shape, 0.35) | {
        "age": min(closest.age, 0.66) if closest.age > 0.5 else 0.3,
        "eye_size": in_range("eye_size", closest.eye_size * 1.14),
        "eye_height": in_range("eye_height", plain.eye_height * 1.12),
        "lashes": in_range("lashes", closest.lashes + 0.3),
        "brow_weight": in_range("brow_weight", 0.5 + 0.5 * closest.brow_weight),
        "blush": in_range("blush", closest.blush + 0.25),
        "nose": "tick" if closest.nose in ("broad", "hook") else closest.nose,
    }


def _bolder(closest: PaintParams, plain: PaintParams, person: Person) -> Changes:
    """Cel-shaded, in stronger colours, and more of what makes the face its own."""
    return shaped(plain, person.shape, 1.4) | {
        "artist_style": "cel",
        "rim_light": True,
        "hair": _stronger(closest.hair),
        "eyes": _stronger(closest.eyes),
        "cloth": _stronger(closest.cloth),
        "hair_volume": in_range("hair_volume", closest.hair_volume + 0.25),
        "brow_weight": in_range("brow_weight", 1.2 * closest.brow_weight),
    }


def _stronger(colour: Lch) -> Lch:
    light, chroma, hue = colour
    return light, min(1.35 * chroma, 0.24), hue
