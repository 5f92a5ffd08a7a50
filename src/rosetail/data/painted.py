"""Read painted pictures with their ground truth: tags and landmarks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail import images
from rosetail.arrays import Bytes
from rosetail.data.folders import check_name, read_rows
from rosetail.errors import InputError
from rosetail.reading import reading

CONSTANT = frozenset({"solo", "portrait"})  # on every painting


@dataclass(frozen=True)
class Painted:
    """Pictures uint8 [N, S, S, 3], the tags of each, and landmarks float32 [N, 5, 2] relative to
    the picture size: left eye, right eye, nose, left and right mouth corner."""

    pictures: Bytes
    tags: list[frozenset[str]]
    landmarks: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.tags)

    def part(self, low: int, high: int) -> Painted:
        return Painted(self.pictures[low:high], self.tags[low:high], self.landmarks[low:high])

    def table(self, names: Sequence[str]) -> NDArray[np.float32]:
        """Float array [N, len(names)]: 1 if a picture has the tag, else 0."""
        return np.array([[name in tags for name in names] for tags in self.tags], np.float32)


def read_painted(folder: str | Path, size: int) -> Painted:
    """Read a folder from ``rosetail data paint``, at ``size`` pixels a side.

    Raises InputError if it has no pictures.
    """
    path = Path(folder) / "labels.jsonl"
    what, remedy = "labels of painted pictures", "paint a folder with `rosetail data paint`"
    labels = read_rows(path, what)
    if not labels:
        raise InputError(f"{path}: missing or empty; {remedy}")
    with reading(path, what, remedy):
        for label in labels:
            check_name(label["name"])
        landmarks = [np.asarray(each["landmarks"], np.float32) / each["size"] for each in labels]
        positions = np.stack(landmarks).reshape(-1, 5, 2)
        tags = [frozenset(map(str, label["tags"])) for label in labels]
    pictures = np.empty((len(labels), size, size, 3), np.uint8)
    for picture, label in zip(pictures, labels, strict=True):
        whole = images.read(Path(folder) / "crops" / f"{label['name']}.png")
        picture[:] = cv2.resize(whole, (size, size), interpolation=cv2.INTER_AREA)
    return Painted(pictures, tags, positions)


def common_tags(tags: Iterable[frozenset[str]], least: float) -> list[str]:
    """Sorted tags that at least a share ``least`` of pictures has and at least as many lack."""
    sets = list(tags)
    count = Counter(name for each in sets for name in each)
    low, high = least * len(sets), (1 - least) * len(sets)
    return sorted(name for name, n in count.items() if low <= n <= high and name not in CONSTANT)
