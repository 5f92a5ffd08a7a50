"""How often things are drawn: weights for `sample`, in no unit; only their proportions count."""

from __future__ import annotations

Weights = dict[str, float]

BACK_FEMALE: Weights = {
    "short": 0.3, "messy": 0.4, "pixie": 0.9, "spiky": 0.1, "curly": 0.7, "afro": 0.4, "locs": 0.25,
    "cornrows": 0.15, "bob": 1.7, "shoulder": 1.5, "straight": 1.7, "wavy": 1.4, "ponytail": 1.1,
    "low_ponytail": 0.6, "side_tail": 0.7, "twin_tails": 1.0, "low_twin_tails": 0.6, "braid": 0.6,
    "braids": 0.7, "bun": 0.9, "two_buns": 0.5, "half_up": 0.8, "undercut": 0.1, "slicked": 0.1,
    "buzz": 0.06,
}  # fmt: skip
BACK_MALE: Weights = {
    "short": 2.6, "messy": 1.8, "undercut": 1.2, "spiky": 1.5, "slicked": 0.25, "buzz": 0.7,
    "pixie": 0.6, "curly": 0.6, "afro": 0.35, "locs": 0.4, "cornrows": 0.25, "bob": 0.25,
    "shoulder": 0.35, "ponytail": 0.3, "low_ponytail": 0.3, "straight": 0.2, "bald": 0.5,
}  # fmt: skip
NOT_OVER_FIFTY = ("twin_tails", "low_twin_tails", "braids", "two_buns", "spiky", "undercut")
# Cuts of tightly curled hair: on dark heads mostly, and the others rarer there.
TIGHT = ("afro", "locs", "cornrows", "two_buns", "buzz", "curly")

FRINGE_FEMALE: Weights = {
    "blunt": 1.6, "choppy": 1.3, "wispy": 1.0, "between_eyes": 1.6, "parted": 1.2,
    "side_swept": 1.4, "over_eye": 0.4, "messy": 0.7, "swept_back": 0.06, "none": 0.06,
}  # fmt: skip
FRINGE_MALE: Weights = {
    "choppy": 1.5, "between_eyes": 1.3, "parted": 1.2, "side_swept": 1.6, "messy": 2.0,
    "over_eye": 0.4, "swept_back": 0.2, "wispy": 0.6, "none": 0.06,
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

NOSE: Weights = {"dot": 1.2, "tick": 1.8, "button": 0.8}
NOSE_GROWN: Weights = {"straight": 1.4, "tick": 0.5, "hook": 0.35}

MOUTH: Weights = {
    "neutral": 1.5, "smile": 2.4, "small": 1.2, "pout": 0.5, "frown": 0.6, "grin": 0.9,
    "open": 1.3, "laugh": 0.8, "surprised": 0.5,
}  # fmt: skip
BEARD: Weights = {"stubble": 1.5, "moustache": 0.3, "goatee": 0.5, "short": 1.3, "full": 0.9}
EARRINGS = {True: 0.55, False: 0.18}  # chance on women, by whether hair leaves the ears free
GLASSES: Weights = {"round": 0.3, "square": 0.35, "half": 0.25, "oval": 0.25}

ORNAMENT_FEMALE: Weights = {
    "bow": 1.0, "hairband": 1.4, "hairclip": 1.0, "flower": 0.9, "beret": 0.8, "cat_ears": 0.9,
    "cap": 0.6, "straw_hat": 0.8, "beanie": 0.5, "headphones": 0.4, "headscarf": 0.7,
}  # fmt: skip
ORNAMENT_MALE: Weights = {
    "beret": 0.3, "cap": 1.2, "straw_hat": 0.5, "cat_ears": 0.2, "beanie": 0.8, "headphones": 0.7,
}  # fmt: skip

CLOTHES_FEMALE: Weights = {
    "t_shirt": 0.8, "shirt": 0.9, "suit": 0.6, "blazer": 1.3, "sailor": 1.3, "hoodie": 0.9,
    "turtleneck": 0.8, "sweater": 0.9, "cardigan": 0.9, "dress": 1.2, "kimono": 0.7, "jacket": 0.8,
    "coat": 0.6, "overalls": 0.5, "lab_coat": 0.3,
}  # fmt: skip
CLOTHES_MALE: Weights = {
    "t_shirt": 1.3, "shirt": 1.4, "suit": 1.8, "blazer": 1.0, "hoodie": 1.2, "turtleneck": 0.7,
    "sweater": 0.8, "cardigan": 0.5, "kimono": 0.4, "jacket": 1.3, "coat": 0.8, "overalls": 0.3,
    "lab_coat": 0.4,
}  # fmt: skip
SCHOOL_CLOTHES = ("sailor", "blazer")

SCENE: Weights = {
    "flat": 1.7, "gradient": 1.3, "split": 0.7, "stripes": 0.5, "dots": 0.5, "bokeh": 0.9,
    "sky": 0.8, "sunset": 0.6, "hills": 0.6, "park": 0.7, "city": 0.6, "room": 0.8,
    "classroom": 0.8, "petals": 0.6, "night": 0.5,
}  # fmt: skip
ARTIST_STYLE: Weights = {"cel": 3.0, "soft": 3.0, "retro": 0.8, "manga": 0.35}

# Where a tag begins (see tags.py), with how far values stay away on either side, so that what a tag
# says can be seen in a picture of 256 pixels.
BORDERS: dict[str, tuple[tuple[float, float], ...]] = {
    "age": ((0.62, 0.05),),
    "blush": ((0.55, 0.12),),
    "lips": ((0.3, 0.08),),
    "brow_weight": ((1.45, 0.3),),
    "brow_angle": ((-5.0, 7.5),),
    "eye_open": ((0.66, 0.14), (1.08, 0.09)),
    "smile": ((0.3, 0.12),),
    "yaw": ((-18.0, 3.5), (18.0, 3.5)),
    "pitch": ((-9.0, 4.0), (9.0, 4.0)),
    "roll": ((-8.0, 2.5), (8.0, 2.5)),
}
LEAN_BORDERS = ((0.0, 2.5), (15.0, 2.5))  # of eyes, from corner to corner
SKIN_BORDERS = ((0.66, 0.025), (0.83, 0.02))  # of lightness
