"""How often things are drawn: weights for `sample`, in no unit; only their proportions count."""

from __future__ import annotations

Weights = dict[str, float]

BACK_FEMALE: Weights = {
    "short": 0.5, "pixie": 0.9, "spiky": 0.1, "curly": 0.5, "bob": 1.6, "shoulder": 1.6,
    "straight": 1.7, "wavy": 1.3, "ponytail": 1.1, "side_tail": 0.75, "twin_tails": 1.1,
    "braids": 1.0, "bun": 1.6, "half_up": 0.8, "undercut": 0.08,
}  # fmt: skip
BACK_MALE: Weights = {
    "short": 3.0, "undercut": 1.5, "spiky": 1.8, "pixie": 1.1, "curly": 0.7, "bob": 0.3,
    "shoulder": 0.35, "ponytail": 0.35, "straight": 0.2, "bald": 0.55,
}  # fmt: skip
NOT_OVER_FIFTY = ("twin_tails", "braids")

FRINGE_FEMALE: Weights = {
    "blunt": 1.6, "choppy": 1.3, "wispy": 1.0, "between_eyes": 1.6, "parted": 1.2,
    "side_swept": 1.4, "over_eye": 0.5, "messy": 0.7, "swept_back": 0.4, "none": 0.15,
}  # fmt: skip
FRINGE_MALE: Weights = {
    "choppy": 1.5, "between_eyes": 1.3, "parted": 1.2, "side_swept": 1.6, "messy": 2.0,
    "over_eye": 0.4, "swept_back": 1.2, "wispy": 0.6, "none": 0.3,
}  # fmt: skip

SIDES_LONG: Weights = {"none": 0.5, "short": 1.0, "long": 1.3, "hime": 0.35}
SIDES_SHORT: Weights = {"none": 0.8, "short": 1.4, "long": 0.12}

HAIR_COLOUR: Weights = {
    "black": 2.2, "brown": 2.0, "light_brown": 1.3, "blonde": 1.8, "orange": 0.9, "red": 1.0,
    "pink": 1.1, "purple": 1.0, "blue": 1.2, "aqua": 1.0, "green": 1.0, "grey": 0.7, "white": 0.9,
}  # fmt: skip
HAIR_COLOUR_PLAIN: Weights = {
    "black": 3.0, "brown": 2.8, "pink": 0.3, "aqua": 0.4, "green": 0.4, "purple": 0.5,
}  # fmt: skip
HAIR_COLOUR_RARE_WITH_BEARD = ("pink", "aqua", "green", "purple", "blue")

EYE_COLOUR: Weights = {
    "blue": 1.6, "aqua": 0.9, "green": 1.1, "yellow": 0.8, "orange": 0.7, "brown": 1.8,
    "red": 1.0, "pink": 0.6, "purple": 1.0, "grey": 0.7, "black": 0.5,
}  # fmt: skip
EYE_SHAPE_FEMALE: Weights = {
    "round": 1.6, "almond": 1.6, "sharp": 0.8, "droopy": 0.7, "narrow": 0.25,
}  # fmt: skip
EYE_SHAPE_MALE: Weights = {
    "round": 0.25, "almond": 1.6, "sharp": 1.1, "droopy": 0.7, "narrow": 0.95,
}  # fmt: skip

MOUTH: Weights = {
    "neutral": 1.7, "smile": 2.0, "small": 1.3, "pout": 0.7, "frown": 0.7, "grin": 0.9,
    "open": 1.2, "laugh": 0.8, "surprised": 0.6,
}  # fmt: skip
BEARD: Weights = {"stubble": 1.0, "moustache": 0.9, "goatee": 0.9, "full": 1.0}
EARRINGS = {True: 0.55, False: 0.18}  # chance on women, by whether hair leaves the ears free
GLASSES: Weights = {"round": 0.3, "square": 0.35, "half": 0.25, "oval": 0.25}

ORNAMENT_FEMALE: Weights = {
    "bow": 1.0, "hairband": 1.4, "hairclip": 1.0, "flower": 0.9, "beret": 0.8, "cat_ears": 0.9,
    "cap": 0.7, "straw_hat": 1.0,
}  # fmt: skip
ORNAMENT_MALE: Weights = {"beret": 0.5, "cap": 1.2, "straw_hat": 0.7, "cat_ears": 0.3}

CLOTHES_FEMALE: Weights = {
    "t_shirt": 0.8, "shirt": 0.9, "suit": 0.6, "blazer": 1.3, "sailor": 1.3, "hoodie": 0.9,
    "turtleneck": 0.8, "sweater": 1.0, "dress": 1.3, "kimono": 0.8, "jacket": 0.8,
}  # fmt: skip
CLOTHES_MALE: Weights = {
    "t_shirt": 1.3, "shirt": 1.4, "suit": 1.8, "blazer": 1.0, "hoodie": 1.2, "turtleneck": 0.7,
    "sweater": 0.8, "kimono": 0.5, "jacket": 1.3,
}  # fmt: skip
SCHOOL_CLOTHES = ("sailor", "blazer")

SCENE: Weights = {
    "flat": 1.7, "gradient": 1.3, "split": 0.7, "stripes": 0.6, "dots": 0.6, "bokeh": 0.9,
    "sky": 0.75, "sunset": 0.6, "hills": 0.65, "city": 0.65, "room": 0.9, "petals": 0.6,
    "night": 0.5,
}  # fmt: skip
HAND: Weights = {
    "studio": 2.4, "visual_novel": 1.6, "manga": 0.8, "pastel": 1.1, "painterly": 1.1,
    "retro": 0.8, "poster": 0.7, "ink": 0.6,
}  # fmt: skip

# Where a tag begins (see tags.py), with how far values stay away on either side, so that what a tag
# says can be seen in a picture of 256 pixels.
BORDERS: dict[str, tuple[tuple[float, float], ...]] = {
    "age": ((0.62, 0.05),),
    "blush": ((0.55, 0.12),),
    "lips": ((0.3, 0.08),),
    "brow_weight": ((1.45, 0.3),),
    "brow_angle": ((-5.0, 7.5),),
    "eye_open": ((0.66, 0.14), (1.08, 0.09)),
    "gaze_x": ((-0.4, 0.25), (0.4, 0.25)),
    "yaw": ((-18.0, 3.5), (18.0, 3.5)),
    "pitch": ((-9.0, 4.0), (9.0, 4.0)),
    "roll": ((-8.0, 2.5), (8.0, 2.5)),
}
LEAN_BORDERS = ((0.0, 2.5), (15.0, 2.5))  # of eyes, from corner to corner
SKIN_BORDERS = ((0.66, 0.025), (0.83, 0.02))  # of lightness
