"""Stability of clips whose motion and flicker are made by hand."""

from __future__ import annotations

import json

import cv2
import numpy as np
import pytest
from skimage import data

from rosetail.errors import InputError
from rosetail.metrics.flicker import backward_flow, stability, warped

ROCKET = np.ascontiguousarray(data.astronaut()[:160, 120:280])


def moved(picture: np.ndarray, right: int) -> np.ndarray:
    """A window of 128 pixels that wanders over the picture."""
    return np.ascontiguousarray(picture[16:144, right : right + 128])


def test_a_still_film_drawn_with_a_lamp_that_flickers() -> None:
    lamp = [0, 10, 4]
    clip = [(moved(ROCKET, 8) // 2, moved(ROCKET, 8) // 2 + level) for level in lamp]
    found = stability((film, drawing.astype(np.uint8)) for film, drawing in clip)
    assert found.frames == 3
    assert found.flicker == pytest.approx((10 + 6) / 2)
    assert found.excess == pytest.approx((10 + 6) / 2)
    assert np.isnan(found.warping)  # nothing moved


def test_a_drawing_that_moves_with_the_film_does_not_flicker() -> None:
    """The negative of a film changes as the film does, and follows its motion."""
    frames = [moved(ROCKET, 4 * number) for number in range(4)]
    found = stability((frame, 255 - frame) for frame in frames)
    assert found.excess == 0
    assert found.warping < 5
    assert np.isnan(found.flicker) or found.flicker < 3


def test_noise_of_known_size_is_what_is_left_after_the_motion() -> None:
    rng = np.random.default_rng(0)
    smooth = cv2.GaussianBlur(ROCKET, (0, 0), 3) // 2 + 60
    film = [moved(smooth, 3 * number) for number in range(3)]
    calm = stability(zip(film, film, strict=True))
    noisy = stability(
        (frame, np.clip(frame + rng.normal(0, 8, frame.shape), 0, 255).astype(np.uint8))
        for frame in film
    )
    assert calm.warping < 2
    # One frame's noise has deviation 8, the carried one's at most 8 (less between pixels).
    assert 8 * np.sqrt(2 / np.pi) < noisy.warping < 1.1 * np.sqrt(2) * 8 * np.sqrt(2 / np.pi)


def test_excess_by_hand() -> None:
    film = np.zeros((2, 16, 16, 3), np.uint8)
    film[1, :, 8:] = 30  # the right half grows lighter
    drawing = np.zeros_like(film)
    drawing[1, 0] = 50  # the upper row changes: by 50 where the film is still, by 20 beyond it
    found = stability(zip(film, drawing, strict=True))
    assert found.excess == pytest.approx((8 * 50 + 8 * 20) / 256)
    assert found.flicker == pytest.approx(8 * 50 / 128)


def test_motion_is_found_and_what_was_hidden_is_not() -> None:
    before, now = moved(ROCKET, 0), moved(ROCKET, 6)  # the scene goes six pixels to the left
    finder = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    back, seen = backward_flow(before, now, finder)
    assert np.median(back[..., 0]) == pytest.approx(6, abs=0.5)
    assert np.median(back[..., 1]) == pytest.approx(0, abs=0.5)
    assert seen[:, :110].mean() > 0.8
    assert seen[:, 124:].mean() < 0.3  # came in from the right
    np.testing.assert_array_equal(
        warped(before, np.full((128, 128, 2), (6, 0), np.float32))[:, :122], now[:, :122]
    )


def test_clips_that_show_no_change() -> None:
    frame = moved(ROCKET, 0)
    with pytest.raises(InputError, match="two or more"):
        stability([(frame, frame)])
    with pytest.raises(InputError, match="0 frames"):
        stability([])
    with pytest.raises(InputError, match="too small"):
        stability([(frame[:8], frame[:8])])
    with pytest.raises(InputError, match="one size"):
        stability([(frame, frame[:-1])])
    with pytest.raises(InputError, match="one size"):
        stability([(frame, frame), (frame[:-1], frame[:-1])])


def test_the_command(rosetail, make_clip) -> None:
    source, result = make_clip("a.mp4"), make_clip("b.mp4", options={})
    ran = rosetail("evaluate", "video", source, result)
    assert ran.status == 0, ran.err
    assert [line.split()[0] for line in ran.out.splitlines()[:3]] == [
        "flicker",
        "excess",
        "warping",
    ]
    ran = rosetail("evaluate", "video", source, result, "--json")
    found = json.loads(ran.out)
    assert found["frames"] == 12
    assert found["excess"] == 0, "a clip compared with itself"
    ran = rosetail("evaluate", "video", source, make_clip("c.mp4", frames=8))
    assert (ran.status, "c.mp4: has only 8 frames" in ran.err) == (2, True)
    ran = rosetail("evaluate", "video", source, make_clip("d.mp4", size=(32, 48)))
    assert "one size" in ran.err
