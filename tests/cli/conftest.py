"""The program, run inside the test's process."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from rosetail.cli import run


@dataclass(frozen=True)
class Ran:
    """Exit status and what was printed."""

    status: int
    out: str
    err: str


@pytest.fixture
def rosetail(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[..., Ran]]:
    """``rosetail("stylize", path, ...)`` runs the program and returns what a shell would see."""
    before = signal.getsignal(signal.SIGTERM)

    def call(*arguments: object) -> Ran:
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            run([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return Ran(int(left.value.code or 0), printed.out, printed.err)

    yield call
    signal.signal(signal.SIGTERM, before)
