"""Skin, hair, clothes and colours of a portrait, and of portraits in other light."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from rosetail.faces.colours import light_of, read_colours
from rosetail.faces.faces import Face
from rosetail.faces.mesh import Mesh, find_mesh
from rosetail.faces.regions import SIDE, HeadRegions, head_regions
from rosetail.faces.warp import inverse, transform

Bytes = NDArray[np.uint8]


@pytest.fixture(scope="module")
def mesh(astronaut: Bytes, face: Face) -> Mesh:
    return find_mesh(astronaut, face.landmarks)


@pytest.fixture(scope="module")
def regions(astronaut: Bytes, mesh: Mesh) -> HeadRegions:
    return head_regions(astronaut, mesh)


# Places in the photo, by eye: x, y.
SKIN = [(200, 130), (245, 135), (225, 72)]
HAIR = [(200, 45), (245, 40), (260, 75)]
CLOTH = [(233, 196), (170, 227)]
GROUND = [(60, 120), (330, 60)]


def at(mask: NDArray[np.bool_], regions: HeadRegions, places: list[tuple[int, int]]) -> list[bool]:
    spots = np.rint(transform(places, regions.matrix)).astype(int)
    return [bool(mask[y, x]) for x, y in spots]


def test_parts_lie_where_they_are_seen(regions: HeadRegions) -> None:
    assert all(at(regions.skin, regions, SKIN))
    assert all(at(regions.hair, regions, HAIR))
    assert all(at(regions.cloth, regions, CLOTH))
    assert not any(at(regions.person > 0.5, regions, GROUND[:1]))
    parts = regions.skin.astype(int) + regions.hair + regions.cloth
    assert parts.max() == 1
    assert regions.image.shape == (SIDE, SIDE, 3)


def test_the_crop_is_the_photos(astronaut: Bytes, regions: HeadRegions) -> None:
    x, y = transform([(96, 96)], inverse(regions.matrix))[0]
    there = astronaut[round(y) - 1 : round(y) + 2, round(x) - 1 : round(x) + 2].mean((0, 1))
    assert np.abs(regions.image[95:98, 95:98].mean((0, 1)) - there).max() < 12


def test_colours_are_those_of_the_places(
    astronaut: Bytes, mesh: Mesh, regions: HeadRegions
) -> None:
    seen = read_colours(astronaut, mesh, regions)
    assert seen.hair is not None
    assert seen.eyes is not None
    assert seen.lips is not None
    red, green, blue = seen.skin
    assert red > green > blue
    for colour, places in ((seen.skin, SKIN[:2]), (seen.hair, HAIR)):
        there = np.mean(
            [astronaut[y - 3 : y + 4, x - 3 : x + 4].mean((0, 1)) / 255 for x, y in places], axis=0
        )
        assert np.abs(np.array(colour) - there).max() < 0.2
    assert sum(seen.hair) < sum(seen.skin)
    assert seen.lips[0] - seen.lips[1] > red - green  # lips are redder than skin
    assert 20 < seen.tone < 70


def test_half_of_a_cast_of_light_is_removed(astronaut: Bytes, mesh: Mesh) -> None:
    warm = np.clip(astronaut * np.array([1.0, 0.93, 0.8]), 0, 255).astype(np.uint8)
    light = light_of(astronaut)
    assert light_of(warm)[2] < light[2]
    plain, cast = (
        np.array(read_colours(each, mesh, head_regions(each, mesh)).skin)
        for each in (astronaut, warm)
    )
    raw = plain * (1.0, 0.93, 0.8)
    ratio = plain[0] / plain[2]
    assert abs(cast[0] / cast[2] - ratio) < 0.75 * abs(raw[0] / raw[2] - ratio)


def test_shadow_on_one_cheek_does_not_darken_the_skin(astronaut: Bytes, mesh: Mesh) -> None:
    shaded = astronaut.copy()
    middle = int(mesh.points[1, 0])
    shaded[:, middle:] = shaded[:, middle:] * 0.45
    plain, half = (
        np.array(read_colours(each, mesh, head_regions(each, mesh)).skin)
        for each in (astronaut, shaded)
    )
    assert np.abs(plain - half).max() < 0.08


def test_dark_skin_that_shines_is_not_read_as_lighter_skin(astronaut: Bytes, mesh: Mesh) -> None:
    dark = (astronaut * 0.45).astype(np.uint8)
    shining = dark.astype(np.float64)
    y, x = np.mgrid[: dark.shape[0], : dark.shape[1]]
    for place in (*SKIN[:2], (225, 85)):  # a flash on both cheeks and the forehead
        glow = np.exp(-((x - place[0]) ** 2 + (y - place[1]) ** 2) / (2 * 9.0**2))
        shining += 110 * glow[..., None]
    shining = np.clip(shining, 0, 255).astype(np.uint8)
    skins = [
        np.array(read_colours(each, mesh, head_regions(each, mesh)).skin)
        for each in (dark, shining)
    ]
    assert np.abs(skins[1] - skins[0]).max() < 0.12


def test_a_face_at_the_border_and_an_empty_picture(astronaut: Bytes, mesh: Mesh) -> None:
    left = int(mesh.points[1, 0])
    cut = np.ascontiguousarray(astronaut[:, left:])
    points = mesh.points - (left, 0, 0)
    half = Mesh(points.astype(np.float32), 1.0)
    regions = head_regions(cut, half)
    assert not regions.person[:, :40].any()  # nobody beyond the photo
    read_colours(cut, half, regions)
    grey = np.full_like(cut, 128)
    nobody = head_regions(grey, half)
    assert not nobody.hair.any()
    assert read_colours(grey, half, nobody).hair is None
