"""A trained model by its name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal, overload

from rosetail import weights
from rosetail.runtime.roses import Roses
from rosetail.runtime.stylizer import Stylizer


@overload
def load(name: Literal["roses"], backend: str = "auto") -> Roses: ...  # type: ignore[overload-overlap]
@overload
def load(name: str | os.PathLike[str], backend: str = "auto") -> Stylizer: ...
def load(name: str | os.PathLike[str], backend: str = "auto") -> Stylizer | Roses:
    """The look or model called ``name``, or the one in an .onnx file or an exported folder.

    >>> rosetail.load("cel")("me.jpg").save("me-anime.png")
    >>> cast = rosetail.load("roses").cast("me.jpg", n=8)
    """
    if os.fspath(name) in weights.models() or Path(name).is_dir():
        return Roses(name, backend)
    return Stylizer(name, backend)
