"""The terms of GANs N' Roses (Chong and Forsyth 2021, arXiv 2106.06561), weights left out."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from rosetail.losses.adversarial import non_saturating


def judged(real: Sequence[Tensor], fake: Sequence[Tensor]) -> Tensor:
    """A critic's loss, summed over its branches: real pictures high, fakes low."""
    apart = [
        non_saturating.real(one) + non_saturating.fake(other)
        for one, other in zip(real, fake, strict=True)
    ]
    return torch.stack(apart).sum()


def fooled(fake: Sequence[Tensor]) -> Tensor:
    """The generator's loss, averaged over a critic's branches."""
    return torch.stack([non_saturating.generator(each) for each in fake]).mean()


def gradient_penalty(real: Sequence[Tensor], inputs: Tensor) -> Tensor:
    """R1 (Mescheder and others 2018) of each branch, summed.

    The squared length of the gradient of a branch's mean logit with respect to ``inputs`` (N, ...),
    which those logits were computed from with a gradient; mean over the batch. Times gamma / 2.
    """
    sums = []
    for logits in real:
        (slope,) = torch.autograd.grad(logits.float().mean(), inputs, create_graph=True)
        sums.append(slope.square().flatten(1).sum(1).mean())
    return torch.stack(sums).sum()


def style_spread(styles: Tensor) -> Tensor:
    """Equation 3.6: variance of the codes (N, style) of one picture's views, summed over the code.

    Style is what does not move with the picture, so its views must have one code.
    """
    return styles.float().var(0, correction=0).sum()
