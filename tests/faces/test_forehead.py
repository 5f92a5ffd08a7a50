"""Foreheads under hair that is put there, and in strong light."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from rosetail.faces.faces import Face
from rosetail.faces.forehead import COLUMNS, COUNT, MOST, measure_forehead
from rosetail.faces.mesh import find_mesh
from rosetail.faces.regions import CHEEKS, SIDE, UNIT, HeadRegions, head_regions, polygon

Bytes = NDArray[np.uint8]


@pytest.fixture(scope="module")
def regions(astronaut: Bytes, face: Face) -> HeadRegions:
    return head_regions(astronaut, find_mesh(astronaut, face.landmarks))


def test_heights_are_those_of_the_hair(regions: HeadRegions) -> None:
    brow = float(regions.points[[105, 334], 1].mean())
    nobody = np.zeros((SIDE, SIDE), bool)
    bare = measure_forehead(replace(regions, hair=nobody))
    assert bare.shape == (COUNT,)
    assert (bare[: len(COLUMNS)] == MOST).all()
    fringe = nobody.copy()
    fringe[: round(brow - 0.5 * UNIT)] = True
    covered = measure_forehead(replace(regions, hair=fringe))
    np.testing.assert_allclose(covered[: len(COLUMNS)], 0.5, atol=0.06)
    fringe[:, SIDE // 2 :] = False  # swept to one side
    swept = measure_forehead(replace(regions, hair=fringe))
    np.testing.assert_allclose(swept[4:7], 0.5, atol=0.06)  # the lower side
    assert (swept[1:4] > 0.9).all()  # the mean of both


def test_a_dark_forehead_is_unlike_the_cheeks(regions: HeadRegions) -> None:
    brow = round(float(regions.points[[105, 334], 1].mean()))
    cheeks = np.concatenate([regions.image[polygon(regions.points, each)] for each in CHEEKS])
    seen = []
    for colour in (np.median(cheeks, axis=0), 20):
        picture = regions.image.copy()
        picture[: brow - 2] = colour
        seen.append(measure_forehead(replace(regions, image=picture))[len(COLUMNS) :].reshape(3, 5))
    skin, dark = seen
    assert np.abs(skin[:, 0]).max() < 0.05  # lightness
    assert (skin[:, 1] == 0).all()  # darker pixels
    assert skin[:, 2].max() < 0.5  # colour
    assert dark[:, 0].max() < -1
    assert (dark[:, 1] == 1).all()
    assert dark[:, 2].min() > 3


def test_shine_on_a_dark_forehead_is_no_hair(astronaut: Bytes, face: Face) -> None:
    """A bright spot on the forehead of a darkened face with dark hair stays skin."""
    mesh = find_mesh(astronaut, face.landmarks)
    spot = mesh.points[[9, 151], :2].mean(0).round().astype(int)
    shining = (astronaut * 0.55).astype(np.uint8)
    before = head_regions(shining, mesh)
    shining[spot[1] - 4 : spot[1] + 4, spot[0] - 6 : spot[0] + 6] = 235
    after = head_regions(shining, mesh)
    centre = np.rint(after.matrix @ [*spot, 1]).astype(int)
    assert before.skin[centre[1], centre[0]]
    assert after.skin[centre[1], centre[0]]
