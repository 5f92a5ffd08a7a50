"""Prepared crops in memory, as bytes, with seeded random draws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rosetail.arrays import Bytes
from rosetail.data.layouts import Side, open_training_pictures
from rosetail.errors import InputError
from rosetail.training.random_views import Augment, draw_view

Kind = Literal["crops", "edges", "superpixels", "drawn"]
UNKNOWN = [[float("nan")] * 2] * 2


def check_shares(shares: Sequence[float], folders: Sequence[str]) -> None:
    """Raise ValueError unless ``shares`` is empty or has a valid number for each folder."""
    if shares and (len(shares) != len(folders) or min(shares) < 0 or sum(shares) <= 0):
        raise ValueError("shares must be one number for each folder, none negative")


@dataclass(frozen=True)
class BothDomains:
    """Folders of photos and of drawings, and how often crops are drawn from each."""

    photos: tuple[str, ...] = ()
    photo_shares: tuple[float, ...] = ()  # relative frequencies; empty: uniform over crops
    anime: tuple[str, ...] = ()
    anime_shares: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        check_shares(self.photo_shares, self.photos)
        check_shares(self.anime_shares, self.anime)


class Pool:
    """The crops of one domain, from prepared folders (``rosetail data prepare``) or from plain
    pictures: flat folders, zips, and the given ``side`` of trainA/trainB data sets.

    ``entries`` maps the keys of a batch to subfolders: ``{"photo": "crops", "photo_superpixels":
    "superpixels"}``. ``shares`` are the relative frequencies of the folders; if empty, all crops
    are equally likely. Each picture is decoded once and kept: 850 crops of 256 pixels take 170 MB
    per entry. With ``eyes``, a batch also has the eye positions known from the manifests; if
    ``facts`` is set (one row per crop), it has the rows of its crops. Raises InputError naming the
    folder or picture.
    """

    def __init__(
        self,
        folders: Sequence[str],
        shares: Sequence[float],
        entries: Mapping[str, Kind],
        *,
        side: Side = "photos",
        eyes: bool = False,
    ) -> None:
        if not folders:
            raise InputError(f"no folder to draw {', '.join(entries)} from; name one in [data]")
        self.pictures: dict[str, list[Bytes]] = {name: [] for name in entries}
        self.eyes: list[list[list[float]]] | None = [] if eyes else None
        self.faces: list[Any] = []  # middle of the landmarks (x, y), or None
        sizes: list[int] = []
        for folder in folders:
            crops = open_training_pictures(folder, side)
            sizes.append(len(crops))
            for name, kind in entries.items():
                self.pictures[name] += [crops.picture(i, kind) for i in range(len(crops))]
            known = [crops.landmarks(i) for i in range(len(crops))]
            self.faces += [landmarks and tuple(np.mean(landmarks, 0)) for landmarks in known]
            if self.eyes is not None:
                self.eyes += [(landmarks or UNKNOWN)[:2] for landmarks in known]
        self.facts: NDArray[np.float32] | None = None
        self._ends = np.cumsum(sizes)
        weights = np.asarray(shares or sizes, np.float64)
        self._chances = weights / weights.sum()

    def __len__(self) -> int:
        return int(self._ends[-1])

    def draw(
        self,
        rng: np.random.Generator,
        count: int,
        size: int,
        augment: Augment,
        indices: Sequence[int] | None = None,
    ) -> dict[str, Tensor]:
        """Draw ``count`` random views, of the crops ``indices`` if given.

        Returns uint8 [count, size, size, 3] under each entry's name; float32 [count, 2, 2] under
        "eyes": x, y in pixels of the view, left eye as seen first, NaN if unknown; and rows of
        ``facts`` under "facts".
        """
        drawn: dict[str, list[Bytes]] = {name: [] for name in self.pictures}
        eyes, facts = [], []
        for index in self._choose(rng, count) if indices is None else indices:
            side = next(iter(self.pictures.values()))[index].shape[0]
            view = draw_view(rng, side, size, augment, self.faces[index])
            for name, pictures in self.pictures.items():
                drawn[name].append(view.of(pictures[index]))
            if self.eyes is not None:
                places = view.places(self.eyes[index])
                eyes.append(places[::-1] if view.mirrored else places)
            if self.facts is not None:
                facts.append(self.facts[index])
        batch = {name: torch.from_numpy(np.stack(views)) for name, views in drawn.items()}
        if self.eyes is not None:
            batch["eyes"] = torch.from_numpy(np.asarray(eyes, np.float32))
        if self.facts is not None:
            batch["facts"] = torch.from_numpy(np.stack(facts))
        return batch

    def _choose(self, rng: np.random.Generator, count: int) -> Iterator[int]:
        for folder in rng.choice(len(self._ends), count, p=self._chances):
            first = self._ends[folder - 1] if folder else 0
            yield int(rng.integers(first, self._ends[folder]))
