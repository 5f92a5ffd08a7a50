"""Intermediate results on disk, so that an interrupted computation can continue."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rosetail.images import make_folder, writing

Arrays = dict[str, NDArray[Any]]


class PartialResults:
    """Named arrays in a subfolder of ``folder`` that is specific to ``settings``.

    Results of other settings are in another subfolder and never reused. Raises OutputError if it
    cannot be made.
    """

    def __init__(self, folder: Path, settings: Mapping[str, Any]) -> None:
        key = hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:16]
        self._root, self.folder = folder, folder / key
        make_folder(self.folder)

    def get(self, name: str, compute: Callable[[], Arrays]) -> Arrays:
        """The saved result ``name``; computed and saved if it is absent or damaged."""
        path = self.folder / f"{name}.npz"
        if path.is_file():
            with suppress(Exception), np.load(path, allow_pickle=False) as arrays:
                return dict(arrays)
            path.unlink()
        result = compute()
        with writing(path) as part, part.open("wb") as file:
            np.savez(file, **result)  # type: ignore[arg-type]
        return result

    def remove(self) -> None:
        """Delete all results."""
        shutil.rmtree(self._root, ignore_errors=True)
