"""Characters of the painter before it was drawn anew: their rows of numbers, as rows of today."""

from __future__ import annotations

import numpy as np

from rosetail.arrays import Floats
from rosetail.painter.code import columns, to_code
from rosetail.painter.sample import sample

_NAMES = """
age, jaw, blush, nose_size, eye_size, eye_height, eye_tilt, lashes, brow_weight, lips,
hair_length, hair_volume, hair_part, light, sex=female, sex=male, eye_shape=round,
eye_shape=almond, eye_shape=sharp, eye_shape=droopy, eye_shape=narrow, nose=dot, nose=line,
nose=shadow, nose=bridge, nose=button, beard=none, beard=stubble, beard=moustache,
beard=goatee, beard=full, glasses=none, glasses=round, glasses=square, glasses=half,
glasses=oval, hair_back=bald, hair_back=short, hair_back=undercut, hair_back=spiky,
hair_back=pixie, hair_back=curly, hair_back=bob, hair_back=shoulder, hair_back=straight,
hair_back=wavy, hair_back=ponytail, hair_back=side_tail, hair_back=twin_tails,
hair_back=braids, hair_back=bun, hair_back=half_up, hair_fringe=none, hair_fringe=blunt,
hair_fringe=choppy, hair_fringe=wispy, hair_fringe=between_eyes, hair_fringe=parted,
hair_fringe=side_swept, hair_fringe=over_eye, hair_fringe=messy, hair_fringe=swept_back,
hair_sides=none, hair_sides=short, hair_sides=long, hair_sides=hime, ornament=none,
ornament=bow, ornament=hairband, ornament=hairclip, ornament=flower, ornament=beret,
ornament=cap, ornament=straw_hat, ornament=cat_ears, clothes=t_shirt, clothes=shirt,
clothes=suit, clothes=blazer, clothes=sailor, clothes=hoodie, clothes=turtleneck,
clothes=sweater, clothes=dress, clothes=kimono, clothes=jacket, scene=flat, scene=gradient,
scene=split, scene=stripes, scene=dots, scene=bokeh, scene=sky, scene=sunset, scene=hills,
scene=city, scene=room, scene=petals, scene=night, hand=studio, hand=visual_novel,
hand=manga, hand=pastel, hand=painterly, hand=retro, hand=poster, hand=ink, skin.L, skin.a,
skin.b, hair.L, hair.a, hair.b, eyes.L, eyes.a, eyes.b, cloth.L, cloth.a, cloth.b,
cloth_second.L, cloth_second.a, cloth_second.b, accent.L, accent.a, accent.b,
scene_colour.L, scene_colour.a, scene_colour.b, ahoge, rim_light, earrings, hair_tips,
eye_open, mouth=as seen, mouth=neutral, mouth=smile, mouth=small, mouth=pout, mouth=frown,
mouth=grin, mouth=open, mouth=laugh, mouth=surprised, skin>dark_skin, hair>black_hair,
hair>brown_hair, hair>light_brown_hair, hair>blonde_hair, hair>orange_hair, hair>red_hair,
hair>pink_hair, hair>purple_hair, hair>blue_hair, hair>aqua_hair, hair>green_hair,
hair>grey_hair, hair>white_hair, eyes>blue_eyes, eyes>aqua_eyes, eyes>green_eyes,
eyes>yellow_eyes, eyes>orange_eyes, eyes>brown_eyes, eyes>red_eyes, eyes>pink_eyes,
eyes>purple_eyes, eyes>grey_eyes, eyes>black_eyes
"""
COLUMNS = tuple(name.strip() for name in _NAMES.split(","))
# What is drawn instead of a choice that is gone.
RENAMED = {
    "nose=line": "nose=tick",
    "nose=shadow": "nose=tick",
    "nose=bridge": "nose=straight",
    "hand=studio": "artist_style=cel",
    "hand=visual_novel": "artist_style=soft",
    "hand=manga": "artist_style=manga",
    "hand=pastel": "artist_style=soft",
    "hand=painterly": "artist_style=soft",
    "hand=retro": "artist_style=retro",
    "hand=poster": "artist_style=cel",
    "hand=ink": "artist_style=cel",
}
USUAL = ("cheeks", "chin", "build", "mouth_size")  # numbers that the rows did not have


def converted(row: Floats) -> Floats:
    """A row (len(COLUMNS),) as a row of today: what it did not say is as usual."""
    values = dict(zip(columns(), to_code(sample(0)).tolist(), strict=True))
    found = {name: values[name] if name in USUAL else 0.0 for name in columns()}
    found["cheeks"] = 0.5  # the middle of its range
    return _laid(found, row)


def converted_move(move: Floats) -> Floats:
    """A move (..., len(COLUMNS)) of an edit as one of today."""
    rows = move.reshape(-1, len(COLUMNS))
    moved = np.stack([_laid(dict.fromkeys(columns(), 0.0), each) for each in rows])
    return moved.reshape(*move.shape[:-1], -1)


def _laid(values: dict[str, float], row: Floats) -> Floats:
    for name, value in zip(COLUMNS, row.tolist(), strict=True):
        own = RENAMED.get(name, name)
        # Of several choices that are one today, the one that was taken counts.
        values[own] = max(values[own], value) if name in RENAMED else value
    return np.array(list(values.values()), np.float32)
