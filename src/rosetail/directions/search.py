"""Directions from measured moves: joint directions, and the best SeFa axis of a single group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from rosetail.characters.directions_file import EXACT, Direction
from rosetail.directions.candidates import candidates, group_count, own_method
from rosetail.directions.draws import Draws, Progress, style_seed
from rosetail.directions.joint import JointSolver, edit_value
from rosetail.directions.partial_results import Arrays, PartialResults
from rosetail.directions.responses import Baseline, Probe, Responses

MEASURED_ON = 10  # characters that candidates are tried on
CALIBRATED_ON = 12  # further characters that lengths are calibrated on


class Search:
    """Measures candidate moves on characters of the ``photos`` that ``draws`` are of.

    Directions are searched for ``tags`` and for those of the ``learned`` edits.
    """

    def __init__(
        self,
        probe: Probe,
        photos: Sequence[Path],
        draws: Draws,
        tags: Sequence[str],
        learned: Mapping[str, Direction],
        *,
        seed: int,
        parts: PartialResults,
        progress: Progress,
    ) -> None:
        self.probe, self.draws, self.parts, self.progress = probe, draws, parts, progress
        known = probe.tagger.tags
        self.learned = {tag: each for tag, each in learned.items() if tag in known}
        self.tags = sorted({*tags, *self.learned})
        self.groups = group_count(probe.model)
        self.candidates = candidates(probe.model, self.learned, draws, tags)
        bases = self._baselines(photos, seed)
        self.calibration_bases = bases[MEASURED_ON:]
        self.solver = self._measure(bases[:MEASURED_ON])

    def joint(self) -> dict[str, Direction]:
        """For each tag the better of the joint and the learned move, calibrated.

        The painter's edits are taken unchanged: they are exact, and their length has a meaning.
        """
        found = {}
        exact = self.learned if own_method(self.probe.model) == EXACT else {}
        for number, tag in enumerate(self.tags):
            self.progress("calibrating", number, len(self.tags))
            if tag in exact:
                own = exact[tag]
                found[tag] = self.draws.direction(tag, own.vector, scale=own.scale, reach=own.reach)
                continue
            part = self.parts.get(f"joint-{_file_name(tag)}", partial(self._best_move, tag))
            if part["move"].any():
                move = part["move"] if self.groups > 1 else part["move"][0]
                length = float(np.linalg.norm(move))
                reach = float(part["reach"])
                found[tag] = self.draws.direction(tag, move / length, scale=length, reach=reach)
        self.progress("calibrating", len(self.tags), len(self.tags))
        return found

    def sefa(self) -> dict[str, Direction]:
        """For each tag the SeFa axis of one group with the largest rise relative to Q_t."""
        if self.groups == 1:
            return {}
        rows = [i for i, kind in enumerate(self.candidates.kinds) if kind.startswith("sefa")]
        found = {}
        for tag in self.tags:
            rise = self.solver.rise(tag)
            if rise is not None:
                side_effects = np.sqrt(np.diag(self.solver.quadratic(tag))[rows])
                move = self.candidates.moves[rows[int(np.argmax(rise[rows] / side_effects))]]
                found[tag] = self.draws.direction(tag, move / np.linalg.norm(move))
        return found

    def _best_move(self, tag: str) -> Arrays:
        shape = (self.groups, self.probe.model.latent)
        moves = [self.solver.solve(tag)]
        if tag in self.learned:
            own = self.learned[tag]
            moves.append(np.broadcast_to(np.float32(own.scale) * own.vector, shape))
        best: Arrays = {"move": np.zeros(shape, np.float32), "reach": np.zeros(())}
        best_value = -np.inf
        bases = self.calibration_bases
        before = np.stack([base.probabilities for base in bases])
        for move in moves:
            if move is None or not move.any():
                continue
            calibrated = self.probe.calibrate(bases, move, tag)
            value = edit_value(before, calibrated.probabilities, self.probe.tagger.tags, tag)
            if value > best_value:
                best_value = value
                best = {
                    "move": np.asarray(calibrated.move, np.float32),
                    "reach": np.array(calibrated.reach),
                }
        return best

    def _baselines(self, photos: Sequence[Path], seed: int) -> list[Baseline]:
        """Random characters of photos in random order; photos repeat if there are few."""
        model = self.probe.model
        order = np.random.default_rng([seed, 1]).permutation(np.unique(self.draws.photo))
        contents: dict[int, Any] = {}
        bases = []
        for number in range(MEASURED_ON + CALIBRATED_ON):
            photo = int(order[number % len(order)])
            if photo not in contents:
                contents[photo] = model.encode(photos[photo])
            w = model.random_w(1, style_seed(seed + 1, number))[0]
            bases.append(self.probe.baseline(contents[photo], w))
        return bases

    def _measure(self, bases: Sequence[Baseline]) -> JointSolver:
        moves, results = self.candidates.moves, []
        for number, base in enumerate(bases):
            self.progress("measuring moves", number, len(bases))

            def compute(base: Baseline = base) -> Arrays:
                return self.probe.responses(base, moves)._asdict()

            results.append(Responses(**self.parts.get(f"moves-{number:02d}", compute)))
        self.progress("measuring moves", len(bases), len(bases))
        odds, pixels = (np.concatenate(each, 1) for each in zip(*results, strict=True))
        before = np.stack([base.probabilities for base in bases])
        tagger, model = self.probe.tagger, self.probe.model
        return JointSolver(moves, Responses(odds, pixels), before, tagger.tags, model.crop)


def _file_name(tag: str) -> str:
    """``tag`` with all but letters, digits and underscores replaced by character codes."""
    return "".join(each if each.isalnum() or each == "_" else f"-{ord(each):x}" for each in tag)
