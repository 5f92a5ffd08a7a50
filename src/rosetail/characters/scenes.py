"""What stands behind the characters of a trained model: painted scenes, chosen by colour.

The network draws figures and knows one colour of their ground, which is part of the character. Of
the scenes that come with the model, each painted about a colour, the nearest one is put there, so a
character keeps its scene on every photo and through every edit but one of that colour.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.errors import WeightsMissing
from rosetail.images import flatten, read, writing

Bytes = NDArray[np.uint8]
Floats = NDArray[np.floating]
COLUMNS = 8  # of the sheet they are kept in
QUALITY = 92  # of its WebP


@dataclass(frozen=True, eq=False)
class Scenes:
    """``pictures`` uint8 [N, S, S, 3] and the ``colours`` (N, 3) they are painted about, 0..255."""

    pictures: Bytes
    colours: Floats

    def behind(self, figures: Bytes, grounds: Floats) -> Bytes:
        """``figures`` RGBA uint8 [M, H, W, 4], each before the scene that is nearest to its ground,
        (M, 3) 0..255: uint8 [M, H, W, 3]."""
        made = [
            _over(figure, self.pictures[self.nearest(ground)])
            for figure, ground in zip(figures, grounds, strict=True)
        ]
        return np.stack(made)

    def nearest(self, ground: Floats) -> int:
        return int(np.square(self.colours - ground).sum(1).argmin())


def _over(figure: Bytes, scene: Bytes) -> Bytes:
    height, width = figure.shape[:2]
    there = cv2.resize(scene, (width, height), interpolation=cv2.INTER_LINEAR)
    return flatten(figure[..., :3], figure[..., 3], there)


def write_scenes(scenes: Scenes, path: Path) -> None:
    """As one file. Their number must be a multiple of COLUMNS."""
    from PIL import Image
    from safetensors.numpy import save_file

    count, side = scenes.pictures.shape[:2]
    rows = scenes.pictures.reshape(count // COLUMNS, COLUMNS, side, side, 3)
    sheet = rows.transpose(0, 2, 1, 3, 4).reshape(-1, COLUMNS * side, 3)
    packed = io.BytesIO()
    Image.fromarray(sheet).save(packed, "WEBP", quality=QUALITY, method=6)
    held: dict[str, NDArray[Any]] = {
        "sheet": np.frombuffer(packed.getvalue(), np.uint8),
        "colours": scenes.colours.astype(np.float32),
    }
    with writing(path) as hidden:
        save_file(held, hidden)


def read_scenes(path: Path) -> Scenes:
    """What :func:`write_scenes` wrote. Raises WeightsMissing for a damaged file."""
    from PIL import Image
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        held = load(path.read_bytes())
        colours = held["colours"].astype(np.float64)
        sheet = read(Image.open(io.BytesIO(held["sheet"].tobytes())))
        side, count = sheet.shape[1] // COLUMNS, len(colours)
        rows = sheet.reshape(count // COLUMNS, side, COLUMNS, side, 3)
    except (OSError, KeyError, ValueError, SafetensorError) as error:
        raise WeightsMissing(f"{path}: damaged ({error}); export the model again") from error
    return Scenes(rows.transpose(0, 2, 1, 3, 4).reshape(count, side, side, 3), colours)
