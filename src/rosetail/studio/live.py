"""Draws a character that follows the webcam: one process tracks the face, others draw in turn.

Tracking needs every frame in order and is quick; drawing takes longer and needs only the numbers
that tracking gives, so that two frames can be drawn at the same time.
"""

from __future__ import annotations

import itertools
import time
from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import cv2
import numpy as np

from rosetail.errors import InputError
from rosetail.studio.child import ChildProcess
from rosetail.studio.files import naming
from rosetail.studio.request_queue import RequestQueue
from rosetail.studio.settings import Limits

DRAWERS = 2  # processes that draw
PERFORMERS = 4  # clients whose faces are followed at the same time
FIGURES_IN_MEMORY = 8
FRAME_PIXELS = 1024 * 1024


class LivePicture(NamedTuple):
    """RGBA of a square picture, whether a face was in the frame, whether the neutral face is being
    measured, and the milliseconds of tracking and of drawing."""

    rgba: bytes
    seen: bool
    calibrating: bool
    tracking: float
    drawing: float


class Live:
    """The processes of the live character; they start with the first frame."""

    def __init__(self, limits: Limits) -> None:
        self._tracker = RequestQueue(ChildProcess(Tracking), limits)
        self._drawers = [RequestQueue(ChildProcess(Drawing), limits) for _ in range(DRAWERS)]
        self._turn = itertools.cycle(self._drawers)

    def start(self) -> None:
        """Start serving; needs a running event loop."""
        for queue in (self._tracker, *self._drawers):
            queue.start()

    async def stop(self) -> None:
        """End all processes."""
        for queue in (self._tracker, *self._drawers):
            await queue.stop()

    async def draw(
        self,
        client: str,
        frame: bytes,
        *,
        character: str,
        size: int,
        seconds: float,
        held: Sequence[str],
        calibrate: bool,
    ) -> LivePicture:
        """The character, a path, as it follows ``frame``, a JPEG of at most a megapixel."""
        began = time.perf_counter()
        layout, seen, calibrating = await self._tracker.call(
            client,
            "follow",
            who=client,
            frame=frame,
            seconds=seconds,
            held=tuple(held),
            calibrate=calibrate,
        )
        tracked = time.perf_counter()
        rgba = await next(self._turn).call(
            client, "draw", character=character, layout=layout, size=size
        )
        drawn = time.perf_counter()
        return LivePicture(
            rgba, seen, calibrating, 1000 * (tracked - began), 1000 * (drawn - tracked)
        )


class Tracking:
    """Follows the faces of several clients, inside a child process."""

    def __init__(self) -> None:
        from rosetail.characters.live import Performer

        self._new = Performer
        self._performers: OrderedDict[str, Performer] = OrderedDict()

    def __call__(self, name: str, arguments: dict[str, Any]) -> Any:
        assert name == "follow", name
        return self.follow(**arguments)

    def follow(
        self, who: str, frame: bytes, seconds: float, held: Sequence[str], calibrate: bool
    ) -> tuple[dict[str, float], bool, bool]:
        """See :meth:`rosetail.characters.live.Performer.follow`."""
        rgb = cv2.imdecode(np.frombuffer(frame, np.uint8), cv2.IMREAD_COLOR_RGB)
        if rgb is None or rgb.shape[0] * rgb.shape[1] > FRAME_PIXELS:
            raise InputError("the frame: not an image of at most a megapixel; send a JPEG")
        performer = self._performers.setdefault(who, self._new())
        self._performers.move_to_end(who)
        while len(self._performers) > PERFORMERS:
            self._performers.popitem(last=False)
        if calibrate:
            performer.calibrate()
        seen = performer.follow(np.asarray(rgb, np.uint8), seconds, held)
        return seen.layout, seen.seen, seen.calibrating


class Drawing:
    """Draws figures, inside a child process."""

    def __init__(self) -> None:
        self._figure = lru_cache(FIGURES_IN_MEMORY)(self._read)

    def __call__(self, name: str, arguments: dict[str, Any]) -> Any:
        assert name == "draw", name
        return self.draw(**arguments)

    def draw(self, character: str, layout: dict[str, float], size: int) -> bytes:
        """RGBA, ``size`` pixels wide and high, of the character file at a path."""
        return self._figure(character).draw(layout, size).tobytes()

    def _read(self, path: str) -> Any:
        from rosetail.characters.live import LiveFigure
        from rosetail.characters.model import read_character

        with naming(path, "the character"):
            return LiveFigure(read_character(path))
