"""Whether there is a model of characters, without loading it."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from rosetail import extras, weights
from rosetail.errors import RosetailError, UnknownStyle
from rosetail.studio.schemas import ModelState

MISSING = (
    "no weights of the character model are installed; train one (rosetail train roses), export it, "
    "and start with: rosetail studio --model FOLDER"
)


def model_state(name: str) -> ModelState:
    """Whether the model ``name``, or in the folder ``name``, can be opened, or why not."""
    shown = Path(name).name
    if name == weights.PAINTER:
        try:
            extras.check("the painter", "paint", "skia")
            from rosetail.characters.painter_model import SIZE  # cannot load without Skia
        except RosetailError as error:
            return ModelState(ready=False, name=shown, why=str(error))
        return ModelState(ready=True, name=shown, size=SIZE)
    try:
        paths = weights.find_parts(name)
        facts = _header(str(paths["decode"]), os.stat(paths["decode"]).st_mtime)
    except UnknownStyle:
        return ModelState(ready=False, name=shown, why=MISSING)
    except (RosetailError, OSError) as error:
        return ModelState(ready=False, name=shown, why=str(error))
    size = int(facts["size"] if "size" in facts else facts.get("side", 0))
    return ModelState(ready=True, name=shown, size=size)


@lru_cache(maxsize=4)
def _header(path: str, changed: float) -> dict[str, str]:
    return weights.read_header(path)
