"""Load a style or a character model by its name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal, overload

from rosetail import extras, weights
from rosetail.characters.model import CharacterModel
from rosetail.characters.network_model import NetworkModel
from rosetail.stylizer.stylizer import Stylizer
from rosetail.weights import PAINTER

if TYPE_CHECKING:
    from rosetail.characters.painter_model import PainterModel


def load_model(name: str | os.PathLike[str], backend: str = "auto") -> CharacterModel:
    """Load a character model: ``painter``, a name of the catalog, or the folder of an exported run.

    Raises UnknownStyle, WeightsMissing or BackendMissing; ExtraMissing or LibraryMissing for the
    painter without Skia.
    """
    if os.fspath(name) == PAINTER:
        extras.check("the painter", "paint", "skia")
        from rosetail.characters.painter_model import PainterModel  # cannot load without Skia

        return PainterModel()
    return NetworkModel(name, backend)


@overload
def load(name: Literal["painter"], backend: str = "auto") -> PainterModel: ...  # type: ignore[overload-overlap]
@overload
def load(name: Literal["roses"], backend: str = "auto") -> NetworkModel: ...  # type: ignore[overload-overlap]
@overload
def load(name: str | os.PathLike[str], backend: str = "auto") -> Stylizer: ...
def load(name: str | os.PathLike[str], backend: str = "auto") -> Stylizer | CharacterModel:
    """Load the style or character model called ``name``, or one from an .onnx file or a folder.

    >>> rosetail.load("cel")("me.jpg").save("me-anime.png")
    >>> cast = rosetail.load("painter").cast("me.jpg", n=8)
    """
    if os.fspath(name) in (PAINTER, *weights.models()) or Path(name).is_dir():
        return load_model(name, backend)
    return Stylizer(name, backend)
