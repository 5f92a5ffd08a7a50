"""Perceptual hashes: what leaves them alone, what does not, and groups found the slow way."""

from __future__ import annotations

import io
from itertools import combinations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from rosetail.data.near_duplicates import ALIKE, duplicate_groups, hamming_distance, perceptual_hash

Bytes = NDArray[np.uint8]


def scene(seed: int) -> Bytes:
    """Shapes with edges on soft ground, as photographs have, 240 x 320; neither black nor white."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(60, 190, (6, 8, 3), dtype=np.uint8)
    ground = cv2.resize(coarse, (320, 240), interpolation=cv2.INTER_CUBIC)
    for _ in range(60):
        middle, axes = rng.integers(0, [320, 240]).tolist(), rng.integers(4, 40, 2).tolist()
        colour = rng.integers(40, 200, 3).tolist()
        cv2.ellipse(ground, middle, axes, float(rng.integers(180)), 0, 360, colour, -1)
    return np.asarray(ground, np.uint8)


def as_jpeg(rgb: Bytes) -> Bytes:
    kept = io.BytesIO()
    Image.fromarray(rgb).save(kept, "JPEG", quality=60)
    return np.asarray(Image.open(kept))


@pytest.mark.parametrize("seed", range(5))
def test_copies_are_alike_and_others_are_not(seed: int) -> None:
    rgb = scene(seed)
    small = np.asarray(cv2.resize(rgb, (160, 120), interpolation=cv2.INTER_AREA))
    lighter = np.clip(rgb.astype(int) + 12, 0, 255).astype(np.uint8)
    for copy in (as_jpeg(rgb), small, lighter):
        assert hamming_distance(perceptual_hash(rgb), perceptual_hash(copy)) <= ALIKE
    assert hamming_distance(perceptual_hash(rgb), perceptual_hash(scene(seed + 100))) > 60
    assert hamming_distance(perceptual_hash(rgb), perceptual_hash(rgb[:, ::-1].copy())) > 60


def test_a_plain_picture_has_a_hash() -> None:
    assert perceptual_hash(np.full((10, 10, 3), 128, np.uint8)).bit_length() <= 256


def test_groups_are_those_of_comparing_everything() -> None:
    rng = np.random.default_rng(0)
    bases = [int.from_bytes(rng.bytes(32), "big") for _ in range(12)]
    hashes = list(bases)
    for base in bases[:8]:
        for _ in range(3):
            flips = rng.choice(256, rng.integers(0, 26), replace=False)
            hashes.append(base ^ sum(1 << int(bit) for bit in flips))
    near = {place: {place} for place in range(len(hashes))}
    for first, second in combinations(range(len(hashes)), 2):
        if (hashes[first] ^ hashes[second]).bit_count() <= ALIKE:
            joined = near[first] | near[second]
            for place in joined:
                near[place] = joined
    wanted = sorted({tuple(sorted(group)) for group in near.values() if len(group) > 1})
    assert sorted(map(tuple, duplicate_groups(hashes))) == wanted
    assert len(wanted) > 5
