"""Fine strands of hair: thin dark and light lines along the flow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rosetail.arrays import Floats
from rosetail.stylizer.rule.fields import blur
from rosetail.stylizer.rule.ink import response, ridge
from rosetail.stylizer.rule.photo import PhotoFields
from rosetail.stylizer.rule.shapes import Flags, shrunk
from rosetail.stylizer.rule.strokes import Path, length, smooth_path
from rosetail.stylizer.rule.tracing import join, trace

SIGMA = 0.0075  # units: of a strand
SHORTEST = 0.26  # units
MOST = 260  # strands of each kind: the strongest
WEAKEST = 0.35  # response in L


@dataclass(frozen=True)
class Strand:
    """A strand: points [N, 2], and how strongly it stands out, 0..1."""

    path: Path
    strength: float


def read_strands(photo: PhotoFields, hair: Floats) -> tuple[list[Strand], list[Strand]]:
    """Strands darker and strands lighter than the hair around them."""
    inside = shrunk(hair > 0.5, 0.02 * photo.unit)
    if inside.sum() < (0.3 * photo.unit) ** 2:
        return [], []
    strength = response(photo.lab[..., 0], photo.flow, max(SIGMA * photo.unit, 0.8))
    dark, light = (
        _strands(np.asarray(sign * strength, np.float32), inside, photo) for sign in (1, -1)
    )
    return dark, light


def _strands(strength: Floats, inside: Flags, photo: PhotoFields) -> list[Strand]:
    # Relative to what is usual around, so that dark hair has strands as well.
    usual = blur(np.abs(strength), 0.25 * photo.unit) + np.float32(0.15)
    found = []
    seen = ridge(strength, photo.flow) & inside & (strength > WEAKEST) & (strength > 0.8 * usual)
    for path in join(trace(seen), 0.05 * photo.unit):
        if length(path) < SHORTEST * photo.unit:
            continue
        line = smooth_path(path, 0.03 * photo.unit, 2.0)
        height, width = strength.shape
        column, row = np.clip(np.rint(line).astype(int), 0, (width - 1, height - 1)).T
        ratio = float((strength[row, column] / usual[row, column]).mean())
        found.append(Strand(line, float(np.clip(ratio / 3, 0.2, 1))))
    found.sort(key=lambda strand: -strand.strength * length(strand.path))
    return found[:MOST]
