"""Generator and critic of AnimeGANv2 (Chen, Liu and Chen 2020, "AnimeGAN: A Novel Lightweight GAN
for Photo Animation", and its second version).

Convolutions use reflection padding and have no bias, except the depthwise ones; they are followed
by layer norm over the whole map (one gain and bias per channel) and leaky ReLU.
"""

from __future__ import annotations

from typing import Literal

from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm

from rosetail.layers.blocks import upsample
from rosetail.layers.residual import Residual

Resize = Literal["corners", "half_pixel", "asymmetric"]

SLOPE = 0.2
EXPANSION = 2  # of the channels within an inverted residual


class Doubled(nn.Module):
    """Bilinear upsampling by 2, or to ``size`` (height, width) where corner pixels are aligned.

    ``half_pixel`` keeps pixel centres, ``asymmetric`` upper left corners (as TensorFlow 1),
    ``corners`` the centres of corner pixels.
    """

    def __init__(self, resize: Resize) -> None:
        super().__init__()
        self.resize = resize

    def forward(self, x: Tensor, size: tuple[int, int]) -> Tensor:
        if self.resize == "corners":
            return F.interpolate(x, size, mode="bilinear", align_corners=True)
        return upsample(x, self.resize == "asymmetric")


class AnimeGan2Generator(nn.Sequential):
    """Pictures (N, 3, H, W) in [-1, 1] to pictures of the same size.

    Two convolutions of stride 2, four inverted residuals (Sandler and others 2018), two bilinear
    upsamplings. With width 32 it has 2,143,552 parameters. ``resize`` is the upsampling: the
    original program's is asymmetric. Sides are multiples of 4, of any size with ``corners``.
    """

    MULTIPLE, SMALLEST = 4, 16
    HALVINGS = (1, 3)  # layers of stride 2

    def __init__(self, width: int = 32, resize: Resize = "asymmetric") -> None:
        half, quarter, wide = 2 * width, 4 * width, 8 * width
        super().__init__(
            *(unit(3, width, 7), unit(width, half, stride=2), unit(half, half)),
            *(unit(half, quarter, stride=2), unit(quarter, quarter)),
            *(unit(quarter, quarter), inverted(quarter, wide)),
            *(Residual(*inverted(wide, wide)) for _ in range(3)),
            unit(wide, quarter),
            Doubled(resize),
            *(unit(quarter, quarter), unit(quarter, quarter)),
            Doubled(resize),
            *(unit(quarter, half), unit(half, half), unit(half, width, 7)),
            nn.Conv2d(width, 3, 1, bias=False),
            nn.Tanh(),
        )
        if resize == "corners":
            self.MULTIPLE = 1

    def forward(self, x: Tensor) -> Tensor:
        sizes = []  # of the maps before they were halved
        for place, layer in enumerate(self):
            if place in self.HALVINGS:
                sizes.append((x.shape[-2], x.shape[-1]))
            x = layer(x, sizes.pop()) if isinstance(layer, Doubled) else layer(x)
        return x


class AnimeGan2Critic(nn.Sequential):
    """Patch critic: (N, 3, H, W) to logits (N, 1, H/4, W/4); sides are multiples of 4.

    3x3 convolutions with spectral norm (Miyato and others 2018), two of them of stride 2.
    """

    def __init__(self, width: int = 32) -> None:
        layers: list[nn.Module] = [_judge(3, width), nn.LeakyReLU(SLOPE)]
        inside = width
        for out in (2 * width, 4 * width):
            layers += [_judge(inside, out, stride=2), nn.LeakyReLU(SLOPE)]
            layers += [_judge(out, 2 * out), nn.GroupNorm(1, 2 * out), nn.LeakyReLU(SLOPE)]
            inside = 2 * out
        layers += [_judge(inside, inside), nn.GroupNorm(1, inside), nn.LeakyReLU(SLOPE)]
        super().__init__(*layers, _judge(inside, 1))


def unit(inside: int, out: int, kernel: int = 3, *, stride: int = 1, groups: int = 1) -> nn.Module:
    """Reflection padding, convolution, layer norm, leaky ReLU.

    With stride 2 the padding is one pixel at the bottom and at the right.
    """
    border = (0, 1, 0, 1) if stride == 2 else (kernel // 2,) * 4
    return nn.Sequential(
        nn.ReflectionPad2d(border),
        nn.Conv2d(inside, out, kernel, stride, groups=groups, bias=groups > 1),
        nn.GroupNorm(1, out),
        nn.LeakyReLU(SLOPE),
    )


def inverted(inside: int, out: int) -> nn.Sequential:
    """Inverted residual: 1x1 expansion, depthwise convolution, linear 1x1 projection."""
    wide = EXPANSION * inside
    return nn.Sequential(
        nn.Conv2d(inside, wide, 1, bias=False),
        nn.GroupNorm(1, wide),
        nn.LeakyReLU(SLOPE),
        unit(wide, wide, groups=wide),
        nn.Conv2d(wide, out, 1, bias=False),
        nn.GroupNorm(1, out),
    )


def _judge(inside: int, out: int, *, stride: int = 1) -> nn.Module:
    conv: nn.Module = spectral_norm(nn.Conv2d(inside, out, 3, stride, padding=1, bias=False))
    return conv
