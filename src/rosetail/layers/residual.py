"""Residual connection around a sequence of layers."""

from __future__ import annotations

from torch import Tensor, nn


class Residual(nn.Sequential):
    """x + layers(x); the layers keep the shape."""

    def forward(self, x: Tensor) -> Tensor:
        return x + super().forward(x)
