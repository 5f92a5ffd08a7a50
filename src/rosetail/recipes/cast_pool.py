"""Painted casts in memory, and draws of a layout, a style and the picture that has both."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rosetail import images
from rosetail.data.painter.casts import SIDE, read_labels
from rosetail.errors import InputError

Bytes = NDArray[np.uint8]


class CastPool:
    """The casts of a folder (:mod:`rosetail.data.painter.casts`), shrunk to ``side`` pixels.

    Raises InputError where there are none. 300 casts of 143 pixels take 300 MB.
    """

    def __init__(self, folder: str | Path, side: int) -> None:
        folder = Path(folder)
        labels = read_labels(folder)
        if not labels:
            raise InputError(f"{folder}: no painted casts; let the recipe paint them (data.casts)")
        places = {
            cast: place for place, cast in enumerate(sorted({each["cast"] for each in labels}))
        }
        self.pictures = np.zeros((len(places), SIDE, SIDE, side, side, 3), np.uint8)
        for label in labels:
            picture = images.read(folder / "crops" / f"{label['name']}.png")
            self.pictures[places[label["cast"]], label["layout"], label["style"]] = shrunk(
                picture, side
            )

    def __len__(self) -> int:
        return len(self.pictures)

    def draw(self, rng: np.random.Generator, count: int) -> dict[str, Tensor]:
        """``count`` triples, uint8 [count, side, side, 3] each, mirrored together half the time.

        ``layout`` and ``styled`` share nothing; ``target`` has the one's layout and the other's
        style.
        """
        triples = [self._triple(rng) for _ in range(count)]
        names = ("layout", "styled", "target")
        return {
            name: torch.from_numpy(np.stack(each))
            for name, each in zip(names, zip(*triples, strict=True), strict=True)
        }

    def _triple(self, rng: np.random.Generator) -> list[Bytes]:
        cast = self.pictures[rng.integers(len(self.pictures))]
        (row, other_row), (column, other_column) = (
            rng.choice(SIDE, 2, replace=False) for _ in range(2)
        )
        way = int(rng.choice([-1, 1]))  # mirrored or not
        chosen = (cast[row, other_column], cast[other_row, column], cast[row, column])
        return [each[:, ::way] for each in chosen]


def shrunk(picture: Bytes, side: int) -> Bytes:
    """A square picture uint8 [S, S, 3] at ``side`` pixels; smooth where it grows."""
    if picture.shape[0] == side:
        return picture
    way = cv2.INTER_AREA if side < picture.shape[0] else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, (side, side), interpolation=way), np.uint8)
