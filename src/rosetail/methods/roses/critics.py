"""The critics of GANs N' Roses (Chong and Forsyth 2021, arXiv 2106.06561).

``FULL_CRITIC`` is that of the main branch of the authors' code, ``TRAIN_CRITIC`` that of the latest
commit of their ``train`` branch. :func:`critic_from_published` and
:func:`latent_critic_from_published` read the authors' weights.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn

from rosetail.layers.equalized import BlurredConv, DownBlock, EqualConv, EqualLinear
from rosetail.methods.foreign_weights import renamed

EPSILON = 1e-8


@dataclass(frozen=True)
class CriticShape:
    """Sizes of a picture critic."""

    widths: tuple[int, ...] = (24, 48, 96, 192)  # channels at full size, half, ... (global branch)
    deep: int = 192  # channels of the convolutions before the features
    features: int = 32  # input of the diversity branch, as standard deviation over the batch
    # Side of the pictures if the features are computed from the flattened map, as published; with 0
    # the map is averaged, and pictures may have any size.
    side: int = 0
    local_finer: int = 1  # halvings that the local branch has fewer than the global one
    feature_halvings: int = 2  # blurred convolutions between the global map and the features
    # The global logit is one number, computed from the features (train branch), not a map.
    linear_logit: bool = False

    def __post_init__(self) -> None:
        if len(self.widths) < 3 or min(*self.widths, self.deep, self.features) < 1:
            raise ValueError("widths must have at least three entries, and all sizes be at least 1")
        if not 0 <= self.local_finer < len(self.widths) or self.feature_halvings < 0:
            raise ValueError(
                "local_finer must be from 0 to the halvings of the global branch, "
                "feature_halvings at least 0"
            )
        if self.side < 0 or self.side % self.multiple:
            raise ValueError(f"side must be 0 or a multiple of {self.multiple}")

    @property
    def multiple(self) -> int:
        """Sides of pictures must be multiples of this."""
        return int(2 ** (len(self.widths) - 1 + self.feature_halvings))

    @property
    def local_widths(self) -> tuple[int, ...]:
        """``widths`` of the local branch."""
        return self.widths[: len(self.widths) - self.local_finer]


FULL_CRITIC = CriticShape((64, 128, 256, *[512] * 3), 512, 128, 256, 2, 1)
TRAIN_CRITIC = CriticShape((64, 128, 256, *[512] * 4), 512, 128, 256, 2, 0, linear_logit=True)
SMALL_CRITIC = CriticShape()


class Logits(NamedTuple):
    """Logits of the branches: maps (N, 1, h, w) of the local and of the global branch (or (N, 1) of
    the global one with ``linear_logit``), and (N, 1) of the diversity branch."""

    local: Tensor
    whole: Tensor
    diversity: Tensor


def batch_std(features: Tensor) -> Tensor:
    """Standard deviation over the batch of each feature: (N, F) to (N, F), all rows equal."""
    variance = features.var(0, correction=0, keepdim=True)
    return torch.sqrt(variance + EPSILON).expand_as(features)


def _branch(widths: tuple[int, ...]) -> nn.Sequential:
    return nn.Sequential(
        EqualConv(3, widths[0], 1), *(DownBlock(*pair) for pair in pairwise(widths))
    )


class RosesCritic(nn.Module):
    """Judges pictures (N, 3, H, W) locally, globally, and as a batch.

    The batch is one photo in several styles. The third branch sees the standard deviation of
    features over the batch, so it detects a generator that ignores the style code.
    """

    def __init__(self, shape: CriticShape = SMALL_CRITIC) -> None:
        super().__init__()
        last = shape.widths[-1]
        self.shape = shape
        self.local = nn.Sequential(
            _branch(shape.local_widths), EqualConv(shape.local_widths[-1], 1, 1, active=False)
        )
        self.whole = _branch(shape.widths)
        self.whole_out: nn.Module = (
            EqualLinear(shape.features, 1)
            if shape.linear_logit
            else EqualConv(last, 1, 1, active=False)
        )
        deep = [last] + [shape.deep] * shape.feature_halvings
        self.diversity = nn.Sequential(*(BlurredConv(*pair) for pair in pairwise(deep)))
        places = max(shape.side // shape.multiple, 1) ** 2
        self.features = EqualLinear(deep[-1] * places, shape.features, active=True)
        self.diversity_out = EqualLinear(shape.features, 1)

    def forward(self, x: Tensor) -> Logits:
        trunk = self.whole(x)
        deep = self.diversity(trunk)
        deep = deep.flatten(1) if self.shape.side else deep.mean((2, 3))
        with torch.autocast(x.device.type, enabled=False):  # bf16 would lose small deviations
            features = cast(Tensor, self.features(deep.float()))
            diversity = self.diversity_out(batch_std(features))
        whole = self.whole_out(features if self.shape.linear_logit else trunk)
        return Logits(self.local(x), whole, diversity)


class LatentCritic(nn.Module):
    """Judges style codes (N, style): a logit each, (N, 1), high for samples of N(0, I).

    The mean standard deviation over the batch is appended to the features before the last two
    layers.
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
            x = self.mixed(torch.cat([x, batch_std(x).mean(1, keepdim=True)], 1))
            return cast(Tensor, self.out(x))


def published_critic_names(shape: CriticShape) -> dict[str, str]:
    """The authors' name (``D_A``, ``D_B``) of every tensor of a :class:`RosesCritic`."""
    names: dict[str, str] = {}

    def conv(ours: str, theirs: str, place: int = 0) -> None:
        names[f"{ours}.weight"] = f"{theirs}.{place}.weight"
        names[f"{ours}.bias"] = f"{theirs}.{place + 1}.bias"

    def plain(ours: str, theirs: str) -> None:
        names.update({f"{ours}.{kind}": f"{theirs}.{kind}" for kind in ("weight", "bias")})

    local, whole = len(shape.local_widths), len(shape.widths)
    for ours, theirs, count in (("local.0", "l_branch", local), ("whole", "g_branch", whole)):
        conv(f"{ours}.0", f"{theirs}.0")
        for number in range(1, count):
            conv(f"{ours}.{number}.first", f"{theirs}.{number}.conv1")
            conv(f"{ours}.{number}.second", f"{theirs}.{number}.conv2", 1)
            names[f"{ours}.{number}.skip.weight"] = f"{theirs}.{number}.skip.1.weight"
    plain("local.1", f"l_branch.{local}.0")
    for number in range(shape.feature_halvings):
        conv(f"diversity.{number}.conv", f"g_std.{number}", 1)
    # A Flatten precedes the linear layer in its branch.
    if shape.linear_logit:
        plain("features", f"g_branch.{whole + 1}")
        plain("whole_out", "g_adv")
    else:
        plain("features", f"g_std.{shape.feature_halvings + 1}")
        plain("whole_out", "g_adv.0")
    plain("diversity_out", "g_final")
    return names


def published_latent_names() -> dict[str, str]:
    """The authors' name (``D_L``) of every tensor of a :class:`LatentCritic`."""
    layers = {f"layers.{number}": f"fc.{number}" for number in range(LatentCritic.LAYERS)}
    layers |= {"mixed": f"fc.{LatentCritic.LAYERS}.fc", "out": f"fc.{LatentCritic.LAYERS + 1}"}
    return {
        f"{ours}.{kind}": f"{theirs}.{kind}"
        for ours, theirs in layers.items()
        for kind in ("weight", "bias")
    }


def published_critic_shape(state: Mapping[str, Tensor]) -> CriticShape:
    """The shape of an authors' critic, from its tensors. Raises KeyError if one is missing."""

    def widths(branch: str) -> tuple[int, ...]:
        found, number = [len(state[f"{branch}.0.0.weight"])], 1
        while (name := f"{branch}.{number}.conv2.1.weight") in state:
            found.append(len(state[name]))
            number += 1
        return tuple(found)

    whole, local = widths("g_branch"), widths("l_branch")
    halvings = 0
    while f"g_std.{halvings}.1.weight" in state:
        halvings += 1
    deep = len(state["g_std.0.1.weight"]) if halvings else whole[-1]
    linear = "g_adv.weight" in state
    features = state[
        f"g_branch.{len(whole) + 1}.weight" if linear else f"g_std.{halvings + 1}.weight"
    ]
    places = math.isqrt(features.shape[1] // deep)
    side = places * 2 ** (len(whole) - 1 + halvings)
    return CriticShape(whole, deep, len(features), side, len(whole) - len(local), halvings, linear)


def critic_from_published(state: Mapping[str, Tensor]) -> RosesCritic:
    """The authors' critic of pictures; ``state`` is ``D_A`` or ``D_B`` of their checkpoint.

    Raises ValueError naming a tensor that is missing, extra, of another shape or not finite.
    """
    try:
        shape = published_critic_shape(state)
    except KeyError as error:
        raise ValueError(f"no tensor {error.args[0]}") from error
    critic = RosesCritic(shape)
    kernels = {name for name in state if name.endswith(".kernel")}
    names = published_critic_names(shape)
    critic.load_state_dict(renamed(state, names, critic.state_dict(), kernels))
    return critic


def latent_critic_from_published(state: Mapping[str, Tensor]) -> LatentCritic:
    """The authors' critic of style codes, ``D_L`` of their checkpoint; errors as above."""
    if "fc.0.weight" not in state:
        raise ValueError("no tensor fc.0.weight")
    critic = LatentCritic(state["fc.0.weight"].shape[1])
    names = published_latent_names()
    critic.load_state_dict(renamed(state, names, critic.state_dict(), set()))
    return critic
