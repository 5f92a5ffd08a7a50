"""The ``dtgan`` recipe: AnimeGANv3 (Liu et al. 2024, doi 10.1587/transinf.2023EDP7061).

In the phase ``warmup`` the generator learns to reproduce the photo. In the phase ``adversarial``
every step updates the generator and the critics: the *support* tail learns the drawing style (grey
adversarial loss, Gram style, Lab colour, region smoothing), the *main* tail learns the support
tail's picture cleaned by non-local means and L0 smoothing (fine-grained revision).

A batch has uint8 pictures (N, size, size, 3): ``photo``, ``photo_superpixels`` (the photo in the
mean colours of its superpixels), ``anime``, ``anime_edges`` (drawings with smoothed edges). Loss
terms are named after their weight in ``[weights]``, which they include.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import cast

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import Adam, Optimizer

from rosetail import images
from rosetail.arrays import Bytes
from rosetail.data.targets import average_superpixels, remove_texture, salted
from rosetail.engines import usable_cores
from rosetail.errors import WeightsMissing
from rosetail.layers.patch_critic import PatchCritic
from rosetail.layers.vgg import Vgg19Features
from rosetail.losses.adversarial import Adversarial, LeastSquares, hinge
from rosetail.losses.colour import grey, lab_colour
from rosetail.losses.smoothness import total_variation
from rosetail.methods.doubletail.losses import (
    centred_gram,
    gram_style,
    guided_filter,
    identity,
    vgg_content,
)
from rosetail.methods.doubletail.network import DoubleTail
from rosetail.methods.doubletail.settings import DoubleTailSettings, count_steps
from rosetail.methods.doubletail.start import start_network
from rosetail.training.context import Context, Terms, channels_last
from rosetail.training.crop_pool import Kind, Pool
from rosetail.training.prefetch import Batch, to_network
from rosetail.training.random_views import Augment

PHOTOS: dict[str, Kind] = {"photo": "crops", "photo_superpixels": "superpixels"}
DRAWINGS: dict[str, Kind] = {"anime": "crops", "anime_edges": "edges"}
PHOTO_REGION = 50  # smallest Felzenszwalb superpixel of a photo in pixels, as published
SHEET_PICTURES = 6


class DoubleTailRecipe:
    """See the module. Reads ``settings.data`` when created.

    Raises InputError for unusable folders, WeightsMissing if the VGG-19 file lacks a layer.
    """

    name = "dtgan"
    averaged: Sequence[str] = ("generator",)

    def __init__(self, settings: DoubleTailSettings) -> None:
        data = settings.data
        self.photos = Pool(data.photos, data.photo_shares, PHOTOS)
        self.drawings = Pool(data.anime, data.anime_shares, DRAWINGS, side="anime")
        self.settings = count_steps(settings, max(len(self.photos), len(self.drawings)))
        self.vgg = Vgg19Features(data.vgg)
        self.deep = settings.deep_layer
        if self.deep not in self.vgg.names:
            raise WeightsMissing(
                f"{data.vgg}: has no {self.deep}, which the weights are chosen for; give a file of "
                f"all of VGG-19, or set deep_layer={self.vgg.deepest}, the deepest in it"
            )
        self.style_layers = ("conv2_2", "conv3_3", self.deep)
        self.identity_layers = [n for n in ("conv3_3", "conv4_3") if n in self.vgg.names]
        squares = settings.adversarial == "least_squares"
        # The published targets: 0.9 and 0.1 for the support tail, 1 and 0 for the main tail.
        self.support_loss: Adversarial = LeastSquares(0.9, 0.1) if squares else hinge
        self.main_loss: Adversarial = LeastSquares() if squares else hinge
        cv2.setNumThreads(1)  # one thread per picture
        self.threads = ThreadPoolExecutor(min(data.batch, usable_cores()))
        self.prepare_pictures()

    def prepare_pictures(self) -> None:
        """Compute superpixels of photos; add salt noise to smoothed drawings if set."""
        settings, photos, drawings = self.settings, self.photos.pictures, self.drawings.pictures
        if settings.superpixels != "slic":  # prepared folders contain SLIC ones
            average = partial(
                average_superpixels, method=settings.superpixels, min_size=PHOTO_REGION
            )
            photos["photo_superpixels"] = list(self.threads.map(average, photos["photo"]))
        if settings.data.salt:
            drawings["anime_edges"] = [
                salted(picture, settings.data.salt, seed=number)
                for number, picture in enumerate(drawings["anime_edges"])
            ]

    def networks(self) -> dict[str, nn.Module]:
        settings = self.settings
        networks: dict[str, nn.Module] = {
            "generator": DoubleTail(settings.width, settings.norm_momentum, settings.resize),
            "support_critic": PatchCritic(settings.grey_channels, settings.width),
            "main_critic": PatchCritic(3, settings.width),
        }
        if settings.start:
            start_network(networks, settings.start)
        return channels_last(networks)

    def optimizers(self, networks: dict[str, nn.Module]) -> dict[str, Optimizer]:
        critics = [*networks["support_critic"].parameters(), *networks["main_critic"].parameters()]
        adam = partial(Adam, betas=self.settings.betas, fused=True)
        return {"generator": adam(networks["generator"].parameters()), "critics": adam(critics)}

    def phase(self, step: int) -> str:
        return "warmup" if step < self.settings.warmup_steps else "adversarial"

    def rates(self, step: int) -> dict[str, float]:
        settings = self.settings
        warmup = self.phase(step) == "warmup"
        return {"generator": settings.warmup_lr if warmup else settings.lr, "critics": settings.lr}

    def batch(self, step: int, rank: int) -> Batch:
        data = self.settings.data
        rng = np.random.default_rng([self.settings.run.seed, step, rank])
        indices = partial(self.indices, step, rank)
        batch = self.photos.draw(rng, data.batch, data.size, data.photo_views, indices(self.photos))
        if self.phase(step) == "adversarial":
            batch |= self.drawings.draw(
                rng, data.batch, data.size, data.anime_views, indices(self.drawings)
            )
        return batch

    def indices(self, step: int, rank: int, pool: Pool) -> Sequence[int] | None:
        """Indices of a batch with ``epochs``: every picture once per pass; else None."""
        run, batch = self.settings.run, self.settings.data.batch
        if not self.settings.epochs:
            return None
        first = (step * run.devices * run.nodes + rank) * batch
        places = (divmod(place, len(pool)) for place in range(first, first + batch))
        return [int(shuffled(len(pool), run.seed, a_pass)[place]) for a_pass, place in places]

    def step(self, context: Context, batch: Batch, step: int) -> Terms:
        self.vgg.to(context.device)
        shown = {name: to_network(pictures) for name, pictures in batch.items()}
        settings, generator = self.settings, cast(DoubleTail, context.networks["generator"])
        if self.phase(step) == "warmup":
            return context.update("generator", lambda: self.warmup_terms(generator, shown))
        since = step - settings.warmup_steps
        if not since:  # as published, each phase has a new optimizer
            context.optimizers["generator"].state.clear()
        revising = since % settings.main_every == 0 and self.revises()
        with context.only("generator"):
            raw = self.draw(generator, shown, revising)
        clean = regions = None
        if revising:
            clean_one = partial(remove_texture, published=settings.published_filters)
            source = raw if settings.revise == "raw" else shown["support"]
            clean = self.in_threads(clean_one, source)
        if settings.weights.region_own and since % settings.region_every == 0:
            average = partial(
                average_superpixels, method=settings.superpixels, min_size=settings.min_region
            )
            regions = self.in_threads(average, shown["support"])
        # Threads compute these pictures while the critics are updated.
        terms: Terms = {}
        if not settings.generator_first:
            terms |= self.update_critics(context, shown, clean)
        if clean is not None:
            shown["clean"] = clean()
        if regions is not None:
            shown["regions"] = regions()
        terms |= context.update("generator", lambda: self.generator_terms(context, shown))
        if settings.generator_first:
            with torch.no_grad(), context.fabric.autocast():
                self.draw(generator, shown, revising)
            terms |= self.update_critics(context, shown, clean)
        return terms

    def revises(self) -> bool:
        """Whether the main tail has any loss."""
        weights = self.settings.weights
        return bool(
            weights.revision_pixels or weights.revision_features or weights.main_adversarial
        )

    def draw(self, generator: DoubleTail, shown: dict[str, Tensor], revising: bool) -> Tensor:
        """Set ``shown["support"]`` and, if ``revising``, ``shown["main"]``; returns the support
        tail's picture before the guided filter."""
        if revising:
            raw, main = generator.both(shown["photo"])
            shown["main"] = main.float()
        else:
            raw = generator.support(shown["photo"])
        shown["support"] = guided_filter(raw, raw)
        return raw

    def warmup_terms(self, generator: DoubleTail, shown: dict[str, Tensor]) -> Terms:
        """Content loss of the tails against the photo."""
        if self.settings.warmup_tails == "support":
            self.draw(generator, shown, revising=False)
            tails = ["support"]
        else:
            shown["support"], shown["main"] = generator.both(shown["photo"])
            tails = ["support", "main"]
        maps = MapCache(self.vgg, shown, [self.deep], [])
        photo = maps.of("photo")[self.deep]
        return {f"warmup_{tail}": vgg_content(maps.of(tail)[self.deep], photo) for tail in tails}

    def update_critics(
        self, context: Context, shown: dict[str, Tensor], clean: Callable[[], Tensor] | None
    ) -> Terms:
        weights = self.settings.weights
        if not (weights.support_adversarial or (clean is not None and weights.main_adversarial)):
            return {}
        return context.update("critics", lambda: self.critic_terms(context, shown, clean))

    def critic_terms(
        self, context: Context, shown: dict[str, Tensor], clean: Callable[[], Tensor] | None
    ) -> Terms:
        """Losses of the two critics: of grey support pictures and of main pictures."""
        weights, terms = self.settings.weights, {}
        if weights.support_adversarial:
            seen = [shown["anime"], shown["support"].detach()]
            seen += [shown["anime_edges"]] if weights.edges else []
            logits = context.networks["support_critic"](self.grey(torch.cat(seen)))
            real, fake, *edges = logits.chunk(len(seen))
            terms["critic_drawings"] = weights.real * self.support_loss.real(real)
            terms["critic_support"] = self.support_loss.fake(fake)
            if edges:
                terms["critic_edges"] = weights.edges * self.support_loss.fake(edges[0])
        if clean is not None and weights.main_adversarial:
            seen = [clean(), shown["main"].detach()]
            real, fake = context.networks["main_critic"](torch.cat(seen)).chunk(2)
            terms["critic_clean"] = weights.main_critic * self.main_loss.real(real)
            terms["critic_main"] = weights.main_critic * self.main_loss.fake(fake)
        return terms

    def grey(self, pictures: Tensor) -> Tensor:
        """The support critic's input."""
        return grey(pictures, self.settings.grey_channels)

    def generator_terms(self, context: Context, shown: dict[str, Tensor]) -> Terms:
        """Losses of both tails, without those of weight 0 or not due at this step."""
        layers = [self.deep, *(self.identity_layers if self.settings.weights.identity else [])]
        maps = MapCache(self.vgg, shown, layers, self.style_layers)
        terms = self.support_terms(context.networks["support_critic"], shown, maps)
        if "main" in shown:
            terms |= self.main_terms(context.networks["main_critic"], shown, maps)
        return terms

    def support_terms(self, critic: nn.Module, shown: dict[str, Tensor], maps: MapCache) -> Terms:
        weights, support, terms = self.settings.weights, shown["support"], {}
        if weights.content:
            terms["content"] = weights.content * self.content(maps, "support", "photo")
        if any(weights.style):
            terms["style"] = gram_style(
                list(maps.of_grey("support").values()),
                [centred_gram(each) for each in maps.of_grey("anime").values()],
                weights.style,
            )
        if weights.colour:
            terms["colour"] = weights.colour * lab_colour(support, shown["photo"])
        if "regions" in shown:
            terms["region_own"] = weights.region_own * self.content(maps, "support", "regions")
        if weights.region_photo:
            apart = self.content(maps, "support", "photo_superpixels")
            terms["region_photo"] = weights.region_photo * apart
        if weights.support_adversarial:
            loss = self.support_loss.generator(critic(self.grey(support)))
            terms["support_adversarial"] = weights.support_adversarial * loss
        if weights.support_variation:
            terms["support_variation"] = weights.support_variation * total_variation(support)
        return terms

    def main_terms(self, critic: nn.Module, shown: dict[str, Tensor], maps: MapCache) -> Terms:
        weights, main, terms = self.settings.weights, shown["main"], {}
        if weights.revision_pixels:
            terms["revision_pixels"] = weights.revision_pixels * F.l1_loss(main, shown["clean"])
        if weights.revision_features:
            apart = self.content(maps, "main", "clean")
            terms["revision_features"] = weights.revision_features * apart
        if weights.main_adversarial:
            loss = self.main_loss.generator(critic(main))
            terms["main_adversarial"] = weights.main_adversarial * loss
        if weights.main_variation:
            terms["main_variation"] = weights.main_variation * total_variation(main)
        if weights.identity:
            ours, photos = (
                [maps.of(name)[layer] for layer in self.identity_layers]
                for name in ("main", "photo")
            )
            loss = identity(main, shown["photo"], ours, photos, weights.identity_pixels)
            terms["identity"] = weights.identity * loss
        return terms

    def content(self, maps: MapCache, output: str, target: str) -> Tensor:
        return vgg_content(maps.of(output)[self.deep], maps.of(target)[self.deep])

    def in_threads(
        self, filter_one: Callable[[Bytes], Bytes], pictures: Tensor
    ) -> Callable[[], Tensor]:
        """Start ``filter_one`` on every picture; the returned function waits for the results.

        ``pictures`` and the result are (N, 3, H, W) in [-1, 1]; no gradient flows.
        """
        levels = images.from_tensor(pictures.detach().float().cpu().numpy())
        futures = [self.threads.submit(filter_one, picture) for picture in levels]

        @cache
        def collect() -> Tensor:
            filtered = torch.from_numpy(np.stack([each.result() for each in futures]))
            return to_network(filtered.to(pictures.device))

        return collect

    def sheet(self, averages: dict[str, nn.Module], step: int) -> Bytes:
        """A fixed set of photos, in rows: photo, support tail, main tail."""
        generator = cast(DoubleTail, averages["generator"])
        size = self.settings.data.size
        drawn = self.photos.draw(np.random.default_rng(0), SHEET_PICTURES, size, Augment())
        photos = to_network(drawn["photo"].to(next(generator.parameters()).device))
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
            "resize": self.settings.resize,
            "input": "NCHW RGB in [-1, 1], sides multiples of 8",
            "data": f"{len(self.photos)} photos, {len(self.drawings)} drawings "
            f"({', '.join(folders)})",
        }


@lru_cache(maxsize=4)
def shuffled(count: int, seed: int, a_pass: int) -> NDArray[np.int64]:
    """The order of ``count`` pictures in one pass over the data."""
    return np.random.default_rng([seed, a_pass]).permutation(count)


class MapCache:
    """VGG-19 maps of a step's pictures, computed when a term first needs them.

    Keeps no graph for pictures without a gradient (photos, drawings, targets).
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
