"""The command line: one small file per verb, each a few lines over the Python API."""

from rosetail.cli.main import app, run

__all__ = ["app", "run"]
