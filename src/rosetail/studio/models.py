"""Which models the studio can use: the character model, and styles that run in the browser."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from rosetail import extras, weights
from rosetail.errors import RosetailError, UnknownStyle
from rosetail.studio.schemas import ModelState

LIVE_FOLDER = Path(__file__).parent / "page" / "assets" / "live"
MISSING = (
    "no weights of the character model are installed; train one (rosetail train roses), export it, "
    "and start the studio with: rosetail studio --model FOLDER"
)


def live_styles() -> list[str]:
    """The styles that have a graph for the browser in the package."""
    return [name for name in weights.styles() if (LIVE_FOLDER / f"{name}.onnx").is_file()]


def model_state(name: str) -> ModelState:
    """Whether the model ``name``, a name or a folder, can be loaded, without loading it."""
    shown = Path(name).name
    try:
        if name == weights.PAINTER:
            extras.check("the painter", "paint", "skia")
            from rosetail.characters.painter_model import SIZE  # cannot load without Skia

            return ModelState(ready=True, name=shown, size=SIZE)
        decoder = weights.find_parts(name)["decode"]
        header = _header(str(decoder), os.stat(decoder).st_mtime)
    except UnknownStyle:
        return ModelState(ready=False, name=shown, why=MISSING)
    except (RosetailError, OSError) as error:
        return ModelState(ready=False, name=shown, why=str(error))
    size = int(header["size"] if "size" in header else header.get("side", 0))
    return ModelState(ready=True, name=shown, size=size)


@lru_cache(maxsize=4)
def _header(path: str, modified: float) -> dict[str, str]:
    return weights.read_header(path)
