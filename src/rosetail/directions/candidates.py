"""Candidate moves: learned edits, regression on the draws, main axes of w, and SeFa axes.

Each has the length at which it is likely to be used, because its effect depends on the length.
Axes are candidates in both directions, because their effects are not opposite.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rosetail.characters.capabilities import style_layers
from rosetail.characters.directions_file import Direction
from rosetail.characters.model import CharacterModel
from rosetail.characters.style_layers import sefa_axes
from rosetail.directions.draws import Draws
from rosetail.directions.solvers import joint_moves
from rosetail.errors import WeightsMissing

MAIN_AXES = 12  # of w, per group
SEFA_AXES = 6  # of the modulation weights, per group
AXIS_STEP = 1.5  # standard deviations of w along a main axis
SEFA_STEP = 0.5  # of the spread of w


class Candidates(NamedTuple):
    """``moves`` (K, groups, latent) and their ``kinds``: ``sefa 2 1`` is axis 1 of group 2."""

    moves: NDArray[np.float32]
    kinds: tuple[str, ...]


def candidates(
    model: CharacterModel, learned: Mapping[str, Direction], draws: Draws, tags: Sequence[str]
) -> Candidates:
    """Candidates from the ``learned`` edits of a model and from ``draws`` for ``tags``.

    Learned and regression moves apply to all groups of layers, and to each group alone.
    """
    groups = group_count(model)
    each_group = range(groups) if groups > 1 else ()
    w = draws.w.astype(np.float64)
    centred = w - w.mean(0)
    spread = float(np.sqrt(np.square(centred).sum(1).mean()))
    moves: list[NDArray[np.float32]] = []
    kinds: list[str] = []

    def add(kind: str, vector: NDArray[np.floating], group: int | None = None) -> None:
        move = np.zeros((groups, len(vector)), np.float32)
        move[slice(None) if group is None else group] = vector
        moves.append(move)
        kinds.append(kind)

    for tag, direction in learned.items():
        vector = direction.scale * direction.vector.astype(float)
        for group in (None, *each_group):
            add(f"learned {tag}", vector, group)
    if tags:
        for tag, vector in zip(tags, joint_moves(w, draws.has(tags)), strict=True):
            length = float(np.linalg.norm(vector))
            limited = vector * min(1.0, spread / max(length, 1e-12))
            for group in (None, *(() if tag in learned else each_group)):
                add(f"draws {tag}", limited, group)
    _, sizes, axes = np.linalg.svd(centred, full_matrices=False)
    for axis, size in zip(axes[:MAIN_AXES], sizes, strict=False):
        step = AXIS_STEP * size / np.sqrt(len(w)) * axis
        for sign in (1, -1):
            for group in each_group or (0,):
                add(f"main {group}", sign * step, group)
    layers = style_layers(model)
    for group in range(groups):
        if layers is None:
            break
        weights = layers.modulation(group if groups > 1 else None)
        for number, axis in enumerate(sefa_axes(weights, min(SEFA_AXES, model.latent))[0]):
            for sign in (1, -1):
                add(f"sefa {group} {number}", sign * SEFA_STEP * spread * axis, group)
    return Candidates(np.stack(moves), tuple(kinds))


def group_names(model: CharacterModel) -> tuple[str, ...]:
    """The model's groups of layers; one named ``all`` if it has none or does not list them."""
    try:
        layers = style_layers(model)
    except WeightsMissing:
        layers = None
    names = () if layers is None else tuple(layers.groups.names)
    return names if len(names) > 1 else ("all",)


def group_count(model: CharacterModel) -> int:
    return len(group_names(model))


def learned_edits(model: CharacterModel) -> dict[str, Direction]:
    """The edits that come with the model, by tag."""
    return {} if model.learned is None else dict(model.learned.by_method.get(own_method(model), {}))


def own_method(model: CharacterModel) -> str:
    """The method name of those edits: ``learned`` or ``painted``; empty if there are none."""
    return "" if model.learned is None else next(iter(model.learned.by_method), "")
