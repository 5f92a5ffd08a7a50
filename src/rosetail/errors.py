"""Everything Rosetail raises on purpose.

    RosetailError
    ├── InputError            a picture, clip or folder that cannot be used
    │   └── NoFaceFound       a picture without a face where one is needed
    ├── OutputError           a file or folder that cannot be written
    │   ├── DiskFull          a full disk or a used-up quota
    │   └── InUse             a folder or file that another process writes
    ├── SettingsError         a setting, option or preset that makes no sense
    ├── WeightsMissing        weights that are absent or damaged
    ├── UnknownStyle          a style name that is not in the catalog
    ├── BackendMissing        an inference engine that is not installed or cannot run here
    ├── LibraryMissing        a library of the system that an installed package loads is absent
    └── ExtraMissing          packages of an optional install (train, paint, dev) are absent

Every message is one line, names the file where there is one, states the cause and ends with what to
do: ``PATH: cause; what to do``. The command line prints exactly that line.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def one_line(text: str) -> str:
    """``text`` with line breaks and control characters written as in Python: names of files,
    tensors and settings are chosen by others."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


class RosetailError(Exception):
    """Root of the tree. ``str(error)`` is one line: cause; what to do."""

    def __str__(self) -> str:
        return one_line(super().__str__())


class InputError(RosetailError):
    """A picture, clip or folder cannot be used: ``PATH: cause; what to do``."""


class NoFaceFound(InputError):
    """No face was found where one is needed: ``PATH: no face found; what to do``."""


class OutputError(RosetailError):
    """A file cannot be written: ``PATH: cause; what to do``."""


class DiskFull(OutputError):
    """The disk is full or the quota is used up; other files there cannot be written either."""


class InUse(OutputError):
    """Another process writes the folder or file: ``PATH: cause; what to do``."""


class SettingsError(RosetailError):
    """A setting has a wrong name, type or value."""


class WeightsMissing(RosetailError):
    """A weight file is absent or its content is not the catalogued one."""


class UnknownStyle(RosetailError):
    """A style name that the catalog does not hold; the message lists the ones it does."""

    def __init__(self, name: str, known: Iterable[str] = ()) -> None:
        names = sorted(known)
        close = difflib.get_close_matches(name, names, n=1)
        guess = f"did you mean '{close[0]}'? " if close else ""
        remedy = (
            f"{guess}choose one of: {', '.join(names)}" if names else "run: rosetail models list"
        )
        super().__init__(f"no style is called '{name}'; {remedy}")
        self.name = name
        self.known = names


class BackendMissing(RosetailError):
    """An inference engine is not installed or does not run on this machine."""


class ExtraMissing(RosetailError):
    """``what`` needs packages that only an optional install brings.

    ``ExtraMissing("training")`` reads: training needs packages that are not installed;
    run: pip install "rosetail[train]"
    """

    def __init__(self, what: str, extra: str = "train") -> None:
        super().__init__(
            f'{what} needs packages that are not installed; run: pip install "rosetail[{extra}]"'
        )
        self.extra = extra


class LibraryMissing(RosetailError):
    """``what`` needs a package that cannot be loaded, because the system lacks a library."""

    def __init__(self, what: str, why: str, packages: str) -> None:
        super().__init__(f"{what}: {why}; on Debian and Ubuntu run: apt install {packages}")
