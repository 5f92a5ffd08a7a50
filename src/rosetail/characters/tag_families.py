"""Relations between tags: opposites, colours of one thing, regions of the picture.

Tags have Danbooru's names, which most taggers share.
"""

from __future__ import annotations

from typing import Literal

Region = Literal["mouth", "eyes", "brows", "cheeks", "hair", "face", "clothes", "ground", "whole"]

# Symmetric pairs.
_PAIRS = (
    ("long_hair", "short_hair"),
    ("open_mouth", "closed_mouth"),
    ("closed_eyes", "wide-eyed"),
    ("smile", "frown"),
    ("blunt_bangs", "hair_slicked_back"),
    ("looking_up", "looking_down"),
    ("1girl", "1boy"),
)
OPPOSITES = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}

COLOURED = ("hair", "eyes")  # hair=blue means blue_hair
COLOURS = (
    *("black", "brown", "light_brown", "blonde", "orange", "red", "pink", "purple", "blue"),
    *("aqua", "green", "yellow", "grey", "white"),
)

# Attributes of which a portrait shows exactly one option.
CHOICES = {
    "hairdo": (
        *("long_hair", "medium_hair", "short_hair", "bald", "ponytail", "twintails", "pixie_cut"),
        *("bob_cut", "spiked_hair", "undercut", "curly_hair", "wavy_hair", "side_ponytail"),
        *("twin_braids", "hair_bun", "half_updo", "buzz_cut", "short_slicked_hair"),
        *("flipped_hair", "afro", "dreadlocks", "cornrows", "low_ponytail", "low_twintails"),
        *("single_braid", "double_bun"),
    ),
    "fringe": (
        *("blunt_bangs", "choppy_bangs", "wispy_bangs", "hair_between_eyes", "parted_bangs"),
        *("swept_bangs", "hair_over_one_eye", "messy_hair", "hair_slicked_back", "no_bangs"),
    ),
    "sides": ("sidelocks", "hime_cut", "no_sidelocks"),
    "headwear": (
        *("hair_bow", "hairband", "hairclip", "hair_flower", "beret", "baseball_cap"),
        *("straw_hat", "beanie", "hijab", "headphones", "cat_ears", "no_headwear"),
    ),
    "glasses": (
        *("glasses", "square_eyewear", "semi-rimless_eyewear", "oval_eyewear", "no_eyewear"),
    ),
    "eye shape": ("tsurime", "tareme"),
    "beard": ("stubble", "mustache", "goatee", "short_beard", "beard", "no_beard"),
    "figure": ("1girl", "1boy"),
    "clothes": (
        *("t-shirt", "collared_shirt", "suit", "blazer", "serafuku", "hoodie", "turtleneck"),
        *("sweater", "cardigan", "dress", "kimono", "jacket", "coat", "overalls", "lab_coat"),
    ),
    "background": (
        *("simple_background", "gradient_background", "two-tone_background"),
        *("striped_background", "polka_dot_background", "bokeh", "sky", "sunset", "mountain"),
        *("tree", "cityscape", "indoors", "classroom", "petals", "night_sky"),
    ),
    "artist style": ("cel_style", "soft_style", "retro_style", "monochrome"),
}

# Tags that exclude each other.
_ONE_OF = (
    *(frozenset(f"{colour}_{thing}" for colour in COLOURS) for thing in COLOURED),
    *(frozenset(names) for names in CHOICES.values()),
    frozenset({"open_mouth", "closed_mouth", "smile", "frown", "pout", "expressionless", "teeth"}),
    frozenset({"closed_eyes", "wide-eyed", "half-closed_eyes", "one_eye_closed"}),
    frozenset({"dark_skin", "tan"}),
)
# Tags that naturally change with a tag, so that it is not an error if they do.
_RELATED = {
    "open_mouth": ("surprised", "laughing", "grin", "teeth", "expressionless"),
    "closed_mouth": ("surprised", "laughing", "grin", "teeth", "expressionless"),
    "smile": ("surprised", "laughing", "grin"),
    "long_hair": (
        *("straight_hair", "wavy_hair", "bob_cut", "pixie_cut", "ponytail", "twintails"),
        *("side_ponytail", "twin_braids", "half_updo", "hair_bun", "earrings", "spiked_hair"),
    ),
    "ponytail": ("straight_hair", "wavy_hair", "side_ponytail", "earrings"),
    "twintails": ("straight_hair", "wavy_hair", "twin_braids", "earrings"),
    "short_hair": (
        *("straight_hair", "wavy_hair", "bob_cut", "ponytail", "twintails", "side_ponytail"),
        *("twin_braids", "half_updo", "hair_bun", "earrings", "spiked_hair", "curly_hair"),
    ),
    "closed_eyes": (
        *("looking_at_viewer", "looking_to_the_side"),
        *(f"{colour}_eyes" for colour in COLOURS),
    ),
    "wide-eyed": ("looking_at_viewer",),
    "cat_ears": ("animal_ears",),
    "glasses": ("round_eyewear", "square_eyewear", "semi-rimless_eyewear"),
    "blunt_bangs": (
        *("parted_bangs", "swept_bangs", "choppy_bangs", "wispy_bangs", "hair_between_eyes"),
        *("hair_over_one_eye", "messy_hair", "hair_slicked_back", "forehead"),
    ),
}
_RELATED["hair_slicked_back"] = (*_RELATED["blunt_bangs"], "blunt_bangs")

_MOUTH = {"smile", "frown", "pout", "grin", "teeth", "laughing", "expressionless", "lipstick"}
_HAIR = {
    *("ponytail", "twintails", "side_ponytail", "twin_braids", "half_updo", "ahoge", "sidelocks"),
    *("hime_cut", "bald", "undercut", "double_bun", "afro", "dreadlocks", "cornrows", "buzz_cut"),
    *("low_ponytail", "low_twintails", "single_braid", "beanie", "hijab", "headphones"),
    *("cat_ears", "animal_ears", "hairband"),
    *("hairclip", "forehead", "bob_cut", "hat", "beret", "baseball_cap", "pixie_cut", "straw_hat"),
    *("no_sidelocks", "no_headwear"),
}
_CLOTHES, _GROUND = set(CHOICES["clothes"]), set(CHOICES["background"])
_EYES = {"tsurime", "tareme", "wide-eyed", "looking_at_viewer", "looking_to_the_side", "glasses"}
_FACE = {
    *("dark_skin", "tan", "beard", "facial_hair", "stubble", "goatee", "mustache", "old"),
    *("earrings", "no_beard", "short_beard", "freckles", "mole_under_eye", "child"),
}


def colour_tag(thing: str, colour: str) -> str:
    """The tag of a colour: ``hair``, ``blue`` gives ``blue_hair``."""
    return f"{colour}_{thing}"


def one_of(tag: str) -> frozenset[str]:
    """The tags that exclude each other, including ``tag``; only ``tag`` itself for most."""
    return next((family for family in _ONE_OF if tag in family), frozenset({tag}))


def colours_like(tag: str) -> frozenset[str]:
    """All colours of the same thing as ``tag``; empty if ``tag`` is not a colour."""
    return next((family for family in _ONE_OF[: len(COLOURED)] if tag in family), frozenset())


def choice_of(tag: str) -> str:
    """The attribute that ``tag`` is an option of, such as ``"hairdo"``; empty if none."""
    return next((name for name, tags in CHOICES.items() if tag in tags), "")


def opposites(tag: str) -> frozenset[str]:
    """The other tag of a pair, or all other colours of the thing."""
    if tag in OPPOSITES:
        return frozenset({OPPOSITES[tag]})
    return colours_like(tag) - {tag}


def may_change_with(tag: str) -> frozenset[str]:
    """Tags that an edit of ``tag`` may change: those it excludes and related ones."""
    return one_of(tag) | frozenset(_RELATED.get(tag, ()))


def region(tag: str) -> Region:
    """The region of a portrait that ``tag`` describes."""
    if tag in _HAIR or tag.endswith(("_hair", "_bangs", "_bun")) or tag.startswith("hair_"):
        return "hair"
    if tag in _MOUTH or tag.endswith("_mouth"):
        return "mouth"
    if tag.endswith("_eyebrows"):
        return "brows"
    if tag in _EYES or tag.endswith(("_eyes", "_eyewear")) or tag == "one_eye_closed":
        return "eyes"
    if tag == "blush":
        return "cheeks"
    if tag in _FACE:
        return "face"
    if tag in _CLOTHES:
        return "clothes"
    if tag in _GROUND:
        return "ground"
    return "whole"
