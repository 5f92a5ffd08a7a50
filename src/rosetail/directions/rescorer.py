"""The re-scorer: says whether a drawn mouth is open, hair short, eyes closed, without a network.

It judges edits that a tagger found, so it has nothing of a tagger's: hand-made descriptors of
windows on the head (:mod:`rosetail.faces.head_windows`), a logistic regression for every tag, and
other paintings to learn from. Where the head is says the head finder, which knows no tags.

The file is safetensors: ``weights`` float16 (T, D), ``bias`` float32 (T,), ``usual`` float32
(5, 2), the landmarks in shares of a picture where no head is found; the header has the tags.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rosetail.characters.tag_families import region
from rosetail.data.painted import Painted
from rosetail.engines import usable_cores
from rosetail.errors import InputError, WeightsMissing
from rosetail.faces.drawn_heads import find_heads
from rosetail.faces.faces import mirrored
from rosetail.faces.head_windows import chances, described, width
from rosetail.images import writing
from rosetail.methods.traits.window_regression import Sight, regress

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Progress = Callable[[str, int, int], None]

FORMAT = "rosetail rescorer"  # the header's one entry
# What is looked at of tags about a part: smiling eyes must not speak for the mouth, or an edit that
# changes nothing else would be seen half.
LOOKS = {"mouth": ("mouth",), "eyes": ("eyes",)}
ALL = ("face", "head")  # of other tags
OFF = 0.03  # eye distances that landmarks are moved by while it learns


@dataclass(frozen=True, eq=False)
class Rescorer:
    """A :class:`rosetail.directions.taggers.Tagger`, called with uint8 RGB (N, H, W, 3)."""

    tags: tuple[str, ...]
    weights: NDArray[np.float16]
    bias: Floats
    usual: Floats
    name: str = "rescorer"

    @property
    def fingerprint(self) -> str:
        """SHA-256 of what it has learned."""
        held = (self.weights, self.bias, self.usual)
        return hashlib.sha256(b"".join(each.tobytes() for each in held)).hexdigest()

    def __call__(self, pictures: Bytes) -> Floats:
        with ThreadPoolExecutor(usable_cores()) as lookers:
            seen = np.stack(list(lookers.map(self._seen, pictures)))
        says = seen @ self.weights.astype(np.float32).T + self.bias
        return chances(says)

    def _seen(self, picture: Bytes) -> Floats:
        return described(picture, _places(self.usual, picture))

    def save(self, path: Path) -> None:
        """Write the file, whole or not at all; what was taught alike gives the same bytes."""
        from safetensors.numpy import save

        tensors: dict[str, NDArray[Any]] = {
            "weights": self.weights,
            "bias": self.bias,
            "usual": self.usual,
        }
        with writing(path) as part:
            part.write_bytes(save(tensors, {FORMAT: json.dumps(self.tags)}))


def read_rescorer(path: Path) -> Rescorer:
    """The re-scorer in the file at ``path``. Raises WeightsMissing naming it for anything else."""
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        raise WeightsMissing(f"{path}: no such file; make one with: rosetail evaluate rescorer")
    try:
        with safe_open(str(path), framework="np") as file:
            header = file.metadata() or {}
            if FORMAT not in header:
                raise WeightsMissing(f"{path}: no re-scorer; rosetail evaluate rescorer makes one")
            held = {name: file.get_tensor(name) for name in ("weights", "bias", "usual")}
        tags = tuple(json.loads(header[FORMAT]))
        wanted = (len(tags), width())
        if held["weights"].shape != wanted or held["bias"].shape != (len(tags),):
            raise ValueError(f"weights are {held['weights'].shape}, not {wanted}")
        return Rescorer(tags, **held)
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise WeightsMissing(f"{path}: damaged ({error}); make it again") from error


def teach(painted: Painted, tags: Sequence[str], *, seed: int, note: Progress) -> Rescorer:
    """A re-scorer of ``tags``, from paintings whose truth is known.

    Every painting is seen twice, once in the mirror, where the head finder finds its head, and a
    little off. Raises InputError for a tag that all or none of the paintings have.
    """
    truth = np.repeat(painted.table(tags), 2, axis=0).astype(np.float32)
    for tag, share in zip(tags, truth.mean(0), strict=True):
        if not 0 < share < 1:
            raise InputError(f"{tag}: all or none of the paintings have it; paint more")
    usual = painted.landmarks.mean(0).astype(np.float32)
    seen = _views(painted, usual, seed, note)
    sights = [Sight(tag, LOOKS.get(region(tag), ALL)) for tag in tags]
    return Rescorer(tuple(tags), *regress(seen, truth, sights, seed=seed, note=note), usual)


def _places(usual: Floats, picture: Bytes) -> NDArray[np.floating]:
    """The landmarks of the head in ``picture``; where none is found, the usual ones."""
    heads = find_heads(picture)
    return heads[0].landmarks if heads else usual * picture.shape[1::-1] - 0.5


def _views(painted: Painted, usual: Floats, seed: int, note: Progress) -> NDArray[np.float16]:
    """Descriptors of every painting and of its mirror image, one after the other (2 N, D)."""
    rng = np.random.default_rng(seed)
    side = painted.pictures.shape[1]
    seen = np.empty((2 * len(painted), width()), np.float16)
    with ThreadPoolExecutor(usable_cores()) as lookers:
        for number, places in enumerate(lookers.map(partial(_places, usual), painted.pictures)):
            note("paintings", number, len(painted))
            turned = mirrored(places, side)
            across = float(np.linalg.norm(places[1] - places[0]))
            off = OFF * across * rng.normal(size=(2, 5, 2))
            picture = painted.pictures[number]
            image = np.ascontiguousarray(picture[:, ::-1])
            seen[2 * number] = described(picture, places + off[0])
            seen[2 * number + 1] = described(image, turned + off[1])
    return seen
