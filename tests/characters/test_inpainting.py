"""What is put in a head's place: the surroundings, and nothing of the head."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from rosetail.characters.framing import paste_head
from rosetail.characters.inpainting import ELLIPSE, SHOULDERS, remove_head

SCALE = np.array([[0.5, 0.0, -40.0], [0.0, 0.5, -30.0]])  # of a square of 128 pixels


def scene(shape: float = 1.0) -> np.ndarray:
    """A slope of colour with a red head where the square has it."""
    y, x = np.mgrid[:400, :480]
    picture = np.dstack([x / 4, 60 + y / 4, 200 - x / 4]).astype(np.uint8)
    across, down, wide, high = ELLIPSE
    middle = ((across * 128 + 40) * 2, (down * 128 + 30) * 2)
    axes = tuple(2 * 128 * each * shape for each in (wide, high))
    cv2.ellipse(picture, (middle, (2 * axes[0], 2 * axes[1]), 0.0), (255, 0, 0), -1)
    return picture


@pytest.mark.parametrize("side", [128, 256, 96])
def test_the_head_goes_and_its_surroundings_take_its_place(side: int) -> None:
    with_head = scene(0.9)
    y, x = np.mgrid[:400, :480]
    empty = np.dstack([x / 4, 60 + y / 4, 200 - x / 4])
    red = (with_head == (255, 0, 0)).all(-1) & (y < 2 * (30 + 128 * (SHOULDERS - 0.08)))
    larger = np.diag([side / 128] * 2) @ SCALE
    larger[:, 2] += (side / 128 - 1) / 2
    without = remove_head(with_head, larger, side)
    assert np.abs(without[red] - empty[red]).mean() < 12  # the slope goes on
    assert without[red][:, 0].max() < 160
    outside = (x < 80) | (x > 80 + 256) | (y < 60)
    np.testing.assert_array_equal(without[outside], with_head[outside])


def test_the_persons_own_shape_goes_too() -> None:
    picture = scene(0.9)
    picture[150:220, 92:318] = (255, 0, 0)  # hair to both sides
    own = np.zeros((128, 128), np.uint8)
    own[45:80, 6:120] = 255
    hair = picture[155:215, 92:104].copy()
    assert (remove_head(picture, SCALE, 128)[155:215, 92:104] == hair).mean() > 0.6
    assert remove_head(picture, SCALE, 128, own)[160:210, 98:104, 0].max() < 160


@pytest.mark.parametrize("strength", [0.0, 0.5, 1.0])
def test_squares_fade_and_figures_replace(strength: float) -> None:
    picture = scene(0.9)
    square = np.full((128, 128, 4), 255, np.uint8)
    as_square = paste_head(picture, square, SCALE, strength=strength)
    np.testing.assert_array_equal(
        as_square, paste_head(picture, square[..., :3], SCALE, strength=strength)
    )
    figure = np.zeros((128, 128, 4), np.uint8)
    figure[60:70, 60:70] = (0, 255, 0, 255)
    seen = paste_head(picture, figure, SCALE, strength=strength)
    middle = seen[2 * 95, 2 * 105]
    if strength == 1:  # green where the figure is, and no red around it
        assert tuple(middle) == (0, 255, 0)
        assert seen[2 * 70, 2 * 104, 0] < 160
    else:
        assert seen[2 * 70, 2 * 104, 0] == 255  # who fades away uncovers what was there
