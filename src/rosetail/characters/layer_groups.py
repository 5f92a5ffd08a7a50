"""Which of a decoder's scales belong to which group of layers, one group a resolution.

The decoder takes the scales of all its layers in one row. A code that differs from one group to
the next is therefore no more work for it: the row is put together from the rows of several codes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rosetail.errors import WeightsMissing

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class LayerGroups:
    """``names``, coarse to fine, as parts of the picture's side. ``group`` (S,) is the group of
    each scale, ``style`` (S,) whether it is a style, not the size of an output."""

    names: tuple[str, ...]
    group: NDArray[np.int64]
    style: NDArray[np.bool_]

    def picked(self, rows: Floats) -> Floats:
        """Of scales (N, groups, S), for each column the row of its own group: (N, S)."""
        columns = np.arange(rows.shape[2])
        return np.ascontiguousarray(rows[:, self.group, columns])


def read_layer_groups(facts: Mapping[str, str]) -> LayerGroups | None:
    """What the header of a ``scales`` graph says; None where an older export says nothing.

    Raises WeightsMissing for a header that makes no sense.
    """
    if "layers" not in facts:
        return None
    try:
        rows = json.loads(facts["layers"])
        names = tuple(facts["groups"].split())
        group = np.concatenate([np.full(styles + sizes, g) for styles, sizes, g in rows])
        style = np.concatenate([np.arange(styles + sizes) < styles for styles, sizes, _ in rows])
        if sorted(set(group.tolist())) != list(range(len(names))):
            raise ValueError("groups do not fit their names")
    except (KeyError, TypeError, ValueError) as error:
        raise WeightsMissing(
            f"the header of the scales graph is damaged ({error}); export the model again"
        ) from error
    return LayerGroups(names, group.astype(np.int64), style)
