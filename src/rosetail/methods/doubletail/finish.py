"""What a look does to the network's picture at the end, as a few operators without weights.

A network taught by comparison place by place hedges: where it is not sure of a line it draws half
of one, and what little texture it leaves it leaves everywhere. The finish decides:

1. strokes narrower than five pixels (the closing of the luma minus itself, and the opening) are
   drawn stronger by as much as they stand out more than ``least``: outlines, lashes, lights;
2. a median over three columns, then over three rows, takes off what is finer than a stroke;
3. edges are steepened, and held between the darkest and the lightest neighbour: no halos;
4. colours are moved away from grey.

It is part of the file, so every engine and the browser draw the same.

``python -m rosetail.methods.doubletail.finish cel.onnx finished.onnx dark=0.8 light=0.6`` gives a
fast file another finish.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from rosetail.errors import SettingsError
from rosetail.export.graph_builder import GraphBuilder

FACT = "finish"  # the name under which a file keeps its numbers
LUMA = (0.299, 0.587, 0.114)
STROKE = 5  # pixels: what is narrower is a stroke


@dataclass(frozen=True)
class Finish:
    """Numbers of a finish; pictures are in [-1, 1]."""

    dark: float = 0.0  # how much darker dark strokes get, in parts of their contrast
    light: float = 0.0  # how much lighter light ones get
    least: float = 0.1  # contrast of a stroke that stays as it is
    crisp: float = 2.0  # how much edges are steepened
    chroma: float = 1.0  # factor on colourfulness

    @classmethod
    def of(cls, facts: Mapping[str, str]) -> Finish | None:
        """The finish that a file's facts name, or None."""
        return cls(**json.loads(facts[FACT])) if FACT in facts else None

    @property
    def fact(self) -> str:
        return json.dumps(asdict(self))


def add_finish(graph: GraphBuilder, x: str, finish: Finish) -> str:
    """The name of ``x`` [N, 3, H, W] finished."""
    g, drawn = graph, strokes(graph, x, finish)
    x = g.add("Add", _median(g, _median(g, x, 3), 2), drawn)
    x = g.add("Clip", x, g.floats(-1.0), g.floats(1.0))
    mean = g.add("AveragePool", x, kernel_shape=[3, 3], pads=[1] * 4, count_include_pad=0)
    fine = g.add("Mul", g.add("Sub", x, mean), g.floats(finish.crisp))
    steep = g.add("Max", g.add("Add", x, fine), _least(g, x, 3))
    x = g.add("Min", steep, _most(g, x, 3))
    grey = _luma(g, x)
    coloured = g.add("Mul", g.add("Sub", x, grey), g.floats(finish.chroma))
    return g.add("Clip", g.add("Add", grey, coloured), g.floats(-1.0), g.floats(1.0))


def strokes(g: GraphBuilder, x: str, finish: Finish) -> str:
    """What is added to dark and light strokes, [N, 1, H, W]."""
    grey, least = _luma(g, x), g.floats(finish.least)
    closed = _least(g, _most(g, grey, STROKE), STROKE)
    opened = _most(g, _least(g, grey, STROKE), STROKE)
    dark = g.add("Relu", g.add("Sub", g.add("Sub", closed, grey), least))
    light = g.add("Relu", g.add("Sub", g.add("Sub", grey, opened), least))
    return g.add(
        "Sub",
        g.add("Mul", light, g.floats(finish.light)),
        g.add("Mul", dark, g.floats(finish.dark)),
    )


def _luma(g: GraphBuilder, x: str) -> str:
    shares = g.floats([[[[share]] for share in LUMA]])
    return g.add("ReduceSum", g.add("Mul", x, shares), g.ints(1), keepdims=1)


def _most(g: GraphBuilder, x: str, size: int) -> str:
    """The largest in a square of ``size`` about each place."""
    return g.add("MaxPool", x, kernel_shape=[size, size], pads=[size // 2] * 4)


def _least(g: GraphBuilder, x: str, size: int) -> str:
    return g.add("Neg", _most(g, g.add("Neg", x), size))


def _median(g: GraphBuilder, x: str, axis: int) -> str:
    """Of each place and its two neighbours along ``axis``; the border counts twice."""
    pads = [int(side % 4 == axis) for side in range(8)]
    wide = g.add("Pad", x, g.ints(*pads), mode="edge")
    whole = g.ints(2**31 - 1)
    before = g.add("Slice", wide, g.ints(0), g.ints(-2), g.ints(axis))
    after = g.add("Slice", wide, g.ints(2), whole, g.ints(axis))
    low, high = g.add("Min", before, x), g.add("Max", before, x)
    return g.add("Max", low, g.add("Min", high, after))


def read_finish(words: list[str]) -> Finish:
    """``name=number`` words as a finish. Raises SettingsError for what it does not know."""
    try:
        return Finish(
            **{name: float(value) for name, _, value in (w.partition("=") for w in words)}
        )
    except (TypeError, ValueError) as error:
        known = ", ".join(asdict(Finish()))
        raise SettingsError(f"{' '.join(words)}: give name=number, of {known}") from error


if __name__ == "__main__":
    import sys
    from pathlib import Path

    import onnx

    from rosetail.images import writing
    from rosetail.methods.doubletail.plain_graph import finished

    source, target, *words = sys.argv[1:]
    with writing(Path(target)) as part:
        part.write_bytes(finished(onnx.load(source), read_finish(words)).SerializeToString())
