"""The live page alone, as files for any web host: no server of ours behind it."""

from __future__ import annotations

import gzip
import re
import shutil
from pathlib import Path

from rosetail.errors import OutputError, WeightsMissing
from rosetail.images import writing
from rosetail.studio.site import FOLDER, PACKED

PAGE, WORKER = "live.html", "isolate.js"
WHOLE = ("ort", "live")  # folders of assets that are taken as they are
_NAME = re.compile(r"[\w.-]+\.(?:js|css|svg)\b")


def write_live_page(folder: Path, source: Path = FOLDER) -> list[Path]:
    """Write the page, the runtime and the looks into ``folder``; the files, sorted.

    ``folder`` is made, and may be there if it is empty. Raises OutputError, and WeightsMissing
    where the page is not in this install.
    """
    if not (source / PAGE).is_file():
        raise WeightsMissing(f"{source / PAGE}: the live page is missing; install Rosetail again")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise OutputError(f"{folder}: is not empty; give a new folder")
        (folder / "assets").mkdir()
    except OSError as error:
        raise OutputError(f"{folder}: {error.strerror}; choose another folder") from error
    shutil.copyfile(source / PAGE, folder / "index.html")
    shutil.copyfile(source / WORKER, folder / WORKER)
    for name in sorted(_used(source)):
        shutil.copyfile(source / "assets" / name, folder / "assets" / name)
    for part in WHOLE:
        (folder / "assets" / part).mkdir()
        for path in sorted((source / "assets" / part).iterdir()):
            _copy(path, folder / "assets" / part)
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _used(source: Path) -> set[str]:
    """The assets that the page names, those that these name, and so on."""
    assets = {path.name: path for path in (source / "assets").iterdir() if path.is_file()}
    found: set[str] = set()
    waiting = [source / PAGE]
    while waiting:
        text = waiting.pop().read_text(encoding="utf-8")
        for name in set(_NAME.findall(text)) & (set(assets) - found):
            found.add(name)
            waiting.append(assets[name])
    return found


def _copy(path: Path, folder: Path) -> None:
    """A file as it is to be served: what lies compressed in the package is unpacked."""
    if path.suffix != PACKED:
        shutil.copyfile(path, folder / path.name)
        return
    with writing(folder / path.stem) as part:
        part.write_bytes(gzip.decompress(path.read_bytes()))
