"""Write files whole, or not at all, and sweep up after processes that were killed."""

from __future__ import annotations

import errno
import os
import secrets
import socket
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path

from rosetail.errors import DiskFull, OutputError

_CANNOT_WRITE = {
    errno.EACCES: "permission denied; choose another folder",
    errno.EPERM: "permission denied; choose another folder",
    errno.EROFS: "the folder is read-only; choose another folder",
    errno.ENOSPC: "the disk is full; free some space",
    errno.EDQUOT: "the disk quota is used up; free some space",
    errno.EFBIG: "the file would be larger than the system allows; choose another disk",
    errno.EEXIST: "a file has that name; choose another folder",
    errno.ENAMETOOLONG: "the file name is too long; choose a shorter one",
}
_FULL = (errno.ENOSPC, errno.EDQUOT)
_HOST = f"{zlib.crc32(socket.gethostname().encode()):08x}"
_PART = ".part-"  # then host, process and a random number


def check_output(path: str | os.PathLike[str]) -> Path:
    """Say before any work is done whether ``path`` can be written; returns it as a Path.

    Raises:
        OutputError: ``path`` is a folder or a device, or its folder is missing or not writable.
    """
    target = Path(path)
    try:
        _refuse_pipe(target)
        if target.is_dir():
            raise OutputError(f"{target}: is a folder; give a file name")
        if target.exists() and not target.is_file():
            raise OutputError(f"{target}: is not a regular file; give a file name")
        if not target.parent.is_dir():
            raise OutputError(f"{target}: the folder {target.parent} does not exist; create it")
    except OSError as error:
        raise not_written(target, error) from error
    if not os.access(target.parent, os.W_OK):
        raise OutputError(f"{target}: {_CANNOT_WRITE[errno.EACCES]}")
    return target


def _refuse_pipe(target: Path) -> None:
    if target.parts[:1] == ("-",):
        raise OutputError("-: standard output is for one picture of stylize or apply; give a name")


def make_folder(folder: str | os.PathLike[str]) -> None:
    """Make ``folder`` and those above it, where they are not there. Raises OutputError."""
    _refuse_pipe(Path(folder))
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise not_written(folder, error) from error


@contextmanager
def writing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a temporary sibling of ``path`` to write to; it takes the name only when all went well.

    The sibling is hidden and keeps the suffix (``.part-HOST-PID-xxxx.SUFFIX``). On any exception,
    Ctrl-C included, it is removed and an existing ``path`` stays as it was. What a killed process
    left in the folder is removed at the next use.

    Raises:
        OutputError: the file cannot be written (checked before the body runs, and for a full disk
            or lost permission while it runs).
    """
    target = check_output(path)
    sweep(target.parent.absolute())
    part = target.with_name(
        f"{_PART}{_HOST}-{os.getpid()}-{secrets.token_hex(2)}{target.suffix[:32]}"
    )
    try:
        yield part
        _flush_to_disk(part)
        os.replace(part, target)
        _flush_to_disk(target.parent)
    except OSError as error:
        if error.errno in _CANNOT_WRITE:
            raise not_written(target, error) from error
        raise
    finally:
        with suppress(OSError):
            part.unlink()


def not_written(path: str | os.PathLike[str], error: OSError) -> OutputError:
    """The OutputError, or DiskFull, for a file that the system refused to write."""
    fallback = f"{error.strerror or error}; choose another place"
    kind = DiskFull if error.errno in _FULL else OutputError
    return kind(f"{os.fspath(path)}: {_CANNOT_WRITE.get(error.errno or 0, fallback)}")


@lru_cache(maxsize=4096)
def sweep(folder: Path) -> None:
    """Remove the incomplete files of processes of this machine that are gone; once a folder."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            host, _, rest = entry.name.removeprefix(_PART).partition("-")
            process = rest.partition("-")[0]
            if entry.name.startswith(_PART) and host == _HOST and not _runs(process):
                with suppress(OSError):
                    os.unlink(entry.path)


def _runs(process: str) -> bool:
    if os.name == "nt" or not process.isdecimal():  # Windows would send it a Ctrl-C
        return True
    try:
        os.kill(int(process), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:  # of another user
        return True
    return True


def _flush_to_disk(path: Path) -> None:
    """Ask the system to store a file or a folder entry; a folder cannot be opened on Windows."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
