"""Chooses parameters so that every tag occurs often enough to be learnt, and nothing looks absurd."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rosetail.data.painter import palette
from rosetail.data.painter.colour import Lch, mix
from rosetail.data.painter.params import RANGES, PaintParams

Rng = np.random.Generator


def pick(rng: Rng, weights: Mapping[str, float]) -> str:
    """A key, with probability in proportion to its weight."""
    names = list(weights)
    share = np.array([weights[name] for name in names], dtype=np.float64)
    return names[int(rng.choice(len(names), p=share / share.sum()))]


def bounded(rng: Rng, name: str, mean: float, spread: float) -> float:
    """A normal value within the parameter's range."""
    low, high = RANGES[name]
    return float(np.clip(rng.normal(mean, spread), low, high))


def _near(rng: Rng, colour: Lch, lightness: float = 0.03, chroma: float = 0.012, hue: float = 6.0) -> Lch:
    return (
        float(np.clip(colour[0] + rng.uniform(-lightness, lightness), 0.05, 0.98)),
        float(np.clip(colour[1] + rng.uniform(-chroma, chroma), 0.0, 0.37)),
        float((colour[2] + rng.uniform(-hue, hue)) % 360),
    )


def _skin(rng: Rng) -> Lch:
    """Skin of all tones; the light ones drawn more often, as in the genre."""
    place = float(rng.beta(1.05, 2.0)) * (len(palette.SKIN) - 1)
    index = min(int(place), len(palette.SKIN) - 2)
    return _near(rng, mix(palette.SKIN[index], palette.SKIN[index + 1], place - index), 0.008, 0.004, 3.0)


def _hair_colour(rng: Rng, age: float, male: bool, bearded: bool) -> Lch:
    if age > 0.62 and rng.random() < (age - 0.35) * 1.2:
        return _near(rng, palette.HAIR[pick(rng, {"grey": 1.0, "white": 0.8})])
    weights = {"black": 2.2, "brown": 2.0, "light_brown": 1.3, "blonde": 1.8, "orange": 0.9, "red": 0.9,
               "pink": 1.0, "purple": 0.9, "blue": 1.1, "aqua": 0.9, "green": 0.9, "grey": 0.7,
               "white": 0.9}  # fmt: skip
    if male or age > 0.45:
        weights |= {"pink": 0.3, "aqua": 0.4, "green": 0.4, "purple": 0.5, "black": 3.0, "brown": 2.8}
    if bearded:
        weights |= dict.fromkeys(("pink", "aqua", "green", "purple", "blue"), 0.08)
    return _near(rng, palette.HAIR[pick(rng, weights)])


def _clothes_colours(rng: Rng, kind: str) -> tuple[Lch, Lch, Lch]:
    hue = float(rng.uniform(0, 360))
    main: Lch = (float(rng.uniform(0.32, 0.86)), float(rng.uniform(0.02, 0.13)), hue)
    second: Lch = (float(rng.uniform(0.88, 0.97)), float(rng.uniform(0.0, 0.025)), hue)
    accent: Lch = (float(rng.uniform(0.42, 0.7)), float(rng.uniform(0.1, 0.18)), float((hue + rng.choice([150, 180, 210, 30])) % 360))
    if kind == "sailor":
        main = (float(rng.uniform(0.28, 0.5)), float(rng.uniform(0.03, 0.11)), float(rng.choice([260, 265, 200, 15, 330])))
        accent = (float(rng.uniform(0.5, 0.65)), 0.18, float(rng.choice([25, 15, 85, 250])))
    elif kind in ("suit", "blazer"):
        main = (float(rng.uniform(0.24, 0.5)), float(rng.uniform(0.005, 0.07)), float(rng.choice([265, 255, 50, 150, 20, 300])))
    elif kind in ("shirt",) and rng.random() < 0.5:
        main = second
    elif kind in ("jacket", "kimono", "dress") and rng.random() < 0.4:
        second = _near(rng, (0.4, 0.03, hue), 0.1)
    return main, second, accent


def sample(source: int | Rng) -> PaintParams:
    """Parameters of one portrait from a seed or a NumPy generator."""
    rng = source if isinstance(source, np.random.Generator) else np.random.default_rng(source)
    male = bool(rng.random() < 0.42)
    age = float(rng.beta(1.1, 2.4))
    old = max(age - 0.5, 0.0) * 2
    if male:
        backs = {"short": 3.0, "undercut": 1.5, "spiky": 1.8, "pixie": 1.2, "curly": 0.7, "bob": 0.4,
                 "shoulder": 0.4, "ponytail": 0.35, "straight": 0.25, "bald": 0.25 + 1.2 * old}  # fmt: skip
        fringes = {"choppy": 1.5, "between_eyes": 1.3, "parted": 1.2, "side_swept": 1.6, "messy": 2.0,
                   "over_eye": 0.4, "swept_back": 1.2, "wispy": 0.6, "none": 0.3}  # fmt: skip
        clothes = {"t_shirt": 1.3, "shirt": 1.4, "suit": 1.8, "blazer": 1.0, "hoodie": 1.2, "turtleneck": 0.7,
                   "sweater": 0.8, "kimono": 0.5, "jacket": 1.3}  # fmt: skip
    else:
        backs = {"short": 0.5, "pixie": 0.9, "spiky": 0.1, "curly": 0.5, "bob": 1.7, "shoulder": 1.6,
                 "straight": 2.1, "wavy": 1.5, "ponytail": 1.2, "side_tail": 0.7, "twin_tails": 1.1,
                 "braids": 0.8, "bun": 0.8, "half_up": 0.8, "undercut": 0.08}  # fmt: skip
        fringes = {"blunt": 1.6, "choppy": 1.3, "wispy": 1.0, "between_eyes": 1.6, "parted": 1.2,
                   "side_swept": 1.4, "over_eye": 0.45, "messy": 0.7, "swept_back": 0.4, "none": 0.15}  # fmt: skip
        clothes = {"t_shirt": 0.8, "shirt": 0.9, "suit": 0.6, "blazer": 1.3, "sailor": 1.3, "hoodie": 0.9,
                   "turtleneck": 0.8, "sweater": 1.0, "dress": 1.3, "kimono": 0.8, "jacket": 0.8}  # fmt: skip
    if age > 0.5:  # grown-up hairdos
        backs |= {name: 0.0 for name in ("twin_tails", "braids") if name in backs}
        backs["bun"] = backs.get("bun", 0.0) * 1.5
    back = pick(rng, backs)
    fringe = "none" if back == "bald" else pick(rng, fringes)
    if back == "undercut" and fringe in ("blunt", "none", "over_eye"):
        fringe = "swept_back"
    sides = "none"
    if back not in ("bald", "undercut"):
        side_weights = {"none": 0.5, "short": 1.0, "long": 1.3, "hime": 0.35}
        if male or back in ("short", "curly", "spiky"):
            side_weights = {"none": 0.8, "short": 1.4, "long": 0.12}
        sides = pick(rng, side_weights)
        if fringe == "swept_back" and rng.random() < 0.7:
            sides = "none"
    kind = pick(rng, clothes)
    cloth, second, accent = _clothes_colours(rng, kind)
    beard = "none"
    if male and rng.random() < 0.04 + 0.62 * age:
        beard = pick(rng, {"stubble": 1.0, "moustache": 0.7, "goatee": 0.8, "full": 1.0})
    ornament = "none"
    if not male and rng.random() < 0.36:
        ornament = pick(rng, {"bow": 1, "hairband": 1, "hairclip": 1, "flower": 0.8, "beret": 0.6, "cat_ears": 0.6, "cap": 0.4})
    elif male and rng.random() < 0.09:
        ornament = pick(rng, {"beret": 0.5, "cap": 1.2, "cat_ears": 0.2})
    if ornament in ("beret", "cap") and (
        back in ("spiky", "curly", "bun", "twin_tails") or fringe == "swept_back"
    ):
        ornament = "none"
    if back == "bald" or (age > 0.55 and ornament in ("cat_ears", "bow")):
        ornament = "none"
    mouth = pick(rng, {"neutral": 1.6, "smile": 2.4, "small": 1.1, "pout": 0.6, "frown": 0.6, "grin": 1.0,
                       "open": 1.3, "laugh": 1.0, "surprised": 0.5})  # fmt: skip
    closed = rng.random() < (0.3 if mouth in ("laugh", "smile", "grin") else 0.06)
    angry = mouth in ("frown", "grin") and rng.random() < 0.4
    wide = 1.0 - 0.5 * male - 0.35 * age
    skin = _skin(rng)
    eyes = palette.EYES[pick(rng, {"blue": 1.6, "aqua": 0.9, "green": 1.1, "yellow": 0.8, "orange": 0.7,
                                   "brown": 1.8, "red": 1.0, "pink": 0.6, "purple": 1.0, "grey": 0.7,
                                   "black": 0.5})]  # fmt: skip
    part = float(np.clip(rng.choice([-1, 1]) * rng.beta(1.5, 1.5), -1, 1))
    return PaintParams(
        seed=int(rng.integers(0, 2**31)),
        scale=bounded(rng, "scale", 0.222, 0.024),
        centre_x=bounded(rng, "centre_x", 0.5, 0.035),
        centre_y=bounded(rng, "centre_y", 0.45, 0.03),
        yaw=bounded(rng, "yaw", 0, 15),
        pitch=bounded(rng, "pitch", 0, 6.5),
        roll=bounded(rng, "roll", 0, 6),
        sex="male" if male else "female",
        age=age,
        skin=skin,
        face_width=bounded(rng, "face_width", 1.0, 0.035),
        face_length=bounded(rng, "face_length", 1.05 + 0.12 * male + 0.06 * age, 0.045),
        jaw=float(np.clip(rng.beta(1.4, 3.0) + 0.35 * male + 0.15 * old, 0, 1)),
        blush=float(rng.beta(1.2, 1.6) * (0.4 if male else 1.0)),
        nose=pick(rng, {"dot": 1.4, "line": 1.3, "shadow": 1.0, "bridge": 0.2 + 1.6 * age + 0.8 * male, "button": 0.7}),
        nose_size=bounded(rng, "nose_size", 0.95 + 0.15 * male, 0.16),
        eyes=_near(rng, eyes),
        eye_shape=pick(rng, {"round": 1.6 - 1.35 * male, "almond": 1.5, "sharp": 0.9 + 0.4 * male, "droopy": 0.7,
                             "narrow": 0.25 + 0.7 * male + 0.5 * age}),
        eye_size=bounded(rng, "eye_size", 1.0 - 0.11 * male - 0.14 * age, 0.05),
        eye_height=bounded(rng, "eye_height", 0.62 + 0.40 * wide, 0.07),
        eye_tilt=bounded(rng, "eye_tilt", 1.5, 3.5),
        eye_spacing=bounded(rng, "eye_spacing", 1.0, 0.02),
        eye_open=0.0 if closed else bounded(rng, "eye_open", 1.12 if mouth == "surprised" else 0.93, 0.11),
        closed_eyes="happy" if mouth in ("laugh", "smile", "grin") and rng.random() < 0.8 else "resting",
        wink=pick(rng, {"none": 30, "left": 0.8, "right": 0.8}) if not closed else "none",
        gaze_x=bounded(rng, "gaze_x", 0, 0.35),
        gaze_y=bounded(rng, "gaze_y", 0, 0.2),
        lashes=float(np.clip(rng.beta(2, 2) * (0.35 if male else 0.75) + (0.05 if male else 0.25), 0, 1)),
        brow_angle=bounded(rng, "brow_angle", -9 if angry else 3, 5),
        brow_height=bounded(rng, "brow_height", 0.8 if mouth == "surprised" else (-0.5 if angry else 0.1), 0.3),
        brow_weight=bounded(rng, "brow_weight", 1.0 + 0.25 * male, 0.22),
        mouth=mouth,
        mouth_width=bounded(rng, "mouth_width", 1.0, 0.1),
        lips=float(rng.uniform(0.3, 1.0)) if not male and rng.random() < 0.16 + 0.3 * age else 0.0,
        beard=beard,
        glasses=pick(rng, {"none": 6.0 - 1.5 * age, "round": 0.3, "square": 0.35, "half": 0.2, "oval": 0.25}),
        earrings=bool(not male and rng.random() < 0.14),
        hair=_hair_colour(rng, age, male, beard != "none"),
        hair_tips=bool(rng.random() < 0.08),
        hair_back=back,
        hair_fringe=fringe,
        hair_sides=sides,
        hair_length=bounded(rng, "hair_length", 1.0, 0.08),
        hair_volume=float(rng.beta(1.8, 1.8)),
        hair_part=part,
        ahoge=bool(back != "bald" and age < 0.5 and rng.random() < (0.05 if male else 0.14)),
        ornament=ornament,
        clothes=kind,
        cloth=cloth,
        cloth_second=second,
        accent=accent,
        scene=pick(rng, {"flat": 2.0, "gradient": 1.6, "split": 0.7, "stripes": 0.6, "dots": 0.6, "bokeh": 0.9,
                         "sky": 0.9, "sunset": 0.6, "hills": 0.7, "city": 0.7, "room": 0.9, "petals": 0.6,
                         "night": 0.5}),
        scene_colour=(float(rng.uniform(0.6, 0.95)), float(rng.uniform(0.0, 0.1)), float(rng.uniform(0, 360))),
        hand=pick(rng, {"studio": 2.4, "visual_novel": 1.6, "manga": 0.8, "pastel": 1.1, "painterly": 1.1,
                        "retro": 0.8, "poster": 0.7, "ink": 0.6}),
        light=float(rng.choice([-1.0, 1.0])),
        rim_light=bool(rng.random() < 0.2),
    )  # fmt: skip
