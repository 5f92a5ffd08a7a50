"""The painted picture agrees with what is said about it."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from rosetail.painter import paint, sample
from rosetail.painter.colour import from_rgb, to_rgb
from rosetail.painter.paint import describe
from rosetail.painter.params import CHOICES
from rosetail.painter.sheet import plain

SIZE = 192


def colour_at(picture, point, reach=2):
    """Median colour around a point, in OKLCH."""
    x, y = np.round(point).astype(int)
    patch = picture[y - reach : y + reach + 1, x - reach : x + reach + 1].reshape(-1, 3)
    return from_rgb(tuple(np.median(patch, axis=0) / 255))


def test_the_same_parameters_give_the_same_bytes():
    one, two = paint(sample(11), SIZE), paint(sample(11), SIZE)
    assert one.image.tobytes() == two.image.tobytes()
    assert one.head_mask.tobytes() == two.head_mask.tobytes()
    assert np.array_equal(one.landmarks, two.landmarks)


@pytest.mark.parametrize("size", [127, 2049, 0])
def test_sizes_out_of_range(size):
    with pytest.raises(ValueError, match=rf"size is {size}; its range is 128..2048"):
        paint(plain(), size)


def test_shapes_and_types():
    painting = paint(plain(), SIZE)
    assert painting.image.shape == (SIZE, SIZE, 3)
    assert painting.image.dtype == np.uint8
    assert painting.landmarks.shape == (5, 2)
    assert painting.landmarks.dtype == np.float32
    assert painting.face_box.dtype == np.float32
    assert painting.head_mask.shape == (SIZE, SIZE)
    assert painting.layers == {}


@pytest.mark.parametrize("seed", range(12))
def test_landmarks_lie_in_order_inside_face_and_mask(seed):
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


def test_eye_landmarks_sit_on_the_irises():
    params = replace(plain(), eyes=(0.6, 0.18, 145.0), hair_fringe="swept_back", gaze_x=0.0)
    painting = paint(params, 256)
    bare = paint(replace(params, eyes=(0.6, 0.18, 25.0)), 256)
    changed = np.abs(painting.image.astype(int) - bare.image).sum(axis=2) > 30
    for index, side in enumerate((slice(0, 128), slice(128, 256))):
        ys, xs = np.nonzero(changed[:, side])
        centre = np.array([xs.mean() + side.start, ys.mean()])
        eyes_apart = np.linalg.norm(painting.landmarks[1] - painting.landmarks[0])
        assert np.linalg.norm(centre - painting.landmarks[index]) < 0.1 * eyes_apart


def test_colours_are_those_of_the_parameters():
    params = replace(plain(), hair=(0.55, 0.12, 258.0), blush=0.0, hair_fringe="blunt")
    painting = paint(params, 256)
    left, right, nose, *_ = painting.landmarks
    between = (left + right) / 2 * 0.35 + nose * 0.65
    skin = colour_at(painting.image, between)
    assert skin[0] == pytest.approx(params.skin[0], abs=0.03)
    crown = np.array([painting.params.centre_x * 256, (left[1] + right[1]) / 2 - 0.62 * 57])
    hair = colour_at(painting.image, crown, 6)
    assert abs(hair[2] - params.hair[2]) < 30
    assert colour_at(painting.image, (12, 12)) == pytest.approx(
        from_rgb(to_rgb(params.scene_colour)), abs=0.02, rel=0.05
    )


def test_a_mirrored_portrait_is_the_picture_in_a_mirror():
    """Tails, partings and light change sides; what else a seed draws is small."""
    tail = replace(
        plain(), yaw=15.0, roll=5.0, hair_back="side_tail", hair_part=0.6, light=0.5, centre_x=0.375
    )
    wanted = paint(tail, 256).image[:, ::-1].astype(int)
    made = paint(tail.mirrored(), 256).image.astype(int)
    posed = replace(tail.mirrored(), hair_part=tail.hair_part, light=tail.light)
    assert np.abs(made - wanted).mean() < 0.3 * np.abs(paint(posed, 256).image - wanted).mean()
    assert tail.mirrored().mirrored() == tail


def test_a_mirrored_pose_mirrors_the_landmarks():
    one = describe(replace(plain(), yaw=25.0, roll=8.0), 256).landmarks
    other = describe(replace(plain(), yaw=-25.0, roll=-8.0), 256).landmarks
    mirrored = other[[1, 0, 2, 4, 3]] * [-1, 1] + [256, 0]
    assert one == pytest.approx(mirrored, abs=0.01)


def test_size_changes_only_the_resolution():
    small, large = paint(plain(), 256), paint(plain(), 512)
    assert large.landmarks == pytest.approx(small.landmarks * 2, abs=1e-3)
    shrunk = cv2.resize(large.image, (256, 256), interpolation=cv2.INTER_AREA)
    assert np.abs(shrunk.astype(int) - small.image).mean() < 4


def test_lids_and_mouth_change_the_picture_where_they_are():
    base = paint(plain(), SIZE)
    closed = paint(replace(plain(), eye_open=0.0), SIZE)
    changed = np.abs(base.image.astype(int) - closed.image).sum(axis=2) > 60
    ys, _ = np.nonzero(changed)
    assert changed.sum() > 300
    assert abs(ys.mean() - base.landmarks[:2, 1].mean()) < 0.06 * SIZE
    laugh = paint(replace(plain(), mouth="laugh"), SIZE)
    changed = np.abs(base.image.astype(int) - laugh.image).sum(axis=2) > 60
    ys, xs = np.nonzero(changed)
    assert abs(xs.mean() - base.landmarks[2, 0]) < 0.03 * SIZE
    assert ys.mean() > base.landmarks[2, 1]


def test_layers():
    params = replace(plain(), scene="sunset")
    painting = paint(params, SIZE, layers=True)
    layers = painting.layers
    assert set(layers) == {"line", "flat", "shadow", "alpha", "background"}
    x, y = painting.landmarks[2].astype(int)
    assert layers["alpha"][y, x] == 255
    assert layers["alpha"][3, 3] == 0
    outside = layers["alpha"] == 0
    apart = painting.image[outside].astype(int) - layers["background"][outside]
    assert np.abs(apart).max() <= 2
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


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, allowed in CHOICES.items() for value in allowed]
)
def test_every_choice_is_painted(name, value):
    changes = {name: value}
    if name == "beard":
        changes["sex"] = "male"
    if name == "closed_eyes":
        changes["eye_open"] = 0.0
    if (name, value) == ("hair_back", "bald"):
        changes |= {"hair_fringe": "none", "hair_sides": "none"}
    base = plain()
    picture = paint(replace(base, **changes), 128).image
    assert picture.std() > 20
    if getattr(base, name) != value and name != "closed_eyes":
        same = {**changes, name: getattr(base, name)}
        other = paint(replace(base, **same), 128).image
        assert np.abs(picture.astype(int) - other).max() > 20
