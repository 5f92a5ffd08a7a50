"""Clothes cover the body and leave the neck bare, whatever they are."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
from numpy.typing import NDArray

from rosetail.painter import clothes
from rosetail.painter.canvas import ALPHA, FLATS, LINES, PICTURE, Canvas
from rosetail.painter.colour import to_rgb
from rosetail.painter.head import Head
from rosetail.painter.params import CHOICES, PaintParams
from rosetail.painter.portrait_context import PortraitContext
from rosetail.painter.pose import EYES_Y
from rosetail.painter.sample import sample
from rosetail.painter.torso import BOTTOM, OUTLINE, Body, shoulder_line

KINDS = CHOICES["clothes"]
SIZE, HEAD = 160, 0.5  # pixels; the head's share of the picture
SKIN, CLOTH, SECOND, ACCENT = (
    (0.90, 0.05, 60.0), (0.45, 0.12, 250.0), (0.70, 0.12, 150.0), (0.60, 0.16, 330.0),
)  # fmt: skip
PLACES = ((0.30, 1.32), (-0.30, 1.32), (0.44, 1.45), (-0.44, 1.45), (0.0, 1.70), (0.2, 1.55))
WRAPPED = ("turtleneck", "coat")  # they cover the neck
HANDED = ("kimono", "lab_coat")  # not the same in a mirror: the left side lies on top; a pocket


@lru_cache(maxsize=1)
def plain() -> PaintParams:
    return replace(
        sample(7), scale=0.18, centre_x=0.5, centre_y=0.25, yaw=0.0, pitch=0.0, roll=0.0,
        body_yaw=0.0, sex="female", beard="none", age=0.3, build=0.4, skin=SKIN, cloth=CLOTH,
        cloth_second=SECOND, accent=ACCENT, artist_style="cel", light=-1.0, face_length=1.0,
    )  # fmt: skip


def body_of(params: PaintParams) -> Body:
    return Body(Head(PortraitContext(params)))


def drawn(params: PaintParams, layer: str = PICTURE, *, dressed: bool = True) -> NDArray[np.int64]:
    body = body_of(params)
    canvas = Canvas(SIZE, HEAD, (0.5, 0.25), EYES_Y, layer, body.context.side)
    body.draw_skin(canvas)
    if dressed:
        clothes.draw(canvas, body)
    return canvas.pixels().astype(int)


def near(pixels: NDArray[np.int64], colour: tuple[float, float, float]) -> NDArray[np.bool_]:
    return np.abs(pixels - 255 * np.array(to_rgb(colour))).max(axis=-1) < 12


def test_every_kind_of_clothes_can_be_drawn() -> None:
    assert set(clothes.GARMENTS) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("sex", ["female", "male"])
def test_a_garment_covers_shoulders_and_chest(kind: str, sex: str) -> None:
    params = replace(plain(), clothes=kind, sex=sex)
    flats = drawn(params, FLATS)
    body = body_of(params)
    unit = HEAD * SIZE
    origin = np.array([0.5 * SIZE, 0.25 * SIZE - EYES_Y * unit])
    for x, y in PLACES:
        across, down = (body.at([(x, y)])[0] * unit + origin).astype(int)
        colour = flats[down, across]
        assert not near(colour, body.context.skin.base), (x, y)
        assert colour.sum() < 740, (x, y)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in WRAPPED])
def test_skin_shows_at_the_neck(kind: str) -> None:
    params = replace(plain(), clothes=kind)
    bare = near(drawn(params, FLATS, dressed=False), PortraitContext(params).skin.base)
    seen = near(drawn(params, FLATS), PortraitContext(params).skin.base)
    unit = HEAD * SIZE
    row = int(0.25 * SIZE + (1.02 - EYES_Y) * unit)
    assert seen[row].sum() > 0.8 * bare[row].sum()


@pytest.mark.parametrize("kind", KINDS)
def test_light_from_the_other_side_gives_the_mirrored_picture(kind: str) -> None:
    lit = replace(plain(), clothes=kind)
    other = drawn(replace(lit, light=1.0))
    apart = np.abs(drawn(lit) - other[:, ::-1]).max(axis=-1) > 40
    assert apart.mean() < (0.10 if kind in HANDED else 0.012)


@pytest.mark.parametrize("kind", KINDS)
def test_light_changes_shadows_and_neither_flats_nor_lines(kind: str) -> None:
    lit = replace(plain(), clothes=kind)
    assert not np.array_equal(drawn(lit), drawn(replace(lit, light=1.0)))
    flats = [drawn(replace(lit, light=light), FLATS) for light in (-1.0, 1.0)]
    # Hanging ends, and which half of a pair is drawn last, go with the light.
    assert (np.abs(flats[0] - flats[1]).max(axis=-1) > 40).mean() < 0.03


def test_men_wear_a_tie_where_women_wear_a_ribbon() -> None:
    for kind in ("suit", "blazer"):
        men, women = (drawn(replace(plain(), clothes=kind, sex=sex)) for sex in ("male", "female"))
        assert near(men, ACCENT).any()
        assert near(women, ACCENT).any() == (kind == "blazer")


@pytest.mark.parametrize("kind", KINDS)
def test_clothes_turn_with_the_body_and_do_not_jump(kind: str) -> None:
    params = replace(plain(), clothes=kind)
    before = drawn(replace(params, body_yaw=-3.0, yaw=-6.0))
    for step in range(1, 4):
        after = drawn(replace(params, body_yaw=-3.0 + step * 0.5, yaw=-6.0 + step))
        changed = (np.abs(after - before).max(axis=-1) > 60).mean()
        assert changed < 0.05
        before = after


def test_layers_hold_lines_and_the_outline() -> None:
    for kind in ("hoodie", "suit"):
        params = replace(plain(), clothes=kind)
        lines = drawn(params, LINES).sum(axis=-1) < 500
        assert 0.01 < lines.mean() < 0.2
        assert (drawn(params, ALPHA) > 200).mean() > 0.25


def test_shoulders_slope_from_the_neck() -> None:
    x = np.linspace(0.13, 0.46, 12)
    heights = shoulder_line(x)
    assert np.all(np.diff(heights) > 0)
    assert OUTLINE[-1, 1] == BOTTOM


def test_the_nearer_shoulder_is_larger() -> None:
    body = body_of(replace(plain(), body_yaw=25.0))
    left, right = body.at([(-0.5, 1.4), (0.5, 1.4)])
    middle = body.at([(0.0, 1.4)])[0]
    assert np.linalg.norm(left - middle) > np.linalg.norm(right - middle)
    assert left[1] > right[1]
