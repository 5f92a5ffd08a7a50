"""Danbooru-style tags: what a painting shows, read off its parameters."""

from __future__ import annotations

from collections.abc import Iterator

from rosetail.painter import palette
from rosetail.painter.lids import corner_lean
from rosetail.painter.params import PaintParams
from rosetail.painter.sample import GAZE_BACK
from rosetail.painter.worn import WITHOUT_FRINGE, shows_ahoge, shows_earrings, shows_tips

OPEN_MOUTH, SMILE, TEETH = 0.30, 0.30, 0.40  # of jaw_open, smile and teeth
SHUT_EYES, HALF_SHUT, WIDE = 0.12, 0.66, 1.08  # of eye_open

_BACK: dict[str, tuple[str, ...]] = {
    "bald": ("bald",),
    "buzz": ("very_short_hair", "buzz_cut"),
    "short": ("short_hair",),
    "slicked": ("short_hair", "hair_slicked_back", "forehead"),
    "undercut": ("short_hair", "undercut"),
    "spiky": ("short_hair", "spiked_hair"),
    "messy": ("short_hair", "flipped_hair"),
    "pixie": ("short_hair", "pixie_cut"),
    "curly": ("short_hair", "curly_hair"),
    "afro": ("short_hair", "afro"),
    "locs": ("medium_hair", "dreadlocks"),
    "cornrows": ("short_hair", "cornrows"),
    "bob": ("short_hair", "bob_cut"),
    "shoulder": ("medium_hair",),
    "straight": ("long_hair", "straight_hair"),
    "wavy": ("long_hair", "wavy_hair"),
    "ponytail": ("long_hair", "ponytail"),
    "low_ponytail": ("long_hair", "low_ponytail"),
    "side_tail": ("long_hair", "side_ponytail"),
    "twin_tails": ("long_hair", "twintails"),
    "low_twin_tails": ("long_hair", "low_twintails"),
    "braid": ("long_hair", "single_braid"),
    "braids": ("long_hair", "twin_braids"),
    "bun": ("hair_bun", "hair_pulled_back"),
    "two_buns": ("double_bun", "hair_pulled_back"),
    "half_up": ("long_hair", "half_updo"),
}

_FRINGE: dict[str, tuple[str, ...]] = {
    "none": (),
    "blunt": ("blunt_bangs",),
    "choppy": ("choppy_bangs",),
    "wispy": ("wispy_bangs",),
    "between_eyes": ("hair_between_eyes",),
    "parted": ("parted_bangs",),
    "side_swept": ("swept_bangs",),
    "over_eye": ("hair_over_one_eye",),
    "messy": ("messy_hair",),
    "swept_back": ("hair_slicked_back", "forehead"),
}

_SIDES: dict[str, tuple[str, ...]] = {
    "none": (),
    "short": (),
    "long": ("sidelocks",),
    "hime": ("sidelocks", "hime_cut"),
}

_ORNAMENT: dict[str, tuple[str, ...]] = {
    "none": (),
    "bow": ("hair_bow", "hair_ornament"),
    "hairband": ("hairband", "hair_ornament"),
    "hairclip": ("hairclip", "hair_ornament"),
    "flower": ("hair_flower", "hair_ornament"),
    "beret": ("beret", "hat"),
    "cap": ("baseball_cap", "hat"),
    "straw_hat": ("straw_hat", "hat"),
    "beanie": ("beanie", "hat"),
    "cat_ears": ("cat_ears", "animal_ears"),
    "headscarf": ("hijab",),
    "headphones": ("headphones",),
}

_CLOTHES: dict[str, tuple[str, ...]] = {
    "t_shirt": ("t-shirt",),
    "shirt": ("collared_shirt",),
    "suit": ("suit", "jacket", "collared_shirt"),
    "blazer": ("blazer", "school_uniform", "collared_shirt"),
    "sailor": ("serafuku", "school_uniform", "sailor_collar"),
    "hoodie": ("hoodie",),
    "turtleneck": ("turtleneck", "sweater"),
    "sweater": ("sweater",),
    "cardigan": ("cardigan",),
    "dress": ("dress", "frills"),
    "kimono": ("kimono", "japanese_clothes"),
    "jacket": ("jacket", "open_clothes"),
    "coat": ("coat",),
    "overalls": ("overalls",),
    "lab_coat": ("lab_coat",),
}

_SCENE: dict[str, tuple[str, ...]] = {
    "flat": ("simple_background",),
    "gradient": ("simple_background", "gradient_background"),
    "split": ("simple_background", "two-tone_background"),
    "stripes": ("simple_background", "striped_background"),
    "dots": ("simple_background", "polka_dot_background"),
    "bokeh": ("bokeh",),
    "sky": ("outdoors", "sky", "cloud"),
    "sunset": ("outdoors", "sky", "cloud", "sunset"),
    "hills": ("outdoors", "sky", "mountain"),
    "park": ("outdoors", "tree"),
    "city": ("outdoors", "cityscape"),
    "room": ("indoors", "window"),
    "classroom": ("indoors", "window", "classroom"),
    "petals": ("petals",),
    "night": ("outdoors", "night_sky", "moon"),
}

_GLASSES = {"round": "round_eyewear", "half": "semi-rimless_eyewear", "square": "square_eyewear"}
_BEARD = {
    "moustache": "mustache",
    "goatee": "goatee",
    "short": "short_beard",
    "full": "beard",
    "stubble": "stubble",
}


def tags_of(params: PaintParams) -> tuple[str, ...]:
    """Sorted tags of a portrait."""
    p = params
    found = {"1boy" if p.sex == "male" else "1girl", "solo", "portrait"}
    found.update(_hair(p), _eyes(p), _mouth(p), _face(p), _pose(p))
    found.update(_CLOTHES[p.clothes], _SCENE[p.scene], _ORNAMENT[p.ornament])
    if p.artist_style == "manga":
        found.add("monochrome")
    return tuple(sorted(found))


def _hair(p: PaintParams) -> Iterator[str]:
    if p.ornament == "headscarf":  # covers all of it
        return
    yield from _BACK[p.hair_back]
    if p.hair_back == "bald":
        return
    yield f"{palette.nearest(p.hair, palette.HAIR)}_hair"
    if p.hair_back not in WITHOUT_FRINGE:
        yield from _FRINGE[p.hair_fringe]
    yield from _SIDES[p.hair_sides]
    if shows_tips(p):
        yield "gradient_hair"
    if shows_ahoge(p):
        yield "ahoge"


def _eyes(p: PaintParams) -> Iterator[str]:
    if p.eye_open <= SHUT_EYES:
        yield "closed_eyes"
    else:
        yield f"{palette.nearest(p.eyes, palette.EYES)}_eyes"
        if max(p.wink_left, p.wink_right) > 0.8:
            yield "one_eye_closed"
        if p.eye_open < HALF_SHUT:
            yield "half-closed_eyes"
        if p.eye_open > WIDE:
            yield "wide-eyed"
        away = abs(p.gaze_x + GAZE_BACK * p.yaw)
        yield "looking_at_viewer" if away < 0.35 else "looking_to_the_side"
        lean = p.eye_tilt + corner_lean(p.eye_shape, 0.0)
        if lean > 8 and p.eye_open >= HALF_SHUT:  # what lids that hang leave free has no corners
            yield "tsurime"
        if lean < 0 and p.eye_open >= HALF_SHUT:
            yield "tareme"
    if p.glasses != "none":
        yield "glasses"
        if p.glasses in _GLASSES:
            yield _GLASSES[p.glasses]


def _mouth(p: PaintParams) -> Iterator[str]:
    grin = p.teeth > 0.7 and 0.1 < p.jaw_open < 0.4
    yield "open_mouth" if p.jaw_open > OPEN_MOUTH and not grin else "closed_mouth"
    smiles = p.smile > SMILE
    if smiles:
        yield "smile"
    if grin:
        yield "grin"
    if p.teeth > TEETH and p.jaw_open > 0.1:
        yield "teeth"
    if smiles and p.jaw_open > 0.64:
        yield "laughing"
    if p.pucker > 0.5 and p.jaw_open > 0.3:
        yield "surprised"
    if p.pucker > 0.3 and p.smile < -0.2 and p.jaw_open < 0.1:
        yield "pout"
    if p.smile < -0.45 and p.jaw_open < 0.1:
        yield "frown"
    if abs(p.smile) < 0.12 and p.pucker < 0.12 and p.jaw_open < 0.1:
        yield "expressionless"


def _face(p: PaintParams) -> Iterator[str]:
    if p.brow_angle < -5:
        yield "v-shaped_eyebrows"
    if p.brow_weight > 1.45:
        yield "thick_eyebrows"
    if p.lips > 0.3:
        yield "lipstick"
    if p.blush > 0.55:
        yield "blush"
    if p.freckles > 0.3:
        yield "freckles"
    if p.beard != "none":
        yield "facial_hair"
        yield _BEARD[p.beard]
    if p.skin[0] < 0.66:
        yield "dark_skin"
    elif p.skin[0] < 0.83:
        yield "tan"
    if p.age > 0.62:
        yield "old"
    if p.age < 0.1:
        yield "child"
    if shows_earrings(p):
        yield "earrings"


def _pose(p: PaintParams) -> Iterator[str]:
    if abs(p.yaw) > 18:
        yield "three_quarter_view"
    if p.pitch > 9:
        yield "looking_up"
    if p.pitch < -9:
        yield "looking_down"
    if abs(p.roll) > 8:
        yield "head_tilt"
