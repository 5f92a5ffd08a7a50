"""Portraits as layers of a drawing program."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rosetail.characters.openraster import merge_layers
from rosetail.painter import paint, sample
from rosetail.painter.layered import MULTIPLY, SCREEN, Group, Layer, layers
from rosetail.painter.mouth import MOUTHS, VISEMES
from rosetail.painter.sheet import plain

SIZE = 160


def group(found: list[Layer | Group], name: str) -> Group:
    (one,) = (each for each in found if each.name == name)
    assert isinstance(one, Group)
    return one


@pytest.mark.parametrize(
    ("style", "seed", "scene"),
    [("cel", 2, "flat"), ("soft", 9, "sunset"), ("soft", 16, "night"), ("cel", 31, "classroom")],
)
def test_layers_over_each_other_are_the_painting(style: str, seed: int, scene: str) -> None:
    """Where nothing is printed; each layer rounds by half a level."""
    params = replace(sample(seed), artist_style=style, scene=scene)
    whole = merge_layers(layers(params, SIZE))
    assert (whole[..., 3] == 255).all()
    apart = np.abs(whole[..., :3].astype(int) - paint(params, SIZE).image)
    assert apart.max() <= 12
    assert apart.mean() < 0.6


def test_the_light_of_the_place_lies_over_everything() -> None:
    found = layers(replace(plain(), scene="sunset"), SIZE)
    shade, light = found[-2:]
    assert isinstance(shade, Layer)
    assert isinstance(light, Layer)
    assert (shade.blend, light.blend) == (MULTIPLY, SCREEN)
    assert [each.name for each in found[:-2] if getattr(each, "blend", "over") != "over"] == []


def test_without_ground_there_is_the_figure() -> None:
    params = plain()
    whole = merge_layers(layers(params, SIZE, ground=False))
    alpha = paint(params, SIZE, layers=True).layers["alpha"]
    assert np.abs(whole[..., 3].astype(int) - alpha).mean() < 1
    names = [each.name for each in layers(params, SIZE, ground=False)]
    assert "background" not in names
    assert not [name for name in names if "of the place" in name]


def test_a_mouth_chart_and_a_blink_lie_beside() -> None:
    found = layers(replace(plain(), jaw_open=0.1), SIZE, ground=False)
    mouth, eyes = group(found, "mouth"), group(found, "eyes")
    assert {each.name for each in mouth.layers} == {"as drawn", *MOUTHS, *VISEMES}
    assert [each.name for each in mouth.layers if each.visible] == ["as drawn"]
    assert len({each.picture.tobytes() for each in mouth.layers}) == len(mouth.layers)
    assert [each.name for each in eyes.layers] == [
        "as drawn", "open", "closed, resting", "closed, happy",
    ]  # fmt: skip
    assert [each.visible for each in eyes.layers] == [True, False, False, False]


def test_a_mouth_that_has_a_name_is_not_shown_twice() -> None:
    found = layers(plain().changed(MOUTHS["grin"]), SIZE, ground=False)
    names = [each.name for each in group(found, "mouth").layers]
    assert names[0] == "as drawn"
    assert "grin" not in names


@pytest.mark.parametrize("values", [{"eye_open": 0.0}, {"eye_open": 0.95, "wink_left": 1.0}])
def test_eyes_that_are_shut_have_open_ones_beside(values: dict[str, float]) -> None:
    eyes = group(layers(replace(plain(), **values), SIZE, ground=False), "eyes")
    (wide,) = (each for each in eyes.layers if each.name == "open")
    awake = replace(plain(), eye_open=0.95)
    opened = group(layers(awake, SIZE, ground=False), "eyes").layers[0]
    assert np.array_equal(wide.picture, opened.picture)
    assert not np.array_equal(wide.picture, eyes.layers[0].picture)


def test_what_nobody_wears_has_no_layer() -> None:
    bare = replace(plain(), glasses="none", beard="none", ornament="none")
    names = {each.name for each in layers(bare, SIZE)}
    assert {"face", "back hair", "clothes", "fringe", "background"} <= names
    assert not {"glasses", "beard", "ornament"} & names
    worn = layers(replace(bare, glasses="round", ornament="bow"), SIZE, ground=False)
    assert {"glasses", "ornament"} <= {each.name for each in worn}
