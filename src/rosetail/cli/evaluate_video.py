"""``rosetail evaluate video``: measure the temporal stability of a stylized clip."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rosetail import extras
from rosetail.cli.console import progress_bar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rosetail.metrics.flicker import FramePair

EXAMPLES = """
**Examples**

- `rosetail video clip.mp4 -o anime.mp4`, then `rosetail evaluate video clip.mp4 anime.mp4`

- For another program: add `--json`
"""
ROWS = {
    "flicker": "change of the result where the source does not change",
    "excess": "change of the result beyond that of the source",
    "warping": "error of the previous result moved along the source's optical flow",
}


def evaluate_video(
    source: Annotated[Path, typer.Argument(metavar="SOURCE", help="The original clip.")],
    result: Annotated[Path, typer.Argument(metavar="RESULT", help="The stylized clip.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure flicker and warping error of a stylized clip, in levels 0 to 255; lower is better.

    Both clips must have the same size and number of frames.
    """
    import json
    import math

    extras.check("evaluate video", "train", "skimage")
    from rosetail.metrics.flicker import stability

    found = stability(_frame_pairs(source, result))
    if as_json:
        values = {
            name: None if math.isnan(value) else value for name, value in found._asdict().items()
        }
        print(json.dumps(values))
        return
    for name, meaning in ROWS.items():
        print(f"{name:8} {getattr(found, name):6.2f}  {meaning}")
    print(f"{found.frames} frames; nan: no such pixels")


def _frame_pairs(source: Path, result: Path) -> Iterator[FramePair]:
    """Frames of both clips in order. Raises InputError if one is longer."""
    from itertools import zip_longest

    from rosetail.errors import InputError
    from rosetail.video.reader import ClipFrame, ClipReader

    def pictures(clip: ClipReader) -> Iterator[NDArray[np.uint8]]:
        return (item.rgb for item in clip.items() if isinstance(item, ClipFrame))

    with (
        ClipReader(source) as first,
        ClipReader(result) as second,
        progress_bar("comparing", first.frames, "frames") as move,
    ):
        pairs = zip_longest(pictures(first), pictures(second))
        for number, (before, after) in enumerate(pairs):
            if before is None or after is None:
                shorter = source if before is None else result
                raise InputError(
                    f"{shorter}: has only {number} frames, fewer than the other clip; give a clip "
                    "and its stylized version"
                )
            move(number + 1, None)
            yield before, after
