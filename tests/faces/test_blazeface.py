"""BlazeFace: anchors, views, and the same face as MTCNN finds, in both engines."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from rosetail.engines.backend import open_backend
from rosetail.errors import SettingsError
from rosetail.faces import blazeface
from rosetail.faces.faces import Face, find
from rosetail.images import to_tensor
from rosetail.weights import find as weights_of

Bytes = NDArray[np.uint8]


def test_anchors_are_the_middles_of_cells() -> None:
    anchors = blazeface._anchors()
    assert anchors.shape == (896, 2)
    np.testing.assert_allclose(anchors[0], (1 / 32, 1 / 32))
    np.testing.assert_allclose(anchors[2], (3 / 32, 1 / 32))  # two a cell, row by row
    np.testing.assert_allclose(anchors[511], (31 / 32, 31 / 32))
    np.testing.assert_allclose(anchors[512:518], [(1 / 16, 1 / 16)] * 6)
    np.testing.assert_allclose(anchors[-1], (15 / 16, 15 / 16))


@pytest.mark.parametrize("shape", [(300, 900, 3), (900, 300, 3), (640, 640, 3)])
def test_every_small_face_lies_whole_in_a_small_view(shape: tuple[int, ...]) -> None:
    smallest = 40.0
    views = blazeface._views(shape, smallest)
    rng = np.random.default_rng(0)
    for _ in range(200):
        left, top = rng.uniform(0, np.array(shape[1::-1]) - smallest)
        assert any(
            x <= left and left + smallest <= x + side and y <= top and top + smallest <= y + side
            for x, y, side in views
            if side <= blazeface.LARGEST_VIEW * smallest
        )


@pytest.mark.parametrize("degrees", [0, 30, -15])
def test_the_same_face_as_mtcnns(astronaut: Bytes, face: Face, degrees: int) -> None:
    height, width = astronaut.shape[:2]
    middle = face.landmarks.mean(0)
    matrix = cv2.getRotationMatrix2D(middle.tolist(), degrees, 1.0)
    turned = cv2.warpAffine(astronaut, matrix, (width, height), borderMode=cv2.BORDER_REFLECT)
    wanted = face.landmarks @ matrix[:, :2].T + matrix[:, 2]
    ours = find(np.asarray(turned, np.uint8), detector="blazeface")[0]
    eyes = np.linalg.norm(wanted[1] - wanted[0])
    assert np.linalg.norm(ours.landmarks - wanted, axis=1).mean() / eyes < 0.12
    assert (ours.box[:2] < middle).all()
    assert (middle < ours.box[2:]).all()


def test_both_engines_agree(astronaut: Bytes) -> None:
    picture = to_tensor(np.ascontiguousarray(astronaut[:128, 150:278]))
    one, other = (
        open_backend(weights_of("blazeface_short"), engine, precision="f32").run(
            {"picture": picture}
        )
        for engine in ("openvino", "onnxruntime")
    )
    for name in ("boxes", "scores"):
        np.testing.assert_allclose(one[name], other[name], atol=2e-3)


def test_nobody_is_found_where_nobody_is() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (200, 300, 3), np.uint8)
    for picture in (np.zeros((64, 64, 3), np.uint8), noise, noise[:3, :2]):
        assert find(np.ascontiguousarray(picture), detector="blazeface") == []


def test_auto_asks_blazeface_if_mtcnn_finds_nobody(
    astronaut: Bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rosetail.faces.faces._find_by_mtcnn", lambda *_: [])
    assert find(astronaut, detector="mtcnn") == []
    (found,) = find(astronaut, detector="auto")
    (wanted,) = find(astronaut, detector="blazeface")
    np.testing.assert_array_equal(found.landmarks, wanted.landmarks)


def test_unknown_detectors_are_named(astronaut: Bytes) -> None:
    with pytest.raises(SettingsError, match="detector retina: unknown; choose auto"):
        find(astronaut, detector="retina")  # type: ignore[arg-type]
