"""Shares of a job, as any machine can do them: a few pictures, or a part of a clip.

What a share needs are paths that mean the same on every machine, and a Rosetail installed there.
A look is loaded once in each worker process and kept.
"""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from rosetail import images
from rosetail.distributed.segments import Segment, draw_part
from rosetail.errors import RosetailError
from rosetail.stylizer.scale import Detail
from rosetail.stylizer.stylizer import Stylizer


@dataclass(frozen=True)
class StylizeOptions:
    """How everything of a job is drawn; see :class:`rosetail.stylizer.stylizer.Stylizer`."""

    style: str
    backend: str = "auto"
    strength: float = 1.0
    anime: float = 0.0
    faces_only: bool = False
    detail: Detail = "auto"
    compare: bool = False


@dataclass(frozen=True)
class PictureShare:
    """Pictures (source, target) to draw."""

    name: str
    how: StylizeOptions
    jobs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PartShare:
    """A part of ``film`` to draw into the .npz file ``out``; ``scale`` is the clip's."""

    name: str
    how: StylizeOptions
    film: str
    part: Segment
    out: str
    scale: float


@dataclass(frozen=True)
class Done:
    """What became of a share: files made, what failed and why, and which process did it."""

    name: str
    made: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    worker: str = field(default_factory=lambda: f"{platform.node()}:{os.getpid()}")


def do(share: PictureShare | PartShare) -> Done:
    """Do a share. What is wrong with an input is told, not raised."""
    look = _look(share.how.style, share.how.backend)
    if isinstance(share, PartShare):
        how = share.how
        try:
            draw_part(
                share.film,
                share.part,
                Path(share.out),
                look,
                strength=how.strength,
                anime=how.anime,
                compare=how.compare,
                scale=share.scale,
            )
        except RosetailError as error:
            return Done(share.name, failed=(str(error),))
        return Done(share.name, made=(share.out,))
    made, failed = [], []
    for source, target in share.jobs:
        try:
            draw_picture(look, share.how, Path(source), Path(target))
            made.append(target)
        except RosetailError as error:
            failed.append(str(error))
    return Done(share.name, tuple(made), tuple(failed))


def draw_picture(look: Stylizer, how: StylizeOptions, source: Path, target: Path) -> None:
    """One picture from file to file; the folder of ``target`` is made."""
    target.parent.mkdir(parents=True, exist_ok=True)
    drawn = look(source, strength=how.strength, anime=how.anime, faces_only=how.faces_only,
                 detail=how.detail)  # fmt: skip
    if how.compare:
        images.save(images.side_by_side(images.read(source), images.read(drawn)), target)
    else:
        images.save(drawn, target)


@lru_cache(maxsize=1)
def _look(style: str, backend: str) -> Stylizer:
    return Stylizer(style, backend)
