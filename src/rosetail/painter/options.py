"""Edits that only the painter knows: which of the things it can draw is drawn.

Beside those that are taught to networks as well (:mod:`rosetail.painter.edits`). Names are
Danbooru's where it has one. A text chooses an option, a truth turns a switch, a number is added to
a parameter, in parts of its range.
"""

from __future__ import annotations

OPTIONS: dict[str, dict[str, str | bool | float]] = {
    **{tag: {"hair_back": name} for name, tag in {
        "bald": "bald", "buzz": "buzz_cut", "slicked": "short_slicked_hair", "undercut": "undercut",
        "spiky": "spiked_hair", "messy": "flipped_hair", "pixie": "pixie_cut",
            "curly": "curly_hair",
        "afro": "afro", "locs": "dreadlocks", "cornrows": "cornrows", "bob": "bob_cut",
        "shoulder": "medium_hair", "wavy": "wavy_hair", "low_ponytail": "low_ponytail",
        "side_tail": "side_ponytail", "low_twin_tails": "low_twintails", "braid": "single_braid",
        "braids": "twin_braids", "bun": "hair_bun", "two_buns": "double_bun",
        "half_up": "half_updo",
    }.items()},
    **{tag: {"hair_fringe": name} for name, tag in {
        "choppy": "choppy_bangs", "wispy": "wispy_bangs", "between_eyes": "hair_between_eyes",
        "parted": "parted_bangs", "side_swept": "swept_bangs", "over_eye": "hair_over_one_eye",
        "messy": "messy_hair", "none": "no_bangs",
    }.items()},
    "sidelocks": {"hair_sides": "long"},
    "hime_cut": {"hair_sides": "hime"},
    "no_sidelocks": {"hair_sides": "none"},
    "ahoge": {"ahoge": True},
    "gradient_hair": {"hair_tips": True},
    **{tag: {"ornament": name} for name, tag in {
        "bow": "hair_bow", "hairband": "hairband", "hairclip": "hairclip", "flower": "hair_flower",
        "beret": "beret", "cap": "baseball_cap", "straw_hat": "straw_hat", "beanie": "beanie",
        "headscarf": "hijab", "headphones": "headphones", "none": "no_headwear",
    }.items()},
    "earrings": {"earrings": True},
    "square_eyewear": {"glasses": "square"},
    "semi-rimless_eyewear": {"glasses": "half"},
    "oval_eyewear": {"glasses": "oval"},
    "no_eyewear": {"glasses": "none"},
    "tsurime": {"eye_shape": "sharp"},
    "tareme": {"eye_shape": "droopy"},
    "thick_eyebrows": {"brow_weight": 1.0},
    "lipstick": {"lips": 1.0},
    "freckles": {"freckles": 1.0},
    "mole_under_eye": {"mole": True},
    "old": {"age": 1.0},
    "child": {"age": -1.0},
    "stubble": {"beard": "stubble"},
    "mustache": {"beard": "moustache"},
    "goatee": {"beard": "goatee"},
    "short_beard": {"beard": "short"},
    "beard": {"beard": "full"},
    "no_beard": {"beard": "none"},
    "1girl": {"sex": "female"},
    "1boy": {"sex": "male"},
    **{tag: {"clothes": name} for name, tag in {
        "t_shirt": "t-shirt", "shirt": "collared_shirt", "suit": "suit", "blazer": "blazer",
        "sailor": "serafuku", "hoodie": "hoodie", "turtleneck": "turtleneck", "sweater": "sweater",
        "cardigan": "cardigan", "dress": "dress", "kimono": "kimono", "jacket": "jacket",
        "coat": "coat", "overalls": "overalls", "lab_coat": "lab_coat",
    }.items()},
    **{tag: {"scene": name} for name, tag in {
        "flat": "simple_background", "gradient": "gradient_background",
        "split": "two-tone_background", "stripes": "striped_background",
        "dots": "polka_dot_background", "bokeh": "bokeh", "sky": "sky", "sunset": "sunset",
        "hills": "mountain", "park": "tree", "city": "cityscape", "room": "indoors",
        "classroom": "classroom", "petals": "petals", "night": "night_sky",
    }.items()},
    "cel_style": {"artist_style": "cel"},
    "soft_style": {"artist_style": "soft"},
    "retro_style": {"artist_style": "retro"},
    "monochrome": {"artist_style": "manga"},
}  # fmt: skip
