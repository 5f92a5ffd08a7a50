"""The critics of GANs N' Roses (Chong and Forsyth 2021, arXiv 2106.06561)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn

from rosetail.layers.equalized import EqualConv, EqualLinear
from rosetail.methods.roses.network import BlurredConv, Halved

EPSILON = 1e-8


@dataclass(frozen=True)
class CriticShape:
    """Sizes of a critic of pictures.

    ``widths``: channels at full size, half, ... down to the global branch's map, whose logits are
    one halving coarser than the local branch's. ``deep``: channels of the diversity branch.
    ``features``: numbers whose spread over the batch is judged. ``side``: of the pictures, when
    that branch looks at places one by one, as published; 0 takes the mean over all places.
    """

    widths: tuple[int, ...] = (24, 48, 96, 192)
    deep: int = 192
    features: int = 32
    side: int = 0

    def __post_init__(self) -> None:
        if len(self.widths) < 3 or min(*self.widths, self.deep, self.features) < 1:
            raise ValueError("at least three widths, and all sizes at least 1")
        if self.side < 0 or self.side % self.multiple:
            raise ValueError(f"side must be 0 or a multiple of {self.multiple}")

    @property
    def multiple(self) -> int:
        """What sides of pictures must be multiples of."""
        return int(2 ** (len(self.widths) + 1))


FULL_CRITIC = CriticShape((64, 128, 256, 512, 512), 512, 8, 256)
SMALL_CRITIC = CriticShape()


class Logits(NamedTuple):
    """One map of logits for each branch: (N, 1, h, w), (N, 1, h/2, w/2) and (N, 1)."""

    local: Tensor
    whole: Tensor
    diversity: Tensor


def spread(features: Tensor) -> Tensor:
    """Standard deviation over the batch of each feature: (N, F) to (N, F), all rows alike."""
    variance = features.var(0, correction=0, keepdim=True)
    return torch.sqrt(variance + EPSILON).expand_as(features)


def _halvings(widths: tuple[int, ...]) -> nn.Sequential:
    blocks = [Halved(*pair) for pair in pairwise(widths)]
    return nn.Sequential(EqualConv(3, widths[0], 1), *blocks)


class RosesCritic(nn.Module):
    """Judges pictures (N, 3, H, W) near, as a whole, and as a batch.

    When the batch is one photo in many styles, the third branch sees whether they differ as much
    as drawings do: a generator that ignores the style code is found out.
    """

    def __init__(self, shape: CriticShape = SMALL_CRITIC) -> None:
        super().__init__()
        widths, last = shape.widths, shape.widths[-1]
        self.shape = shape
        self.local = nn.Sequential(
            _halvings(widths[:-1]), EqualConv(widths[-2], 1, 1, active=False)
        )
        self.whole = _halvings(widths)
        self.whole_out = EqualConv(last, 1, 1, active=False)
        self.diversity = nn.Sequential(
            BlurredConv(last, shape.deep), BlurredConv(shape.deep, shape.deep)
        )
        places = max(shape.side // shape.multiple, 1) ** 2
        self.features = EqualLinear(shape.deep * places, shape.features, active=True)
        self.diversity_out = EqualLinear(shape.features, 1)

    def forward(self, x: Tensor) -> Logits:
        trunk = self.whole(x)
        deep = self.diversity(trunk)
        deep = deep.flatten(1) if self.shape.side else deep.mean((2, 3))
        with torch.autocast(x.device.type, enabled=False):  # spreads are small differences
            features = cast(Tensor, self.features(deep.float()))
            diversity = self.diversity_out(spread(features))
        return Logits(self.local(x), self.whole_out(trunk), diversity)


class LatentCritic(nn.Module):
    """Judges style codes (N, style): a logit each, (N, 1), high for draws from N(0, I).

    Before the last two layers the mean standard deviation over the batch joins the features.
    """

    WIDTH, LAYERS = 256, 4

    def __init__(self, style: int) -> None:
        super().__init__()
        sizes = [style] + [self.WIDTH] * self.LAYERS
        self.layers = nn.Sequential(*(EqualLinear(*pair, active=True) for pair in pairwise(sizes)))
        self.mixed = EqualLinear(self.WIDTH + 1, self.WIDTH, active=True)
        self.out = EqualLinear(self.WIDTH, 1)

    def forward(self, z: Tensor) -> Tensor:
        with torch.autocast(z.device.type, enabled=False):
            x = cast(Tensor, self.layers(z.float()))
            mixed = self.mixed(torch.cat([x, spread(x).mean(1, keepdim=True)], 1))
            return cast(Tensor, self.out(mixed))
