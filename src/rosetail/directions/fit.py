"""The whole way from photos to a file of directions; docs/directions.md tells it in equations.

Draw every photo in random styles, tag the pictures, keep tags that some have and most have not,
find a direction for each by every method. ``joint`` measures moves and puts its own together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rosetail.characters.directions_file import Directions
from rosetail.characters.model import CharacterModel, style_layers
from rosetail.characters.tag_families import opposites
from rosetail.directions import solvers as statistics
from rosetail.directions.candidates import group_count, learned_edits, own_method
from rosetail.directions.draws import Progress, collect, fingerprint
from rosetail.directions.partial_results import Kept
from rosetail.directions.search import Found, Search, scored
from rosetail.directions.taggers import Tagger
from rosetail.errors import RosetailError, SettingsError

METHODS = ("sefa", "linear", "lasso", "svd", "svm", "pca", "joint")
LEAST, MOST = 0.01, 0.33  # the share of pictures that a tag must be seen in ([T1]: 1 to 33 %)


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
    roses: CharacterModel,
    tagger: Tagger,
    photos: Sequence[Path],
    work: Path,
    told: FitSettings | None = None,
    note: Progress = lambda what, done, of: None,
) -> Fitted:
    """Directions of ``roses`` for the tags that ``tagger`` sees in its pictures of ``photos``.

    Finished parts are kept in the folder ``work`` until all is done: a run that was stopped goes
    on. The same seed gives the same directions.

    Raises InputError where no photo has a face, SettingsError where no tag is left.
    """
    told = told or FitSettings()
    settings = {
        "model": roses.id.digest,
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
        method = statistics.METHODS.get(name)
        if name == "sefa":
            layers = style_layers(roses)
            if layers is None:
                continue
            method = partial(statistics.sefa, modulation=layers.modulation())
        if name != "joint" and method is not None and tags:
            rows = zip(tags, method(w, has), strict=True)
            found[name] = {tag: scored(tag, row, draws, tagger, support) for tag, row in rows}
    if "joint" in told.methods or "sefa" in told.methods:
        search = Search(roses, tagger, photos, draws, told.seed, kept, note, tags, learned)
        if "sefa" in told.methods:
            found["sefa_groups"] = search.sefa(support)
        if "joint" in told.methods:
            found["joint"] = search.joint(support)
    if learned:
        found[own_method(roses)] = {
            tag: scored(tag, each.vector, draws, tagger, support, scale=each.scale)
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
    model = roses.id
    names = _group_names(roses)
    whole = Directions(
        model.name, model.digest, names, {k: v for k, v in found.items() if v}, facts
    )
    return Fitted(whole, draws.left_out)


def kept_tags(
    seen: NDArray[np.bool_], names: Sequence[str], least: float, most: float
) -> list[str]:
    """Sorted tags on ``least`` to ``most`` of the pictures; and their opposites, however common,
    as long as the share ``least`` of the pictures is without them."""
    share = dict(zip(names, seen.mean(0).tolist(), strict=True))
    kept = {tag for tag, part in share.items() if least <= part <= most}
    against = {other for tag in kept for other in opposites(tag) if other in share}
    return sorted(kept | {tag for tag in against if least <= share[tag] <= 1 - least})


def _group_names(roses: CharacterModel) -> tuple[str, ...]:
    layers = style_layers(roses) if group_count(roses) > 1 else None
    return ("all",) if layers is None else layers.groups.names
