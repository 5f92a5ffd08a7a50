"""The loss terms of GANs N' Roses (Chong and Forsyth 2021, arXiv 2106.06561), without weights."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from rosetail.losses.adversarial import non_saturating


def d_loss(real: Sequence[Tensor], fake: Sequence[Tensor]) -> Tensor:
    """Logistic loss of a critic, summed over its branches' logits."""
    branches = [
        non_saturating.real(one) + non_saturating.fake(other)
        for one, other in zip(real, fake, strict=True)
    ]
    return torch.stack(branches).sum()


def g_loss(fake: Sequence[Tensor]) -> Tensor:
    """Non-saturating loss of a generator, averaged over the critic's branches."""
    return torch.stack([non_saturating.generator(each) for each in fake]).mean()


def gradient_penalty(real: Sequence[Tensor], inputs: Tensor) -> Tensor:
    """R1 (Mescheder et al. 2018) of each branch, summed; without the factor gamma / 2.

    As published, each branch contributes the squared norm of the gradient of its *mean* logit
    (over batch and positions) with respect to ``inputs`` (N, ...), averaged over the batch.
    """
    penalties = []
    for logits in real:
        (gradient,) = torch.autograd.grad(logits.float().mean(), inputs, create_graph=True)
        penalties.append(gradient.square().flatten(1).sum(1).mean())
    return torch.stack(penalties).sum()


def style_variance(styles: Tensor) -> Tensor:
    """Style consistency, eq. 3.6: the variance over the batch of the codes (N, style) of one
    picture's views, summed over the code."""
    return styles.float().var(0, correction=0).sum()


def style_cosine(styles: Tensor) -> Tensor:
    """Style consistency of the authors' ``train`` branch: the cosine distances of all N x N pairs
    of codes (N, style), summed."""
    unit = torch.nn.functional.normalize(styles.float(), dim=1)
    return (1 - unit @ unit.t()).sum()
