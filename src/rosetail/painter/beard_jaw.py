"""Where beards grow: places along the jaw and on the cheeks, and clumps of hair between them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rosetail.painter import curves
from rosetail.painter.curves import smoothstep
from rosetail.painter.head import Head

Points = NDArray[np.float64]

FROM_Y = 0.50  # the outline above moves with nothing
SIDEBURN = 0.590  # height of a beard's upper end
LIFT = 0.012


class Jaw:
    """The lower face of one head, as its outline has it in its pose."""

    def __init__(self, head: Head) -> None:
        self.head = head
        self.down: Points = head.pose.lean @ np.array([0.0, 1.0])
        self._set_outline()

    def _set_outline(self) -> None:
        """The face's outline on either side, from the temple to the chin, with its heights in the
        unleant picture."""
        upright, contour = self.head.upright_contour, self.head.contour
        chin = int(np.argmax(upright[:, 1]))
        self.low, self.chin = float(upright[chin, 1]), contour[chin]
        self._sides: dict[float, tuple[Points, Points]] = {}
        for side, rows in (
            (1.0, np.arange(chin + 1)),
            (-1.0, np.arange(len(upright) - 1, chin - 1, -1)),
        ):
            rows = rows[upright[rows, 1] > FROM_Y - 0.04]
            self._sides[side] = (upright[rows, 1], contour[rows])

    def _height(self, y: ArrayLike) -> Points:
        """Heights of the front view in the nodding, unleant picture."""
        end = float(self.head.stretched(1.0))
        share = (self.head.stretched(y) - FROM_Y) / (end - FROM_Y)
        return np.asarray(FROM_Y + (self.low - FROM_Y) * share)

    def edge(self, side: float, y: ArrayLike) -> Points:
        """The outline's places at heights of the front view."""
        own, points = self._sides[side]
        heights = self._height(y)
        return np.stack([np.interp(heights, own, points[:, axis]) for axis in (0, 1)], axis=-1)

    def cheek(self, side: float, rows: ArrayLike) -> Points:
        """Places by height and share of the way from the middle to the outline."""
        y, share = np.asarray(rows, np.float64).T
        middle = self.head.on_face(np.stack([0 * y, y], axis=1), LIFT)
        return np.asarray(middle + (self.edge(side, y) - middle) * share[:, None])

    def side(self, side: float) -> tuple[Points, Points]:
        """The outline from the sideburn to the chin, evenly (41, 2), and its outward normals."""
        own, points = self._sides[side]
        height = self._height(SIDEBURN)
        chain = np.concatenate([self.edge(side, [SIDEBURN]), points[own > height]])
        along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(chain, axis=0), axis=1))])
        places = np.linspace(0, along[-1], 41)
        even = np.stack([np.interp(places, along, chain[:, axis]) for axis in (0, 1)], axis=1)
        return even, curves.normals(even) * side

    def near(self, side: float) -> float:
        """1 on a side that is seen in full, less on the far one."""
        return 1.0 - 0.55 * float(smoothstep(side * self.head.pose.yaw, 6, 36))


def grown(even: Points, out: Points, place: float, length: float, down: Points) -> Points:
    """A point off the outline: outwards at the cheek, down at the chin."""
    at = 40 * min(max(place, 0.0), 1.0)
    index, share = min(int(at), 39), at - min(int(at), 39)
    point = even[index] * (1 - share) + even[index + 1] * share
    along = even[index + 1] - even[index]
    along = along / max(float(np.linalg.norm(along)), 1e-9)
    way = 0.42 * out[index] + 0.80 * (1 - place) * along + (0.25 + 0.75 * place) * down
    return np.asarray(point + length * way / np.linalg.norm(way))


def clumps_of(rows: Sequence[tuple[Points, bool]]) -> tuple[Points, list[Points]]:
    """Bowed edges from notch to tip to notch."""
    edge, clumps = [rows[0][0][None]], []
    for (one, _), (two, tip) in pairwise(rows):
        root, end = (one, two) if tip else (two, one)
        way = end - root
        belly = np.array([-way[1], way[0]]) * 0.10
        middle = 0.5 * (one + two) + (belly if belly @ way >= 0 else -belly)
        t = np.linspace(0, 1, 6)[1:, None]
        edge.append((1 - t) ** 2 * one + 2 * t * (1 - t) * middle + t**2 * two)
        if t.size and tip:
            edge.append(two[None])
    points = [row for row, _ in rows]
    clumps = [np.array(points[n - 1 : n + 2]) for n, (_, tip) in enumerate(rows) if tip]
    return np.concatenate(edge), clumps
