"""Painted backgrounds for the characters of a trained model.

The network draws figures and predicts one background colour, which is part of the character. The
model's scene with the nearest colour is placed behind the figure. A character therefore keeps its
scene on every photo and through every edit that does not change that colour.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from safetensors.numpy import load, save_file

from rosetail.arrays import Bytes
from rosetail.errors import WeightsMissing
from rosetail.images import flatten, read, writing
from rosetail.reading import reading

Floats = NDArray[np.floating]
COLUMNS = 8  # of the contact sheet that stores them
QUALITY = 92  # of its WebP


@dataclass(frozen=True, eq=False)
class Scenes:
    """``pictures`` uint8 [N, S, S, 3] and their main ``colours`` (N, 3), 0..255."""

    pictures: Bytes
    colours: Floats

    def behind(self, figures: Bytes, colours: Floats) -> Bytes:
        """Composite ``figures`` RGBA uint8 [M, H, W, 4] on the scenes nearest to ``colours``
        (M, 3), 0..255: uint8 [M, H, W, 3]."""
        height, width = figures.shape[1:3]
        composites = []
        for figure, colour in zip(figures, colours, strict=True):
            scene = self.pictures[self.nearest(colour)]
            scene = cv2.resize(scene, (width, height), interpolation=cv2.INTER_LINEAR)
            composites.append(flatten(figure[..., :3], figure[..., 3], scene))
        return np.stack(composites)

    def nearest(self, colour: Floats) -> int:
        """The index of the scene whose colour is nearest."""
        return int(np.square(self.colours - colour).sum(1).argmin())


def write_scenes(scenes: Scenes, path: Path) -> None:
    """Write one file (safetensors with a WebP sheet). The number of scenes must be a multiple of
    COLUMNS."""
    count, side = scenes.pictures.shape[:2]
    rows = scenes.pictures.reshape(count // COLUMNS, COLUMNS, side, side, 3)
    sheet = rows.transpose(0, 2, 1, 3, 4).reshape(-1, COLUMNS * side, 3)
    webp = io.BytesIO()
    Image.fromarray(sheet).save(webp, "WEBP", quality=QUALITY, method=6)
    tensors: dict[str, NDArray[Any]] = {
        "sheet": np.frombuffer(webp.getvalue(), np.uint8),
        "colours": scenes.colours.astype(np.float32),
    }
    with writing(path) as part:
        save_file(tensors, part)


def read_scenes(path: Path) -> Scenes:
    """Read what :func:`write_scenes` wrote. Raises WeightsMissing for a damaged file."""
    with reading(path, "painted backgrounds", "export the model again", WeightsMissing):
        tensors = load(path.read_bytes())
        colours = tensors["colours"].astype(np.float64)
        sheet = read(Image.open(io.BytesIO(tensors["sheet"].tobytes())))
        side, count = sheet.shape[1] // COLUMNS, len(colours)
        rows = sheet.reshape(count // COLUMNS, side, COLUMNS, side, 3)
        return Scenes(rows.transpose(0, 2, 1, 3, 4).reshape(count, side, side, 3), colours)
