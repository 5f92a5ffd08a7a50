"""Curves of measures over training steps, as a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Curve = tuple[Sequence[int], Sequence[float]]  # steps and values
Panel = Mapping[str, Curve]  # a curve for each run

COLUMNS = 3
INCHES = (4.0, 2.7)  # of a panel
DPI = 110
COLOURS = ("#2a5db0", "#c2571a", "#2e8b57", "#8e44ad", "#7a6a53", "#b03a5b")  # readable on white
LEVEL = "#777777"  # of reference lines


def panels(curves: Mapping[str, Panel], levels: Mapping[str, float]) -> NDArray[np.uint8]:
    """One panel for each title, uint8 [H, W, 3]; ``levels``: dotted lines, by title."""
    from matplotlib.figure import Figure

    rows = -(-len(curves) // COLUMNS)
    columns = min(COLUMNS, len(curves))
    figure = Figure(figsize=(INCHES[0] * columns, INCHES[1] * rows), dpi=DPI, layout="constrained")
    for place, (title, panel) in enumerate(curves.items(), 1):
        axes = figure.add_subplot(rows, columns, place)
        for (name, (steps, values)), colour in zip(panel.items(), COLOURS * 9, strict=False):
            axes.plot(steps, values, marker="o", markersize=3, color=colour, label=name)
        if title in levels:
            axes.axhline(levels[title], color=LEVEL, linestyle=":", label="photos")
        axes.set_title(title, fontsize=10)
        axes.tick_params(labelsize=8)
        axes.grid(alpha=0.25)
        if len(axes.lines) > 1:
            axes.legend(fontsize=8)
    buffer = BytesIO()
    figure.savefig(buffer, format="png")
    with Image.open(buffer) as picture:
        return np.asarray(picture.convert("RGB"))
