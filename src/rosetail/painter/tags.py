"""Danbooru-style tags: what a painting shows, read off its parameters."""

from __future__ import annotations

from collections.abc import Iterator

from rosetail.painter import brows, palette
from rosetail.painter.artist_styles import ARTIST_STYLES
from rosetail.painter.eyes import corner_lean
from rosetail.painter.mouth import OPEN
from rosetail.painter.ornaments import shows_ahoge, shows_earrings
from rosetail.painter.params import PaintParams
from rosetail.painter.worn import shows_tips

_BACK: dict[str, tuple[str, ...]] = {
    "bald": ("bald",),
    "short": ("short_hair",),
    "undercut": ("short_hair", "undercut"),
    "spiky": ("short_hair", "spiked_hair"),
    "pixie": ("short_hair",),
    "curly": ("short_hair", "curly_hair"),
    "bob": ("short_hair", "bob_cut"),
    "shoulder": ("medium_hair",),
    "straight": ("long_hair", "straight_hair"),
    "wavy": ("long_hair", "wavy_hair"),
    "ponytail": ("long_hair", "ponytail"),
    "side_tail": ("long_hair", "side_ponytail"),
    "twin_tails": ("long_hair", "twintails"),
    "braids": ("long_hair", "twin_braids"),
    "bun": ("hair_bun",),
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

_MOUTH: dict[str, tuple[str, ...]] = {
    "neutral": ("expressionless",),
    "smile": ("smile",),
    "small": (),
    "pout": ("pout",),
    "frown": ("frown",),
    "grin": ("smile", "grin", "teeth"),
    "open": ("smile", "teeth"),
    "laugh": ("smile", "laughing", "teeth"),
    "surprised": ("surprised",),
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
    "cat_ears": ("cat_ears", "animal_ears"),
}

_CLOTHES: dict[str, tuple[str, ...]] = {
    "t_shirt": ("t-shirt",),
    "shirt": ("collared_shirt",),
    "suit": ("suit", "jacket", "collared_shirt"),
    "blazer": ("blazer", "school_uniform", "collared_shirt"),
    "sailor": ("serafuku", "school_uniform", "sailor_collar"),
    "hoodie": ("hoodie",),
    "turtleneck": ("turtleneck", "sweater"),
    "sweater": ("sweater", "collared_shirt"),
    "dress": ("dress", "frills"),
    "kimono": ("kimono", "japanese_clothes"),
    "jacket": ("jacket", "open_clothes"),
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
    "city": ("outdoors", "cityscape"),
    "room": ("indoors", "window"),
    "petals": ("petals",),
    "night": ("outdoors", "night_sky", "moon"),
}

_GLASSES = {"round": "round_eyewear", "half": "semi-rimless_eyewear", "square": "square_eyewear"}
_BEARD = {"moustache": "mustache", "goatee": "goatee", "full": "beard", "stubble": "stubble"}


def tags_of(params: PaintParams) -> tuple[str, ...]:
    """Sorted tags of a portrait."""
    p = params
    found = {"1boy" if p.sex == "male" else "1girl", "solo", "portrait"}
    found.update(_hair(p), _eyes(p), _face(p), _pose(p))
    found.update(_CLOTHES[p.clothes], _SCENE[p.scene], _ORNAMENT[p.ornament])
    return tuple(sorted(found))


def _hair(p: PaintParams) -> Iterator[str]:
    yield from _BACK[p.hair_back]
    if p.hair_back == "bald":
        return
    yield f"{palette.nearest(p.hair, palette.HAIR)}_hair"
    if p.hair_back != "curly":  # whose curls are all there is to see
        yield from _FRINGE[p.hair_fringe]
        yield from _SIDES[p.hair_sides]
    if p.hair_back == "bun" and p.hair_volume > 0.6 and p.sex == "female":
        yield "double_bun"
    if shows_tips(p):
        yield "gradient_hair"
    if shows_ahoge(p):
        yield "ahoge"


def _eyes(p: PaintParams) -> Iterator[str]:
    if p.eye_open <= 0.12:
        yield "closed_eyes"
    else:
        yield f"{palette.nearest(p.eyes, palette.EYES)}_eyes"
        if p.wink != "none":
            yield "one_eye_closed"
        if p.eye_open < 0.66:
            yield "half-closed_eyes"
        if p.eye_open > 1.08:
            yield "wide-eyed"
        yield "looking_at_viewer" if abs(p.gaze_x) < 0.4 else "looking_to_the_side"
        lean = p.eye_tilt + corner_lean(p.eye_shape, p.eye_height)
        if lean > 15 and p.eye_open >= 0.66:  # what lids that hang leave free has no corners
            yield "tsurime"
        if lean < 0 and p.eye_open >= 0.66:
            yield "tareme"
    if p.glasses != "none":
        yield "glasses"
        if p.glasses in _GLASSES:
            yield _GLASSES[p.glasses]


def _face(p: PaintParams) -> Iterator[str]:
    yield "open_mouth" if p.mouth in OPEN and p.mouth != "grin" else "closed_mouth"
    yield from _MOUTH[p.mouth]
    if brows.angle(p) < -5:
        yield "v-shaped_eyebrows"
    if p.brow_weight > 1.45:
        yield "thick_eyebrows"
    if p.lips > 0.3:
        yield "lipstick"
    if p.blush > 0.55 and ARTIST_STYLES[p.hand].blush != "none":
        yield "blush"
    if p.beard != "none":
        yield "facial_hair"
        yield _BEARD[p.beard]
    if p.skin[0] < 0.66:
        yield "dark_skin"
    elif p.skin[0] < 0.83:
        yield "tan"
    if p.age > 0.62:
        yield "old"
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
