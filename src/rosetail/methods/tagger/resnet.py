"""ResNet-50 (He et al. 2016, arXiv 1512.03385, table 1) as a tagger.

Trần and Vòng (2022, section 5.3.3) judge edits with such a classifier. It shares nothing with the
tagger that directions are found with.
"""

from __future__ import annotations

from typing import cast

from torch import Tensor, nn
from torch.nn import functional as F

from rosetail.methods.headfinder.network import ConvNorm
from rosetail.methods.tagger.network import POINTS, Read

BLOCKS = (3, 4, 6, 3)
EXPANSION = 4


class BottleneckBlock(nn.Module):
    """1x1, 3x3 and 1x1 convolutions beside a shortcut; the 3x3 one has the stride."""

    def __init__(self, in_channels: int, channels: int, stride: int) -> None:
        super().__init__()
        out = EXPANSION * channels
        self.narrow = ConvNorm(in_channels, channels, kernel=1)
        self.middle = ConvNorm(channels, channels, stride=stride)
        self.wide = _normed(channels, out, 1)
        nn.init.zeros_(cast(Tensor, self.wide[1].weight))  # begins as its shortcut (Goyal et al.)
        self.shortcut = nn.Identity() if in_channels == out else _normed(in_channels, out, stride)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.wide(self.middle(self.narrow(x))) + self.shortcut(x))


class ResNet50(nn.Module):
    """Portraits (N, 3, S, S) in [-1, 1] to tags and landmarks; 23.5 million parameters without the
    two heads, if ``width`` is the published 64."""

    def __init__(self, tags: int, width: int = 64) -> None:
        super().__init__()
        self.stem = ConvNorm(3, width, kernel=7, stride=2)
        blocks: list[nn.Module] = []
        inside = width
        for stage, count in enumerate(BLOCKS):
            channels = width * 2**stage
            for number in range(count):
                stride = 2 if stage and not number else 1
                blocks.append(BottleneckBlock(inside, channels, stride))
                inside = EXPANSION * channels
        self.blocks = nn.Sequential(*blocks)
        self.tags = nn.Linear(inside, tags)
        self.landmarks = nn.Linear(inside, 2 * POINTS)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x: Tensor, landmarks: Tensor | None = None) -> Read:
        """``landmarks`` are not used: the network sees the picture alone."""
        x = F.max_pool2d(self.stem(x), 3, 2, 1)
        pooled = self.blocks(x).mean((2, 3))
        places = 0.5 + self.landmarks(pooled).float().unflatten(1, (POINTS, 2))
        return Read(self.tags(pooled), places)


def _normed(in_channels: int, out_channels: int, stride: int) -> nn.Sequential:
    conv = nn.Conv2d(in_channels, out_channels, 1, stride, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(out_channels))
