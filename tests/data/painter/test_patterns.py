"""Patterns of garments stay on the garment."""

from dataclasses import replace

import numpy as np
import pytest

from rosetail.data.painter import patterns
from rosetail.data.painter.canvas import Canvas
from rosetail.data.painter.sheet import plain
from rosetail.data.painter.sitter import Sitter
from rosetail.data.painter.torso import Torso

INK, CLOTH = (0.3, 0.2, 30.0), (0.9, 0.03, 250.0)


def lines(torso, shape, tones):
    knitted = [[(x, 1.9), (x, 2.6), (x, 3.4)] for x in (-0.4, 0.0, 0.4)]
    patterns.ribs(torso, shape, tones, knitted)


@pytest.mark.parametrize(
    "draw",
    [
        lambda *a: patterns.stripes(*a, 1.9, 0.3),
        lambda *a: patterns.dots(*a, 0.06),
        patterns.raglan,
        lines,
    ],
    ids=["stripes", "dots", "raglan", "ribs"],
)
def test_a_pattern_covers_part_of_the_garment_and_nothing_else(draw):
    sitter = Sitter(replace(plain(), cloth=CLOTH, cloth_second=INK, hand="studio"))
    pictures = []
    for patterned in (False, True):
        canvas = Canvas(192, 0.2, (0.5, 0.2))
        torso = Torso(canvas, sitter)
        shape = torso.outline(0.5, 0.3)
        torso.fill(shape, sitter.cloth)
        if patterned:
            draw(torso, shape, sitter.cloth_second)
        pictures.append(canvas.pixels().astype(int))
    changed = np.abs(pictures[0] - pictures[1]).sum(axis=2) > 6
    body = np.abs(pictures[0] - 255).sum(axis=2) > 12
    assert 0.005 < changed[body].mean() < 0.6
    assert not changed[~body].any()
