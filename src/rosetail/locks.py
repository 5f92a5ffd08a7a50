"""One writer at a time for a folder or a file."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rosetail.errors import InUse
from rosetail.output import not_written

_PATIENCE = 60.0  # seconds to wait for a file that another process changes
_held: set[Path] = set()  # record locks do not exclude threads of one process
_guard = threading.Lock()


@contextmanager
def locked_folder(folder: str | os.PathLike[str], what: str) -> Iterator[None]:
    """Be the only writer of ``folder``, which exists. A process that is killed frees it.

    Raises InUse, which says which process has the folder, at once.
    """
    path = Path(folder)
    with _locked(path / ".lock", f"{path}: {what} is in use", patience=0.0):
        yield


@contextmanager
def locked_file(path: str | os.PathLike[str]) -> Iterator[None]:
    """Be the only one to read, change and write ``path``; others wait. Raises InUse after a
    minute."""
    file = Path(path)
    with _locked(file.with_name(f".{file.name[:200]}.lock"), f"{file}: is in use", _PATIENCE):
        yield


@contextmanager
def _locked(lock: Path, message: str, patience: float) -> Iterator[None]:
    lock = lock.absolute()
    until = time.monotonic() + patience
    while (handle := _try(lock)) is None:
        if time.monotonic() >= until:
            raise InUse(f"{message} by {_owner(lock)}; wait for it or stop it")
        time.sleep(0.05)
    try:
        yield
    finally:
        with suppress(OSError):
            lock.unlink()
        os.close(handle)
        with _guard:
            _held.discard(lock)


def _try(lock: Path) -> int | None:
    """The locked file, or None if another thread or process has it."""
    with _guard:
        if lock in _held:
            return None
        try:
            handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:
            raise not_written(lock, error) from error
        try:
            _acquire(handle)
            # The one before may have removed the file between opening and locking.
            if os.fstat(handle).st_ino != lock.stat().st_ino:
                raise BlockingIOError
        except OSError:
            os.close(handle)
            return None
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        _held.add(lock)
        return handle


def _owner(lock: Path) -> str:
    if lock in _held:  # closing the file here would free the lock
        return "this program"
    try:
        return f"process {int(lock.read_text())}"
    except (OSError, ValueError):
        return "another process"


def _acquire(handle: int) -> None:
    """Lock the file for this process, not for those it forks. Raises OSError if it is locked."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
