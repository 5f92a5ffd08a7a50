"""Whether the packages of an optional install are there and can be loaded."""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from importlib.util import find_spec
from typing import NamedTuple

from rosetail.errors import ExtraMissing, LibraryMissing


class System(NamedTuple):
    """Libraries that a package loads on Linux, and the Debian packages that they are in."""

    libraries: tuple[str, ...]
    packages: str


SYSTEM = {"skia": System(("libEGL.so.1", "libGL.so.1"), "libegl1 libgl1 libfontconfig1")}


def check(what: str, extra: str, *modules: str) -> None:
    """Be sure that ``modules`` of the optional install ``extra`` are there for ``what``.

    Raises ExtraMissing where one is not installed, LibraryMissing where the system lacks what it
    loads.
    """
    for module in modules:
        if find_spec(module) is None:
            raise ExtraMissing(what, extra)
        if why := _why_not(module):
            raise LibraryMissing(what, why, SYSTEM[module].packages)


def works(module: str) -> bool:
    """Whether ``module`` is installed and can be loaded. Cheap: nothing of it is imported."""
    return find_spec(module) is not None and not _why_not(module)


@cache
def _why_not(module: str) -> str:
    """What the system says of the libraries that ``module`` loads; nothing where all are there."""
    if module in SYSTEM and sys.platform == "linux":
        for library in SYSTEM[module].libraries:
            try:
                ctypes.CDLL(library)
            except OSError as error:
                return str(error)
    return ""
