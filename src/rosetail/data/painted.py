"""Painted pictures read back with the truth about them: tags and landmarks."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail import images
from rosetail.errors import InputError

Bytes = NDArray[np.uint8]

CONSTANT = frozenset({"solo", "portrait"})  # on every painting


@dataclass(frozen=True)
class Painted:
    """Pictures uint8 [N, S, S, 3], the tags of each, landmarks float32 [N, 5, 2] in shares of the
    picture: left eye, right eye, nose, left and right mouth corner."""

    pictures: Bytes
    tags: list[frozenset[str]]
    landmarks: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.tags)

    def part(self, low: int, high: int) -> Painted:
        return Painted(self.pictures[low:high], self.tags[low:high], self.landmarks[low:high])

    def table(self, names: Sequence[str]) -> NDArray[np.float32]:
        """1 where a picture has a tag [N, len(names)]."""
        return np.array([[name in tags for name in names] for tags in self.tags], np.float32)


def read_painted(folder: str | Path, size: int) -> Painted:
    """The pictures of a folder from ``rosetail data paint``, ``size`` pixels wide and high.

    Raises InputError where there are none.
    """
    path = Path(folder) / "labels.jsonl"
    if not path.is_file():
        raise InputError(f"{folder}: no labels.jsonl; paint a folder with `rosetail data paint`")
    labels = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    if not labels:
        raise InputError(f"{path}: empty; paint a folder with `rosetail data paint`")
    pictures = np.empty((len(labels), size, size, 3), np.uint8)
    for picture, label in zip(pictures, labels, strict=True):
        whole = images.read(Path(folder) / "crops" / f"{label['name']}.png")
        picture[:] = cv2.resize(whole, (size, size), interpolation=cv2.INTER_AREA)
    places = [np.asarray(label["landmarks"], np.float32) / label["size"] for label in labels]
    return Painted(pictures, [frozenset(label["tags"]) for label in labels], np.stack(places))


def common_tags(tags: Iterable[frozenset[str]], least: float) -> list[str]:
    """Sorted names of the tags that at least the share ``least`` of pictures has, and lacks."""
    told = list(tags)
    count = Counter(name for each in told for name in each)
    low, high = least * len(told), (1 - least) * len(told)
    return sorted(name for name, n in count.items() if low <= n <= high and name not in CONSTANT)
