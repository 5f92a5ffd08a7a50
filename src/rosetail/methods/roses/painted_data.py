"""What Roses is shown: painted casts, and drawings after photos, painted while it learns.

Of a cast the layout of one picture and the style of another have a known answer; a drawing after a
photo lies over it. There is no end of them, so few are seen often.
"""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rosetail import images
from rosetail.data.folders import read_manifest
from rosetail.errors import InputError
from rosetail.faces.faces import mirrored
from rosetail.faces.warp import shrunk
from rosetail.methods.roses.painting_workers import Painters, painters_pool
from rosetail.painter.after import KEEPS, params_from_photo
from rosetail.painter.casts import SIDE, cast_of
from rosetail.painter.edits import EDITS, any_edit
from rosetail.painter.paint import SIZES, landmarks_of, paint_cut
from rosetail.painter.params import PaintParams
from rosetail.painter.reading import Reading, read_photo
from rosetail.painter.sample import on_flat_ground
from rosetail.painter.style_code import style_codes

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
EDIT_SHARE = 0.5  # of what is shown has an edit
LIKENESSES = 0.3  # of the drawings after photos keep more of them than place and expression
OTHERS = ("expression",)  # what the rest keep besides the place
NUMBERS = {edit: number for number, edit in enumerate(EDITS, 1)}


class Cast(NamedTuple):
    """SIDE layouts in SIDE styles [SIDE, SIDE, S, S, 4], what edits make of some (layout, style,
    number of the edit from 1, picture), landmarks of the layouts [SIDE, 5, 2], and who they are."""

    pictures: Bytes
    edited: list[tuple[int, int, int, Bytes]]
    landmarks: Floats
    sitters: list[PaintParams]


class After(NamedTuple):
    """A drawing [S, S, 4] after photo number ``photo``, who it is without the edit of number
    ``edit`` that it shows (from 1; 0: none), and whether it is a likeness."""

    photo: int
    drawn: Bytes
    params: PaintParams
    edit: int
    own: bool


class Photo(NamedTuple):
    """A prepared photo and its landmarks [5, 2] in pixels of the square it is shown in."""

    path: Path
    landmarks: NDArray[np.float64]

    def load(self, side: int) -> Bytes:
        return shrunk(images.read(self.path), side)


def photos_of(folder: str | Path, side: int) -> list[Photo]:
    """The photos of a prepared folder whose landmarks are known, at ``side`` pixels. Raises
    InputError where there are none."""
    found = []
    for crop in read_manifest(Path(folder)):
        if crop.landmarks is not None:
            points = (np.asarray(crop.landmarks) + 0.5) * (side / crop.size) - 0.5
            found.append(Photo(Path(folder, "crops", f"{crop.name}.png"), points))
    if not found:
        raise InputError(f"{folder}: no prepared photos; make it with `rosetail data prepare`")
    return found


class LessonData(Protocol):
    """What the settings say of lessons."""

    @property
    def photos(self) -> tuple[str, ...]: ...  # prepared folders
    @property
    def photo_shares(self) -> tuple[float, ...]: ...  # how often each; empty: every photo alike
    @property
    def side(self) -> int: ...  # pixels
    @property
    def painters(self) -> int: ...  # processes
    @property
    def kept(self) -> tuple[int, int]: ...  # casts and pairs that a step draws from
    @property
    def rates(self) -> tuple[float, float]: ...  # new ones a step


class PaintedLessons:
    """Draws from casts, and from drawings after the photos of prepared folders."""

    def __init__(self, data: LessonData, seed: int) -> None:
        by_folder = [photos_of(folder, data.side) for folder in data.photos]
        self.photos = [photo for photos in by_folder for photo in photos]
        with ThreadPoolExecutor() as readers:
            self.pictures = list(readers.map(lambda photo: photo.load(data.side), self.photos))
        sizes = np.array([len(photos) for photos in by_folder])
        shares = np.asarray(data.photo_shares or sizes, np.float64)
        chances = np.repeat(shares / shares.sum() / sizes, sizes)
        pool = painters_pool(data.painters)
        weakref.finalize(self, pool.shutdown, wait=False, cancel_futures=True)
        cast = partial(paint_cast, data.side, seed)
        after = partial(paint_after, self.photos, chances, data.side, seed)
        self.casts = Painters(pool, cast, data.kept[0], data.rates[0])
        self.pairs = Painters(pool, after, data.kept[1], data.rates[1])

    def draw(self, rng: np.random.Generator, count: int, step: int) -> dict[str, Tensor]:
        """A batch of ``count`` casts and ``count`` pairs, as :mod:`rosetail.methods.roses.recipe`
        says; drawings with their alpha. Half of all are mirrored."""
        rows = [self._cast(rng, step) | self._pair(rng, step) for _ in range(count)]
        return {
            name: torch.from_numpy(np.stack([np.asarray(row[name]) for row in rows]))
            for name in rows[0]
        }

    def _cast(self, rng: np.random.Generator, step: int) -> dict[str, object]:
        cast = self.casts.draw(rng, step)
        if rng.random() < EDIT_SHARE:
            row, column, edit, target = cast.edited[rng.integers(len(cast.edited))]
        else:
            (row, column), edit = rng.integers(SIDE, size=2), 0
            target = cast.pictures[row, column]
        other = (column + rng.integers(1, SIDE)) % SIDE
        (layout, target), landmarks, sitters = _mirrored(
            rng,
            [cast.pictures[row, other][..., :3], target],
            cast.landmarks[row],
            [cast.sitters[other], cast.sitters[column]],
        )
        layout_style, style = style_codes(sitters)
        return {
            "layout": layout,
            "target": target,
            "edit": edit,
            "layout_style": layout_style,
            "style": style,
            "cast_landmarks": landmarks,
        }

    def _pair(self, rng: np.random.Generator, step: int) -> dict[str, object]:
        after = self.pairs.draw(rng, step)
        places = self.photos[after.photo].landmarks.astype(np.float32)
        pictures = [self.pictures[after.photo], after.drawn]
        (photo, drawn), landmarks, sitters = _mirrored(rng, pictures, places, [after.params])
        return {
            "pair_photo": photo,
            "pair_drawn": drawn,
            "pair_edit": after.edit,
            "pair_style": style_codes(sitters)[0],
            "pair_own": np.float32(after.own),
            "pair_landmarks": landmarks,
        }


def _mirrored(
    rng: np.random.Generator, pictures: list[Bytes], landmarks: Floats, sitters: list[PaintParams]
) -> tuple[list[Bytes], Floats, list[PaintParams]]:
    """Half the time as they are, half the time mirrored; left stays what is on the left."""
    if rng.random() < 0.5:
        return pictures, landmarks, sitters
    seen = mirrored(landmarks, pictures[0].shape[1])
    turned = [sitter.mirrored() for sitter in sitters]  # partings and tails change sides
    return [picture[:, ::-1] for picture in pictures], seen.astype(np.float32), turned


def paint_cast(side: int, seed: int, number: int) -> Cast:
    """Cast ``number``, ``side`` pixels wide and high."""
    portraits = cast_of((seed + 1) * 2**24 + number)  # beyond the seeds of `rosetail data paint`
    plain, changed = portraits[: SIDE**2], portraits[SIDE**2 :]
    pictures = np.stack([_painted(each.params, side) for each in plain])
    edited = [
        (each.layout, each.style, NUMBERS[each.edit], _painted(each.params, side))
        for each in changed
    ]
    sitters = [plain[each * (SIDE + 1)].params for each in range(SIDE)]
    # Labels count from the edges of pixels, pictures from their middles.
    landmarks = np.stack([landmarks_of(sitter) * side - 0.5 for sitter in sitters])
    pictures = pictures.reshape(SIDE, SIDE, side, side, 4)
    return Cast(pictures, edited, landmarks.astype(np.float32), sitters)


def paint_after(
    photos: Sequence[Photo], chances: NDArray[np.float64], side: int, seed: int, number: int
) -> After:
    """Drawing ``number`` after a photo that ``chances`` choose."""
    rng = np.random.default_rng([seed, number])
    chosen = int(rng.choice(len(photos), p=chances))
    own = bool(rng.random() < LIKENESSES)
    picture, reading = _read(photos[chosen].path, side, photos[chosen].landmarks.tobytes())
    params = params_from_photo(
        picture,
        photos[chosen].landmarks,
        int(rng.integers(2**31)),
        KEEPS if own else OTHERS,
        reading,
    )
    params = on_flat_ground(params)
    name, shown = any_edit(rng, params) if rng.random() < EDIT_SHARE else ("", params)
    return After(chosen, _painted(shown, side), params, NUMBERS.get(name, 0), own)


def _painted(params: PaintParams, side: int) -> Bytes:
    """With its alpha; the painter's smallest picture is shrunk further."""
    return shrunk(paint_cut(params, max(side, SIZES[0])), side)


@lru_cache(maxsize=2048)
def _read(path: Path, side: int, landmarks: bytes) -> tuple[Bytes, Reading]:
    """A photo, and what is read in it once in each process."""
    picture = shrunk(images.read(path), side)
    return picture, read_photo(picture, np.frombuffer(landmarks).reshape(-1, 2))
