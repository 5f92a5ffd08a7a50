"""One guard for reading files of others: whatever goes wrong becomes one line with the file."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rosetail.errors import InputError, RosetailError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

MAX_TEXT = 64 << 20
"""Settings, characters and keyframes with more bytes are refused before they are parsed."""

# PyTorch gives the reason why it refuses a pickle below two lines of advice.
_TELLING = ("WeightsUnpickler error", "Unsupported")

_NO_MEMORY = (
    "allocate memory",  # PyTorch on the CPU
    "CUDA out of memory",
    "Insufficient memory",  # OpenCV
    "bad_alloc",
    "bad allocation",
    "Failed to allocate",  # OpenVINO, ONNX Runtime
)


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
    with parsing(path, what, remedy, error_type):
        yield check_file(path, remedy)


@contextmanager
def parsing(
    name: str | os.PathLike[str],
    what: str,
    remedy: str,
    error_type: type[RosetailError] = InputError,
) -> Iterator[None]:
    """As :func:`reading` for what is no file of its own, such as a member of a zip."""
    try:
        yield
    except RosetailError as error:
        if isinstance(error, error_type):
            raise
        raise error_type(str(error)) from error
    except PermissionError as error:
        raise error_type(f"{name}: permission denied; make the file readable") from error
    except Exception as error:
        if out_of_memory(error):
            raise error_type(
                f"{name}: needs more memory than there is; close other programs or make it smaller"
            ) from error
        raise error_type(f"{name}: not {what} ({cause(error)}); {remedy}") from error


def read_json(file: Path) -> Any:
    """The value in a JSON file; call it inside :func:`reading`."""
    return json.loads(_text(file))


def read_toml(file: Path) -> dict[str, Any]:
    """The tables in a TOML file; call it inside :func:`reading`."""
    return tomllib.loads(_text(file))


def _text(file: Path) -> str:
    size = file.stat().st_size
    if size > MAX_TEXT:
        raise ValueError(f"{size >> 20} MiB of text, over the limit of {MAX_TEXT >> 20}")
    return file.read_text(encoding="utf-8")


def out_of_memory(error: BaseException) -> bool:
    """Whether Python or a library could not get memory; most libraries only say so in words."""
    return isinstance(error, MemoryError) or any(sign in str(error) for sign in _NO_MEMORY)


def cause(error: Exception) -> str:
    """The line of an exception's message that gives the reason, or else its kind."""
    if isinstance(error, RecursionError):
        return "nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return "it is not text"
    if isinstance(error, KeyError):
        return f"{str(error)[:200]} is missing"
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith(_TELLING)]
    return (telling or lines or [type(error).__name__])[0][:200].rstrip(".")
