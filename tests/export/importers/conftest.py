"""The program, as the tests of the command line run it."""

from __future__ import annotations

from tests.cli.conftest import rosetail

__all__ = ["rosetail"]
