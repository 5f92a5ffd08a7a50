"""Supervised steps on painted data: casts, and pairs of a photo and a drawing of it.

A painted *cast* has a picture for every layout in every style, from which the network learns to
separate content and style: F(c(layout), s) = target, where s is the style code of the target's
parameters (:mod:`rosetail.painter.style_code`). The style head is trained to predict that code.

A *pair* shows how a photo is drawn: F(c(photo), s) = drawing. If the drawing is a likeness, its
code is also the target of the photo's own style. The other direction reconstructs the photo from
its drawing's content.

A target may also show an edit; then that edit's direction, a trained parameter, is added to w.

Pixel losses alone give soft lines and blurred eyes. Therefore two critics judge these drawings as
well: that of drawings, and one of cropped and enlarged eyes (:mod:`rosetail.layers.patches`).
Cropped eyes and mouths also have a separate feature loss.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rosetail.layers.patches import eye_patches, mouth_patches
from rosetail.layers.vgg import Vgg19Features
from rosetail.losses.perceptual import Window, feature_difference, half_window
from rosetail.methods.roses.critics import CriticShape
from rosetail.methods.roses.losses import d_loss, g_loss
from rosetail.methods.roses.network import Roses
from rosetail.methods.roses.settings import PaintedWeights
from rosetail.methods.roses.template import LANDMARKS, Template
from rosetail.training.augmentation import Jitter
from rosetail.training.context import Terms

NOISE = 0.1  # standard deviation added to style codes, for a smooth style space
PATCH_SHARE, LEAST_PATCH = 4, 32  # a patch of an eye or mouth is size / 4, at least 32 pixels
EYE_CRITIC = CriticShape((16, 32, 64), 32, 8)
Penalty = Callable[[nn.Module, Tensor], Tensor]
Crop = Callable[[Tensor, Tensor, int], Tensor]


class DrawingTask(NamedTuple):
    """A drawing to be made: ``content`` in ``w``, both (N, ...). ``target`` (N, 4, H, W) has the
    alpha of the figure as fourth channel; ``landmarks`` (N, 5, 2) are x and y in pixels."""

    name: str
    content: Tensor
    w: Tensor
    target: Tensor
    landmarks: Tensor


class Comparison(NamedTuple):
    """Output and target, both (N, 3, H, W), and their landmarks (N, 5, 2), x and y in pixels.

    ``window``: the quarter of the picture that the feature loss and the critic see, drawn at random
    for each step to save time.
    """

    name: str
    output: Tensor
    target: Tensor
    landmarks: Tensor
    window: Window

    def crops(self, crop: Crop, side: int) -> tuple[Tensor, Tensor]:
        """Eyes or mouths of both pictures, as square patches."""
        return crop(self.output, self.landmarks, side), crop(self.target, self.landmarks, side)

    def pixel_loss(self) -> Tensor:
        """Mean absolute difference."""
        return (self.output.float() - self.target).abs().mean()


class OwnStyle(NamedTuple):
    """Style codes read from photos (N, D), those of their drawings, and whether each drawing is in
    the photo's own style (N,)."""

    read: Tensor
    drawn: Tensor
    is_own: Tensor

    def loss(self) -> Tensor:
        """Mean squared error over drawings in the photo's own style; 0 if there is none."""
        errors = (self.read - self.drawn).square().mean(1)
        return (errors * self.is_own).sum() / self.is_own.sum().clamp(min=1)


class SupervisedStep:
    """One supervised step: call ``forward``, then the terms of critics and generators.

    ``adversarial_scale`` multiplies the adversarial terms; 0 leaves them out.
    """

    def __init__(
        self,
        networks: Mapping[str, nn.Module],
        vgg: Vgg19Features,
        jitter: Jitter,
        weights: PaintedWeights,
        adversarial_scale: int = 0,
    ) -> None:
        self.to_anime, self.to_photo = (
            cast(Roses, networks[name]) for name in ("to_anime", "to_photo")
        )
        self.style_critic = networks["style_critic"]
        scale = adversarial_scale
        self.critic = networks["anime_critic"] if scale and weights.adversarial else None
        self.eye_critic = networks["eye_critic"] if scale and weights.eye_adversarial else None
        self.adversarial_scale = scale
        self.patch = max(jitter.size // PATCH_SHARE, LEAST_PATCH)
        self.vgg, self.jitter, self.weights = vgg, jitter, weights
        self.drawings: list[Comparison] = []
        self.masks: list[tuple[Tensor, Tensor]] = []  # predicted and true foreground, in [0, 1]
        self.points: tuple[Tensor, Tensor] | None = None  # predicted and true landmarks
        self.photos: Comparison | None = None  # photos reconstructed from drawings
        self.read: tuple[Tensor, Tensor] | None = None  # predicted and true style codes
        self.own: OwnStyle | None = None
        self.photo_codes: Tensor | None = None  # style codes of photos, without a target

    def forward(self, batch: Mapping[str, Tensor]) -> None:
        """Draw all casts and pairs of ``batch`` in one pass."""
        tasks = []
        if "target" in batch:
            tasks.append(self.cast_task(batch))
        if "pair_photo" in batch:
            tasks.append(self.pair_task(batch))
        content = torch.cat([task.content for task in tasks])
        w = torch.cat([task.w for task in tasks])
        counts = [len(task.w) for task in tasks]
        # True landmarks place the template; the located ones are only used in a loss.
        landmarks = self.normalized(torch.cat([task.landmarks for task in tasks]))
        outputs, masks = (
            each.split(counts) for each in self.to_anime.figure(content, w, landmarks)
        )
        window = half_window(outputs[0])
        if self.to_anime.shape.template:
            template = cast(Template, self.to_anime.decoder.template)
            self.points = template.located(content)[:, :LANDMARKS], landmarks
        for task, output, mask in zip(tasks, outputs, masks, strict=True):
            target, alpha = task.target.split([3, 1], 1)
            self.drawings.append(Comparison(task.name, output, target, task.landmarks, window))
            self.masks.append((mask, (alpha + 1) / 2))

    def normalized(self, landmarks: Tensor) -> Tensor:
        """Pixel coordinates (pixel centres at integers) to [-1, 1]."""
        return (landmarks + 0.5) * (2 / self.jitter.size) - 1

    def cast_task(self, batch: Mapping[str, Tensor]) -> DrawingTask:
        """The task to draw a painting's layout in another style."""
        (layout, target), landmarks = self.jitter.together(
            [batch["layout"], batch["target"]], batch["cast_landmarks"]
        )
        content, style = self.to_photo.encode(layout)
        self.read = (style, batch["layout_style"])
        w = self.edited_w(batch["style"], batch["edit"])
        return DrawingTask("cast", content, w, target, landmarks)

    def pair_task(self, batch: Mapping[str, Tensor]) -> DrawingTask:
        """The task to draw a photo in its drawing's style; reconstructs the photo if weighted."""
        (photo, drawn), landmarks = self.jitter.together(
            [batch["pair_photo"], batch["pair_drawn"]], batch["pair_landmarks"]
        )
        content, own = self.to_anime.encode(photo)
        self.own = OwnStyle(own, batch["pair_style"], batch["pair_own"])
        if self.weights.photo:
            views = self.jitter.views(batch["pair_photo"])
            self.photo_codes = self.to_anime.encode(views).style
            w = noisy_mapping(self.to_photo, self.photo_codes)
            output = self.to_photo.draw(self.to_photo.encode(drawn[:, :3]).content, w)
            self.photos = Comparison("photo", output, photo, landmarks, half_window(output))
        w = self.edited_w(batch["pair_style"], batch["pair_edit"])
        return DrawingTask("pair", content, w, drawn, landmarks)

    def edited_w(self, style: Tensor, edit: Tensor) -> Tensor:
        """w of ``style`` (N, D), moved by the directions of ``edit`` (N,) if there are any."""
        w = noisy_mapping(self.to_anime, style)
        return self.to_anime.edited(w, edit) if self.to_anime.shape.edits else w

    @property
    def has_critics(self) -> bool:
        """Whether this step has critic terms."""
        critics = (self.critic, self.eye_critic, self.photo_codes)
        return any(each is not None for each in critics)

    def critic_terms(self, penalty: Penalty | None) -> Terms:
        """Terms of the critics of style codes, drawings and eyes; with ``penalty`` R1 of the last
        two."""
        terms: Terms = {}
        if self.photo_codes is not None:
            codes = self.photo_codes.detach()
            random = self.style_critic(torch.randn_like(codes))
            terms["critic_supervised_style"] = d_loss([random], [self.style_critic(codes)])
        critics = []
        if self.critic is not None:
            critics.append(("critic_supervised", self.critic, self.windows))
        if self.eye_critic is not None:
            critics.append(("critic_eyes", self.eye_critic, self.eyes))
        for name, critic, (output, target) in critics:
            terms[name] = d_loss(critic(target), critic(output.detach()))
            if penalty is not None:
                terms[f"{name}_r1"] = penalty(critic, target)
        return terms

    @cached_property
    def windows(self) -> tuple[Tensor, Tensor]:
        """The windows of all outputs, and of their targets."""
        return (
            torch.cat([each.output[each.window] for each in self.drawings]),
            torch.cat([each.target[each.window] for each in self.drawings]),
        )

    @cached_property
    def eyes(self) -> tuple[Tensor, Tensor]:
        """The eyes of all outputs, and of their targets."""
        return self._crops(lambda picture, at, side: eye_patches(picture, at[:, :2], side))

    @cached_property
    def mouths(self) -> tuple[Tensor, Tensor]:
        """The mouths of all outputs, and of their targets."""
        return self._crops(mouth_patches)

    def _crops(self, crop: Crop) -> tuple[Tensor, Tensor]:
        crops = [each.crops(crop, self.patch) for each in self.drawings]
        outputs, targets = zip(*crops, strict=True)
        return torch.cat(outputs), torch.cat(targets)

    def generator_terms(self, scale: float) -> Terms:
        """The generators' terms, multiplied by ``scale`` except the latent term."""
        weights = self.weights
        terms: Terms = {
            f"{each.name}_pixels": weights.pixels * each.pixel_loss() for each in self.drawings
        }
        if weights.figure and self.to_anime.shape.palette:
            errors = torch.cat([mask - target for mask, target in self.masks])
            terms["figure"] = weights.figure * errors.abs().mean()
        if weights.points and self.points is not None:
            terms["points"] = weights.points * F.l1_loss(*self.points)
        output, target = self.windows
        if weights.features:
            difference = feature_difference(self.vgg, output, target)
            terms["drawn_features"] = weights.features * difference
        if weights.parts:
            pairs = zip(self.eyes, self.mouths, strict=True)
            difference = feature_difference(self.vgg, *(torch.cat(pair) for pair in pairs))
            terms["parts"] = weights.parts * difference
        if self.critic is not None:
            adversarial = self.adversarial_scale * weights.adversarial
            terms["drawn_adversarial"] = adversarial * g_loss(self.critic(output))
        if self.eye_critic is not None:
            adversarial = self.adversarial_scale * weights.eye_adversarial
            terms["eye_adversarial"] = adversarial * g_loss(self.eye_critic(self.eyes[0]))
        if self.photos is not None:
            terms |= self.photo_terms(self.photos)
        if self.read is not None:
            terms["cast_style"] = weights.style * F.mse_loss(*self.read)
        if self.own is not None:
            terms["pair_style"] = weights.style * self.own.loss()
        terms = {name: scale * loss for name, loss in terms.items()}
        if self.photo_codes is not None:
            latent = g_loss([self.style_critic(self.photo_codes)])
            terms["supervised_latent"] = weights.latent * latent
        return terms

    def photo_terms(self, photos: Comparison) -> Terms:
        """Terms of photos reconstructed from drawings."""
        weights = self.weights
        terms = {"photo_pixels": weights.photo * weights.pixels * photos.pixel_loss()}
        if weights.features:
            output, target = photos.output[photos.window], photos.target[photos.window]
            difference = feature_difference(self.vgg, output, target)
            terms["photo_features"] = weights.photo * weights.features * difference
        return terms


def noisy_mapping(roses: Roses, style: Tensor) -> Tensor:
    """w of style codes with noise added, so that neighbouring codes draw alike."""
    return cast(Tensor, roses.mapping(style + NOISE * torch.randn_like(style)))
