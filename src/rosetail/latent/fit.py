"""The whole way from photos to a file of directions; docs/directions.md tells it in equations.

Draw every photo in random styles, tag the pictures, keep tags that some have and most have not,
find a direction for each by every method. ``joint`` measures moves and puts its own together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rosetail.errors import RosetailError, SettingsError
from rosetail.latent import directions as statistics
from rosetail.latent.calibrate import calibrated
from rosetail.latent.candidates import Candidates, candidates, group_count, learned_edits
from rosetail.latent.composed import Composer, Measured, worth
from rosetail.latent.directions_file import Direction, Directions
from rosetail.latent.draws import Draws, Note, Painter, collect, fingerprint, style_seed
from rosetail.latent.kept import Arrays, Kept
from rosetail.latent.responses import Base, Responses, make_bases, measure
from rosetail.latent.tag_families import contraries
from rosetail.latent.taggers import Tagger

Found = dict[str, Direction]

METHODS = ("sefa", "linear", "lasso", "svd", "svm", "pca", "joint")
LEAST, MOST = 0.01, 0.33  # the share of pictures that a tag must be seen in ([T1]: 1 to 33 %)
MEASURED_ON = 10  # characters that moves are tried on
CALIBRATED_ON = 12  # other characters that lengths are found with


@dataclass(frozen=True)
class FitSettings:
    """``styles`` a photo; ``least`` and ``most`` share of the pictures that a tag is on."""

    styles: int = 3
    methods: tuple[str, ...] = METHODS
    least: float = LEAST
    most: float = MOST
    seed: int = 0

    def __post_init__(self) -> None:
        unknown = [name for name in self.methods if name not in METHODS]
        if unknown or not self.methods:
            raise SettingsError(
                f"no method is called {unknown[0] if unknown else ''!r}; choose from "
                f"{', '.join(METHODS)}"
            )
        if not 0 < self.least < self.most < 1 or self.styles < 1 or self.seed < 0:
            raise SettingsError(
                f"tags seen in {self.least:g} to {self.most:g} of pictures, {self.styles} styles, "
                f"seed {self.seed}: give shares between 0 and 1, the smaller first, at least one "
                "style and a seed from 0"
            )


@dataclass(frozen=True)
class Fitted:
    directions: Directions
    left_out: Sequence[RosetailError]  # photos that could not be used


def fit(
    roses: Painter,
    tagger: Tagger,
    photos: Sequence[Path],
    work: Path,
    told: FitSettings | None = None,
    note: Note = lambda what, done, of: None,
) -> Fitted:
    """Directions of ``roses`` for the tags that ``tagger`` sees in its pictures of ``photos``.

    Finished parts are kept in the folder ``work`` until all is done: a run that was stopped goes
    on. The same seed gives the same directions.

    Raises InputError where no photo has a face, SettingsError where no tag is left.
    """
    told = told or FitSettings()
    settings = {
        "model": roses.model.digest,
        "learned": sorted(learned_edits(roses)),
        "tagger": tagger.fingerprint,
        "photos": fingerprint(photos),
        "styles": told.styles,
        "shares": [told.least, told.most],
        "seed": told.seed,
    }
    kept = Kept(work, settings)
    draws = collect(roses, tagger, photos, told.styles, seed=told.seed, kept=kept, note=note)
    seen = draws.chances > 0.5
    tags = kept_tags(seen, tagger.tags, told.least, told.most)
    learned = learned_edits(roses)
    if not tags and not learned:
        raise SettingsError(
            f"no tag is on {told.least:.0%} to {told.most:.0%} of the {len(seen)} pictures; "
            "give more photos or wider shares"
        )
    has = seen[:, [tagger.tags.index(tag) for tag in tags]]
    w = draws.w.astype(np.float64)
    support = dict(zip(tagger.tags, seen.sum(0).tolist(), strict=True))
    found: dict[str, Found] = {}
    for number, name in enumerate(told.methods):
        note("fitting", number, len(told.methods))
        if name != "joint" and tags:
            method = statistics.METHODS.get(name) or partial(
                statistics.sefa, modulation=roses.modulation()
            )
            rows = zip(tags, method(w, has), strict=True)
            found[name] = {tag: _scored(tag, row, draws, tagger, support) for tag, row in rows}
    if "joint" in told.methods or "sefa" in told.methods:
        search = _Search(roses, tagger, photos, draws, told, kept, note, tags, learned)
        if "sefa" in told.methods:
            found["sefa_groups"] = search.sefa(support)
        if "joint" in told.methods:
            found["joint"] = search.joint(support)
    if learned:
        found["learned"] = {
            tag: _scored(tag, each.vector, draws, tagger, support, scale=each.scale)
            for tag, each in learned.items()
        }
    facts = {
        "pictures": len(draws.w),
        "photos": len(set(draws.photo.tolist())),
        "styles": told.styles,
        "seed": told.seed,
        "least": told.least,
        "most": told.most,
        "tagger": tagger.name,
        "tagger_sha256": tagger.fingerprint,
    }
    kept.done()
    model = roses.model
    names = _group_names(roses)
    whole = Directions(
        model.name, model.digest, names, {k: v for k, v in found.items() if v}, facts
    )
    return Fitted(whole, draws.left_out)


def kept_tags(
    seen: NDArray[np.bool_], names: Sequence[str], least: float, most: float
) -> list[str]:
    """Sorted tags on ``least`` to ``most`` of the pictures; and their contraries, however common,
    as long as the share ``least`` of the pictures is without them."""
    share = dict(zip(names, seen.mean(0).tolist(), strict=True))
    kept = {tag for tag, part in share.items() if least <= part <= most}
    against = {other for tag in kept for other in contraries(tag) if other in share}
    return sorted(kept | {tag for tag in against if least <= share[tag] <= 1 - least})


class _Search:
    """What measuring moves gives: joint, and SeFa's axes of single groups."""

    def __init__(
        self,
        roses: Painter,
        tagger: Tagger,
        photos: Sequence[Path],
        draws: Draws,
        told: FitSettings,
        kept: Kept,
        note: Note,
        tags: Sequence[str],
        learned: Found,
    ) -> None:
        self.roses, self.tagger, self.draws, self.kept, self.note = roses, tagger, draws, kept, note
        self.learned = {tag: each for tag, each in learned.items() if tag in tagger.tags}
        self.tags = sorted({*tags, *self.learned})
        self.groups = group_count(roses)
        seen = draws.chances > 0.5
        has = seen[:, [tagger.tags.index(tag) for tag in tags]]
        w = draws.w.astype(np.float64)
        self.candidates: Candidates = candidates(roses, self.learned, w, tags, has)
        bases = self._bases(photos, told.seed)
        self.trials, self.proofs = bases[:MEASURED_ON], bases[MEASURED_ON:]
        self.composer = Composer(self._measured())

    def joint(self, support: dict[str, int]) -> Found:
        """For every tag what is worth more: the composed move or the learned one; calibrated."""
        found: Found = {}
        for number, tag in enumerate(self.tags):
            self.note("calibrating", number, len(self.tags))
            part = self.kept.part(f"joint-{_safe(tag)}", partial(self._best, tag))
            if part["move"].any():
                move = part["move"] if self.groups > 1 else part["move"][0]
                length = float(np.linalg.norm(move))
                found[tag] = _scored(
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
            found[tag] = _scored(tag, unit, self.draws, self.tagger, support)
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


def _scored(
    tag: str,
    vector: NDArray[Any],
    draws: Draws,
    tagger: Tagger,
    support: dict[str, int],
    *,
    scale: float = 0.0,
    reach: float = float("nan"),
) -> Direction:
    """With the area under the ROC curve of w along the vector, groups summed, over the draws."""
    from sklearn.metrics import roc_auc_score

    score = float("nan")
    if tag in tagger.tags:
        has = draws.chances[:, tagger.tags.index(tag)] > 0.5
        if 0 < has.sum() < len(has):
            flat = vector if vector.ndim == 1 else vector.sum(0)
            score = float(roc_auc_score(has, draws.w.astype(np.float64) @ flat))
    return Direction(tag, vector.astype(np.float32), support.get(tag, 0), score, scale, reach)


def _group_names(roses: Painter) -> tuple[str, ...]:
    return tuple(roses.groups.names) if group_count(roses) > 1 else ("all",)


def _safe(tag: str) -> str:
    """A tag as part of a file's name: letters, digits, and the codes of all else."""
    return "".join(each if each.isalnum() or each == "_" else f"-{ord(each):x}" for each in tag)
