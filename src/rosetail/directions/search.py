"""Directions by measured moves: ours, and SeFa's axes of single groups of layers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rosetail.characters.directions_file import EXACT, Direction
from rosetail.characters.model import CharacterModel
from rosetail.directions.calibration import calibrated
from rosetail.directions.candidates import Candidates, candidates, group_count, own_method
from rosetail.directions.draws import Draws, Progress, style_seed
from rosetail.directions.joint import Composer, Measured, worth
from rosetail.directions.partial_results import Arrays, Kept
from rosetail.directions.responses import Base, Responses, make_bases, measure
from rosetail.directions.taggers import Tagger

Found = dict[str, Direction]

MEASURED_ON = 10  # characters that moves are tried on
CALIBRATED_ON = 12  # other characters that lengths are found with


class Search:
    """What measuring moves gives, on characters of the ``photos`` that were drawn from.

    ``tags`` are those to find directions for, ``learned`` the network's own.
    """

    def __init__(
        self,
        roses: CharacterModel,
        tagger: Tagger,
        photos: Sequence[Path],
        draws: Draws,
        seed: int,
        kept: Kept,
        note: Progress,
        tags: Sequence[str],
        learned: Found,
    ) -> None:
        self.roses, self.tagger, self.draws, self.kept, self.note = roses, tagger, draws, kept, note
        self.learned = {tag: each for tag, each in learned.items() if tag in tagger.tags}
        self.exact = own_method(roses) == EXACT
        self.tags = sorted({*tags, *self.learned})
        self.groups = group_count(roses)
        seen = draws.chances > 0.5
        has = seen[:, [tagger.tags.index(tag) for tag in tags]]
        w = draws.w.astype(np.float64)
        self.candidates: Candidates = candidates(roses, self.learned, w, tags, has)
        bases = self._bases(photos, seed)
        self.trials, self.proofs = bases[:MEASURED_ON], bases[MEASURED_ON:]
        self.composer = Composer(self._measured())

    def joint(self, support: dict[str, int]) -> Found:
        """For every tag what is worth more: the composed move or the learned one; calibrated.

        A rule's own edits stay as they are: they change nothing else, and how far they go is what
        the tag means.
        """
        found: Found = {}
        for number, tag in enumerate(self.tags):
            self.note("calibrating", number, len(self.tags))
            if self.exact and tag in self.learned:
                own = self.learned[tag]
                facts = {"scale": own.scale, "reach": own.reach}
                found[tag] = scored(tag, own.vector, self.draws, self.tagger, support, **facts)
                continue
            part = self.kept.part(f"joint-{_safe(tag)}", partial(self._best, tag))
            if part["move"].any():
                move = part["move"] if self.groups > 1 else part["move"][0]
                length = float(np.linalg.norm(move))
                found[tag] = scored(
                    tag,
                    move / length,
                    self.draws,
                    self.tagger,
                    support,
                    scale=length,
                    reach=float(part["reach"]),
                )
        self.note("calibrating", len(self.tags), len(self.tags))
        return found

    def sefa(self, support: dict[str, int]) -> Found:
        """For every tag the measured axis of one group that raises it most for what it spills."""
        if self.groups == 1:
            return {}
        rows = [i for i, kind in enumerate(self.candidates.kinds) if kind.startswith("sefa")]
        found: Found = {}
        for tag in self.tags:
            rise = self.composer.rise(tag)
            if rise is None:
                continue
            spill = np.sqrt(np.diag(self.composer.quadratic(tag))[rows])
            best = rows[int(np.argmax(rise[rows] / spill))]
            move = self.candidates.moves[best]
            unit = move / np.linalg.norm(move)
            found[tag] = scored(tag, unit, self.draws, self.tagger, support)
        return found

    def _best(self, tag: str) -> Arrays:
        tried = [self.composer.move(tag)]
        if tag in self.learned:
            each = self.learned[tag]
            flat = np.float32(each.scale) * each.vector
            tried.append(np.broadcast_to(flat, (self.groups, self.roses.latent)))
        best: Arrays = {
            "move": np.zeros((self.groups, self.roses.latent), np.float32),
            "reach": np.zeros(()),
            "worth": np.full((), -np.inf),
        }
        for move in tried:
            if move is None or not move.any():
                continue
            made = calibrated(self.roses, self.tagger, self.proofs, move, tag)
            value = worth(self.proofs, made.chances, self.tagger.tags, tag)
            if value > best["worth"]:
                best = {
                    "move": np.asarray(made.move, np.float32),
                    "reach": np.array(made.reach),
                    "worth": np.array(value),
                }
        return best

    def _bases(self, photos: Sequence[Path], seed: int) -> list[Base]:
        """Characters of photos in a random order, each photo anew in another style when they are
        few."""
        usable = np.unique(self.draws.photo)
        order = np.random.default_rng([seed, 1]).permutation(usable)
        contents: dict[int, Any] = {}
        chosen, codes = [], []
        for number in range(MEASURED_ON + CALIBRATED_ON):
            photo = int(order[number % len(order)])
            if photo not in contents:
                contents[photo] = self.roses.encode(photos[photo])
            chosen.append(contents[photo])
            codes.append(self.roses.random_w(1, style_seed(seed + 1, number))[0])
        return make_bases(self.roses, self.tagger, chosen, np.stack(codes))

    def _measured(self) -> Measured:
        moves = self.candidates.moves
        odds, pixels = [], []
        for number, base in enumerate(self.trials):
            self.note("measuring moves", number, len(self.trials))

            def make(base: Base = base) -> Arrays:
                found = measure(self.roses, self.tagger, base, moves)
                return {"odds": found.odds, "pixels": found.pixels}

            part = self.kept.part(f"moves-{number:02d}", make)
            odds.append(part["odds"])
            pixels.append(part["pixels"])
        self.note("measuring moves", len(self.trials), len(self.trials))
        responses = Responses(np.concatenate(odds, 1), np.concatenate(pixels, 1))
        return Measured(moves, responses, self.trials, self.tagger.tags)


def scored(
    tag: str,
    vector: NDArray[Any],
    draws: Draws,
    tagger: Tagger,
    support: dict[str, int],
    *,
    scale: float = 0.0,
    reach: float = float("nan"),
) -> Direction:
    """The direction of ``tag``, scored by the area under the ROC curve of w along the vector,
    groups summed, over the draws."""
    from sklearn.metrics import roc_auc_score

    score = float("nan")
    if tag in tagger.tags:
        has = draws.chances[:, tagger.tags.index(tag)] > 0.5
        if 0 < has.sum() < len(has):
            flat = vector if vector.ndim == 1 else vector.sum(0)
            score = float(roc_auc_score(has, draws.w.astype(np.float64) @ flat))
    return Direction(tag, vector.astype(np.float32), support.get(tag, 0), score, scale, reach)


def _safe(tag: str) -> str:
    """A tag as part of a file's name: letters, digits, and the codes of all else."""
    return "".join(each if each.isalnum() or each == "_" else f"-{ord(each):x}" for each in tag)
