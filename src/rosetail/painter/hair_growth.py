"""How hair grows: from a parting, off the skull, over the forehead or beside the face."""

from __future__ import annotations

import numpy as np

from rosetail.painter.locks import Locks
from rosetail.painter.portrait_context import PortraitContext
from rosetail.painter.pose import on_face, on_skull

# across, down, half width, bend of the tip
Tip = tuple[float, float, float, float]


def parting(context: PortraitContext) -> float:
    """Azimuth of the parting in degrees."""
    return 34.0 * context.p.hair_part


def lift(context: PortraitContext) -> float:
    """How far the hair stands off the skull."""
    close = 0.7 if context.p.hair_fringe == "swept_back" else 1.0
    return (0.075 + 0.085 * context.p.hair_volume) * close


def grow(
    locks: Locks,
    context: PortraitContext,
    tip: Tip,
    part: float,
    layer: float = 0.0,
    end: str = "point",
) -> None:
    """Add the lock that ends at `tip` and starts at the parting `part` (degrees)."""
    across, down, width, bend = tip
    stand = lift(context)
    azimuth = float(np.degrees(np.arcsin(np.clip(across / 1.08, -0.98, 0.98))))
    away = azimuth - part
    skull = on_skull(
        np.array([part + away * 0.25, part + away * 0.66, part + away * 0.92]),
        np.array([70.0, 53.0, 32.0]),
        np.array([stand * 0.5, stand, stand + 0.03]),
    )
    # The tip leaves the line of the lock by `bend`, in an even curve.
    middle_y = skull[2, 1] + (down - skull[2, 1]) * 0.55
    middle_x = skull[2, 0] + (across - skull[2, 0]) * 0.6
    tip_x = across + bend * 0.5
    outer = on_face(np.array([(middle_x, middle_y), (tip_x, down)]), 0.14)
    locks.add(np.concatenate([skull, outer]), width, layer=layer, end=end)


def sweep(
    locks: Locks, context: PortraitContext, part: float, side: float, reach: float, down: float,
    width: float, layer: float = 0.0,
) -> None:  # fmt: skip
    """Add a lock that rises from the parting, arches over the brow and falls beside the face.

    `reach` is how far out it ends (1 is the edge of the face), `down` how low.
    """
    stand = lift(context)
    edge = 72.0 * side * min(reach, 1.05)
    away = edge - part
    skull = on_skull(
        np.array([part + away * 0.06, part + away * 0.42, part + away * 0.80]),
        np.array([55.0, 52.0 - 6 * reach, 30.0 - 8 * reach]),
        np.array([stand * 0.5, stand + 0.02, stand + 0.01]),
    )
    tip_x = side * (0.98 * reach)
    middle_y = skull[2, 1] + (down - skull[2, 1]) * 0.55
    middle_x = skull[2, 0] * 0.45 + tip_x * 0.55 + side * 0.05
    outer = on_face(np.array([(middle_x, middle_y), (tip_x, down)]), 0.13)
    locks.add(np.concatenate([skull, outer]), width, layer=layer)


def beside(context: PortraitContext, side: float, depth: float) -> float:
    """Depth of hair beside the face: on the side that turns away it lies at the cheek, not the
    ear."""
    turn = float(np.clip(side * context.p.yaw / 30.0, 0.0, 1.0))
    return depth + (0.58 - depth) * turn
