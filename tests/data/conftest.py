"""Faces that may lie here: NASA's portrait of Eileen Collins (public domain), and a drawing."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

import rosetail
from rosetail import images
from rosetail.data.faces import Face, find


@pytest.fixture(scope="session")
def astronaut_file() -> Path:
    return Path(rosetail.__file__).parent / "samples" / "astronaut.jpg"


@pytest.fixture(scope="session")
def astronaut(astronaut_file: Path) -> NDArray[np.uint8]:
    rgb = images.read(astronaut_file)
    rgb.setflags(write=False)
    return rgb


@pytest.fixture(scope="session")
def face(astronaut: NDArray[np.uint8]) -> Face:
    (found,) = find(astronaut)
    return found


FIGURE_FACE = [(145, 230), (335, 230), (335, 290), (310, 335), (240, 395), (170, 335), (145, 290)]
FIGURE_DRESS = [(150, 420), (330, 420), (370, 699), (110, 699)]
FINER = 4  # drawn so much larger, then averaged: smooth lines, smooth alpha


@pytest.fixture(scope="session")
def figure() -> NDArray[np.uint8]:
    """A drawn girl to the hips, cut off below, on nothing: uint8 RGBA [700, 480, 4]."""
    rgba = np.zeros((700 * FINER, 480 * FINER, 4), np.uint8)
    line, hair, skin = (40, 30, 40, 255), (110, 80, 60, 255), (255, 226, 206, 255)

    def oval(x: float, y: float, wide: float, high: float, colour: tuple[int, ...]) -> None:
        centre, axes = (int(x * FINER), int(y * FINER)), (int(wide * FINER), int(high * FINER))
        cv2.ellipse(rgba, centre, axes, 0, 0, 360, colour, -1)

    def arc(x: float, y: float, wide: float, high: float, ends: tuple[int, int], pen: int) -> None:
        centre, axes = (int(x * FINER), int(y * FINER)), (int(wide * FINER), int(high * FINER))
        cv2.ellipse(rgba, centre, axes, 0, *ends, line, pen * FINER)

    def shape(points: list[tuple[int, int]], colour: tuple[int, ...], pen: int) -> None:
        cv2.fillPoly(rgba, [np.array(points) * FINER], colour)
        if pen:
            cv2.polylines(rgba, [np.array(points) * FINER], True, line, pen * FINER)

    oval(240, 230, 135, 150, hair)
    arc(240, 230, 135, 150, (0, 360), 3)
    shape([(110, 235), (370, 235), (370, 420), (110, 420)], hair, 0)
    shape([(215, 330), (265, 330), (265, 420), (215, 420)], skin, 0)
    shape(FIGURE_DRESS, (240, 240, 250, 255), 3)
    shape(FIGURE_FACE, skin, 3)
    for x in (194, 286):
        oval(x, 282, 33, 31, (255, 255, 255, 255))
        oval(x, 284, 26, 28, (60, 70, 130, 255))
        oval(x, 285, 13, 15, (20, 20, 40, 255))
        oval(x - 6, 274, 8, 8, (255, 255, 255, 255))
        arc(x, 282, 37, 33, (195, 345), 6)
    arc(240, 338, 12, 5, (10, 170), 3)
    drawn = cv2.resize(rgba, (480, 700), interpolation=cv2.INTER_AREA)
    drawn.setflags(write=False)
    return drawn
