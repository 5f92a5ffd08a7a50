"""Rows of a comparison against the metrics themselves, one picture at a time."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

import rosetail
from rosetail.data.folders import PictureFile
from rosetail.evaluate.compare_report import sample_grid, worst_cases, worst_rows
from rosetail.evaluate.features import FeatureExtractor
from rosetail.evaluate.measures import estimates, measure
from rosetail.evaluate.people import Subject, read_people
from rosetail.metrics.features import Vgg19Pooled
from rosetail.metrics.flatness import edge_strength, flatness
from rosetail.metrics.kid import kid
from rosetail.metrics.lpips import UnitVgg19, distance
from tests.training.small_data import random_vgg

SAMPLES = Path(rosetail.__file__).parent / "samples"


@pytest.fixture(scope="module")
def vgg(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return random_vgg(tmp_path_factory.mktemp("vgg") / "vgg.safetensors")


@pytest.fixture(scope="module")
def person() -> Subject:
    (found,), _ = read_people([PictureFile("astronaut.jpg", SAMPLES)], 128)
    return found


def brighter(portrait: Subject) -> np.ndarray:
    return cv2.convertScaleAbs(portrait.rgb, alpha=0.8, beta=50)


def faceless(portrait: Subject) -> np.ndarray:
    return np.full_like(portrait.rgb, 128)


def test_rows_are_what_the_metrics_say(vgg: Path, person: Subject) -> None:
    extract = FeatureExtractor(vgg)
    found = measure([person, person], {"a": brighter, "b": faceless}, extract)
    drawn, row = brighter(person), found["a"]
    maps = [UnitVgg19(vgg).maps(picture) for picture in (person.rgb, drawn)]
    np.testing.assert_array_equal(row.drawings[1], drawn)
    np.testing.assert_allclose(row.features[0], Vgg19Pooled(vgg)(drawn), rtol=1e-5)
    assert row.apart[0] == pytest.approx(distance(*maps), rel=1e-5)
    assert row.flat[0] == flatness(person.rgb, drawn)
    assert row.edges[0] == edge_strength(person.rgb, drawn)
    assert 0 <= row.errors[0] < 0.1
    assert row.lighter[0] > 0.03
    assert np.isnan(found["b"].errors).all()
    assert worst_rows(found["a"], 1) == [0]


def test_estimates_of_all_and_of_some(vgg: Path, person: Subject) -> None:
    people = [person] * 10
    gains = iter(np.linspace(0.6, 1.2, 10))

    def varied(portrait: Subject) -> np.ndarray:
        return cv2.convertScaleAbs(portrait.rgb, alpha=float(next(gains)))

    found = measure(people, {"a": varied}, FeatureExtractor(vgg), workers=1)["a"]
    anime = found.features[::-1] + 0.1
    whole = estimates(found, anime)
    assert whole["kid"].value == pytest.approx(kid(found.features, anime))
    assert whole["flat"].value == pytest.approx(float(np.median(found.flat)))
    assert whole["found"].value == 1
    some = estimates(found, anime, rows=range(4))
    assert some["flat"].value == pytest.approx(float(np.median(found.flat[:4])))
    assert not np.isfinite(some["kid"].value), "four pictures are no set"
    part = estimates(found, anime, rows=range(9))
    assert part["kid"].value == pytest.approx(kid(found.features[:9], anime))
    assert not np.isfinite(part["fid"].value)


def test_sheets(vgg: Path, person: Subject) -> None:
    found = measure([person] * 3, {"a": brighter, "b": faceless}, FeatureExtractor(vgg))
    sheet = sample_grid([person] * 3, {name: each.drawings for name, each in found.items()}, 2)
    assert sheet.shape == (2 * (128 + 4 + 18) + 4, 3 * 132 + 4, 3)
    np.testing.assert_array_equal(sheet[4:132, 4:132], person.rgb)
    np.testing.assert_array_equal(sheet[4:132, 136:264], brighter(person))
    assert worst_cases([person] * 3, found["b"], 2).shape == (150 + 4, 4 * 132 + 4, 3)
