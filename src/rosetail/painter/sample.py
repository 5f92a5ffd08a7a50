"""Chooses parameters: each tag often enough to be learnt, nothing an illustrator would not draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from rosetail.painter import palette, priors
from rosetail.painter.colour import Lch, mix
from rosetail.painter.lids import corner_lean
from rosetail.painter.mouth import CHEERFUL, MOUTHS
from rosetail.painter.params import RANGES, PaintParams
from rosetail.painter.worn import HATS, NO_HATS, TIPPED, WITHOUT_FRINGE

Rng = np.random.Generator
Chosen = dict[str, Any]

LEANING = {"sharp": 1.0, "droopy": -1.0}  # the way that these eyes' outer corners go
CHILDREN = 0.07  # share of portraits
GAZE_BACK = 0.022  # gaze for a degree of yaw that looks back at the viewer
AHOGE_ROOM = 1.95  # from the eyes to the upper edge, in half widths of the head


def sample(source: int | Rng) -> PaintParams:
    """Parameters of one portrait from a seed or a NumPy generator."""
    rng = source if isinstance(source, np.random.Generator) else np.random.default_rng(source)
    male = bool(rng.random() < 0.43)
    age = float(0.20 + 0.80 * rng.beta(0.9, 2.6))
    if rng.random() < CHILDREN:
        age = float(rng.uniform(0, 0.08))
    mouth = pick(rng, priors.MOUTH)
    chosen: Chosen = {"age": age, **_frame(rng), **_face(rng, male, age)}
    chosen |= _mouth(rng, mouth)
    chosen |= _eyes(rng, male, age, mouth, chosen["yaw"])
    chosen |= _hair(rng, male, age, chosen["beard"] != "none", chosen["skin"])
    chosen |= _clothes(rng, male, age)
    free = chosen["hair_sides"] not in ("long", "hime")
    chosen["earrings"] = bool(chosen["earrings"] < priors.EARRINGS[free])
    if chosen["hair_fringe"] == "over_eye":  # one of the eyes has to say where they look
        chosen |= {"wink_left": 0.0, "wink_right": 0.0}
    chosen |= {
        "scene": pick(rng, priors.SCENE),
        "scene_colour": _ground(rng, chosen["hair"][2]),
        "artist_style": pick(rng, priors.ARTIST_STYLE),
        "light": float(rng.choice([-1.0, 1.0])),
        "rim_light": bool(rng.random() < 0.2),
    }
    for name, borders in priors.BORDERS.items():
        chosen[name] = in_range(name, apart(chosen[name], borders))
    own = corner_lean(chosen["eye_shape"], 0.0)
    chosen["eye_tilt"] = in_range(
        "eye_tilt", apart(chosen["eye_tilt"] + own, priors.LEAN_BORDERS) - own
    )
    if chosen["ahoge"]:
        chosen["centre_y"] = max(chosen["centre_y"], AHOGE_ROOM * chosen["scale"])
    return PaintParams(**chosen)


def apart(value: float, borders: tuple[tuple[float, float], ...]) -> float:
    """The value, mirrored off a border that it is too near to, on the side where it lies: what was
    nearest goes furthest, so that nothing piles up where the gap ends."""
    for border, gap in borders:
        away = value - border
        if abs(away) < gap:
            return border + (2 * gap - away if away >= 0 else -2 * gap - away)
    return value


def pick(rng: Rng, weights: Mapping[str, float]) -> str:
    """A key, with probability in proportion to its weight."""
    names = list(weights)
    share = np.array([weights[name] for name in names], dtype=np.float64)
    return names[int(rng.choice(len(names), p=share / share.sum()))]


def placed(weights: Mapping[str, float], place: float) -> str:
    """The key that lies at ``place``, 0..1, where each takes its weight's share."""
    ends = np.cumsum(list(weights.values()))
    return list(weights)[min(int((place * ends[-1] >= ends).sum()), len(weights) - 1)]


def bounded(rng: Rng, name: str, mean: float, spread: float) -> float:
    """A normal value within the parameter's range."""
    return in_range(name, rng.normal(mean, spread))


def in_range(name: str, value: float) -> float:
    """The value of the parameter's range that is nearest."""
    low, high = RANGES[name]
    return float(np.clip(value, low, high))


def near(rng: Rng, colour: Lch, spread: tuple[float, float, float] = (0.03, 0.012, 6.0)) -> Lch:
    """A colour within `spread` (lightness, chroma, hue) of another."""
    return (
        float(np.clip(colour[0] + rng.uniform(-spread[0], spread[0]), 0.05, 0.98)),
        float(np.clip(colour[1] + rng.uniform(-spread[1], spread[1]), 0.0, 0.37)),
        float((colour[2] + rng.uniform(-spread[2], spread[2])) % 360),
    )


def _lch(rng: Rng, lightness: tuple[float, float], chroma: tuple[float, float], hue: float) -> Lch:
    return float(rng.uniform(*lightness)), float(rng.uniform(*chroma)), float(hue % 360)


def _frame(rng: Rng) -> Chosen:
    """Place and pose, spread like those of portrait photographs.

    In head crops of 846 portraits `fit.turn_of` finds spreads of 8.5 degrees of yaw with heavy
    tails (1 % beyond 22), 3.3 of pitch and 4.3 of roll, the last two somewhat more than that, as
    it draws what is uncertain to the middle. One head in five is turned further, as illustrators
    like it, so that tags of pose can be learnt.
    """
    wide = rng.random() < 0.20
    yaw = in_range("yaw", rng.uniform(-42, 42) if wide else 9.0 * rng.standard_t(6))
    return {
        "scale": bounded(rng, "scale", 0.222, 0.018),
        "centre_x": bounded(rng, "centre_x", 0.5, 0.03),
        "centre_y": bounded(rng, "centre_y", 0.47, 0.03),
        "yaw": yaw,
        "pitch": bounded(rng, "pitch", 0, 9.0 if wide else 4.5),
        "roll": bounded(rng, "roll", 0, 10.0 if wide else 7.0),
        "body_yaw": bounded(rng, "body_yaw", 0.35 * yaw, 9.0),
    }


def on_flat_ground(params: PaintParams) -> PaintParams:
    """The same portrait before a single colour."""
    return replace(params, scene="flat")


def _ground(rng: Rng, hair_hue: float) -> Lch:
    """A background colour: near the hair's hue or across from it, seldom any; bright or deep."""
    turn = float(rng.choice([0.0, 30.0, -30.0, 150.0, 180.0, 210.0, rng.uniform(0, 360)]))
    if rng.random() < 0.8:
        return clean(_lch(rng, (0.82, 0.95), (0.012, 0.065), hair_hue + turn))
    return clean(_lch(rng, (0.50, 0.75), (0.03, 0.09), hair_hue + turn))


def clean(colour: Lch) -> Lch:
    """The colour, or a lively one in its place: dull dark yellows look like mud."""
    lightness, chroma, hue = colour
    if 55 < hue < 135 and lightness < 0.72:
        return lightness, min(chroma, 0.09), (45.0 if hue < 95 else 155.0)
    return colour


def _skin(rng: Rng) -> Lch:
    """Skin of all tones; the light ones drawn more often, as in the genre."""
    place = float(rng.beta(1.0, 1.7)) * (len(palette.SKIN) - 1)
    index = min(int(place), len(palette.SKIN) - 2)
    tone = mix(palette.SKIN[index], palette.SKIN[index + 1], place - index)
    lightness, chroma, hue = near(rng, tone, (0.008, 0.004, 3.0))
    return apart(lightness, priors.SKIN_BORDERS), chroma, hue


def _face(rng: Rng, male: bool, age: float) -> Chosen:
    beard = "none"
    grown = age > 0.18
    if male and age > 0.3 and rng.random() < 0.65 * age:
        beard = pick(rng, priors.BEARD)
    painted = not male and grown and rng.random() < 0.15 + 0.25 * age
    skin = _skin(rng)
    noses = dict(priors.NOSE)
    if male or age > 0.5:
        noses = {**noses, **priors.NOSE_GROWN} if male else {**noses, "straight": 0.8}
    if skin[0] < 0.70:
        noses["broad"] = 1.6
    return {
        "sex": "male" if male else "female",
        "skin": skin,
        "face_width": bounded(rng, "face_width", 1.0, 0.030),
        "face_length": bounded(rng, "face_length", 1.0 + 0.035 * male + 0.03 * age, 0.035),
        "cheeks": bounded(rng, "cheeks", 0.0, 0.40),
        "jaw": float(np.clip(rng.beta(1.4, 3.2) + 0.15 * male + 0.2 * max(age - 0.5, 0), 0, 1)),
        "chin": float(rng.beta(1.6, 2.2)),
        "build": float(rng.beta(2.2, 2.2)),
        "blush": float(rng.beta(1.2, 1.6) * (0.4 if male else 1.0)),
        "freckles": float(rng.uniform(0.5, 1)) if rng.random() < 0.07 and skin[0] > 0.6 else 0.0,
        "mole": bool(rng.random() < 0.05),
        "nose": pick(rng, noses),
        "nose_size": bounded(rng, "nose_size", 0.95 + 0.12 * male, 0.14),
        "mouth_size": bounded(rng, "mouth_size", 1.0, 0.09),
        "lips": float(rng.uniform(0.35, 1.0)) if painted else 0.0,
        "beard": beard,
        "glasses": "none" if rng.random() > 0.13 + 0.1 * age else pick(rng, priors.GLASSES),
        "earrings": 1.0 if male else float(rng.random()),  # luck: what shows, hair decides
    }


def _mouth(rng: Rng, mouth: str) -> Chosen:
    """A named mouth, a little more or less of it."""
    values = MOUTHS[mouth]
    found = {name: in_range(name, value * rng.uniform(0.85, 1.1)) for name, value in values.items()}
    return found | {"smile_skew": bounded(rng, "smile_skew", 0, 0.12)}


def _eyes(rng: Rng, male: bool, age: float, mouth: str, yaw: float) -> Chosen:
    """Eyes and brows, which carry most of the expression."""
    cheerful, surprised = mouth in CHEERFUL, mouth == "surprised"
    luck = rng.random()
    closed = luck < (0.11 if cheerful else 0.04)
    angry = mouth in ("frown", "grin") and rng.random() < 0.4 and not (cheerful and closed)
    sad = mouth in ("frown", "pout") and not angry
    drowsy = not surprised and luck > 0.97
    usual = (1.15, 0.05) if surprised else (0.42, 0.06) if drowsy else (0.90, 0.08)
    eye_open = 0.0 if closed else bounded(rng, "eye_open", *usual)
    wink = pick(rng, {"none": 26, "left": 1, "right": 1}) if eye_open > 0.7 else "none"
    lashes = rng.beta(2, 2) * (0.35 if male else 0.75) + (0.05 if male else 0.25)
    shape = pick(rng, priors.EYE_SHAPE_MALE if male else priors.EYE_SHAPE_FEMALE)
    tilt = bounded(rng, "eye_tilt", 1.5, 3.0)
    if shape in LEANING:  # lids that rise or fall to the outside lean no other way
        tilt = abs(tilt) * LEANING[shape]
    lids = rng.uniform(0.8, 1.0) if closed and cheerful else 0.25 * rng.beta(1, 3) + 0.1 * cheerful
    aside = 0.3 * rng.standard_normal() if rng.random() < 0.35 else 0.06 * rng.standard_normal()
    return {
        "eyes": near(rng, palette.EYES[pick(rng, priors.EYE_COLOUR)]),
        "eye_shape": shape,
        "eye_size": bounded(rng, "eye_size", 1.03 - 0.05 * male - 0.10 * age, 0.05),
        "eye_height": bounded(rng, "eye_height", 1.03 - 0.24 * male - 0.16 * age, 0.07),
        "eye_tilt": tilt,
        "eye_spacing": bounded(rng, "eye_spacing", 1.0, 0.02),
        "eye_open": eye_open,
        "smile_lids": float(np.clip(lids, 0, 1)),
        "wink_left": float(wink == "left"),
        "wink_right": float(wink == "right"),
        # Mostly back to the viewer; lids that hang hide where else.
        "gaze_x": in_range("gaze_x", -GAZE_BACK * yaw + aside * (0.4 if drowsy else 1.0)),
        "gaze_y": bounded(rng, "gaze_y", 0, 0.12),
        "lashes": float(np.clip(lashes, 0, 1)),
        "brow_angle": bounded(rng, "brow_angle", -12 if angry else 12 if sad else 3, 4),
        "brow_height": bounded(rng, "brow_height", 0.8 if surprised else -0.4 if angry else 0.1,
            0.3),
        "brow_skew": bounded(rng, "brow_skew", 0, 0.12),
        "brow_weight": bounded(rng, "brow_weight", 1.0 + 0.15 * male, 0.22),
    }  # fmt: skip


def _hair_colour(rng: Rng, age: float, male: bool, bearded: bool, tight: bool) -> Lch:
    if age > 0.62 and rng.random() < (age - 0.35) * 1.2:
        return near(rng, palette.HAIR[pick(rng, {"grey": 1.0, "white": 0.8})])
    weights = dict(priors.HAIR_COLOUR)
    if male or age > 0.45 or tight:
        weights |= priors.HAIR_COLOUR_PLAIN
    if bearded:
        weights |= dict.fromkeys(priors.HAIR_COLOUR_RARE_WITH_BEARD, 0.08)
    return near(rng, palette.HAIR[pick(rng, weights)])


def _cut(rng: Rng, male: bool, age: float, skin: Lch) -> str:
    weights = dict(priors.BACK_MALE if male else priors.BACK_FEMALE)
    for name in priors.TIGHT:
        if name in weights:
            weights[name] *= 3.5 if skin[0] < 0.70 else 0.45
    if age > 0.5:
        weights |= {name: 0.0 for name in priors.NOT_OVER_FIFTY if name in weights}
        weights |= {"bald": weights["bald"] * 3, "slicked": 0.6} if male else {"bun": 1.6}
    if age < 0.16:
        weights |= {name: 0.0 for name in ("bald", "slicked", "undercut") if name in weights}
    return pick(rng, weights)


def _hair(rng: Rng, male: bool, age: float, bearded: bool, skin: Lch) -> Chosen:
    back = _cut(rng, male, age, skin)
    fringe = pick(rng, priors.FRINGE_MALE if male else priors.FRINGE_FEMALE)
    short = male or back in ("short", "messy", "spiky")
    sides = pick(rng, priors.SIDES_SHORT if short else priors.SIDES_LONG)
    if back in WITHOUT_FRINGE:
        fringe = "none"
        sides = "none" if back in ("bald", "buzz", "afro", "curly") or male else sides
    if back == "bald" or (fringe == "swept_back" and rng.random() < 0.7):
        sides = "none"
    tipped = back in TIPPED and rng.random() < 0.14
    loose = back not in WITHOUT_FRINGE and age < 0.5
    ahoge = bool(loose and rng.random() < (0.05 if male else 0.14))
    return {
        "hair": _hair_colour(rng, age, male, bearded, back in priors.TIGHT),
        "hair_tips": bool(tipped),
        "hair_back": back,
        "hair_fringe": fringe,
        "hair_sides": sides,
        "hair_length": bounded(rng, "hair_length", 1.0, 0.07),
        "hair_volume": float(rng.beta(1.8, 1.8)),
        "hair_part": float(rng.choice([-1, 1]) * rng.beta(1.5, 1.5)),
        "ahoge": ahoge,
        "ornament": _ornament(rng, male, age, back, fringe),
    }  # fmt: skip


def _ornament(rng: Rng, male: bool, age: float, back: str, fringe: str) -> str:
    if back == "bald" or rng.random() > (0.12 if male else 0.44):
        return "none"
    found = pick(rng, priors.ORNAMENT_MALE if male else priors.ORNAMENT_FEMALE)
    if found in HATS and (back in NO_HATS or fringe == "swept_back"):
        return "none"
    if found in ("cat_ears", "bow", "headphones") and age > 0.55:
        return "none"
    if (
        found != "headscarf"
        and back in ("afro", "curly", "buzz")
        and found in ("hairclip", "hairband")
    ):
        return "none"
    return found


def _clothes(rng: Rng, male: bool, age: float) -> Chosen:
    """A garment and three colours that go together."""
    weights = dict(priors.CLOTHES_MALE if male else priors.CLOTHES_FEMALE)
    if age > 0.45:
        weights |= {name: 0.0 for name in priors.SCHOOL_CLOTHES if name in weights}
    if age < 0.18:
        weights |= {name: 0.0 for name in ("suit", "lab_coat", "coat") if name in weights}
    kind = pick(rng, weights)
    hue = float(rng.uniform(0, 360))
    main = _lch(rng, (0.34, 0.84), (0.02, 0.105), hue)
    second = _lch(rng, (0.88, 0.97), (0.0, 0.025), hue)
    accent = _lch(rng, (0.48, 0.78), (0.09, 0.16), hue + rng.choice([150, 180, 210, 30]))
    if kind == "sailor":
        main = _lch(rng, (0.28, 0.5), (0.03, 0.10), rng.choice([260, 265, 200, 15, 330]))
        accent = _lch(rng, (0.5, 0.65), (0.13, 0.17), rng.choice([25, 15, 85, 250]))
    elif kind in ("suit", "blazer", "coat"):
        main = _lch(rng, (0.27, 0.52), (0.005, 0.065), rng.choice([265, 255, 50, 150, 20, 300]))
    elif kind == "shirt" and rng.random() < 0.5:
        main = second
    elif kind in ("jacket", "kimono", "dress") and rng.random() < 0.4:
        second = near(rng, (0.4, 0.03, hue), (0.1, 0.012, 6.0))
    return {
        "clothes": kind, "cloth": clean(main), "cloth_second": second, "accent": clean(accent),
    }  # fmt: skip
