"""New characters near an old one: plain arithmetic on codes.

"More like this" draws others towards the one; a lock keeps what the model's directions say of a
part (hair, eyes, mouth): of a new code, the part that lies in the span of that part's directions is
put back to what it was, and the rest stays new.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

DEPENDENT = 1e-6  # of the largest singular value: directions that say nothing new


def near(base: Floats, others: Floats, spread: float) -> Floats:
    """``others`` (N, D) drawn to ``base`` (D,): spread 1 leaves them, 0 gives ``base``."""
    return np.asarray(base + np.float32(spread) * (others - base), np.float32)


def holding(base: Floats, others: Floats, directions: Sequence[Floats]) -> Floats:
    """``others`` (N, D) with the part along ``directions``, each (D,) or (groups, D), of ``base``.

    A direction for groups of layers counts with each of its rows.
    """
    if not directions:
        return others
    rows = np.concatenate([np.atleast_2d(each) for each in directions]).astype(np.float64)
    _, sizes, axes = np.linalg.svd(rows, full_matrices=False)
    axes = axes[sizes > DEPENDENT * sizes[0]]
    away = (base - others).astype(np.float64)
    return np.asarray(others + (away @ axes.T) @ axes, np.float32)
