"""Moves that are worth measuring: what the network learned, what the draws tell, main axes.

Each is as long as it is likely to be used, since what it does depends on how far it goes, and there
in both directions, since going back is not the opposite of going there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rosetail.characters.directions_file import Direction
from rosetail.characters.model import CharacterModel, style_layers
from rosetail.characters.style_layers import sefa_axes
from rosetail.directions.solvers import Floats, joint_moves
from rosetail.errors import WeightsMissing

Moves = NDArray[np.float32]

MAIN_AXES = 12  # of w, for every group
SEFA_AXES = 6  # of each group's modulation weights
AXIS_STEP = 1.5  # standard deviations of w along a main axis
FARTHEST = 1.0  # of the draws' own spread: a statistical move is cut there


class Candidates(NamedTuple):
    """``moves`` (K, groups, latent) and what each is: ``sefa 2 1`` is axis 1 of group 2."""

    moves: Moves
    kinds: tuple[str, ...]


def candidates(
    roses: CharacterModel,
    learned: Mapping[str, Direction],
    w: Floats,
    tags: Sequence[str],
    has: NDArray[np.bool_],
) -> Candidates:
    """For a model with ``learned`` edits, and draws ``w`` (M, latent) whose ``tags`` are ``has``,
    (M, T)."""
    groups = group_count(roses)
    centred = w - w.mean(0)
    spread = float(np.sqrt(np.square(centred).sum(1).mean()))
    found: list[Moves] = []
    kinds: list[str] = []

    def add(kind: str, move: Floats, alone: Sequence[int]) -> None:
        """``move`` (latent,) of all groups, and of each of the groups ``alone``."""
        for group in (None, *alone):
            placed = np.zeros((groups, len(move)), np.float32)
            placed[slice(None) if group is None else group] = move
            found.append(placed)
            kinds.append(kind if group is None else f"{kind} {group}")

    every = range(groups) if groups > 1 else ()
    for tag, direction in learned.items():
        add(f"learned {tag}", direction.scale * direction.vector.astype(float), every)
    if tags:
        for tag, row in zip(tags, joint_moves(w, has), strict=True):
            length = float(np.linalg.norm(row))
            move = row * min(1.0, FARTHEST * spread / max(length, 1e-12))
            add(f"draws {tag}", move, () if tag in learned else every)
    _, sizes, axes = np.linalg.svd(centred, full_matrices=False)
    for axis, size in zip(axes[:MAIN_AXES], sizes, strict=False):
        step = AXIS_STEP * size / np.sqrt(len(w)) * axis
        for sign in (1, -1):
            for group in every or (0,):
                found.append(_in_group(sign * step, group, groups))
                kinds.append(f"main {group}")
    for group, axis, number in _sefa(roses, groups):
        for sign in (1, -1):
            found.append(_in_group(sign * 0.5 * spread * axis, group, groups))
            kinds.append(f"sefa {group} {number}")
    return Candidates(np.stack(found), tuple(kinds))


def group_count(roses: CharacterModel) -> int:
    """Groups of layers, 1 where there are none or the export does not tell them."""
    try:
        layers = style_layers(roses)
    except WeightsMissing:
        return 1
    return 1 if layers is None else len(layers.groups.names)


def learned_edits(roses: CharacterModel) -> dict[str, Direction]:
    """What the model can do by itself, by tag; nothing where it has none."""
    return {} if roses.learned is None else dict(roses.learned.found.get(own_method(roses), {}))


def own_method(roses: CharacterModel) -> str:
    """What the model calls its own edits: ``learned`` by a network, ``painted`` by rule; nothing
    where it has none."""
    return "" if roses.learned is None else next(iter(roses.learned.found), "")


def _sefa(roses: CharacterModel, groups: int) -> list[tuple[int, Floats, int]]:
    found: list[tuple[int, Floats, int]] = []
    layers = style_layers(roses)
    if layers is None:
        return found
    for group in range(groups):
        weights = layers.modulation(group if groups > 1 else None)
        for number, axis in enumerate(sefa_axes(weights, min(SEFA_AXES, roses.latent))[0]):
            found.append((group, axis, number))
    return found


def _in_group(move: Floats, group: int, groups: int) -> Moves:
    placed = np.zeros((groups, len(move)), np.float32)
    placed[group] = move
    return placed
