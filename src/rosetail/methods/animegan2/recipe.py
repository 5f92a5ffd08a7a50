"""AnimeGANv2 (Chen, Liu and Chen 2020): a light generator that learns texture from grey drawings.

First (``warm_up``) the generator learns to show the photo, by VGG-19 content alone. Then
(``adversarial``) the critic learns that drawings are real, and that the generator's pictures, grey
drawings and grey drawings with smoothed edges are not: so colour and clear edges are asked for.
The style itself is the Gram matrix of grey drawings, and the colours are the photo's, in YUV.

A batch holds uint8 pictures (N, size, size, 3): ``photo``, ``anime``, and ``anime_edges``, the same
drawings with their edges smoothed away. Every term carries its weight.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import Adam, Optimizer

from rosetail.layers.vgg import Vgg19Features
from rosetail.losses.adversarial import least_squares
from rosetail.losses.colour import grey
from rosetail.losses.smoothness import total_variation
from rosetail.methods.animegan2.losses import grey_style, yuv_colour
from rosetail.methods.animegan2.network import AnimeGan2Critic, AnimeGan2Generator
from rosetail.training.context import Context, Terms
from rosetail.training.crop_pool import Kind
from rosetail.training.loop import RunSettings
from rosetail.training.prefetch import Batch, to_network
from rosetail.training.unpaired import Unpaired, UnpairedData

DRAWINGS: dict[str, Kind] = {"anime": "crops", "anime_edges": "edges"}


@dataclass(frozen=True)
class AnimeGan2Data(UnpairedData):
    """Both sides and the eye of the content and style terms."""

    vgg: str = "vgg19.safetensors"  # conv1_1 to conv4_4; with less, its deepest layer


@dataclass(frozen=True)
class AnimeGan2Weights:
    """What each term counts; 0 leaves it out. The published ones for the film style Hayao."""

    content: float = 1.5
    style: float = 2.5
    colour: float = 15.0
    variation: float = 1.0
    adversarial: float = 300.0  # of the generator's and all of the critic's
    real: float = 1.7  # within the critic's, as the next three
    fake: float = 1.7
    grey: float = 1.7
    edges: float = 1.0


@dataclass(frozen=True)
class AnimeGan2Settings:
    run: RunSettings = field(default_factory=lambda: RunSettings(ema=0.0))
    data: AnimeGan2Data = field(default_factory=AnimeGan2Data)
    weights: AnimeGan2Weights = field(default_factory=AnimeGan2Weights)
    width: int = 32  # channels of the first convolution, generator and critic
    warm_up_steps: int = 710
    warm_up_rate: float = 2e-4
    rate: float = 2e-5
    critic_rate: float = 4e-5
    betas: tuple[float, float] = (0.5, 0.999)

    def __post_init__(self) -> None:
        if self.width < 1 or self.warm_up_steps < 0:
            raise ValueError("width must be at least 1, warm_up_steps at least 0")


class AnimeGan2Recipe:
    """See the module. ``settings.data`` is read at once; bad folders raise InputError."""

    name = "animegan2"
    averaged: Sequence[str] = ("generator",)

    def __init__(self, settings: AnimeGan2Settings) -> None:
        self.settings = settings
        self.data = Unpaired(settings.data, settings.run.seed, DRAWINGS)
        self.vgg = Vgg19Features(settings.data.vgg)
        self.layer = "conv4_4" if "conv4_4" in self.vgg.names else self.vgg.deepest

    def networks(self) -> dict[str, nn.Module]:
        width = self.settings.width
        networks: dict[str, nn.Module] = {
            "generator": AnimeGan2Generator(width),
            "critic": AnimeGan2Critic(width),
        }
        for network in networks.values():
            network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        return networks

    def optimizers(self, networks: dict[str, nn.Module]) -> dict[str, Optimizer]:
        adam = partial(Adam, betas=self.settings.betas, fused=True)
        return {name: adam(network.parameters()) for name, network in networks.items()}

    def phase(self, step: int) -> str:
        return "warm_up" if step < self.settings.warm_up_steps else "adversarial"

    def rates(self, step: int) -> dict[str, float]:
        told = self.settings
        warm = self.phase(step) == "warm_up"
        return {"generator": told.warm_up_rate if warm else told.rate, "critic": told.critic_rate}

    def batch(self, step: int, rank: int) -> Batch:
        return self.data.batch(step, rank)

    def step(self, context: Context, batch: Batch, step: int) -> Terms:
        self.vgg.to(context.device)
        shown = {name: to_network(pictures) for name, pictures in batch.items()}
        generator, critic = context.networks["generator"], context.networks["critic"]
        with context.only("generator"):
            shown["made"] = generator(shown["photo"]).float()
        if self.phase(step) == "warm_up":
            return context.update("generator", lambda: {"warm_up": self.content(shown)})
        terms: Terms = {}
        if self.settings.weights.adversarial:
            terms |= context.update("critic", lambda: self.critic_terms(critic, shown))
        return terms | context.update("generator", lambda: self.generator_terms(critic, shown))

    def critic_terms(self, critic: nn.Module, shown: Mapping[str, Tensor]) -> Terms:
        """Drawings are real; made pictures, grey drawings and those with smoothed edges are not."""
        weights = self.settings.weights
        seen = [shown["anime"], shown["made"].detach()]
        seen += [grey(shown["anime"]), grey(shown["anime_edges"])]
        real, *fakes = critic(torch.cat(seen)).chunk(len(seen))
        share = weights.adversarial
        terms = {"critic_real": share * weights.real * least_squares.real(real)}
        for name, logits in zip(("fake", "grey", "edges"), fakes, strict=True):
            counts = getattr(weights, name)
            if counts:
                terms[f"critic_{name}"] = share * counts * least_squares.fake(logits)
        return terms

    def generator_terms(self, critic: nn.Module, shown: Mapping[str, Tensor]) -> Terms:
        weights, made, terms = self.settings.weights, shown["made"], {}
        if weights.content:
            terms["content"] = self.content(shown)
        if weights.style:
            terms["style"] = weights.style * grey_style(
                self.sight(made), self.sight(grey(shown["anime"]))
            )
        if weights.colour:
            terms["colour"] = weights.colour * yuv_colour(made, shown["photo"])
        if weights.variation:
            terms["variation"] = weights.variation * total_variation(made)
        if weights.adversarial:
            won = least_squares.generator(critic(made))
            terms["adversarial"] = weights.adversarial * won
        return terms

    def content(self, shown: Mapping[str, Tensor]) -> Tensor:
        """Mean absolute difference of VGG-19 maps to the photo's, before the ReLU."""
        apart = F.l1_loss(self.sight(shown["made"]), self.sight(shown["photo"]))
        return self.settings.weights.content * apart

    def sight(self, pictures: Tensor) -> Tensor:
        return self.vgg(pictures, [self.layer])[self.layer].float()

    def sheet(self, averages: dict[str, nn.Module], step: int) -> NDArray[np.uint8]:
        """The same few photos every time, in rows: photo, drawing."""
        return self.data.sheet(averages["generator"])

    def about(self) -> dict[str, str]:
        return {
            "class": "AnimeGan2Generator",
            "width": str(self.settings.width),
            "input": f"NCHW RGB in [-1, 1], sides multiples of {AnimeGan2Generator.MULTIPLE}",
            "data": self.data.about(),
        }
