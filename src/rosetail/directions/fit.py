"""Fitting directions: from photos to a directions file (docs/directions.md has the equations).

Photos are drawn in random styles and the pictures tagged. For each tag that is neither too rare nor
too common, each method finds a direction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rosetail.characters.capabilities import style_layers
from rosetail.characters.directions_file import Direction, Directions, Pairs
from rosetail.characters.model import CharacterModel
from rosetail.characters.tag_families import opposites
from rosetail.directions import solvers
from rosetail.directions.candidates import group_names, learned_edits, own_method
from rosetail.directions.draws import Draws, Progress, draw_and_tag, fingerprint
from rosetail.directions.partial_results import PartialResults
from rosetail.directions.responses import Probe
from rosetail.directions.search import Search
from rosetail.directions.taggers import Tagger
from rosetail.errors import RosetailError, SettingsError

METHODS = ("sefa", *solvers.METHODS, "joint")
OPTIONAL = ("sefa_published", "voynov")  # fitted only if they are named


@dataclass(frozen=True)
class FitSettings:
    """``styles`` per photo; tags on ``least`` to ``most`` of the pictures are fitted."""

    styles: int = 3
    methods: tuple[str, ...] = METHODS
    least: float = 0.01  # both limits as in Trần and Vòng (2022)
    most: float = 0.33
    seed: int = 0
    pairs: Pairs = field(default_factory=dict)  # coefficients by method; default: as published
    vary: bool = False  # characters with mouths and eyes that the photo does not have
    steps: int = 2000  # of training the directions of ``voynov``

    def __post_init__(self) -> None:
        known = (*METHODS, *OPTIONAL)
        unknown = [name for name in (*self.methods, *self.pairs) if name not in known]
        if unknown or not self.methods:
            raise SettingsError(
                f"no method is called {unknown[0] if unknown else ''!r}; choose from "
                f"{', '.join(known)}"
            )
        if not 0 < self.least < self.most < 1 or self.styles < 1 or self.seed < 0:
            raise SettingsError(
                f"tags seen in {self.least:g} to {self.most:g} of pictures, {self.styles} styles, "
                f"seed {self.seed}: give shares between 0 and 1, the smaller first, at least one "
                "style and a seed from 0"
            )


@dataclass(frozen=True)
class FitResult:
    """The directions, and the errors of photos that could not be used."""

    directions: Directions
    errors: Sequence[RosetailError]


def fit(
    model: CharacterModel,
    tagger: Tagger,
    photos: Sequence[Path],
    work: Path,
    settings: FitSettings | None = None,
    progress: Progress = lambda step, done, total: None,
) -> FitResult:
    """Fit directions of ``model`` for the tags that ``tagger`` reads in its pictures of ``photos``.

    Intermediate results are kept in the folder ``work`` until the end, so that an interrupted run
    can continue. The same seed gives the same directions.

    Raises InputError if no photo has a face, SettingsError if no tag is left.
    """
    settings = settings or FitSettings()
    learned = learned_edits(model)
    facts = _facts(settings, tagger)
    sources = {"model": model.id.digest, "learned": sorted(learned), "photos": fingerprint(photos)}
    parts = PartialResults(work, {**facts, **sources})
    draws = draw_and_tag(
        model, tagger, photos, settings.styles, seed=settings.seed, parts=parts, progress=progress,
        vary=settings.vary,
    )  # fmt: skip
    tags = usable_tags(draws, settings.least, settings.most)
    if not tags and not learned:
        raise SettingsError(
            f"no tag is on {settings.least:.0%} to {settings.most:.0%} of the {len(draws.w)} "
            "pictures; give more photos or wider shares"
        )
    axes = _voynov_axes(model, photos, settings, parts, progress)
    found = _solve(model, draws, tags, settings.methods, axes, progress)
    if {"joint", "sefa"} & set(settings.methods):
        search = Search(
            Probe(model, tagger), photos, draws, tags, learned,
            seed=settings.seed, parts=parts, progress=progress,
        )  # fmt: skip
        if "sefa" in settings.methods:
            found["sefa_groups"] = search.sefa()
        if "joint" in settings.methods:
            found["joint"] = search.joint()
    if learned:
        found[own_method(model)] = {
            tag: draws.direction(tag, each.vector, scale=each.scale)
            for tag, each in learned.items()
        }
    parts.remove()
    found = {method: directions for method, directions in found.items() if directions}
    counts: dict[str, Any] = {"pictures": len(draws.w), "photos": len(set(draws.photo.tolist()))}
    facts = {**counts, **facts, "tagger": tagger.name}
    if settings.pairs:
        facts["pairs"] = {name: list(pair) for name, pair in settings.pairs.items()}
    name, digest = model.id
    directions = Directions(name, digest, group_names(model), found, facts)
    return FitResult(directions, draws.errors)


def _facts(settings: FitSettings, tagger: Tagger) -> dict[str, Any]:
    """What the directions depend on besides model and photos."""
    facts = {
        "styles": settings.styles,
        "seed": settings.seed,
        "least": settings.least,
        "most": settings.most,
        "tagger_sha256": tagger.fingerprint,
    }
    return facts | ({"vary": True} if settings.vary else {})


def _voynov_axes(
    model: CharacterModel,
    photos: Sequence[Path],
    settings: FitSettings,
    parts: PartialResults,
    progress: Progress,
) -> NDArray[np.float32] | None:
    """The axes of the method ``voynov``, if it is asked for; its training needs PyTorch."""
    if "voynov" not in settings.methods:
        return None
    from rosetail.directions.voynov import learned_axes

    train = partial(learned_axes, model, photos, settings.steps, settings.seed, progress)
    axes: NDArray[np.float32] = parts.get(f"voynov-{settings.steps}", train)["axes"]
    return axes


def _solve(
    model: CharacterModel,
    draws: Draws,
    tags: Sequence[str],
    methods: Sequence[str],
    axes: NDArray[np.floating[Any]] | None,
    progress: Progress,
) -> dict[str, dict[str, Direction]]:
    """The directions of ``tags`` by each method of :mod:`rosetail.directions.solvers`."""
    available = dict(solvers.METHODS)
    layers = style_layers(model)
    if layers is not None:
        available["sefa"] = partial(solvers.sefa, modulation=layers.modulation())
        rows = layers.modulation(colours=False)
        available["sefa_published"] = partial(solvers.sefa, modulation=rows, normalized=False)
    if axes is not None:
        available["voynov"] = partial(solvers.among, axes=axes)
    found = {}
    for number, method in enumerate(methods):
        progress("fitting", number, len(methods))
        if method in available and tags:
            vectors = available[method](draws.w, draws.has(tags))
            found[method] = {
                tag: draws.direction(tag, vector) for tag, vector in zip(tags, vectors, strict=True)
            }
    return found


def usable_tags(draws: Draws, least: float, most: float) -> list[str]:
    """Sorted tags on ``least`` to ``most`` of the pictures, and their opposites if at least the
    share ``least`` has them and lacks them."""
    share = dict(zip(draws.tags, draws.has(draws.tags).mean(0).tolist(), strict=True))
    usable = {tag for tag, part in share.items() if least <= part <= most}
    against = {other for tag in usable for other in opposites(tag) if other in share}
    return sorted(usable | {tag for tag in against if least <= share[tag] <= 1 - least})
