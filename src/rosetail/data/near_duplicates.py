"""Find near-duplicate pictures with perceptual hashes.

A hash has one bit for each of the lowest frequencies of a small grey picture (discrete cosine
transform): whether it is above their median. Scaling, another format or slightly different
brightness hardly change it. It has 256 bits instead of the usual 64, since portraits of the same
kind share their 64 lowest frequencies. (Of 671 official portraits, no two are closer than 47 bits;
copies at half or 1.7 times the size, brightened, or as poor JPEG differ by at most 16.)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise

import cv2
import numpy as np

from rosetail.arrays import Bytes

SIDE, LOW = 64, 16  # of the small picture, and of its block of low frequencies
ALIKE = 20  # maximum distance in bits between copies of a picture
BITS = LOW * LOW


def perceptual_hash(rgb: Bytes) -> int:
    """256-bit hash of uint8 [H, W, 3]; pictures that look alike have nearly the same hash."""
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
    low = cv2.dct(small)[:LOW, :LOW].reshape(-1)
    low[0] = 0  # ignore the mean brightness
    bits = low > np.median(low[1:])
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def hamming_distance(first: int, second: int) -> int:
    """Number of bits that differ."""
    return (first ^ second).bit_count()


def duplicate_groups(hashes: Sequence[int], most: int = ALIKE) -> list[list[int]]:
    """Sorted groups of indices whose hashes are linked by distances of at most ``most`` bits.

    Such hashes agree in at least one of ``most`` + 1 bands of bits, so only those are compared.
    """
    parent = list(range(len(hashes)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    for bucket in _buckets(hashes, most + 1):
        for first, second in combinations(bucket, 2):
            if (
                root(first) != root(second)
                and hamming_distance(hashes[first], hashes[second]) <= most
            ):
                parent[max(root(first), root(second))] = min(root(first), root(second))
    groups: dict[int, list[int]] = {}
    for place in range(len(hashes)):
        groups.setdefault(root(place), []).append(place)
    return [group for group in groups.values() if len(group) > 1]


def _buckets(hashes: Sequence[int], bands: int) -> Iterable[list[int]]:
    """Groups of indices that share a band of bits."""
    edges = [BITS * band // bands for band in range(bands + 1)]
    for low, high in pairwise(edges):
        found: dict[int, list[int]] = {}
        for place, each in enumerate(hashes):
            found.setdefault(each >> low & (1 << high - low) - 1, []).append(place)
        yield from (bucket for bucket in found.values() if len(bucket) > 1)
