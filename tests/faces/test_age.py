"""Broad age groups: probabilities by the equation, and a portrait."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from rosetail import weights
from rosetail.errors import WeightsMissing
from rosetail.faces import age
from rosetail.faces.age import Age, read_age
from rosetail.faces.appearance import read_appearance
from rosetail.faces.faces import Face
from rosetail.faces.head_windows import descriptor_size, window_slices
from rosetail.faces.mesh import find_mesh

Bytes = NDArray[np.uint8]


@pytest.mark.parametrize(
    ("seen", "group"),
    [((0.9, 0.1), "young"), ((0.2, 0.6), "old"), ((0.5, 0.5), "middle"), ((0.6, 0.7), "old")],
)
def test_the_group(seen: tuple[float, float], group: str) -> None:
    assert Age(*seen).group == group


def test_probabilities_are_those_of_the_equation() -> None:
    head = np.random.default_rng(0).random(descriptor_size()).astype(np.float32)
    held = load_file(weights.find("age_reader"))
    sums = held["weights"].astype(np.float64) @ head + held["bias"]
    np.testing.assert_allclose(read_age(head), 1 / (1 + np.exp(-sums)), atol=1e-3)


def test_hair_below_the_face_does_not_count() -> None:
    held = load_file(weights.find("age_reader"))["weights"]
    assert not held[:, window_slices()["head"]].any()


def test_the_astronaut_is_not_old(astronaut: Bytes, face: Face) -> None:
    seen = read_appearance(astronaut, find_mesh(astronaut, face.landmarks))
    assert seen.age.old < 0.5
    assert seen.as_dict()["age"] == seen.age.group


def test_weights_of_another_version_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other.safetensors"
    save_file({"weights": np.zeros((2, 3), np.float16), "bias": np.zeros(2, np.float32)}, other)
    monkeypatch.setattr(weights, "find", lambda name: other)
    age._load_weights.cache_clear()
    with pytest.raises(WeightsMissing, match="another version"):
        read_age(np.zeros(descriptor_size(), np.float32))
    age._load_weights.cache_clear()
