"""The training recipe of GANs N' Roses (Chong and Forsyth 2021, arXiv 2106.06561).

Both directions, photos to drawings and back, are trained together. Critics judge batches of views
of one picture in several styles, and a cycle loss compares pictures with their reconstructions
through the other domain. Presets: ``full`` is the published model, ``full-train-branch`` the newest
state of the authors' ``train`` branch, ``proof`` a small version of ``full`` for two CPU cores.

``small`` and ``medium`` begin with painted data (:mod:`rosetail.methods.roses.supervised`), whose
targets are known, because the published losses alone need days on a GPU. The published terms then
take over while the supervised ones decay.

A batch holds uint8 pictures (N, S, S, 3) with S a little above the size: ``photo`` and ``anime``;
or, for a supervised step, the batch of :mod:`rosetail.methods.roses.painted_data`. Terms include
their weights.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple, cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import Adam, Optimizer

from rosetail import images
from rosetail.arrays import Bytes
from rosetail.data.layouts import Side
from rosetail.errors import InputError, SettingsError
from rosetail.faces.warp import resize_square
from rosetail.layers.lpips import LpipsVgg16
from rosetail.layers.vgg import Vgg19Features
from rosetail.losses.perceptual import windowed_feature_difference
from rosetail.methods.roses.critics import LatentCritic, RosesCritic
from rosetail.methods.roses.losses import (
    d_loss,
    g_loss,
    gradient_penalty,
    style_cosine,
    style_variance,
)
from rosetail.methods.roses.network import Encoded, Roses
from rosetail.methods.roses.painted_data import PaintedData
from rosetail.methods.roses.settings import RosesSettings
from rosetail.methods.roses.supervised import EYE_CRITIC, SupervisedStep
from rosetail.painter.edits import EDITS
from rosetail.painter.style_code import usual_codes
from rosetail.training.augmentation import Jitter
from rosetail.training.checkpoint import load_weights, saved, start_from
from rosetail.training.context import Context, Terms, channels_last
from rosetail.training.crop_pool import Kind, Pool
from rosetail.training.prefetch import Batch, to_network
from rosetail.training.random_views import Augment

SHEET_PHOTOS = 6
SHEET_STYLES = 8
R1_EVERY = 16  # steps between gradient penalties, which are scaled by it
VGG19_SCALE = 0.2  # of the substitute for LPIPS, see RosesRecipe.perceptual
GENERATORS = ("to_anime", "to_photo")
CRITICS = ("anime_critic", "photo_critic", "style_critic")


class Translation(NamedTuple):
    """Results of one direction at a step, for pictures of its source domain.

    ``views``: views of one picture and ``encoded``, their content and styles; ``pictures``: views
    of different pictures and ``styles``, their codes; ``random``: samples of N(0, I);
    ``target_styles``: the codes that ``fake`` was drawn in, half ``random``, half read from
    pictures of the target domain, in random order.
    """

    views: Tensor
    encoded: Encoded
    pictures: Tensor
    styles: Tensor
    random: Tensor
    target_styles: Tensor
    fake: Tensor


class RosesRecipe:
    """See the module. Reads the folders of ``settings.data``; raises InputError if one is bad."""

    name = "roses"
    averaged: Sequence[str] = GENERATORS

    def __init__(self, settings: RosesSettings) -> None:
        self.settings = settings
        data, side = settings.data, settings.data.side
        self.photos = _pool(data.photos, data.photo_shares, {"photo": "crops"}, side)
        self.drawings = _pool(data.anime, data.anime_shares, {"anime": "crops"}, side, "anime")
        self.painted: PaintedData | None = None
        self.styles: Tensor | None = None  # the painter's; without painted data N(0, I) is sampled
        if data.painters:
            self.painted = PaintedData(data, settings.run.seed)
            self.styles = torch.from_numpy(usual_codes())
            size = self.styles.shape[1]
            if size != settings.net.style:
                raise InputError(
                    f"net.style is {settings.net.style}; painted styles have {size} numbers: "
                    "set it to that"
                )
        self.vgg = Vgg19Features(data.vgg)
        self.lpips = LpipsVgg16(data.lpips) if data.lpips else None
        self.jitter = Jitter(data.size, data.views)

    def networks(self) -> dict[str, nn.Module]:
        net = self.settings.net
        networks: dict[str, nn.Module] = {
            "to_anime": Roses(net),
            "to_photo": Roses(replace(net, edits=0, palette=0, template=0, close_up=0)),
            "anime_critic": RosesCritic(self.settings.critic),
            "photo_critic": RosesCritic(self.settings.critic),
            "style_critic": LatentCritic(net.style),
        }
        if self.painted is not None:
            networks["eye_critic"] = RosesCritic(EYE_CRITIC)
        if self.settings.start:
            self.load_start(networks)
        return channels_last(networks)

    def load_start(self, networks: Mapping[str, nn.Module]) -> None:
        """Initial weights from ``settings.start``: another run, or a folder with
        ``to_anime.safetensors``, then ``to_photo`` or only its encoder (``reader``), and the
        critics if they are there.

        Raises WeightsMissing for a missing generator, InputError for weights of other sizes.
        """
        folder = Path(self.settings.start)
        if saved(folder):
            start_from(networks, folder, "to_anime")
            return
        load_weights(networks["to_anime"], folder / "to_anime.safetensors")
        if (path := folder / "to_photo.safetensors").is_file():
            load_weights(networks["to_photo"], path)
        else:
            encoder = cast(Roses, networks["to_photo"]).encoder
            load_weights(encoder, folder / "reader.safetensors")
        for name in networks.keys() - set(GENERATORS):
            if (path := folder / f"{name}.safetensors").is_file():
                load_weights(networks[name], path)

    def optimizers(self, networks: dict[str, nn.Module]) -> dict[str, Optimizer]:
        """Adam. The critics' betas are corrected for lazy R1 (StyleGAN2, appendix B)."""
        lazy = R1_EVERY / (R1_EVERY + 1)
        first, second = (beta**lazy for beta in self.settings.critic_betas)
        adam = partial(Adam, fused=True)
        generators = [p for name in GENERATORS for p in networks[name].parameters()]
        critic_names = sorted(networks.keys() - set(GENERATORS))
        critics = [p for name in critic_names for p in networks[name].parameters()]
        return {
            "generators": adam(generators, betas=self.settings.betas),
            "critics": adam(critics, betas=(first, second)),
        }

    def phase(self, step: int) -> Literal["supervised", "both", "unpaired"]:
        return self.settings.phase(step)

    def rates(self, step: int) -> dict[str, float]:
        lr = self.settings.lr_at(step)
        return {"generators": lr, "critics": lr}

    def batch(self, step: int, rank: int) -> Batch:
        data = self.settings.data
        rng = np.random.default_rng([self.settings.run.seed, step, rank])
        if not self.settings.is_supervised(step):
            photos = self.photos.draw(rng, data.batch, data.side, Augment())
            return photos | self.drawings.draw(rng, data.batch, data.side, Augment())
        if self.painted is None:
            raise SettingsError("this phase needs painted pairs; set data.painters to 1 or more")
        return self.painted.draw(rng, data.supervised_batch, step)

    def step(self, context: Context, batch: Batch, step: int) -> Terms:
        self.vgg.to(context.device)
        tensors = {
            name: to_network(each) if each.dtype == torch.uint8 else each
            for name, each in batch.items()
        }
        if self.settings.is_supervised(step):
            return self.supervised_step(context, tensors, step)
        with context.only("generators"):
            both = self.translations(context.networks, tensors["photo"], tensors["anime"])
        terms = context.update("critics", lambda: self.critic_terms(context, both, step))
        return terms | context.update(
            "generators", lambda: self.generator_terms(context.networks, both)
        )

    def supervised_step(self, context: Context, batch: dict[str, Tensor], step: int) -> Terms:
        settings = self.settings
        adversarial = step >= settings.critic_from and not step % settings.critic_every
        painted = SupervisedStep(
            context.networks,
            self.vgg,
            self.jitter,
            settings.supervised,
            adversarial_scale=settings.critic_every if adversarial else 0,
        )
        with context.only("generators"):
            painted.forward(batch)
        penalised = self.phase(step) == "supervised" and not step % R1_EVERY
        penalty = partial(self.penalty, context.device) if penalised and self.gamma else None
        terms: Terms = {}
        if painted.has_critics:
            terms = context.update("critics", lambda: painted.critic_terms(penalty))
        scale = self.settings.supervised_scale(step)
        return terms | context.update("generators", lambda: painted.generator_terms(scale))

    def translations(
        self, networks: Mapping[str, nn.Module], photo: Tensor, anime: Tensor
    ) -> list[Translation]:
        """Both directions' results, used by the critic and generator updates."""
        sources = {"to_anime": photo, "to_photo": anime}
        read: dict[str, tuple[Tensor, Encoded, Tensor, Tensor]] = {}
        for name, pictures in sources.items():
            count = len(pictures)
            one = pictures[torch.randint(count, (1,))].expand_as(pictures)
            views = self.jitter.views(torch.cat([one, pictures]), mirror=True)
            content, style = cast(Roses, networks[name]).encode(views)
            encoded = Encoded(content[:count], style[:count])
            read[name] = (views[:count], encoded, views[count:], style[count:])
        both = []
        for name, other in (GENERATORS, GENERATORS[::-1]):
            one, encoded, pictures, styles = read[name]
            random = self.random_styles(styles)
            target = torch.cat([random, read[other][3]])
            target = target[torch.randperm(len(target), device=target.device)][: len(styles)]
            fake = cast(Roses, networks[name]).decode(encoded.content, target)
            both.append(Translation(one, encoded, pictures, styles, random, target, fake))
        return both

    def random_styles(self, like: Tensor) -> Tensor:
        """As many style codes as ``like`` (N, style): the painter's, or samples of N(0, I)."""
        if self.styles is None:
            return torch.randn_like(like)
        return self.styles[torch.randint(len(self.styles), like.shape[:1])].to(like)

    def critic_terms(self, context: Context, both: list[Translation], step: int) -> Terms:
        """Losses of the critics of both domains and of style codes; R1 every R1_EVERY steps."""
        networks = context.networks
        style_critic = networks["style_critic"]
        terms: Terms = {}
        for there, back, name in zip(both, both[::-1], CRITICS[:2], strict=True):
            critic, short = networks[name], name.split("_")[0]
            terms[f"critic_{short}"] = d_loss(critic(back.pictures), critic(there.fake.detach()))
            codes = style_critic(there.styles.detach())
            terms[f"critic_{short}_style"] = d_loss([style_critic(there.random)], [codes])
        if self.gamma and self.settings.unpaired_before(step) % R1_EVERY == 0:
            penalties = [
                self.penalty(context.device, networks[name], back.pictures)
                for name, back in zip(CRITICS[:2], both[::-1], strict=True)
            ]
            penalties += [self.penalty(context.device, style_critic, each.random) for each in both]
            terms["r1"] = torch.stack(penalties).sum()
        return terms

    @property
    def gamma(self) -> float:
        return self.settings.weights.r1

    def penalty(self, device: torch.device, critic: nn.Module, real: Tensor) -> Tensor:
        """R1 of a critic of pictures or of style codes, in single precision, times R1_EVERY."""
        with torch.autocast(device.type, enabled=False):
            inputs = real.detach().float().requires_grad_()
            logits = critic(inputs)
            branches = [logits] if isinstance(logits, Tensor) else logits
            return self.gamma / 2 * R1_EVERY * gradient_penalty(branches, inputs)

    def generator_terms(self, networks: Mapping[str, nn.Module], both: list[Translation]) -> Terms:
        """The published terms, summed over both directions."""
        weights = self.settings.weights
        consistency = {"variance": style_variance, "cosine": style_cosine}
        cycle = {"mse": F.mse_loss, "l1": F.l1_loss}[self.settings.cycle_loss]
        sums: dict[str, list[Tensor]] = {}
        for way, name in enumerate(GENERATORS):
            here, opposite = both[way], both[1 - way]
            backward = cast(Roses, networks[GENERATORS[1 - way]])
            content, style = backward.encode(here.fake)
            codes = here.encoded.style
            shuffled = codes[torch.randperm(len(codes), device=codes.device)]
            cycled = backward.decode(content, shuffled).float()
            terms = {
                "adversarial": g_loss(networks[CRITICS[way]](here.fake)),
                "latent": g_loss([networks["style_critic"](here.styles)]),
                "consistency": consistency[self.settings.consistency_loss](codes),
                "cycle": cycle(cycled, here.views),
                "style": F.mse_loss(style, here.target_styles),
            }
            if weights.perceptual:
                terms["perceptual"] = self.perceptual(cycled, here.views)
            if weights.identity:  # reconstruct pictures of the target domain in their own style
                content, style = cast(Roses, networks[name]).encode(opposite.pictures)
                again = cast(Roses, networks[name]).decode(content, style).float()
                terms["identity"] = F.l1_loss(again, opposite.pictures)
            for term, loss in terms.items():
                sums.setdefault(term, []).append(loss)
        scales = {term: getattr(weights, term) for term in sums}
        return {
            term: scales[term] * torch.stack(each).sum()
            for term, each in sums.items()
            if scales[term]
        }

    def perceptual(self, output: Tensor, target: Tensor) -> Tensor:
        """LPIPS, the published term, if ``data.lpips`` is set. Otherwise a substitute that needs
        only the first blocks of VGG-19: the relative L1 difference of relu1_2, relu2_2 and relu3_2
        in a random half window, times VGG19_SCALE.

        The scale lets both share one weight. It makes the gradient as large as that of the first
        three of LPIPS' five depths (computed with VGG-19 and the mean weights of the published
        heads): without it the ratio of gradients is 2.8 to 7.4 over blurred, noisy, shifted and
        exchanged portraits of 64 px, median 5.8.
        """
        if self.lpips is None:
            return VGG19_SCALE * windowed_feature_difference(self.vgg, output, target)
        return cast(Tensor, self.lpips.to(output.device)(output, target))

    def sheet(self, averages: dict[str, nn.Module], step: int) -> Bytes:
        """A fixed set of photos, one per row, in eight random styles, then in the styles of the
        eight drawings above; last those drawings as photos, in two random styles."""
        to_anime, to_photo = (cast(Roses, averages[name]) for name in GENERATORS)
        device, size = next(to_anime.parameters()).device, self.settings.data.size
        rng = np.random.default_rng(0)
        side = self.settings.data.side
        photos = self.photos.draw(rng, SHEET_PHOTOS, side, Augment())["photo"]
        drawings = self.drawings.draw(rng, SHEET_STYLES, side, Augment())["anime"]
        photos, drawings = (
            torch.from_numpy(np.stack([resize_square(one, size) for one in each.numpy()]))
            for each in (photos, drawings)
        )
        normal = torch.randn(
            SHEET_STYLES, self.settings.net.style, generator=torch.Generator().manual_seed(0)
        )
        random = normal if self.styles is None else self.styles[:SHEET_STYLES]
        content, read = to_photo.encode(to_network(drawings.to(device)))
        blank = np.full((size, size, 3), 255, np.uint8)
        rows = _sheet_rows(to_anime, photos, random.to(device))
        rows += [blank, *drawings.numpy(), *_sheet_rows(to_anime, photos, read)]
        for style in normal[:2].to(device):
            rows += [blank, *_pictures(to_photo.decode(content, style.expand(len(content), -1)))]
        return images.contact_sheet(rows, SHEET_STYLES + 1)

    def about(self) -> dict[str, str]:
        net, data = self.settings.net, self.settings.data
        folders = [Path(folder).name for folder in (*data.photos, *data.anime)]
        return {
            "class": "Roses",
            "shape": json.dumps(asdict(net)),
            "input": f"NCHW RGB in [-1, 1], sides multiples of {net.multiple}",
            "size": str(data.size),
            "edits": " ".join(EDITS) if net.edits else "",
            "styles": "any" if self.styles is None else "painted",
            "data": f"{len(self.photos)} photos, {len(self.drawings)} drawings "
            f"({', '.join(folders)})" + (", painted data" if self.painted else ""),
        }


def _pool(
    folders: Sequence[str],
    shares: Sequence[float],
    entries: Mapping[str, Kind],
    side: int,
    which: Side = "photos",
) -> Pool:
    """The crops of folders, resized to ``side`` pixels."""
    pool = Pool(folders, shares, entries, side=which)
    for pictures in pool.pictures.values():
        pictures[:] = [resize_square(each, side) for each in pictures]
    return pool


def _sheet_rows(generator: Roses, photos: Tensor, styles: Tensor) -> list[Bytes]:
    """Each photo (uint8 [S, S, 3]) followed by its drawings in all styles."""
    rows: list[Bytes] = []
    for photo in photos:
        content = generator.encode(to_network(photo[None].to(styles.device))).content
        drawn = generator.decode(content.expand(len(styles), -1, -1, -1), styles)
        rows += [photo.numpy(), *_pictures(drawn)]
    return rows


def _pictures(drawn: Tensor) -> Bytes:
    """(N, 3, H, W) to uint8 [N, H, W, 3]."""
    return images.from_tensor(drawn.clamp(-1, 1).float().cpu().numpy())
