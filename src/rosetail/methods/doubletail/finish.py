"""Post-processing that is part of an exported look: a few ONNX operators without weights.

A network trained with pixelwise losses blurs lines that it is unsure of and leaves faint texture.
The finish corrects this:

1. dark and light strokes narrower than five pixels (black-hat and top-hat transforms of the luma)
   are amplified in proportion to their contrast above ``least``;
2. a median over three columns and then three rows removes finer detail;
3. edges are sharpened and clipped to the range of their 3x3 neighbours, so there are no halos;
4. saturation is multiplied by ``chroma``.

The finish is part of the file, so every engine and the browser give the same picture.
:func:`rosetail.methods.doubletail.rebuild.change_finish` replaces it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from rosetail.export.graph_builder import GraphBuilder
from rosetail.losses.colour import LUMA

FACT = "finish"  # metadata key of the parameters
STROKE = 5  # pixels; narrower structures count as strokes


@dataclass(frozen=True)
class Finish:
    """Parameters of a finish, for pictures in [-1, 1]."""

    dark: float = 0.0  # gain on the contrast of dark strokes
    light: float = 0.0  # gain on the contrast of light strokes
    least: float = 0.1  # contrast below which a stroke is not amplified
    crisp: float = 2.0  # amount of sharpening
    chroma: float = 1.0  # factor on saturation

    @classmethod
    def of(cls, facts: Mapping[str, str]) -> Finish | None:
        """The finish in a file's metadata, or None."""
        return cls(**json.loads(facts[FACT])) if FACT in facts else None

    @property
    def fact(self) -> str:
        return json.dumps(asdict(self))


def add_finish(graph: GraphBuilder, x: str, finish: Finish) -> str:
    """Add the finish of ``x`` [N, 3, H, W] to the graph; returns the name of its output."""
    g, amplified = graph, strokes(graph, x, finish)
    x = g.add("Add", _median(g, _median(g, x, 3), 2), amplified)
    x = g.add("Clip", x, g.floats(-1.0), g.floats(1.0))
    mean = g.add("AveragePool", x, kernel_shape=[3, 3], pads=[1] * 4, count_include_pad=0)
    fine = g.add("Mul", g.add("Sub", x, mean), g.floats(finish.crisp))
    sharp = g.add("Max", g.add("Add", x, fine), _erode(g, x, 3))
    x = g.add("Min", sharp, _dilate(g, x, 3))
    grey = _luma(g, x)
    coloured = g.add("Mul", g.add("Sub", x, grey), g.floats(finish.chroma))
    return g.add("Clip", g.add("Add", grey, coloured), g.floats(-1.0), g.floats(1.0))


def strokes(g: GraphBuilder, x: str, finish: Finish) -> str:
    """The correction [N, 1, H, W] that, added to ``x``, amplifies dark and light strokes."""
    grey, least = _luma(g, x), g.floats(finish.least)
    closed = _erode(g, _dilate(g, grey, STROKE), STROKE)
    opened = _dilate(g, _erode(g, grey, STROKE), STROKE)
    dark = g.add("Relu", g.add("Sub", g.add("Sub", closed, grey), least))
    light = g.add("Relu", g.add("Sub", g.add("Sub", grey, opened), least))
    return g.add(
        "Sub",
        g.add("Mul", light, g.floats(finish.light)),
        g.add("Mul", dark, g.floats(finish.dark)),
    )


def _luma(g: GraphBuilder, x: str) -> str:
    weights = g.floats([[[[weight]] for weight in LUMA]])
    return g.add("ReduceSum", g.add("Mul", x, weights), g.ints(1), keepdims=1)


def _dilate(g: GraphBuilder, x: str, size: int) -> str:
    return g.add("MaxPool", x, kernel_shape=[size, size], pads=[size // 2] * 4)


def _erode(g: GraphBuilder, x: str, size: int) -> str:
    return g.add("Neg", _dilate(g, g.add("Neg", x), size))


def _median(g: GraphBuilder, x: str, axis: int) -> str:
    """Median of each pixel and its two neighbours along ``axis``; the border is repeated."""
    pads = [int(side % 4 == axis) for side in range(8)]
    wide = g.add("Pad", x, g.ints(*pads), mode="edge")
    end = g.ints(2**31 - 1)
    before = g.add("Slice", wide, g.ints(0), g.ints(-2), g.ints(axis))
    after = g.add("Slice", wide, g.ints(2), end, g.ints(axis))
    low, high = g.add("Min", before, x), g.add("Max", before, x)
    return g.add("Max", low, g.add("Min", high, after))
