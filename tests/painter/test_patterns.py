"""Patterns of garments stay on the garment."""

from dataclasses import replace

import numpy as np
import pytest

from rosetail.painter import patterns, pieces
from rosetail.painter.canvas import Canvas
from rosetail.painter.portrait_context import PortraitContext
from rosetail.painter.sheet import plain
from rosetail.painter.torso import Torso

INK, CLOTH = (0.3, 0.2, 30.0), (0.9, 0.03, 250.0)


def pictures(draw):
    """A plain garment and the same one with what `draw` adds, (S, S, 3) int."""
    context = PortraitContext(replace(plain(), cloth=CLOTH, cloth_second=INK, hand="studio"))
    found = []
    for patterned in (False, True):
        canvas = Canvas(192, 0.2, (0.5, 0.2))
        torso = Torso(canvas, context)
        shape = pieces.body(torso, context.cloth, 0.5, 0.3)
        if patterned:
            draw(torso, shape, context)
        found.append(canvas.pixels().astype(int))
    return found


@pytest.mark.parametrize(
    "pattern",
    [lambda t: patterns.stripes(t, 1.9, 0.3), lambda t: patterns.dots(t, 0.06), patterns.raglan],
    ids=["stripes", "dots", "raglan"],
)
def test_a_pattern_covers_part_of_the_garment_and_nothing_else(pattern):
    def draw(torso, shape, context):
        patterns.lay(torso, shape, pattern(torso), context.cloth_second)

    bare, worn = pictures(draw)
    changed = np.abs(bare - worn).sum(axis=2) > 6
    body = np.abs(bare - 255).sum(axis=2) > 12
    assert 0.05 < changed[body].mean() < 0.6
    assert not changed[~body].any()
    # Both colours lie in the same shadows.
    light = worn[changed].sum(axis=1)
    assert light.max() > 1.15 * light.min()


def test_ribs_are_thin_lines():
    def draw(torso, shape, context):
        knitted = [[(x, 1.9), (x, 2.6), (x, 3.4)] for x in (-0.4, 0.0, 0.4)]
        patterns.ribs(torso, shape, context.cloth, knitted)

    bare, worn = pictures(draw)
    changed = np.abs(bare - worn).sum(axis=2) > 6
    assert 0.001 < changed.mean() < 0.05
    assert worn[changed].mean() < bare[changed].mean()
