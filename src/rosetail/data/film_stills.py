"""Extract stills from a film for a training folder: sharp, distinct, without black bars.

The film is split into shots, and shots into spans of a few seconds. The sharpest frame of each
span, away from cuts, is kept unless it is dark, flat, blurred or similar to one already kept.
"""

from __future__ import annotations

import os
import re
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail import images
from rosetail.arrays import Bytes, Floats
from rosetail.data.near_duplicates import hamming_distance, perceptual_hash
from rosetail.errors import InputError, SettingsError
from rosetail.images import make_folder
from rosetail.video.reader import ClipFrame, ClipReader

Box = tuple[int, int, int, int]  # top, bottom, left, right

GLIMPSES = 24  # frames sampled to find the bars and the typical sharpness
BLACK, PLAIN = 28, 8  # grey levels: maximum mean and spread of a line in a bar
MOST_BAR = 0.4  # share of a side; more means a dark film, not a bar
SEEN = (36, 64)  # height, width of the thumbnails used to find cuts
CUT, CUT_TIMES = 18.0, 3.0  # mean difference in grey levels, and relative to recent frames
LATELY = 12  # recent frames that a cut is compared with
BESIDE = 2  # frames to skip on each side of a cut
FLAT = 12.0  # standard deviation in grey levels below which a frame is empty
SHARP_WIDTH = 480  # width in pixels at which sharpness is measured
SHARP_SHARE = 0.4  # least sharpness of a still, relative to the typical one
SAME = 40  # maximum difference in hash bits between duplicates
TIME = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|min)?")
UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, None: 1.0}


@dataclass
class StillsReport:
    """Result of :func:`extract_stills`: frames read, shots, files written, number of spans without
    a usable frame by cause, and the picture area inside the bars (top, bottom, left, right)."""

    frames: int = 0
    shots: int = 1
    written: list[Path] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    box: Box = (0, 0, 0, 0)


def parse_time(text: str) -> float:
    """ "2s", "500ms", "1m" or "2" in seconds. Raises SettingsError."""
    found = TIME.fullmatch(text.strip())
    if not found or not float(found[1]) > 0:
        raise SettingsError(f"every {text!r}: give a time such as 2s, 500ms or 1m")
    return float(found[1]) * UNITS[found[2]]


def extract_stills(
    film: str | os.PathLike[str],
    dst: str | os.PathLike[str],
    *,
    every: float = 2.0,
    progress: Callable[[int, int | None], None] | None = None,
) -> StillsReport:
    """Write stills of ``film`` to folder ``dst`` as FILM-SECONDS.png, at most one per ``every``
    seconds of a shot.

    ``progress`` is called with the frames done and the total, if known. Raises InputError if the
    film cannot be read or has no usable frame; OutputError.
    """
    folder, name = Path(dst), Path(film).stem
    make_folder(folder)
    with ClipReader(film) as clip:
        shown = clip.probe(GLIMPSES)
        # In a damaged film, seeking may find no frame.
        box = picture_box(shown) if shown else (0, clip.size[0], 0, clip.size[1])
        usual = (
            float(np.median([sharpness(crop_to(each, box)) for each in shown])) if shown else 0.0
        )
        choice = _Choice(folder, name, box, every, SHARP_SHARE * usual)
        start, tick = clip.start_offset(), clip.tick
        for item in clip.items():
            if not isinstance(item, ClipFrame):
                continue
            choice.frame(item.rgb, float(item.pts * tick - start))
            if progress:
                progress(choice.report.frames, clip.frames)
    choice.end()
    if not choice.report.written:
        causes = ", ".join(f"{count} {why}" for why, count in choice.report.left_out.items())
        raise InputError(f"{film}: no usable frame ({causes or 'too short'}); give another film")
    return choice.report


def picture_box(shown: Sequence[Bytes]) -> Box:
    """Area inside the black bars common to all of ``shown``; the whole frame if there are none."""
    if not shown:
        return 0, 0, 0, 0
    height, width = shown[0].shape[:2]
    greys = [cv2.cvtColor(each, cv2.COLOR_RGB2GRAY) for each in shown]
    lit = [grey for grey in greys if grey.mean() > BLACK] or greys
    rows = _dark(np.stack([grey.mean(1) for grey in lit]), np.stack([g.std(1) for g in lit]))
    columns = _dark(np.stack([grey.mean(0) for grey in lit]), np.stack([g.std(0) for g in lit]))
    top, bottom = _inside(rows, height)
    left, right = _inside(columns, width)
    if top >= bottom or left >= right:  # black but for a line
        return 0, height, 0, width
    return top, bottom, left, right


def crop_to(rgb: Bytes, box: Box) -> Bytes:
    top, bottom, left, right = box
    return np.ascontiguousarray(rgb[top:bottom, left:right])


def sharpness(rgb: Bytes) -> float:
    """Variance of the Laplacian of the grey picture, resized to a fixed width."""
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    size = SHARP_WIDTH, max(1, round(rgb.shape[0] * SHARP_WIDTH / rgb.shape[1]))
    return float(cv2.Laplacian(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), 3).var())


class Cuts:
    """Detect cuts: frames that differ much from the one before, both absolutely and relative to
    recent frames, so that fast pans are not cuts."""

    def __init__(self) -> None:
        self._before: Floats | None = None
        self._lately: deque[float] = deque(maxlen=LATELY)

    def __call__(self, rgb: Bytes) -> bool:
        small = cv2.resize(rgb, SEEN[::-1], interpolation=cv2.INTER_AREA).astype(np.float32)
        before, self._before = self._before, small
        if before is None:
            return False
        moved = float(np.abs(small - before).mean())
        usual = float(np.median(self._lately)) if self._lately else 0.0
        if moved > CUT and moved > CUT_TIMES * usual:
            self._lately.clear()
            return True
        self._lately.append(moved)
        return False


@dataclass(frozen=True)
class _Candidate:
    rgb: Bytes
    at: float
    number: int  # frame number in the film
    sharp: float


class _Choice:
    """Select frames in order and write those that are kept."""

    def __init__(self, folder: Path, name: str, box: Box, every: float, least: float) -> None:
        self.report = StillsReport(box=box)
        self._folder, self._name, self._box = folder, name, box
        self._every, self._least = every, least
        self._cuts, self._hashes = Cuts(), list[int]()
        self._began = 0.0
        self._first = 0  # number of the first frame of the shot
        self._span: list[_Candidate] = []  # increasingly sharp; the last may be next to a cut

    def frame(self, rgb: Bytes, at: float) -> None:
        picture = crop_to(rgb, self._box)
        number = self.report.frames
        self.report.frames += 1
        if self._cuts(picture):
            self._close([each for each in self._span if number - each.number > BESIDE])
            self.report.shots += 1
            self._began, self._first = at, number
        elif at - self._began >= self._every:
            # The next frame may begin a new shot.
            away = [each for each in self._span if number - each.number >= BESIDE]
            self._close(away or self._span)
            self._began = at
        if number - self._first < BESIDE and self.report.shots > 1:
            return
        sharp = sharpness(picture)
        # Frames that may turn out to be next to a cut stay after the sharpest settled one.
        settled = [each for each in self._span if number - each.number >= BESIDE]
        best = max(settled, key=lambda each: each.sharp, default=None)
        waiting = [each for each in self._span if number - each.number < BESIDE]
        self._span = [*([best] if best else []), *waiting, _Candidate(picture, at, number, sharp)]

    def end(self) -> None:
        self._close(self._span)

    def _close(self, span: Sequence[_Candidate]) -> None:
        """Keep the sharpest frame of the span, or count why it is unusable."""
        self._span = []
        if not span:
            return
        best = max(span, key=lambda each: each.sharp)
        why = self._against(best)
        if why:
            self.report.left_out[why] += 1
            return
        path = self._folder / f"{self._name}-{best.at:09.2f}.png"
        images.save(best.rgb, path)
        self.report.written.append(path)

    def _against(self, best: _Candidate) -> str:
        if best.rgb.std() < FLAT or best.rgb.mean() < BLACK / 2:
            return "dark or plain"
        if best.sharp < self._least:
            return "blurred"
        seen = perceptual_hash(best.rgb)
        if any(hamming_distance(seen, other) <= SAME for other in self._hashes):
            return "seen before"
        self._hashes.append(seen)
        return ""


def _dark(means: NDArray[np.float64], spreads: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which lines are black in all pictures."""
    return np.asarray(((means < BLACK) & (spreads < PLAIN)).all(0))


def _inside(dark: NDArray[np.bool_], size: int) -> tuple[int, int]:
    """First and last line between the bars, without one line for their soft edges."""
    bright = np.flatnonzero(~dark)
    if not len(bright):
        return 0, size
    low, high = int(bright[0]), int(bright[-1]) + 1
    if low > MOST_BAR * size or size - high > MOST_BAR * size:
        return 0, size
    return low + (low > 0), high - (high < size)
