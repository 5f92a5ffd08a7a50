"""The double-tail recipe, AnimeGANv3 (Liu and others 2024, doi 10.1587/transinf.2023EDP7061).

One generator with two tails. First (``warm_up``) both learn to show the photo. Then
(``adversarial``) every step updates the critics and after them the generator: the *support* tail
learns to draw (grey pictures against drawings, Gram style, Lab colour, flat regions), the *main*
tail learns to give the support tail's picture after it was cleaned by non-local means and L0.

A batch holds uint8 pictures (N, size, size, 3): ``photo``, ``photo_superpixels`` (the photo in
the mean colours of its superpixels), ``anime``, ``anime_edges`` (the same drawings with their
edges smoothed away). Every term carries its weight and one name: its key in ``[weights]``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Literal, cast

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import Adam, Optimizer

from rosetail import images
from rosetail.data.targets import cleaned, superpixel_average
from rosetail.engines import usable_cores
from rosetail.layers.patch_critic import PatchCritic
from rosetail.layers.vgg import Vgg19Features
from rosetail.losses.adversarial import Adversarial, LeastSquares, hinge
from rosetail.losses.colour import grey, lab_colour
from rosetail.losses.smoothness import total_variation
from rosetail.methods.doubletail.content import identity, vgg_content
from rosetail.methods.doubletail.filters import guided_filter
from rosetail.methods.doubletail.network import DoubleTail
from rosetail.methods.doubletail.style import centred_gram, gram_style
from rosetail.training.context import Context, Terms
from rosetail.training.crop_pool import Kind, Pool, check_shares
from rosetail.training.loop import RunSettings
from rosetail.training.prefetch import Batch, to_network
from rosetail.training.random_views import Augment

Bytes = NDArray[np.uint8]

PHOTOS: dict[str, Kind] = {"photo": "crops", "photo_superpixels": "superpixels"}
DRAWINGS: dict[str, Kind] = {"anime": "crops", "anime_edges": "edges"}
SHEET_PICTURES = 6


@dataclass(frozen=True)
class DataSettings:
    """Prepared folders (``rosetail data prepare``) and how they are looked at."""

    photos: tuple[str, ...] = ()
    photo_shares: tuple[float, ...] = ()  # how often each folder; empty: every crop alike
    anime: tuple[str, ...] = ()
    anime_shares: tuple[float, ...] = ()
    vgg: str = "vgg19.safetensors"  # conv1_1 to conv3_4 at least
    size: int = 256  # pixels; a multiple of 8
    batch: int = 8
    photo_views: Augment = field(default_factory=Augment)
    anime_views: Augment = field(default_factory=Augment)

    def __post_init__(self) -> None:
        if self.size < 16 or self.size % 8:
            raise ValueError("size must be a multiple of 8, at least 16")
        check_shares(self.photo_shares, self.photos)
        check_shares(self.anime_shares, self.anime)


@dataclass(frozen=True)
class Weights:
    """What each term counts; 0 leaves the term and all that only it needs out."""

    # support tail
    content: float = 0.5
    style: tuple[float, float, float] = (0.1, 2.0, 28.0)  # shallow to deep
    colour: float = 8.0
    region_own: float = 0.8
    region_photo: float = 0.5
    support_adversarial: float = 1.0
    support_variation: float = 1e-4
    edges: float = 5.0  # in the critic: drawings with their edges smoothed away, as fakes
    # main tail
    revision_pixels: float = 50.0
    revision_features: float = 0.5
    main_adversarial: float = 0.02
    main_variation: float = 1e-4
    identity: float = 0.0
    identity_pixels: float = 0.1  # share of L1 to the photo within it


@dataclass(frozen=True)
class DoubleTailSettings:
    run: RunSettings = field(default_factory=RunSettings)
    data: DataSettings = field(default_factory=DataSettings)
    weights: Weights = field(default_factory=Weights)
    width: int = 32  # channels of the first convolution, generator and critics
    adversarial: Literal["least_squares", "hinge"] = "least_squares"
    warm_up_steps: int = 530
    warm_up_rate: float = 2e-4
    rate: float = 1e-4
    betas: tuple[float, float] = (0.5, 0.999)
    region_every: int = 1  # steps between superpixels of the support tail's output
    main_every: int = 1  # steps between updates of the main tail

    def __post_init__(self) -> None:
        if min(self.width, self.region_every, self.main_every) < 1 or self.warm_up_steps < 0:
            raise ValueError("width, region_every and main_every must be at least 1")


class DoubleTailRecipe:
    """See the module. ``settings.data`` is read at once; bad folders raise InputError."""

    name = "doubletail"
    averaged: Sequence[str] = ("generator",)

    def __init__(self, settings: DoubleTailSettings) -> None:
        self.settings = settings
        data = settings.data
        self.photos = Pool(data.photos, data.photo_shares, PHOTOS)
        self.drawings = Pool(data.anime, data.anime_shares, DRAWINGS, side="anime")
        self.vgg = Vgg19Features(data.vgg)
        self.deep = self.vgg.deepest if "conv4_4" not in self.vgg.names else "conv4_4"
        self.style_layers = ("conv2_2", "conv3_3", self.deep)
        self.identity_layers = [n for n in ("conv3_3", "conv4_3") if n in self.vgg.names]
        squares = settings.adversarial == "least_squares"
        # The published targets: 0.9 and 0.1 for the support tail, 1 and 0 for the main tail.
        self.support_game: Adversarial = LeastSquares(0.9, 0.1) if squares else hinge
        self.main_game: Adversarial = LeastSquares() if squares else hinge
        cv2.setNumThreads(1)  # our own threads take a picture each
        self.threads = ThreadPoolExecutor(min(data.batch, usable_cores()))

    def networks(self) -> dict[str, nn.Module]:
        width = self.settings.width
        networks: dict[str, nn.Module] = {
            "generator": DoubleTail(width),
            "support_critic": PatchCritic(1, width),
            "main_critic": PatchCritic(3, width),
        }
        for network in networks.values():
            network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        return networks

    def optimizers(self, networks: dict[str, nn.Module]) -> dict[str, Optimizer]:
        critics = [*networks["support_critic"].parameters(), *networks["main_critic"].parameters()]
        adam = partial(Adam, betas=self.settings.betas, fused=True)
        return {"generator": adam(networks["generator"].parameters()), "critics": adam(critics)}

    def phase(self, step: int) -> str:
        return "warm_up" if step < self.settings.warm_up_steps else "adversarial"

    def rates(self, step: int) -> dict[str, float]:
        told = self.settings
        warm = self.phase(step) == "warm_up"
        return {"generator": told.warm_up_rate if warm else told.rate, "critics": told.rate}

    def batch(self, step: int, rank: int) -> Batch:
        data = self.settings.data
        rng = np.random.default_rng([self.settings.run.seed, step, rank])
        batch = self.photos.draw(rng, data.batch, data.size, data.photo_views)
        if self.phase(step) == "adversarial":
            batch |= self.drawings.draw(rng, data.batch, data.size, data.anime_views)
        return batch

    def step(self, context: Context, batch: Batch, step: int) -> Terms:
        self.vgg.to(context.device)
        shown = {name: to_network(pictures) for name, pictures in batch.items()}
        generator = cast(DoubleTail, context.networks["generator"])
        if self.phase(step) == "warm_up":
            return context.update("generator", lambda: self.warm_up_terms(generator, shown))

        told, weights = self.settings, self.settings.weights
        since = step - told.warm_up_steps
        revising = since % told.main_every == 0 and (
            weights.revision_pixels or weights.revision_features or weights.main_adversarial
        )
        # One pass serves both updates: the critics see it detached, the generator learns through.
        with context.only("generator"):
            if revising:
                support, main = generator.both(shown["photo"])
                shown["main"] = main.float()
            else:
                support = generator.support(shown["photo"])
        shown["support"] = guided_filter(support, support)
        # The critics learn while threads make these.
        clean = self.later(cleaned, shown["support"]) if revising else None
        regions = (
            self.later(superpixel_average, shown["support"])
            if weights.region_own and since % told.region_every == 0
            else None
        )
        terms: Terms = {}
        if weights.support_adversarial or (revising and weights.main_adversarial):
            terms |= context.update("critics", lambda: self.critic_terms(context, shown, clean))
        if clean is not None:
            shown["clean"] = clean()
        if regions is not None:
            shown["regions"] = regions()
        return terms | context.update("generator", lambda: self.generator_terms(context, shown))

    def warm_up_terms(self, generator: DoubleTail, shown: dict[str, Tensor]) -> Terms:
        """Both tails learn to show what the photo shows."""
        shown["support"], shown["main"] = generator.both(shown["photo"])
        sight = Sight(self.vgg, shown, [self.deep], [])
        photo = sight.of("photo")[self.deep]
        return {
            f"warm_up_{tail}": vgg_content(sight.of(tail)[self.deep], photo)
            for tail in ("support", "main")
        }

    def critic_terms(
        self, context: Context, shown: dict[str, Tensor], clean: Callable[[], Tensor] | None
    ) -> Terms:
        """What the critics of grey support pictures and of main pictures learn."""
        weights, terms = self.settings.weights, {}
        if weights.support_adversarial:
            seen = [shown["anime"], shown["support"].detach()]
            seen += [shown["anime_edges"]] if weights.edges else []
            logits = context.networks["support_critic"](grey(torch.cat(seen), 1))
            real, fake, *edges = logits.chunk(len(seen))
            terms["critic_drawings"] = self.support_game.real(real)
            terms["critic_support"] = self.support_game.fake(fake)
            if edges:
                terms["critic_edges"] = weights.edges * self.support_game.fake(edges[0])
        if clean is not None and weights.main_adversarial:
            seen = [clean(), shown["main"].detach()]
            real, fake = context.networks["main_critic"](torch.cat(seen)).chunk(2)
            terms["critic_clean"] = self.main_game.real(real)
            terms["critic_main"] = self.main_game.fake(fake)
        return terms

    def generator_terms(self, context: Context, shown: dict[str, Tensor]) -> Terms:
        """Every term of both tails that has a weight and, at this step, its pictures."""
        layers = [self.deep, *(self.identity_layers if self.settings.weights.identity else [])]
        sight = Sight(self.vgg, shown, layers, self.style_layers)
        terms = self.support_terms(context.networks["support_critic"], shown, sight)
        if "main" in shown:
            terms |= self.main_terms(context.networks["main_critic"], shown, sight)
        return terms

    def support_terms(self, critic: nn.Module, shown: dict[str, Tensor], sight: Sight) -> Terms:
        weights, support, deep = self.settings.weights, shown["support"], self.deep
        terms: Terms = {}
        if weights.content:
            terms["content"] = weights.content * vgg_content(
                sight.of("support")[deep], sight.of("photo")[deep]
            )
        if any(weights.style):
            terms["style"] = gram_style(
                list(sight.of_grey("support").values()),
                [centred_gram(each) for each in sight.of_grey("anime").values()],
                weights.style,
            )
        if weights.colour:
            terms["colour"] = weights.colour * lab_colour(support, shown["photo"])
        if "regions" in shown:
            terms["region_own"] = weights.region_own * vgg_content(
                sight.of("support")[deep], sight.of("regions")[deep]
            )
        if weights.region_photo:
            terms["region_photo"] = weights.region_photo * vgg_content(
                sight.of("support")[deep], sight.of("photo_superpixels")[deep]
            )
        if weights.support_adversarial:
            won = self.support_game.generator(critic(grey(support, 1)))
            terms["support_adversarial"] = weights.support_adversarial * won
        if weights.support_variation:
            terms["support_variation"] = weights.support_variation * total_variation(support)
        return terms

    def main_terms(self, critic: nn.Module, shown: dict[str, Tensor], sight: Sight) -> Terms:
        weights, main, deep = self.settings.weights, shown["main"], self.deep
        terms: Terms = {}
        if weights.revision_pixels:
            terms["revision_pixels"] = weights.revision_pixels * F.l1_loss(main, shown["clean"])
        if weights.revision_features:
            terms["revision_features"] = weights.revision_features * vgg_content(
                sight.of("main")[deep], sight.of("clean")[deep]
            )
        if weights.main_adversarial:
            won = self.main_game.generator(critic(main))
            terms["main_adversarial"] = weights.main_adversarial * won
        if weights.main_variation:
            terms["main_variation"] = weights.main_variation * total_variation(main)
        if weights.identity:
            mine, theirs = (
                [sight.of(name)[layer] for layer in self.identity_layers]
                for name in ("main", "photo")
            )
            kept = identity(main, shown["photo"], mine, theirs, weights.identity_pixels)
            terms["identity"] = weights.identity * kept
        return terms

    def later(self, make: Callable[[Bytes], Bytes], drawn: Tensor) -> Callable[[], Tensor]:
        """Starts ``make`` on every picture of ``drawn`` in threads; the call collects the results.

        ``drawn`` is (N, 3, H, W) in [-1, 1], and so is the result, which no gradient passes.
        """
        pictures = images.from_tensor(drawn.detach().float().cpu().numpy())
        waiting = [self.threads.submit(make, picture) for picture in pictures]

        @cache
        def collect() -> Tensor:
            made = torch.from_numpy(np.stack([each.result() for each in waiting]))
            return to_network(made.to(drawn.device))

        return collect

    def sheet(self, averages: dict[str, nn.Module], step: int) -> Bytes:
        """The same few photos every time, in rows: photo, support tail, main tail."""
        generator = cast(DoubleTail, averages["generator"])
        data = self.settings.data
        drawn = self.photos.draw(np.random.default_rng(0), SHEET_PICTURES, data.size, Augment())
        device = next(generator.parameters()).device
        photos = to_network(drawn["photo"].to(device))
        support, main = generator.both(photos)
        rows = [photos, guided_filter(support, support), main]
        pictures = images.from_tensor(torch.cat(rows).float().cpu().numpy())
        return images.contact_sheet(list(pictures), SHEET_PICTURES)

    def about(self) -> dict[str, str]:
        data = self.settings.data
        folders = [Path(folder).name for folder in (*data.photos, *data.anime)]
        return {
            "class": "DoubleTail",
            "width": str(self.settings.width),
            "input": "NCHW RGB in [-1, 1], sides multiples of 8",
            "data": f"{len(self.photos)} photos, {len(self.drawings)} drawings "
            f"({', '.join(folders)})",
        }


class Sight:
    """VGG-19 maps of a step's pictures, each picture looked at once, when a term first asks.

    Pictures that need no gradient (photos, drawings, targets) leave no graph behind.
    """

    def __init__(
        self,
        vgg: Vgg19Features,
        shown: dict[str, Tensor],
        layers: Sequence[str],
        style_layers: Sequence[str],
    ) -> None:
        self.of = cache(lambda name: vgg(shown[name], layers))
        self.of_grey = cache(lambda name: vgg(grey(shown[name]), style_layers))
