"""GANs N' Roses (Chong and Forsyth 2021, arXiv 2106.06561), with a taught beginning.

The published recipe learns from photos and drawings alone: both ways are trained, critics judge
batches of views of one picture in many styles, pictures must come back from a cycle. It needs
300,000 steps on a graphics card. Here most is shown first
(:mod:`rosetail.methods.roses.supervised`): painted casts say what one layout looks like in another
style, pairs say how a photo is drawn. The published terms then take over, while what was shown
counts less and less.

A batch holds uint8 pictures (N, S, S, 3), S a little above the size: ``photo``, ``anime``;
``layout`` and ``target`` from casts with ``layout_style`` and ``style``, the number of an ``edit``
and ``cast_landmarks``; ``pair_photo``, ``pair_drawn`` with ``pair_style`` and ``pair_edit``,
``pair_own``, whether that style is the photo's own, and ``pair_landmarks``. ``target`` and
``pair_drawn`` have their figure's alpha as a fourth channel. Every term carries its weight.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import Adam, Optimizer

from rosetail import images
from rosetail.data.layouts import Side
from rosetail.errors import InputError, SettingsError
from rosetail.faces.warp import shrunk
from rosetail.layers.vgg import Vgg19Features
from rosetail.methods.roses.critics import CriticShape, LatentCritic, RosesCritic
from rosetail.methods.roses.losses import fooled, gradient_penalty, judged, style_spread
from rosetail.methods.roses.network import Parts, Roses, Shape
from rosetail.methods.roses.painted_data import PaintedLessons
from rosetail.methods.roses.supervised import EYE_CRITIC, Lessons, TaughtWeights, feature_difference
from rosetail.painter.edits import EDITS
from rosetail.painter.style_code import usual_codes
from rosetail.training.augmentation import Jitter, JitterSettings, loaded_side
from rosetail.training.checkpoint import load_weights
from rosetail.training.context import Context, Terms
from rosetail.training.crop_pool import Kind, Pool, check_shares
from rosetail.training.loop import RunSettings
from rosetail.training.prefetch import Batch, to_network
from rosetail.training.random_views import Augment

Bytes = NDArray[np.uint8]

SHEET_PHOTOS = 6
SHEET_STYLES = 8
R1_EVERY = 16  # steps between gradient penalties, each counting so many times
GENERATORS = ("to_anime", "to_photo")
CRITICS = ("anime_critic", "photo_critic", "style_critic")


@dataclass(frozen=True)
class RosesData:
    """Prepared folders of both domains, what is shown at the beginning, and sizes."""

    photos: tuple[str, ...] = ()
    photo_shares: tuple[float, ...] = ()  # how often each folder; empty: every picture alike
    anime: tuple[str, ...] = ()
    anime_shares: tuple[float, ...] = ()
    painters: int = 0  # processes that paint lessons while training runs; 0 gives none
    kept: tuple[int, int] = (100, 2000)  # casts and drawings after photos that a step draws from
    rates: tuple[float, float] = (0.02, 0.3)  # how many of both are new at every step
    vgg: str = "vgg19.safetensors"  # conv1_1 to conv3_4 at least
    size: int = 128  # pixels
    loaded: int = 0  # side of the pictures in memory; 0: a little above the size
    batch: int = 4
    taught_batch: int = 8  # casts, and as many pairs
    views: JitterSettings = field(default_factory=JitterSettings)

    def __post_init__(self) -> None:
        if min(self.batch, self.taught_batch, *self.kept) < 1 or self.size < 16:
            raise ValueError("batches and kept start at 1, size at 16")
        if min(self.painters, *self.rates) < 0 or 0 < self.loaded < loaded_side(self.size):
            raise ValueError(
                f"painters and rates start at 0, loaded at {loaded_side(self.size)} for this size"
            )
        check_shares(self.photo_shares, self.photos)
        check_shares(self.anime_shares, self.anime)

    @property
    def side(self) -> int:
        """Of the pictures in memory."""
        return self.loaded or loaded_side(self.size)


@dataclass(frozen=True)
class RosesWeights:
    """What each published term counts."""

    adversarial: float = 1.0
    latent: float = 2.0
    gradient: float = 10.0  # gamma of R1
    consistency: float = 50.0
    cycle: float = 20.0
    features: float = 10.0
    style: float = 5.0


@dataclass(frozen=True)
class RosesSettings:
    """Steps: the taught terms alone until ``roses_from``; until ``taught_until`` every
    ``taught_every``-th step is a taught one, their weights falling to ``taught_last``. From
    ``critic_from`` on critics judge what is drawn in every ``critic_every``-th lesson, their word
    counting so many times."""

    run: RunSettings = field(default_factory=RunSettings)
    data: RosesData = field(default_factory=RosesData)
    weights: RosesWeights = field(default_factory=RosesWeights)
    taught: TaughtWeights = field(default_factory=TaughtWeights)
    net: Shape = field(default_factory=Shape)
    critic: CriticShape = field(default_factory=CriticShape)
    critic_from: int = 0
    critic_every: int = 1
    roses_from: int = 0
    taught_until: int = 0
    taught_every: int = 2
    taught_last: float = 0.1
    start: str = ""  # a folder to begin with: rosetail.methods.roses.warm_start writes it
    rate: float = 2e-3
    halve_every: int = 100_000  # steps between halvings of the rate
    rise_steps: int = 0
    betas: tuple[float, float] = (0.0, 0.99)
    critic_betas: tuple[float, float] = (0.0, 0.99)

    def __post_init__(self) -> None:
        if self.taught_every < 2 or min(self.halve_every, self.critic_every) < 1:
            raise ValueError("taught_every is at least 2, halve_every and critic_every at least 1")
        if self.data.size % self.net.multiple or self.data.size % self.critic.multiple:
            raise ValueError("data.size must be a multiple of what net and critic halve")
        if self.net.edits not in (0, len(EDITS)):
            raise ValueError(f"net.edits must be 0 or {len(EDITS)}, one for each painted edit")


class Way(NamedTuple):
    """What one direction made at a step, pictures of its source domain on the left.

    ``one``: views of one picture, ``parts`` what they were taken apart to, ``all``: different
    pictures and ``all_style`` their codes; ``random``: draws from N(0, I); ``wanted``: the codes,
    half drawn, half of target pictures, that ``fake`` was drawn in.
    """

    one: Tensor
    parts: Parts
    all: Tensor
    all_style: Tensor
    random: Tensor
    wanted: Tensor
    fake: Tensor


class RosesRecipe:
    """See the module. ``settings.data`` is read at once; bad folders raise InputError."""

    name = "roses"
    averaged: Sequence[str] = GENERATORS

    def __init__(self, settings: RosesSettings) -> None:
        self.settings = settings
        data, side = settings.data, settings.data.side
        self.photos = _pool(data.photos, data.photo_shares, {"photo": "crops"}, side)
        self.drawings = _pool(data.anime, data.anime_shares, {"anime": "crops"}, side, "anime")
        self.lessons: PaintedLessons | None = None
        self.styles: Tensor | None = None  # of the painter; without lessons, draws from N(0, I)
        if data.painters:
            self.lessons = PaintedLessons(data, settings.run.seed)
            self.styles = torch.from_numpy(usual_codes())
            painted = self.styles.shape[1]
            if painted != settings.net.style:
                raise InputError(
                    f"net.style is {settings.net.style}; painted styles have {painted} numbers: "
                    "set it to that"
                )
        self.vgg = Vgg19Features(data.vgg)
        self.jitter = Jitter(data.size, data.views)

    def networks(self) -> dict[str, nn.Module]:
        told = self.settings
        networks: dict[str, nn.Module] = {
            "to_anime": Roses(told.net),
            "to_photo": Roses(replace(told.net, edits=0, palette=0, template=0, close_up=0)),
            "anime_critic": RosesCritic(told.critic),
            "photo_critic": RosesCritic(told.critic),
            "style_critic": LatentCritic(told.net.style),
        }
        if self.lessons is not None:
            networks["eye_critic"] = RosesCritic(EYE_CRITIC)
        if told.start:
            self.begin(networks)
        for network in networks.values():
            network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        return networks

    def begin(self, networks: Mapping[str, nn.Module]) -> None:
        """The generator, the reader of drawings and the critics, as far as they are there, as they
        are in the folder ``settings.start``. Raises InputError where it holds no generator or
        reader, or other sizes."""
        folder = Path(self.settings.start)
        to_anime, to_photo = (cast(Roses, networks[name]) for name in GENERATORS)
        load_weights(to_anime, folder / "to_anime.safetensors")
        load_weights(to_photo.encoder, folder / "reader.safetensors")
        for name in networks.keys() - set(GENERATORS):
            if (path := folder / f"{name}.safetensors").is_file():
                load_weights(networks[name], path)

    def optimizers(self, networks: dict[str, nn.Module]) -> dict[str, Optimizer]:
        """The critics' moments fade slower: one of R1_EVERY + 1 updates is the penalty's."""
        lazy = R1_EVERY / (R1_EVERY + 1)
        first, second = (beta**lazy for beta in self.settings.critic_betas)
        adam = partial(Adam, fused=True)
        generators = [p for name in GENERATORS for p in networks[name].parameters()]
        judging = networks.keys() - set(GENERATORS)
        critics = [p for name in sorted(judging) for p in networks[name].parameters()]
        return {
            "generators": adam(generators, betas=self.settings.betas),
            "critics": adam(critics, betas=(first, second)),
        }

    def phase(self, step: int) -> Literal["taught", "both", "roses"]:
        if step < self.settings.roses_from:
            return "taught"
        return "both" if step < self.settings.taught_until else "roses"

    def is_taught(self, step: int) -> bool:
        """Whether what was painted is shown at this step."""
        phase = self.phase(step)
        return phase == "taught" or (phase == "both" and step % self.settings.taught_every == 0)

    def taught_share(self, step: int) -> float:
        """What the taught terms count at ``step``: 1, then falling to ``taught_last``."""
        told = self.settings
        done = (step - told.roses_from) / max(told.taught_until - told.roses_from, 1)
        return 1 + (told.taught_last - 1) * min(max(done, 0.0), 1.0)

    def rates(self, step: int) -> dict[str, float]:
        told = self.settings
        rising = min((step + 1) / max(told.rise_steps, 1), 1)
        rate = told.rate * 0.5 ** (step // told.halve_every) * rising
        return {"generators": rate, "critics": rate}

    def random_styles(self, like: Tensor) -> Tensor:
        """As many style codes as ``like`` (N, style): the painter's, or draws from N(0, I)."""
        if self.styles is None:
            return torch.randn_like(like)
        return self.styles[torch.randint(len(self.styles), like.shape[:1])].to(like)

    def batch(self, step: int, rank: int) -> Batch:
        data, side = self.settings.data, self.settings.data.side
        rng = np.random.default_rng([self.settings.run.seed, step, rank])
        if not self.is_taught(step):
            return self.photos.draw(rng, data.batch, side, Augment()) | self.drawings.draw(
                rng, data.batch, side, Augment()
            )
        if self.lessons is None:
            raise SettingsError("data.painters is 0: nobody paints what this phase is to show")
        return self.lessons.draw(rng, data.taught_batch, step)

    def step(self, context: Context, batch: Batch, step: int) -> Terms:
        self.vgg.to(context.device)
        shown = {
            name: to_network(each) if each.dtype == torch.uint8 else each
            for name, each in batch.items()
        }
        if self.is_taught(step):
            return self.taught_step(context, shown, step)
        anime, photo = shown["anime"], shown["photo"]
        with context.only("generators"):
            ways = self.ways(context.networks, photo, anime)
        terms = context.update("critics", lambda: self.critic_terms(context, ways, step))
        return terms | context.update(
            "generators", lambda: self.generator_terms(context.networks, ways)
        )

    def taught_step(self, context: Context, shown: dict[str, Tensor], step: int) -> Terms:
        told = self.settings
        judges = step >= told.critic_from and not step % told.critic_every
        counts = told.critic_every if judges else 0
        lessons = Lessons(context.networks, self.vgg, self.jitter, told.taught, counts)
        with context.only("generators"):
            lessons.take(shown)
        penalised = told.weights.gradient and self.phase(step) == "taught" and not step % R1_EVERY
        penalty = partial(self.penalty, context.device) if penalised else None
        terms: Terms = {}
        if lessons.judged:
            terms = context.update("critics", lambda: lessons.critic_terms(penalty))
        share = self.taught_share(step)
        return terms | context.update("generators", lambda: lessons.terms(share))

    def ways(self, networks: Mapping[str, nn.Module], photo: Tensor, anime: Tensor) -> list[Way]:
        """Photos to drawings and drawings to photos: everything both updates need of them."""
        sources = {"to_anime": photo, "to_photo": anime}
        seen = {}
        for name, pictures in sources.items():
            count = len(pictures)
            chosen = pictures[torch.randint(count, (1,))].expand_as(pictures)
            views = self.jitter.views(torch.cat([chosen, pictures]), mirror=True)
            content, style = cast(Roses, networks[name]).encode(views)
            parts = Parts(content[:count], style[:count])
            seen[name] = (views[:count], parts, views[count:], style[count:])
        ways = []
        for name, other in (GENERATORS, GENERATORS[::-1]):
            one, parts, every, style = seen[name]
            random = self.random_styles(style)
            wanted = torch.cat([random, seen[other][3]])
            wanted = wanted[torch.randperm(len(wanted), device=wanted.device)][: len(style)]
            fake = cast(Roses, networks[name]).decode(parts.content, wanted)
            ways.append(Way(one, parts, every, style, random, wanted, fake))
        return ways

    def critic_terms(self, context: Context, ways: list[Way], step: int) -> Terms:
        """Real pictures, fakes and style codes told apart; every so often R1."""
        networks = context.networks
        judging_style = networks["style_critic"]
        penalised = self.settings.weights.gradient and self.unpaired_before(step) % R1_EVERY == 0
        terms: Terms = {}
        for way, back, name in zip(ways, ways[::-1], CRITICS[:2], strict=True):
            critic, short = networks[name], name.split("_")[0]
            terms[f"critic_{short}"] = judged(critic(back.all), critic(way.fake.detach()))
            codes = judging_style(way.all_style.detach())
            terms[f"critic_{short}_style"] = judged([judging_style(way.random)], [codes])
        if penalised:
            penalties = [
                self.penalty(context.device, networks[name], back.all)
                for name, back in zip(CRITICS[:2], ways[::-1], strict=True)
            ]
            penalties += [self.penalty(context.device, judging_style, way.random) for way in ways]
            terms["gradient"] = torch.stack(penalties).sum()
        return terms

    def penalty(self, device: torch.device, critic: nn.Module, real: Tensor) -> Tensor:
        """R1 of a critic of pictures or of style codes, in single precision, for R1_EVERY steps."""
        with torch.autocast(device.type, enabled=False):
            seen = real.detach().float().requires_grad_()
            logits = critic(seen)
            each = [logits] if isinstance(logits, Tensor) else logits
            return self.settings.weights.gradient / 2 * R1_EVERY * gradient_penalty(each, seen)

    def unpaired_before(self, step: int) -> int:
        """How many steps before ``step`` learned from pictures that were not shown as pairs."""
        told = self.settings
        since, until = told.roses_from, max(told.roses_from, min(step, told.taught_until))
        taught = -(-until // told.taught_every) + since // -told.taught_every  # rounded up
        return step - since - taught

    def generator_terms(self, networks: Mapping[str, nn.Module], ways: list[Way]) -> Terms:
        """Both ways' published terms, summed."""
        weights = self.settings.weights
        sums: dict[str, list[Tensor]] = {}
        for way, name, critic in zip(ways, GENERATORS, CRITICS[:2], strict=True):
            back = cast(Roses, networks[GENERATORS[1 - GENERATORS.index(name)]])
            content, style = back.encode(way.fake)
            shuffled = way.parts.style[torch.randperm(len(style), device=style.device)]
            again = back.decode(content, shuffled)
            terms = {
                "adversarial": fooled(networks[critic](way.fake)),
                "latent": fooled([networks["style_critic"](way.all_style)]),
                "consistency": style_spread(way.parts.style),
                "cycle": F.mse_loss(again.float(), way.one),
                "features": feature_difference(self.vgg, again, way.one),
                "style": F.mse_loss(style, way.wanted),
            }
            for term, loss in terms.items():
                sums.setdefault(term, []).append(loss)
        return {
            term: getattr(weights, term) * torch.stack(each).sum() for term, each in sums.items()
        }

    def sheet(self, averages: dict[str, nn.Module], step: int) -> Bytes:
        """The same photos every time, in rows: each in eight random styles, then in the styles of
        eight drawings, which stand above."""
        to_anime, to_photo = (cast(Roses, averages[name]) for name in GENERATORS)
        device, size = next(to_anime.parameters()).device, self.settings.data.size
        rng = np.random.default_rng(0)
        side = self.settings.data.side
        photos = self.photos.draw(rng, SHEET_PHOTOS, side, Augment())["photo"]
        drawings = self.drawings.draw(rng, SHEET_STYLES, side, Augment())["anime"]
        photos, drawings = (
            torch.from_numpy(np.stack([shrunk(one, size) for one in each.numpy()]))
            for each in (photos, drawings)
        )
        random = torch.randn(SHEET_STYLES, self.settings.net.style, generator=_seeded(0))
        if self.styles is not None:
            random = self.styles[:SHEET_STYLES]
        read = to_photo.encode(to_network(drawings.to(device))).style
        blank = np.full((size, size, 3), 255, np.uint8)
        rows = _sheet_rows(to_anime, photos, random.to(device))
        rows += [blank, *drawings.numpy(), *_sheet_rows(to_anime, photos, read)]
        return images.contact_sheet(rows, SHEET_STYLES + 1)

    def about(self) -> dict[str, str]:
        told, data = self.settings, self.settings.data
        folders = [Path(folder).name for folder in (*data.photos, *data.anime)]
        return {
            "class": "Roses",
            "shape": json.dumps(asdict(told.net)),
            "input": f"NCHW RGB in [-1, 1], sides multiples of {told.net.multiple}",
            "size": str(data.size),
            "edits": " ".join(EDITS) if told.net.edits else "",
            "styles": "any" if self.styles is None else "painted",
            "data": f"{len(self.photos)} photos, {len(self.drawings)} drawings "
            f"({', '.join(folders)})" + (", painted lessons" if self.lessons else ""),
        }


def _pool(
    folders: Sequence[str],
    shares: Sequence[float],
    entries: Mapping[str, Kind],
    side: int,
    which: Side = "photos",
) -> Pool:
    """The crops of folders, kept at ``side`` pixels whatever they were."""
    pool = Pool(folders, shares, entries, side=which)
    for pictures in pool.pictures.values():
        pictures[:] = [shrunk(each, side) for each in pictures]
    return pool


def _seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def _sheet_rows(generator: Roses, photos: Tensor, styles: Tensor) -> list[Bytes]:
    """For every photo (uint8 [S, S, 3]) itself and its drawings in all styles."""
    rows: list[Bytes] = []
    for photo in photos:
        content = generator.encode(to_network(photo[None].to(styles.device))).content
        drawn = generator.decode(content.expand(len(styles), -1, -1, -1), styles)
        made = images.from_tensor(drawn.clamp(-1, 1).float().cpu().numpy())
        rows += [photo.numpy(), *made]
    return rows
