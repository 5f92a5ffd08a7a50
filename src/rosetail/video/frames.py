"""What lies between a stored frame and the one a viewer sees: turn, time and fields."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av
import av.filter
import numpy as np
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]


class Orientation:
    """How stored pictures become upright ones: quarter turns and mirrors of a display matrix."""

    def __init__(self, across: bool, mirror_x: bool, mirror_y: bool) -> None:
        self.across, self.mirror_x, self.mirror_y = across, mirror_x, mirror_y

    @classmethod
    def of(cls, frame: VideoFrame) -> Orientation:
        """From the frame's side data: 3x3 fixed-point numbers, x' = ax + cy, y' = bx + dy."""
        data: Any = frame.side_data.get("DISPLAYMATRIX")
        if data is None:
            return cls(False, False, False)
        a, b, _, c, d = (int(number) for number in np.frombuffer(bytes(data), np.int32)[:5])
        across = abs(b) > abs(a)
        return cls(across, (c if across else a) < 0, (b if across else d) < 0)

    def size(self, size: tuple[int, int]) -> tuple[int, int]:
        """The upright (height, width) of stored pictures, or the other way round."""
        return (size[1], size[0]) if self.across else size

    def __call__(self, rgb: Bytes) -> Bytes:
        turned = rgb.transpose(1, 0, 2) if self.across else rgb
        rows = slice(None, None, -1) if self.mirror_y else slice(None)
        columns = slice(None, None, -1) if self.mirror_x else slice(None)
        return np.ascontiguousarray(turned[rows, columns])


class Clock:
    """Times of frames in order: those of the file where it has them, later than the one before."""

    def __init__(self, tick: Fraction, rate: Fraction) -> None:
        self._usual = max(1, round(1 / rate / tick))
        self._told: deque[tuple[int | None, int]] = deque()
        self._due: int | None = None
        self._last: int | None = None

    def tell(self, pts: int | None, duration: int | None) -> None:
        self._told.append((pts, duration or self._usual))

    def next(self) -> tuple[int, int]:
        pts, duration = self._told.popleft()
        if pts is None:
            pts = self._due or 0
        if self._last is not None and pts <= self._last:
            pts = self._last + 1
        self._last, self._due = pts, pts + duration
        return pts, duration


class Deinterlacer:
    """Whole pictures from fields, one for one (yadif, one frame behind)."""

    def __init__(self, stream: VideoStream) -> None:
        self._graph = av.filter.Graph()
        source = self._graph.add_buffer(template=stream)
        fields = self._graph.add("yadif", "mode=send_frame:deint=all")
        sink = self._graph.add("buffersink")
        source.link_to(fields)
        fields.link_to(sink)
        self._graph.configure()

    def __call__(self, frame: VideoFrame) -> Iterator[VideoFrame]:
        self._graph.vpush(frame)
        yield from self._pull()

    def rest(self) -> Iterator[VideoFrame]:
        self._graph.vpush(None)
        yield from self._pull()

    def _pull(self) -> Iterator[VideoFrame]:
        while True:
            try:
                yield self._graph.vpull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
