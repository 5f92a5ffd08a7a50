"""Unpaired training data: photos and drawings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor, nn

from rosetail import images
from rosetail.arrays import Bytes
from rosetail.training.crop_pool import BothDomains, Kind, Pool
from rosetail.training.loop import RunSettings
from rosetail.training.prefetch import Batch, to_network
from rosetail.training.random_views import Augment

SHEET_PICTURES = 6
DRAWINGS: Mapping[str, Kind] = {"anime": "crops"}


@dataclass(frozen=True)
class UnpairedData(BothDomains):
    """Prepared folders (``rosetail data prepare``) and their augmentation."""

    size: int = 256  # pixels; a multiple of 8
    batch: int = 1
    photo_views: Augment = field(default_factory=Augment)
    anime_views: Augment = field(default_factory=Augment)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.size < 32 or self.size % 8 or self.batch < 1:
            raise ValueError("size must be a multiple of 8, at least 32, and batch at least 1")


class Unpaired:
    """Photos and drawings in memory. Raises InputError for unusable folders.

    ``drawings`` names the entries of a draw from the drawings: see :class:`Pool`.
    """

    def __init__(
        self, data: UnpairedData, seed: int, drawings: Mapping[str, Kind] = DRAWINGS
    ) -> None:
        self.data, self.seed = data, seed
        self.photos = Pool(data.photos, data.photo_shares, {"photo": "crops"})
        self.drawings = Pool(data.anime, data.anime_shares, drawings, side="anime")

    def batch(self, step: int, rank: int) -> Batch:
        """Random views, uint8 (batch, size, size, 3) by name, a function of seed, step and rank."""
        data = self.data
        rng = np.random.default_rng([self.seed, step, rank])
        photos = self.photos.draw(rng, data.batch, data.size, data.photo_views)
        return photos | self.drawings.draw(rng, data.batch, data.size, data.anime_views)

    def sheet(self, generator: nn.Module) -> Bytes:
        """A sheet of a fixed set of photos with the pictures of ``generator`` below."""
        drawn = self.photos.draw(
            np.random.default_rng(0), SHEET_PICTURES, self.data.size, Augment()
        )
        photos: Tensor = drawn["photo"]
        made = generator(to_network(photos.to(next(generator.parameters()).device)))
        pictures = images.from_tensor(made.float().cpu().numpy())
        return images.contact_sheet([*photos.numpy(), *pictures], SHEET_PICTURES)

    def about(self) -> str:
        """The training data, for the header of weights."""
        folders = [Path(folder).name for folder in (*self.data.photos, *self.data.anime)]
        return f"{len(self.photos)} photos, {len(self.drawings)} drawings ({', '.join(folders)})"


@dataclass(frozen=True)
class UnpairedSettings:
    """Settings that all recipes of unpaired data have."""

    run: RunSettings = field(default_factory=lambda: RunSettings(ema=0.0))
    data: UnpairedData = field(default_factory=UnpairedData)
    lr: float = 2e-4
    betas: tuple[float, float] = (0.5, 0.999)


class UnpairedRecipe:
    """Base of recipes that draw photos and drawings and show photos with their drawings.

    Reads ``settings.data`` when created; raises InputError for bad folders. ``shown`` is the
    generator of the sheets.
    """

    settings: UnpairedSettings
    shown = "generator"
    drawings: Mapping[str, Kind] = DRAWINGS

    def __init__(self, settings: UnpairedSettings) -> None:
        self.settings = settings
        self.data = Unpaired(settings.data, settings.run.seed, self.drawings)

    @property
    def averaged(self) -> tuple[str, ...]:
        return (self.shown,)

    def batch(self, step: int, rank: int) -> Batch:
        return self.data.batch(step, rank)

    def sheet(self, averages: dict[str, nn.Module], step: int) -> Bytes:
        """A fixed set of photos above their drawings."""
        return self.data.sheet(averages[self.shown])

    def facts(self, generator: type[Any], **shape: object) -> dict[str, str]:
        """Metadata of exported weights: the class of the generator, its ``shape`` and the data."""
        return {
            "class": generator.__name__,
            **{name: str(value) for name, value in shape.items()},
            "input": f"NCHW RGB in [-1, 1], sides multiples of {generator.MULTIPLE}",
            "data": self.data.about(),
        }


def level_then_falling(rate: float, step: int, steps: int) -> float:
    """``rate`` for the first half of ``steps``, then a linear decay to zero."""
    return rate * min(1.0, 2 * (1 - step / steps))
