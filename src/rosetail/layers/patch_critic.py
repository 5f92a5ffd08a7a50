"""The patch critic of AnimeGANv3 (Liu and others 2024, doi 10.1587/transinf.2023EDP7061)."""

from __future__ import annotations

from typing import cast

from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from rosetail.layers.blocks import SLOPE, ConvLADE, ReflectConv


class PatchCritic(nn.Module):
    """A logit for every patch, high if the patch looks like the target domain.

    A 7x7 convolution, then three times {3x3 stride 2, 3x3 that doubles the channels}, each with
    LADE and leaky ReLU; a 1x1 convolution gives the logits. Every convolution, LADE's included,
    is spectrally normalised (Miyato and others 2018).

    Pictures (N, in_channels, H, W) in [-1, 1] give logits (N, 1, H/8, W/8); sides >= 16.
    """

    def __init__(self, in_channels: int = 3, width: int = 32) -> None:
        super().__init__()
        layers: list[nn.Module] = [ReflectConv(in_channels, width, 7), nn.LeakyReLU(SLOPE)]
        for _ in range(3):
            layers += [ConvLADE(width, width, stride=2), ConvLADE(width, 2 * width)]
            width *= 2
        layers.append(nn.Conv2d(width, 1, 1, bias=False))
        nn.init.xavier_uniform_(cast(nn.Conv2d, layers[-1]).weight)
        self.layers = nn.Sequential(*layers)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                spectral_norm(module)

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x)
