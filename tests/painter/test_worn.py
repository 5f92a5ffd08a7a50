"""What is worn and what grows on a face: hats, ornaments, glasses, beards, the lines of age."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from rosetail.painter import beard, glasses, hats, ornaments, wrinkles
from rosetail.painter.canvas import CLEAR, Canvas
from rosetail.painter.colour import to_rgb
from rosetail.painter.hair import Hair, dressed
from rosetail.painter.hats_under import BRIMS, SCARF, brim_at, flatten
from rosetail.painter.head import Head
from rosetail.painter.mouth import Mouth
from rosetail.painter.params import CHOICES, RANGES, PaintParams
from rosetail.painter.portrait_context import PortraitContext
from rosetail.painter.pose import EYES_Y

SIZE, HEAD = 160, 0.5  # pixels; the head's share of the picture
HATS = (*BRIMS, SCARF)
IN_HAIR = ("bow", "hairband", "hairclip", "flower", "cat_ears", "headphones")
BEARDS = tuple(kind for kind in CHOICES["beard"] if kind != "none")
GLASSES = tuple(kind for kind in CHOICES["glasses"] if kind != "none")
WORN = (
    [{"ornament": kind} for kind in (*HATS, *IN_HAIR)]
    + [{"glasses": kind} for kind in GLASSES]
    + [{"beard": kind, "sex": "male"} for kind in BEARDS]
)
Drawn = NDArray[np.int64]


def params(**changes: object) -> PaintParams:
    """A plain woman with a bob, and the changes."""
    values: dict[str, object] = {
        name: float(np.clip(1.0 if low > 0 else 0.0, low, high))
        for name, (low, high) in RANGES.items()
    }
    values |= {name: allowed[0] for name, allowed in CHOICES.items()}
    values |= {"scale": 0.2, "centre_x": 0.5, "centre_y": 0.5, "build": 0.4}
    values |= {"age": 0.3, "eye_open": 1.0, "hair_part": 0.5, "light": -1.0}
    values |= {"skin": (0.90, 0.05, 60.0), "hair": (0.45, 0.07, 50.0), "eyes": (0.6, 0.1, 250.0)}
    values |= {"cloth": (0.45, 0.1, 250.0), "cloth_second": (0.9, 0.01, 250.0)}
    values |= {"accent": (0.60, 0.15, 150.0), "scene_colour": (0.9, 0.03, 220.0)}
    values |= {"hair_back": "bob", "hair_fringe": "choppy", "hair_sides": "short"}
    values |= dict.fromkeys(("mole", "earrings", "hair_tips", "ahoge", "rim_light"), False)
    return PaintParams(**(values | changes))  # type: ignore[arg-type]


def head_of(p: PaintParams) -> Head:
    return Head(PortraitContext(p))


def worn(p: PaintParams) -> Drawn:
    """Only what is worn, on nothing: RGBA (S, S, 4)."""
    head = head_of(p)
    hair = Hair(head)
    canvas = Canvas(SIZE, HEAD, (0.5, 0.45), EYES_Y, CLEAR, head.context.side)
    canvas.skia.clear(0)
    hats.draw_behind(canvas, head, hair)
    wrinkles.draw(canvas, head)
    beard.draw(canvas, head, Mouth(head))
    glasses.draw(canvas, head, hair)
    ornaments.earrings(canvas, head, hair)
    ornaments.draw(canvas, head, hair)
    return canvas.cut_out().astype(np.int64)


def covered(p: PaintParams) -> NDArray[np.bool_]:
    return np.asarray(worn(p)[..., 3] > 100)


def pixel(head: Head, x: float, y: float) -> tuple[int, int]:
    """Row and column of a place on the face."""
    at = head.on_face((x, y))
    unit = HEAD * SIZE
    return int((at[1] - EYES_Y) * unit + 0.45 * SIZE), int(at[0] * unit + 0.5 * SIZE)


def apart(one: Drawn, other: Drawn) -> float:
    """The share of what is drawn that differs clearly between two pictures."""
    area = (one[..., 3] > 60) | (other[..., 3] > 60)
    shown = [each[..., :3] * each[..., 3:] / 255 for each in (one, other)]
    differs = np.abs(shown[0] - shown[1]).max(axis=-1) > 90
    return float((differs & area).sum() / max(1, area.sum()))


@pytest.mark.parametrize("kind", BRIMS)
@pytest.mark.parametrize("pitch", [-18.0, 0.0, 18.0])
def test_a_hat_covers_the_crown_and_leaves_the_eyes_free(kind: str, pitch: float) -> None:
    p = params(ornament=kind, pitch=pitch)
    head, shown = head_of(p), covered(p)
    row, column = pixel(head, 0.0, 0.20)
    assert shown[row, column]
    for x in (-head.build.eye_x, head.build.eye_x):
        eye = pixel(head, x, head.build.eye_y)
        assert not shown[eye]
        assert np.nonzero(shown)[0].max() < eye[0]


@pytest.mark.parametrize("yaw", [-30.0, 0.0, 30.0])
def test_a_headscarf_covers_all_but_the_face(yaw: float) -> None:
    p = params(ornament=SCARF, yaw=yaw)
    head, shown = head_of(p), covered(p)
    build = head.build
    for x, y in ((0.0, build.nose_y), (0.0, build.mouth_y), (-0.10, 0.74), (0.10, 0.74)):
        assert not shown[pixel(head, x, y)]
    for x in (-build.eye_x, build.eye_x):
        assert not shown[pixel(head, x, build.eye_y)]
    for x, y in ((0.0, 0.12), (0.0, 1.12), (-0.2, 1.2), (0.2, 1.2)):
        assert shown[pixel(head, x, y)]


@pytest.mark.parametrize("hair_back", CHOICES["hair_back"])
@pytest.mark.parametrize("kind", HATS)
def test_no_hair_stands_out_above_a_hat(kind: str, hair_back: str) -> None:
    do = dressed(params(ornament=kind, hair_back=hair_back))
    flatten(do)
    if kind == SCARF:
        assert not do.cap
        assert not any((do.back, do.crown, do.front, do.tails, do.over, do.plaits, do.buns))
        return
    for lock in (*do.crown, *do.tails):
        x, y, z = lock.spine[-1]
        assert y > brim_at(kind, np.degrees(np.arctan2(x, z)))
    assert all(y > brim_at(kind, 180.0) for x, y, z in (bun.centre for bun in do.buns))


def test_hair_without_a_hat_stays_as_it_is() -> None:
    do = dressed(params(hair_back="twin_tails"))
    before = (len(do.crown), len(do.ties), do.tails[0].spine.copy(), do.grow)
    flatten(do)
    assert (len(do.crown), len(do.ties), do.grow) == (before[0], before[1], before[3])
    assert np.array_equal(do.tails[0].spine, before[2])


@pytest.mark.parametrize("what", WORN, ids=lambda what: str(next(iter(what.values()))))
def test_what_is_worn_is_the_same_in_a_mirror(what: dict[str, object]) -> None:
    p = params(yaw=14.0, roll=5.0, **what)
    assert apart(worn(p.mirrored())[:, ::-1], worn(p)) < 0.10


@pytest.mark.parametrize("what", WORN, ids=lambda what: str(next(iter(what.values()))))
def test_nothing_jumps_when_the_head_turns(what: dict[str, object]) -> None:
    before = worn(params(yaw=-1.5, **what))
    for yaw in (-0.5, 0.5, 1.5):
        after = worn(params(yaw=yaw, **what))
        assert apart(before, after) < 0.10
        before = after


@pytest.mark.parametrize("kind", BEARDS)
@pytest.mark.parametrize("skin", [(0.90, 0.05, 60.0), (0.50, 0.07, 50.0)])
@pytest.mark.parametrize("jaw", [0.0, 0.8])
def test_lips_show_in_every_beard(kind: str, skin: object, jaw: float) -> None:
    p = params(sex="male", beard=kind, skin=skin, jaw_open=jaw)
    head = head_of(p)
    shown = worn(p)[..., 3]
    for x in (-0.4, 0.0, 0.4):
        row, column = pixel(head, x * head.build.mouth_wide, head.build.mouth_y + 0.004)
        assert shown[row, column] < (140 if kind == "stubble" else 80)


@pytest.mark.parametrize("kind", ["goatee", "short", "full"])
@pytest.mark.parametrize("yaw", [-25.0, 0.0, 25.0])
def test_a_beard_hangs_from_the_chin_in_the_colour_of_the_hair(kind: str, yaw: float) -> None:
    p = params(sex="male", beard=kind, yaw=yaw)
    head, drawn = head_of(p), worn(p)
    chin = head.contour[np.argmax(head.contour[:, 1])]
    rows = np.nonzero(drawn[..., 3] > 128)[0]
    low = (rows.max() - 0.45 * SIZE) / (HEAD * SIZE) + EYES_Y
    assert chin[1] < low < chin[1] + 0.2
    row = int((chin[1] - 0.02 - EYES_Y) * HEAD * SIZE + 0.45 * SIZE)
    column = int(chin[0] * HEAD * SIZE + 0.5 * SIZE)
    hair = 255 * np.array(to_rgb(p.hair))
    patch = drawn[row - 1 : row + 2, column - 2 : column + 3, :3]
    assert np.abs(np.median(patch, axis=(0, 1)) - hair).max() < 60


def test_a_beard_fades_into_the_cheek() -> None:
    p = params(sex="male", beard="full")
    head, alpha = head_of(p), worn(p)[..., 3]
    column = pixel(head, 0.262, 0.70)[1]
    strip = alpha[pixel(head, 0.0, 0.58)[0] : pixel(head, 0.0, 0.84)[0], column]
    assert np.abs(np.diff(strip)).max() < 170
    assert strip.max() > 200


@pytest.mark.parametrize("kind", GLASSES)
@pytest.mark.parametrize("yaw", [0.0, 30.0])
def test_glasses_frame_both_eyes(kind: str, yaw: float) -> None:
    p = params(glasses=kind, yaw=yaw)
    head, alpha = head_of(p), worn(p)[..., 3]
    build = head.build
    for side in (-1.0, 1.0):
        row, column = pixel(head, side * build.eye_x, build.eye_y)
        assert alpha[row - 2 : row + 3, column - 2 : column + 3].max() < 128
        above, below = alpha[row - 14 : row, column], alpha[row + 1 : row + 14, column]
        assert above.max() > 75  # a thin frame, that shows through the fringe
        assert below.max() > (15 if kind == "half" else 60)


def test_lines_of_age_come_slowly_and_only_with_age() -> None:
    amounts = [worn(params(age=age))[..., 3].sum() for age in (0.03, 0.5, 0.65, 0.75, 0.95)]
    assert amounts[0] == amounts[1] == 0
    assert 0 < amounts[2] < amounts[3] < amounts[4]
    assert worn(params(age=0.95))[..., 3].max() < 190


def test_earrings_hang_on_the_ears_that_show() -> None:
    both, left = (
        np.nonzero(covered(params(earrings=True, hair_back="bun", hair_sides="none", yaw=yaw)))[1]
        for yaw in (0.0, 30.0)
    )
    assert both.min() < 0.4 * SIZE
    assert both.max() > 0.6 * SIZE
    assert left.max() < 0.5 * SIZE


def test_a_lock_stands_up_only_from_a_bare_crown() -> None:
    shown = np.nonzero(covered(params(ahoge=True)))[0]
    crown = int((0.0 - EYES_Y) * HEAD * SIZE + 0.45 * SIZE)
    assert shown.min() < crown - 3
    assert np.array_equal(worn(params(ahoge=True, ornament="cap")), worn(params(ornament="cap")))
