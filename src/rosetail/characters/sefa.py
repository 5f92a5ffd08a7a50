"""SeFa: the directions that change a generator's weights most (Shen and Zhou 2021)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rosetail.errors import SettingsError

Floats = NDArray[np.float64]


def sefa_axes(modulation: Floats, count: int) -> tuple[Floats, Floats]:
    """Unit eigenvectors (count, D) of AᵀA with the largest eigenvalues (count,), largest first.

    Rows of A are scaled to length one first, as the authors do. The sign makes the largest number
    of each vector positive.
    """
    a = np.asarray(modulation, np.float64)
    if a.ndim != 2 or not 1 <= count <= a.shape[1]:
        raise SettingsError(f"{count} axes of {list(a.shape)}: give a matrix and 1 to D axes")
    a = unit_rows(a)
    values, vectors = np.linalg.eigh(a.T @ a)
    axes = vectors.T[::-1][:count]
    strongest = np.take_along_axis(axes, np.abs(axes).argmax(1)[:, None], 1)
    return axes * np.sign(strongest), values[::-1][:count]


def unit_rows(vectors: Floats) -> Floats:
    lengths = np.linalg.norm(np.atleast_2d(vectors), axis=1, keepdims=True)
    return np.asarray(np.atleast_2d(vectors) / np.maximum(lengths, 1e-12))
