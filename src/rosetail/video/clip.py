"""A clip to anime: decode, draw and encode beside each other.

    ClipReader.items -> Ahead (thread) -> FrameStylizer -> Behind (thread) -> ClipWriter

A few frames are drawn at a time, in order. At most a handful exist at any time, however long the
clip. The result has the source's
frames at the source's times, its sound, and its display size; a rotation that the source keeps as
a note to the player is applied to the pictures.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
from numpy.typing import NDArray

from rosetail.engines import usable_cores
from rosetail.errors import OutputError
from rosetail.faces.tracks import Tracks
from rosetail.images import writing
from rosetail.stylizer.scale import MOST_PIXELS, Detail, scaled
from rosetail.stylizer.stylizer import Stylizer, blend, check_part, eyes
from rosetail.video.pipeline import Ahead, Behind, abreast
from rosetail.video.reader import ClipFrame, ClipReader, SoundPacket
from rosetail.video.writer import ClipWriter, check_container

Bytes = NDArray[np.uint8]
Progress = Callable[[int, int | None], None]

AHEAD = BEHIND = 4  # frames in flight before and after the network
GLIMPSES = 5  # frames looked at for the size of faces
MOST_ABREAST = 4  # frames drawn at a time, each on its share of the cores


class DrawnFrame(NamedTuple):
    """A frame, its drawing, and how long that took."""

    rgb: Bytes
    frame: ClipFrame
    seconds: float


@dataclass
class VideoReport:
    """What was done. ``working``: (height, width) that the network saw; ``abreast``: how many
    frames at a time; ``drawing``: the part of ``seconds`` that frames were being drawn."""

    path: Path
    frames: int = 0
    working: tuple[int, int] = (0, 0)
    abreast: int = 1
    seconds: float = 0.0
    drawing: float = 0.0
    notes: list[str] = field(default_factory=list)


def stylize_video(
    src: str | os.PathLike[str],
    dst: str | os.PathLike[str],
    stylizer: Stylizer,
    *,
    strength: float = 1.0,
    anime: float = 0.0,
    compare: bool = False,
    detail: Detail = "auto",
    progress: Progress | None = None,
) -> VideoReport:
    """Draw every frame of the video ``src`` and write it to ``dst`` (.mp4, .mov or .mkv).

    Frame count, times, duration and sound are the source's; ``strength``, ``anime`` and ``detail``
    are those of :class:`~rosetail.stylizer.stylizer.Stylizer`, with one working size for the whole
    clip, taken from the faces of a few of its frames. ``compare`` puts source and drawing side by
    side. ``progress(done, total or None)`` is called after each frame.

    ``dst`` appears whole or not at all, Ctrl-C included.

    Raises:
        InputError: ``src`` is not a whole, readable video; names file and cause.
        OutputError: ``dst`` cannot be written.
        SettingsError: an option is out of its range.
    """
    check_part("strength", strength)
    check_part("anime", anime)
    stylizer.scale_for((1, 1), (), detail)  # refuses a bad detail before any work
    target = check_target(src, dst)
    began = time.perf_counter()
    report = VideoReport(target)
    with writing(target) as part, naming_errors(target), ClipReader(src) as clip:
        painter = FrameStylizer(stylizer, clip.tick, strength, anime)
        painter.scale = clip_scale(stylizer, clip, detail) if strength else 1.0
        report.working = scaled(clip.size, painter.scale)
        height, width = clip.size
        if painter.scale < 1 and strength == 1 and anime == 0 and not compare:
            # Nobody needs the photo at its own size, nor the drawing before it is encoded.
            clip.shrink_to(report.working)
            painter.scale = 1.0
        following = anime > 0 or stylizer.in_order  # from frame to frame
        if strength and not following:
            report.abreast = most_abreast(report.working)
        if report.abreast > 1:
            painter.stylizer = stylizer.abreast(report.abreast)
        size = height, width * 2 if compare else width
        draw_frames(clip, painter, part, size, report, compare=compare, progress=progress)
    report.seconds = time.perf_counter() - began
    return report


def most_abreast(working: tuple[int, int]) -> int:
    """How many frames to draw at a time. One core each has no other to wait for, where all share
    a frame the first to be done waits for the last; more of them than cores would not help."""
    fitting = MOST_PIXELS // max(1, working[0] * working[1])
    return max(1, min(MOST_ABREAST, usable_cores(), fitting))


def check_target(
    src: str | os.PathLike[str], dst: str | os.PathLike[str], *, transparent: bool = False
) -> Path:
    """``dst``, if a video can be written there, ``transparent`` or not. Raises OutputError."""
    target = Path(dst)
    check_container(target, transparent=transparent)
    if target.exists() and Path(src).exists() and target.samefile(src):
        raise OutputError(f"{target}: is the source itself; give another name")
    return target


def draw_frames(
    clip: ClipReader,
    painter: Callable[[ClipFrame], Bytes],
    part: Path,
    size: tuple[int, int],
    report: VideoReport,
    *,
    compare: bool = False,
    square_pixels: bool = False,
    transparent: bool = False,
    progress: Progress | None = None,
) -> None:
    """Every frame of ``clip`` through ``painter`` into the file ``part``, pictures of ``size``
    (height, width), ``report.abreast`` at a time; ``report`` counts them. ``square_pixels``:
    whatever the clip's pixels were. ``transparent``: pictures have an alpha."""
    with ClipWriter(
        part,
        size,
        tick=clip.tick,
        rate=clip.rate,
        pixel_aspect=Fraction(1) if square_pixels else clip.pixel_aspect,
        start=clip.start(),
        sounds=clip.sounds,
        transparent=transparent,
    ) as out:

        def done(seconds: float) -> None:
            report.frames += 1
            report.drawing += seconds
            if progress is not None:
                progress(report.frames, clip.frames)

        _side_by_side(clip, painter, out, compare, report.abreast, done)
    report.notes = clip.notes + out.notes


def _side_by_side(
    clip: ClipReader,
    painter: Callable[[ClipFrame], Bytes],
    out: ClipWriter,
    compare: bool,
    count: int,
    done: Callable[[float], None],
) -> None:
    """The steps side by side; ``done`` hears of each frame the seconds that drawing it took."""

    def paint(item: ClipFrame | SoundPacket) -> DrawnFrame | SoundPacket:
        if isinstance(item, SoundPacket):
            return item
        before = time.perf_counter()
        drawn = painter(item)
        return DrawnFrame(drawn, item, time.perf_counter() - before)

    def write(item: DrawnFrame | SoundPacket) -> None:
        if isinstance(item, SoundPacket):
            out.sound(item)
            return
        frame = item.frame
        rgb = np.hstack([frame.rgb, item.rgb]) if compare else item.rgb
        out.picture(rgb, frame.pts, frame.duration)

    with (
        Ahead(clip.items(), AHEAD) as items,
        Behind(write, BEHIND) as written,
        closing(abreast(paint, items, count)) as drawings,
    ):
        for item in drawings:
            written.put(item)
            if isinstance(item, DrawnFrame):
                done(item.seconds / count)


@contextmanager
def naming_errors(target: Path) -> Iterator[None]:
    """What the encoder and muxer raise, with the file's name (reading has named its errors)."""
    try:
        yield
    except av.error.FFmpegError as error:
        if isinstance(error, OSError):
            raise  # named where the file was opened
        raise OutputError(
            f"{target}: the video cannot be written ({error.strerror}); try another suffix"
        ) from error


class FrameStylizer:
    """Frames to drawings, one after another: a fixed working size, and faces followed in time."""

    def __init__(
        self, stylizer: Stylizer, tick: Fraction, strength: float = 1.0, anime: float = 0.0
    ) -> None:
        self.stylizer, self.strength, self.anime = stylizer, strength, anime
        self.scale = 1.0
        self._tick, self._tracks = tick, Tracks()

    def __call__(self, frame: ClipFrame) -> Bytes:
        """The drawing of ``frame``, uint8 of the same shape."""
        if self.strength == 0:
            return frame.rgb
        photo = self._warped(frame) if self.anime > 0 else frame.rgb
        return blend(photo, self.stylizer.at_scale(photo, self.scale), self.strength)

    def _warped(self, frame: ClipFrame) -> Bytes:
        from rosetail.faces.faces import find
        from rosetail.faces.proportions import towards_anime

        steady = self._tracks.update(float(frame.pts * self._tick), find(frame.rgb))
        return towards_anime(frame.rgb, steady, self.anime * self.strength)


def clip_scale(stylizer: Stylizer, clip: ClipReader, detail: Detail) -> float:
    """One working scale for a clip: from the median, over a few frames, of the largest face."""
    distances: list[float] = []
    if detail == "auto":
        from rosetail.faces.faces import find

        largest = [max(eyes(find(rgb)), default=0.0) for rgb in clip.glimpses(GLIMPSES)]
        seen = [distance for distance in largest if distance]
        distances = [float(np.median(seen))] if seen else []
    return stylizer.scale_for(clip.size, distances, detail)
