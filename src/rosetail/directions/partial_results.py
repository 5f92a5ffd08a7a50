"""Parts of a long computation kept on disk, so that it goes on where it was stopped."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rosetail.images import make_folder, writing

Arrays = dict[str, NDArray[Any]]


class Kept:
    """Parts under names, in a folder that is made for exactly these ``settings``.

    Other settings have another folder: nothing stale is ever taken. Raises OutputError where it
    cannot be made.
    """

    def __init__(self, folder: Path, settings: Mapping[str, Any]) -> None:
        told = json.dumps(settings, sort_keys=True)
        self.folder = folder / hashlib.sha256(told.encode()).hexdigest()[:16]
        self._all = folder
        make_folder(self.folder)

    def part(self, name: str, make: Callable[[], Arrays]) -> Arrays:
        """What ``make`` gave when part ``name`` was made, now or in an earlier run."""
        path = self.folder / f"{name}.npz"
        if path.is_file():
            try:
                with np.load(path, allow_pickle=False) as held:
                    return dict(held)
            except (OSError, ValueError, EOFError, zipfile.BadZipFile):
                path.unlink()  # damaged: made again
        made = make()
        with writing(path) as part, part.open("wb") as file:
            np.savez(file, **made)  # type: ignore[arg-type]
        return made

    def done(self) -> None:
        """Remove everything that was kept."""
        shutil.rmtree(self._all, ignore_errors=True)
