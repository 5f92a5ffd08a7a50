"""Random characters of many photos and what a tagger sees in them ([T1] §5.3.1).

Every photo is drawn in a few random styles; w and the tags are kept, pictures are not.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rosetail.characters.model import CharacterModel
from rosetail.directions.partial_results import Arrays, Kept
from rosetail.directions.taggers import Tagger
from rosetail.errors import InputError, NoFaceFound, RosetailError

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Progress = Callable[[str, int, int], None]  # what is done, how much of it, of how much

PHOTOS_AT_ONCE = 25  # of a part that is kept


class Draws(NamedTuple):
    """``w`` (M, latent) and probabilities (M, T) of M pictures; ``photo`` (M,) is each one's photo,
    ``left_out`` names photos that could not be used and why."""

    w: Floats
    chances: Floats
    photo: NDArray[np.int64]
    left_out: list[RosetailError]


def collect(
    roses: CharacterModel,
    tagger: Tagger,
    photos: Sequence[Path],
    styles: int,
    *,
    seed: int,
    kept: Kept,
    note: Progress,
) -> Draws:
    """``styles`` random characters of every photo. Photos without a face are left out and named.

    Raises InputError where no photo has a face.
    """
    parts: list[Arrays] = []
    for first in range(0, len(photos), PHOTOS_AT_ONCE):
        some = range(first, min(first + PHOTOS_AT_ONCE, len(photos)))

        def make(some: range = some) -> Arrays:
            return _drawn(roses, tagger, [photos[number] for number in some], some, styles, seed)

        parts.append(kept.part(f"draws-{first:06d}", make))
        note("drawing and tagging", some[-1] + 1, len(photos))
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    left_out: list[RosetailError] = [
        NoFaceFound(f"{photos[number]}: {why}")
        for number, why in zip(joined["missing"], joined["why"], strict=True)
    ]
    if not len(joined["w"]):
        raise InputError(f"{left_out[0]}; none of the photos can be used")
    return Draws(joined["w"], joined["chances"], joined["photo"], left_out)


def fingerprint(photos: Sequence[Path]) -> str:
    """A digest of the photos' names and bytes, so that a changed folder is noticed."""
    digest = hashlib.sha256()
    for path in photos:
        size = os.path.getsize(path)
        digest.update(f"{path.name} {size} ".encode())
        with path.open("rb") as file:
            digest.update(file.read(4096))
    return digest.hexdigest()


def style_seed(seed: int, number: int) -> int:
    """The seed of photo ``number``'s styles: its own, however many photos there are."""
    return int(np.random.SeedSequence([seed, number]).generate_state(1, np.uint64)[0] >> 1)


def _drawn(
    roses: CharacterModel,
    tagger: Tagger,
    photos: Sequence[Path],
    numbers: Sequence[int],
    styles: int,
    seed: int,
) -> Arrays:
    codes, chances, photo, missing, why = [], [], [], [], []
    for number, path in zip(numbers, photos, strict=True):
        try:
            content = roses.encode(path)
        except InputError as error:
            missing.append(number)
            why.append(str(error).removeprefix(f"{path}: "))
            continue
        w = roses.random_w(styles, style_seed(seed, number))
        codes.append(w)
        chances.append(tagger(roses.decode(content, w)))
        photo += [number] * styles
    empty = np.zeros((0, roses.latent), np.float32)
    return {
        "w": np.concatenate([empty, *codes]),
        "chances": np.concatenate([np.zeros((0, len(tagger.tags)), np.float32), *chances]),
        "photo": np.array(photo, np.int64),
        "missing": np.array(missing, np.int64),
        "why": np.array(why, np.str_),
    }
