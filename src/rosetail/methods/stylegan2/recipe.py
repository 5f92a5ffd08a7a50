"""StyleGAN2 (Karras and others 2020, arXiv 1912.04958) for drawings, then a photo encoder.

In the phase ``gan`` the mapping and synthesis networks are trained as in the public PyTorch port:
with the non-saturating loss, on other pictures for the generator than for the critic; R1 every
sixteenth step and path length regularization every fourth, each as an update of its own; style
mixing with probability 0.9. In the phase ``reader`` they are frozen, and an encoder learns w+
codes: those of pictures drawn from known codes, and codes that reconstruct a photo or a drawing.
The drawing of a photo has the photo's coarse codes and the fine codes of a style.

A batch holds uint8 pictures (N, size, size, 3): ``photo`` and ``anime``. All loss terms include
their weights.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import Adam, Optimizer

from rosetail import images
from rosetail.layers.vgg import Vgg19Features
from rosetail.losses.adversarial import non_saturating
from rosetail.losses.perceptual import windowed_feature_difference
from rosetail.methods.roses.losses import gradient_penalty
from rosetail.methods.stylegan2.network import StyleGan2, StyleGan2Critic, StyleGan2Shape
from rosetail.training.context import Context, Terms
from rosetail.training.loop import RunSettings
from rosetail.training.prefetch import Batch, to_network
from rosetail.training.unpaired import SHEET_PICTURES, Unpaired, UnpairedData

R1_EVERY = 16  # steps between gradient penalties, which are scaled by it
PATH_EVERY = 4  # the same for path lengths
PATH_SHARE = 2  # path lengths are measured on a batch smaller by this factor
PATH_DECAY = 0.01  # of their running mean
MEAN_DECAY = 0.005  # of the mean w
MIXED = 0.9  # probability of style mixing


@dataclass(frozen=True)
class StyleGan2Data(UnpairedData):
    """Photos, drawings, and the weights of VGG-19 for the feature loss."""

    vgg: str = "vgg19.safetensors"  # conv1_1 to conv3_4 at least
    batch: int = 16


@dataclass(frozen=True)
class StyleGan2Weights:
    """Loss weights; 0 disables a term."""

    gradient: float = 10.0  # gamma of R1
    path: float = 2.0
    known: float = 1.0
    pixels: float = 1.0
    features: float = 1.0
    near: float = 0.01  # penalty on the distance of codes from the mean w


@dataclass(frozen=True)
class StyleGan2Settings:
    run: RunSettings = field(default_factory=RunSettings)
    data: StyleGan2Data = field(default_factory=StyleGan2Data)
    weights: StyleGan2Weights = field(default_factory=StyleGan2Weights)
    net: StyleGan2Shape = field(default_factory=StyleGan2Shape)
    gan_steps: int = 800_000  # steps of the GAN; then the encoder is trained
    lr: float = 2e-3
    reader_lr: float = 1e-3
    betas: tuple[float, float] = (0.0, 0.99)

    def __post_init__(self) -> None:
        if self.data.size != self.net.side:
            raise ValueError(f"data.size must be {self.net.side}, as net.widths make it")


class PathLength(nn.Module):
    """The running mean of path lengths, a module so that checkpoints store it."""

    mean: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(()))

    def penalty(self, picture: Tensor, codes: Tensor) -> Tensor:
        """Mean squared difference of path lengths from their running mean, which is updated.

        A path length is the norm of the gradient of a random projection of the picture
        (N, 3, H, W) with respect to its codes (N, layers, latent).
        """
        noise = torch.randn_like(picture) / np.sqrt(picture.shape[2] * picture.shape[3])
        (slope,) = torch.autograd.grad((picture * noise).sum(), codes, create_graph=True)
        lengths = slope.square().sum(2).mean(1).sqrt()
        with torch.no_grad():
            self.mean.lerp_(lengths.mean(), PATH_DECAY)
        return (lengths - self.mean).square().mean()


class StyleGan2Recipe:
    """See the module. Reads ``settings.data`` when created; raises InputError for bad folders."""

    name = "stylegan2"
    averaged: Sequence[str] = ("generator",)

    def __init__(self, settings: StyleGan2Settings) -> None:
        self.settings = settings
        self.data = Unpaired(settings.data, settings.run.seed)
        self.vgg = Vgg19Features(settings.data.vgg)

    def networks(self) -> dict[str, nn.Module]:
        shape = self.settings.net
        return {
            "generator": StyleGan2(shape),
            "critic": StyleGan2Critic(shape),
            "path_length": PathLength(),
        }

    def optimizers(self, networks: dict[str, nn.Module]) -> dict[str, Optimizer]:
        """Adam; betas are adjusted for lazy regularization (StyleGAN2, appendix B)."""
        generator = cast(StyleGan2, networks["generator"])
        drawing = [*generator.mapping.parameters(), *generator.synthesis.parameters()]

        def adam(parameters: Sequence[nn.Parameter], every: int = 0) -> Optimizer:
            lazy = every / (every + 1) if every else 1.0
            first, second = (beta**lazy for beta in self.settings.betas)
            return Adam(parameters, betas=(first, second), fused=True)

        return {
            "generator": adam(drawing, PATH_EVERY),
            "critic": adam([*networks["critic"].parameters()], R1_EVERY),
            "reader": adam([*generator.reader.parameters()]),
        }

    def phase(self, step: int) -> str:
        return "gan" if step < self.settings.gan_steps else "reader"

    def rates(self, step: int) -> dict[str, float]:
        lr = self.settings.lr
        return {
            "generator": lr * PATH_EVERY / (PATH_EVERY + 1),
            "critic": lr * R1_EVERY / (R1_EVERY + 1),
            "reader": self.settings.reader_lr,
        }

    def batch(self, step: int, rank: int) -> Batch:
        return self.data.batch(step, rank)

    def step(self, context: Context, batch: Batch, step: int) -> Terms:
        pictures = {name: to_network(each) for name, each in batch.items()}
        generator = cast(StyleGan2, context.networks["generator"])
        if self.phase(step) == "reader":
            self.vgg.to(context.device)
            return context.update("reader", lambda: self.reader_terms(generator, pictures))
        weights, count = self.settings.weights, len(pictures["anime"])
        with torch.no_grad(), context.fabric.autocast():
            generated = generator.synthesis(self.codes(generator, count), random=True)
        critic = context.networks["critic"]
        terms = context.update("critic", lambda: critic_terms(critic, pictures["anime"], generated))
        if weights.gradient and step % R1_EVERY == 0:
            terms |= context.update("critic", lambda: self.r1(context, pictures["anime"]))
        terms |= context.update("generator", lambda: self.adversarial(context, count))
        if weights.path and step % PATH_EVERY == 0:
            terms |= context.update("generator", lambda: self.path_length(context, count))
        return terms

    def codes(self, generator: StyleGan2, count: int) -> Tensor:
        """Random codes (count, layers, latent) with style mixing. Updates w_mean."""
        layers, latent = self.settings.net.layers, self.settings.net.latent
        device = generator.w_mean.device
        first, second = generator.mapping(torch.randn(2 * count, latent, device=device)).chunk(2)
        with torch.no_grad():
            generator.w_mean.lerp_(first.mean(0), MEAN_DECAY)
        turn = int(torch.randint(1, layers, ())) if bool(torch.rand(()) < MIXED) else layers
        earlier = torch.arange(layers, device=device)[None, :, None] < turn
        return torch.where(earlier, first[:, None], second[:, None])

    def r1(self, context: Context, drawings: Tensor) -> Terms:
        critic, gamma = context.networks["critic"], self.settings.weights.gradient
        with torch.autocast(context.device.type, enabled=False):
            real = drawings.detach().float().requires_grad_()
            # Summed over the batch: the logit of a picture hardly depends on the others.
            slope = gradient_penalty([critic(real) * len(real)], real)
        return {"gradient": gamma / 2 * R1_EVERY * slope}

    def adversarial(self, context: Context, count: int) -> Terms:
        """The generator's loss on pictures that the critic has not been trained on."""
        generator = cast(StyleGan2, context.networks["generator"])
        generated = generator.synthesis(self.codes(generator, count), random=True)
        return {"adversarial": non_saturating.generator(context.networks["critic"](generated))}

    def path_length(self, context: Context, count: int) -> Terms:
        generator = cast(StyleGan2, context.networks["generator"])
        with torch.autocast(context.device.type, enabled=False):
            codes = self.codes(generator, max(count // PATH_SHARE, 1))
            picture = generator.synthesis(codes, random=True)
            lengths = cast(PathLength, context.networks["path_length"])
            penalty = lengths.penalty(picture, codes)
        return {"path": self.settings.weights.path * PATH_EVERY * penalty}

    def reader_terms(self, generator: StyleGan2, pictures: Mapping[str, Tensor]) -> Terms:
        """Losses of the encoder on known codes and on reconstructed pictures."""
        weights, terms = self.settings.weights, {}
        count = len(pictures["anime"])
        if weights.known:
            with torch.no_grad():
                z = torch.randn(count, self.settings.net.latent, device=generator.w_mean.device)
                w = generator.everywhere(generator.mapping(z))
                drawn = generator.draw(w).clamp(-1, 1)
            terms["known"] = weights.known * F.mse_loss(generator.read(drawn), w)
        both = torch.cat([pictures["photo"], pictures["anime"]])
        codes = generator.read(both)
        again = generator.draw(codes)
        if weights.pixels:
            terms["pixels"] = weights.pixels * F.mse_loss(again, both)
        if weights.features:
            terms["features"] = weights.features * windowed_feature_difference(
                self.vgg, again, both
            )
        if weights.near:
            terms["near"] = weights.near * (codes - generator.w_mean).square().mean()
        return terms

    def sheet(self, averages: dict[str, nn.Module], step: int) -> NDArray[np.uint8]:
        """Random characters, then a fixed set of photos above their drawings."""
        generator = cast(StyleGan2, averages["generator"])
        seeded = torch.Generator().manual_seed(0)
        z = torch.randn(SHEET_PICTURES, self.settings.net.latent, generator=seeded)
        generated = generator.draw(generator.calm(z.to(generator.w_mean.device))).clamp(-1, 1)
        characters = images.contact_sheet(
            list(images.from_tensor(generated.float().cpu().numpy())), SHEET_PICTURES
        )
        return np.concatenate([characters, self.data.sheet(generator)])

    def about(self) -> dict[str, str]:
        return {
            "class": "StyleGan2",
            "shape": json.dumps(asdict(self.settings.net)),
            "input": "NCHW RGB in [-1, 1], any sides",
            "data": self.data.about(),
        }


def critic_terms(critic: nn.Module, drawings: Tensor, generated: Tensor) -> Terms:
    return {
        "critic_real": non_saturating.real(critic(drawings)),
        "critic_fake": non_saturating.fake(critic(generated)),
    }
