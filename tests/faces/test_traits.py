"""What photographed people are like, as it was learned."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from rosetail import images, weights
from rosetail.errors import WeightsMissing
from rosetail.faces import faces, traits
from rosetail.faces.head_windows import WINDOWS, descriptor_size, head_descriptor, window_slices
from rosetail.faces.traits import OFFSETS, read_traits
from rosetail.faces.warp import transform

SAMPLE = Path(images.__file__).parent / "samples" / "astronaut.jpg"


@pytest.fixture(scope="module")
def upright() -> tuple[np.ndarray, np.ndarray]:
    picture = images.read(SAMPLE)
    landmarks = faces.find(picture)[0].landmarks
    head = faces.align(picture, landmarks, traits.SIDE)
    return head.image, transform(landmarks, head.matrix)


def test_the_astronaut_smiles(upright: tuple[np.ndarray, np.ndarray]) -> None:
    seen = read_traits(*upright)
    assert min(seen.smile, seen.teeth, seen.medium) > 0.7
    assert max(seen.male, seen.glasses, seen.beard, seen.bald, seen.long) < 0.3


def test_chances_are_of_the_mean_of_all_looks(upright: tuple[np.ndarray, np.ndarray]) -> None:
    picture, landmarks = upright
    held = load_file(weights.find(traits.NAME))
    across = np.linalg.norm(landmarks[1] - landmarks[0])
    rows = [head_descriptor(picture, landmarks + across * side) for side in OFFSETS]
    sums = np.mean(rows, axis=0) @ held["weights"].astype(np.float32).T + held["bias"]
    np.testing.assert_allclose(read_traits(*upright), 1 / (1 + np.exp(-sums)), atol=1e-5)


def test_windows_fill_the_descriptor(upright: tuple[np.ndarray, np.ndarray]) -> None:
    whole = head_descriptor(*upright)
    assert whole.shape == (descriptor_size(),)
    parts = [window_slices()[name] for name in WINDOWS]
    assert [part.start for part in parts] == [0, *(part.stop for part in parts[:-1])]


def test_weights_of_another_version_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, upright: tuple[np.ndarray, np.ndarray]
) -> None:
    other = tmp_path / "other.safetensors"
    save_file({"weights": np.zeros((2, 3), np.float16), "bias": np.zeros(2, np.float32)}, other)
    monkeypatch.setattr(weights, "find", lambda name: other)
    traits._load_weights.cache_clear()
    with pytest.raises(WeightsMissing, match="another version"):
        read_traits(*upright)
    traits._load_weights.cache_clear()
