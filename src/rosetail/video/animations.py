"""Read animated GIF, WebP, PNG and AVIF pictures as clips."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

from rosetail.arrays import Bytes
from rosetail.image_decoding import decode_image
from rosetail.images import is_animated, open_animation
from rosetail.reading import reading
from rosetail.stylizer.scale import resize_photo
from rosetail.video.reader import ClipFrame, ClipReader

# Browsers show pictures with a duration of at most 10 ms for 100 ms, and so are they meant.
SHORTEST, USUAL = 10, 100


class AnimationReader:
    """An animated picture with the members of :class:`~rosetail.video.reader.ClipReader` that
    drawing and writing need. Times are in milliseconds.

    Raises InputError for a damaged file.
    """

    tick, pixel_aspect = Fraction(1, 1000), Fraction(1)
    chapters: tuple[Any, ...] = ()
    title = ""
    damaged = 0

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self.notes: list[str] = []
        self.sound_streams: list[Any] = []
        self.attachments: list[Any] = []
        self.track_metadata: dict[str, str] = {}
        with reading(self.path, "an animated picture", "copy it again"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about what is ignored
            self._image: Any = open_animation(self.path)
        self._durations: list[int] = []
        self.transparent = False
        try:
            self._measure()
        except BaseException:
            self._image.close()
            raise
        self._shown = self.size

    def _measure(self) -> None:
        """Read all pictures once for their size, durations and transparency."""
        for rgb, alpha in self._pictures():
            self.size = rgb.shape[0], rgb.shape[1]
            self.transparent |= alpha is not None
            duration = round(self._image.info.get("duration", 0))
            self._durations.append(duration if duration > SHORTEST else USUAL)

    @property
    def plays(self) -> int:
        """How often the animation is shown; 0 is without end."""
        stated = self._image.info.get("loop")
        if self._image.format != "GIF":
            return int(stated or 0)
        return 1 if stated is None else int(stated) + bool(stated)  # GIF states the repetitions

    @property
    def frames(self) -> int:
        return len(self._durations)

    @property
    def seconds(self) -> float:
        return sum(self._durations) / 1000

    @property
    def rate(self) -> Fraction:
        return Fraction(1000 * len(self._durations), sum(self._durations))

    @property
    def last_duration(self) -> Fraction:
        """Seconds for which the last picture is shown."""
        return Fraction(self._durations[-1], 1000)

    def start_offset(self) -> Fraction:
        return Fraction(0)

    def __enter__(self) -> AnimationReader:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._image.close()

    def items(self) -> Iterator[ClipFrame]:
        """All pictures."""
        pts = 0
        for (rgb, alpha), duration in zip(self._pictures(), self._durations, strict=True):
            if self._shown != self.size:
                rgb = resize_photo(rgb, self._shown)
            yield ClipFrame(rgb, pts, duration, alpha)
            pts += duration

    def shrink_to(self, size: tuple[int, int]) -> None:
        """Return pictures of ``size`` (height, width) from now on."""
        self._shown = size

    def probe(self, count: int) -> list[Bytes]:
        """Up to ``count`` pictures spread over the animation."""
        wanted = {(2 * index + 1) * self.frames // (2 * count) for index in range(count)}
        return [rgb for number, (rgb, _) in enumerate(self._pictures()) if number in wanted]

    def _pictures(self) -> Iterator[tuple[Bytes, Bytes | None]]:
        # The default picture of a PNG need not be part of its animation.
        first = int(getattr(self._image, "default_image", False))
        for number in range(first, self._image.n_frames):
            with reading(self.path, "an animated picture", "copy it again"):
                self._image.seek(number)
                rgb, alpha = decode_image(self._image, name=str(self.path))
            if alpha is not None:
                rgb[alpha == 0] = 255
            yield rgb, alpha


Clip: TypeAlias = ClipReader | AnimationReader


def open_clip(path: str | os.PathLike[str]) -> Clip:
    """Open a video or an animated picture for reading. Raises InputError."""
    return AnimationReader(path) if is_animated(path) else ClipReader(path)
