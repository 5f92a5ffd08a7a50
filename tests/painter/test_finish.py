"""Light over the picture, and how it is printed."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from rosetail.painter.canvas import CLEAR, Canvas
from rosetail.painter.colour import to_rgb
from rosetail.painter.finish import composed, finish, finish_figure, light_layers
from rosetail.painter.params import CHOICES
from rosetail.painter.portrait_context import PortraitContext
from rosetail.painter.scene_marks import box
from rosetail.painter.sheet import plain

Bytes = NDArray[np.uint8]
SIZE = 128
STYLES = CHOICES["artist_style"]


def context_of(style: str = "cel", scene: str = "sky", rim: bool = False, light: float = -1.0):
    colour = (0.88, 0.04, 220.0)
    changed = replace(plain(), artist_style=style, scene=scene, rim_light=rim, light=light)
    return PortraitContext(replace(changed, scene_colour=colour))


def doll(size: int = SIZE, ground: tuple[int, int, int] = (190, 220, 232)) -> tuple[Bytes, Bytes]:
    """A head on shoulders with hair, and its alpha."""
    picture, alpha = np.full((size, size, 3), ground, np.uint8), np.zeros((size, size), np.uint8)
    unit = size / 128
    for centre, axes, colour in (
        ((64, 130), (46, 34), (60, 70, 110)),
        ((64, 56), (34, 40), (110, 70, 50)),
        ((64, 66), (26, 30), (250, 225, 205)),
    ):
        where = tuple(round(unit * each) for each in centre)
        reach = tuple(round(unit * each) for each in axes)
        cv2.ellipse(picture, where, reach, 0, 0, 360, colour, -1, cv2.LINE_AA)
        cv2.ellipse(alpha, where, reach, 0, 0, 360, 255, -1, cv2.LINE_AA)
    return picture, alpha


def grey(value: int, size: int = 256) -> Bytes:
    return np.full((size, size, 3), value, np.uint8)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("scene", ["flat", "sunset", "night"])
def test_finishing_is_deterministic_and_mirrors(style: str, scene: str) -> None:
    picture, alpha = doll()
    made = finish(picture, alpha, context_of(style, scene))
    np.testing.assert_array_equal(made, finish(picture, alpha, context_of(style, scene)))
    turned = np.ascontiguousarray(picture[:, ::-1]), np.ascontiguousarray(alpha[:, ::-1])
    mirrored = finish(*turned, context_of(style, scene, light=1.0))[:, ::-1]
    assert np.abs(made.astype(int) - mirrored).mean() < 2


@pytest.mark.parametrize("style", ["cel", "soft"])
def test_two_layers_are_all_of_the_finish(style: str) -> None:
    picture, alpha = doll()
    context = context_of(style, "sunset", rim=True)
    multiply, screen = (each.astype(float) / 255 for each in light_layers(picture, alpha, context))
    wanted = 255 * (1 - (1 - picture / 255 * multiply) * (1 - screen))
    assert np.abs(finish(picture, alpha, context) - wanted).max() < 1.5


def test_layers_do_not_copy_the_picture() -> None:
    """What is small and moves, a mouth, must not be left in them when it is hidden."""
    picture, alpha = doll()
    changed = picture.copy()
    cv2.line(changed, (58, 84), (70, 84), (90, 40, 40), 2)
    for style in ("cel", "soft", "retro"):
        context = context_of(style)
        both = zip(
            light_layers(picture, alpha, context),
            light_layers(changed, alpha, context),
            strict=True,
        )
        assert all(np.abs(one.astype(int) - other).max() < 50 for one, other in both)


def test_the_flat_ground_keeps_its_colour() -> None:
    ground = 255 * np.array(to_rgb((0.88, 0.04, 220.0)))
    picture, alpha = doll(ground=tuple(ground.round().astype(int).tolist()))
    made = finish(picture, alpha, context_of("cel", "flat"))[alpha == 0]
    assert np.abs(made.mean(0) - ground).max() < 5
    assert np.ptp(made.astype(int), axis=0).max() < 12


def test_the_light_of_the_place_is_on_the_figure() -> None:
    picture, alpha = doll()
    face = (slice(60, 72), slice(56, 72))
    day, night, dusk = (
        finish(picture, alpha, context_of(scene=scene))[face].mean((0, 1))
        for scene in ("sky", "night", "sunset")
    )
    assert night.mean() < day.mean() - 8
    assert night[2] / night[0] > day[2] / day[0]
    assert dusk[2] / dusk[0] < day[2] / day[0]


def test_rim_light_is_off_the_light_and_inside_the_figure() -> None:
    picture, alpha = doll(256)
    plain_, rimmed = (finish(picture, alpha, context_of(rim=rim)) for rim in (False, True))
    more = (rimmed.astype(int) - plain_).sum(2)
    assert more.min() >= 0
    assert more[alpha == 0].max() == 0
    assert 20 < more.max() < 255
    across = np.arange(256)[None, :] * (more > 10)
    assert across.sum() / (more > 10).sum() > 150  # light from the left, the rim on the right


def test_the_figure_shades_the_ground_softly() -> None:
    picture, alpha = doll()
    multiply = light_layers(picture, alpha, context_of(scene="classroom")).multiply.astype(int)
    assert multiply[56, 100, 1] < multiply[56, 124, 1] - 4


def test_soft_glows_and_lifts_blacks() -> None:
    picture, alpha = doll()
    picture[alpha == 255] //= 4
    cel, soft = (finish(picture, alpha, context_of(style)) for style in ("cel", "soft"))
    assert soft[alpha == 255].min() > cel[alpha == 255].min() + 5


def test_retro_has_the_same_grain_every_time_and_colours_beside_each_other() -> None:
    picture, alpha = doll(256)
    made = finish(picture, alpha, context_of("retro"))
    assert 0.5 < made[8:40, 8:40, 1].astype(float).std() < 8
    border = made[112, 110 + 80].astype(int)
    assert made[..., 0].mean() > made[..., 2].mean() - 40
    assert border.shape == (3,)


@pytest.mark.parametrize("size", [128, 256, 512])
@pytest.mark.parametrize(("value", "share"), [(90, 0.46), (140, 0.62), (170, 0.74), (210, 0.92)])
def test_dots_are_as_dark_as_the_tone(value: int, share: float, size: int) -> None:
    """The share of white is that of the printer's tone, at any size, in black and white."""
    whole = np.full((size, size), 255, np.uint8)
    made = finish(grey(value, size), whole, context_of("manga"))
    assert made.mean() / 255 == pytest.approx(share, abs=0.03)
    assert np.ptp(made.astype(int), axis=2).max() == 0
    assert made.std() > 110 * (share * (1 - share)) ** 0.5 or size < 512  # crisp


def test_manga_is_black_and_white_where_it_is_dark_and_pale() -> None:
    whole, context = np.full((256, 256), 255, np.uint8), context_of("manga")
    assert finish(grey(40), whole, context).max() == 0
    assert finish(grey(235), whole, context).min() == 255


def test_manga_lines_stay_lines() -> None:
    whole, page = np.full((256, 256), 255, np.uint8), grey(240)
    cv2.line(page, (20, 30), (230, 200), (20, 20, 20), 2, cv2.LINE_AA)
    made = finish(page, whole, context_of("manga"))[..., 0].astype(int)
    assert made[page[..., 0] < 40].max() < 40
    assert made[page[..., 0] > 225].min() > 215


def test_white_parts_the_figure_from_the_ground_in_manga() -> None:
    picture, alpha = doll(256, ground=(90, 90, 90))
    made = finish(picture, alpha, context_of("manga"))
    ring = (cv2.dilate(alpha, np.ones((5, 5), np.uint8)) == 255) & (alpha == 0)
    assert made[ring].min() > 200
    assert made[:40, :40].mean() < 160


def test_composing_lays_the_figure_over_the_ground() -> None:
    ground, figure = (Canvas(32, 1.0, (0.0, 0.0), 0.0, CLEAR) for _ in range(2))
    ground.wash((0.9, 0.0, 0.0))
    figure.fill(box(0.25, 0.25, 0.75, 0.75), (0.3, 0.0, 0.0))
    picture, alpha = composed(ground, figure)
    assert alpha[2, 2] == 0
    assert alpha[16, 16] == 255
    assert picture[2, 2].mean() > 200 > 80 > picture[16, 16].mean()


@pytest.mark.parametrize("style", STYLES)
def test_a_figure_alone_keeps_its_alpha(style: str) -> None:
    picture, alpha = doll()
    figure = finish_figure(np.dstack([picture, alpha]), context_of(style))
    np.testing.assert_array_equal(figure[..., 3], alpha)
    whole = finish(picture, alpha, context_of(style))
    inside = cv2.erode(alpha, np.ones((9, 9), np.uint8)) == 255
    assert np.abs(figure[inside][:, :3].astype(int) - whole[inside]).mean() < 3
