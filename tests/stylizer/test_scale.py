"""Working sizes, and drawings brought to a picture's size."""

from __future__ import annotations

import numpy as np
import pytest

from rosetail.errors import SettingsError
from rosetail.stylizer.scale import (
    MAX_PIXELS,
    largest_scale,
    resize_drawing,
    resize_photo,
    scaled,
    working_scale,
)


def test_auto_brings_the_largest_face_into_range() -> None:
    assert working_scale((1080, 1920)) == 1
    assert working_scale((1080, 1920), [54, 20]) == 1
    assert working_scale((1080, 1920), [30, 250]) == pytest.approx(64 / 250)
    assert working_scale((200, 300), [20]) == pytest.approx(32 / 20)
    assert working_scale((1080, 1920), [200], eyes=(50, 100)) == pytest.approx(0.5)
    assert working_scale((200, 300), [5]) == 2


def test_a_number_is_taken() -> None:
    assert working_scale((100, 100), [50], 0.5) == 0.5
    assert working_scale((100, 100), [50], 2) == 2
    assert working_scale((4000, 6000), [50], 4) == 4
    assert scaled((1, 5000), 0.01) == (1, 50)


def test_auto_makes_large_pictures_smaller_but_not_their_faces() -> None:
    for size in ((4000, 6000), (20_000, 5000)):
        height, width = scaled(size, working_scale(size))
        assert height * width == pytest.approx(MAX_PIXELS, rel=0.01)
        smallest = 32 / largest_scale(size)
        assert working_scale(size, [smallest]) == pytest.approx(largest_scale(size))
    assert working_scale((3000, 4000), [43]) == pytest.approx(32 / 43)
    assert working_scale((3000, 4000), [20]) == 1


@pytest.mark.parametrize("detail", [0, -1, 5, "fine", None, float("nan")])
def test_other_details_are_refused(detail) -> None:
    with pytest.raises(SettingsError, match="detail"):
        working_scale((10, 10), (), detail)


def step_edge(side: int = 40) -> np.ndarray:
    drawing = np.full((side, side, 3), 220, np.uint8)
    drawing[:, side // 2 :] = 40
    return drawing


def test_redraw_is_exact_in_size_and_never_rings() -> None:
    for size in ((97, 131), (160, 160), (20, 15), (1, 1)):
        assert resize_drawing(step_edge(), size).shape == (*size, 3)
    large = resize_drawing(step_edge(), (160, 160))
    assert large.max() == 220
    assert large.min() == 40


def test_redraw_keeps_edges_steeper_than_plain_enlarging() -> None:
    def width(picture: np.ndarray) -> int:  # pixels of neither colour along a row
        row = picture[200, :, 0]
        return int(np.sum((row > 60) & (row < 200)))

    drawing = step_edge(50)
    drawing[:, 25] = 130  # anti-aliased, as a network draws it
    size = (400, 400)
    assert width(resize_drawing(drawing, size)) < 0.8 * width(resize_photo(drawing, size))


def test_redraw_at_its_own_size_is_the_drawing() -> None:
    drawing = np.random.default_rng(0).integers(0, 256, (9, 7, 3), np.uint8)
    np.testing.assert_array_equal(resize_drawing(drawing, (9, 7)), drawing)
