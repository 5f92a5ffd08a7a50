"""Turn a clip into anime: decode, draw and encode in parallel.

    ClipReader -> prefetch (thread) -> FrameStylizer -> BackgroundConsumer (thread) -> ClipWriter

A few frames are drawn at a time, in order; the number of frames in memory does not depend on the
length of the clip. The result has the frames, times, sound and display size of the source. A
rotation that the source stores as metadata is applied to the pictures.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import av
import numpy as np

from rosetail.arrays import Bytes
from rosetail.engines import usable_cores
from rosetail.errors import OutputError
from rosetail.faces.faces import find
from rosetail.faces.proportions import towards_anime
from rosetail.faces.tracking import FaceTracker
from rosetail.images import writing
from rosetail.stylizer.look import blend, check_fraction
from rosetail.stylizer.scale import MAX_PIXELS, Detail, largest_scale, scaled
from rosetail.stylizer.stylizer import Stylizer, eye_distances
from rosetail.video.animations import Clip, open_clip
from rosetail.video.formats import format_of, holds_alpha
from rosetail.video.parts import PartWriter
from rosetail.video.pipeline import BackgroundConsumer, parallel_map, prefetch
from rosetail.video.reader import ClipFrame, ClipReader, SoundPacket
from rosetail.video.timeline import Source
from rosetail.video.writer import ClipWriter

Progress = Callable[[int, int | None], None]

QUEUE = 4  # frames in flight before and after the network
PROBES = 5  # frames that the size of faces is measured on
MAX_PARALLEL = 4  # frames drawn at a time, each on its share of the cores


class DrawnFrame(NamedTuple):
    """A frame, its drawing, and the seconds that drawing it took."""

    rgb: Bytes
    frame: ClipFrame
    seconds: float


@dataclass
class VideoReport:
    """What was done.

    Attributes:
        working: (height, width) of the network's input.
        parallel: number of frames drawn at a time.
        seconds: duration of the whole job.
        drawing: the part of ``seconds`` in which frames were being drawn.
        damaged: damaged packets of the source; each costs a picture, or a moment of sound.
        notes: messages for the user.
    """

    path: Path
    frames: int = 0
    working: tuple[int, int] = (0, 0)
    parallel: int = 1
    seconds: float = 0.0
    drawing: float = 0.0
    damaged: int = 0
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
    parts: Path | None = None,
) -> VideoReport:
    """Draw every frame of the video or animated picture ``src`` and write it to ``dst``: .mp4, .mov
    or .mkv, or .gif, .webp or .png for animated pictures.

    Frame count, times, duration and sound are the source's. A transparent background is kept by
    .mov and animated pictures; other files show white there. ``strength``, ``anime`` and ``detail``
    are those of :meth:`Stylizer.array <rosetail.stylizer.stylizer.Stylizer.array>`; the working
    scale is constant, and ``auto`` takes it from the faces in a few frames. ``compare`` writes
    source and drawing side by side. ``progress(done, total or None)`` is called after each frame.

    ``dst`` appears complete or not at all, also after Ctrl-C. ``parts`` is a folder, for this job
    alone, in which finished parts of a video are kept meanwhile: after a crash, the same call
    continues with the next part.

    Raises:
        InputError: ``src`` is not a complete, readable video; names the file and the cause.
        OutputError: ``dst`` cannot be written.
        SettingsError: an option is out of range.
    """
    check_fraction("strength", strength)
    check_fraction("anime", anime)
    stylizer.scale_for((1, 1), (), detail)  # refuses a bad detail early
    target = check_target(src, dst)
    start = time.perf_counter()
    report = VideoReport(target)
    with writing(target) as part, naming_errors(target), open_clip(src) as clip:
        transparent = clip.transparent and holds_alpha(target)
        scale = clip_scale(stylizer, clip, detail) if strength else 1.0
        report.working = scaled(clip.size, scale)
        draw = FrameStylizer(stylizer, clip, scale, strength, anime, compare=compare)
        sequential = anime > 0 or stylizer.in_order
        if strength and not sequential:
            report.parallel = parallel_frames(report.working)
        if report.parallel > 1:
            draw.stylizer = stylizer.with_streams(report.parallel)
        size = frame_size(clip, compare)
        draw_frames(
            clip, draw, part, size, report, compare=compare,
            transparent=transparent, cut_out=True, progress=progress, parts=parts,
        )  # fmt: skip
    report.seconds = time.perf_counter() - start
    return report


def parallel_frames(working: tuple[int, int]) -> int:
    """How many frames to draw at a time, by the (height, width) of the network's input.

    One core per frame is faster than all cores on one frame, where they wait for each other.
    """
    in_memory = MAX_PIXELS // max(1, working[0] * working[1])
    return max(1, min(MAX_PARALLEL, usable_cores(), in_memory))


def check_target(
    src: str | os.PathLike[str], dst: str | os.PathLike[str], *, transparent: bool = False
) -> Path:
    """Return ``dst`` if a (``transparent``) video can be written there. Raises OutputError."""
    target = Path(dst)
    format_of(target, transparent=transparent)
    if target.exists() and Path(src).exists() and target.samefile(src):
        raise OutputError(f"{target}: is the source itself; give another name")
    return target


def frame_size(clip: Clip, compare: bool) -> tuple[int, int]:
    """(height, width) of the pictures to write."""
    height, width = clip.size
    return height, width * 2 if compare else width


def draw_frames(
    clip: Source,
    draw: Callable[[Any], Bytes],
    part: Path,
    size: tuple[int, int],
    report: VideoReport,
    *,
    items: Iterable[ClipFrame | SoundPacket] | None = None,
    compare: bool = False,
    square_pixels: bool = False,
    transparent: bool = False,
    cut_out: bool = False,
    progress: Progress | None = None,
    parts: Path | None = None,
) -> None:
    """Draw every frame of ``clip`` and write pictures of ``size`` (height, width) to ``part``.

    ``draw`` gets the frames of ``items``, by default those of ``clip``. ``report.parallel`` of them
    are drawn at a time; the counts in ``report`` are updated.
    ``square_pixels`` ignores the clip's pixel aspect ratio. ``transparent`` pictures have an alpha.
    ``cut_out`` gives drawings without one the alpha of the clip. ``parts``: see
    :func:`stylize_video`.
    """

    def work(item: ClipFrame | SoundPacket) -> DrawnFrame | SoundPacket:
        if isinstance(item, SoundPacket):
            return item
        start = time.perf_counter()
        drawn = draw(item)
        return DrawnFrame(drawn, item, time.perf_counter() - start)

    def write(item: DrawnFrame | SoundPacket) -> None:
        if isinstance(item, SoundPacket):
            out.write_sound(item)
            return
        frame = item.frame
        rgb, alpha = item.rgb, None
        if cut_out and clip.transparent:
            alpha = _opaque(frame.rgb) if frame.alpha is None else frame.alpha
        if compare:
            rgb = np.hstack([frame.rgb, rgb])
            alpha = None if alpha is None else np.hstack([alpha, alpha])
        out.write_frame(rgb, frame.pts, frame.duration, alpha)

    options = {"square_pixels": square_pixels, "transparent": transparent}
    source = clip.items() if items is None else items
    out: ClipWriter | PartWriter
    if parts is not None and isinstance(clip, ClipReader):
        out = PartWriter(parts, part, clip, size, **options)
        source = _after(source, out.done, report)
    else:
        out = ClipWriter(part, clip, size, **options)
    with (
        out,
        closing(prefetch(source, QUEUE)) as ready,
        BackgroundConsumer(write, QUEUE) as writer,
        closing(parallel_map(work, ready, report.parallel)) as drawings,
    ):
        for item in drawings:
            writer.put(item)
            if isinstance(item, DrawnFrame):
                report.frames += 1
                report.drawing += item.seconds / report.parallel
                if progress is not None:
                    progress(report.frames, clip.frames)
    report.notes, report.damaged = clip.notes + out.notes, clip.damaged + out.damaged
    if report.damaged:
        report.notes.append(
            f"is damaged; packets left out: {clip.damaged} of pictures, {out.damaged} of sound"
        )


def _after(
    items: Iterable[ClipFrame | SoundPacket], done: int, report: VideoReport
) -> Iterator[ClipFrame | SoundPacket]:
    """``items`` without the first ``done`` frames, which are counted in ``report``."""
    for item in items:
        if isinstance(item, ClipFrame) and report.frames < done:
            report.frames += 1
        else:
            yield item


def _opaque(rgb: Bytes) -> Bytes:
    return np.full(rgb.shape[:2], 255, np.uint8)


@contextmanager
def naming_errors(target: Path) -> Iterator[None]:
    """Name the file in errors of the encoder and muxer. (The reader names its own.)"""
    try:
        yield
    except av.error.FFmpegError as error:
        if isinstance(error, OSError):
            raise  # named where the file was opened
        raise OutputError(
            f"{target}: the video cannot be written ({error.strerror}); try another suffix"
        ) from error


class FrameStylizer:
    """Draws the frames of ``clip`` in order, at a fixed working scale and with tracked faces.

    If neither the full-size photo nor the full-size drawing is needed, ``clip`` is set to return
    frames of the working size.
    """

    def __init__(
        self,
        stylizer: Stylizer,
        clip: Clip,
        scale: float,
        strength: float = 1.0,
        anime: float = 0.0,
        *,
        compare: bool = False,
    ) -> None:
        if scale < 1 and strength == 1 and anime == 0 and not compare and not clip.transparent:
            clip.shrink_to(scaled(clip.size, scale))
            scale = 1.0
        self.stylizer = stylizer
        self._scale, self._strength, self._anime = scale, strength, anime
        self._tick, self._tracker = clip.tick, FaceTracker()

    def __call__(self, frame: ClipFrame) -> Bytes:
        """The drawing of ``frame``, uint8 of the same shape."""
        if self._strength == 0:
            return frame.rgb
        photo = frame.rgb
        if self._anime > 0:
            faces = self._tracker.follow(photo, float(frame.pts * self._tick))
            meshes = [face.mesh for face in faces]
            photo = towards_anime(photo, meshes, self._anime * self._strength)
        return blend(photo, self.stylizer.at_scale(photo, self._scale), self._strength)


def clip_scale(stylizer: Stylizer, clip: Clip, detail: Detail) -> float:
    """The working scale of a clip, by the median size of the largest face in a few frames."""
    distances: list[float] = []
    if detail == "auto":
        largest = [max(eye_distances(find(rgb)), default=0.0) for rgb in clip.probe(PROBES)]
        found = [distance for distance in largest if distance]
        distances = [float(np.median(found))] if found else []
    scale = stylizer.scale_for(clip.size, distances, detail)
    # Tiles would take a multiple of the time of each frame, so only a number asks for them.
    return min(scale, largest_scale(clip.size)) if detail == "auto" else scale
