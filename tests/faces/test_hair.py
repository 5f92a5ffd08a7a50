"""Hair measured on drawn masks, whose shares are known, and read in a real portrait."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import save_file

from rosetail import weights
from rosetail.errors import WeightsMissing
from rosetail.faces import hair, traits
from rosetail.faces.appearance import read_appearance
from rosetail.faces.faces import Face, align
from rosetail.faces.hair import HairTraits, classify, measure_hair, read_hair
from rosetail.faces.mesh import find_mesh
from rosetail.faces.regions import EYE_HEIGHT, SIDE, HeadRegions, head_regions
from rosetail.faces.warp import transform

Bytes = NDArray[np.uint8]


@pytest.fixture(scope="module")
def regions(astronaut: Bytes, face: Face) -> HeadRegions:
    return head_regions(astronaut, find_mesh(astronaut, face.landmarks))


def test_a_head_without_hair_measures_none(regions: HeadRegions) -> None:
    nobody = np.zeros((SIDE, SIDE), bool)
    bare = measure_hair(replace(regions, hair=nobody, skin=regions.skin | regions.hair))
    assert bare.area == bare.crown_hair == bare.height == bare.texture == bare.fringe == 0
    assert bare.longest == bare.shortest == -1
    assert bare.crown_skin > 0.98
    assert read_hair(replace(regions, hair=nobody, skin=regions.skin | regions.hair)).bald > 0.5


def test_lengths_are_eye_distances(regions: HeadRegions) -> None:
    drawn = np.zeros((SIDE, SIDE), bool)
    eyes = EYE_HEIGHT * SIDE
    unit = float(np.linalg.norm(regions.points[468] - regions.points[473]))
    drawn[round(eyes - 2 * unit) : round(eyes + 3 * unit), :60] = True  # the left side only
    drawn[round(eyes - 2 * unit) : round(eyes), 130:] = True
    seen = measure_hair(replace(regions, hair=drawn))
    assert seen.longest == pytest.approx(3, abs=0.12)
    assert seen.shortest == pytest.approx(0, abs=0.12)
    assert seen.area == pytest.approx(drawn.mean())
    top = regions.points[10, 1]
    assert seen.height == pytest.approx((top - (eyes - 2 * unit)) / unit, abs=0.12)


def test_long_hair_is_longer_than_short_hair(regions: HeadRegions) -> None:
    short = read_hair(regions)
    below = (np.arange(SIDE)[:, None] > 60) & (np.abs(np.arange(SIDE)[None] - 96) > 34)
    long = read_hair(replace(regions, hair=regions.hair | (below & (regions.person > 0.2))))
    assert short.bald < 0.5
    assert long.long > short.long
    assert long.medium > 0.5


def test_probabilities_are_those_of_the_equation() -> None:
    rng = np.random.default_rng(0)
    measures, mean, rows = rng.normal(size=(3, 4)), rng.normal(size=4), rng.normal(size=(2, 4))
    std, bias = rng.uniform(0.5, 2, 4), rng.normal(size=2)
    for number, row in enumerate(measures):
        for trait in range(2):
            total = bias[trait] + sum(rows[trait] * (row - mean) / std)
            got = classify(measures, mean, std, rows, bias)[number, trait]
            assert got == pytest.approx(1 / (1 + np.exp(-total)))


def test_length_is_the_mean_of_two_readers(
    astronaut: Bytes, face: Face, regions: HeadRegions
) -> None:
    mesh = find_mesh(astronaut, face.landmarks)
    seen, by_regions = read_appearance(astronaut, mesh), read_hair(regions)
    head = align(astronaut, mesh.landmarks, traits.SIDE)
    by_windows = traits.read_traits(head.image, transform(mesh.landmarks, head.matrix))
    for name in ("medium", "long"):
        mean = (getattr(by_regions, name) + getattr(by_windows, name)) / 2
        assert getattr(seen.hair, name) == getattr(seen.traits, name) == pytest.approx(mean)
    for name in ("bald", "fringe"):
        assert getattr(seen.hair, name) == getattr(seen.traits, name) == getattr(by_regions, name)


@pytest.mark.parametrize(
    ("chances", "kind"),
    [
        ((0.2, 0.6, 0.6, 0.6), "braided"),
        ((0.9, 0.7, 0.6, 0.1), "coily"),
        ((0.9, 0.7, 0.4, 0.1), "curly"),
        ((0.9, 0.3, 0.6, 0.1), "wavy"),
        ((0.4, 0.3, 0.1, 0.1), "straight"),
    ],
)
def test_the_likeliest_kind(chances: tuple[float, ...], kind: str) -> None:
    assert HairTraits(0, 0, 0, 0, 0, *chances).kind == kind


def test_the_astronaut_s_appearance(astronaut: Bytes, face: Face) -> None:
    seen = read_appearance(astronaut, find_mesh(astronaut, face.landmarks))
    assert seen.traits.smile > 0.5
    assert max(seen.traits.male, seen.traits.glasses, seen.traits.beard, seen.traits.bald) < 0.5
    assert seen.traits.long < 0.5
    assert seen.headwear < 0.5
    plain = seen.as_dict()
    assert plain["colours"]["skin"].startswith("#")
    assert plain["traits"]["headwear"] == round(seen.headwear, 3)


def test_weights_of_another_version_are_refused_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, regions: HeadRegions
) -> None:
    other = tmp_path / "other.safetensors"
    names = ("mean", "std", "rows", "bias")
    save_file({name: np.zeros((2, 3), np.float32) for name in names}, other)
    monkeypatch.setattr(weights, "find", lambda name: other)
    hair._load_weights.cache_clear()
    with pytest.raises(WeightsMissing, match="another version"):
        read_hair(regions)
    hair._load_weights.cache_clear()
