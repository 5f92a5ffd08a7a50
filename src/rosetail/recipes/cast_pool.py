"""Painted casts in memory, and draws of a layout and of what it looks like in another style."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rosetail import images
from rosetail.data.painter.casts import SIDE, read_labels
from rosetail.data.painter.edits import EDITS
from rosetail.data.painter.params import PaintParams
from rosetail.data.painter.style_code import style_codes
from rosetail.errors import InputError

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Edited = tuple[int, int, int, Bytes]  # layout, style, number of the edit, picture


class CastPool:
    """The casts of a folder (:mod:`rosetail.data.painter.casts`), shrunk to ``side`` pixels.

    Raises InputError where there are none. 300 casts of 143 pixels take 600 MB.
    """

    def __init__(self, folder: str | Path, side: int) -> None:
        folder = Path(folder)
        labels = read_labels(folder)
        if not labels:
            raise InputError(f"{folder}: no painted casts; let the recipe paint them (data.casts)")
        numbers = {edit: number for number, edit in enumerate(EDITS, 1)}
        places = {
            cast: place for place, cast in enumerate(sorted({each["cast"] for each in labels}))
        }
        self.pictures = np.zeros((len(places), SIDE, SIDE, side, side, 3), np.uint8)
        # Eyes move with the layout alone, whatever the style or the edit.
        self.eyes = np.zeros((len(places), SIDE, 2, 2), np.float32)
        self.edited: list[list[Edited]] = [[] for _ in places]
        unedited = [label for label in labels if not label["edit"]]
        codes = style_codes([PaintParams.from_dict(label["params"]) for label in unedited])
        self.styles = np.zeros((len(places), SIDE, codes.shape[1]), np.float32)
        for label, code in zip(unedited, codes, strict=True):
            self.styles[places[label["cast"]], label["style"]] = code
        for label in labels:
            painted = images.read(folder / "crops" / f"{label['name']}.png")
            picture = shrunk(painted, side)
            place, row, column = places[label["cast"]], label["layout"], label["style"]
            # Labels count from the edges of pixels, pictures from their middles.
            eyes = np.asarray(label["landmarks"][:2], np.float32)
            self.eyes[place, row] = eyes * (side / painted.shape[0]) - 0.5
            if label["edit"]:
                self.edited[place].append((row, column, numbers[label["edit"]], picture))
            else:
                self.pictures[place, row, column] = picture

    def __len__(self) -> int:
        return len(self.pictures)

    def draw(self, rng: np.random.Generator, count: int) -> dict[str, Tensor]:
        """``count`` layouts and targets, uint8 [count, side, side, 3] each.

        ``target`` shows what ``layout`` shows in another style, and half the time an edit: ``edit``
        [count] is its number in EDITS from 1, or 0. ``layout_style`` and ``style``, float32
        [count, D], are their style codes, without the edit. ``cast_eyes``, float32 [count, 2, 2],
        is where the target's eyes are, x and y in pixels. Half of them are mirrored.
        """
        rows = [self._row(rng, edited=bool(rng.random() < 0.5)) for _ in range(count)]
        return {
            name: torch.from_numpy(np.stack([np.asarray(row[name]) for row in rows]))
            for name in rows[0]
        }

    def _row(self, rng: np.random.Generator, edited: bool) -> dict[str, Floats | Bytes | int]:
        place = int(rng.integers(len(self.pictures)))
        cast, styles = self.pictures[place], self.styles[place]
        if edited:
            chosen = self.edited[place]
            row, column, edit, target = chosen[rng.integers(len(chosen))]
        else:
            (row, column), edit = rng.integers(SIDE, size=2), 0
            target = cast[row, column]
        other = (column + rng.integers(1, SIDE)) % SIDE
        eyes = self.eyes[place, row]
        way = int(rng.choice([-1, 1]))  # mirrored or not
        if way < 0:
            eyes = np.stack([target.shape[1] - 1 - eyes[::-1, 0], eyes[::-1, 1]], 1)
        return {
            "layout": cast[row, other][:, ::way],
            "target": target[:, ::way],
            "edit": edit,
            "layout_style": styles[other],
            "style": styles[column],
            "cast_eyes": eyes,
        }


def shrunk(picture: Bytes, side: int) -> Bytes:
    """A square picture uint8 [S, S, 3] at ``side`` pixels; smooth where it grows."""
    if picture.shape[0] == side:
        return picture
    way = cv2.INTER_AREA if side < picture.shape[0] else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, (side, side), interpolation=way), np.uint8)
