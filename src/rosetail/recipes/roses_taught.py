"""What Roses is shown before it has to find out: painted casts, and photos with drawings.

A painted cast has the picture that a layout and a style make, so that content and style are told
apart by example: F(c(layout), s(styled)) = target. Where the target also shows an edit, w moves
by the edit's direction, which is learned so: what its name says changes, and nothing else does.

A pair shows how a photo is drawn: F(c(photo), s(drawn)) = drawn, the style read from another view
of the drawing, so that it can tell nothing about places. Going back, the photo is drawn again from
its drawing's content.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn

from rosetail.losses.roses import fooled, judged
from rosetail.nets.features import Vgg19Features
from rosetail.nets.roses import Roses
from rosetail.recipes.context import Terms
from rosetail.recipes.jitter import Jitter
from rosetail.recipes.taught import relative_difference

LAYERS = ("relu1_2", "relu2_2", "relu3_2")  # lines, strokes, parts
NOISE = 0.1  # standard deviation added to style codes: neighbouring codes draw alike


@dataclass(frozen=True)
class TaughtWeights:
    """What each taught term counts; ``photo`` is of the way back."""

    pixels: float = 10.0
    features: float = 3.0
    photo: float = 2.0
    latent: float = 0.5


class Lessons:
    """One taught step: ``take`` draws everything once, then come the terms."""

    def __init__(
        self,
        networks: Mapping[str, nn.Module],
        vgg: Vgg19Features,
        jitter: Jitter,
        weights: TaughtWeights,
    ) -> None:
        self.to_anime, self.to_photo = (
            cast(Roses, networks[name]) for name in ("to_anime", "to_photo")
        )
        self.style_critic = networks["style_critic"]
        self.vgg, self.jitter, self.weights = vgg, jitter, weights
        # Each lesson: its name, the network's picture and the wanted one.
        self.drawn: list[tuple[str, Tensor, Tensor]] = []
        self.codes: list[Tensor] = []

    def take(self, shown: Mapping[str, Tensor]) -> None:
        """Draw from casts and pairs, whichever the batch holds."""
        if "target" in shown:
            layout, target = self.jitter.together([shown["layout"], shown["target"]])
            styled = self.jitter.views(shown["styled"])
            parts = self.to_photo.encode(torch.cat([layout, styled]))
            content, style = parts.content.chunk(2)[0], parts.style.chunk(2)[1]
            self.draw("cast", self.to_anime, content, style, target, shown["edit"])
        if "pair_photo" in shown:
            photo, drawn = self.jitter.together([shown["pair_photo"], shown["pair_drawn"]])
            other_photo = self.jitter.views(shown["pair_photo"])
            other_drawn = self.jitter.views(shown["pair_drawn"])
            photos = self.to_anime.encode(torch.cat([photo, other_photo]))
            drawings = self.to_photo.encode(torch.cat([drawn, other_drawn]))
            (there, _), (_, photo_style) = photos.content.chunk(2), photos.style.chunk(2)
            (back, _), (_, drawn_style) = drawings.content.chunk(2), drawings.style.chunk(2)
            self.draw("pair", self.to_anime, there, drawn_style, drawn)
            if self.weights.photo:
                self.draw("photo", self.to_photo, back, photo_style, photo)

    def draw(
        self,
        name: str,
        way: Roses,
        content: Tensor,
        style: Tensor,
        wanted: Tensor,
        edit: Tensor | None = None,
    ) -> None:
        self.codes.append(style)
        w = way.mapping(style + NOISE * torch.randn_like(style))
        if edit is not None and way.shape.edits:
            w = way.edited(w, edit)
        self.drawn.append((name, way.draw(content, w), wanted))

    def critic_terms(self) -> Terms:
        """The codes read so far against draws from N(0, I)."""
        codes = [each.detach() for each in self.codes]
        apart = [
            judged([self.style_critic(torch.randn_like(each))], [self.style_critic(each)])
            for each in codes
        ]
        return {"critic_taught_style": torch.stack(apart).sum()}

    def terms(self, share: float) -> Terms:
        """Every term, times ``share``."""
        weights, terms = self.weights, {}
        for name, made, wanted in self.drawn:
            counts = share * (weights.photo if name == "photo" else 1.0)
            pixels = (made.float() - wanted).abs().mean()
            terms[f"{name}_pixels"] = counts * weights.pixels * pixels
            if weights.features:
                terms[f"{name}_features"] = (
                    counts * weights.features * feature_difference(self.vgg, made, wanted)
                )
        fooling = [fooled([self.style_critic(each)]) for each in self.codes]
        terms["taught_latent"] = weights.latent * torch.stack(fooling).sum()
        return terms


def feature_difference(vgg: Vgg19Features, made: Tensor, wanted: Tensor) -> Tensor:
    """Relative distance of VGG-19 maps of (N, 3, H, W), mean over layers, at a random half window.

    A quarter of the picture a step costs a quarter, and over steps all of it is looked at.
    """
    height, width = (each // 2 for each in made.shape[-2:])
    top, left = (int(torch.randint(each + 1, ())) for each in (height, width))
    window = (..., slice(top, top + height), slice(left, left + width))
    with torch.no_grad():
        theirs = vgg(wanted[window], LAYERS)
    ours = vgg(made[window], LAYERS)
    return torch.stack([relative_difference(ours[name], theirs[name]) for name in LAYERS]).mean()
