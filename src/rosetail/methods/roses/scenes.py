"""Scenes for the characters of a trained model, painted: ``python -m rosetail.methods.roses.scenes
FILE``. Exports of models whose styles are the painter's write them themselves."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from rosetail.characters.scenes import Scenes, write_scenes
from rosetail.painter.colour import to_rgb
from rosetail.painter.paint import paint_ground
from rosetail.painter.sample import sample

COUNT = 96
SIDE = 256  # pixels
FIRST = 30_000_000  # seeds that no training folder and no benchmark reaches


def painted_scenes(count: int = COUNT, side: int = SIDE) -> Scenes:
    """What stands behind so many portraits that the painter might draw."""
    portraits = [sample(FIRST + each) for each in range(count)]
    colours = 255 * np.array([to_rgb(each.scene_colour) for each in portraits])
    return Scenes(np.stack([paint_ground(each, side) for each in portraits]), colours)


if __name__ == "__main__":
    write_scenes(painted_scenes(), Path(sys.argv[1]))
