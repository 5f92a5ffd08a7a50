"""The file of a model's directions: safetensors whose header tells what each row is.

One tensor a method, float32, (T, latent), or (T, groups, latent) where every group of layers has
its own. The header's one entry ``directions`` is JSON::

    {"format": "rosetail directions", "version": 1, "groups": ["1/8", "1/4", "1/2", "1/1"],
     "model": {"name": "roses", "digest": "0f3a..."}, "facts": {"pictures": 2550, ...},
     "methods": {"joint": [{"tag": "long_hair", "support": 411, "score": 0.91, "scale": 7.3,
                            "reach": 0.88}, ...]}}

Vectors have length one, that of a group of layers counting as part of the whole; ``scale`` is how
far a strength of 1.0 goes. Where a method has both kinds, the same vector is kept for all groups.
"""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rosetail.characters.tag_families import contraries
from rosetail.errors import InputError, SettingsError
from rosetail.images import writing

Floats = NDArray[np.float32]

FORMAT, VERSION = "rosetail directions", 1
SUFFIX = ".safetensors"
EXACT = "painted"  # what a model that draws by rule calls its own edits
# The first that knows a tag is asked, unless the caller names one.
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
    "pca",
)
# Methods that come without a scale: towards the tag, and away from its contrary ([T1] §5.3.2).
# The published -10, 5 are of singular vectors as NumPy signs them; ours point to the tag.
REGRESSION, SINGULAR = (15.0, 5.0), (10.0, 5.0)
COEFFICIENTS = dict.fromkeys(("linear", "lasso", "svm", "pca", "sefa"), REGRESSION)
COEFFICIENTS["svd"] = SINGULAR


@dataclass(frozen=True, eq=False)
class Direction:
    """``vector`` (latent,) or (groups, latent) of length one makes ``tag`` more likely.

    ``support``: pictures that had the tag; ``score``: how well the direction sorts them, the area
    under the ROC curve 0..1; ``scale``: the length of a move of strength 1, 0 where the method has
    none; ``reach``: the share of pictures that have the tag after such a move. NaN: not measured.
    """

    tag: str
    vector: Floats
    support: int = 0
    score: float = float("nan")
    scale: float = 0.0
    reach: float = float("nan")

    def facts(self) -> dict[str, Any]:
        numbers = {name: getattr(self, name) for name in ("score", "scale", "reach")}
        known = {name: round(value, 6) for name, value in numbers.items() if value == value}
        return {"tag": self.tag, "support": self.support, **known}


@dataclass(frozen=True, eq=False)
class Directions:
    """All directions of one model: by method, then by tag. ``facts`` tell how they were found."""

    name: str
    digest: str
    groups: tuple[str, ...]
    found: Mapping[str, Mapping[str, Direction]]
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def methods(self) -> list[str]:
        """Best first."""
        rest = [name for name in self.found if name not in PREFERRED]
        return [name for name in PREFERRED if name in self.found] + sorted(rest)

    @property
    def tags(self) -> list[str]:
        """Every tag that some method knows, sorted."""
        return sorted({tag for each in self.found.values() for tag in each})

    def get(self, tag: str, method: str | None = None) -> tuple[str, Direction]:
        """The direction of ``tag``, and the method it is of: the best that knows the tag if None.

        ``tag`` may be written with underscores for hyphens. Raises SettingsError for a name that
        is none, naming the nearest.
        """
        if method is not None and method not in self.found:
            raise SettingsError(
                f"no directions by method {method!r}; choose one of {', '.join(self.methods)}"
            )
        for name in [method] if method else self.methods:
            for known, direction in self.found[name].items():
                if _plain(known) == _plain(tag):
                    return name, direction
        known_tags = sorted(self.found[method]) if method else self.tags
        close = difflib.get_close_matches(tag, known_tags, n=1)
        guess = f"did you mean '{close[0]}'? " if close else ""
        raise SettingsError(f"no direction is called '{tag}'; {guess}see: rosetail directions list")

    def move(self, tag: str, method: str | None = None) -> tuple[str, str, Floats]:
        """What strength 1.0 adds to w: the tag's and method's names, and the move.

        Methods with a scale of their own are calibrated and taken as they are. For the others
        the pair is opposed: 15 towards the tag and 5 away from its contrary, the mean of the other
        colours where it is a colour (10 and 5 for singular vectors).
        """
        name, direction = self.get(tag, method)
        if direction.scale:
            return direction.tag, name, np.float32(direction.scale) * direction.vector
        ahead, back = COEFFICIENTS.get(name, REGRESSION)
        move = ahead * direction.vector
        known = self.found[name]
        others = [known[each].vector for each in sorted(contraries(direction.tag) & set(known))]
        if others:
            mean = np.mean(others, axis=0)
            move = move - back * mean / max(float(np.linalg.norm(mean)), 1e-12)
        return direction.tag, name, move.astype(np.float32)

    def joined(self, other: Directions) -> Directions:
        """These and ``other``'s; what both have is ``other``'s. Raises SettingsError."""
        if (other.digest, other.groups) != (self.digest, self.groups):
            raise SettingsError("directions of different models cannot be joined; fit them anew")
        return Directions(
            self.name,
            self.digest,
            self.groups,
            {**self.found, **other.found},
            {**self.facts, **other.facts},
        )

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the file, whole or not at all; the same directions give the same bytes."""
        from safetensors.numpy import save

        tensors, methods = {}, {}
        for name, by_tag in self.found.items():
            if by_tag:
                rows = list(by_tag.values())
                shape = np.broadcast_shapes(*(row.vector.shape for row in rows))
                vectors = [np.broadcast_to(row.vector, shape) for row in rows]
                tensors[name] = np.stack(vectors).astype("<f4")
                methods[name] = [row.facts() for row in rows]
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
    """The directions in the file at ``path``. Raises InputError naming it for anything else."""
    from safetensors import SafetensorError, safe_open

    source = Path(path)
    if not source.is_file():
        raise InputError(f"{source}: no such file; make one with: rosetail directions fit")
    try:
        with safe_open(str(source), framework="np") as file:
            header = json.loads((file.metadata() or {}).get("directions", "{}"))
            if header.get("format") != FORMAT:
                raise InputError(f"{source}: no file of directions; give one that fit wrote")
            if header["version"] > VERSION:
                raise InputError(f"{source}: from a newer Rosetail; update this one")
            found = {
                name: _rows(file.get_tensor(name), rows) for name, rows in header["methods"].items()
            }
        model, groups = header["model"], tuple(str(each) for each in header["groups"])
        return Directions(str(model["name"]), str(model["digest"]), groups, found, header["facts"])
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
        cause = f"{type(error).__name__}: {error}"
        raise InputError(f"{source}: damaged ({cause}); fit the directions again") from error


def _rows(vectors: Floats, told: Iterable[Mapping[str, Any]]) -> dict[str, Direction]:
    made = {}
    for vector, facts in zip(vectors, told, strict=True):
        if not np.isfinite(vector).all():
            raise ValueError(f"{facts['tag']} is not finite")
        made[str(facts["tag"])] = Direction(vector=vector, **facts)
    return made


def _plain(tag: str) -> str:
    return tag.replace("-", "_").lower()
