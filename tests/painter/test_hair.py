"""Hair lies where it should, whichever way the head turns."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
from numpy.typing import NDArray

from rosetail.painter.canvas import CLEAR, Canvas
from rosetail.painter.hair import HAIRDOS, Hair, dressed
from rosetail.painter.head import Head
from rosetail.painter.params import CHOICES, PaintParams
from rosetail.painter.portrait_context import PortraitContext
from rosetail.painter.pose import EYES_Y
from rosetail.painter.sheet import plain

SIZE, HEAD = 96, 0.45  # pixels; a head's share of the picture
HAIRDO_NAMES = CHOICES["hair_back"]
LONG = ("shoulder", "straight", "wavy", "half_up", "bob")
# Each hairdo is looked at from the front and from one side, every other one from the left: a
# parting on the other side is the hairdo in a mirror.
SIDES = [(name, sign) for number, name in enumerate(HAIRDO_NAMES) for sign in (0, (-1) ** number)]
TIED = ("ponytail", "bun", "two_buns", "braids", "twin_tails")
Drawn = NDArray[np.int64]


def hair_of(params: PaintParams) -> Hair:
    return Hair(Head(PortraitContext(params)))


@lru_cache
def drawn(params: PaintParams, behind: bool = True) -> Drawn:
    """Hair alone on nothing, RGBA (S, S, 4); what lies before the head, and what is behind it."""
    hair = hair_of(params)
    canvas = Canvas(SIZE, HEAD, (0.5, 0.35), EYES_Y, CLEAR, hair.context.side)
    for draw in (hair.draw_back, hair.draw_over) if behind else ():
        draw(canvas)
    hair.draw_scalp(canvas)
    hair.draw_front(canvas)
    return canvas.cut_out().astype(np.int64)


def apart(one: Drawn, other: Drawn) -> float:
    """The share of what is drawn that differs clearly."""
    area = (one[..., 3] > 60) | (other[..., 3] > 60)
    shown = [each[..., :3] * each[..., 3:] / 255 for each in (one, other)]
    alpha = np.abs(one[..., 3] - other[..., 3]) > 90
    differs = (np.abs(shown[0] - shown[1]).max(axis=-1) > 60) | alpha
    return float((differs & area).sum() / max(1, area.sum()))


def lowest(params: PaintParams) -> float:
    """Where hair ends, in heads."""
    row = np.nonzero((drawn(params)[..., 3] > 128).any(axis=1))[0].max()
    return float((row - 0.35 * SIZE) / (HEAD * SIZE) + EYES_Y)


def test_every_hairdo_is_drawn_and_none_is_another() -> None:
    assert set(HAIRDOS) == set(HAIRDO_NAMES)
    pictures = {name: drawn(replace(plain(), hair_back=name)) for name in HAIRDO_NAMES}
    close = {
        (one, other): near
        for number, one in enumerate(HAIRDO_NAMES)
        for other in HAIRDO_NAMES[:number]
        if (near := apart(pictures[one], pictures[other])) < 0.04
    }
    assert not close


@pytest.mark.parametrize("hair_back", ["short", "bob", "ponytail"])
def test_no_fringe_is_another(hair_back: str) -> None:
    base = replace(plain(), hair_back=hair_back)
    names = CHOICES["hair_fringe"]
    pictures = {name: drawn(replace(base, hair_fringe=name), behind=False) for name in names}
    close = {
        (one, other): near
        for number, one in enumerate(names)
        for other in names[:number]
        if (near := apart(pictures[one], pictures[other])) < 0.02
    }
    assert not close


@pytest.mark.parametrize("hair_back", LONG)
@pytest.mark.parametrize("yaw", [-32.0, 0.0, 32.0])
def test_hair_that_hangs_beside_the_face_leaves_the_eyes_free(hair_back: str, yaw: float) -> None:
    params = replace(
        plain(), hair_back=hair_back, hair_fringe="swept_back", hair_sides="none", yaw=yaw
    )
    hair = hair_of(params)
    build = hair.head.build
    for side in (-1.0, 1.0):
        across = side * (build.eye_x + build.eye_wide * np.linspace(-0.5, 0.5, 15))
        places = hair.head.on_face(np.stack([across, np.full(15, build.eye_y)], axis=1))
        covered = [hair.front_mass.contains(*place) for place in places.tolist()]
        assert np.mean(covered) < 0.15


@pytest.mark.parametrize(("hair_back", "side"), [each for each in SIDES if each[0] != "bald"])
def test_hair_covers_the_crown_and_not_the_nose(hair_back: str, side: int) -> None:
    hair = hair_of(replace(plain(), hair_back=hair_back, yaw=40.0 * side))
    shown = drawn(hair.context.p)[..., 3]

    def alpha(x: float, y: float) -> int:
        at = (np.array([x, y]) - (0.0, EYES_Y)) * HEAD * SIZE + (0.5 * SIZE, 0.35 * SIZE)
        column, row = at.astype(int)
        return int(shown[row, column])

    top = hair.dome[np.argmin(hair.dome[:, 1])]
    assert alpha(float(top[0]), float(top[1]) + 0.06) > 200
    nose = hair.head.on_face((0.0, hair.head.build.nose_y), 0.05)
    assert not hair.front_mass.contains(*nose.tolist())


@pytest.mark.parametrize("hair_back", TIED)
def test_tied_hair_does_not_lie_before_the_chin(hair_back: str) -> None:
    hair = hair_of(replace(plain(), hair_back=hair_back, hair_sides="none", hair_volume=1.0))
    beside = [(x, 0.96) for x in np.linspace(-0.3, 0.3, 25).tolist()]
    assert not [place for place in beside if hair.front_mass.contains(*place)]


def test_hair_ends_as_low_as_its_name_says() -> None:
    ends = [
        lowest(replace(plain(), hair_back=name))
        for name in ("short", "bob", "shoulder", "straight")
    ]
    assert ends == sorted(ends)
    assert np.diff(ends).min() > 0.05


@pytest.mark.parametrize("hair_back", ["bob", "shoulder", "ponytail", "braids", "locs"])
def test_longer_hair_ends_lower_and_fuller_hair_stands_out(hair_back: str) -> None:
    base = replace(plain(), hair_back=hair_back)
    ends = [lowest(replace(base, hair_length=each)) for each in (0.8, 1.0, 1.25)]
    assert ends == sorted(ends)
    assert ends[2] > ends[0] + 0.05
    flat, full = (hair_of(replace(base, hair_volume=each)).dome for each in (0.0, 1.0))
    assert np.ptp(full[:, 0]) > np.ptp(flat[:, 0]) + 0.03


@pytest.mark.parametrize("hair_back", HAIRDO_NAMES)
def test_a_parting_on_the_other_side_is_the_hairdo_in_a_mirror(hair_back: str) -> None:
    params = replace(plain(), hair_back=hair_back, hair_part=0.6, yaw=9.0)
    one, other = dressed(params), dressed(params.mirrored())
    for room in ("back", "tails", "over", "sides", "crown", "front"):
        locks = zip(getattr(one, room), getattr(other, room), strict=True)
        assert all(np.array_equal(a.spine, b.spine * (-1, 1, 1)) for a, b in locks)
    assert apart(drawn(params)[:, ::-1], drawn(params.mirrored())) < 0.12  # curls wind one way


@pytest.mark.parametrize(("hair_back", "side"), SIDES)
def test_no_lock_jumps_when_the_head_turns(hair_back: str, side: int) -> None:
    before, after = (
        drawn(replace(plain(), hair_back=hair_back, yaw=21.0 * side + step))
        for step in (-0.25, 0.25)
    )
    assert apart(before, after) < 0.03


def test_locks_in_the_lee_of_the_head_are_shown_on_the_side_it_turns_to() -> None:
    """A tail on the head's left is seen when that side is near."""
    tail = replace(plain(), hair_back="side_tail", hair_part=0.6)
    seen = [(drawn(replace(tail, yaw=yaw))[..., 3] > 128).sum(axis=0) for yaw in (-30.0, 30.0)]
    left, right = (each[: SIZE // 2].sum() - each[SIZE // 2 :].sum() for each in seen)
    assert (left > 0) == (right > 0)


def test_a_bald_head_has_no_hair_and_a_scarf_covers_all_of_it() -> None:
    assert not hair_of(replace(plain(), hair_back="bald", hair_fringe="none")).exists
    covered = hair_of(replace(plain(), ornament="headscarf"))
    assert not covered.exists
    assert covered.covers_ears()
