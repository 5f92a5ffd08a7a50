"""The re-scorer: recognizes an open mouth, short hair and closed eyes without a neural network.

It evaluates edits that a tagger was used to find, so it shares nothing with the taggers: it is a
logistic regression on hand-crafted descriptors (:mod:`rosetail.faces.head_windows`), trained on
other paintings. The head finder that places the windows is independent of tags.

The file is safetensors: ``weights`` float16 (T, D), ``bias`` float32 (T,), and ``usual`` float32
(5, 2), the mean landmarks relative to the picture, which are used if no head is detected. The tags
are in the metadata.
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

from rosetail.arrays import Bytes, Floats
from rosetail.characters.tag_families import region
from rosetail.data.painted import Painted
from rosetail.engines import usable_cores
from rosetail.errors import InputError, WeightsMissing
from rosetail.faces.drawn_heads import find_heads
from rosetail.faces.faces import mirror_landmarks
from rosetail.faces.head_windows import descriptor_size, head_descriptor, sigmoid
from rosetail.images import writing
from rosetail.methods.traits.window_regression import WindowTarget, regress
from rosetail.reading import reading

Progress = Callable[[str, int, int], None]

FORMAT = "rosetail rescorer"  # the metadata key of the tags
# Windows for tags of one part: a smile changes the eyes too, and would be recognized by them.
WINDOWS = {"mouth": ("mouth",), "eyes": ("eyes",)}
OTHER_WINDOWS = ("face", "head")
JITTER = 0.03  # deviation of landmarks in training, in eye distances


@dataclass(frozen=True, eq=False)
class Rescorer:
    """A :class:`rosetail.directions.taggers.Tagger` for uint8 RGB [N, H, W, 3]."""

    tags: tuple[str, ...]
    weights: NDArray[np.float16]
    bias: Floats
    usual: Floats
    name: str = "rescorer"

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the parameters."""
        arrays = (self.weights, self.bias, self.usual)
        return hashlib.sha256(b"".join(each.tobytes() for each in arrays)).hexdigest()

    def __call__(self, pictures: Bytes) -> Floats:
        def describe(picture: Bytes) -> Floats:
            return head_descriptor(picture, _landmarks(self.usual, picture))

        with ThreadPoolExecutor(usable_cores()) as pool:
            rows = np.stack(list(pool.map(describe, pictures)))
        return sigmoid(rows @ self.weights.astype(np.float32).T + self.bias)

    def save(self, path: Path) -> None:
        """Write the file, whole or not at all; equal parameters give equal bytes."""
        from safetensors.numpy import save

        tensors: dict[str, NDArray[Any]] = {
            "weights": self.weights,
            "bias": self.bias,
            "usual": self.usual,
        }
        with writing(path) as part:
            part.write_bytes(save(tensors, {FORMAT: json.dumps(self.tags)}))


def read_rescorer(path: Path) -> Rescorer:
    """Read a re-scorer's file. Raises WeightsMissing naming it for anything else."""
    from safetensors import safe_open

    remedy = "make one with: rosetail evaluate rescorer"
    with reading(path, "a whole re-scorer", remedy, WeightsMissing):
        with safe_open(str(path), framework="np") as file:
            metadata = file.metadata() or {}
            if FORMAT not in metadata:
                raise ValueError("another kind of file")
            arrays = {name: file.get_tensor(name) for name in ("weights", "bias", "usual")}
        tags = tuple(json.loads(metadata[FORMAT]))
        expected = (len(tags), descriptor_size())
        if arrays["weights"].shape != expected or arrays["bias"].shape != (len(tags),):
            raise ValueError(f"weights are {arrays['weights'].shape}, not {expected}")
        if arrays["usual"].shape != (5, 2):
            raise ValueError(f"landmarks are {arrays['usual'].shape}, not (5, 2)")
        if not all(np.isfinite(each).all() for each in arrays.values()):
            raise ValueError("numbers that are not finite")
        return Rescorer(tags, **arrays)


def train_rescorer(
    painted: Painted, tags: Sequence[str], *, seed: int, progress: Progress
) -> Rescorer:
    """Train a re-scorer of ``tags`` on paintings with known tags.

    Each painting is used as it is and mirrored, with jittered landmarks. Raises InputError for a
    tag that all or none of the paintings have.
    """
    truth = np.repeat(painted.table(tags), 2, axis=0).astype(np.float32)
    for tag, share in zip(tags, truth.mean(0), strict=True):
        if not 0 < share < 1:
            raise InputError(f"{tag}: all or none of the paintings have it; paint more")
    usual = painted.landmarks.mean(0).astype(np.float32)
    rows = _training_rows(painted, usual, seed, progress)
    targets = [WindowTarget(tag, WINDOWS.get(region(tag), OTHER_WINDOWS)) for tag in tags]
    return Rescorer(tuple(tags), *regress(rows, truth, targets, seed=seed, note=progress), usual)


def _landmarks(usual: Floats, picture: Bytes) -> NDArray[np.floating]:
    """The landmarks of the detected head, or the usual ones."""
    heads = find_heads(picture)
    return heads[0].landmarks if heads else usual * picture.shape[1::-1] - 0.5


def _training_rows(
    painted: Painted, usual: Floats, seed: int, progress: Progress
) -> NDArray[np.float16]:
    """Descriptors (2 N, D) of each painting and of its mirror image, in turn."""
    rng = np.random.default_rng(seed)
    side = painted.pictures.shape[1]
    rows = np.empty((2 * len(painted), descriptor_size()), np.float16)
    with ThreadPoolExecutor(usable_cores()) as pool:
        found = pool.map(partial(_landmarks, usual), painted.pictures)
        for number, (picture, landmarks) in enumerate(zip(painted.pictures, found, strict=True)):
            progress("paintings", number, len(painted))
            eye_distance = float(np.linalg.norm(landmarks[1] - landmarks[0]))
            jitter = JITTER * eye_distance * rng.normal(size=(2, 5, 2))
            mirror = np.ascontiguousarray(picture[:, ::-1])
            rows[2 * number] = head_descriptor(picture, landmarks + jitter[0])
            rows[2 * number + 1] = head_descriptor(
                mirror, mirror_landmarks(landmarks, side) + jitter[1]
            )
    return rows
