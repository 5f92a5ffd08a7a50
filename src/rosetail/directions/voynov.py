"""Directions learned with a reconstructor (Voynov and Babenko 2020, arXiv 2002.03754).

A matrix of unit directions and a network are trained together: the network sees two pictures,
drawn from w and from w moved along a direction, and says which direction it was and how far.
Directions become easy to tell apart, and tend to change one thing each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from rosetail.characters.model import CharacterModel
from rosetail.characters.network_model import NetworkModel
from rosetail.directions.draws import Progress
from rosetail.directions.partial_results import Arrays
from rosetail.errors import InputError, SettingsError
from rosetail.methods.roses.warm_start import generator_of
from rosetail.methods.stylegan2.character_model import StyleGan2Model

COUNT = 64  # directions
BATCH = 8
RATE = 1e-3  # published: 1e-4 for 100,000 steps of 32
LARGEST, LEAST = 6.0, 0.5  # shifts, as published for codes of N(0, I)
SHIFT_WEIGHT = 0.25
REACH = 0.5  # length of the largest shift, in spreads of w
SIDE = 64  # pixels that the reconstructor sees
WIDTH = 32
PHOTOS = 64  # whose contents are drawn
SAMPLES = 4096

Draw = Callable[[Tensor], Tensor]


class Reconstructor(nn.Module):
    """Two pictures (N, 3, H, W) to logits of the direction (N, count) and the shift (N,)."""

    def __init__(self, count: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        inside = 6
        for out in (WIDTH, 2 * WIDTH, 4 * WIDTH, 4 * WIDTH):
            layers += [nn.Conv2d(inside, out, 3, 2, 1), nn.BatchNorm2d(out), nn.ReLU()]
            inside = out
        self.layers = nn.Sequential(*layers)
        self.which, self.shift = nn.Linear(inside, count), nn.Linear(inside, 1)

    def forward(self, before: Tensor, after: Tensor) -> tuple[Tensor, Tensor]:
        features = self.layers(torch.cat([before, after], 1)).mean((2, 3))
        return self.which(features), self.shift(features)[:, 0]


def learned_axes(
    model: CharacterModel, photos: Sequence[Path], steps: int, seed: int, progress: Progress
) -> Arrays:
    """``axes`` (K, latent), unit rows, learned for a network, and the ``accuracy`` at the end.

    Raises SettingsError for a model that is not a network, InputError if no photo has a face.
    """
    draw_contents = _differentiable(model)
    contents = []
    for path in photos:
        try:
            content = model.encode(path)
        except InputError:
            continue
        points = torch.from_numpy(content.landmarks)[None]
        contents.append((torch.from_numpy(content.maps), points))
        if len(contents) == PHOTOS:
            break
    if not contents:
        raise InputError("no photo has a face; give photos of people")
    codes = torch.from_numpy(model.random_w(SAMPLES, seed))
    rng = np.random.default_rng(seed)

    def draw(w: Tensor) -> Tensor:
        """Both halves of ``w`` show the same contents."""
        chosen = rng.integers(len(contents), size=len(w) // 2)
        maps, points = (torch.cat([contents[i][part] for i in chosen] * 2) for part in (0, 1))
        return draw_contents(maps, w, points)

    return train_axes(draw, codes, min(COUNT, model.latent), steps, seed, progress)


def _differentiable(model: CharacterModel) -> Callable[[Tensor, Tensor, Tensor], Tensor]:
    """Pictures (N, 3, H, W) of contents, codes w and landmarks, as a function with a gradient."""
    if isinstance(model, StyleGan2Model):
        return lambda maps, w, _points: model.drawn(maps, w)
    if isinstance(model, NetworkModel):
        return generator_of(model.source, post=True).eval().requires_grad_(False).draw
    raise SettingsError(f"{model.name}: voynov needs a network; leave this method out")


def train_axes(
    draw: Draw, codes: Tensor, count: int, steps: int, seed: int, progress: Progress
) -> Arrays:
    """Learn ``count`` directions of the space of ``codes`` (M, latent) for pictures ``draw(w)``,
    (N, 3, H, W). ``draw`` gets codes and then the same codes moved. Deterministic."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        axes = nn.Parameter(F.normalize(torch.randn(count, codes.shape[1])))
        network = Reconstructor(count)
        spread = float(codes.var(0).sum().sqrt())
        optimizer = torch.optim.Adam([axes, *network.parameters()], RATE)
        hits: list[float] = []
        for step in range(steps):
            w = codes[torch.randint(len(codes), (BATCH,))]
            which = torch.randint(count, (BATCH,))
            shift = _shifts(BATCH)
            move = F.normalize(axes)[which] * (shift * REACH * spread / LARGEST)[:, None]
            pictures = draw(torch.cat([w, w + move]))
            pictures = F.interpolate(pictures, (SIDE, SIDE), mode="bilinear", antialias=True)
            logits, predicted = network(*pictures.clamp(-1, 1).chunk(2))
            loss = F.cross_entropy(logits, which) + SHIFT_WEIGHT * (predicted - shift).abs().mean()
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            hits.append(float((logits.argmax(1) == which).float().mean()))
            progress("learning directions", step + 1, steps)
        found: NDArray[np.float32] = F.normalize(axes).detach().numpy()
    return {"axes": found, "accuracy": np.array(np.mean(hits[-max(steps // 10, 1) :]))}


def _shifts(count: int) -> Tensor:
    """Uniform in [-LARGEST, LARGEST], but at least LEAST in size."""
    shift = LARGEST * (2 * torch.rand(count) - 1)
    return torch.where(shift < 0, -1.0, 1.0) * shift.abs().clamp_min(LEAST)
