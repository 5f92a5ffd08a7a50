"""The pictures of a comparison's report: a grid with the photo first, and the worst cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from rosetail import images
from rosetail.evaluate.measures import Pictures
from rosetail.evaluate.portraits import Portrait

Bytes = NDArray[np.uint8]


def grid(portraits: Sequence[Portrait], drawn: Mapping[str, Sequence[Bytes]], shown: int) -> Bytes:
    """``shown`` portraits, spread over all, a row each: the photo, then every method's drawing."""
    rows = np.linspace(0, len(portraits) - 1, min(shown, len(portraits))).round().astype(int)
    tiles, labels = [], []
    for row in rows:
        tiles += [portraits[row].rgb, *(pictures[row] for pictures in drawn.values())]
        labels += ["photo", *drawn]
    return images.contact_sheet(tiles, 1 + len(drawn), labels)


def worst(pictures: Pictures, count: int) -> list[int]:
    """The rows with the largest landmark errors; a face that was not found is worse than any."""
    errors = np.where(np.isfinite(pictures.errors), pictures.errors, np.inf)
    return [int(row) for row in np.argsort(-errors, kind="stable")[:count]]


def failures(portraits: Sequence[Portrait], pictures: Pictures, count: int) -> Bytes:
    """The worst cases of a method, photo and drawing beside each other."""
    tiles, labels = [], []
    for row in worst(pictures, count):
        error = pictures.errors[row]
        tiles += [portraits[row].rgb, pictures.drawings[row]]
        labels += ["photo", f"error {error:.1%}" if np.isfinite(error) else "no face found"]
    return images.contact_sheet(tiles, 2 * min(count, 3), labels)
