"""What distances need to know of a set of pictures, gathered in one pass and little memory.

A million pictures take no more memory than a thousand: FID needs the mean and the covariance of
their features, KID a fair sample of them.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rosetail.data.folders import PictureFile
from rosetail.errors import InputError
from rosetail.images import writing
from rosetail.metrics.features import Backbone

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]

KEPT = 2000  # rows of the sample; 4 MB of 256 numbers each
CHUNK = 64  # rows that are added at once


class Summary:
    """Count, mean and covariance of rows of ``width`` numbers, and a fair sample of ``kept`` rows.

    Rows may come in any portions: the moments of each are merged in (Chan, Golub and LeVeque
    1983), which loses no digits to a large mean. The sample is a reservoir (Vitter 1985,
    algorithm R): every row seen has the same chance to be in it, decided by ``seed``.
    """

    def __init__(self, width: int, *, kept: int = KEPT, seed: int = 0) -> None:
        self.count = 0
        self.mean: Floats = np.zeros(width)
        self._scatter: Floats = np.zeros((width, width))
        self._reservoir: Floats = np.zeros((kept, width))
        self._rng = np.random.default_rng(seed)

    def add(self, rows: Floats) -> None:
        """Rows (N, width)."""
        if rows.ndim != 2 or rows.shape[1] != len(self.mean):
            raise ValueError(f"rows of shape {rows.shape}, not (N, {len(self.mean)})")
        if not len(rows):
            return
        total = self.count + len(rows)
        mean = rows.mean(0, dtype=np.float64)
        away, apart = rows - mean, mean - self.mean
        self._scatter += away.T @ away
        self._scatter += np.outer(apart, apart) * (self.count * len(rows) / total)
        self.mean += apart * (len(rows) / total)
        for number, row in enumerate(rows, start=self.count):
            place = number if number < len(self._reservoir) else self._rng.integers(number + 1)
            if place < len(self._reservoir):
                self._reservoir[place] = row
        self.count = total

    @property
    def covariance(self) -> Floats:
        """Unbiased, (width, width). Raises ValueError for fewer than two rows."""
        if self.count < 2:
            raise ValueError("each set needs at least two pictures")
        return self._scatter / (self.count - 1)

    @property
    def sample(self) -> Floats:
        """The rows kept, (at most ``kept``, width); all of them while there are no more."""
        return self._reservoir[: self.count]

    def save(self, path: Path) -> None:
        """Write what distances need to an .npz file, whole or not at all."""
        with writing(path) as part:
            np.savez(
                part,
                count=self.count,
                mean=self.mean,
                scatter=self._scatter,
                sample=self.sample,
            )

    @classmethod
    def load(cls, path: Path) -> Summary:
        """What :meth:`save` wrote, to be compared, not to be added to.

        Raises InputError where ``path`` is not such a file.
        """
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
                made = cls(len(held["mean"]), kept=len(held["sample"]))
                made.count, made.mean = int(held["count"]), held["mean"]
                made._scatter, made._reservoir = held["scatter"], held["sample"]
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            cause = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise InputError(f"{path}: not kept statistics ({cause}); remove it") from error
        return made


def summarise(
    pictures: Iterable[Bytes],
    backbone: Backbone,
    *,
    kept: int = KEPT,
    seed: int = 0,
    note: Callable[[int], None] | None = None,
) -> Summary:
    """The summary of ``pictures``, uint8 RGB (H, W, 3), for faces cropped to one place and size.

    ``note`` is told the number of pictures done, for a progress bar.
    """
    summary = Summary(backbone.width, kept=kept, seed=seed)
    rows: list[Floats] = []
    for number, picture in enumerate(pictures, start=1):
        rows.append(backbone(picture))
        if len(rows) == CHUNK:
            summary.add(np.stack(rows))
            rows.clear()
        if note is not None:
            note(number)
    if rows:
        summary.add(np.stack(rows))
    return summary


def summarise_files(
    files: Sequence[PictureFile],
    backbone: Backbone,
    cache: Path,
    *,
    kept: int = KEPT,
    seed: int = 0,
    note: Callable[[int], None] | None = None,
) -> Summary:
    """:func:`summarise` of picture files, remembered in folder ``cache`` by what they show.

    The name of the kept file is a hash of all pixels in order, the backbone with its weights, and
    the settings: a picture that changes is noticed, one that is renamed or stored in another
    format without loss is not. Raises InputError naming a picture that cannot be read.
    """
    digest = hashlib.sha256(f"{backbone.fingerprint} {kept} {seed}".encode())
    for file in files:
        pixels = file.read()[0]
        digest.update(f"{pixels.shape}".encode())
        digest.update(np.ascontiguousarray(pixels).data)
    path = cache / f"{digest.hexdigest()[:32]}.npz"
    if path.is_file():
        try:
            return Summary.load(path)
        except InputError:
            path.unlink()  # damaged: made again below
    made = summarise((file.read()[0] for file in files), backbone, kept=kept, seed=seed, note=note)
    cache.mkdir(parents=True, exist_ok=True)
    made.save(path)
    return made
