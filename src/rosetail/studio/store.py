"""The files of the library: one folder for each kind, file names from generated ids."""

from __future__ import annotations

import re
import shutil
from contextlib import suppress
from pathlib import Path

from rosetail.errors import OutputError
from rosetail.studio.problems import Problem, not_found
from rosetail.studio.tables import ID_LENGTH, new_id

KINDS = ("photos", "clips", "pictures", "characters", "jobs", "arriving")
DELETED = "deleted"  # folder of what can be restored, by kind
_ID = re.compile(rf"[A-Za-z0-9_-]{{{ID_LENGTH}}}")


class Store:
    """The files below ``home``. Raises OutputError if its folders cannot be created."""

    def __init__(self, home: Path, most_bytes: int) -> None:
        self.home, self._most = home, most_bytes
        try:
            for kind in KINDS:
                (home / kind).mkdir(parents=True, exist_ok=True)
                (home / DELETED / kind).mkdir(parents=True, exist_ok=True)
            home.chmod(0o700)
        except OSError as error:
            raise OutputError(f"{home}: {error.strerror}; choose another with --home") from error
        for partial in (home / "arriving").iterdir():  # uploads interrupted by a crash
            partial.unlink(missing_ok=True)

    def path(self, kind: str, id: str, suffix: str = "") -> Path:
        """The path of ``id``. Raises Problem 404 for a malformed id."""
        if kind not in KINDS or not _ID.fullmatch(id):
            raise not_found(kind.rstrip("s"))
        return self.home / kind / f"{id}{suffix}"

    def existing(self, kind: str, id: str, suffix: str = "") -> Path:
        """As :meth:`path`, and raises Problem 404 if there is no such file."""
        path = self.path(kind, id, suffix)
        if not path.is_file():
            raise not_found(kind.rstrip("s"))
        return path

    def arriving(self) -> Path:
        """A new path for an upload. Raises Problem 507 if the library or the disk is full."""
        if self.bytes() > self._most:
            raise Problem(507, "full", "the library is full; delete something in it")
        if shutil.disk_usage(self.home).free < 200_000_000:
            raise Problem(507, "disk", "the disk is nearly full; free some space")
        return self.home / "arriving" / new_id()

    def bytes(self) -> int:
        """Total size of all files."""
        total = 0
        for path in self.home.rglob("*"):
            with suppress(OSError):
                total += path.stat().st_size if path.is_file() else 0
        return total

    def hide(self, kind: str, id: str) -> None:
        """Move every file and folder of ``id`` to where :meth:`show` finds them."""
        for path in self._files(kind, id):
            path.replace(self.home / DELETED / kind / path.name)

    def show(self, kind: str, id: str) -> None:
        """Undo :meth:`hide`."""
        for path in self._files(kind, id, DELETED):
            path.replace(self.home / kind / path.name)

    def _files(self, kind: str, id: str, *folders: str) -> list[Path]:
        folder = self.home.joinpath(*folders, kind)
        return list(folder.glob(f"{self.path(kind, id).name}*"))

    def remove(self, kind: str, id: str) -> None:
        """Delete every file and folder of ``id``, hidden ones included."""
        for path in self._files(kind, id) + self._files(kind, id, DELETED):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
