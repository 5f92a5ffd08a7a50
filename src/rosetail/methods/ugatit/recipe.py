"""U-GAT-IT (Kim and others 2020, arXiv 1907.10830): CycleGAN with attention.

Losses are those of CycleGAN (*cycle*, *identity*, adversarial) and *cam*: the generator's attention
learns to tell its source domain from its target domain, the critics' attention real from generated
pictures. Each domain has a local and a global critic.

A batch holds uint8 pictures (N, size, size, 3): ``photo`` and ``anime``. All loss terms include
their weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rosetail.losses.adversarial import least_squares
from rosetail.methods.cyclegan.recipe import (
    DIRECTIONS,
    GENERATORS,
    SIDES,
    CycleRecipe,
    CycleWeights,
)
from rosetail.methods.ugatit.network import UGatItCritic, UGatItGenerator, clip_rho
from rosetail.training.context import Context, Terms, channels_last
from rosetail.training.prefetch import Batch, to_network
from rosetail.training.unpaired import UnpairedSettings

HALVINGS = {"local": 3, "whole": 5}  # of the two critics of each domain
SMALLEST = 3 * 2 ** HALVINGS["whole"]


@dataclass(frozen=True)
class UGatItWeights(CycleWeights):
    """Those of CycleGAN, and one of the attention's loss."""

    identity: float = 10.0
    cam: float = 1000.0


@dataclass(frozen=True)
class UGatItSettings(UnpairedSettings):
    """``lr`` is constant for the first half, then decays linearly to zero."""

    weights: UGatItWeights = field(default_factory=UGatItWeights)
    width: int = 64  # channels of the first convolution, generators and critics
    blocks: int = 4
    light: bool = False  # gains are computed from channel means, not from every position
    lr: float = 1e-4
    weight_decay: float = 1e-4

    def __post_init__(self) -> None:
        if min(self.width, self.blocks) < 1:
            raise ValueError("width and blocks must be at least 1")
        if self.data.size < SMALLEST:
            raise ValueError(f"data.size must be at least {SMALLEST} for the global critic")


class UGatItRecipe(CycleRecipe):
    """The recipe of U-GAT-IT."""

    name = "ugatit"
    settings: UGatItSettings

    @property
    def size(self) -> int:
        """Size of the pictures that a full generator computes its gains from; 0 if light."""
        return 0 if self.settings.light else self.settings.data.size

    def networks(self) -> dict[str, nn.Module]:
        width, blocks = self.settings.width, self.settings.blocks
        networks: dict[str, nn.Module] = {
            name: UGatItGenerator(width, blocks, self.size) for name in GENERATORS
        }
        for name, halvings in HALVINGS.items():
            networks |= {f"{side}_{name}": UGatItCritic(halvings, width) for side in SIDES}
        return channels_last(networks)

    def step(self, context: Context, batch: Batch, step: int) -> Terms:
        """Update the critics, then the generators, on the same generated pictures."""
        shown = {name: to_network(pictures) for name, pictures in batch.items()}
        networks, terms = context.networks, {}
        with context.only("generators"):
            for there, _, target, source in DIRECTIONS:
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
        """Terms of both directions."""
        weights, terms = self.settings.weights, {}
        for there, back, target, source in DIRECTIONS:
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
            same, logits = generator(networks, there).both(shown[target])
            if weights.identity:
                terms[f"{target}_identity"] = weights.identity * F.l1_loss(
                    same.float(), shown[target]
                )
            if weights.cam:
                terms[f"{source}_cam"] = weights.cam * cam_loss(shown[f"{source}_logits"], logits)
        return terms

    def about(self) -> dict[str, str]:
        width, blocks = self.settings.width, self.settings.blocks
        return self.facts(UGatItGenerator, width=width, blocks=blocks, size=self.size)


def generator(networks: Mapping[str, nn.Module], name: str) -> UGatItGenerator:
    return cast(UGatItGenerator, networks[name])


def cam_loss(source: Tensor, target: Tensor) -> Tensor:
    """Cross entropy of logits that should be high for the source domain and low for the target."""
    source, target = source.float(), target.float()
    loss = F.binary_cross_entropy_with_logits(source, torch.ones_like(source))
    return loss + F.binary_cross_entropy_with_logits(target, torch.zeros_like(target))


def critic_terms(networks: Mapping[str, nn.Module], shown: Mapping[str, Tensor]) -> Terms:
    """Squared errors of patch and attention logits, on real and on generated pictures."""
    terms: Terms = {}
    for side in SIDES:
        for name in HALVINGS:
            critic = networks[f"{side}_{name}"]
            real = torch.stack([least_squares.real(head) for head in critic(shown[side])])
            made = critic(shown[f"made_{side}"].detach())
            fake = torch.stack([least_squares.fake(head) for head in made])
            terms[f"critic_{side}_{name}"] = real.sum() + fake.sum()
    return terms
