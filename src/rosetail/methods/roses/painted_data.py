"""Training data that is painted during training: casts, and drawings of photos.

A cast has a picture for each of its layouts in each of its styles. A drawing of a photo is aligned
with it. New ones are painted all the time, so few are seen often. Unit n (a cast, or a drawing) is
a function of n alone, and a step draws from the units of its window, so a batch depends on the step
only, not on the speed of the workers.

A batch of :meth:`PaintedData.draw` holds, for casts: ``layout`` and ``target``, ``layout_style``
and ``style`` (codes of both), ``edit`` (index of the edit that the target shows, 0 for none) and
``cast_landmarks``; for pairs: ``pair_photo`` and ``pair_drawn``, ``pair_style``, ``pair_edit``,
``pair_own`` (1 if that style is the photo's own) and ``pair_landmarks``. Pictures are uint8
(N, S, S, 3); ``target`` and ``pair_drawn`` have the alpha of the figure as fourth channel.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from functools import lru_cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rosetail import images
from rosetail.arrays import Bytes, Floats
from rosetail.data.folders import read_manifest
from rosetail.errors import InputError
from rosetail.faces.faces import mirror_landmarks
from rosetail.faces.warp import resize_square
from rosetail.methods.roses.settings import RosesData
from rosetail.painter.after import KEEPS, params_from_photo
from rosetail.painter.casts import SIDE, cast_of
from rosetail.painter.edits import EDITS, any_edit
from rosetail.painter.paint import SIZES, landmarks_of, paint_cut
from rosetail.painter.params import PaintParams
from rosetail.painter.reading import Reading, read_photo
from rosetail.painter.sample import on_flat_ground
from rosetail.painter.style_code import style_codes
from rosetail.processes import end_with_parent

Unit = TypeVar("Unit")
EDIT_SHARE = 0.5  # share of targets with an edit
LIKENESS_SHARE = 0.3  # share of drawings that keep more of the photo than pose and expression
OTHERS = ("expression",)  # kept by the others, besides the pose
BEGIN = 4  # the first step's window is this many times smaller
AHEAD = 60  # number of steps for which units are painted in advance
BEHIND = 8  # steps whose windows stay in memory: several threads prepare batches
NICE = 10
NUMBERS = {edit: number for number, edit in enumerate(EDITS, 1)}


class Cast(NamedTuple):
    """SIDE layouts in SIDE styles [SIDE, SIDE, S, S, 4]; edited pictures as (layout, style, index
    of the edit from 1, picture); landmarks [SIDE, 5, 2] of layouts; parameters of styles."""

    pictures: Bytes
    edited: list[tuple[int, int, int, Bytes]]
    landmarks: Floats
    styles: list[PaintParams]


class After(NamedTuple):
    """A drawing [S, S, 4] after photo number ``photo``; its parameters without the edit of index
    ``edit`` (from 1; 0: none) that it shows; ``own``: whether it is a likeness."""

    photo: int
    drawn: Bytes
    params: PaintParams
    edit: int
    own: bool


class Photo(NamedTuple):
    """A prepared photo and its landmarks [5, 2] in pixels at the loaded size."""

    path: Path
    landmarks: NDArray[np.float64]

    def load(self, side: int) -> Bytes:
        return resize_square(images.read(self.path), side)


def photos_of(folder: str | Path, side: int) -> list[Photo]:
    """The photos of a prepared folder that have landmarks, at ``side`` pixels. Raises InputError if
    there are none."""
    photos = []
    for crop in read_manifest(Path(folder)):
        if crop.landmarks is not None:
            points = (np.asarray(crop.landmarks) + 0.5) * (side / crop.size) - 0.5
            photos.append(Photo(Path(folder, "crops", f"{crop.name}.png"), points))
    if not photos:
        raise InputError(f"{folder}: no prepared photos; make it with `rosetail data prepare`")
    return photos


class PaintedData:
    """Random batches of casts and of drawings after the photos of prepared folders."""

    def __init__(self, data: RosesData, seed: int) -> None:
        by_folder = [photos_of(folder, data.side) for folder in data.photos]
        self.photos = [photo for photos in by_folder for photo in photos]
        with ThreadPoolExecutor() as readers:
            self.pictures = list(readers.map(lambda photo: photo.load(data.side), self.photos))
        sizes = np.array([len(photos) for photos in by_folder])
        shares = np.asarray(data.photo_shares or sizes, np.float64)
        chances = np.repeat(shares / shares.sum() / sizes, sizes)
        pool = painting_pool(data.painters)
        weakref.finalize(self, pool.shutdown, wait=False, cancel_futures=True)
        cast = partial(paint_cast, data.side, seed)
        after = partial(paint_after, self.photos, chances, data.side, seed)
        self.casts = MovingWindow(pool, cast, data.pool_sizes[0], data.new_per_step[0])
        self.pairs = MovingWindow(pool, after, data.pool_sizes[1], data.new_per_step[1])

    def draw(self, rng: np.random.Generator, count: int, step: int) -> dict[str, Tensor]:
        """A batch of ``count`` casts and ``count`` pairs, see the module. Half are mirrored."""
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
        (layout, target), landmarks, params = _mirrored(
            rng,
            [cast.pictures[row, other][..., :3], target],
            cast.landmarks[row],
            [cast.styles[other], cast.styles[column]],
        )
        layout_style, style = style_codes(params)
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
        pictures = [self.pictures[after.photo], after.drawn]
        landmarks = self.photos[after.photo].landmarks.astype(np.float32)
        (photo, drawn), landmarks, params = _mirrored(rng, pictures, landmarks, [after.params])
        return {
            "pair_photo": photo,
            "pair_drawn": drawn,
            "pair_edit": after.edit,
            "pair_style": style_codes(params)[0],
            "pair_own": np.float32(after.own),
            "pair_landmarks": landmarks,
        }


def _mirrored(
    rng: np.random.Generator, pictures: list[Bytes], landmarks: Floats, params: list[PaintParams]
) -> tuple[list[Bytes], Floats, list[PaintParams]]:
    """Mirrored with probability 0.5. Left landmarks remain those on the left of the picture."""
    if rng.random() < 0.5:
        return pictures, landmarks, params
    points = mirror_landmarks(landmarks, pictures[0].shape[1]).astype(np.float32)
    turned = [each.mirrored() for each in params]  # partings and tails change sides
    return [picture[:, ::-1] for picture in pictures], points, turned


def paint_cast(side: int, seed: int, number: int) -> Cast:
    """Cast ``number``, pictures of ``side`` pixels."""
    portraits = cast_of((seed + 1) * 2**24 + number)  # beyond the seeds of `rosetail data paint`
    plain, changed = portraits[: SIDE**2], portraits[SIDE**2 :]
    pictures = np.stack([_painted(each.params, side) for each in plain])
    edited = [
        (each.layout, each.style, NUMBERS[each.edit], _painted(each.params, side))
        for each in changed
    ]
    styles = [plain[each * (SIDE + 1)].params for each in range(SIDE)]
    # Labels are relative to the picture's edges, pixel coordinates to pixel centres.
    landmarks = np.stack([landmarks_of(params) * side - 0.5 for params in styles])
    pictures = pictures.reshape(SIDE, SIDE, side, side, 4)
    return Cast(pictures, edited, landmarks.astype(np.float32), styles)


def paint_after(
    photos: Sequence[Photo], chances: NDArray[np.float64], side: int, seed: int, number: int
) -> After:
    """Drawing ``number``, after a photo drawn with probabilities ``chances``."""
    rng = np.random.default_rng([seed, number])
    chosen = int(rng.choice(len(photos), p=chances))
    own = bool(rng.random() < LIKENESS_SHARE)
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
    """RGBA at ``side`` pixels, shrunk if the painter cannot paint that small."""
    return resize_square(paint_cut(params, max(side, SIZES[0])), side)


@lru_cache(maxsize=2048)
def _read(path: Path, side: int, landmarks: bytes) -> tuple[Bytes, Reading]:
    """A photo and its reading, cached in each process."""
    picture = resize_square(images.read(path), side)
    return picture, read_photo(picture, np.frombuffer(landmarks).reshape(-1, 2))


class MovingWindow(Generic[Unit]):
    """``make(n)`` for all n of a moving window, computed by ``pool``.

    ``make`` must be picklable. The window of a step holds up to ``size`` units, of which
    ``new_per_step`` are new at each step. An error in ``make`` is raised by ``draw``.
    """

    def __init__(
        self,
        pool: ProcessPoolExecutor,
        make: Callable[[int], Unit],
        size: int,
        new_per_step: float,
    ) -> None:
        self.pool, self.make, self.size, self.new_per_step = pool, make, size, new_per_step
        self._units: dict[int, Future[Unit]] = {}
        self._lock = threading.Lock()

    def window(self, step: int) -> tuple[int, int]:
        """First unit of ``step``, and one past its last."""
        end = self.size // BEGIN + 1 + int(step * self.new_per_step)
        return max(0, end - self.size), end

    def draw(self, rng: np.random.Generator, step: int) -> Unit:
        """A random unit of the window of ``step``; waits until it is painted."""
        first, end = self.window(step)
        with self._lock:
            for number in range(first, self.window(step + AHEAD)[1]):
                if number not in self._units:
                    self._units[number] = self.pool.submit(self.make, number)
            oldest = self.window(step - BEHIND)[0] if step > BEHIND else 0
            for number in [each for each in self._units if each < oldest]:
                self._units.pop(number).cancel()
            unit = self._units[int(rng.integers(first, end))]
        return unit.result()


def painting_pool(processes: int) -> ProcessPoolExecutor:
    """Worker processes; spawned, because this process may hold a device."""
    return ProcessPoolExecutor(processes, get_context("spawn"), initializer=_low_priority)


def _low_priority() -> None:
    """One thread, and lower priority than training: a worker that delays one of the training
    threads delays them all."""
    end_with_parent()
    cv2.setNumThreads(1)
    if hasattr(os, "nice"):
        os.nice(NICE)
