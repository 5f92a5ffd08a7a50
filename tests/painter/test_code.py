"""Characters as rows of numbers: there and back, any row, edits by name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rosetail.painter import sample
from rosetail.painter.casts import redressed
from rosetail.painter.code import columns, from_code, move_of, to_code
from rosetail.painter.edits import EDITS
from rosetail.painter.mouth import LIPS, MOUTHS
from rosetail.painter.tags import tags_of


def near(first: object, second: object) -> bool:
    if isinstance(first, tuple):
        light, chroma, hue = (abs(a - b) for a, b in zip(first, second, strict=True))
        return light < 1e-4 and chroma < 1e-4 and (first[1] < 1e-3 or min(hue, 360 - hue) < 0.1)
    if isinstance(first, float):
        return abs(first - second) < 1e-4
    return first == second


def test_a_row_gives_the_character_back_in_another_layout() -> None:
    for seed in range(20):
        style, layout = sample(seed), sample(1000 + seed)
        wanted = redressed(layout, style).to_dict()
        found = from_code(to_code(style), layout).to_dict()
        for name, value in wanted.items():
            value = tuple(value) if isinstance(value, list) else value
            other = tuple(found[name]) if isinstance(found[name], list) else found[name]
            assert near(value, other), (seed, name)


def test_any_row_is_a_portrait() -> None:
    rng = np.random.default_rng(0)
    for _ in range(50):
        params = from_code(rng.normal(0, 3, len(columns())).astype(np.float32), sample(1))
        assert params.sex == "male" or params.beard == "none"


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_does_what_it_is_called_and_can_be_taken_away(edit: str) -> None:
    """On portraits whose eyes are open, in styles that have a blush."""
    done = 0
    for seed in range(40):
        params = sample(seed)
        if params.eye_open < 0.5 or params.hair_back == "bald" or params.artist_style == "manga":
            continue
        if params.ornament == "headscarf":  # hides what hair is changed to
            continue
        row = to_code(params)
        before, after = from_code(row, params), from_code(row + move_of(edit), params)
        back = from_code(row + move_of(edit) - move_of(edit), params)
        assert tags_of(back) == tags_of(before)
        if edit not in tags_of(before):
            done += edit in tags_of(after)
            assert before != after
        else:
            done += 1
    assert done >= 15


def test_a_row_is_style_alone() -> None:
    """No layout decides a number of it, and every number of a style does."""
    style, layout = sample(3), sample(4)
    np.testing.assert_array_equal(to_code(style), to_code(redressed(layout, style)))
    assert len(to_code(style)) == len(columns()) == len(set(columns()))


def test_an_edited_mouth_is_the_named_one_and_an_eye_opens_from_where_it_is() -> None:
    layout = sample(3).changed({**MOUTHS["smile"], "eye_open": 0.7})
    row = to_code(layout)
    opened = from_code(row + move_of("open_mouth"), layout)
    assert {name: getattr(opened, name) for name in LIPS} in MOUTHS.values()
    assert opened.jaw_open > 0.3
    drowsy = replace(layout, eye_open=0.4)
    wide = [from_code(row + move_of("wide-eyed"), each).eye_open for each in (layout, drowsy)]
    assert wide[0] > layout.eye_open
    assert wide[0] >= wide[1] > 0.4


def test_half_an_edit_of_a_colour_is_between() -> None:
    params = replace(sample(3), hair=(0.44, 0.065, 50.0))
    lightness = [
        from_code(to_code(params) + part * move_of("white_hair"), params).hair[0]
        for part in (0.0, 0.5, 1.0, 2.0)
    ]
    assert lightness[0] < lightness[1] < lightness[2] == lightness[3]
