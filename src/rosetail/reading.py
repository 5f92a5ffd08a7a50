"""One guard for reading files of others: whatever goes wrong becomes one line with the file."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rosetail.errors import InputError, RosetailError


def check_file(path: str | os.PathLike[str], remedy: str = "check the name") -> Path:
    """``path`` if it is a regular file, or a link to one; nothing is opened.

    Raises InputError for what is absent, a folder, a device, a socket or a pipe (opening a pipe
    would wait for a writer for ever).
    """
    file = Path(path)
    try:
        mode = file.stat().st_mode
    except FileNotFoundError as error:
        raise InputError(f"{file}: no such file; {remedy}") from error
    except PermissionError as error:
        raise InputError(f"{file}: permission denied; make the file readable") from error
    except (OSError, ValueError) as error:
        raise InputError(f"{file}: cannot be read ({error}); {remedy}") from error
    if stat.S_ISDIR(mode):
        raise InputError(f"{file}: is a folder; give a file")
    if not stat.S_ISREG(mode):
        raise InputError(f"{file}: not a regular file; {remedy}")
    return file


@contextmanager
def reading(
    path: str | os.PathLike[str],
    what: str,
    remedy: str,
    error_type: type[RosetailError] = InputError,
) -> Iterator[Path]:
    """Guard the reading and checking of the file at ``path``, which is passed to the body.

    Every exception of the body, also RecursionError and MemoryError, becomes an ``error_type``:
    ``PATH: not WHAT (cause); REMEDY``. Errors of Rosetail's own pass unchanged.
    """
    try:
        yield check_file(path, remedy)
    except RosetailError as error:
        if isinstance(error, error_type):
            raise
        raise error_type(str(error)) from error
    except PermissionError as error:
        raise error_type(f"{path}: permission denied; make the file readable") from error
    except Exception as error:
        raise error_type(f"{path}: not {what} ({cause(error)}); {remedy}") from error


def cause(error: Exception) -> str:
    """The first line of what an exception says, or else its kind."""
    if isinstance(error, RecursionError):
        return "nested too deeply"
    if isinstance(error, MemoryError):
        return "needs more memory than there is"
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__
