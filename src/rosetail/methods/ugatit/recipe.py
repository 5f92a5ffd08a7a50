"""U-GAT-IT (Kim and others 2020, arXiv 1907.10830): attention shows both sides what to change.

As in CycleGAN a picture must come back from there and back (*cycle*), and what is of the target
domain already stays (*identity*). The generator's attention learns to tell its source from its
target (*cam*), the critics' attention real from made; each side has a local and a global critic.

A batch holds uint8 pictures (N, size, size, 3): ``photo`` and ``anime``. Every term carries its
weight.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import Adam, Optimizer

from rosetail.losses.adversarial import least_squares
from rosetail.methods.ugatit.network import UGatItCritic, UGatItGenerator, clip_rho
from rosetail.training.context import Context, Terms
from rosetail.training.loop import RunSettings
from rosetail.training.prefetch import Batch, to_network
from rosetail.training.unpaired import Unpaired, UnpairedData, level_then_falling

GENERATORS = ("to_anime", "to_photo")
SIDES = ("anime", "photo")  # what they make
HALVINGS = {"local": 3, "whole": 5}  # of the two critics of each side
SMALLEST = 3 * 2 ** HALVINGS["whole"]


@dataclass(frozen=True)
class UGatItWeights:
    """What each term counts; 0 leaves it out."""

    adversarial: float = 1.0
    cycle: float = 10.0
    identity: float = 10.0
    cam: float = 1000.0


@dataclass(frozen=True)
class UGatItSettings:
    run: RunSettings = field(default_factory=lambda: RunSettings(ema=0.0))
    data: UnpairedData = field(default_factory=UnpairedData)
    weights: UGatItWeights = field(default_factory=UGatItWeights)
    width: int = 64  # channels of the first convolution, generators and critics
    blocks: int = 4
    light: bool = False  # gains are read from the mean of each channel, not from every place
    rate: float = 1e-4  # for the first half; then it falls to zero
    decay: float = 1e-4  # of weights
    betas: tuple[float, float] = (0.5, 0.999)

    def __post_init__(self) -> None:
        if min(self.width, self.blocks) < 1:
            raise ValueError("width and blocks must be at least 1")
        if self.data.size < SMALLEST:
            raise ValueError(f"data.size must be at least {SMALLEST} for the global critic")


class UGatItRecipe:
    """See the module. ``settings.data`` is read at once; bad folders raise InputError."""

    name = "ugatit"
    averaged: Sequence[str] = ("to_anime",)

    def __init__(self, settings: UGatItSettings) -> None:
        self.settings = settings
        self.data = Unpaired(settings.data, settings.run.seed)

    @property
    def size(self) -> int:
        """Of the pictures that a full generator reads its gains from."""
        return 0 if self.settings.light else self.settings.data.size

    def networks(self) -> dict[str, nn.Module]:
        told = self.settings
        networks: dict[str, nn.Module] = {
            name: UGatItGenerator(told.width, told.blocks, self.size) for name in GENERATORS
        }
        for name, halvings in HALVINGS.items():
            networks |= {f"{side}_{name}": UGatItCritic(halvings, told.width) for side in SIDES}
        for network in networks.values():
            network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        return networks

    def optimizers(self, networks: dict[str, nn.Module]) -> dict[str, Optimizer]:
        adam = partial(
            Adam, betas=self.settings.betas, weight_decay=self.settings.decay, fused=True
        )
        generators = [p for name in GENERATORS for p in networks[name].parameters()]
        critics = [p for name in networks if name not in GENERATORS
                   for p in networks[name].parameters()]  # fmt: skip
        return {"generators": adam(generators), "critics": adam(critics)}

    def phase(self, step: int) -> str:
        return "level" if 2 * step < self.settings.run.steps else "falling"

    def rates(self, step: int) -> dict[str, float]:
        rate = level_then_falling(self.settings.rate, step, self.settings.run.steps)
        return {"generators": rate, "critics": rate}

    def batch(self, step: int, rank: int) -> Batch:
        return self.data.batch(step, rank)

    def step(self, context: Context, batch: Batch, step: int) -> Terms:
        """The critics first, on what the generators then learn from."""
        shown = {name: to_network(pictures) for name, pictures in batch.items()}
        networks, terms = context.networks, {}
        with context.only("generators"):
            for there, _, target, source in ways():
                drawn = generator(networks, there).both(shown[source])
                shown[f"made_{target}"] = drawn.picture.float()
                shown[f"{source}_logits"] = drawn.logits
        if self.settings.weights.adversarial:
            terms = context.update("critics", lambda: critic_terms(networks, shown))
        terms |= context.update("generators", lambda: self.generator_terms(networks, shown))
        for name in GENERATORS:
            clip_rho(networks[name])
        return terms

    def generator_terms(
        self, networks: Mapping[str, nn.Module], shown: Mapping[str, Tensor]
    ) -> Terms:
        """Both ways' terms."""
        weights, terms = self.settings.weights, {}
        for there, back, target, source in ways():
            made = shown[f"made_{target}"]
            if weights.adversarial:
                heads = [head for name in HALVINGS for head in networks[f"{target}_{name}"](made)]
                won = torch.stack([least_squares.generator(head) for head in heads]).sum()
                terms[f"{target}_adversarial"] = weights.adversarial * won
            if weights.cycle:
                again = generator(networks, back)(made).float()
                terms[f"{source}_cycle"] = weights.cycle * F.l1_loss(again, shown[source])
            if not (weights.identity or weights.cam):
                continue
            kept, logits = generator(networks, there).both(shown[target])
            if weights.identity:
                apart = F.l1_loss(kept.float(), shown[target])
                terms[f"{target}_identity"] = weights.identity * apart
            if weights.cam:
                terms[f"{source}_cam"] = weights.cam * told_apart(shown[f"{source}_logits"], logits)
        return terms

    def sheet(self, averages: dict[str, nn.Module], step: int) -> NDArray[np.uint8]:
        """The same few photos every time, in rows: photo, drawing."""
        return self.data.sheet(averages["to_anime"])

    def about(self) -> dict[str, str]:
        return {
            "class": "UGatItGenerator",
            "width": str(self.settings.width),
            "blocks": str(self.settings.blocks),
            "size": str(self.size),
            "input": f"NCHW RGB in [-1, 1], sides multiples of {UGatItGenerator.MULTIPLE}",
            "data": self.data.about(),
        }


def ways() -> Iterator[tuple[str, str, str, str]]:
    """(there, back, target, source) for both directions."""
    return zip(GENERATORS, GENERATORS[::-1], SIDES, SIDES[::-1], strict=True)


def generator(networks: Mapping[str, nn.Module], name: str) -> UGatItGenerator:
    return cast(UGatItGenerator, networks[name])


def told_apart(source: Tensor, target: Tensor) -> Tensor:
    """Cross entropy of logits that should be high for the source domain and low for the target."""
    source, target = source.float(), target.float()
    found = F.binary_cross_entropy_with_logits(source, torch.ones_like(source))
    return found + F.binary_cross_entropy_with_logits(target, torch.zeros_like(target))


def critic_terms(networks: Mapping[str, nn.Module], shown: Mapping[str, Tensor]) -> Terms:
    """Squared errors of patches and of the attention's logits, on real pictures and made ones."""
    terms: Terms = {}
    for side in SIDES:
        for name in HALVINGS:
            critic = networks[f"{side}_{name}"]
            real = torch.stack([least_squares.real(head) for head in critic(shown[side])])
            made = critic(shown[f"made_{side}"].detach())
            fake = torch.stack([least_squares.fake(head) for head in made])
            terms[f"critic_{side}_{name}"] = real.sum() + fake.sum()
    return terms
