"""The ``headfinder`` recipe: trains the head finder on scenes of painted figures
(:mod:`rosetail.methods.headfinder.scenes`).

A batch has ``picture``, uint8 (N, size, size, 3), and the target maps (N, C, size/8, size/8) of
:class:`rosetail.methods.headfinder.network.HeadMaps`: ``head``, ``shift``, ``size``,
``landmarks``; and ``weight``, the weight of each cell in the last three.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from rosetail import images
from rosetail.arrays import Bytes
from rosetail.data.folders import PreparedFolder
from rosetail.faces.drawn_heads import MULTIPLE, STRIDE, USUAL_SIDE
from rosetail.methods.headfinder.figures import paint_figures, read_figures
from rosetail.methods.headfinder.losses import focal, weighted_l1
from rosetail.methods.headfinder.network import HeadFinder, HeadMaps
from rosetail.methods.headfinder.scenes import Scene, SceneSettings, compose
from rosetail.training.context import Terms
from rosetail.training.prefetch import Batch, to_network
from rosetail.training.single_network import CosineSettings, SingleNetworkRecipe

SHEET_PICTURES = 18
MOST_PHOTOS = 200
SIGMA = 0.1  # standard deviation of a head's Gaussian on the map, over the head's side
LEAST_SIGMA = 0.7  # in cells
POSITIVE = 0.5  # value of the Gaussian from which cells learn size and landmarks


@dataclass(frozen=True)
class HeadData:
    """Painted figures, and prepared photos whose corners serve as backgrounds."""

    figures: str = "figures"  # folder; missing figures are painted there
    count: int = 1200
    painters: int = 1  # processes that paint figures
    photos: tuple[str, ...] = ()
    size: int = 256  # pixels; a multiple of 32
    batch: int = 16
    scenes: SceneSettings = field(default_factory=SceneSettings)

    def __post_init__(self) -> None:
        if self.size < MULTIPLE or self.size % MULTIPLE:
            raise ValueError(f"size must be a multiple of {MULTIPLE}")


@dataclass(frozen=True)
class HeadWeights:
    """Weights of the loss terms."""

    head: float = 1.0
    shift: float = 1.0
    size: float = 1.0
    landmarks: float = 4.0


@dataclass(frozen=True)
class HeadSettings(CosineSettings):
    """Settings of the ``headfinder`` recipe."""

    data: HeadData = field(default_factory=HeadData)
    weights: HeadWeights = field(default_factory=HeadWeights)
    width: int = 16
    warmup_steps: int = 200


class HeadRecipe(SingleNetworkRecipe):
    """See the module. Paints missing figures when created, about half a second each."""

    name = "headfinder"
    trained = "finder"
    settings: HeadSettings

    def __init__(self, settings: HeadSettings) -> None:
        self.settings = settings
        data = settings.data
        paint_figures(data.figures, data.count, workers=data.painters)
        self.figures = read_figures(data.figures)[: data.count]
        self.photos = [
            crops.picture(index)
            for crops in map(PreparedFolder, data.photos)
            for index in range(0, len(crops), -(-len(crops) // MOST_PHOTOS))
        ]

    def network(self) -> nn.Module:
        return HeadFinder(self.settings.width)

    def batch(self, step: int, rank: int) -> Batch:
        data = self.settings.data
        scenes = [self.scene([self.settings.run.seed, step, rank, i]) for i in range(data.batch)]
        maps = [target_maps(scene, data.size) for scene in scenes]
        batch = {
            name: torch.from_numpy(np.stack([each[name] for each in maps])) for name in maps[0]
        }
        pictures = np.stack([scene.picture for scene in scenes])
        return {"picture": torch.from_numpy(pictures), **batch}

    def scene(self, seed: list[int]) -> Scene:
        data, rng = self.settings.data, np.random.default_rng(seed)
        return compose(self.figures, data.size, rng, data.scenes, self.photos)

    def terms(self, network: nn.Module, batch: Batch) -> Terms:
        weights, maps = self.settings.weights, cast(HeadMaps, network(to_network(batch["picture"])))
        terms = {"head": weights.head * focal(maps.head, batch["head"])}
        for name in ("shift", "size", "landmarks"):
            loss = weighted_l1(getattr(maps, name), batch[name], batch["weight"])
            terms[name] = getattr(weights, name) * loss
        return terms

    def sheet(self, averages: dict[str, nn.Module], step: int) -> Bytes:
        """A fixed set of scenes with the predicted heads."""
        scenes = [self.scene([0, 0, 0, 0, number]).picture for number in range(SHEET_PICTURES)]
        finder = averages["finder"]
        device = next(finder.parameters()).device
        maps = cast(HeadMaps, finder(to_network(torch.from_numpy(np.stack(scenes)).to(device))))
        return images.contact_sheet(
            [_shown(scene, maps, i) for i, scene in enumerate(scenes)], SHEET_PICTURES // 3
        )

    def about(self) -> dict[str, str]:
        return {
            "class": "HeadFinder",
            "width": str(self.settings.width),
            "input": f"NCHW RGB in [-1, 1], sides multiples of {MULTIPLE}",
            "data": f"{len(self.figures)} painted figures, backgrounds of {len(self.photos)} photos"
            f" ({', '.join(Path(folder).name for folder in self.settings.data.photos)})",
        }


def target_maps(scene: Scene, size: int) -> dict[str, NDArray[np.float32]]:
    """The target maps of a scene, and the weight of their cells."""
    cells = size // STRIDE
    y, x = np.mgrid[:cells, :cells] + 0.5
    heads = np.zeros((1, cells, cells), np.float32)
    maps = {
        "shift": np.zeros((2, cells, cells), np.float32),
        "size": np.zeros((1, cells, cells), np.float32),
        "landmarks": np.zeros((10, cells, cells), np.float32),
    }
    for box, landmarks in zip(scene.boxes, scene.landmarks, strict=True):
        side, middle = float(box[2] - box[0]), (box[:2] + box[2:]) / 2
        across, down = middle / STRIDE
        sigma = max(SIGMA * side / STRIDE, LEAST_SIGMA)
        gaussian = np.exp(-((x - across) ** 2 + (y - down) ** 2) / (2 * sigma**2)).astype(
            np.float32
        )
        at = tuple(np.clip((int(down), int(across)), 0, cells - 1))
        gaussian[at] = 1.0
        nearest = gaussian > heads[0]
        heads[0] = np.maximum(heads[0], gaussian)
        maps["shift"][:, nearest] = np.stack([across - x, down - y])[:, nearest]
        maps["size"][:, nearest] = np.log(side / USUAL_SIDE)
        maps["landmarks"][:, nearest] = ((landmarks - middle) / side).reshape(10, 1)
    return {"head": heads, "weight": heads * (heads > POSITIVE), **maps}


def _shown(scene: Bytes, maps: HeadMaps, index: int) -> Bytes:
    """A scene with frames around its predicted heads, brighter for a higher probability."""
    picture = scene.copy()
    chances = maps.head[index, 0].float().sigmoid()
    for row, column in torch.nonzero(_peaks(chances)).tolist():
        if (chance := float(chances[row, column])) < 0.2:
            continue
        cell = np.array([column, row]) + 0.5
        values = [each[index, :, row, column].float().cpu().numpy() for each in maps[1:]]
        middle, side = (cell + values[0]) * STRIDE, USUAL_SIDE * float(np.exp(values[1][0]))
        low, high = (
            tuple(np.rint(middle + sign * side / 2).astype(int).tolist()) for sign in (-1, 1)
        )
        cv2.rectangle(picture, low, high, (int(255 * chance), 0, 0), 2)
        for point in middle + side * values[2].reshape(5, 2):
            cv2.circle(picture, tuple(np.rint(point).astype(int).tolist()), 2, (0, 255, 0), -1)
    return picture


def _peaks(chances: Tensor) -> Tensor:
    best = torch.nn.functional.max_pool2d(chances[None], 3, 1, 1)[0]
    return chances == best
