"""Projection: the latent codes of a given picture, by gradient descent on pixels and features.

After Creswell and Bharath (2018, "Inverting the Generator of a GAN"), with the learning-rate
schedule of StyleGAN2's projector: linear warm-up, cosine decay at the end.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

Draw = Callable[[Tensor], Tensor]  # codes to pictures (N, 3, H, W) in [-1, 1]
Apart = Callable[[Tensor, Tensor], Tensor]  # two pictures to a scalar

WARMUP, DECAY = 0.05, 0.25  # fractions of the steps


class Projection(NamedTuple):
    """``codes`` in the shape of ``start``; ``losses``, one per step."""

    codes: Tensor
    losses: list[float]


def project(
    draw: Draw,
    start: Tensor,
    picture: Tensor,
    *,
    features: Apart | None = None,
    steps: int = 500,
    rate: float = 0.1,
    note: Callable[[int], None] | None = None,
) -> Projection:
    """Find codes whose drawing is close to ``picture`` (N, 3, H, W), with ``steps`` of Adam.

    The shape of ``start`` selects the latent space: w (N, latent) stays within the trained
    distribution; w+ (N, layers, latent) fits pictures of any kind better. The loss is the mean
    squared error of pixels, plus ``features`` of both pictures if given. Deterministic. The
    generator gets no gradient. ``note`` is called with the number of steps done.
    """
    codes = start.detach().clone().requires_grad_()
    optimizer = torch.optim.Adam([codes], lr=rate)
    losses = []
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = rate * _share(step / steps)
        drawn = draw(codes)
        loss = F.mse_loss(drawn, picture)
        if features is not None:
            loss = loss + features(drawn, picture)
        (codes.grad,) = torch.autograd.grad(loss, [codes])
        optimizer.step()
        losses.append(float(loss.detach()))
        if note is not None:
            note(step + 1)
    return Projection(codes.detach(), losses)


def _share(done: float) -> float:
    """The factor on the learning rate when a fraction ``done`` of the steps is done."""
    remaining = min(1.0, (1 - done) / DECAY)
    return float((0.5 - 0.5 * np.cos(np.pi * remaining)) * min(1.0, (done + 1e-3) / WARMUP))
