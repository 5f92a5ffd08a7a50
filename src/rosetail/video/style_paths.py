"""How a character's code moves through a clip: a function of time in seconds.

Codes are (latent,), or (groups, latent) where an edit is for some layers.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from rosetail.characters.keyframes import Line

Floats = NDArray[np.float32]
Path = Callable[[float], Floats]

Mode = Literal["fixed", "blend", "beat", "eig", "wall"]
WALL = 8  # characters around the source
SECONDS = 2.0  # from one code to the next while blending
AXES = 5  # that eig goes along before it begins again
SWING = 4.0  # seconds along an axis and back, both ways


def of_mode(
    mode: Mode,
    given: Sequence[Floats],
    others: Sequence[Floats],
    beats: Sequence[float] = (),
    axes: Sequence[Floats] = (),
) -> list[Path]:
    """One path for each of the codes ``given``; blend and beat pass through ``others`` as well,
    eig along ``axes``.

    A ``wall`` has WALL fixed ones: the given, then as many others as it takes.
    """
    if mode == "wall":
        return [Fixed(w) for w in [*given, *others][:WALL]]
    if mode == "blend":
        return [blend([w, *others]) for w in given]
    if mode == "beat":
        return [beat([w, *others], beats) for w in given]
    if mode == "eig":
        return [eig(w, axes) for w in given]
    return [Fixed(w) for w in given]


@dataclass(frozen=True, eq=False)
class Fixed:
    """The same code throughout."""

    w: Floats

    def __call__(self, seconds: float) -> Floats:
        return self.w


def eig(w: Floats, axes: Sequence[Floats]) -> Path:
    """To ``w`` + axis, back, to ``w`` - axis and back, along one of ``axes`` (latent,) after the
    other: what the published notebook does with the eigenvectors of the modulation."""

    def at(seconds: float) -> Floats:
        number, part = divmod(max(seconds, 0.0) / SWING, 1.0)
        return w + np.float32(np.sin(2 * np.pi * part)) * axes[int(number) % len(axes)]

    return at


def blend(codes: Sequence[Floats]) -> Path:
    """From code to code and round again, resting a moment at each: speed is 0 there."""

    def at(seconds: float) -> Floats:
        whole, part = divmod(max(seconds, 0.0) / SECONDS, 1.0)
        first, second = (codes[(int(whole) + ahead) % len(codes)] for ahead in (0, 1))
        share = np.float32(part * part * (3 - 2 * part))
        return first + share * (second - first)

    return at


def directed(path: Path, lines: Mapping[str, Line]) -> Path:
    """``path`` with edits that change over time (:mod:`rosetail.characters.keyframes`)."""
    from rosetail.characters.keyframes import added

    return lambda seconds: added(path(seconds), lines, seconds)


def beat(codes: Sequence[Floats], beats: Sequence[float]) -> Path:
    """The next code at each of ``beats``, seconds in rising order."""
    return lambda seconds: codes[bisect_right(beats, seconds) % len(codes)]
