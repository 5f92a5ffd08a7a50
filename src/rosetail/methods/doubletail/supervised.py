"""The main tail taught by redrawn photographs, with drawings as its critic's examples.

The published losses (:mod:`rosetail.methods.doubletail.recipe`) learn a drawing style from film
frames over a hundred epochs. Here most of the way is shown: :mod:`rosetail.data.rule_stylizer`
redraws every photo by rule (flat tones, ink lines, painted eyes), the network learns to do the
same in a single pass, and the critic, who has seen the redrawings as well as real and painted
drawings, takes the rule's clumsiness off. The network is the double-tail generator's encoder and
main tail.

What drawings look like taken together is a term of its own: whole heads, a few a step, whose
features are to be distributed like those of drawn heads
(:mod:`rosetail.methods.doubletail.kernel`). Regions of the photo that the drawing should not
structure are kept calm by another (:func:`rosetail.losses.smoothness.region_variance`).

A batch holds uint8 pictures (N, size, size, 3): ``photo`` and ``drawn`` (one view of a pair),
``anime``; ``head`` (heads a step, head size, head size, 3); int32 ``regions`` (N, size, size).
Every term carries its weight and one name: its key in ``[weights]``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import Adam, Optimizer

from rosetail import images
from rosetail.data.folders import Crops
from rosetail.data.targets import crisped, superpixels
from rosetail.errors import InputError
from rosetail.faces.warp import shrunk
from rosetail.layers.patch_critic import PatchCritic
from rosetail.layers.vgg import Vgg19Features
from rosetail.losses.adversarial import hinge
from rosetail.losses.eyes import eye_patches
from rosetail.losses.perceptual import relative_difference
from rosetail.losses.smoothness import region_variance
from rosetail.methods.doubletail.kernel import Remembered, kernel_distance
from rosetail.methods.doubletail.network import DoubleTail
from rosetail.training.checkpoint import load_weights
from rosetail.training.context import Context, Terms
from rosetail.training.crop_pool import Kind, Pool, check_shares
from rosetail.training.loop import RunSettings
from rosetail.training.prefetch import Batch, to_network
from rosetail.training.random_views import Augment

Bytes = NDArray[np.uint8]

SHEET_PICTURES = 6
EYE_SIDE = 64  # pixels of a patch
CRITICS = ("critic", "eye_critic")
LAYERS = ("relu1_2", "relu2_2", "relu3_2")  # lines, strokes, parts
REGION_SIDE = 16  # pixels of a superpixel, about as flatness is measured
HEAD_LAYER, HEAD_WIDTH = "relu3_4", 256
REMEMBERED = 48  # heads whose features stand for what the network draws now; more would lag behind


@dataclass(frozen=True)
class TaughtData:
    """Folders of pairs (``rosetail data draw``) and of prepared drawings."""

    pairs: tuple[str, ...] = ()
    pair_shares: tuple[float, ...] = ()  # how often each folder; empty: every pair alike
    anime: tuple[str, ...] = ()
    anime_shares: tuple[float, ...] = ()
    heads: tuple[str, ...] = ()  # prepared heads of photographs, for the kernel term
    vgg: str = "vgg19.safetensors"  # conv1_1 to conv3_4 at least
    size: int = 192  # pixels; a multiple of 8
    batch: int = 4
    views: Augment = field(default_factory=lambda: Augment((0.5, 1.0), 15.0, 0.1))
    heads_a_step: int = 2  # photographed heads whose features are compared with drawn ones
    head_size: int = 192  # pixels of both
    crispness: float = 0.0  # how much edges of the redrawn view are steepened
    noise: float = 3.0  # levels of 255 added to the photo: what is noise must not be drawn

    def __post_init__(self) -> None:
        if self.size < 16 or self.size % 8:
            raise ValueError("size must be a multiple of 8, at least 16")
        if self.heads_a_step < 1 or self.head_size < 16 or self.head_size % 8:
            raise ValueError(
                "heads_a_step must be at least 1, head_size a multiple of 8, at least 16"
            )
        check_shares(self.pair_shares, self.pairs)
        check_shares(self.anime_shares, self.anime)


@dataclass(frozen=True)
class TaughtWeights:
    """What each term counts; 0 leaves the term and all that only it needs out."""

    pixels: float = 10.0
    emphasis: float = 4.0  # within both: how much more counts what the drawing changes
    slopes: float = 10.0
    features: float = 1.0
    eyes: float = 1.0  # features of each eye by itself
    style: float = 3.0  # means and deviations of the features, wherever they lie
    kernel: float = 0.0  # whole heads' features, as a distribution
    calm: float = 0.0  # variance inside the photo's superpixels
    adversarial: float = 0.05
    eye_adversarial: float = 0.1


@dataclass(frozen=True)
class TaughtSettings:
    run: RunSettings = field(default_factory=RunSettings)
    data: TaughtData = field(default_factory=TaughtData)
    weights: TaughtWeights = field(default_factory=TaughtWeights)
    width: int = 32  # channels of the first convolution, generator and critic
    start: str = ""  # weights to begin with: the safetensors of an earlier run
    rate: float = 1e-3
    last_rate: float = 5e-5  # reached by a cosine
    rise_steps: int = 100
    critic_rate: float = 2e-4
    critic_from: int = 1000  # until then pixels, slopes and features alone
    betas: tuple[float, float] = (0.5, 0.99)


class TaughtRecipe:
    """See the module. ``settings.data`` is read at once; bad folders raise InputError."""

    name = "taught"
    averaged: Sequence[str] = ("generator",)

    def __init__(self, settings: TaughtSettings) -> None:
        self.settings = settings
        data = settings.data
        entries: dict[str, Kind] = {"photo": "crops", "drawn": "drawn"}
        self.pairs = Pool(data.pairs, data.pair_shares, entries, eyes=True)
        self.drawings = Pool(data.anime, data.anime_shares, {"anime": "crops"}, side="anime")
        self.vgg = Vgg19Features(data.vgg)
        self.heads = None
        if settings.weights.kernel:
            self.heads = Pool(data.heads, (), {"head": "crops"})
            for each in self.heads.pictures.values():
                each[:] = [shrunk(picture, data.head_size) for picture in each]
            self.drawn_heads = self.read_heads(drawn_heads(data.anime, data.head_size))

    def networks(self) -> dict[str, nn.Module]:
        width = self.settings.width
        networks: dict[str, nn.Module] = {
            "generator": DoubleTail(width),
            "critic": PatchCritic(3, width),
            "eye_critic": PatchCritic(3, width // 2),
        }
        if self.heads is not None:
            networks["remembered"] = Remembered(REMEMBERED, HEAD_WIDTH)
        if self.settings.start:
            load_weights(networks["generator"], self.settings.start)
        for network in networks.values():
            network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        return networks

    def optimizers(self, networks: dict[str, nn.Module]) -> dict[str, Optimizer]:
        generator = cast(DoubleTail, networks["generator"])
        adam = partial(Adam, betas=self.settings.betas, fused=True)
        taught = [*generator.encoder.parameters(), *generator.main_rise.parameters()]
        made: dict[str, Optimizer] = {"generator": adam(taught)}
        return made | {name: adam(networks[name].parameters()) for name in CRITICS}

    def phase(self, step: int) -> str:
        return "pairs" if step < self.settings.critic_from else "critic"

    def rates(self, step: int) -> dict[str, float]:
        told = self.settings
        done = min(step / told.run.steps, 1)
        falling = told.last_rate + (told.rate - told.last_rate) * (1 + np.cos(np.pi * done)) / 2
        rising = min((step + 1) / max(told.rise_steps, 1), 1)
        return {"generator": float(falling * rising)} | dict.fromkeys(CRITICS, told.critic_rate)

    def batch(self, step: int, rank: int) -> Batch:
        data = self.settings.data
        rng = np.random.default_rng([self.settings.run.seed, step, rank])
        batch = self.pairs.draw(rng, data.batch, data.size, data.views)
        if data.crispness:
            views = [crisped(view, data.crispness) for view in batch["drawn"].numpy()]
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
            batch |= self.heads.draw(rng, data.heads_a_step, data.head_size, Augment())
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
        return terms | context.update("generator", lambda: self.all_terms(context, critics, shown))

    def critics(self, context: Context, step: int) -> dict[str, nn.Module]:
        """Those that play at ``step``."""
        weights = self.settings.weights
        if self.phase(step) == "pairs":
            return {}
        counts = {"critic": weights.adversarial, "eye_critic": weights.eye_adversarial}
        return {name: context.networks[name] for name in CRITICS if counts[name]}

    def all_terms(
        self, context: Context, critics: dict[str, nn.Module], shown: dict[str, Tensor]
    ) -> Terms:
        """:meth:`terms`, and that of whole heads if it has a weight."""
        terms = self.terms(critics, shown)
        if self.heads is None:
            return terms
        generator = cast(DoubleTail, context.networks["generator"])
        remembered = cast(Remembered, context.networks["remembered"])
        made = generator.main(shown["head"])
        rows = self.vgg(made, [HEAD_LAYER])[HEAD_LAYER].float().mean((2, 3))
        remembered.remember(rows)
        target = self.drawn_heads.to(rows.device)
        distance = kernel_distance(rows, remembered.latest(), target)
        return terms | {"kernel": self.settings.weights.kernel * distance}

    @torch.no_grad()
    def read_heads(self, pictures: Sequence[Bytes]) -> Tensor:
        """Features of pictures as the kernel term compares them: a row each, (N, HEAD_WIDTH)."""
        rows = [
            self.vgg(to_network(torch.from_numpy(each[None])), [HEAD_LAYER])[HEAD_LAYER]
            for each in pictures
        ]
        return torch.cat(rows).mean((2, 3))

    def terms(self, critics: dict[str, nn.Module], shown: dict[str, Tensor]) -> Terms:
        """Every term of the generator that has a weight."""
        weights, main, drawn = self.settings.weights, shown["main"], shown["drawn"]
        counts = change(shown["photo"], drawn, weights.emphasis)
        terms: Terms = {}
        if weights.pixels:
            terms["pixels"] = weights.pixels * ((main - drawn).abs() * counts).mean()
        if weights.slopes:
            terms["slopes"] = weights.slopes * slope_difference(main, drawn, counts)
        if weights.features or weights.style:
            pairs = self.features(main, drawn)
            terms["features"] = weights.features * summed(relative_difference, pairs)
            terms["style"] = weights.style * summed(statistics_difference, pairs)
        if weights.eyes:
            pairs = self.features(shown["main_eyes"], shown["drawn_eyes"])
            terms["eyes"] = weights.eyes * summed(relative_difference, pairs)
        if weights.calm:
            terms["calm"] = weights.calm * region_variance(main, shown["regions"])
        if "critic" in critics:
            logits = critics["critic"](main)
            terms["adversarial"] = weights.adversarial * hinge.generator(logits)
        if "eye_critic" in critics:
            logits = critics["eye_critic"](shown["main_eyes"])
            terms["eye_adversarial"] = weights.eye_adversarial * hinge.generator(logits)
        return terms

    def features(self, output: Tensor, target: Tensor) -> list[tuple[Tensor, Tensor]]:
        """The maps of both pictures in LAYERS."""
        with torch.no_grad():
            wanted = self.vgg(target, LAYERS)
        seen = self.vgg(output, LAYERS)
        return [(seen[name], wanted[name]) for name in LAYERS]

    def sheet(self, averages: dict[str, nn.Module], step: int) -> Bytes:
        """The same few photos every time, in rows: photo, rule's drawing, network's."""
        generator = cast(DoubleTail, averages["generator"])
        drawn = self.pairs.draw(
            np.random.default_rng(0), SHEET_PICTURES, 256, Augment((0.67, 0.67))
        )
        photos = to_network(drawn["photo"].to(next(generator.parameters()).device))
        made = images.from_tensor(generator.main(photos).float().cpu().numpy())
        rows = [*drawn["photo"].numpy(), *drawn["drawn"].numpy(), *made]
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
    """Heads of drawings made by hand, ``size`` pixels square; raises InputError without any."""
    found = []
    for folder in folders:
        crops = Crops(folder)
        found += [
            shrunk(crops.picture(index), size)
            for index in range(len(crops))
            if crops[index].kind == "anime" and crops[index].frame == "head"
        ]
    if not found:
        raise InputError(
            f"{', '.join(folders)}: no heads of drawings; run rosetail data prepare --kind anime, "
            "or set weights.kernel to 0"
        )
    return found


def critic_terms(name: str, critic: nn.Module, shown: dict[str, Tensor]) -> Terms:
    """Redrawn photos and real drawings on one side, the network's pictures on the other; of eyes
    only those of redrawn photos."""
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


def change(photo: Tensor, drawn: Tensor, emphasis: float) -> Tensor:
    """What each place counts, (N, 1, H, W): 1 where the drawing left the photo as it was, more by
    ``emphasis`` times the change (0..1) elsewhere. Eyes and lines are small; without it a network
    that hands the photo on is nearly right."""
    apart = (drawn - photo).abs().mean(1, keepdim=True) / 2
    return 1 + emphasis * F.avg_pool2d(apart, 5, stride=1, padding=2)


def slope_difference(output: Tensor, target: Tensor, counts: Tensor) -> Tensor:
    """Mean absolute difference of the steps between neighbours, down and to the right: lines.

    ``counts`` (N, 1, H, W) is what each place counts.
    """
    apart = output.float() - target
    down = ((apart[:, :, 1:] - apart[:, :, :-1]).abs() * counts[:, :, 1:]).mean()
    right = ((apart[..., 1:] - apart[..., :-1]).abs() * counts[..., 1:]).mean()
    return down + right


def summed(
    difference: Callable[[Tensor, Tensor], Tensor], pairs: Sequence[tuple[Tensor, Tensor]]
) -> Tensor:
    """The differences of all pairs of maps, added."""
    return torch.stack([difference(*pair) for pair in pairs]).sum()


def statistics_difference(output_map: Tensor, target_map: Tensor) -> Tensor:
    """How far each channel's mean and deviation over a picture are off, in units of the mean.

    The style loss of AdaIN (Huang and Belongie 2017, eq. 13), with L1. What compares place by place
    prefers a soft line to one that is a pixel off; this asks for as many and as sharp ones.
    """
    output, target = output_map.float().flatten(2), target_map.float().flatten(2)
    means = (output.mean(2) - target.mean(2)).abs().mean()
    # A flat map has no deviation to take the root's slope of.
    deviations = [(each.var(2) + 1e-6).sqrt() for each in (output, target)]
    return (means + (deviations[0] - deviations[1]).abs().mean()) / target.abs().mean()
