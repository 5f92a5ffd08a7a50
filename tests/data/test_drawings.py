"""Crops of drawings: heads in their place, varied grounds, nothing cut where it need not be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from rosetail import images
from rosetail.data.backgrounds import flat, gradient, leaves, lights, random_background, room, sky
from rosetail.data.drawings import FRAMES, character
from rosetail.data.folders import PreparedFolder, pictures
from rosetail.data.prepare import prepare
from rosetail.faces.drawn_heads import find_heads
from rosetail.faces.warp import scale_of, transform

Bytes = NDArray[np.uint8]
SIZE = 128
HEAD = np.array([105, 80, 375, 420])  # of the made figure, with its hair
EYES = np.array([(194, 282), (286, 282)])


def on_grey(rgba: Bytes) -> Bytes:
    return np.where(rgba[..., 3:] > 0, rgba[..., :3], 150).astype(np.uint8)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, figure: Bytes) -> PreparedFolder:
    root = tmp_path_factory.mktemp("drawings")
    for name in ("girl_happy", "girl_sad", "other"):
        (root / "src").mkdir(exist_ok=True)
        images.save(figure, root / "src" / f"{name}.png")
    images.save(np.full((300, 300, 3), 90, np.uint8), root / "src" / "wall.png")
    report = prepare(root / "src", root / "dst", size=SIZE, kind="anime", seed=5)
    assert [Path(path).name for path, _ in report.skipped] == ["wall.png"]
    return PreparedFolder(root / "dst")


def test_the_head_is_found(figure: Bytes) -> None:
    (head,) = find_heads(on_grey(figure))
    box, centre = head.box, (head.box[:2] + head.box[2:]) / 2
    assert np.all(box[:2] < EYES.min(0))
    assert np.all(box[2:] > EYES.max(0))
    assert abs(centre[0] - 240) < 15
    assert 150 < box[2] - box[0] < 300


def test_two_heads_are_both_found(figure: Bytes) -> None:
    both = np.concatenate([on_grey(figure), on_grey(figure)[:, ::-1]], axis=1)
    centres = sorted(float(head.box[[0, 2]].mean()) for head in find_heads(both))
    np.testing.assert_allclose(centres, [240, 719], atol=20)


def test_nothing_is_found_in_nothing() -> None:
    assert find_heads(np.full((80, 200, 3), 128, np.uint8)) == []
    assert find_heads(np.zeros((1, 1, 3), np.uint8)) == []


def test_every_frame_shows_its_part(prepared: PreparedFolder) -> None:
    wanted = sum(frame.many for frame in FRAMES.values())
    assert len(prepared) == 3 * wanted
    flips = 0
    for index in range(len(prepared)):
        crop = prepared[index]
        matrix = np.array(crop.matrix)
        assert np.linalg.det(matrix[:, :2]) < 0 if crop.flipped else scale_of(matrix) > 0
        found = np.array(crop.landmarks)[:2]
        eyes = transform(EYES, matrix)
        np.testing.assert_allclose(found, eyes[eyes[:, 0].argsort()], atol=18 * scale_of(matrix))
        flips += crop.flipped
        if crop.frame == "head":
            seen = transform(HEAD.reshape(2, 2), matrix)
            assert np.all(np.sort(seen, axis=0)[0] > -0.1 * SIZE)
            assert np.all(np.sort(seen, axis=0)[1] < 1.1 * SIZE)
            assert 0.3 * SIZE < np.ptp(seen[:, 1]) < SIZE
        if crop.frame != "detail":
            assert np.all((eyes > 0) & (eyes < SIZE)), "the face is in the crop"
    assert 0.2 < flips / len(prepared) < 0.8


def test_the_crop_shows_what_the_matrix_says(prepared: PreparedFolder) -> None:
    """Pupils are dark, and under the nose there is skin."""
    for index in range(len(prepared)):
        crop, picture = prepared[index], prepared.picture(index)
        if crop.frame in ("head", "bust"):
            pupils = transform([(194, 287), (286, 287), (240, 322)], np.array(crop.matrix))
            at = np.rint(pupils).astype(int)
            assert picture[at[:2, 1], at[:2, 0]].mean() < 110
            np.testing.assert_allclose(picture[at[2, 1], at[2, 0]], (255, 226, 206), atol=12)


def test_a_figure_cut_off_below_is_never_shown_so(prepared: PreparedFolder) -> None:
    for index in range(len(prepared)):
        bottom = transform([(0.0, 699.0)], np.array(prepared[index].matrix))[0, 1]
        assert bottom > SIZE - 2


def test_hidden_colours_never_bleed_in(figure: Bytes, tmp_path: Path) -> None:
    poisoned = figure.copy()
    poisoned[poisoned[..., 3] == 0] = (0, 255, 0, 0)
    (tmp_path / "src").mkdir()
    images.save(poisoned, tmp_path / "src" / "a.png")
    images.save(figure, tmp_path / "src" / "b.png")
    first, second = (file.read() for file in pictures(tmp_path / "src"))
    np.testing.assert_array_equal(first[0], second[0])


def test_grounds_vary_and_the_seed_repeats_them(
    prepared: PreparedFolder, figure: Bytes, tmp_path: Path
) -> None:
    corners = [tuple(prepared.picture(i)[1, 1]) for i in range(len(prepared))]
    assert len(set(corners)) > len(corners) / 2
    (tmp_path / "src").mkdir()
    images.save(figure, tmp_path / "src" / "girl_happy.png")
    for name, seed in (("same", 5), ("other", 6)):
        prepare(tmp_path / "src", tmp_path / name, size=SIZE, kind="anime", seed=seed)
    again, differs = PreparedFolder(tmp_path / "same"), PreparedFolder(tmp_path / "other")
    assert [again[i] for i in range(len(again))] == [prepared[i] for i in range(len(again))]
    np.testing.assert_array_equal(again.picture(0), prepared.picture(0))
    assert (differs.picture(0) != prepared.picture(0)).any()


def test_one_characters_pictures_share_a_group(prepared: PreparedFolder) -> None:
    groups = {prepared[i].source: prepared[i].group for i in range(len(prepared))}
    assert groups["girl_happy.png"] == groups["girl_sad.png"] != groups["other.png"]


@pytest.mark.parametrize(
    ("name", "who"),
    [
        ("set/hero__angry.webp", "set/hero"),
        ("set/hero_blue_smile.webp", "set/hero"),
        ("my_set/hero.png", "my_set/hero"),
        ("art_106.webp", "art_106"),
        ("art_m11.webp", "art_m11"),
        ("_x.png", "_x"),
    ],
)
def test_characters_are_known_by_their_files(name: str, who: str) -> None:
    assert character(name) == who


@pytest.mark.parametrize("kind", [flat, gradient, sky, room, lights, leaves])
def test_grounds_are_pictures(kind) -> None:  # type: ignore[no-untyped-def]
    made = kind(64, np.random.default_rng(1))
    assert made.shape == (64, 64, 3)
    assert -5 < made.min() <= made.max() < 275
    np.testing.assert_array_equal(made, kind(64, np.random.default_rng(1)))


def test_a_ground_is_bytes() -> None:
    made = [random_background(32, np.random.default_rng(seed)) for seed in range(30)]
    assert all(picture.dtype == np.uint8 for picture in made)
    assert len({picture.tobytes() for picture in made}) == 30
