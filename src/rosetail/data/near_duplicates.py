"""Which pictures show the same thing: perceptual hashes and the groups they make.

The hash is the well-known one of the discrete cosine transform: bits that say which of the lowest
frequencies of a small grey picture lie above their median. Scaling, another format or a little
light hardly move it. It has 256 bits where 64 are usual: portraits taken in one manner share their
64 lowest frequencies. (Of 671 official portraits none is nearer than 47 bits to another; copies at
half or 1.7 times the size, lighter, or as poor JPEG, are 16 at most.)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]

SIDE, LOW = 64, 16  # of the small picture, and of its corner of low frequencies
ALIKE = 20  # bits at most between copies of a picture
BITS = LOW * LOW


def perceptual_hash(rgb: Bytes) -> int:
    """256 bits of uint8 [H, W, 3]; pictures that look the same have nearly the same."""
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
    low = cv2.dct(small)[:LOW, :LOW].reshape(-1)
    low[0] = 0  # how light the picture is does not count
    bits = low > np.median(low[1:])
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def hamming_distance(first: int, second: int) -> int:
    """Bits that differ."""
    return (first ^ second).bit_count()


def duplicate_groups(hashes: Sequence[int], most: int = ALIKE) -> list[list[int]]:
    """Groups of two and more places whose hashes hang together by at most ``most`` bits, sorted.

    Hashes that close share one of ``most`` + 1 bands of bits wholly, so only those are compared.
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
    """Places that share a band of bits."""
    edges = [BITS * band // bands for band in range(bands + 1)]
    for low, high in pairwise(edges):
        found: dict[int, list[int]] = {}
        for place, each in enumerate(hashes):
            found.setdefault(each >> low & (1 << high - low) - 1, []).append(place)
        yield from (bucket for bucket in found.values() if len(bucket) > 1)
