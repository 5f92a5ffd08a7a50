"""The painted picture agrees with what is said about it."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import replace
from functools import lru_cache

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from rosetail.painter import Painting, paint, sample
from rosetail.painter.colour import Lch, from_rgb, to_rgb
from rosetail.painter.mouth import MOUTHS, VISEMES
from rosetail.painter.paint import describe, paint_ground
from rosetail.painter.params import CHOICES, PaintParams
from rosetail.painter.sheet import plain

SIZE = 160
# What has one side only: plaits and curls wind one way, a kimono closes over the right, printing
# puts red on the right, dots lie where they lie.
ONE_SIDED = {"hair_back": ("curly", "afro", "braid", "braids", "cornrows"), "clothes": ("kimono",)}


@lru_cache
def painted(params: PaintParams, size: int = 128) -> NDArray[np.int64]:
    return paint(params, size).image.astype(np.int64)


def apart(one: NDArray[np.int64], other: NDArray[np.int64]) -> float:
    """The share of pixels that differ clearly."""
    return float((np.abs(one - other).max(axis=2) > 40).mean())


def colour_at(picture: NDArray[np.uint8], point: NDArray[np.floating], reach: int = 2) -> Lch:
    """Median colour around a point, in OKLCH."""
    x, y = np.round(point).astype(int)
    patch = picture[y - reach : y + reach + 1, x - reach : x + reach + 1].reshape(-1, 3)
    red, green, blue = (np.median(patch, axis=0) / 255).tolist()
    return from_rgb((red, green, blue))


def test_the_same_parameters_give_the_same_bytes() -> None:
    one, two = paint(sample(11), SIZE), paint(sample(11), SIZE)
    assert one.image.tobytes() == two.image.tobytes()
    assert one.head_mask.tobytes() == two.head_mask.tobytes()
    assert np.array_equal(one.landmarks, two.landmarks)


def test_another_process_gives_the_same_bytes() -> None:
    program = (
        "import hashlib; from rosetail.painter import paint, sample;"
        "print(hashlib.sha256(b''.join(paint(sample(n), 128).image.tobytes() for n in (3, 12)))"
        ".hexdigest())"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    here = b"".join(paint(sample(seed), 128).image.tobytes() for seed in (3, 12))
    assert told.stdout.decode().strip() == hashlib.sha256(here).hexdigest()


@pytest.mark.parametrize("size", [127, 2049, 0])
def test_sizes_out_of_range(size: int) -> None:
    with pytest.raises(ValueError, match=rf"size is {size}; its range is 128..2048"):
        paint(plain(), size)


def test_shapes_and_types() -> None:
    painting = paint(plain(), SIZE)
    assert painting.image.shape == (SIZE, SIZE, 3)
    assert painting.image.dtype == np.uint8
    assert painting.landmarks.shape == (5, 2)
    assert painting.landmarks.dtype == np.float32
    assert painting.face_box.dtype == np.float32
    assert painting.head_mask.shape == (SIZE, SIZE)
    assert painting.layers == {}


@pytest.mark.parametrize("seed", range(10))
def test_landmarks_lie_in_order_inside_face_and_mask(seed: int) -> None:
    painting = paint(sample(seed), SIZE)
    left, right, nose, mouth_left, mouth_right = painting.landmarks
    roll = np.radians(painting.params.roll)
    upright = np.array([np.cos(roll), np.sin(roll)])
    down = np.array([-np.sin(roll), np.cos(roll)])
    assert (right - left) @ upright > 0
    assert (mouth_right - mouth_left) @ upright > 0
    assert (nose - (left + right) / 2) @ down > 0
    assert ((mouth_left + mouth_right) / 2 - nose) @ down > 0
    x0, y0, x1, y1 = painting.face_box
    assert (painting.landmarks >= [x0, y0]).all()
    assert (painting.landmarks <= [x1, y1]).all()
    for x, y in painting.landmarks.astype(int):
        assert painting.head_mask[y, x] > 200


def test_the_face_box_is_around_the_face_that_shows() -> None:
    """Skin between the fringe and the chin, found by what changes with its colour alone."""
    params = replace(plain(), hair_back="bun", hair_fringe="blunt", hair_sides="none", blush=0.0)
    one, other = (
        paint(replace(params, skin=(light, 0.06, 55.0)), 256, layers=True)
        .layers["flat"]
        .astype(int)
        for light in (0.9, 0.6)
    )
    x0, y0, x1, y1 = describe(params, 256).face_box
    changed = np.abs(one.astype(int) - other).max(axis=2) > 30
    ys = np.nonzero(changed[:, 126:130])[0]
    assert y0 < ys.min() < y0 + 0.3 * (y1 - y0)
    across = np.nonzero(changed[int(0.5 * (y0 + y1))])[0]
    inside = (across > x0 - 1) & (across < x1 + 1)
    assert inside.mean() > 0.8  # ears stand out
    assert np.ptp(across[inside]) > 0.9 * (x1 - x0)
    chin = paint(replace(params, chin=0.0), 256).landmarks[3:, 1].mean()
    assert chin < y1 < chin + 0.3 * (y1 - y0)


@pytest.mark.parametrize("pose", [{}, {"yaw": 25.0, "roll": -10.0}, {"pitch": 15.0, "yaw": -15.0}])
def test_eye_landmarks_sit_on_the_irises(pose: dict[str, float]) -> None:
    """Found by what changes when eyes change their colour alone."""
    params = replace(plain(), eyes=(0.6, 0.18, 145.0), hair_fringe="swept_back", **pose)
    painting = paint(params, 256)
    other = paint(replace(params, eyes=(0.6, 0.18, 25.0)), 256)
    changed = (np.abs(painting.image.astype(int) - other.image).sum(axis=2) > 30).astype(np.uint8)
    count, _, areas, centres = cv2.connectedComponentsWithStats(changed)
    irises = centres[1 + np.argsort(areas[1:, cv2.CC_STAT_AREA])[-2:]]
    assert count >= 3
    eyes_apart = np.linalg.norm(painting.landmarks[1] - painting.landmarks[0])
    for centre in irises:
        off = np.linalg.norm(painting.landmarks[:2] - centre, axis=1).min()
        assert off < 0.1 * eyes_apart


@pytest.mark.parametrize("pose", [{}, {"yaw": 22.0, "roll": 9.0}])
def test_mouth_landmarks_are_the_ends_of_what_is_drawn(pose: dict[str, float]) -> None:
    """Found by what changes when lips change: open ones, which are filled, against closed ones."""
    params = replace(plain(), **pose).changed(MOUTHS["laugh"])
    opened = paint(params, 320)
    closed = paint(params.changed({"jaw_open": 0.0, "teeth": 0.0}), 320)
    changed = np.abs(opened.image.astype(int) - closed.image).sum(axis=2) > 90
    ys, xs = np.nonzero(changed)
    left, right = opened.landmarks[3:]
    eyes_apart = np.linalg.norm(opened.landmarks[1] - opened.landmarks[0])
    assert abs(xs.min() - left[0]) < 0.1 * eyes_apart
    assert abs(xs.max() - right[0]) < 0.1 * eyes_apart
    assert ys.max() > max(left[1], right[1])


def test_colours_are_those_of_the_parameters() -> None:
    params = replace(plain(), hair=(0.55, 0.12, 258.0), blush=0.0, hair_fringe="blunt")
    painting = paint(params, 256, layers=True)
    left, right, nose, *_ = painting.landmarks
    between = (left + right) / 2 * 0.35 + nose * 0.65
    skin = colour_at(painting.layers["flat"], between)
    assert skin == pytest.approx(from_rgb(to_rgb(params.skin)), abs=0.01, rel=0.02)
    assert colour_at(painting.image, between)[0] == pytest.approx(skin[0], abs=0.05)
    crown = (left + right) / 2 - (0, 0.85 * (right[0] - left[0]))
    hair = colour_at(painting.image, crown, 6)
    assert abs(hair[2] - params.hair[2]) < 30
    ground = colour_at(paint_ground(params, 256), np.array([12, 12]))
    assert ground == pytest.approx(from_rgb(to_rgb(params.scene_colour)), abs=0.01, rel=0.02)
    assert colour_at(painting.image, np.array([12, 12]))[0] == pytest.approx(ground[0], abs=0.05)


@pytest.mark.parametrize("style", CHOICES["artist_style"])
@pytest.mark.parametrize("lightness", [0.15, 0.43, 0.5])
def test_dark_skin_is_painted_so_that_features_show(style: str, lightness: float) -> None:
    params = replace(plain(), skin=(lightness, 0.05, 45.0), artist_style=style, blush=0.0)
    painting = paint(params, 256, layers=True)
    left, right, nose, *_ = painting.landmarks
    cheek = (left + right) / 2 * 0.35 + nose * 0.65
    assert colour_at(painting.layers["flat"], cheek)[0] > 0.425
    x, y = painting.landmarks.mean(0).astype(int)
    face = cv2.cvtColor(painting.image[y - 30 : y + 30, x - 30 : x + 30], cv2.COLOR_RGB2GRAY)
    assert face.std() > 15  # eyes, lines and lights differ from the skin


# Parts that do not hide each other, so that one picture shows a choice of both.
TOGETHER = (("hair_back", "scene"), ("hair_fringe", "clothes"), ("ornament", "glasses"))


@pytest.mark.parametrize(
    "chosen",
    [
        {part: CHOICES[part][number % len(CHOICES[part])] for part in parts}
        for parts in TOGETHER
        for number in range(max(len(CHOICES[part]) for part in parts))
    ],
    ids=lambda chosen: "-".join(chosen.values()),
)
def test_a_mirrored_portrait_is_the_picture_in_a_mirror(chosen: dict[str, str]) -> None:
    """Tails, partings, gaze and light change sides."""
    params = replace(
        plain(), yaw=14.0, roll=5.0, body_yaw=4.0, gaze_x=0.3, smile_skew=0.4, wink_left=0.3,
        hair_part=0.6, **chosen,
    )  # fmt: skip
    wanted, made = painted(params)[:, ::-1], painted(params.mirrored())
    one_sided = any(value in ONE_SIDED.get(part, ()) for part, value in chosen.items())
    assert apart(made, wanted) < (0.04 if one_sided else 0.008)


def test_a_mirrored_pose_mirrors_the_landmarks() -> None:
    params = replace(plain(), yaw=25.0, roll=8.0, smile_skew=0.5, centre_x=0.45)
    one, other = (describe(each, 256).landmarks for each in (params, params.mirrored()))
    mirrored = other[[1, 0, 2, 4, 3]] * [-1, 1] + [256, 0]
    assert one == pytest.approx(mirrored, abs=0.01)


def test_size_changes_only_the_resolution() -> None:
    small, large = paint(plain(), 256), paint(plain(), 512)
    assert large.landmarks == pytest.approx(small.landmarks * 2, abs=1e-3)
    shrunk = cv2.resize(large.image, (256, 256), interpolation=cv2.INTER_AREA)
    assert np.abs(shrunk.astype(int) - small.image).mean() < 4


def test_lids_and_mouth_change_the_picture_where_they_are() -> None:
    def changed(by: dict[str, float]) -> tuple[Painting, float, float, int]:
        base, other = paint(plain(), SIZE), paint(plain().changed(by), SIZE)
        off = np.abs(base.image.astype(int) - other.image).sum(axis=2) > 60
        ys, xs = np.nonzero(off)
        return base, float(xs.mean()), float(ys.mean()), int(off.sum())

    base, _, y, count = changed({"eye_open": 0.0})
    assert count > 150
    assert abs(y - base.landmarks[:2, 1].mean()) < 0.06 * SIZE
    base, x, y, count = changed(MOUTHS["laugh"])
    assert count > 30
    assert abs(x - base.landmarks[2, 0]) < 0.03 * SIZE
    assert y > base.landmarks[2, 1]
    base, x, *_ = changed({"wink_left": 1.0})
    assert x < base.landmarks[2, 0] - 0.02 * SIZE


def test_layers() -> None:
    params = replace(plain(), scene="sunset")
    painting = paint(params, SIZE, layers=True)
    layers = painting.layers
    assert set(layers) == {"line", "flat", "shadow", "alpha", "background"}
    x, y = painting.landmarks[2].astype(int)
    assert layers["alpha"][y, x] == 255
    assert layers["alpha"][3, 3] == 0
    assert np.array_equal(layers["background"], paint_ground(params, SIZE))
    outside = layers["alpha"] == 0
    off = painting.image[outside].astype(int) - layers["background"][outside]
    assert np.abs(off).mean() < 25  # it is there, in the light of the place
    lines = layers["line"] < 100
    assert 0.01 < lines.mean() < 0.25
    assert painting.image[lines].mean() < painting.image[layers["alpha"] > 0].mean() - 30
    shade = (layers["shadow"] < 200) & (layers["alpha"] == 255)
    lit = (layers["shadow"] == 255) & (layers["alpha"] == 255) & ~lines
    assert painting.image[shade].mean() < painting.image[lit].mean()
    # The flat layer has far fewer colours than the picture.
    count = [
        len(np.unique(part.reshape(-1, 3), axis=0)) for part in (layers["flat"], painting.image)
    ]
    assert count[0] < count[1]


@pytest.mark.parametrize("name", [name for name in CHOICES if name not in ("hair_back", "scene")])
def test_every_choice_is_painted_and_none_is_another(name: str) -> None:
    """Hairdos and scenes have tests of their own."""
    base = replace(plain(), hair_fringe="swept_back", ornament="none", yaw=12.0)
    if name in ("hair_fringe", "hair_sides"):
        base = replace(base, hair_back="short" if name == "hair_fringe" else "bob")
    if name == "beard":
        base = replace(base, sex="male", age=0.4)
    size = 320 if name == "nose" else 160
    pictures = {value: painted(replace(base, **{name: value}), size) for value in CHOICES[name]}
    alike = {
        (one, other)
        for number, one in enumerate(pictures)
        for other in list(pictures)[:number]
        if np.abs(pictures[one] - pictures[other]).max() < 40
    }
    assert not alike


def test_mouths_and_vowels_differ() -> None:
    lips = [*MOUTHS.values(), *VISEMES.values()]
    pictures = [painted(plain().changed(each), 256) for each in lips]
    for number, one in enumerate(pictures):
        assert all(np.abs(one - other).max() > 40 for other in pictures[:number])
