"""Faces found, brought to their place, and put back."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from rosetail.errors import InputError
from rosetail.faces.faces import Face, align, canonical, find, paste
from rosetail.faces.warp import placement, scale_of, transform

Bytes = NDArray[np.uint8]

# Read off the portrait by eye: eyes, tip of the nose, corners of the mouth.
ASTRONAUT = np.array([(203, 101), (246, 103), (225, 127), (203, 139), (245, 141)])


def turned(rgb: Bytes, degrees: float) -> Bytes:
    """``rgb`` turned clockwise about its middle."""
    middle = rgb.shape[1] / 2, rgb.shape[0] / 2
    matrix = cv2.getRotationMatrix2D(middle, -degrees, 1)
    return cv2.warpAffine(rgb, matrix, rgb.shape[1::-1], borderMode=cv2.BORDER_REFLECT)  # type: ignore[return-value]


def test_the_face_is_found_where_it_is(face: Face) -> None:
    assert face.score > 0.95
    np.testing.assert_allclose(face.landmarks, ASTRONAUT, atol=5)
    low, high = face.box[:2], face.box[2:]
    assert np.all(face.landmarks > low)
    assert np.all(face.landmarks < high)
    assert face.landmarks.dtype == np.float32


def test_a_mirrored_face_has_mirrored_landmarks(astronaut: Bytes, face: Face) -> None:
    (mirrored,) = find(np.ascontiguousarray(astronaut[:, ::-1]))
    back = mirrored.landmarks * [-1, 1] + [astronaut.shape[1] - 1, 0]
    eyes = np.linalg.norm(face.landmarks[1] - face.landmarks[0])
    assert np.linalg.norm(back[[1, 0, 2, 4, 3]] - face.landmarks, axis=1).max() < 0.12 * eyes


def test_landmarks_follow_the_size_of_the_picture(astronaut: Bytes, face: Face) -> None:
    large = cv2.resize(astronaut, (2048, 2048), interpolation=cv2.INTER_CUBIC)
    (found,) = find(large)  # type: ignore[arg-type]
    eyes = np.linalg.norm(face.landmarks[1] - face.landmarks[0])
    expected = (face.landmarks + 0.5) * 4 - 0.5
    assert np.linalg.norm(found.landmarks - expected, axis=1).max() < 0.15 * eyes * 4


def test_the_largest_face_comes_first(astronaut: Bytes) -> None:
    small = cv2.resize(astronaut, None, fx=0.7, fy=0.7, interpolation=cv2.INTER_AREA)
    both = np.zeros((512, 900, 3), np.uint8)
    both[:, -512:] = astronaut
    both[: small.shape[0], : small.shape[1]] = small
    faces = find(both)
    assert len(faces) == 2
    assert faces[0].box[0] > 388 > faces[1].box[2]


def test_smaller_faces_than_asked_for_are_passed_over(astronaut: Bytes, face: Face) -> None:
    side = float(face.box[3] - face.box[1])
    assert find(astronaut, smallest=2.5 * side) == []
    assert len(find(astronaut, smallest=0.6 * side)) == 1


@pytest.mark.parametrize("shape", [(1, 1, 3), (5, 700, 3), (64, 64, 3), (300, 200, 3)])
def test_pictures_without_faces_have_none(shape: tuple[int, ...]) -> None:
    assert find(np.full(shape, 90, np.uint8)) == []
    assert find(np.random.default_rng(4).integers(0, 256, shape, dtype=np.uint8)) == []


@pytest.mark.parametrize("frame", ["head", "face"])
@pytest.mark.parametrize("degrees", [0, 20])
def test_align_brings_landmarks_to_their_place(astronaut: Bytes, frame: str, degrees: int) -> None:
    (found,) = find(turned(astronaut, degrees))
    crop, matrix = align(turned(astronaut, degrees), found.landmarks, 256, frame=frame)  # type: ignore[arg-type]
    assert crop.shape == (256, 256, 3)
    placed, place = transform(found.landmarks, matrix), canonical(256, frame)  # type: ignore[arg-type]
    distance = place[1, 0] - place[0, 0]
    assert np.linalg.norm(placed - place, axis=1).max() < 0.2 * distance
    assert abs(placed[1, 1] - placed[0, 1]) < 0.08 * distance
    # What the matrix says is what the crop shows.
    (again,) = find(crop)
    assert np.linalg.norm(again.landmarks - placed, axis=1).max() < 0.12 * distance


def test_a_tilted_head_may_stay_tilted(astronaut: Bytes, face: Face) -> None:
    def roll(degrees: float) -> float:
        points = transform(face.landmarks, placement(np.exp(1j * np.radians(degrees)), 0))
        matrix = align(astronaut, points, 64, keep_roll=15).matrix
        return float(np.degrees(np.arctan2(matrix[1, 0], matrix[0, 0])))

    own = roll(0)
    assert own == pytest.approx(0, abs=1e-9)
    assert roll(10) == pytest.approx(0, abs=1e-9)
    assert -20 < roll(30) < -10
    upright = align(astronaut, face.landmarks, 64)
    kept = align(astronaut, face.landmarks, 64, keep_roll=15)
    assert scale_of(kept.matrix) == pytest.approx(scale_of(upright.matrix))
    middle = face.landmarks.mean(0)
    np.testing.assert_allclose(
        transform(middle, kept.matrix), transform(middle, upright.matrix), atol=1.0
    )


def test_align_refuses_landmarks_in_one_point(astronaut: Bytes) -> None:
    with pytest.raises(InputError, match="coincide"):
        align(astronaut, np.full((5, 2), 7), 64)


@pytest.mark.parametrize("size", [192, 256, 384])
def test_an_unchanged_crop_pasted_back_changes_nothing_much(
    astronaut: Bytes, face: Face, size: int
) -> None:
    (found,) = find(turned(astronaut, 12))
    picture = turned(astronaut, 12)
    crop, matrix = align(picture, found.landmarks, size)
    assert (scale_of(matrix) > 1) == (size >= 256)
    # Both ways of a scale below 1 lose what is finer than the crop: compare with that lost.
    expected = cv2.GaussianBlur(picture, (0, 0), 0.6) if scale_of(matrix) < 1 else picture
    error = np.abs(paste(picture, crop, matrix).astype(int) - expected)
    assert error.mean() < (3 if scale_of(matrix) < 1 else 0.6)
    assert np.percentile(error, 99) < (25 if scale_of(matrix) < 1 else 8)


def test_paste_fades_in_and_touches_nothing_outside(astronaut: Bytes) -> None:
    matrix = placement(np.exp(0.3j), 40 - 190j)
    pasted = paste(astronaut, np.zeros((128, 128, 3), np.uint8), matrix, feather=0.25)
    y, x = np.mgrid[:512, :512]
    place = transform(np.stack([x, y], -1), matrix)
    inside = np.all((place > -0.5) & (place < 127.5), axis=-1)
    core = np.all((place > 33) & (place < 94), axis=-1)
    assert core.sum() > 3000
    np.testing.assert_array_equal(pasted[~inside], astronaut[~inside])
    assert not pasted[core].any()
    # On white the fade is smooth: neighbours never differ by more than the steepest of the ramp.
    white = paste(np.full_like(astronaut, 255), np.zeros((128, 128, 3), np.uint8), matrix)
    assert np.abs(np.diff(white[..., 0].astype(int), axis=1)).max() < 40


def test_a_cut_out_is_laid_on_by_its_alpha(astronaut: Bytes) -> None:
    matrix = align(astronaut, find(astronaut)[0].landmarks, 128)[1]
    black = np.zeros((128, 128, 4), np.uint8)
    np.testing.assert_array_equal(paste(astronaut, black, matrix), astronaut)
    black[..., 3] = 128
    half = paste(astronaut, black, matrix, feather=0.05).astype(float)
    whole = paste(astronaut, black[..., :3], matrix, feather=0.05).astype(float)
    wanted = astronaut + 128 / 255 * (whole - astronaut)
    assert np.abs(half - wanted).max() < 1.01


def test_figures_are_laid_over_each_other_on_a_clear_ground() -> None:
    """As light goes through both: by alphas that are multiplied, then divided out again."""
    colours = (200, 0, 0, 128), (0, 0, 250, 64)
    red, blue = (np.full((32, 32, 4), each, np.uint8) for each in colours)
    clear, matrix = np.zeros((64, 64, 4), np.uint8), placement(1, -16 - 16j)
    one = paste(clear, red, matrix, feather=0.01)
    np.testing.assert_array_equal(one[20:44, 20:44], np.broadcast_to(red[0, 0], (24, 24, 4)))
    assert not one[:15].any()
    both = paste(one, blue, matrix, feather=0.01)[32, 32]
    under, over = 128 / 255, 64 / 255
    whole = over + under * (1 - over)
    colour = (over * np.array([0, 0, 250]) + (1 - over) * under * np.array([200, 0, 0])) / whole
    assert both == pytest.approx([*colour, 255 * whole], abs=1)


def test_a_crop_from_elsewhere_pastes_nothing(astronaut: Bytes) -> None:
    crop = np.zeros((32, 32, 3), np.uint8)
    np.testing.assert_array_equal(paste(astronaut, crop, placement(1, 900)), astronaut)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_landmarks_turn_with_the_picture(astronaut: Bytes, face: Face, quarters: int) -> None:
    """The landmark of a pixel is where numpy puts that pixel."""
    (found,) = find(np.ascontiguousarray(np.rot90(astronaut, quarters)))
    place = np.zeros(astronaut.shape[:2], bool)
    for number, (x, y) in enumerate(face.landmarks):
        place[:] = False
        place[round(float(y)), round(float(x))] = True
        (wanted_y, wanted_x), *_ = np.argwhere(np.rot90(place, quarters))
        assert np.abs(found.landmarks[number] - (wanted_x, wanted_y)).max() < 3
    assert np.all(found.landmarks.min(0) > found.box[:2])
    assert np.all(found.landmarks.max(0) < found.box[2:])
