"""Backgrounds."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from rosetail.painter import scene
from rosetail.painter.canvas import CLEAR, PICTURE, Canvas
from rosetail.painter.colour import to_rgb
from rosetail.painter.light import LIGHTS
from rosetail.painter.params import CHOICES, PaintParams
from rosetail.painter.portrait_context import PortraitContext
from rosetail.painter.sheet import plain

SIZE = 128
PLACES = CHOICES["scene"]


def ground(params: PaintParams, size: int = SIZE, layer: str = PICTURE) -> NDArray[np.uint8]:
    canvas = Canvas(size, 0.6, (0.5, 0.46), 0.64, layer)
    scene.draw(canvas, PortraitContext(params))
    return canvas.cut_out()


def params_of(name: str, light: float = -1.0, style: str = "cel") -> PaintParams:
    colour = (0.88, 0.04, 220.0)
    return replace(plain(), scene=name, scene_colour=colour, light=light, artist_style=style)


def test_every_place_has_its_ground_and_its_light() -> None:
    assert set(scene.SCENES) | {"flat"} == set(PLACES) == set(LIGHTS)


@pytest.mark.parametrize("name", PLACES)
def test_a_ground_covers_the_picture(name: str) -> None:
    drawn = ground(params_of(name), layer=CLEAR)
    assert (drawn[..., 3] == 255).all()
    flat = np.abs(drawn[..., :3].astype(int) - drawn[0, 0, :3]).max()
    assert flat == 0 if name == "flat" else flat > 12


@pytest.mark.parametrize("name", PLACES)
def test_a_ground_is_mirrored_with_the_light(name: str) -> None:
    left, right = ground(params_of(name, -1.0)), ground(params_of(name, 1.0))
    np.testing.assert_array_equal(left[:, ::-1], right)


def test_a_flat_ground_is_the_colour_itself() -> None:
    params = params_of("flat")
    wanted = 255 * np.array(to_rgb(params.scene_colour))
    assert np.abs(ground(params)[..., :3] - wanted).max() <= 1


@pytest.mark.parametrize("name", ["gradient", "dots", "sky", "classroom", "night"])
def test_size_changes_only_the_resolution(name: str) -> None:
    small, large = ground(params_of(name)), ground(params_of(name), 4 * SIZE)
    shrunk = cv2.resize(large, (SIZE, SIZE), interpolation=cv2.INTER_AREA)
    assert np.abs(shrunk.astype(int) - small).mean() < 2.5


def test_the_colour_of_the_scene_shows_in_places_too() -> None:
    blue = params_of("room")
    red = replace(blue, scene_colour=(0.88, 0.06, 25.0))
    apart = ground(red)[..., :3].mean((0, 1)) - ground(blue)[..., :3].mean((0, 1))
    assert apart[0] > 3 > apart[2]


def test_manga_has_grey_grounds() -> None:
    drawn = ground(params_of("sunset", style="manga"))[..., :3].astype(int)
    assert np.ptp(drawn, axis=2).max() <= 1


@pytest.mark.parametrize("name", PLACES)
def test_grounds_are_calm_behind_the_head(name: str) -> None:
    """Fine contrasts are few where the head is."""
    grey = cv2.cvtColor(ground(params_of(name), 256)[..., :3], cv2.COLOR_RGB2GRAY)
    middle = grey[40:200, 60:196].astype(np.float32)
    fine = middle - cv2.GaussianBlur(middle, (0, 0), 6)
    assert fine.std() < 8
