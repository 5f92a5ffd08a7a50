"""Pictures in folders and zips, seeded splits by group, and prepared training folders."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeVar

import numpy as np

from rosetail import images
from rosetail.arrays import Bytes
from rosetail.errors import InputError
from rosetail.image_decoding import decode_bytes
from rosetail.processes import end_with_parent
from rosetail.reading import parsing, reading

Item = TypeVar("Item")
Result = TypeVar("Result")

# More than any picture within the pixel limit needs; protects against zip bombs.
MOST_BYTES = 1 << 29


@dataclass(frozen=True)
class PictureFile:
    """One picture of a folder or zip; ``name`` is its path inside, with slashes."""

    name: str
    container: Path

    @property
    def path(self) -> str:
        """The full path, for messages."""
        return f"{self.container}/{self.name}"

    def read(self) -> tuple[Bytes, Bytes | None]:
        """RGB uint8 [H, W, 3] and alpha uint8 [H, W], or None if the picture is opaque.

        Raises InputError, naming the file, if it is damaged or not a picture.
        """
        if self.container.is_dir():
            return images.read_rgba(self.container / self.name)
        return _read_zipped(self)


def pictures(folder_or_zip: str | Path) -> list[PictureFile]:
    """The picture files of a folder (recursively) or a zip, sorted by name.

    Zips are read in place, never unpacked; a folder in one is named ``FILE.zip/FOLDER``. Raises
    InputError if there is no such folder or zip.
    """
    container = Path(folder_or_zip)
    archive, under = _zip_of(container)
    if archive is not None:
        names = [
            name
            for name in _zip_names(archive)
            if _is_picture(name) and under in (Path(), *Path(name).parents)
        ]
        if under != Path() and not names:
            raise InputError(f"{container}: no such folder in the zip; check the name")
        return [PictureFile(name, archive) for name in sorted(names)]
    found = images.list_pictures(container)
    names = [path.relative_to(container).as_posix() for path in found]
    return [PictureFile(name, container) for name in sorted(names)]


def photos_in(folder: str | Path) -> list[Path]:
    """The pictures of a folder, recursively; of a prepared folder only the crops.

    Raises as :func:`rosetail.images.list_pictures`.
    """
    crops = Path(folder, "crops")
    return images.list_pictures(crops if is_prepared(folder) and crops.is_dir() else folder)


def is_prepared(folder: str | Path) -> bool:
    """Whether the folder has a manifest, as training folders do."""
    return Path(folder, "manifest.jsonl").is_file()


class Crop(NamedTuple):
    """One line of a prepared folder's manifest.

    ``source`` is the picture it was cut from, ``group`` the person or character, ``frame`` the kind
    of crop. ``matrix`` [2, 3] maps the source to the square crop of ``size`` pixels; ``landmarks``
    [5, 2] and the face's ``box`` XYXY are in crop pixels, if known. ``flipped``: mirrored, as in
    the matrix. ``background``: what was done to it (:mod:`rosetail.data.photo_backgrounds`).
    """

    name: str
    source: str
    group: str
    kind: str
    frame: str
    size: int
    matrix: list[list[float]]
    landmarks: list[list[float]] | None
    flipped: bool
    box: list[float] | None = None
    background: str = "keep"

    @property
    def is_head(self) -> bool:
        """Whether the crop shows a head."""
        return self.frame in ("head", "painted")


class PreparedFolder:
    """The crops of a prepared folder, in the order of its manifest.

    ``crops[i]`` is the :class:`Crop`, :meth:`picture` returns its pixels. Raises InputError if the
    folder is not a prepared folder.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self.lines = read_manifest(self.folder)
        if not self.lines:
            raise InputError(f"{folder}: no prepared crops; run rosetail data prepare SRC {folder}")

    def __len__(self) -> int:
        return len(self.lines)

    def __getitem__(self, index: int) -> Crop:
        return self.lines[index]

    def landmarks(self, index: int) -> list[list[float]] | None:
        """[5, 2] in crop pixels, or None if unknown."""
        return self.lines[index].landmarks

    def picture(
        self, index: int, what: Literal["crops", "edges", "superpixels", "drawn"] = "crops"
    ) -> Bytes:
        """The crop or one of its derived targets, uint8 [size, size, 3]."""
        return images.read(self.folder / what / f"{self.lines[index].name}.png")


def read_manifest(folder: Path) -> list[Crop]:
    """The complete lines of FOLDER/manifest.jsonl, without a last line cut off by a crash; empty if
    there is no such file.

    Raises InputError for an invalid manifest, and for names that are not plain file names.
    """
    path = folder / "manifest.jsonl"
    return [_crop(path, row) for row in read_rows(path, "a manifest of prepared crops")]


def _crop(path: Path, row: dict[str, Any]) -> Crop:
    with reading(path, "a manifest of prepared crops", "give another folder"):
        crop = Crop(**row)
        check_name(crop.name)
        numbers = [crop.size, *np.ravel(crop.matrix), *np.ravel(crop.landmarks or [])]
        if np.shape(crop.matrix) != (2, 3) or not np.isfinite(np.asarray(numbers, float)).all():
            raise ValueError(f"matrix or landmarks of {crop.name!r}")
    return crop


def check_name(name: object) -> None:
    """Raise ValueError unless ``name`` is a file name without a folder."""
    if not isinstance(name, str) or not name or name in (".", "..") or set(name) & set("/\\\0"):
        raise ValueError(f"{name!r} is not a file name")


def read_rows(path: Path, what: str) -> list[dict[str, Any]]:
    """The objects of a JSON Lines file; empty if it does not exist. Raises InputError."""
    if not path.exists():
        return []
    with reading(path, what, "give another folder"):
        text = path.read_text(encoding="utf-8")
        rows = [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]
        if not all(isinstance(row, dict) for row in rows):
            raise ValueError("a line is not an object")
    return rows


def make_subfolders(folder: Path, *names: str) -> None:
    """Create ``folder`` and the named folders in it. Raises OutputError."""
    for name in names:
        images.make_folder(folder / name)


def map_processes(
    work: Callable[[Item], Result], items: Sequence[Item], workers: int, chunk: int
) -> Iterator[Result]:
    """Map ``work`` over the items in order, in ``workers`` processes; in this process if 1."""
    if workers == 1:
        yield from map(work, items)
        return
    with ProcessPoolExecutor(workers, initializer=end_with_parent) as pool:
        yield from pool.map(work, items, chunksize=chunk)


def _is_picture(name: str) -> bool:
    parts = Path(name).parts
    hidden = any(part.startswith((".", "__MACOSX")) for part in parts)
    return not hidden and Path(name).suffix.lower() in images.PICTURE_SUFFIXES


def _zip_of(path: Path) -> tuple[Path | None, Path]:
    """The zip that ``path`` is or points into, and the folder inside."""
    for holder in (path, *path.parents):
        if holder.is_file():
            return holder, path.relative_to(holder)
    return None, Path()


def _zip_names(path: Path) -> list[str]:
    what = "a folder or a readable zip"
    with reading(path, what, "give a folder"), zipfile.ZipFile(path) as archive:
        return [entry.filename for entry in archive.infolist() if not entry.is_dir()]


def _read_zipped(file: PictureFile) -> tuple[Bytes, Bytes | None]:
    with parsing(file.path, "a whole member of the zip", "leave it out of the zip"):
        with zipfile.ZipFile(file.container) as archive, archive.open(file.name) as member:
            data = member.read(MOST_BYTES + 1)  # the stated size may be wrong
        if len(data) > MOST_BYTES:
            raise ValueError("larger than 512 MiB")
    return decode_bytes(data, file.path)
