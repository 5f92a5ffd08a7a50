"""The hair that lies on the skull in front: from the outline of the head down to the hairline."""

from __future__ import annotations

import numpy as np
import skia
from numpy.typing import NDArray

from rosetail.painter import curves
from rosetail.painter.portrait_context import PortraitContext
from rosetail.painter.pose import SKULL_AXES, SKULL_CENTRE, on_skull

Points = NDArray[np.float64]


def pile_height(context: PortraitContext) -> float:
    """How far combed-up hair rises over the crown."""
    if context.p.hair_fringe != "swept_back" or context.p.hair_back in ("undercut", "curly"):
        return 0.0
    return 0.08 + 0.12 * context.p.hair_volume


def pile(context: PortraitContext, angles: Points) -> Points:
    """That rise (N, 2) at `angles` as in `Pose.silhouette`."""
    lean, height = context.pose.lean, pile_height(context)
    up = np.array([np.sin(lean), -np.cos(lean)])
    return height * np.clip(-np.sin(angles), 0, 1)[:, None] ** 1.5 * up


def cap(context: PortraitContext, lift: float) -> skia.Path:
    """The cap of hair that stands `lift` off the skull; it goes on behind an ear turned to us."""
    left, right = (_hairline(context, side, lift, nape=True) for side in (-1.0, 1.0))
    arc = _crown(context, lift, left[-1], right[-1])
    return curves.path(np.concatenate([left, arc, right[::-1]]))


def cap_lines(context: PortraitContext, lift: float) -> skia.Path:
    """The cap's drawn edges: the crown and both hairlines, open where hair goes on behind them."""
    left, right = (_hairline(context, side, lift, nape=False) for side in (-1.0, 1.0))
    lines = [_crown(context, lift, left[-1], right[-1])]
    lines += [_hairline(context, side, lift, nape=True) for side in (-1.0, 1.0)]
    return curves.join([curves.path(line, closed=False) for line in lines])


def _crown(context: PortraitContext, lift: float, left: Points, right: Points) -> Points:
    """The outline of the head above two points (2,), seen upright, from left to right."""
    angles = np.radians(np.linspace(-230, 50, 57))
    arc = context.pose.silhouette(SKULL_CENTRE, SKULL_AXES + lift, angles) + pile(context, angles)
    lean = context.pose.lean
    across, down = np.array([np.cos(lean), np.sin(lean)]), np.array([-np.sin(lean), np.cos(lean)])
    is_left = (arc - context.pose.project(SKULL_CENTRE)) @ across < 0
    kept: Points = arc[arc @ down < np.where(is_left, left @ down, right @ down)]
    return kept


def _hairline(context: PortraitContext, side: float, lift: float, nape: bool) -> Points:
    """From the middle of the forehead to the ear of one side, (N, 2)."""
    turned = side * context.p.yaw  # positive: this side turns away
    # Towards us the line runs before the ear, over it and down behind it.
    limit = 86.0 - turned if turned > 0 else max(86.0 + 1.2 * min(turned + 6, 0.0), 71.0)
    azimuth = np.linspace(0, limit, 9)
    reach = azimuth / max(limit, 60) * 86
    elevation = np.interp(reach, [0, 25, 50, 70, 86], [38, 35, 23, 10, -6])
    if context.p.hair_fringe == "swept_back":  # a peak, and free temples
        elevation += np.interp(azimuth, [0, 12, 32, 50, 70], [-7, -2, 5, 4, 0])
    if context.male and context.p.age > 0.6:  # receding
        recession = np.interp(azimuth, [0, 20, 40, 70], [8, 13, 12, 0])
        elevation += recession * (context.p.age - 0.6) * 2.5
    points = on_skull(side * azimuth, elevation, np.full(9, lift * 0.5))
    if nape and turned < -6:
        back = np.array([limit + 3, limit + 5, 90.0, 101.0, 107.0, 110.0, 112.0])
        rise = np.array([-4.0, 8.0, 15.0, 10.0, -6.0, -22.0, -38.0])
        points = np.concatenate([points, on_skull(side * back, rise, np.full(7, 0.02))])
    return context.pose.project(points)
