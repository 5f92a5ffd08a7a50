"""The ``tagger`` recipe: trains on painted portraits, whose tags and landmarks are known.

A batch has ``picture``, uint8 (N, size, size, 3), ``tags`` (N, T) of 0 and 1, ``landmarks`` (N, 5,
2) as shares of the picture, and ``near``, the landmarks with noise like that of predicted ones,
which place the crops in training. The last ``holdout`` paintings are not trained on:
:func:`evaluate` measures on them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, cast

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from rosetail import images
from rosetail.arrays import Bytes
from rosetail.data.painted import Painted, common_tags, read_painted
from rosetail.errors import InputError
from rosetail.faces.faces import MIRRORED
from rosetail.methods.tagger.network import MULTIPLE, Read, TaggerNetwork
from rosetail.methods.tagger.resnet import ResNet50
from rosetail.metrics.rescoring import tag_accuracy
from rosetail.training.checkpoint import load_weights
from rosetail.training.context import Terms
from rosetail.training.prefetch import Batch, to_network
from rosetail.training.random_views import Augment, draw_view
from rosetail.training.single_network import CosineSettings, SingleNetworkRecipe

MARGIN = 1.1  # side of the pictures in memory over that of the crops
SHEET_PICTURES = 18
MOST_WEIGHT = 30.0  # largest weight of the pictures with a rare tag
EVALUATION_BATCH = 64
OFF = 0.004  # standard deviation of ``near`` from the landmarks, as a share of the picture


@dataclass(frozen=True)
class TagData:
    """Paintings from ``rosetail data paint`` and their augmentation."""

    painted: str = "painted"
    holdout: int = 2000  # paintings for testing
    size: int = 256  # pixels; a multiple of 64
    batch: int = 32
    min_share: float = 0.015  # of pictures with a tag, and without it
    augment: Augment = field(default_factory=lambda: Augment(scale=(0.86, 1.04), light=0.08))

    def __post_init__(self) -> None:
        if self.size < MULTIPLE or self.size % MULTIPLE:
            raise ValueError(f"size must be a multiple of {MULTIPLE}")
        if self.holdout < 1 or not 0 < self.min_share < 0.5:
            raise ValueError("holdout must be at least 1 and min_share between 0 and 0.5")


@dataclass(frozen=True)
class TagWeights:
    """Weights of the loss terms."""

    tags: float = 1.0
    landmarks: float = 20.0


@dataclass(frozen=True)
class TagSettings(CosineSettings):
    """Settings of the ``tagger`` recipe."""

    data: TagData = field(default_factory=TagData)
    weights: TagWeights = field(default_factory=TagWeights)
    # ``crops``: methods/tagger/network.py; ``resnet50``: methods/tagger/resnet.py.
    network: Literal["crops", "resnet50"] = "crops"
    width: int = 32
    tags: tuple[str, ...] = ()  # to predict; empty: all that are common enough
    start: str = ""  # initial weights, for example from rosetail.methods.tagger.warm_start
    weight_decay: float = 0.02


KINDS: dict[str, Callable[[int, int], nn.Module]] = {"crops": TaggerNetwork, "resnet50": ResNet50}


class TaggerRecipe(SingleNetworkRecipe):
    """See the module. Reads the paintings when created; raises InputError."""

    name = "tagger"
    trained = "tagger"
    settings: TagSettings

    def __init__(self, settings: TagSettings) -> None:
        self.settings = settings
        data = settings.data
        painted = read_painted(data.painted, round(MARGIN * data.size))
        count = len(painted) - data.holdout
        if count < 1:
            raise InputError(
                f"{data.painted}: {len(painted)} paintings, {data.holdout} of them for testing; "
                "paint more or lower data.holdout"
            )
        self.paintings, self.holdout = painted.part(0, count), painted.part(count, len(painted))
        common = common_tags(self.paintings.tags, data.min_share)
        if missing := set(settings.tags) - set(common):
            raise InputError(
                f"{data.painted}: too few pictures with or without {min(missing)}; paint more, "
                "or change tags"
            )
        self.tags = list(settings.tags) or common
        self.truth = self.paintings.table(self.tags)
        # Weighted as if each tag were on half of the pictures, for balanced accuracy.
        share = torch.from_numpy(self.truth.mean(0))
        self.weight = ((1 - share) / share).clamp(max=MOST_WEIGHT)

    def network(self) -> nn.Module:
        tagger = KINDS[self.settings.network](len(self.tags), self.settings.width)
        if self.settings.start:
            load_weights(tagger, self.settings.start)
        return tagger

    def batch(self, step: int, rank: int) -> Batch:
        data = self.settings.data
        rng = np.random.default_rng([self.settings.run.seed, step, rank])
        chosen = rng.integers(len(self.paintings), size=data.batch)
        pictures, landmarks = [], []
        for index in chosen:
            picture = self.paintings.pictures[index]
            side = picture.shape[0]
            view = draw_view(rng, side, data.size, data.augment)
            # Shares are measured from pixel edges, crops from pixel centres.
            places = (view.places(self.paintings.landmarks[index] * side - 0.5) + 0.5) / data.size
            pictures.append(view.of(picture))
            landmarks.append(places[MIRRORED] if view.mirrored else places)
        places = np.stack(landmarks).astype(np.float32)
        off = rng.normal(0, OFF, places.shape).astype(np.float32)
        return {
            "picture": torch.from_numpy(np.stack(pictures)),
            "tags": torch.from_numpy(self.truth[chosen]),
            "landmarks": torch.from_numpy(places),
            "near": torch.from_numpy(places + off),
        }

    def terms(self, network: nn.Module, batch: Batch) -> Terms:
        weights = self.settings.weights
        read = cast(Read, network(to_network(batch["picture"]), landmarks=batch["near"]))
        tags = F.binary_cross_entropy_with_logits(
            read.tags.float(), batch["tags"], pos_weight=self.weight.to(read.tags.device)
        )
        error = (read.landmarks - batch["landmarks"]).abs().mean()
        return {"tags": weights.tags * tags, "landmarks": weights.landmarks * error}

    def sheet(self, averages: dict[str, nn.Module], step: int) -> Bytes:
        """Test paintings with the predicted landmarks."""
        holdout = self.holdout.part(0, SHEET_PICTURES)
        shown = [_resized(picture, self.settings.data.size) for picture in holdout.pictures]
        _, places = next(_read(averages["tagger"], np.stack(shown)))
        for picture, points in zip(shown, places, strict=True):
            for x, y in points * picture.shape[0] - 0.5:
                cv2.circle(picture, (round(float(x)), round(float(y))), 2, (0, 255, 0), -1)
        return images.contact_sheet(shown, 6)

    def about(self) -> dict[str, str]:
        return {
            "class": "Tagger" if self.settings.network == "crops" else "ResNet50",
            "width": str(self.settings.width),
            "size": str(self.settings.data.size),
            "tags": ",".join(self.tags),
            "input": f"NCHW RGB in [-1, 1], {self.settings.data.size} pixels square",
            "data": f"{len(self.paintings)} paintings",
        }


class TagScores(NamedTuple):
    """Balanced accuracy, precision, recall (NaN if the tag is never predicted) and number of
    pictures by tag; ``errors``: each picture's mean landmark error over its eye distance."""

    accuracy: dict[str, float]
    errors: NDArray[np.float64]
    precision: dict[str, float]
    recall: dict[str, float]
    support: dict[str, int]

    def table(self) -> str:
        """Markdown table for a model card: one row per tag, the most common first."""
        lines = ["| tag | pictures | precision | recall |", "| --- | ---: | ---: | ---: |"]
        for tag in sorted(self.support, key=lambda tag: (-self.support[tag], tag)):
            shares = f"{self.precision[tag]:.2f} | {self.recall[tag]:.2f}"
            lines.append(f"| {tag} | {self.support[tag]} | {shares} |")
        return "\n".join(lines)


def evaluate(tagger: nn.Module, tags: Sequence[str], painted: Painted, size: int) -> TagScores:
    """Scores of ``tagger`` on ``painted``, without the tags that all or no paintings have."""
    from sklearn.metrics import balanced_accuracy_score

    pictures = np.stack([_resized(picture, size) for picture in painted.pictures])
    logits, places = (np.concatenate(part) for part in zip(*_read(tagger, pictures), strict=True))
    whole = painted.table(tags)
    columns = [c for c in range(len(tags)) if 0 < whole[:, c].sum() < len(painted)]
    names = [tags[column] for column in columns]
    truth, says = whole[:, columns], (logits[:, columns] > 0).astype(np.float32)
    read = tag_accuracy(says, truth, names)
    accuracy = {
        name: float(balanced_accuracy_score(*both))
        for name, both in zip(names, zip(truth.T, says.T, strict=True), strict=True)
    }
    eyes = np.linalg.norm(painted.landmarks[:, 1] - painted.landmarks[:, 0], axis=1)
    errors = np.linalg.norm(places - painted.landmarks, axis=2).mean(1) / eyes
    return TagScores(
        accuracy,
        errors.astype(np.float64),
        {name: each.precision for name, each in read.items()},
        {name: each.recall for name, each in read.items()},
        {name: each.pictures for name, each in read.items()},
    )


def _resized(picture: Bytes, size: int) -> Bytes:
    return np.asarray(cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA), np.uint8)


@torch.no_grad()
def _read(
    tagger: nn.Module, pictures: Bytes
) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """Logits and landmarks, in batches."""
    device = next(tagger.parameters()).device
    for first in range(0, len(pictures), EVALUATION_BATCH):
        some: Tensor = torch.from_numpy(pictures[first : first + EVALUATION_BATCH]).to(device)
        read = cast(Read, tagger(to_network(some)))
        yield read.tags.float().cpu().numpy(), read.landmarks.float().cpu().numpy()
