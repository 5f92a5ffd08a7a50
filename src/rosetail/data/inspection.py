"""Inspect a folder or zip of pictures before training."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from rosetail import images
from rosetail.arrays import Bytes
from rosetail.data.folders import PictureFile, pictures
from rosetail.data.layouts import group_by_part
from rosetail.data.near_duplicates import duplicate_groups, perceptual_hash
from rosetail.errors import InputError, RosetailError

SHOWN = 48  # pictures on the contact sheet
TILE = 128  # side in pixels of each picture on the sheet
SMALL = 256  # pictures with a shorter side are blurred in crops of this size
MOST = 10  # entries of a list that are named


@dataclass
class Inspection:
    """Result of :func:`inspect`. ``parts``: number of pictures under trainA and so on, if any."""

    source: Path
    parts: dict[str, int]
    sizes: Counter[tuple[int, int]] = field(default_factory=Counter)  # width, height
    unreadable: list[tuple[str, str]] = field(default_factory=list)  # path, cause
    duplicates: list[list[str]] = field(default_factory=list)  # names
    small: int = 0
    transparent: int = 0
    tiles: list[Bytes] = field(default_factory=list)

    @property
    def readable(self) -> int:
        return self.sizes.total()

    @property
    def spare(self) -> int:
        """Number of redundant copies."""
        return sum(len(group) - 1 for group in self.duplicates)

    def sheet(self) -> Bytes:
        """Contact sheet of evenly spread pictures. Raises InputError if none is readable."""
        if not self.tiles:
            raise InputError(f"{self.source}: no readable picture; give another folder or zip")
        return images.contact_sheet(self.tiles, 8)


def inspect(
    source: str | Path,
    *,
    workers: int = 2,
    progress: Callable[[int, int], None] | None = None,
) -> Inspection:
    """Read every picture of a folder or zip and report sizes, faults and duplicates.

    Duplicates are found with :mod:`rosetail.data.near_duplicates`, across all parts: a picture in
    both train and test would bias the evaluation. Raises InputError if there are no pictures.
    """
    files = pictures(source)
    if not files:
        raise InputError(f"{source}: no pictures in it; give a folder or zip of pictures")
    parts = {name: len(found) for name, found in sorted(group_by_part(files).items())}
    found = Inspection(Path(source), parts)
    shown = set(np.linspace(0, len(files) - 1, min(SHOWN, len(files))).round().astype(int))
    names, hashes = [], []
    with ThreadPoolExecutor(max(1, workers)) as pool:
        for count, (file, seen) in enumerate(zip(files, pool.map(_seen, files), strict=True)):
            if isinstance(seen, RosetailError):
                found.unreadable.append((file.name, _cause(file, seen)))
            else:
                width, height = seen.size
                found.sizes[seen.size] += 1
                found.small += min(width, height) < SMALL
                found.transparent += seen.transparent
                names.append(file.name)
                hashes.append(seen.hash)
                if count in shown:
                    found.tiles.append(seen.tile)
            if progress:
                progress(count + 1, len(files))
    found.duplicates = [[names[place] for place in group] for group in duplicate_groups(hashes)]
    return found


@dataclass(frozen=True)
class _Seen:
    size: tuple[int, int]
    hash: int
    transparent: bool
    tile: Bytes


def _seen(file: PictureFile) -> _Seen | RosetailError:
    try:
        rgb, alpha = file.read()
    except RosetailError as error:
        return error
    height, width = rgb.shape[:2]
    scale = TILE / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    tile = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
    return _Seen((width, height), perceptual_hash(rgb), alpha is not None, tile)


def _cause(file: PictureFile, error: RosetailError) -> str:
    return str(error).removeprefix(f"{file.path}: ")


def summary_lines(found: Inspection) -> Sequence[str]:
    """The findings as lines to print; lists of files are limited to ten."""
    lines = [f"{found.readable} pictures"]
    lines += [f"  {name}: {count}" for name, count in found.parts.items()]
    lines.append("sizes (width x height)")
    common = found.sizes.most_common(10)
    lines += [f"  {width}x{height}: {count}" for (width, height), count in common]
    if len(found.sizes) > len(common):
        lines.append(f"  {len(found.sizes) - len(common)} other sizes")
    if found.small:
        lines.append(f"{found.small} with a side below {SMALL} pixels")
    if found.transparent:
        lines.append(f"{found.transparent} with transparency")
    lines += _listed("unreadable", [f"{path}: {cause}" for path, cause in found.unreadable])
    groups = [" = ".join(group) for group in found.duplicates]
    lines += _listed(f"shown more than once ({found.spare} too many)", groups)
    return lines


def _listed(what: str, entries: Sequence[str]) -> list[str]:
    if not entries:
        return []
    more = [f"  and {len(entries) - MOST} more"] if len(entries) > MOST else []
    return [f"{len(entries)} {what}", *(f"  {each}" for each in entries[:MOST]), *more]
