"""The ``supervised`` recipe: trains the main tail on photos redrawn by a rule.

Training with the published losses (:mod:`rosetail.methods.doubletail.recipe`) takes a hundred
epochs of film frames. Here :mod:`rosetail.stylizer.rule` redraws every photo with flat tones and
ink lines, and the network learns to do the same in one pass. Critics trained on the redrawn photos
and on real and painted drawings remove the rule's artefacts. The network is the double-tail
generator's encoder and main tail.

Two optional terms: ``kernel`` compares the distribution of VGG-19 features of whole heads with
that of drawn heads (:func:`rosetail.methods.doubletail.losses.kernel_distance`); ``calm`` reduces
the variance inside the photo's superpixels (:func:`rosetail.losses.smoothness.region_variance`).

A batch has uint8 pictures (N, size, size, 3): ``photo`` and ``drawn`` (one view of a pair),
``anime``; ``head`` (heads_per_step, head_size, head_size, 3); int32 ``regions`` (N, size, size).
Loss terms are named after their weight in ``[weights]``, which they include.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from rosetail import images
from rosetail.arrays import Bytes
from rosetail.data.folders import PreparedFolder
from rosetail.data.targets import sharpen_edges, superpixels
from rosetail.errors import InputError
from rosetail.faces.warp import resize_square
from rosetail.layers.patch_critic import PatchCritic
from rosetail.layers.patches import eye_patches
from rosetail.layers.vgg import Vgg19Features
from rosetail.losses.adversarial import hinge
from rosetail.losses.perceptual import relative_difference
from rosetail.losses.smoothness import region_variance
from rosetail.methods.doubletail.losses import (
    FeatureQueue,
    change_weight,
    gradient_difference,
    kernel_distance,
    statistics_difference,
)
from rosetail.methods.doubletail.network import DoubleTail
from rosetail.methods.doubletail.start import start_network
from rosetail.training.context import Context, Terms, channels_last
from rosetail.training.crop_pool import Kind, Pool, check_shares
from rosetail.training.loop import RunSettings
from rosetail.training.prefetch import Batch, to_network
from rosetail.training.random_views import Augment
from rosetail.training.schedules import cosine

SHEET_PICTURES = 6
EYE_SIDE = 64  # pixels of an eye patch
CRITICS = ("critic", "eye_critic")
LAYERS = ("relu1_2", "relu2_2", "relu3_2")
REGION_SIDE = 16  # pixels of a superpixel, about as in the flatness measure
HEAD_LAYER, HEAD_WIDTH = "relu3_4", 256
QUEUE = 48  # heads in the feature queue; older features are outdated


@dataclass(frozen=True)
class SupervisedData:
    """Folders of pairs (``rosetail data draw``) and of prepared drawings."""

    pairs: tuple[str, ...] = ()
    pair_shares: tuple[float, ...] = ()  # sampling weight of each folder; empty: by size
    anime: tuple[str, ...] = ()
    anime_shares: tuple[float, ...] = ()
    heads: tuple[str, ...] = ()  # prepared heads of photographs, for the kernel term
    vgg: str = "vgg19.safetensors"  # conv1_1 to conv3_4 at least
    size: int = 192  # pixels; a multiple of 8
    batch: int = 4
    views: Augment = field(default_factory=lambda: Augment((0.5, 1.0), 15.0, 0.1))
    heads_per_step: int = 2
    head_size: int = 192  # pixels; a multiple of 8
    sharpening: float = 0.0  # of the redrawn view's edges
    noise: float = 3.0  # grey levels of noise added to the photo, so that the network ignores noise

    def __post_init__(self) -> None:
        if self.size < 16 or self.size % 8 or self.head_size < 16 or self.head_size % 8:
            raise ValueError("size and head_size must be multiples of 8, at least 16")
        if self.heads_per_step < 1:
            raise ValueError("heads_per_step must be at least 1")
        check_shares(self.pair_shares, self.pairs)
        check_shares(self.anime_shares, self.anime)


@dataclass(frozen=True)
class SupervisedWeights:
    """Weights of the loss terms. A term with weight 0 is not computed."""

    pixels: float = 10.0
    emphasis: float = 4.0  # of changed places in the terms pixels and gradients
    gradients: float = 10.0
    features: float = 1.0
    eyes: float = 1.0  # features of eye patches
    style: float = 3.0  # channel means and deviations of the features
    kernel: float = 0.0
    calm: float = 0.0
    adversarial: float = 0.05
    eye_adversarial: float = 0.1


@dataclass(frozen=True)
class SupervisedSettings:
    """Settings of the ``supervised`` recipe."""

    run: RunSettings = field(default_factory=RunSettings)
    data: SupervisedData = field(default_factory=SupervisedData)
    weights: SupervisedWeights = field(default_factory=SupervisedWeights)
    width: int = 32  # channels of the first convolution, generator and critic
    start: str = ""  # initial weights: a run, the safetensors of a generator, or a look
    lr: float = 1e-3
    last_lr: float = 5e-5  # at the end of the cosine decay
    warmup_steps: int = 100
    critic_lr: float = 2e-4
    critic_from: int = 1000  # the step at which the critics begin
    betas: tuple[float, float] = (0.5, 0.99)


class SupervisedRecipe:
    """See the module. Reads ``settings.data`` when created; raises InputError for bad folders."""

    name = "supervised"
    averaged: Sequence[str] = ("generator",)

    def __init__(self, settings: SupervisedSettings) -> None:
        self.settings = settings
        data = settings.data
        entries: dict[str, Kind] = {"photo": "crops", "drawn": "drawn"}
        self.pairs = Pool(data.pairs, data.pair_shares, entries, eyes=True)
        self.drawings = Pool(data.anime, data.anime_shares, {"anime": "crops"}, side="anime")
        self.vgg = Vgg19Features(data.vgg)
        self.heads = None
        if settings.weights.kernel:
            self.heads = Pool(data.heads, (), {"head": "crops"})
            for pictures in self.heads.pictures.values():
                pictures[:] = [resize_square(picture, data.head_size) for picture in pictures]
            self.drawn_heads = self.head_features(drawn_heads(data.anime, data.head_size))

    def networks(self) -> dict[str, nn.Module]:
        width = self.settings.width
        networks: dict[str, nn.Module] = {
            "generator": DoubleTail(width),
            "critic": PatchCritic(3, width),
            "eye_critic": PatchCritic(3, width // 2),
        }
        if self.heads is not None:
            networks["remembered"] = FeatureQueue(QUEUE, HEAD_WIDTH)
        if self.settings.start:
            start_network(networks, self.settings.start)
        return channels_last(networks)

    def optimizers(self, networks: dict[str, nn.Module]) -> dict[str, Optimizer]:
        generator = cast(DoubleTail, networks["generator"])
        adam = partial(Adam, betas=self.settings.betas, fused=True)
        trained = [*generator.encoder.parameters(), *generator.main_rise.parameters()]
        optimizers: dict[str, Optimizer] = {"generator": adam(trained)}
        return optimizers | {name: adam(networks[name].parameters()) for name in CRITICS}

    def phase(self, step: int) -> str:
        return "pairs" if step < self.settings.critic_from else "critic"

    def rates(self, step: int) -> dict[str, float]:
        s = self.settings
        lr = cosine(step, s.run.steps, s.lr, s.last_lr, s.warmup_steps)
        return {"generator": lr} | dict.fromkeys(CRITICS, s.critic_lr)

    def batch(self, step: int, rank: int) -> Batch:
        data = self.settings.data
        rng = np.random.default_rng([self.settings.run.seed, step, rank])
        batch = self.pairs.draw(rng, data.batch, data.size, data.views)
        if data.sharpening:
            views = [sharpen_edges(view, data.sharpening) for view in batch["drawn"].numpy()]
            batch["drawn"] = torch.from_numpy(np.stack(views))
        if self.settings.weights.calm:
            segments = (data.size // REGION_SIDE) ** 2
            regions = [superpixels(view, segments) for view in batch["photo"].numpy()]
            batch["regions"] = torch.from_numpy(np.stack(regions))
        if data.noise:
            level = rng.uniform(0, data.noise, (data.batch, 1, 1, 1))
            noise = rng.standard_normal(batch["photo"].shape, np.float32) * level
            noisy = batch["photo"].numpy() + noise
            batch["photo"] = torch.from_numpy(np.clip(np.rint(noisy), 0, 255).astype(np.uint8))
        batch |= self.drawings.draw(rng, data.batch, data.size, data.views)
        if self.heads is not None:
            batch |= self.heads.draw(rng, data.heads_per_step, data.head_size, Augment())
        return batch

    def step(self, context: Context, batch: Batch, step: int) -> Terms:
        self.vgg.to(context.device)
        shown = {
            name: to_network(each) for name, each in batch.items() if each.dtype == torch.uint8
        }
        if "regions" in batch:
            shown["regions"] = batch["regions"]
        generator = cast(DoubleTail, context.networks["generator"])
        with context.only("generator"):
            shown["main"] = generator.main(shown["photo"]).float()
            for name in ("main", "drawn"):
                shown[f"{name}_eyes"] = eye_patches(shown[name], batch["eyes"], EYE_SIDE)
        critics = self.critics(context, step)
        terms: Terms = {}
        for name, critic in critics.items():
            terms |= context.update(name, partial(critic_terms, name, critic, shown))
        return terms | context.update(
            "generator", lambda: self.terms(critics, shown) | self.head_terms(context, shown)
        )

    def critics(self, context: Context, step: int) -> dict[str, nn.Module]:
        """The critics in use at ``step``."""
        weights = self.settings.weights
        if self.phase(step) == "pairs":
            return {}
        used = {"critic": weights.adversarial, "eye_critic": weights.eye_adversarial}
        return {name: context.networks[name] for name in CRITICS if used[name]}

    def terms(self, critics: dict[str, nn.Module], shown: dict[str, Tensor]) -> Terms:
        """The generator's terms, without those of weight 0."""
        weights, main, drawn = self.settings.weights, shown["main"], shown["drawn"]
        emphasis = change_weight(shown["photo"], drawn, weights.emphasis)
        terms: Terms = {}
        if weights.pixels:
            terms["pixels"] = weights.pixels * ((main - drawn).abs() * emphasis).mean()
        if weights.gradients:
            terms["gradients"] = weights.gradients * gradient_difference(main, drawn, emphasis)
        if weights.features or weights.style:
            maps = self.maps(main, drawn)
            terms["features"] = weights.features * summed(relative_difference, maps)
            terms["style"] = weights.style * summed(statistics_difference, maps)
        if weights.eyes:
            maps = self.maps(shown["main_eyes"], shown["drawn_eyes"])
            terms["eyes"] = weights.eyes * summed(relative_difference, maps)
        if weights.calm:
            terms["calm"] = weights.calm * region_variance(main, shown["regions"])
        if "critic" in critics:
            logits = critics["critic"](main)
            terms["adversarial"] = weights.adversarial * hinge.generator(logits)
        if "eye_critic" in critics:
            logits = critics["eye_critic"](shown["main_eyes"])
            terms["eye_adversarial"] = weights.eye_adversarial * hinge.generator(logits)
        return terms

    def head_terms(self, context: Context, shown: dict[str, Tensor]) -> Terms:
        """The kernel term, unless its weight is 0."""
        if self.heads is None:
            return {}
        generator = cast(DoubleTail, context.networks["generator"])
        queue = cast(FeatureQueue, context.networks["remembered"])
        maps = self.vgg(generator.main(shown["head"]), [HEAD_LAYER])
        rows = maps[HEAD_LAYER].float().mean((2, 3))
        queue.push(rows)
        distance = kernel_distance(rows, queue.latest(), self.drawn_heads.to(rows.device))
        return {"kernel": self.settings.weights.kernel * distance}

    @torch.no_grad()
    def head_features(self, pictures: Sequence[Bytes]) -> Tensor:
        """Features for the kernel term, a row per picture: (N, HEAD_WIDTH)."""
        rows = [
            self.vgg(to_network(torch.from_numpy(each[None])), [HEAD_LAYER])[HEAD_LAYER]
            for each in pictures
        ]
        return torch.cat(rows).mean((2, 3))

    def maps(self, output: Tensor, target: Tensor) -> list[tuple[Tensor, Tensor]]:
        """The VGG-19 maps of both pictures in LAYERS."""
        with torch.no_grad():
            targets = self.vgg(target, LAYERS)
        outputs = self.vgg(output, LAYERS)
        return [(outputs[name], targets[name]) for name in LAYERS]

    def sheet(self, averages: dict[str, nn.Module], step: int) -> Bytes:
        """A fixed set of photos, in rows: photo, the rule's drawing, the network's."""
        generator = cast(DoubleTail, averages["generator"])
        drawn = self.pairs.draw(
            np.random.default_rng(0), SHEET_PICTURES, 256, Augment((0.67, 0.67))
        )
        photos = to_network(drawn["photo"].to(next(generator.parameters()).device))
        main = images.from_tensor(generator.main(photos).float().cpu().numpy())
        rows = [*drawn["photo"].numpy(), *drawn["drawn"].numpy(), *main]
        return images.contact_sheet(rows, SHEET_PICTURES)

    def about(self) -> dict[str, str]:
        data = self.settings.data
        folders = [Path(folder).name for folder in (*data.pairs, *data.anime)]
        return {
            "class": "DoubleTail",
            "width": str(self.settings.width),
            "input": "NCHW RGB in [-1, 1], sides multiples of 8",
            "data": f"{len(self.pairs)} pairs, {len(self.drawings)} drawings "
            f"({', '.join(folders)})",
        }


def drawn_heads(folders: Sequence[str], size: int) -> list[Bytes]:
    """Heads of hand-made drawings, ``size`` pixels square. Raises InputError if there are none."""
    heads = [
        resize_square(crops.picture(index), size)
        for crops in map(PreparedFolder, folders)
        for index in range(len(crops))
        if crops[index].kind == "anime" and crops[index].frame == "head"
    ]
    if not heads:
        raise InputError(
            f"{', '.join(folders)}: no heads of drawings; run rosetail data prepare --kind anime, "
            "or set weights.kernel to 0"
        )
    return heads


def critic_terms(name: str, critic: nn.Module, shown: dict[str, Tensor]) -> Terms:
    """Hinge losses of a critic: redrawn photos and, except for the eye critic, drawings as real;
    the network's pictures as fake."""
    if name == "eye_critic":
        pictures = torch.cat([shown["drawn_eyes"], shown["main_eyes"].detach()])
        drawn, main = critic(pictures).chunk(2)
        return {"critic_drawn_eyes": hinge.real(drawn), "critic_main_eyes": hinge.fake(main)}
    logits = critic(torch.cat([shown["drawn"], shown["anime"], shown["main"].detach()]))
    drawn, anime, main = logits.chunk(3)
    return {
        "critic_drawn": hinge.real(drawn) / 2,
        "critic_anime": hinge.real(anime) / 2,
        "critic_main": hinge.fake(main),
    }


def summed(
    difference: Callable[[Tensor, Tensor], Tensor], maps: Sequence[tuple[Tensor, Tensor]]
) -> Tensor:
    """The sum of ``difference`` over pairs of maps."""
    return torch.stack([difference(*pair) for pair in maps]).sum()
