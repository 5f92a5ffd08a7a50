"""Paintings laid over photographs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import rosetail
from rosetail import images
from rosetail.data.folders import PreparedFolder
from rosetail.data.painted_after import paint_after_photos
from rosetail.errors import InputError, SettingsError
from rosetail.faces import faces
from rosetail.faces.age import Age
from rosetail.painter import paint, sample
from rosetail.painter.acting import acting_of
from rosetail.painter.after import KEEPS, params_from_photo, squared
from rosetail.painter.colour import Lch
from rosetail.painter.fit import LARGER, LOWER, MEAN_HEAD, laid_over, turn_of
from rosetail.painter.paint import landmarks_of
from rosetail.painter.params import ACTING, PaintParams
from rosetail.painter.reading import read_evenly, read_photo
from rosetail.painter.resemblance import _CUTS, ANYBODYS, EVERYDAY, hair_kind
from rosetail.painter.sheet import plain

SAMPLE = Path(rosetail.__file__).parent / "samples" / "astronaut.jpg"


def turned(yaw: float, pitch: float, roll: float) -> np.ndarray:
    """The mean head seen by a camera, by rotations written out one after the other."""
    points = []
    y, p, r = np.radians([yaw, pitch, roll])
    for x, down, z in MEAN_HEAD:
        x, z = x * np.cos(y) + z * np.sin(y), z * np.cos(y) - x * np.sin(y)
        down = down * np.cos(p) - z * np.sin(p)
        points.append((x * np.cos(r) - down * np.sin(r), x * np.sin(r) + down * np.cos(r)))
    return np.array(points) * 50 + 128


@pytest.fixture(scope="module")
def photo() -> tuple[np.ndarray, np.ndarray]:
    picture = images.read(SAMPLE)
    return squared(picture, faces.find(picture)[0].landmarks, 256)


@pytest.mark.parametrize("pose", [(0, 0, 0), (20, 0, 5), (-25, 4, -10), (8, -5, 14)])
def test_the_pose_of_a_head_is_found(pose: tuple[float, float, float]) -> None:
    found = turn_of(turned(*pose))
    assert found.yaw == pytest.approx(pose[0], abs=3)  # pulled towards the usual pose
    assert found.pitch == pytest.approx(pose[1], abs=3)
    assert found.roll == pytest.approx(pose[2], abs=1.5)


@pytest.mark.parametrize("pose", [(0, 0, 0), (20, 0, 5), (-15, 4, -10)])
def test_a_drawn_head_lies_over_the_photographed_one(pose: tuple[float, float, float]) -> None:
    """Leaning alike, a little larger, its eyes a little lower: see LARGER and LOWER."""
    wanted = turned(*pose)
    found = laid_over(plain(3), wanted, 256)
    drawn = landmarks_of(found) * 256 - 0.5
    between, wide = wanted[1] - wanted[0], drawn[1] - drawn[0]
    lean, drawn_lean = (np.degrees(np.arctan2(each[1], each[0])) for each in (between, wide))
    assert drawn_lean == pytest.approx(lean, abs=3)
    shown = np.cos(np.radians(found.yaw))
    apart = np.linalg.norm(between) / shown
    assert np.linalg.norm(wide) / np.linalg.norm(between) == pytest.approx(LARGER, abs=0.08)
    off = (drawn[:2].mean(0) - wanted[:2].mean(0)) / apart
    down = np.radians(found.roll)
    assert off == pytest.approx(LOWER * np.array([-np.sin(down), np.cos(down)]), abs=0.005)


def test_proportions_stay_those_of_a_drawing_but_for_a_nudge() -> None:
    usual, wanted = plain(3), turned(0, 0, 0)
    long = wanted.copy()
    long[3:, 1] += 12
    found, longer = laid_over(usual, wanted, 256), laid_over(usual, long, 256)
    assert longer.face_length > found.face_length
    assert longer.face_length - 1 < 0.5 * 12 / 50
    placed = ("yaw", "pitch", "roll", "body_yaw", "scale", "face_length", "centre_x", "centre_y")
    assert replace(found, **{name: getattr(usual, name) for name in placed}) == usual


def test_landmarks_without_drawing_are_those_of_the_painting() -> None:
    for seed in range(3):
        np.testing.assert_allclose(
            landmarks_of(sample(seed)) * 160, paint(sample(seed), 160).landmarks, atol=1e-3
        )


def test_bad_landmarks_and_settings(photo: tuple[np.ndarray, np.ndarray]) -> None:
    picture, landmarks = photo
    with pytest.raises(InputError, match="coincide"):
        laid_over(plain(), np.ones((5, 2)), 256)
    with pytest.raises(InputError, match="five points"):
        turn_of(np.full((5, 2), np.nan))
    with pytest.raises(SettingsError, match=r"'mood'.*expression"):
        params_from_photo(picture, landmarks, keep=("mood",))
    with pytest.raises(SettingsError, match=r"256x200.*not square"):
        params_from_photo(picture[:200], landmarks)


def test_the_astronaut_is_read(photo: tuple[np.ndarray, np.ndarray]) -> None:
    """She laughs with her teeth, wears an orange suit, and her hair is brown."""
    reading = read_photo(*photo)
    assert reading.hair is not None
    assert 0.15 < reading.hair[0] < 0.6
    assert 0.6 < reading.skin[0] < 0.95
    assert reading.skin[0] > reading.hair[0] + 0.1
    assert 20 < reading.skin[2] < 90
    seen = reading.expression
    assert min(seen.eye_open_left, seen.eye_open_right) > 0.4
    assert min(seen.smile_left, seen.smile_right, seen.teeth) > 0.6
    assert max(reading.traits.male, reading.traits.beard, reading.traits.glasses) < 0.3
    assert reading.traits.long < 0.3
    assert reading.headwear < 0.5


def test_what_is_read_off_a_painting_is_what_was_painted() -> None:
    """The reader, shown a drawing, finds the colours it was painted with."""
    params = replace(
        plain(), blush=0.0, hair=(0.5, 0.11, 258.0), skin=(0.82, 0.073, 62.0),
        hair_fringe="swept_back", hair_back="straight", scene_colour=(0.9, 0.05, 140.0),
        face_length=1.2, mouth_size=1.4, mouth_wide=0.5,  # a person's proportions
    )  # fmt: skip
    painting = paint(params, 256)
    reading = read_photo(painting.image, painting.landmarks)
    assert reading.hair is not None
    assert abs(reading.hair[2] - 258) < 25
    assert reading.hair[0] == pytest.approx(0.5, abs=0.1)
    assert reading.skin[0] == pytest.approx(0.82, abs=0.05)
    bald = replace(params, hair_back="bald", hair_fringe="none", hair_sides="none")
    assert read_photo(paint(bald, 256).image, painting.landmarks).traits.bald > 0.9
    assert reading.traits.bald < 0.3


def test_the_seed_changes_the_character_and_not_the_layout(
    photo: tuple[np.ndarray, np.ndarray],
) -> None:
    picture, landmarks = photo
    one, two = (params_from_photo(picture, landmarks, seed, keep=()) for seed in (1, 2))
    assert one == params_from_photo(picture, landmarks, 1, keep=())
    assert one.hair != two.hair
    assert one.yaw == pytest.approx(two.yaw, abs=5)
    assert one.roll == pytest.approx(two.roll, abs=3)
    whole = params_from_photo(picture, landmarks, 1)
    apart = np.linalg.norm(landmarks[1] - landmarks[0])
    off = (landmarks_of(whole) * 256 - 0.5 - landmarks)[:2].mean(0)
    assert np.linalg.norm(off) == pytest.approx(LOWER * apart, rel=0.1)


def test_pairs_are_written_and_gone_on_with(tmp_path: Path) -> None:
    moved: list[tuple[int, int]] = []
    first = paint_after_photos(SAMPLE, tmp_path / "pairs", size=128, keep=())
    assert (first.pairs, first.painted, first.skipped) == (1, 1, [])
    more = paint_after_photos(
        SAMPLE, tmp_path / "pairs", each=2, size=128, keep=(),
        progress=lambda at, of: moved.append((at, of)),
    )  # fmt: skip
    assert (more.pairs, more.painted) == (2, 1)
    assert moved == [(1, 1)]
    pairs = PreparedFolder(tmp_path / "pairs")
    assert [line.name for line in pairs.lines] == ["astronaut-0", "astronaut-1"]
    assert pairs.picture(0, "drawn").shape == (128, 128, 3)
    np.testing.assert_array_equal(pairs.picture(0), pairs.picture(1))
    assert np.abs(pairs.picture(0, "drawn").astype(int) - pairs.picture(1, "drawn")).mean() > 5
    assert len((tmp_path / "pairs" / "labels.jsonl").read_text().splitlines()) == 2
    with pytest.raises(SettingsError, match="made with other settings"):
        paint_after_photos(SAMPLE, tmp_path / "pairs", size=128, keep=("hair",))


def test_flat_grounds(tmp_path: Path) -> None:
    paint_after_photos(
        SAMPLE, tmp_path / "pairs", each=2, size=128, keep=("expression",), flat=True
    )
    lines = (tmp_path / "pairs" / "labels.jsonl").read_text().splitlines()
    labels = [json.loads(line) for line in lines]
    assert [label["params"]["scene"] for label in labels] == ["flat", "flat"]
    with pytest.raises(SettingsError, match="made with other settings"):
        paint_after_photos(SAMPLE, tmp_path / "pairs", size=128, keep=("expression",))


def test_photos_without_faces_are_told(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    images.save(np.full((80, 80, 3), 128, np.uint8), tmp_path / "src" / "wall.png")
    with pytest.raises(InputError, match=r"wall\.png: no face"):
        paint_after_photos(tmp_path / "src", tmp_path / "pairs")
    with pytest.raises(InputError, match="no pictures"):
        (tmp_path / "empty").mkdir()
        paint_after_photos(tmp_path / "empty", tmp_path / "other")
    for bad in ({"each": 0}, {"seed": -1}, {"size": 64}, {"workers": 0}, {"keep": ("x",)}):
        with pytest.raises(SettingsError):
            paint_after_photos(SAMPLE, tmp_path / "bad", **bad)


def test_a_painting_does_what_the_photographed_face_does(
    photo: tuple[np.ndarray, np.ndarray],
) -> None:
    reading = read_photo(*photo)
    for seen in (reading.expression, replace(reading.expression, jaw_open=0.9, smile_left=0.0)):
        made = params_from_photo(*photo, 1, ("expression",), replace(reading, expression=seen))
        assert {name: getattr(made, name) for name in ACTING} == acting_of(seen)
    free = [params_from_photo(*photo, seed, ()) for seed in range(6)]
    assert len({each.smile for each in free}) == 6


def test_a_photo_and_its_mirror_image_are_read_alike(photo: tuple[np.ndarray, np.ndarray]) -> None:
    picture, landmarks = photo
    mirrored = picture[:, ::-1].copy()
    turned = landmarks[faces.MIRRORED] * (-1, 1) + (picture.shape[1] - 1, 0)
    one, other = read_evenly(picture, landmarks), read_evenly(mirrored, turned)
    np.testing.assert_allclose(one.traits, other.traits, atol=1e-6)
    np.testing.assert_allclose(one.hair, other.hair, atol=1e-6)
    assert other.expression.gaze_x == pytest.approx(-one.expression.gaze_x)
    for name in ("smile", "eye_open", "brow_raise"):
        left, right = (getattr(one.expression, f"{name}_{side}") for side in ("left", "right"))
        assert getattr(other.expression, f"{name}_left") == pytest.approx(right)
        assert getattr(other.expression, f"{name}_right") == pytest.approx(left)
    assert one.volume == pytest.approx(other.volume)
    apart = [
        np.abs(np.subtract(read_photo(*photo).traits, each.traits)).max() for each in (one, other)
    ]
    assert apart[0] == pytest.approx(apart[1])
    assert apart[0] > 0


def test_clothes_are_those_of_a_portrait(photo: tuple[np.ndarray, np.ndarray]) -> None:
    reading = read_photo(*photo)

    def dressed(cloth: Lch, seed: int = 0) -> PaintParams:
        return params_from_photo(*photo, seed, KEEPS, replace(reading, cloth=cloth))

    blue = 0.5, 0.1, 250.0
    seen = [dressed(blue, seed) for seed in range(8)]
    assert {each.cloth[2] for each in seen} == {250.0}
    assert len({each.clothes for each in seen} - set(EVERYDAY)) == 0
    white, black = (0.95, 0.01, 90.0), (0.2, 0.02, 260.0)
    for each in (dressed(white), dressed(black), dressed(reading.skin)):
        assert each.clothes in ("suit", "blazer")
        assert each.cloth[0] < 0.4 < 0.9 < each.cloth_second[0]
    assert dressed(white).cloth_second == white
    assert dressed(black).cloth == black


def test_skin_and_eyes_are_of_colours_that_are_drawn(
    photo: tuple[np.ndarray, np.ndarray],
) -> None:
    """A ruddy photo makes nobody pink, a red shine no red eyes, and blue eyes stay blue."""
    reading = read_photo(*photo)

    def drawn(**colours: Lch) -> PaintParams:
        return params_from_photo(*photo, 0, KEEPS, replace(reading, **colours))

    assert drawn(skin=(0.75, 0.11, 25.0)).skin[2] > 35
    lights = [drawn(skin=(light, 0.06, 55.0)).skin[0] for light in (0.35, 0.55, 0.75, 0.9)]
    assert lights == sorted(lights)
    assert 40 < drawn(iris=(0.4, 0.06, 20.0)).eyes[2] < 60
    assert 225 < drawn(iris=(0.5, 0.06, 230.0)).eyes[2] < 260


def test_fuller_hair_gets_a_fuller_cut(photo: tuple[np.ndarray, np.ndarray]) -> None:
    reading = read_photo(*photo)
    traits = reading.traits._replace(male=0.9, medium=0.1, long=0.0)
    cuts = [
        params_from_photo(*photo, 0, KEEPS, replace(reading, traits=traits, volume=volume))
        for volume in (0.0, 0.5, 1.0)
    ]
    kind = hair_kind(reading, "short")
    flattest_first = list(_CUTS["male"]["straight" if kind == "wavy" else kind])
    fullness = [flattest_first.index(each.hair_back) for each in cuts]
    assert fullness[0] < fullness[1] < fullness[2] == len(flattest_first) - 1


def test_a_likeness_is_of_who_is_read(photo: tuple[np.ndarray, np.ndarray]) -> None:
    """Each trait says its part; what anybody may have stays what it was."""
    reading = read_photo(*photo)

    def likeness(**traits: float) -> PaintParams:
        told = replace(reading, traits=reading.traits._replace(**traits), hair_traits=straight)
        return params_from_photo(*photo, 5, KEEPS, told)

    straight = reading.hair_traits._replace(wavy=0.1, curly=0.1, coily=0.1, braided=0.1)
    her = likeness(medium=0.9)
    assert (her.sex, her.beard, her.glasses) == ("female", "none", "none")
    assert her.hair_back in ("shoulder", "bob")
    assert likeness(long=0.9).hair_back in ("straight", "wavy", "half_up")
    assert likeness(glasses=0.9).glasses != "none"
    him = likeness(male=0.9, medium=0.1, beard=0.8, moustache=0.7, stubble=0.3, chin=0.3)
    assert (him.sex, him.beard) == ("male", "moustache")
    assert likeness(male=0.9, beard=0.8, stubble=0.1, moustache=0.2, chin=0.7).beard in (
        "goatee", "full",
    )  # fmt: skip
    assert likeness(male=0.9, bald=0.97).hair_back == "bald"
    assert likeness(bald=0.97).hair_back == "pixie"
    assert [getattr(him, name) for name in ANYBODYS] == [getattr(her, name) for name in ANYBODYS]


def test_what_covers_hair_is_drawn_in_its_colour(photo: tuple[np.ndarray, np.ndarray]) -> None:
    reading = read_photo(*photo)
    red = 0.45, 0.12, 25.0

    def drawn(male: float) -> PaintParams:
        covered = reading.hair_traits._replace(headwear=0.97)
        traits = reading.traits._replace(male=male)
        told = replace(reading, hair_traits=covered, hair=red, traits=traits)
        return params_from_photo(*photo, 3, KEEPS, told)

    woman, man = drawn(0.1), drawn(0.9)
    assert (woman.ornament, man.ornament) == ("headscarf", "beanie")
    assert woman.accent == man.accent == red
    assert man.hair_back != "bald"


def test_who_looks_old_or_is_grey_is_old_and_nobody_else(
    photo: tuple[np.ndarray, np.ndarray],
) -> None:
    reading = read_photo(*photo)
    reading = replace(reading, hair_traits=reading.hair_traits._replace(headwear=0.0))

    def age(hair: Lch, young: float = 0.1, old: float = 0.1) -> float:
        told = replace(reading, hair=hair, age=Age(young, old))
        return params_from_photo(*photo, 3, KEEPS, told).age

    grey, dark, fair = (0.75, 0.01, 250.0), (0.3, 0.02, 285.0), (0.8, 0.1, 85.0)
    assert age(grey) > 0.62
    assert age(dark, old=0.9) > 0.62
    for hair in (dark, fair):
        assert 0.2 < age(hair) <= 0.5
    assert age(grey, young=0.9) < 0.35
