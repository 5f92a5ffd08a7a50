"""What Roses is shown before it has to find out: painted casts, and photos with drawings.

A painted cast has the picture that a layout and a style make, so that content and style are told
apart by example: F(c(layout), s) = target, where s is the style code of the painting that is wanted
(:mod:`rosetail.painter.style_code`), which is known. The style head learns beside that to read
it.

A pair shows how a photo is drawn: F(c(photo), s) = drawn. Where the drawing is a likeness, its
style is what the photo's style head should read. Going back, the photo is drawn again from its
drawing's content.

Where a drawing, of a cast or after a photo, also shows an edit, w moves by the edit's direction,
which is learned so: what its name says changes, and nothing else does.

What only compares place by place draws soft lines and blurred eyes. So critics judge the lessons
too: that of drawings, and one of eyes alone, cut out and enlarged (:mod:`rosetail.losses.eyes`).
Eyes and mouths, so cut out, have a term of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import EllipsisType
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rosetail.layers.vgg import Vgg19Features
from rosetail.losses.eyes import eye_patches, mouth_patches
from rosetail.losses.relative import relative_difference
from rosetail.methods.roses.critics import CriticShape
from rosetail.methods.roses.losses import fooled, judged
from rosetail.methods.roses.network import Roses
from rosetail.methods.roses.template import LANDMARKS, Template
from rosetail.training.augmentation import Jitter
from rosetail.training.context import Terms

LAYERS = ("relu1_2", "relu2_2", "relu3_2")  # lines, strokes, parts
NOISE = 0.1  # standard deviation added to style codes: neighbouring codes draw alike
PARTS, LEAST = 4, 32  # a patch of an eye or a mouth is a quarter of a picture, at least 32 pixels
EYE_CRITIC = CriticShape((16, 32, 64), 32, 8)
Penalty = Callable[[nn.Module, Tensor], Tensor]
Cut = Callable[[Tensor, Tensor, int], Tensor]


@dataclass(frozen=True)
class TaughtWeights:
    """What each taught term counts; ``photo`` is of the way back. 0 leaves a term out.

    Of the two adversarial terms see ``critic_from`` in the settings of the recipe.
    """

    pixels: float = 10.0
    figure: float = 3.0
    points: float = 10.0
    features: float = 3.0
    parts: float = 0.8
    photo: float = 2.0
    style: float = 1.0
    latent: float = 0.5
    adversarial: float = 0.3
    eye_adversarial: float = 0.2


Window = tuple[EllipsisType, slice, slice]


class Figure(NamedTuple):
    """Where the network's figure is and where it should be, both (N, 1, H, W) from 0 to 1."""

    made: Tensor
    wanted: Tensor


class Lesson(NamedTuple):
    """The network's picture and the wanted one, both (N, 3, H, W), and their landmarks (N, 5, 2),
    x and y in pixels.

    ``window`` is the part that features and critic look at: a quarter of the picture costs a
    quarter, and over steps all of it is looked at.
    """

    name: str
    made: Tensor
    wanted: Tensor
    landmarks: Tensor
    window: Window

    def parts(self, cut: Cut, side: int) -> tuple[Tensor, Tensor]:
        """Eyes or mouths of both pictures, as square patches."""
        return cut(self.made, self.landmarks, side), cut(self.wanted, self.landmarks, side)

    def pixels(self) -> Tensor:
        """Mean absolute difference."""
        return (self.made.float() - self.wanted).abs().mean()


class Task(NamedTuple):
    """What is to be drawn: ``content`` in ``w``, both (N, ...), and as in :class:`Lesson`;
    ``wanted`` has the figure's alpha as a fourth channel."""

    name: str
    content: Tensor
    w: Tensor
    wanted: Tensor
    landmarks: Tensor


class Own(NamedTuple):
    """Style codes read from photos (N, D), those of their drawings, and whether these are in the
    photos' own style (N,)."""

    read: Tensor
    drawn: Tensor
    alike: Tensor

    def apart(self) -> Tensor:
        """Mean square over those that are; 0 where none is."""
        apart = (self.read - self.drawn).square().mean(1)
        return (apart * self.alike).sum() / self.alike.sum().clamp(min=1)


class Lessons:
    """One taught step: ``take`` draws everything once, then come the terms. The word of critics
    ``counts`` so many times; 0 asks none."""

    def __init__(
        self,
        networks: Mapping[str, nn.Module],
        vgg: Vgg19Features,
        jitter: Jitter,
        weights: TaughtWeights,
        counts: int = 0,
    ) -> None:
        self.to_anime, self.to_photo = (
            cast(Roses, networks[name]) for name in ("to_anime", "to_photo")
        )
        self.style_critic = networks["style_critic"]
        # Those that judge drawings; none at first, while there is nothing to judge.
        self.critic = networks["anime_critic"] if counts and weights.adversarial else None
        self.eye_critic = networks["eye_critic"] if counts and weights.eye_adversarial else None
        self.counts = counts
        self.patch = max(jitter.size // PARTS, LEAST)  # pixels of an eye or a mouth
        self.vgg, self.jitter, self.weights = vgg, jitter, weights
        self.lessons: list[Lesson] = []  # drawings
        self.figures: list[Figure] = []  # of them
        self.points: tuple[Tensor, Tensor] | None = None  # where landmarks are found, and are
        self.back: Lesson | None = None  # photos drawn from drawings
        self.read: tuple[Tensor, Tensor] | None = None  # style codes, and what they should be
        self.own: Own | None = None
        self.code: Tensor | None = None  # style codes of photos, which nobody knows

    def take(self, shown: Mapping[str, Tensor]) -> None:
        """Draw from casts and pairs, whichever the batch holds, all drawings at once."""
        tasks = []
        if "target" in shown:
            tasks.append(self.cast(shown))
        if "pair_photo" in shown:
            tasks.append(self.pair(shown))
        content, w = (
            torch.cat([getattr(each, part) for each in tasks]) for part in ("content", "w")
        )
        counts = [len(each.w) for each in tasks]
        # A detector says where they are, to a part of a pixel; what is found here is for drawings.
        landmarks = self.known(torch.cat([task.landmarks for task in tasks]))
        drawn, figures = (
            each.split(counts) for each in self.to_anime.figure(content, w, landmarks)
        )
        window = half_window(drawn[0])
        if self.to_anime.shape.template:
            template = cast(Template, self.to_anime.decoder.template)
            self.points = template.found(content)[:, :LANDMARKS], landmarks
        for task, made, figure in zip(tasks, drawn, figures, strict=True):
            wanted, alpha = task.wanted.split([3, 1], 1)
            self.lessons.append(Lesson(task.name, made, wanted, task.landmarks, window))
            self.figures.append(Figure(figure, (alpha + 1) / 2))

    def known(self, landmarks: Tensor) -> Tensor:
        """Pixels from 0 as places from -1 to 1."""
        return (landmarks + 0.5) * (2 / self.jitter.size) - 1

    def cast(self, shown: Mapping[str, Tensor]) -> Task:
        """A painting's layout in another style."""
        (layout, target), landmarks = self.jitter.together(
            [shown["layout"], shown["target"]], shown["cast_landmarks"]
        )
        content, style = self.to_photo.encode(layout)
        self.read = (style, shown["layout_style"])
        w = self.wanted(shown["style"], shown["edit"])
        return Task("cast", content, w, target, landmarks)

    def pair(self, shown: Mapping[str, Tensor]) -> Task:
        """A photo in the style of its drawing; where it counts, the way back as well."""
        (photo, drawn), landmarks = self.jitter.together(
            [shown["pair_photo"], shown["pair_drawn"]], shown["pair_landmarks"]
        )
        content, own = self.to_anime.encode(photo)
        self.own = Own(own, shown["pair_style"], shown["pair_own"])
        if self.weights.photo:
            self.code = self.to_anime.encode(self.jitter.views(shown["pair_photo"])).style
            w = self.mapped(self.to_photo, self.code)
            made = self.to_photo.draw(self.to_photo.encode(drawn[:, :3]).content, w)
            self.back = Lesson("photo", made, photo, landmarks, half_window(made))
        w = self.wanted(shown["pair_style"], shown["pair_edit"])
        return Task("pair", content, w, drawn, landmarks)

    def wanted(self, style: Tensor, edit: Tensor) -> Tensor:
        """w of drawings in ``style`` (N, D), with edits (N,) where the network has any."""
        w = self.mapped(self.to_anime, style)
        return self.to_anime.edited(w, edit) if self.to_anime.shape.edits else w

    @staticmethod
    def mapped(way: Roses, style: Tensor) -> Tensor:
        """w of style codes, a little off: neighbours draw alike."""
        return cast(Tensor, way.mapping(style + NOISE * torch.randn_like(style)))

    @property
    def judged(self) -> bool:
        """Whether there is anything for critics to learn."""
        critics = (self.critic, self.eye_critic, self.code)
        return any(each is not None for each in critics)

    def critic_terms(self, penalty: Penalty | None) -> Terms:
        """Codes of photos against draws from N(0, I), what was drawn against what was to be; with
        ``penalty`` that of both critics of drawings."""
        terms: Terms = {}
        if self.code is not None:
            code = self.code.detach()
            random = self.style_critic(torch.randn_like(code))
            terms["critic_taught_style"] = judged([random], [self.style_critic(code)])
        judged_pictures = []
        if self.critic is not None:
            made, wanted = self.windows
            judged_pictures.append(("critic_taught", self.critic, wanted, made.detach()))
        if self.eye_critic is not None:
            made, wanted = self.eyes
            judged_pictures.append(("critic_eyes", self.eye_critic, wanted, made.detach()))
        for name, critic, wanted, made in judged_pictures:
            terms[name] = judged(critic(wanted), critic(made))
            if penalty is not None:
                terms[f"{name}_gradient"] = penalty(critic, wanted)
        return terms

    @cached_property
    def windows(self) -> tuple[Tensor, Tensor]:
        """What features and critic look at of all drawings, and of what they were to be."""
        return (
            torch.cat([each.made[each.window] for each in self.lessons]),
            torch.cat([each.wanted[each.window] for each in self.lessons]),
        )

    @cached_property
    def eyes(self) -> tuple[Tensor, Tensor]:
        """The eyes of both, cut out."""
        return self._parts(lambda picture, at, side: eye_patches(picture, at[:, :2], side))

    @cached_property
    def mouths(self) -> tuple[Tensor, Tensor]:
        """The mouths of both, cut out."""
        return self._parts(mouth_patches)

    def _parts(self, cut: Cut) -> tuple[Tensor, Tensor]:
        made, wanted = zip(*(each.parts(cut, self.patch) for each in self.lessons), strict=True)
        return torch.cat(made), torch.cat(wanted)

    def terms(self, share: float) -> Terms:
        """Every term, times ``share``."""
        weights = self.weights
        terms: Terms = {}
        for lesson in self.lessons:
            terms[f"{lesson.name}_pixels"] = share * weights.pixels * lesson.pixels()
        if weights.figure and self.to_anime.shape.palette:
            apart = torch.cat([figure.made - figure.wanted for figure in self.figures])
            terms["figure"] = share * weights.figure * apart.abs().mean()
        if weights.points and self.points is not None:
            apart = F.l1_loss(*self.points)
            terms["points"] = share * weights.points * apart
        made, wanted = self.windows
        if weights.features:
            apart = map_difference(self.vgg, made, wanted)
            terms["drawn_features"] = share * weights.features * apart
        if self.critic is not None:
            word = self.counts * weights.adversarial
            terms["drawn_adversarial"] = share * word * fooled(self.critic(made))
        terms |= self.part_terms(share)
        if self.back is not None:
            terms |= self.photo_terms(self.back, share * weights.photo)
        if self.read is not None:
            terms["cast_style"] = share * weights.style * F.mse_loss(*self.read)
        if self.own is not None:
            terms["pair_style"] = share * weights.style * self.own.apart()
        if self.code is not None:
            terms["taught_latent"] = weights.latent * fooled([self.style_critic(self.code)])
        return terms

    def part_terms(self, share: float) -> Terms:
        """Of the drawings' eyes and mouths, and of what the critic of eyes says."""
        weights, terms = self.weights, cast(Terms, {})
        if weights.parts:
            made, wanted = (torch.cat(each) for each in zip(self.eyes, self.mouths, strict=True))
            terms["parts"] = share * weights.parts * map_difference(self.vgg, made, wanted)
        if self.eye_critic is not None:
            word = self.counts * weights.eye_adversarial
            terms["eye_adversarial"] = share * word * fooled(self.eye_critic(self.eyes[0]))
        return terms

    def photo_terms(self, lesson: Lesson, share: float) -> Terms:
        """Of the way back."""
        terms = {"photo_pixels": share * self.weights.pixels * lesson.pixels()}
        if self.weights.features:
            made, wanted = lesson.made[lesson.window], lesson.wanted[lesson.window]
            apart = map_difference(self.vgg, made, wanted)
            terms["photo_features"] = share * self.weights.features * apart
        return terms


def feature_difference(vgg: Vgg19Features, made: Tensor, wanted: Tensor) -> Tensor:
    """:func:`map_difference` in a random half window, at a quarter of the cost."""
    window = half_window(made)
    return map_difference(vgg, made[window], wanted[window])


def half_window(pictures: Tensor) -> Window:
    """A window anywhere, half as high and as wide as pictures (N, C, H, W)."""
    height, width = (each // 2 for each in pictures.shape[-2:])
    top, left = (int(torch.randint(each + 1, ())) for each in (height, width))
    return ..., slice(top, top + height), slice(left, left + width)


def map_difference(vgg: Vgg19Features, made: Tensor, wanted: Tensor) -> Tensor:
    """Relative distance of VGG-19 maps of (N, 3, H, W), mean over layers."""
    with torch.no_grad():
        theirs = vgg(wanted, LAYERS)
    ours = vgg(made, LAYERS)
    return torch.stack([relative_difference(ours[name], theirs[name]) for name in LAYERS]).mean()
