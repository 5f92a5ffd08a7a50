"""Paths of a character's code through a clip, as functions of time in seconds.

Codes are (latent,), or (groups, latent) if an edit is for some layers.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from rosetail.arrays import Floats
from rosetail.characters.keyframes import EditCurve, apply_curves

CodePath = Callable[[float], Floats]

Mode = Literal["fixed", "blend", "beat", "eig", "wall"]
WALL = 8  # characters around the source
SECONDS = 2.0  # from one code to the next in blend
AXES = 5  # that eig uses before it starts again
SWING = 4.0  # seconds for one axis in eig: forth, back, and the other way


def paths_for_mode(
    mode: Mode,
    codes: Sequence[Floats],
    others: Sequence[Floats],
    beats: Sequence[float] = (),
    axes: Sequence[Floats] = (),
) -> list[CodePath]:
    """One path for each of ``codes``.

    ``blend`` and ``beat`` also pass through ``others``; ``eig`` moves along ``axes``. ``wall`` has
    WALL fixed paths: the codes, filled up with others.
    """
    if mode == "wall":
        return [Fixed(w) for w in [*codes, *others][:WALL]]
    if mode == "blend":
        return [blend([w, *others]) for w in codes]
    if mode == "beat":
        return [beat([w, *others], beats) for w in codes]
    if mode == "eig":
        return [eig(w, axes) for w in codes]
    return [Fixed(w) for w in codes]


@dataclass(frozen=True, eq=False)
class Fixed:
    """The same code throughout."""

    w: Floats

    def __call__(self, seconds: float) -> Floats:
        return self.w


def blend(codes: Sequence[Floats]) -> CodePath:
    """Interpolate from code to code in a cycle, with zero speed at each code."""

    def at(seconds: float) -> Floats:
        whole, part = divmod(max(seconds, 0.0) / SECONDS, 1.0)
        first, second = (codes[(int(whole) + step) % len(codes)] for step in (0, 1))
        share = np.float32(part * part * (3 - 2 * part))
        return first + share * (second - first)

    return at


def beat(codes: Sequence[Floats], beats: Sequence[float]) -> CodePath:
    """Switch to the next code at each of ``beats``, in seconds and sorted."""
    return lambda seconds: codes[bisect_right(beats, seconds) % len(codes)]


def eig(w: Floats, axes: Sequence[Floats]) -> CodePath:
    """Swing between ``w`` + axis and ``w`` - axis, for one of ``axes`` (latent,) after the other,
    as the published notebook of GANs N' Roses does."""

    def at(seconds: float) -> Floats:
        number, part = divmod(max(seconds, 0.0) / SWING, 1.0)
        return w + np.float32(np.sin(2 * np.pi * part)) * axes[int(number) % len(axes)]

    return at


def with_curves(path: CodePath, curves: Mapping[str, EditCurve]) -> CodePath:
    """``path`` with keyframed edits added."""
    return lambda seconds: apply_curves(path(seconds), curves, seconds)
