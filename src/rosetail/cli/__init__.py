"""The command line: one file per command, each a thin layer over the Python API."""

from rosetail.cli.main import app, run

__all__ = ["app", "run"]
