"""Portraits as layers of a drawing program."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rosetail.characters.openraster import merge_layers
from rosetail.painter import paint, paint_figure, sample
from rosetail.painter.layered import Group, Layer, layers
from rosetail.painter.params import CHOICES
from rosetail.painter.sheet import plain

SIZE = 192


def group(found: list[Layer | Group], name: str) -> Group:
    (one,) = (each for each in found if each.name == name)
    assert isinstance(one, Group)
    return one


@pytest.mark.parametrize("seed", [2, 9, 16, 31])
def test_layers_over_each_other_are_the_painting(seed: int) -> None:
    """In every hand, those that glow as well; each layer rounds by half a level."""
    params = sample(seed)
    whole = merge_layers(layers(params, SIZE))
    assert (whole[..., 3] == 255).all()
    apart = np.abs(whole[..., :3].astype(int) - paint(params, SIZE).image)
    assert apart.max() <= 7
    assert apart.mean() < 0.3


def test_some_of_those_glow() -> None:
    names = [{each.name for each in layers(sample(seed), SIZE)} for seed in (2, 9, 16, 31)]
    assert any({"warm light", "cool air"} <= each for each in names)
    assert any(not {"warm light", "cool air"} & each for each in names)


def test_without_ground_there_is_the_figure() -> None:
    params = replace(plain(), hand="studio")
    whole, figure = merge_layers(layers(params, SIZE, ground=False)), paint_figure(params, SIZE)
    assert np.abs(whole[..., 3].astype(int) - figure[..., 3]).mean() < 1
    solid = figure[..., 3] == 255
    assert np.abs(whole[solid].astype(int) - figure[solid]).max() <= 7


def test_a_mouth_chart_and_a_blink_lie_beside() -> None:
    found = layers(replace(plain(), mouth="grin", eye_open=0.9, wink="none"), SIZE)
    mouth, eyes = group(found, "mouth"), group(found, "eyes")
    assert [each.name for each in mouth.layers] == list(CHOICES["mouth"])
    assert [each.name for each in mouth.layers if each.visible] == ["grin"]
    assert len({each.picture.tobytes() for each in mouth.layers}) == len(mouth.layers)
    assert [each.name for each in eyes.layers] == ["open", "closed, resting", "closed, happy"]
    assert [each.visible for each in eyes.layers] == [True, False, False]


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ({"eye_open": 0.0, "closed_eyes": "happy"}, "closed, happy"),
        ({"eye_open": 0.0, "closed_eyes": "resting"}, "closed, resting"),
        ({"eye_open": 0.9, "wink": "left"}, "wink"),
    ],
)
def test_eyes_that_are_shut_have_open_ones_beside(values: dict, shown: str) -> None:
    params = replace(plain(), **values)
    found = layers(params, SIZE)
    eyes = group(found, "eyes")
    assert [each.name for each in eyes.layers if each.visible] == [shown]
    (wide,) = (each for each in eyes.layers if each.name == "open")
    opened = layers(replace(params, eye_open=params.eye_open or 0.95, wink="none"), SIZE)
    assert np.array_equal(wide.picture, group(opened, "eyes").layers[0].picture)
    assert np.abs(merge_layers(found)[..., :3].astype(int) - paint(params, SIZE).image).max() <= 7


def test_what_nobody_wears_has_no_layer() -> None:
    bare = replace(plain(), glasses="none", beard="none", ornament="none")
    names = {each.name for each in layers(bare, SIZE)}
    assert {"face", "back hair", "clothes", "fringe", "background"} <= names
    assert not {"glasses", "beard", "ornament"} & names
    worn = {each.name for each in layers(replace(bare, glasses="round", ornament="bow"), SIZE)}
    assert {"glasses", "ornament"} <= worn
