"""A painter and a tagger of numbers whose truth is known: each group of layers paints one part.

Pictures have 24 pixels. The mouth's brightness follows one direction of the middle group, the eyes'
another of the same, the hair's blue one of the coarse group. The tagger reads those brightnesses.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
from numpy.typing import NDArray

from rosetail.characters.content import ModelId
from rosetail.characters.directions_file import Direction, Directions
from rosetail.characters.regions import mask
from rosetail.errors import NoFaceFound

D, GROUPS, SIZE = 10, 3, 24
AXES = np.linalg.qr(np.random.default_rng(8).standard_normal((D, D)))[0].T
# tag: group that draws it, direction there, region
TRUTH = {
    "open_mouth": (1, AXES[0], "mouth"),
    "closed_eyes": (1, AXES[1], "eyes"),
    "blue_hair": (0, AXES[2], "hair"),
}
TAGS = (*TRUTH, "closed_mouth")


class FakePainter:
    """Draws are such that blue hair and open mouths come together, so regression mixes them up."""

    name, latent, crop = "fake", D, "head"

    def __init__(
        self, learned: dict[str, NDArray] | None = None, calls_them: str = "learned"
    ) -> None:
        self.id = ModelId("fake", "ef" * 32)
        self.group_names = ("1/4", "1/2", "1/1")
        self.encoded = 0
        self._learned, self._calls_them = learned or {}, calls_them

    @property
    def learned(self) -> Directions | None:
        if not self._learned:
            return None
        found = {
            tag: Direction(tag, move / np.linalg.norm(move), scale=float(np.linalg.norm(move)))
            for tag, move in self._learned.items()
        }
        return Directions("fake", "ef" * 32, self.group_names, {self._calls_them: found})

    def encode(self, photo: Path) -> float:
        self.encoded += 1
        if "blank" in Path(photo).name:
            raise NoFaceFound(f"{photo}: no face found; give another")
        return 0.0

    def random_w(self, count: int, seed: int) -> NDArray[np.float32]:
        w = np.random.default_rng(seed).standard_normal((count, D))
        along = w @ AXES[0]
        w += 0.8 * np.outer(along, AXES[2])
        return (w - 0.8 * AXES[0] - 0.8 * AXES[1] - 1.2 * AXES[2]).astype(np.float32)

    def style_layers(self) -> SimpleNamespace:
        groups = SimpleNamespace(names=self.group_names)
        return SimpleNamespace(groups=groups, modulation=self.modulation)

    def modulation(self, group: int | None = None, *, colours: bool = True) -> NDArray[np.float64]:
        rows = [axis for _, (g, axis, _) in TRUTH.items() if group in (None, g)]
        return np.stack([*rows, 0.1 * AXES[5]])

    def decode(self, content: float, w: NDArray) -> NDArray[np.uint8]:
        codes = np.asarray(w, np.float64)
        if codes.ndim == 2:
            codes = np.repeat(codes[:, None], GROUPS, 1)
        pictures = np.full((len(codes), SIZE, SIZE, 3), 0.5)
        for channel, (group, axis, where) in enumerate(TRUTH.values()):
            level = 1 / (1 + np.exp(-codes[:, group] @ axis))
            inside = mask(where, SIZE)  # type: ignore[arg-type]
            pictures[:, inside, channel] = level[:, None]
        pictures[:, 0, 0, 1] += 0.2 * np.tanh(codes[:, 2] @ AXES[3])  # the fine group: a speck
        return np.rint(pictures * 255).clip(0, 255).astype(np.uint8)


class FakeTagger:
    name, tags, fingerprint = "fake", TAGS, "12" * 32

    def __init__(self) -> None:
        self.seen = 0

    def __call__(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.seen += len(pictures)
        rows = []
        for channel, (_, _, where) in enumerate(TRUTH.values()):
            level = pictures[:, mask(where, SIZE), channel].mean(1) / 255  # type: ignore[arg-type]
            rows.append(1 / (1 + np.exp(-10 * (level - 0.5))))
        return np.stack([*rows, 1 - rows[0]], 1).astype(np.float32)
