"""Projection: the codes that draw a given picture, found by gradient descent.

As Creswell and Bharath (2018, "Inverting the Generator of a GAN") on pixels and features, with the
rates of StyleGAN2's projector: a short rise at first, a cosine down at the end.
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

RISE, FALL = 0.05, 0.25  # shares of the steps


class Projection(NamedTuple):
    """``codes`` as ``start`` was shaped; ``losses``, one a step."""

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
    """Codes whose drawing is ``picture`` (N, 3, H, W), as near as ``steps`` of Adam come.

    ``start`` decides the space: one w (N, latent) keeps to characters as they were trained, a row
    of codes (N, layers, latent), *w+*, comes nearer to pictures of any kind. The loss is the mean
    squared difference of pixels, plus ``features`` of both pictures where given. No chance is
    involved. The drawing network gets no gradient. ``note`` is told the steps done.
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
    """What part of the rate holds when that part of the steps is done."""
    falling = min(1.0, (1 - done) / FALL)
    return float((0.5 - 0.5 * np.cos(np.pi * falling)) * min(1.0, (done + 1e-3) / RISE))
