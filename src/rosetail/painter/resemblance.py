"""What a painting keeps of the person in a photograph, beside pose and expression.

Each part has its luck to itself, and what is chosen goes by what another view of the same person
shows as well, so that they stay the same character.
"""

from __future__ import annotations

from typing import Any
from zlib import crc32

import numpy as np

from rosetail.faces.hair import HairKind
from rosetail.faces.traits import Traits
from rosetail.painter import palette, priors
from rosetail.painter.colour import Lch, distance, mix
from rosetail.painter.params import PaintParams
from rosetail.painter.reading import Reading
from rosetail.painter.sample import near, pick, placed, sample
from rosetail.painter.worn import WITHOUT_FRINGE

Rng = np.random.Generator
Changes = dict[str, Any]

LIKELY = 0.5  # chance above which a trait is drawn
COVERED = 0.6  # the same of a veil or hat
BALD = 0.95  # the same of baldness: a rim of hair, or thin hair, is not to be shaven
# The same where what is read as hair is skin: distance in OKLab, or a brown of the skin's hue.
SHAVEN, AS_SKIN = 0.8, 0.12
BROWN, SAME_HUE = (0.48, 0.045), 20.0  # least lightness and chroma; degrees
ANYBODYS = ("scene", "scene_colour", "artist_style", "light", "rim_light", "eye_shape", "eye_tilt")
IN_COLOUR = ("cel", "soft", "retro")  # artist styles
IRIS_HUES = (55.0, 90.0, 150.0, 250.0)  # brown, hazel, green, blue
EVERYDAY = {"t_shirt": 1.0, "shirt": 1.0, "sweater": 1.0, "turtleneck": 0.6, "jacket": 0.8}
GREY, DARK = 0.055, 0.6  # clothes of less chroma; of less lightness
ALIKE = 0.12  # in OKLab: clothes that near to the skin are skin
SUITING, SHIRT = (0.34, 0.03, 262.0), (0.95, 0.005, 262.0)
CHANCE = 0.3  # of how full a cut is, beside the volume that is read
SPREAD = 3.0  # how often all fringes come from black hair to white

# Cuts by length and kind of hair, from the flattest to the fullest; the rest is as straight hair.
_CUTS: dict[str, dict[HairKind, dict[str, float]]] = {
    "long": {"straight": {"half_up": 0.4, "straight": 1.0}, "wavy": {"half_up": 0.4, "wavy": 1.0},
             "curly": {"curly": 1.0}, "coily": {"afro": 1.0},
             "braided": {"braids": 1.0, "locs": 0.6}},
    "medium": {"straight": {"shoulder": 1.0, "bob": 0.8}, "curly": {"curly": 1.0},
               "coily": {"afro": 1.0}, "braided": {"locs": 1.0}},
    "male": {"straight": {"buzz": 0.3, "undercut": 0.4, "short": 1.6, "messy": 0.6, "spiky": 0.2},
             "curly": {"short": 0.5, "messy": 0.5, "curly": 0.6},
             "coily": {"buzz": 2.0, "short": 0.5, "afro": 0.8}, "braided": {"cornrows": 1.0}},
    "female": {"straight": {"bun": 0.4, "pixie": 1.0, "short": 0.4, "bob": 0.7},
               "curly": {"bun": 0.4, "pixie": 0.4, "curly": 1.0},
               "coily": {"buzz": 0.4, "bun": 0.5, "two_buns": 0.3, "curly": 0.6, "afro": 1.2},
               "braided": {"cornrows": 1.0}},
}  # fmt: skip
DARK_SKIN = 0.62  # lightness
LIGHT_SKIN = 0.74
GREY_HAIR = (0.52, 0.035)  # lighter, and of less chroma
YOUNG, EARLY, GROWN, BALDING, OLD = 0.22, 0.32, 0.50, 0.56, 0.80  # ages
SURELY_OLD = 0.8  # chance
# Lightness of skin in photos, and as it is drawn.
LIGHTER = ((0.0, 0.58, 0.66, 0.74, 0.82, 1.0), (0.0, 0.58, 0.70, 0.845, 0.90, 1.0))
COLOURLESS = 0.01  # chroma of skin in photos without colours
UNSEEN_HAIR: Lch = (0.30, 0.022, 285.0)
_OPEN_FRINGE = {"side_swept": 1.0, "parted": 0.8, "swept_back": 0.15}
_OPEN_FRINGE_MALE = {"side_swept": 1.0, "swept_back": 0.6, "parted": 0.4}
_CLOSED_FRINGE = {"choppy": 1.0, "between_eyes": 1.0, "blunt": 0.6, "messy": 0.6, "wispy": 0.6}


def luck(seed: int, part: str) -> Rng:
    """A generator of its own for each part: what is read otherwise changes that part alone."""
    return np.random.default_rng([seed, 3, crc32(part.encode())])


def plausible(rng: Rng, reading: Reading | None) -> PaintParams:
    """A sampled character that what is read, if anything, does not contradict.

    Whoever it is, what anybody may have is the first one's: another view of the same photo may be
    taken for another sex, and is the same picture but for that.
    """
    drawn = first = sample(rng)
    if reading is None:
        return drawn
    sex = "male" if reading.traits.male > LIKELY else "female"
    bald = _bald(reading) and sex == "male"
    for _ in range(30):
        if drawn.sex == sex and (drawn.hair_back == "bald") == bald:
            break
        drawn = sample(rng)
    if drawn.sex != sex:  # rare cuts of one sex may not turn up
        drawn = drawn.changed({"sex": sex, "beard": "none"})
    anybodys = {name: getattr(first, name) for name in ANYBODYS}
    return drawn.changed(anybodys | {"age": _age(reading, first.age)})


def _age(reading: Reading, drawn: float) -> float:
    """Old as the face looks, or where hair is grey or gone; otherwise grown."""
    if _bald(reading):
        return OLD if reading.age.old > SURELY_OLD else BALDING
    if looks_old(reading):
        return OLD
    return min(max(drawn, YOUNG), GROWN if reading.age.young < LIKELY else EARLY)


def looks_old(reading: Reading) -> bool:
    """Whether somebody surely looks old, or has grey hair and does not look young."""
    if reading.age.old > SURELY_OLD:
        return True
    lightness, chroma, _ = reading.hair or reading.skin
    grey = lightness > GREY_HAIR[0] and chroma < GREY_HAIR[1]
    return grey and reading.headwear <= COVERED and reading.age.young < LIKELY


def _bald(reading: Reading) -> bool:
    covered = reading.headwear > COVERED
    if covered or reading.hair is None:
        return not covered
    return reading.traits.bald > (SHAVEN if _is_skin(reading.hair, reading.skin) else BALD)


def _is_skin(hair: Lch, skin: Lch) -> bool:
    brown = hair[0] > BROWN[0] and hair[1] > BROWN[1] and abs(hair[2] - skin[2]) < SAME_HUE
    return brown or distance(hair, skin) < AS_SKIN


def colours(seed: int, reading: Reading, drawn: PaintParams) -> Changes:
    """Colours of the photo, as clear as they are in drawings, and clothes that are of theirs."""
    rng = luck(seed, "colours")
    changes: Changes = {
        "skin": _skin(reading.skin),
        "eyes": _iris(rng, reading.iris),
        "scene_colour": reading.ground,
        "scene": pick(rng, {"flat": 2.0, "gradient": 2.0, "bokeh": 1.0, "split": 0.5}),
        "artist_style": pick(rng, {name: priors.ARTIST_STYLE[name] for name in IN_COLOUR}),
        "hair_tips": False,
    }
    if reading.hair is not None and reading.headwear <= COVERED:
        light, chroma, hue = reading.hair
        # A photograph's black has no colour of its own and no room for shadows.
        changes["hair"] = (float(np.clip(light + 0.03, 0.24, 0.95)), min(chroma * 1.1, 0.2), hue)
    return changes | _clothes(luck(seed, "clothes"), reading, drawn)


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


def _skin(colour: Lch) -> Lch:
    """Skin as it is drawn: photographs show light skin darker than drawings do, and all skin redder
    or greyer as their light is. Dark skin keeps its lightness."""
    light, chroma, hue = colour
    light = float(np.clip(np.interp(light, *LIGHTER), 0.40, 0.96))
    lights, chromas, hues = zip(*palette.SKIN[::-1], strict=True)
    usual = light, float(np.interp(light, lights, chromas)), float(np.interp(light, lights, hues))
    if chroma < COLOURLESS:
        return usual
    return mix((light, float(np.clip(chroma * 0.95, 0.015, 0.1)), hue), usual, 0.6)


def _iris(rng: Rng, colour: Lch) -> Lch:
    """The hue of the eyes, as bright as drawn eyes are; lids and light make brown ones redder than
    eyes ever are."""
    light, chroma, hue = colour
    if chroma < 0.012:
        return near(rng, (0.5, 0.03, hue))
    off = [(hue - each + 180) % 360 - 180 for each in IRIS_HUES]
    hue -= 0.7 * min(off, key=abs)
    return near(rng, (0.45 + 0.3 * light, min(0.06 + chroma, 0.16), hue))


def _covered(reading: Reading, drawn: PaintParams) -> Changes:
    """A veil or a hat in its colour."""
    cloth = reading.hair or reading.cloth
    worn = "headscarf" if drawn.sex == "female" else "beanie"
    cut = {"hair_back": "low_ponytail" if drawn.sex == "female" else "short"}
    fringe = "side_swept" if drawn.sex == "female" else "parted"
    return cut | {
        "ornament": worn, "accent": cloth, "hair": UNSEEN_HAIR, "hair_fringe": fringe,
        "hair_sides": "none", "ahoge": False,
    }  # fmt: skip


def hair(seed: int, reading: Reading, drawn: PaintParams) -> Changes:
    """How long it is, how full, and whether it covers the forehead; or what covers it."""
    if reading.headwear > COVERED:
        return _covered(reading, drawn)
    if _bald(reading):
        if drawn.sex == "male":
            return {"hair_back": "bald", "hair_fringe": "none", "hair_sides": "none",
                    "ornament": "none", "ahoge": False}  # fmt: skip
        return {"hair_back": "pixie", "hair_fringe": "swept_back", "hair_sides": "none"}
    male = drawn.sex == "male"
    rng, traits = luck(seed, "hair"), reading.traits
    length = "long" if traits.long > LIKELY else "medium" if traits.medium > LIKELY else "short"
    loose = length != "short"
    cuts = _CUTS[length if loose else drawn.sex]
    fringe = _OPEN_FRINGE_MALE if male else _OPEN_FRINGE
    if traits.fringe > LIKELY:
        fringe = _CLOSED_FRINGE
    full = reading.volume + CHANCE * (rng.random() - 0.5)
    colour = reading.hair or reading.skin  # another view's is the same, another person's is not
    cut = placed(cuts.get(hair_kind(reading, length), cuts["straight"]), full)
    sides = pick(rng, priors.SIDES_LONG if loose else priors.SIDES_SHORT)
    return {
        "hair_back": cut,
        "hair_fringe": placed(fringe, (rng.random() + SPREAD * colour[0]) % 1),
        "hair_sides": "none" if cut in WITHOUT_FRINGE or (male and not loose) else sides,
        "hair_volume": reading.volume,
        "ornament": "none",
        "ahoge": False,
    }


def hair_kind(reading: Reading, length: str) -> HairKind:
    """The kind of hair that is drawn, of the `length` "long", "short" or between.

    Layers of light hair pass for curls unless it is long, and light people hardly ever have coils.
    """
    kind = reading.hair_traits.kind
    if reading.skin[0] < LIGHT_SKIN:
        return kind
    doubtful = kind in ("coily", "braided") or (kind == "curly" and length != "long")
    return "wavy" if doubtful or length == "short" else kind


def worn(seed: int, reading: Reading, drawn: PaintParams) -> Changes:
    """Beard and spectacles."""
    traits = reading.traits
    bearded = traits.beard > LIKELY and drawn.sex == "male"
    spectacled = traits.glasses > LIKELY
    return {
        "beard": _beard(seed, traits) if bearded else "none",
        "glasses": pick(luck(seed, "glasses"), priors.GLASSES) if spectacled else "none",
    }


def _beard(seed: int, traits: Traits) -> str:
    chances = {name: getattr(traits, name) for name in ("stubble", "moustache", "chin")}
    likeliest = max(chances, key=lambda name: chances[name])
    if likeliest != "chin":
        return likeliest
    return pick(luck(seed, "beard"), {name: priors.BEARD[name] for name in ("goatee", "full")})
