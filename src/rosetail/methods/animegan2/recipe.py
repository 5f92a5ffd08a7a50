"""AnimeGANv2 (Chen, Liu and Chen 2020): a small generator that learns texture from grey drawings.

In the phase ``warmup`` the generator learns to reproduce the photo with the VGG-19 content loss
alone. In the phase ``adversarial`` the critic learns to tell drawings from generated pictures, grey
drawings and grey drawings with smoothed edges, which rewards colour and sharp edges. The style loss
compares Gram matrices with grey drawings; the colour loss keeps the photo's colours, in YUV.

A batch holds uint8 pictures (N, size, size, 3): ``photo``, ``anime``, and ``anime_edges``, the same
drawings with smoothed edges. All loss terms include their weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import Adam, Optimizer

from rosetail.layers.vgg import Vgg19Features
from rosetail.losses.adversarial import least_squares
from rosetail.losses.colour import grey
from rosetail.losses.smoothness import total_variation
from rosetail.methods.animegan2.losses import grey_style, yuv_colour
from rosetail.methods.animegan2.network import AnimeGan2Critic, AnimeGan2Generator
from rosetail.training.context import Context, Terms, channels_last
from rosetail.training.crop_pool import Kind
from rosetail.training.prefetch import Batch, to_network
from rosetail.training.unpaired import UnpairedData, UnpairedRecipe, UnpairedSettings

DRAWINGS: dict[str, Kind] = {"anime": "crops", "anime_edges": "edges"}


@dataclass(frozen=True)
class AnimeGan2Data(UnpairedData):
    """Photos, drawings, and the weights of VGG-19 for the content and style losses."""

    vgg: str = "vgg19.safetensors"  # conv1_1 to conv4_4, or up to the deepest layer in the file


@dataclass(frozen=True)
class AnimeGan2Weights:
    """Loss weights; 0 disables a term. The presets have the published ones of each film style."""

    content: float = 1.5
    style: float = 2.5
    colour: float = 15.0
    variation: float = 1.0
    adversarial: float = 300.0  # weight of the generator's loss; also scales the critic's
    real: float = 1.2  # weights of the critic's losses: this and the next three
    fake: float = 1.2
    grey: float = 1.2
    edges: float = 0.8


@dataclass(frozen=True)
class AnimeGan2Settings(UnpairedSettings):
    data: AnimeGan2Data = field(default_factory=AnimeGan2Data)
    weights: AnimeGan2Weights = field(default_factory=AnimeGan2Weights)
    width: int = 32  # channels of the first convolution, generator and critic
    warmup_steps: int = 710
    warmup_lr: float = 2e-4
    lr: float = 2e-5
    critic_lr: float = 4e-5

    def __post_init__(self) -> None:
        if self.width < 1 or self.warmup_steps < 0:
            raise ValueError("width must be at least 1, warmup_steps at least 0")


class AnimeGan2Recipe(UnpairedRecipe):
    """See the module and the base class."""

    name = "animegan2"
    settings: AnimeGan2Settings
    drawings = DRAWINGS

    def __init__(self, settings: AnimeGan2Settings) -> None:
        super().__init__(settings)
        self.vgg = Vgg19Features(settings.data.vgg)
        self.layer = "conv4_4" if "conv4_4" in self.vgg.names else self.vgg.deepest

    def networks(self) -> dict[str, nn.Module]:
        width = self.settings.width
        return channels_last(
            {"generator": AnimeGan2Generator(width), "critic": AnimeGan2Critic(width)}
        )

    def optimizers(self, networks: dict[str, nn.Module]) -> dict[str, Optimizer]:
        adam = partial(Adam, betas=self.settings.betas, fused=True)
        return {name: adam(network.parameters()) for name, network in networks.items()}

    def phase(self, step: int) -> str:
        return "warmup" if step < self.settings.warmup_steps else "adversarial"

    def rates(self, step: int) -> dict[str, float]:
        settings, warmup = self.settings, self.phase(step) == "warmup"
        lr = settings.warmup_lr if warmup else settings.lr
        return {"generator": lr, "critic": settings.critic_lr}

    def step(self, context: Context, batch: Batch, step: int) -> Terms:
        self.vgg.to(context.device)
        pictures = {name: to_network(each) for name, each in batch.items()}
        generator, critic = context.networks["generator"], context.networks["critic"]
        with context.only("generator"):
            pictures["generated"] = generator(pictures["photo"]).float()
        if self.phase(step) == "warmup":
            return context.update("generator", lambda: {"warmup": self.content(pictures)})
        terms: Terms = {}
        if self.settings.weights.adversarial:
            terms |= context.update("critic", lambda: self.critic_terms(critic, pictures))
        return terms | context.update("generator", lambda: self.generator_terms(critic, pictures))

    def critic_terms(self, critic: nn.Module, pictures: Mapping[str, Tensor]) -> Terms:
        """Drawings are real; generated pictures, grey drawings and smoothed edges are fake."""
        weights = self.settings.weights
        inputs = [pictures["anime"], pictures["generated"].detach()]
        inputs += [grey(pictures["anime"]), grey(pictures["anime_edges"])]
        real, *fakes = critic(torch.cat(inputs)).chunk(len(inputs))
        factor = weights.adversarial
        terms = {"critic_real": factor * weights.real * least_squares.real(real)}
        for name, logits in zip(("fake", "grey", "edges"), fakes, strict=True):
            if weight := getattr(weights, name):
                terms[f"critic_{name}"] = factor * weight * least_squares.fake(logits)
        return terms

    def generator_terms(self, critic: nn.Module, pictures: Mapping[str, Tensor]) -> Terms:
        weights, generated, terms = self.settings.weights, pictures["generated"], {}
        if weights.content:
            terms["content"] = self.content(pictures)
        if weights.style:
            terms["style"] = weights.style * grey_style(
                self.features(generated), self.features(grey(pictures["anime"]))
            )
        if weights.colour:
            terms["colour"] = weights.colour * yuv_colour(generated, pictures["photo"])
        if weights.variation:
            terms["variation"] = weights.variation * total_variation(generated)
        if weights.adversarial:
            terms["adversarial"] = weights.adversarial * least_squares.generator(critic(generated))
        return terms

    def content(self, pictures: Mapping[str, Tensor]) -> Tensor:
        """L1 distance of VGG-19 features (before the ReLU) to those of the photo."""
        generated, photo = (self.features(pictures[name]) for name in ("generated", "photo"))
        return self.settings.weights.content * F.l1_loss(generated, photo)

    def features(self, pictures: Tensor) -> Tensor:
        return self.vgg(pictures, [self.layer])[self.layer].float()

    def about(self) -> dict[str, str]:
        return self.facts(AnimeGan2Generator, width=self.settings.width, resize="asymmetric")
