"""Prepare decoded frames for display: orientation, times and deinterlacing."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
import av.filter
import numpy as np
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from rosetail.arrays import Bytes


@dataclass(frozen=True)
class Orientation:
    """The quarter turn and mirroring that a display matrix asks for."""

    transposed: bool = False
    mirror_x: bool = False
    mirror_y: bool = False

    @classmethod
    def of(cls, frame: VideoFrame) -> Orientation:
        """From the frame's side data: 3x3 fixed-point numbers, x' = ax + cy, y' = bx + dy."""
        data: Any = frame.side_data.get("DISPLAYMATRIX")
        if data is None:
            return cls()
        a, b, _, c, d = (int(number) for number in np.frombuffer(bytes(data), np.int32)[:5])
        transposed = abs(b) > abs(a)
        return cls(transposed, (c if transposed else a) < 0, (b if transposed else d) < 0)

    def size(self, size: tuple[int, int]) -> tuple[int, int]:
        """Convert a stored (height, width) to the upright one, or back."""
        return (size[1], size[0]) if self.transposed else size

    def __call__(self, rgb: Bytes) -> Bytes:
        turned = rgb.transpose(1, 0, 2) if self.transposed else rgb
        rows = slice(None, None, -1) if self.mirror_y else slice(None)
        columns = slice(None, None, -1) if self.mirror_x else slice(None)
        return np.ascontiguousarray(turned[rows, columns])


class Clock:
    """Strictly increasing times of frames: those of the file, or the expected ones if it has none.

    ``push`` is called for each decoded frame, ``pop`` for each picture that comes out of it. With
    ``by_packets``, ``packet`` is called first for each decoded packet, and frames get the times of
    the packets in ascending order: AVI states in which order packets are decoded, but not shown.
    """

    def __init__(self, tick: Fraction, rate: Fraction, *, by_packets: bool = False) -> None:
        self._usual = max(1, round(1 / rate / tick))
        self._by_packets = by_packets
        self._packets: list[int] = []
        self._times: deque[tuple[int | None, int]] = deque()
        self._expected: int | None = None
        self._last: int | None = None

    def packet(self, dts: int | None) -> None:
        if self._by_packets and dts is not None:
            heapq.heappush(self._packets, dts)

    def push(self, frame: VideoFrame) -> None:
        pts = heapq.heappop(self._packets) if self._packets else frame.pts
        self._times.append((pts, frame.duration or self._usual))

    def pop(self) -> tuple[int, int]:
        """Time and duration of the next picture, in ticks."""
        pts, duration = self._times.popleft()
        if pts is None:
            pts = self._expected or 0
        if self._last is not None and pts <= self._last:
            pts = self._last + 1
        self._last, self._expected = pts, pts + duration
        return pts, duration


class Deinterlacer:
    """One whole picture for each pair of fields (yadif, which is one frame late)."""

    def __init__(self, stream: VideoStream) -> None:
        self._graph = av.filter.Graph()
        source = self._graph.add_buffer(template=stream)
        yadif = self._graph.add("yadif", "mode=send_frame:deint=all")
        sink = self._graph.add("buffersink")
        source.link_to(yadif)
        yadif.link_to(sink)
        self._graph.configure()

    def __call__(self, frame: VideoFrame | None) -> Iterator[VideoFrame]:
        """The pictures that are finished after ``frame``; None flushes the filter."""
        self._graph.vpush(frame)
        while True:
            try:
                yield self._graph.vpull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
