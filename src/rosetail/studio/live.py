"""Looks that run inside the browser: plain graphs that were exported for it."""

from __future__ import annotations

from pathlib import Path

from rosetail import weights

FOLDER = Path(__file__).parent / "page" / "assets" / "live"


def live_looks() -> list[str]:
    """Names of the looks whose graph for the browser is in the package."""
    return [name for name in weights.styles() if (FOLDER / f"{name}.onnx").is_file()]
