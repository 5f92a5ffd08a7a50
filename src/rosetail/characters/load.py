"""A trained model by its name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal, overload

from rosetail import weights
from rosetail.characters.network_model import Roses
from rosetail.stylizer.stylizer import Stylizer
from rosetail.weights import PAINTER

if TYPE_CHECKING:
    from rosetail.characters.painter_model import PaintedRoses


def open_roses(model: str | os.PathLike[str], backend: str = "auto") -> Roses:
    """The model of characters called ``model``: ``painter``, a name of the catalog, or the folder
    of an exported run. Raises as :class:`Roses`; ExtraMissing for the painter without Skia."""
    if os.fspath(model) == PAINTER:
        from rosetail.characters.painter_model import PaintedRoses

        return PaintedRoses()
    return Roses(model, backend)


@overload
def load(name: Literal["painter"], backend: str = "auto") -> PaintedRoses: ...  # type: ignore[overload-overlap]
@overload
def load(name: Literal["roses"], backend: str = "auto") -> Roses: ...  # type: ignore[overload-overlap]
@overload
def load(name: str | os.PathLike[str], backend: str = "auto") -> Stylizer: ...
def load(name: str | os.PathLike[str], backend: str = "auto") -> Stylizer | Roses:
    """The look or model called ``name``, or the one in an .onnx file or an exported folder.

    >>> rosetail.load("cel")("me.jpg").save("me-anime.png")
    >>> cast = rosetail.load("painter").cast("me.jpg", n=8)
    """
    if os.fspath(name) in (PAINTER, *weights.models()) or Path(name).is_dir():
        return open_roses(name, backend)
    return Stylizer(name, backend)
