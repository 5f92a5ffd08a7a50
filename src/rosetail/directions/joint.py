"""Ours: directions put together from measured moves, so that a name changes what it says alone.

For every tag t the weights c of K measured moves minimise what they change beside it, while its own
log odds grow by RISE (docs/directions.md, eq. 3)::

    min  cᵀ Q_t c   subject to   r_tᵀ c = RISE,  c >= 0

    Q_t = spill / scale + PLACES · outside / scale + PRICE · length / scale

``spill`` sums the squared changes of the log odds of all other tags but those that go along by
nature, ``outside`` the squared changes of pixels out of the tag's region, both over all bases;
``length`` is diagonal, the squared lengths of the moves, so that one that moves fewer layers is
preferred. Each is scaled so that a mean move has 1. r_t is the mean change of the tag's own log
odds over the bases without it, less a share of its opposites'. No move is used backwards: what it
would do then was not measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rosetail.characters.regions import mask
from rosetail.characters.tag_families import Region, may_change_with, opposites, region
from rosetail.directions.responses import LOOKED_AT, Base, Responses

Floats = NDArray[np.float64]

RISE = 4.0  # of the log odds: from one in eight to seven in eight
PLACES = 1.0  # what changes of places count, beside changes of tags
PRICE = 0.05  # of length, beside changes of tags: steadies what few bases tell
AGAINST = 0.3  # a contrary's fall counts as this much of a rise
FIRM = 1e3  # how heavily the constraint weighs in the least squares that stand for it


class Measured(NamedTuple):
    """What is known of K moves (K, groups, latent): their responses on the bases. ``tags`` are the
    tagger's."""

    moves: NDArray[np.float32]
    responses: Responses
    bases: Sequence[Base]
    tags: tuple[str, ...]


class Composer:
    """Puts moves together; what many tags share is computed once."""

    def __init__(self, measured: Measured) -> None:
        self.measured = measured
        odds = measured.responses.odds.astype(np.float64)
        self._by_tag = np.ascontiguousarray(odds.transpose(2, 0, 1))  # (T, K, B)
        self._all = sum((rows @ rows.T for rows in self._by_tag), np.zeros((len(odds),) * 2))
        lengths = np.square(measured.moves.astype(np.float64)).sum((1, 2))
        self._length = _scaled(np.diag(np.maximum(lengths, 1e-9 * lengths.max())))
        self._outside: dict[Region, Floats] = {}

    def move(self, tag: str) -> NDArray[np.float32] | None:
        """The move (groups, latent) for ``tag``; None where no move raises it, or every base has
        it already."""
        from scipy.optimize import nnls

        rise = self.rise(tag)
        if rise is None or not (rise > 0).any():
            return None
        # cᵀQc = |Lᵀc|², so a heavy row for the constraint makes it one least-squares problem.
        root = np.linalg.cholesky(self.quadratic(tag)).T
        rows = np.vstack([root, FIRM * rise / RISE])
        weights, _ = nnls(rows, np.append(np.zeros(len(root)), FIRM), maxiter=30 * len(root))
        moves = self.measured.moves.astype(np.float64)
        return np.asarray(np.tensordot(weights, moves, 1), np.float32)

    def rise(self, tag: str) -> Floats | None:
        """r_t (K,); None where all bases have the tag."""
        column = self.measured.tags.index(tag)
        lacking = np.array([base.chances[column] < 0.5 for base in self.measured.bases])
        if not lacking.any():
            return None
        rise: Floats = self._by_tag[column][:, lacking].mean(1)
        against = sorted(opposites(tag) & set(self.measured.tags))
        for other in against:
            fall = self._by_tag[self.measured.tags.index(other)][:, lacking].mean(1)
            rise = rise - AGAINST / len(against) * fall
        return rise

    def quadratic(self, tag: str) -> Floats:
        """Q_t (K, K), positive definite."""
        spill = self._all.copy()
        for other in sorted(may_change_with(tag) & set(self.measured.tags)):
            rows = self._by_tag[self.measured.tags.index(other)]
            spill -= rows @ rows.T
        total = _scaled(spill) + PLACES * self._places(region(tag))
        return np.asarray(total + PRICE * self._length)

    def _places(self, where: Region) -> Floats:
        if where not in self._outside:
            outside = np.repeat(~mask(where, LOOKED_AT).ravel(), 3)
            pixels = self.measured.responses.pixels[:, :, outside].astype(np.float32)
            rows = pixels.reshape(len(pixels), -1)
            self._outside[where] = _scaled((rows @ rows.T).astype(np.float64))
        return self._outside[where]


def _scaled(products: Floats) -> Floats:
    """A mean row's product with itself is 1 afterwards; nothing stays nothing."""
    return np.asarray(products / max(float(np.trace(products)) / len(products), 1e-12))


def worth(
    bases: Sequence[Base], after: NDArray[np.float32], tags: Sequence[str], tag: str
) -> float:
    """What an edit is worth: the mean rise of its tag's chance, less twice the largest mean change
    of any that has nothing to do with it. ``after`` holds the chances (B, T)."""
    was = np.stack([base.chances for base in bases]).astype(np.float64)
    change = (after - was).mean(0)
    others = np.array([name not in may_change_with(tag) for name in tags])
    spilt = float(np.abs(change[others]).max()) if others.any() else 0.0
    return float(change[list(tags).index(tag)]) - 2 * spilt
