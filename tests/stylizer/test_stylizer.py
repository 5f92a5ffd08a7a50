"""Pictures of any size and kind through a stylizer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from PIL import Image
from skimage import data as samples

import rosetail
from rosetail.errors import InputError, NoFaceFound, SettingsError, UnknownStyle, WeightsMissing
from rosetail.faces import faces as finder
from rosetail.stylizer import scale
from rosetail.stylizer.stylizer import HEAD_EYES, Stylizer, eye_distances

RNG = np.random.default_rng(0)


def noise(height: int, width: int) -> np.ndarray:
    return RNG.integers(0, 256, (height, width, 3), np.uint8)


@pytest.fixture(scope="module")
def astronaut() -> np.ndarray:
    """A portrait of Eileen Collins (NASA, public domain), 512x512."""
    return np.asarray(samples.astronaut())


@pytest.mark.parametrize("engine", ["openvino", "onnxruntime"])
def test_every_size_comes_back_exact_and_undistorted(negative: Path, engine: str) -> None:
    stylizer = Stylizer(negative, engine)
    for height, width in ((64, 64), (33, 70), (8, 8), (1, 1), (1, 90), (50, 2)):
        rgb = noise(height, width)
        np.testing.assert_array_equal(stylizer.array(rgb, detail=1), 255 - rgb)


def test_the_network_sees_multiples_and_mirrors(
    inverter: Stylizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    run = inverter.backend.run

    def watch(feeds):
        seen.append(feeds["image"][0])
        return run(feeds)

    monkeypatch.setattr(inverter.backend, "run", watch)
    rgb = noise(35, 70)
    inverter.network(rgb)
    assert seen[0].shape == (40, 72, 3)
    np.testing.assert_array_equal(seen[0][35:, :70], rgb[33:28:-1])
    np.testing.assert_array_equal(seen[0][:35, 70:], rgb[:, 68:66:-1])


def test_call_takes_what_people_have(inverter: Stylizer, tmp_path: Path) -> None:
    rgb = noise(40, 56)
    Image.fromarray(rgb).save(tmp_path / "photo.png")
    for source in (tmp_path / "photo.png", str(tmp_path / "photo.png"), Image.fromarray(rgb), rgb):
        drawn = inverter(source)
        assert isinstance(drawn, Image.Image)
        assert drawn.mode == "RGB"
        np.testing.assert_array_equal(np.asarray(drawn), 255 - rgb)


def test_alpha_is_kept(inverter: Stylizer) -> None:
    rgba = RNG.integers(0, 256, (30, 20, 4), np.uint8)
    drawn = inverter(Image.fromarray(rgba))
    assert drawn.mode == "RGBA"
    np.testing.assert_array_equal(np.asarray(drawn)[..., 3], rgba[..., 3])


def test_strength_goes_from_the_photo_to_the_drawing(inverter: Stylizer) -> None:
    rgb = noise(32, 32)
    np.testing.assert_array_equal(inverter.array(rgb, strength=0, anime=1), rgb)
    quarter = inverter.array(rgb, strength=0.25).astype(int)
    expected = 0.75 * rgb + 0.25 * (255 - rgb.astype(int))
    assert np.abs(quarter - expected).max() <= 1


@pytest.mark.parametrize("option", ["strength", "anime"])
@pytest.mark.parametrize("value", [-0.1, 1.01, float("nan"), "full"])
def test_options_out_of_range_are_refused(inverter: Stylizer, option: str, value) -> None:
    with pytest.raises(SettingsError, match=option):
        inverter.array(noise(32, 32), **{option: value})


def test_unreadable_pictures_are_named(inverter: Stylizer, tmp_path: Path) -> None:
    path = tmp_path / "text.jpg"
    path.write_text("not a picture")
    with pytest.raises(InputError, match=r"text\.jpg"):
        inverter(path)


def test_styles_and_files_that_are_none(tmp_path: Path, negative: Path) -> None:
    with pytest.raises(UnknownStyle):
        rosetail.load("no such look")
    with pytest.raises(WeightsMissing, match="no such file"):
        rosetail.load(str(tmp_path / "absent.onnx"))
    detector = Path(rosetail.__file__).parent / "weights" / "mtcnn_pnet.onnx"
    with pytest.raises(WeightsMissing, match="not a stylizer"):
        rosetail.load(detector)
    assert rosetail.load(negative).style == "negative"


def test_big_pictures_are_seen_smaller_and_come_back_whole(
    inverter: Stylizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scale, "MAX_PIXELS", 10_000)
    sizes = []
    network = inverter.network
    monkeypatch.setattr(inverter, "network", lambda rgb: sizes.append(rgb.shape) or network(rgb))
    rgb = np.full((200, 400, 3), 90, np.uint8)
    drawn = inverter.array(rgb)
    assert drawn.shape == rgb.shape
    assert np.abs(drawn.astype(int) - 165).max() <= 1
    assert sizes[0][0] * sizes[0][1] <= 10_100


def test_a_large_face_is_seen_smaller(
    inverter: Stylizer, monkeypatch: pytest.MonkeyPatch, astronaut: np.ndarray
) -> None:
    close_up = np.asarray(Image.fromarray(astronaut[:300, 80:380]).resize((900, 900)))
    distance = max(eye_distances(finder.find(close_up)))
    assert distance > scale.EYES[1]
    sizes = []
    network = inverter.network
    monkeypatch.setattr(inverter, "network", lambda rgb: sizes.append(rgb.shape) or network(rgb))
    assert inverter.array(close_up).shape == close_up.shape
    assert sizes[0][0] == pytest.approx(900 * scale.EYES[1] / distance, abs=2)
    inverter.array(close_up, detail=1)
    assert sizes[1][:2] == (900, 900)


def test_a_look_may_say_which_faces_it_draws_well(negative: Path, tmp_path: Path) -> None:
    model = onnx.load(negative)
    model.metadata_props.add(key="eyes", value="20 50")
    onnx.save(model, tmp_path / "fine.onnx")
    assert Stylizer(tmp_path / "fine.onnx").scale_for((900, 900), [100]) == 0.5


def test_faces_only_draws_the_head_and_leaves_the_rest(
    inverter: Stylizer, astronaut: np.ndarray
) -> None:
    drawn = inverter.array(astronaut, faces_only=True)
    face = finder.find(astronaut)[0]
    x, y = face.landmarks[2].astype(int)
    nose = np.s_[y - 5 : y + 5, x - 5 : x + 5]
    assert np.abs(drawn[nose].astype(int) - (255 - astronaut[nose])).mean() < 12
    side = eye_distances([face])[0] / HEAD_EYES
    far = np.hypot(*(np.indices(astronaut.shape[:2]) - [[[y]], [[x]]])) > side
    np.testing.assert_array_equal(drawn[far], astronaut[far])


def test_faces_only_without_a_face_says_so(inverter: Stylizer, tmp_path: Path) -> None:
    Image.fromarray(np.full((80, 80, 3), 128, np.uint8)).save(tmp_path / "wall.png")
    with pytest.raises(NoFaceFound, match=r"wall\.png: no face found"):
        inverter(tmp_path / "wall.png", faces_only=True)


def test_anime_moves_the_face_and_nothing_else(inverter: Stylizer, astronaut: np.ndarray) -> None:
    plain = inverter.array(astronaut, detail=1).astype(int)
    moved = inverter.array(astronaut, detail=1, anime=1).astype(int)
    changed = np.abs(plain - moved).max(2) > 0
    face = finder.find(astronaut)[0]
    x, y = face.landmarks[:2].mean(0).astype(int)
    assert changed[y - 10 : y + 10, x - 40 : x + 40].mean() > 0.5
    assert not changed[400:].any()


def test_threads_may_share_a_stylizer(inverter: Stylizer) -> None:
    from concurrent.futures import ThreadPoolExecutor

    pictures = [noise(24 + 8 * (index % 3), 32) for index in range(12)]
    with ThreadPoolExecutor(4) as pool:
        for rgb, drawn in zip(pictures, pool.map(inverter.array, pictures), strict=True):
            np.testing.assert_array_equal(drawn, 255 - rgb)
