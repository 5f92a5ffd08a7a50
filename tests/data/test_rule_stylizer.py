"""A photograph redrawn by rule: what must hold of tones, lines, eyes and parts of the face."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

import rosetail
from rosetail import images
from rosetail.data.rule_stylizer import (
    LOOKS,
    _draw_brows,
    _long_lines,
    quantize,
    stylize_by_rule,
    to_lab,
    to_rgb,
)
from rosetail.faces import faces
from rosetail.faces.parts import FaceAxes, FaceMasks, face_masks, masked_blur
from rosetail.faces.warp import transform

pytest.importorskip("skia")

SAMPLE = Path(rosetail.__file__).parent / "samples" / "astronaut.jpg"
SIZE = 320


@pytest.fixture(scope="module")
def head() -> tuple[np.ndarray, np.ndarray]:
    photo = images.read(SAMPLE)
    landmarks = faces.find(photo)[0].landmarks
    crop = faces.align(photo, landmarks, SIZE)
    return crop.image, transform(landmarks, crop.matrix).astype(np.float32)


@pytest.fixture(scope="module")
def cel(head: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    return stylize_by_rule(*head, LOOKS["cel"])


def test_steps_are_flat_between_multiples_and_monotonous() -> None:
    values = np.linspace(0, 100, 2001, dtype=np.float32)
    steps = quantize(values, 20, 12)
    assert (np.diff(steps) >= -1e-4).all()
    np.testing.assert_allclose(quantize(np.float32([10, 30, 50]), 20, 12), [10, 30, 50], atol=1e-3)
    near_middle = np.abs(values % 20 - 10) < 4
    assert np.abs(np.gradient(steps, values))[near_middle].max() < 0.25


def test_lab_there_and_back() -> None:
    rgb = np.random.default_rng(0).random((8, 8, 3)).astype(np.float32)
    np.testing.assert_allclose(to_rgb(to_lab(rgb)), rgb, atol=5e-3)
    assert to_lab(np.ones((1, 1, 3), np.float32))[0, 0, 0] == pytest.approx(100, abs=0.01)


def test_drawing_is_flatter_than_the_photo_and_has_darker_lines(
    head: tuple[np.ndarray, np.ndarray], cel: np.ndarray
) -> None:
    photo, _ = head
    assert cel.shape == photo.shape
    assert cel.dtype == np.uint8

    def flat_share(picture: np.ndarray) -> float:
        slopes = cv2.Laplacian(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), cv2.CV_32F)
        return float((np.abs(slopes) <= 1).mean())

    assert flat_share(cel) > 1.5 * flat_share(photo)


def test_the_eyes_are_painted_where_the_landmarks_are(
    head: tuple[np.ndarray, np.ndarray], cel: np.ndarray
) -> None:
    _, landmarks = head
    distance = np.hypot(*(landmarks[1] - landmarks[0]))
    for x, y in landmarks[:2]:
        around = cel[
            int(y - 0.2 * distance) : int(y + 0.2 * distance),
            int(x - 0.25 * distance) : int(x + 0.25 * distance),
        ]
        lightness = to_lab(around.astype(np.float32) / 255)[..., 0]
        assert lightness.max() > 90  # highlight
        assert lightness.min() < 15  # lashes and pupil


def test_the_face_is_still_found_in_the_drawing(
    head: tuple[np.ndarray, np.ndarray], cel: np.ndarray
) -> None:
    _, landmarks = head
    found = faces.find(cel)[0].landmarks
    distance = np.hypot(*(landmarks[1] - landmarks[0]))
    assert np.hypot(*(found - landmarks).T).mean() / distance < 0.1


def test_looks_differ_and_are_repeatable(
    head: tuple[np.ndarray, np.ndarray], cel: np.ndarray
) -> None:
    soft = stylize_by_rule(*head, LOOKS["soft"])
    assert np.abs(soft.astype(int) - cel).mean() > 3
    np.testing.assert_array_equal(stylize_by_rule(*head, LOOKS["cel"]), cel)


def test_parts_of_the_face(head: tuple[np.ndarray, np.ndarray]) -> None:
    photo, landmarks = head
    lab = to_lab(photo.astype(np.float32) / 255)
    frame = FaceAxes.of(landmarks)
    face = face_masks(lab, cv2.GaussianBlur(lab, (0, 0), 3), frame)
    cheek = (landmarks[0] + landmarks[3]) / 2
    at = lambda mask, point: float(mask[int(point[1]), int(point[0])])  # noqa: E731
    assert at(face.skin, cheek) == 1
    assert at(face.skin, (4, 4)) == 0
    assert at(face.mouth, frame.mouth) > 0.9
    assert at(face.mouth, frame.eyes) < 0.01
    for eye in landmarks[:2]:
        assert at(face.eyes, eye) > 0.9
        reach = 0.47 * frame.distance
        above = face.brows[int(eye[1] - reach) : int(eye[1] - 0.3 * reach)]
        assert above.max() > 0.08  # hers are fair
    assert face.brows[int(frame.mouth[1]) :].max() < 0.01
    assert abs(face.lightness - np.median(lab[..., 0][face.skin > 0.5])) < 6


def test_frame_axes() -> None:
    square = np.float32([(0, 0), (10, 0), (6, 6), (0, 10), (10, 10)])
    turned = square @ np.float32([(0, 1), (-1, 0)]) + 50  # a quarter turn
    for landmarks in (square + 50, turned):
        frame = FaceAxes.of(landmarks.astype(np.float32))
        assert frame.distance == pytest.approx(10)
        assert frame.turn == pytest.approx(0.1)
        x, y = frame.place((100, 100), frame.eyes)
        nose_x, nose_y = landmarks[2].round().astype(int)
        assert x[nose_y, nose_x] == pytest.approx(0.1, abs=1e-5)
        assert y[nose_y, nose_x] == pytest.approx(0.6, abs=1e-5)


def test_masked_blur_ignores_what_is_outside() -> None:
    values = np.zeros((40, 40), np.float32)
    values[:, 20:] = 100
    mask = np.zeros_like(values)
    mask[:, 20:] = 1
    blurred = masked_blur(values, mask, 4)
    np.testing.assert_allclose(blurred[:, 20:], 100, rtol=1e-2)


def test_no_skin_anywhere_is_survived() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (96, 96, 3), np.uint8)
    landmarks = np.float32([(34, 40), (60, 40), (47, 52), (37, 64), (57, 64)])
    for picture in (noise, np.zeros_like(noise), np.full_like(noise, 255)):
        assert stylize_by_rule(picture, landmarks, LOOKS["cel"]).shape == picture.shape


def test_short_lines_go_except_where_they_are_kept() -> None:
    ink = np.zeros((60, 60), np.float32)
    ink[10, 5:50] = ink[30, 5:12] = ink[50, 5:12] = 1
    kept = np.zeros(ink.shape, bool)
    kept[45:] = True
    lines = _long_lines(ink, 20, kept)
    np.testing.assert_array_equal(lines[10], ink[10])
    np.testing.assert_array_equal(lines[50], ink[50])
    assert not lines[30].any()


def test_a_face_without_brows_gets_some(head: tuple[np.ndarray, np.ndarray]) -> None:
    photo, landmarks = head
    frame = FaceAxes.of(landmarks)
    grey = np.full(photo.shape, 0.7, np.float32)
    none = np.zeros(photo.shape[:2], np.float32)
    browed = _draw_brows(grey, to_lab(grey), FaceMasks(none, none, none, none, 70.0), frame)
    dark = browed.mean(2) < 0.5
    for eye, side in zip(landmarks[:2], (-1, 1), strict=True):
        x, y = frame.place(dark.shape, eye)
        above = (np.abs(x * side - 0.04) < 0.4) & (y > -0.5) & (y < -0.25)
        assert 0.01 < (dark & above).sum() / frame.distance**2 < 0.06
        dark &= ~above
    assert not dark.any()
