"""The file of a model's directions: safetensors with a header that describes each row.

One tensor per method, float32, (T, latent), or (T, groups, latent) if the groups of layers differ.
The metadata entry ``directions`` is JSON::

    {"format": "rosetail directions", "version": 1, "groups": ["1/8", "1/4", "1/2", "1/1"],
     "model": {"name": "roses", "digest": "0f3a..."}, "facts": {"pictures": 2550, ...},
     "methods": {"joint": [{"tag": "long_hair", "support": 411, "score": 0.91, "scale": 7.3,
                            "reach": 0.88}, ...]}}

Vectors have length one over all groups together; ``scale`` is the length of a move of strength 1.
If a method has both kinds of vectors, those without groups are repeated for each group.
"""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save

from rosetail.arrays import Floats
from rosetail.characters.content import ModelId
from rosetail.characters.tag_families import opposites
from rosetail.errors import InputError, SettingsError
from rosetail.images import writing
from rosetail.reading import reading

FORMAT, VERSION = "rosetail directions", 1
SUFFIX = ".safetensors"
EXACT = "painted"  # the method name of the painter's own edits
# The default method for a tag is the first of these that has it.
PREFERRED = (
    EXACT,
    "joint",
    "learned",
    "linear",
    "lasso",
    "svm",
    "svd",
    "sefa_groups",
    "sefa",
    "sefa_published",
    "pca",
    "voynov",
)
# For methods without a scale: coefficients towards the tag and away from its opposite
# (T1, §5.3.2). The published -10, 5 apply to NumPy's signs; our singular vectors point to the tag.
REGRESSION, SINGULAR = (15.0, 5.0), (10.0, 5.0)
COEFFICIENTS = dict.fromkeys(
    ("linear", "lasso", "svm", "pca", "sefa", "sefa_published", "voynov"), REGRESSION
)
COEFFICIENTS["svd"] = SINGULAR
Pairs = Mapping[str, tuple[float, float]]  # coefficients towards and away, by method


@dataclass(frozen=True, eq=False)
class Direction:
    """A unit ``vector`` (latent,) or (groups, latent) that makes ``tag`` more likely.

    Attributes:
        support: the number of pictures with the tag.
        score: area under the ROC curve (0..1) of the direction as a classifier of the tag.
        scale: length of a move of strength 1; 0 if the method has none.
        reach: share of pictures that show the tag after such a move.

    ``score`` and ``reach`` are NaN if not measured.
    """

    tag: str
    vector: Floats
    support: int = 0
    score: float = float("nan")
    scale: float = 0.0
    reach: float = float("nan")

    def facts(self) -> dict[str, Any]:
        """The direction's entry in the header."""
        numbers = {name: getattr(self, name) for name in ("score", "scale", "reach")}
        measured = {name: round(value, 6) for name, value in numbers.items() if value == value}
        return {"tag": self.tag, "support": self.support, **measured}


@dataclass(frozen=True, eq=False)
class Directions:
    """All directions of one model, by method, then by tag. ``facts`` describe the fit."""

    name: str
    digest: str
    groups: tuple[str, ...]
    by_method: Mapping[str, Mapping[str, Direction]]
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def methods(self) -> list[str]:
        """The methods, best first."""
        rest = [name for name in self.by_method if name not in PREFERRED]
        return [name for name in PREFERRED if name in self.by_method] + sorted(rest)

    @property
    def tags(self) -> list[str]:
        """All tags, sorted."""
        return sorted({tag for each in self.by_method.values() for tag in each})

    def get(self, tag: str, method: str | None = None) -> tuple[str, Direction]:
        """The direction of ``tag`` and its method; the default is the best method that has it.

        ``tag`` may be written with underscores for hyphens. Raises SettingsError for an unknown
        name, suggesting the nearest.
        """
        if method is not None and method not in self.by_method:
            raise SettingsError(
                f"no directions by method {method!r}; choose one of {', '.join(self.methods)}"
            )
        for name in [method] if method else self.methods:
            for known, direction in self.by_method[name].items():
                if _plain(known) == _plain(tag):
                    return name, direction
        known_tags = sorted(self.by_method[method]) if method else self.tags
        close = difflib.get_close_matches(tag, known_tags, n=1)
        guess = f"did you mean '{close[0]}'? " if close else ""
        raise SettingsError(f"no direction is called '{tag}'; {guess}see: rosetail directions list")

    def move(self, tag: str, method: str | None = None) -> tuple[str, str, Floats]:
        """The tag, the method, and the move that strength 1 adds to w.

        Directions with a scale are calibrated. The others combine a pair: 15 towards the tag and 5
        away from its opposite (10 and 5 for singular vectors), or the file's own coefficients. The
        opposite of a colour is the mean of the other colours.
        """
        name, direction = self.get(tag, method)
        if direction.scale:
            return direction.tag, name, np.float32(direction.scale) * direction.vector
        towards, away = self.coefficients(name)
        move = towards * direction.vector
        known = self.by_method[name]
        others = [known[each].vector for each in sorted(opposites(direction.tag) & set(known))]
        if others:
            mean = np.mean(others, axis=0)
            move = move - away * mean / max(float(np.linalg.norm(mean)), 1e-12)
        return direction.tag, name, move.astype(np.float32)

    def coefficients(self, method: str) -> tuple[float, float]:
        """The coefficients towards a tag and away from its opposite."""
        own = self.facts.get("pairs", {}).get(method)
        return (float(own[0]), float(own[1])) if own else COEFFICIENTS.get(method, REGRESSION)

    def with_pairs(self, pairs: Pairs) -> Directions:
        """These directions with other coefficients for the methods named in ``pairs``."""
        own = {name: list(pair) for name, pair in pairs.items()}
        return replace(self, facts={**self.facts, "pairs": {**self.facts.get("pairs", {}), **own}})

    def for_model(self, model: ModelId) -> Directions:
        """Return these directions. Raises SettingsError if they are not for ``model``."""
        if self.digest != model.digest:
            raise SettingsError(
                f"the directions belong to {self.name} {self.digest[:8]}, not to {model}; "
                "fit them for this model"
            )
        return self

    def joined(self, other: Directions) -> Directions:
        """Both directions; ``other`` takes precedence. Raises SettingsError for another model."""
        if (other.digest, other.groups) != (self.digest, self.groups):
            raise SettingsError("directions of different models cannot be joined; fit them anew")
        return Directions(
            self.name,
            self.digest,
            self.groups,
            {**self.by_method, **other.by_method},
            {**self.facts, **other.facts},
        )

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the file, complete or not at all; equal directions give equal bytes."""
        tensors, methods = {}, {}
        for name, by_tag in self.by_method.items():
            if by_tag:
                vectors = [row.vector for row in by_tag.values()]
                shape = np.broadcast_shapes(*(vector.shape for vector in vectors))
                stacked = np.stack([np.broadcast_to(vector, shape) for vector in vectors])
                tensors[name] = stacked.astype("<f4")
                methods[name] = [row.facts() for row in by_tag.values()]
        header = {
            "format": FORMAT,
            "version": VERSION,
            "model": {"name": self.name, "digest": self.digest},
            "groups": self.groups,
            "facts": self.facts,
            "methods": methods,
        }
        data = save(tensors, {"directions": json.dumps(header, sort_keys=True)})
        with writing(path) as part:
            part.write_bytes(data)
        return Path(path)


def read_directions(path: str | os.PathLike[str]) -> Directions:
    """Read a directions file. Raises InputError, naming the file, for anything else."""
    source = Path(path)
    with reading(source, "a directions file", "make one with: rosetail directions fit"):
        with safe_open(str(source), framework="np") as file:
            header = json.loads((file.metadata() or {}).get("directions", "{}"))
            if header.get("format") != FORMAT:
                raise InputError(f"{source}: not a directions file; give one that fit wrote")
            if header["version"] > VERSION:
                raise InputError(f"{source}: from a newer Rosetail; update this one")
            by_method = {
                name: _rows(file.get_tensor(name), rows) for name, rows in header["methods"].items()
            }
        model, groups = header["model"], tuple(str(each) for each in header["groups"])
        return Directions(
            str(model["name"]), str(model["digest"]), groups, by_method, header["facts"]
        )


def _rows(vectors: Floats, entries: Iterable[Mapping[str, Any]]) -> dict[str, Direction]:
    rows = {}
    for vector, entry in zip(vectors, entries, strict=True):
        if not np.isfinite(vector).all():
            raise ValueError(f"{entry['tag']} is not finite")
        direction = Direction(vector=vector, **entry)
        numbers = (direction.support, direction.scale, np.nan_to_num(direction.score, nan=0))
        if not np.isfinite(np.asarray([*numbers, np.nan_to_num(direction.reach, nan=0)])).all():
            raise ValueError(f"the numbers of {entry['tag']} are not finite")
        rows[str(entry["tag"])] = direction
    return rows


def _plain(tag: str) -> str:
    return tag.replace("-", "_").lower()
