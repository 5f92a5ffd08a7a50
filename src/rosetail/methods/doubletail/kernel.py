"""Distance of what is drawn to a set of drawings, as their distribution: kernel MMD of features.

A comparison with one drawing says how that one should look; this says how drawings look taken
together, whatever they show. It is the squared maximum mean discrepancy with the polynomial kernel
of KID (Bińkowski and others 2018, "Demystifying MMD GANs", eq. 3 and 4), as a loss, as generative
moment matching networks have it (Li, Swersky and Zemel 2015).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


def kernel(first: Tensor, second: Tensor) -> Tensor:
    """(x·y / D + 1)³ for rows (N, D) and (M, D): (N, M)."""
    return (first @ second.t() / first.shape[1] + 1) ** 3


def kernel_distance(rows: Tensor, others: Tensor, target: Tensor) -> Tensor:
    """The part of MMD² that ``rows`` (N, D) can change: 2 E k(x, x') - 2 E k(x, y).

    ``others`` (M, D) are rows of the same kind from earlier steps, ``target`` (T, D) those of
    drawings; neither gets a gradient. All are divided by the target's root mean square, so that
    the kernel is of the order of 8 and the loss has no unit.
    """
    with torch.autocast(rows.device.type, enabled=False):
        size = target.float().square().mean().sqrt()
        x, own, theirs = (each.float() / size for each in (rows, others, target))
        return 2 * (kernel(x, own).mean() - kernel(x, theirs).mean())


class Remembered(nn.Module):
    """The latest ``capacity`` rows (D numbers each) that were shown, newest first, as a buffer that
    checkpoints hold. Rows of zeros have not been shown yet."""

    rows: Tensor

    def __init__(self, capacity: int, width: int) -> None:
        super().__init__()
        self.register_buffer("rows", torch.zeros(capacity, width))

    def latest(self) -> Tensor:
        """Rows shown so far, (M, D), M up to ``capacity``."""
        return self.rows[(self.rows != 0).any(1)]

    @torch.no_grad()
    def remember(self, rows: Tensor) -> None:
        """Put ``rows`` (N, D) in the place of the oldest."""
        self.rows.copy_(torch.cat([rows.detach().float(), self.rows])[: len(self.rows)])
