"""Modulation of a decoder's layers by a code w, and SeFa's directions in it.

The decoder takes the styles of all its layers as one row (port ``scales``). A group holds the
layers of one resolution. A code that differs between groups costs the decoder nothing extra: its
row is assembled from the rows of several codes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rosetail.errors import SettingsError, WeightsMissing

Floats = NDArray[np.floating]


class LayerGroups(NamedTuple):
    """The groups that the columns of a row of styles belong to.

    Attributes:
        names: the groups, coarse to fine, as fractions of the picture's side.
        group: (S,), the group of each column.
        is_style: (S,), False for columns that describe the size of an output.
        demodulated: (S,), True for columns of layers whose output is normalized; those that draw
            colours are not.
    """

    names: tuple[str, ...]
    group: NDArray[np.int64]
    is_style: NDArray[np.bool_]
    demodulated: NDArray[np.bool_]


class StyleLayers(NamedTuple):
    """``weights`` (S, latent): the linear dependence of each column of the styles on w."""

    groups: LayerGroups
    weights: NDArray[np.float64]

    def modulation(self, group: int | None = None, *, colours: bool = True) -> NDArray[np.float64]:
        """The modulation weights of all layers, or of one group: (rows, latent). ``colours``:
        with the layers that draw colours (ToRGB)."""
        rows = self.groups.is_style
        if not colours:
            rows = rows & self.groups.demodulated
        if group is not None:
            rows = rows & (self.groups.group == group)
        return np.ascontiguousarray(self.weights[rows])


def read_layer_groups(header: Mapping[str, str]) -> LayerGroups:
    """The groups from the header of a ``scales`` graph.

    Raises WeightsMissing for a damaged header, or an old export that does not list its layers.
    """
    if "layers" not in header:
        raise WeightsMissing("the scales graph does not list its layers; export the model again")
    try:
        rows = json.loads(header["layers"])
        names = tuple(header["groups"].split())
        group = np.concatenate([np.full(styles + sizes, g) for styles, sizes, g in rows])
        style = np.concatenate([np.arange(styles + sizes) < styles for styles, sizes, _ in rows])
        sized = np.concatenate([np.full(styles + sizes, sizes > 0) for styles, sizes, _ in rows])
        if sorted(set(group.tolist())) != list(range(len(names))):
            raise ValueError("groups do not fit their names")
    except (KeyError, TypeError, ValueError) as error:
        raise WeightsMissing(
            f"the header of the scales graph is damaged ({error}); export the model again"
        ) from error
    return LayerGroups(names, group.astype(np.int64), style, sized)


def sefa_axes(
    modulation: Floats, count: int, *, normalized: bool = True
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """SeFa (Shen and Zhou 2021): the directions that change a generator's weights most.

    Unit eigenvectors (count, D) of AᵀA and their eigenvalues (count,), largest first. With
    ``normalized`` rows of A are normalized first, as in the authors' code; the equations, and GANs
    N' Roses, take them as they are. The largest component of a vector is positive.
    """
    a = np.asarray(modulation, np.float64)
    if a.ndim != 2 or not 1 <= count <= a.shape[1]:
        raise SettingsError(f"{count} axes of {list(a.shape)}: give a matrix and 1 to D axes")
    a = unit_rows(a) if normalized else a
    values, vectors = np.linalg.eigh(a.T @ a)
    axes = vectors.T[::-1][:count]
    largest = np.take_along_axis(axes, np.abs(axes).argmax(1)[:, None], 1)
    return axes * np.sign(largest), values[::-1][:count]


def unit_rows(vectors: Floats) -> NDArray[np.float64]:
    """``vectors`` (N, D) with rows of length one."""
    lengths = np.linalg.norm(np.atleast_2d(vectors), axis=1, keepdims=True)
    return np.asarray(np.atleast_2d(vectors) / np.maximum(lengths, 1e-12))
