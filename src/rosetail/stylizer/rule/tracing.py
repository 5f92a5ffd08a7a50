"""Trace thin lines of a mask into paths, and join paths that go on in each other's direction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.stylizer.rule.shapes import Flags
from rosetail.stylizer.rule.strokes import Path

LEAST = 4  # pixels of a traced path
LOOK_BACK = 8  # points from which the direction of an end is taken
ALIGNED = 0.75  # least cosine between the directions of two ends that join
FACING = 0.7  # least cosine between an end's direction and the gap


def trace(mask: Flags) -> list[Path]:
    """The lines of ``mask``, thinned to one pixel and cut at junctions, as paths [N, 2] (x, y)."""
    thin = cv2.ximgproc.thinning(
        mask.astype(np.uint8) * 255, thinningType=cv2.ximgproc.THINNING_GUOHALL
    )
    thin = (thin > 0).astype(np.uint8)
    around = np.ones((3, 3), np.float32)
    thin[cv2.filter2D(thin, cv2.CV_8U, around, borderType=cv2.BORDER_CONSTANT) * thin > 3] = 0
    neighbours = cv2.filter2D(thin, cv2.CV_8U, around, borderType=cv2.BORDER_CONSTANT)
    contours, _ = cv2.findContours(thin, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    paths = []
    for contour in contours:
        points = contour[:, 0]
        if len(points) < LEAST:
            continue
        ends = np.flatnonzero(neighbours[points[:, 1], points[:, 0]] <= 2)
        if len(ends):  # the contour of a line runs there and back again
            points = np.roll(points, -int(ends[0]), axis=0)[: len(points) // 2 + 1]
        if len(points) >= LEAST:
            paths.append(points.astype(np.float64))
    return paths


def join(paths: Sequence[Path], reach: float) -> list[Path]:
    """Join paths whose ends are within ``reach`` pixels and continue each other.

    The best aligned pairs of ends are joined first; an end joins once.
    """
    if not paths:
        return []
    ends, directions = _ends(paths)
    partner: dict[int, int] = {}
    for _, a, b in sorted(_candidates(ends, directions, reach), reverse=True):
        if a not in partner and b not in partner:
            partner[a], partner[b] = b, a
    return _chains(paths, partner)


def _ends(paths: Sequence[Path]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Ends [2N, 2] of N paths (start, end, start, ...) and the unit directions out of them."""
    places, directions = [], []
    for path in paths:
        back = min(LOOK_BACK, len(path) - 1)
        for end, inner in ((path[0], path[back]), (path[-1], path[-1 - back])):
            out = end - inner
            places.append(end)
            directions.append(out / (np.hypot(*out) + 1e-6))
    return np.array(places), np.array(directions)


def _candidates(
    ends: NDArray[np.float64], directions: NDArray[np.float64], reach: float
) -> list[tuple[float, int, int]]:
    """Pairs of ends that may join, with their score."""
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, (x, y) in enumerate(ends):
        cells[int(x // reach), int(y // reach)].append(number)
    found = []
    for (column, row), here in cells.items():
        near = [
            other
            for dx in (-1, 0, 1)
            for dy in (-1, 0, 1)
            for other in cells.get((column + dx, row + dy), ())
        ]
        for a in here:
            for b in near:
                if a < b and a // 2 != b // 2:
                    score = _score(ends[a], ends[b], directions[a], directions[b], reach)
                    if score is not None:
                        found.append((score, a, b))
    return found


def _score(
    a: NDArray[np.float64],
    b: NDArray[np.float64],
    out_a: NDArray[np.float64],
    out_b: NDArray[np.float64],
    reach: float,
) -> float | None:
    gap_x, gap_y = b[0] - a[0], b[1] - a[1]
    distance = (gap_x * gap_x + gap_y * gap_y) ** 0.5
    aligned = -(out_a[0] * out_b[0] + out_a[1] * out_b[1])
    if distance > reach or aligned < ALIGNED:
        return None
    if distance > 2.5:
        towards = (out_a[0] * gap_x + out_a[1] * gap_y) / distance
        back = -(out_b[0] * gap_x + out_b[1] * gap_y) / distance
        if min(towards, back) < FACING:
            return None
    return float(aligned - distance / (2 * reach))


def _chains(paths: Sequence[Path], partner: dict[int, int]) -> list[Path]:
    """Paths put together along ``partner`` (end number to end number)."""
    done: set[int] = set()
    chains = []
    for number in range(len(paths)):
        if number in done:
            continue
        start = _first_end(number, partner)
        chain = []
        end: int | None = start
        while end is not None and end // 2 not in done:
            done.add(end // 2)
            path = paths[end // 2]
            chain.append(path if end % 2 == 0 else path[::-1])
            end = partner.get(end ^ 1)
        chains.append(np.concatenate(chain))
    return chains


def _first_end(number: int, partner: dict[int, int]) -> int:
    """The free end at which the chain through path ``number`` begins (any end of a ring)."""
    end = 2 * number
    seen = {number}
    while end in partner:
        other = partner[end]
        if other // 2 in seen:
            break
        seen.add(other // 2)
        end = other ^ 1
    return end
