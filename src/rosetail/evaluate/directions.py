"""``rosetail evaluate directions``: what edits by name do, in the thesis's tables and ours.

Everything is measured on photos and drawings nobody trained on, by a re-scorer that had no part in
finding the directions.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rosetail.characters.directions_file import Directions
from rosetail.characters.model import CharacterModel
from rosetail.directions.taggers import Tagger
from rosetail.errors import RosetailError, SettingsError
from rosetail.evaluate.directions_report import write
from rosetail.evaluate.edit_measures import (
    Gain,
    Note,
    alike,
    distances,
    diverse_distances,
    diversities,
    gains,
    matrices,
    motion,
    stills,
)
from rosetail.evaluate.edit_pictures import drawings_summary, read_heads, sheets
from rosetail.evaluate.edits import TAGS, Edits, all_edits
from rosetail.evaluate.sight import Sight
from rosetail.images import writing
from rosetail.metrics.rescoring import Rescored

Bytes = NDArray[np.uint8]
Name = tuple[str, str]

CAST = 10  # characters of a photo whose distances make diversity ([T1] §5.3.3.3)


@dataclass(frozen=True)
class Settings:
    """``views`` of every photo for DFID, 0 to leave it out; ``photos`` at most, 0 for all."""

    views: int = 1000
    photos: int = 0
    cast: int = CAST
    seed: int = 0


@dataclass
class Found:
    """All that was measured; what could not be is absent or NaN."""

    facts: dict[str, Any]
    edits: Edits
    distances: dict[Name, tuple[float, float]]
    alike: dict[Name, float]
    diverse: dict[Name, float]
    diversity: dict[Name, float]
    rescored: dict[str, Rescored]
    gains: dict[Name, Gain]
    outside: dict[Name, float]
    motion: dict[Name, float]
    sheets: dict[str, Bytes]

    def numbers(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        by_name: dict[str, dict[Name, Any]] = {
            "fid": {name: each[0] for name, each in self.distances.items()},
            "kid": {name: each[1] for name, each in self.distances.items()},
            "fid to drawings that have it": self.alike,
            "dfid": self.diverse,
            "lpips": self.diversity,
            "outside": self.outside,
            "motion": self.motion,
            "gain": {name: each.change for name, each in self.gains.items()},
            "characters without it": {name: each.of for name, each in self.gains.items()},
        }
        plain = {
            measure: {"/".join(filter(None, name)): value for name, value in values.items()}
            for measure, values in by_name.items()
        }
        rescored = {
            method: {
                "edits": each.edits,
                "change": each.change.tolist(),
                "low": each.low.tolist(),
                "high": each.high.tolist(),
            }
            for method, each in self.rescored.items()
        }
        return {"facts": self.facts, **plain, "rescored": rescored}


def evaluate(
    roses: CharacterModel,
    directions: Directions,
    photos: Sequence[Path],
    style: Path,
    rescorer: Tagger,
    sight: Sight,
    *,
    methods: Sequence[str] = (),
    told: Settings | None = None,
    clip: Path | None = None,
    note: Note = lambda what, done, of: None,
) -> tuple[Found, list[RosetailError]]:
    """Measure ``methods`` (all that the file has if none are named) of ``directions`` of ``roses``.

    ``style`` is a folder of drawings, prepared or as they are. Gives what was found, and the photos
    that could not be used.

    Raises SettingsError for a re-scorer that found the directions or does not know the tags,
    InputError without photos or drawings.
    """
    told = told or Settings()
    check_rescorer(rescorer, directions)
    edits = all_edits(directions, methods or directions.methods, roses.latent)
    heads, left_out = read_heads(roses, photos[: told.photos or None], note)
    target = drawings_summary(style, roses.size, sight.backbone, rescorer, note)
    seed = told.seed
    seen = stills(roses, heads, edits, sight, rescorer, seed=seed, note=note)
    diverse = {}
    if told.views:
        diverse = diverse_distances(
            roses, heads, edits, sight.backbone, target.all, views=told.views, seed=seed, note=note
        )
    moved = {}
    if clip is not None:
        w = roses.random_w(1, seed)[0]
        correlations = motion(roses, clip, w, edits.moves[1:], note)
        moved = dict(zip(edits.names[1:], correlations, strict=True))
    facts = {
        **asdict(told),
        "model": f"{roses.name} {roses.id.digest[:8]}",
        "directions": dict(directions.facts),
        "rescorer": f"{rescorer.name} {rescorer.fingerprint[:8]}",
        "photos": len(heads),
        "drawings": target.all.count,
        "features": sight.name,
        "perceptual": sight.eye.name,
    }
    found = Found(
        facts,
        edits,
        distances(seen, edits, target.all),
        alike(seen, edits, target.have),
        diverse,
        diversities(roses, heads, edits, sight.eye, cast=told.cast, seed=seed, note=note),
        matrices(seen, edits, seed=seed),
        gains(seen, edits),
        dict(zip(edits.names[1:], np.median(seen.outside[1:], 1).tolist(), strict=True)),
        moved,
        sheets(roses, heads, directions, edits, seen),
    )
    return found, left_out


def save(found: Found, folder: Path) -> list[Path]:
    """report.md, report.html and numbers.json in ``folder``. Raises OutputError."""
    paths = list(write(found, folder))
    numbers = folder / "numbers.json"
    with writing(numbers) as part:
        part.write_text(json.dumps(found.numbers(), indent=1) + "\n", encoding="utf-8")
    return [*paths, numbers]


def check_rescorer(rescorer: Tagger, directions: Directions) -> None:
    """Raise SettingsError for one that found the directions, or that cannot score the edits."""
    if rescorer.fingerprint == directions.facts.get("tagger_sha256"):
        raise SettingsError(
            "this tagger found the directions and would flatter them; leave --rescorer out, or "
            "see: rosetail evaluate rescorer"
        )
    unknown = [tag for tag in TAGS.values() if tag not in rescorer.tags]
    if unknown:
        raise SettingsError(f"the re-scorer knows no {unknown[0]}; give one that does")
