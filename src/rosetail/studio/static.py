"""Writes the live page as static files for any web host."""

from __future__ import annotations

import gzip
import re
import shutil
from pathlib import Path

from rosetail.errors import OutputError, WeightsMissing
from rosetail.images import writing
from rosetail.studio.site import FOLDER, PACKED

PAGE, WORKER = "live.html", "isolate.js"
COPIED = ("ort", "live")  # folders of assets that are copied whole
_NAME = re.compile(r"[\w.-]+\.(?:js|css|svg)\b")


def write_live_page(folder: Path, source: Path = FOLDER) -> list[Path]:
    """Write the page, the runtime and the styles into ``folder``; returns the sorted files.

    ``folder`` must be empty or not exist. Raises OutputError, and WeightsMissing if the page is not
    in this installation.
    """
    if not (source / PAGE).is_file():
        raise WeightsMissing(f"{source / PAGE}: the live page is missing; install Rosetail again")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise OutputError(f"{folder}: is not empty; choose a new folder")
        (folder / "assets").mkdir()
    except OSError as error:
        raise OutputError(f"{folder}: {error.strerror}; choose another folder") from error
    shutil.copyfile(source / PAGE, folder / "index.html")
    shutil.copyfile(source / WORKER, folder / WORKER)
    for name in sorted(_used(source)):
        shutil.copyfile(source / "assets" / name, folder / "assets" / name)
    for part in COPIED:
        (folder / "assets" / part).mkdir()
        for path in sorted((source / "assets" / part).iterdir()):
            if path.suffix == PACKED:
                with writing(folder / "assets" / part / path.stem) as unpacked:
                    unpacked.write_bytes(gzip.decompress(path.read_bytes()))
            else:
                shutil.copyfile(path, folder / "assets" / part / path.name)
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _used(source: Path) -> set[str]:
    """The assets that the page refers to, directly or through other assets."""
    assets = {path.name: path for path in (source / "assets").iterdir() if path.is_file()}
    found: set[str] = set()
    waiting = [source / PAGE]
    while waiting:
        text = waiting.pop().read_text(encoding="utf-8")
        for name in set(_NAME.findall(text)) & (set(assets) - found):
            found.add(name)
            waiting.append(assets[name])
    return found
