"""Joint directions: combinations of measured moves that change one tag and nothing else.

For each tag t the weights c of K measured moves solve (docs/directions.md, equation 3)::

    min  cᵀ Q_t c   subject to   r_tᵀ c = RISE,  c >= 0

    Q_t = other tags + LOCALITY · outside pixels + LENGTH · squared length

r_t is the mean change of the tag's log odds over the characters without it, minus a share of the
changes of its opposites. ``other tags`` are the squared changes of the log odds of all tags but
those that may change with t; ``outside pixels`` the squared changes outside t's region; both are
summed over all characters. ``squared length`` is diagonal. Each term is scaled to a mean diagonal
of 1. Weights are not negative, because the effect of a reversed move was not measured.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rosetail.arrays import Doubles
from rosetail.characters.regions import mask
from rosetail.characters.tag_families import Region, may_change_with, opposites, region
from rosetail.directions.responses import THUMBNAIL, Responses
from rosetail.faces.faces import Frame

RISE = 4.0  # of the log odds: from one in eight to seven in eight
LOCALITY = 1.0
LENGTH = 0.05
OPPOSITES = 0.3  # weight of the opposites' fall relative to the tag's rise
CONSTRAINT = 1e3  # weight of the constraint in the least-squares problem


class JointSolver:
    """Solves for one tag at a time; terms that tags share are computed once.

    ``moves`` (K, groups, latent) have the measured ``responses`` on B characters, whose unedited
    probabilities of the ``tags`` are ``before`` (B, T). ``crop``: where faces are in the pictures.
    """

    def __init__(
        self,
        moves: NDArray[np.float32],
        responses: Responses,
        before: NDArray[np.float32],
        tags: Sequence[str],
        crop: Frame = "head",
    ) -> None:
        self.crop = crop
        self.moves, self.pixels, self.before = moves.astype(np.float64), responses.pixels, before
        self.tags = list(tags)
        odds = responses.odds.astype(np.float64)
        self._odds = np.ascontiguousarray(odds.transpose(2, 0, 1))  # (T, K, B)
        self._all_tags = sum((rows @ rows.T for rows in self._odds), np.zeros((len(odds),) * 2))
        lengths = np.square(self.moves).sum((1, 2))
        self._length = _scaled(np.diag(np.maximum(lengths, 1e-9 * lengths.max())))
        self._outside: dict[Region, Doubles] = {}

    def solve(self, tag: str) -> NDArray[np.float32] | None:
        """The move (groups, latent) for ``tag``; None if no move raises it, or all characters
        have it."""
        from scipy.optimize import nnls

        rise = self.rise(tag)
        if rise is None or not (rise > 0).any():
            return None
        # cᵀQc = |Lᵀc|², so a heavily weighted row for the constraint gives a least-squares problem.
        root = np.linalg.cholesky(self.quadratic(tag)).T
        rows = np.vstack([root, CONSTRAINT * rise / RISE])
        target = np.append(np.zeros(len(root)), CONSTRAINT)
        weights, _ = nnls(rows, target, maxiter=30 * len(root))
        return np.asarray(np.tensordot(weights, self.moves, 1), np.float32)

    def rise(self, tag: str) -> Doubles | None:
        """r_t (K,); None if all characters have the tag."""
        column = self.tags.index(tag)
        without = self.before[:, column] < 0.5
        if not without.any():
            return None
        rise: Doubles = self._odds[column][:, without].mean(1)
        others = sorted(opposites(tag) & set(self.tags))
        for other in others:
            change = self._odds[self.tags.index(other)][:, without].mean(1)
            rise = rise - OPPOSITES / len(others) * change
        return rise

    def quadratic(self, tag: str) -> Doubles:
        """Q_t (K, K), positive definite."""
        other_tags = self._all_tags.copy()
        for allowed in sorted(may_change_with(tag) & set(self.tags)):
            rows = self._odds[self.tags.index(allowed)]
            other_tags -= rows @ rows.T
        total = _scaled(other_tags) + LOCALITY * self._outside_of(region(tag))
        return np.asarray(total + LENGTH * self._length)

    def _outside_of(self, where: Region) -> Doubles:
        if where not in self._outside:
            outside = np.repeat(~mask(where, THUMBNAIL, self.crop).ravel(), 3)
            pixels = self.pixels[:, :, outside].astype(np.float32)
            rows = pixels.reshape(len(pixels), -1)
            self._outside[where] = _scaled((rows @ rows.T).astype(np.float64))
        return self._outside[where]


def _scaled(products: Doubles) -> Doubles:
    """Divided by the mean of the diagonal."""
    return np.asarray(products / max(float(np.trace(products)) / len(products), 1e-12))


def edit_value(
    before: NDArray[np.float32], after: NDArray[np.float32], tags: Sequence[str], tag: str
) -> float:
    """Mean rise of the tag's probability minus twice the largest mean change of an unrelated tag.

    ``before`` and ``after`` are probabilities (B, T).
    """
    change = (after - before.astype(np.float64)).mean(0)
    unrelated = np.array([name not in may_change_with(tag) for name in tags])
    spilt = float(np.abs(change[unrelated]).max()) if unrelated.any() else 0.0
    return float(change[list(tags).index(tag)]) - 2 * spilt
