"""Generator and critic of CycleGAN (Zhu and others 2017, arXiv 1703.10593)."""

from __future__ import annotations

from itertools import pairwise

from torch import nn

from rosetail.layers.residual import Residual

SLOPE = 0.2
SPREAD = 0.02  # standard deviation of initial weights


class ResNetGenerator(nn.Sequential):
    """Pictures (N, 3, H, W) in [-1, 1] to pictures of the same size, sides multiples of 4.

    A 7x7 convolution, two 3x3 of stride 2 that double the channels, ``blocks`` residual blocks, two
    transposed 3x3 back, 7x7 to RGB, tanh; instance norm and ReLU after each. Nine blocks of width
    64 have 11,378,179 parameters. Layers are numbered as in the public PyTorch model.
    """

    MULTIPLE, SMALLEST = 4, 16

    def __init__(self, width: int = 64, blocks: int = 9) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.ReflectionPad2d(3), nn.Conv2d(3, width, 7), *_after(width)]
        for inside, out in ((width, 2 * width), (2 * width, 4 * width)):
            layers += [nn.Conv2d(inside, out, 3, stride=2, padding=1), *_after(out)]
        layers += [_block(4 * width) for _ in range(blocks)]
        for inside, out in ((4 * width, 2 * width), (2 * width, width)):
            rise = nn.ConvTranspose2d(inside, out, 3, stride=2, padding=1, output_padding=1)
            layers += [rise, *_after(out)]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(width, 3, 7), nn.Tanh()]
        self.extend(layers)
        self.apply(start_small)


class PatchGan(nn.Sequential):
    """PatchGAN critic of 70x70 patches: (N, 3, H, W) to logits (N, 1, H/8 - 2, W/8 - 2).

    4x4 convolutions, three of stride 2 and two of stride 1, with instance norm and leaky ReLU.
    Width 64 has 2,764,737 parameters. Sides must be at least 32.
    """

    def __init__(self, width: int = 64) -> None:
        super().__init__()
        widths = [width * times for times in (1, 2, 4, 8)]
        layers: list[nn.Module] = [nn.Conv2d(3, width, 4, stride=2, padding=1), nn.LeakyReLU(SLOPE)]
        for (inside, out), stride in zip(pairwise(widths), (2, 2, 1), strict=True):
            layers += [nn.Conv2d(inside, out, 4, stride=stride, padding=1)]
            layers += [nn.InstanceNorm2d(out), nn.LeakyReLU(SLOPE)]
        self.extend([*layers, nn.Conv2d(widths[-1], 1, 4, padding=1)])
        self.apply(start_small)


def start_small(module: nn.Module) -> None:
    """Initialize weights from N(0, 0.02²), biases with 0, as published."""
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(module.weight, std=SPREAD)
        if module.bias is not None:
            nn.init.zeros_(module.bias)


def _after(channels: int) -> tuple[nn.Module, nn.Module]:
    return nn.InstanceNorm2d(channels), nn.ReLU()


def _block(width: int) -> Residual:
    return Residual(
        *(nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3), *_after(width)),
        *(nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3), nn.InstanceNorm2d(width)),
    )
