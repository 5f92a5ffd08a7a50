"""The double-tail generator of AnimeGANv3 (Liu et al. 2024, doi 10.1587/transinf.2023EDP7061).

One encoder and two tails of the same shape. The *support* tail learns the style; the *main* tail
learns the support tail's cleaned output and is the only one that runs at inference. Pictures are
NCHW RGB in [-1, 1], height and width multiples of 8.
"""

from __future__ import annotations

from typing import Literal

from torch import Tensor, nn

from rosetail.layers.blocks import ConvLADE, ExternalAttention, ToPicture, upsample

Skips = tuple[Tensor, Tensor, Tensor, Tensor]  # maps at 1/1, 1/2, 1/4 and 1/8 of the size
Resize = Literal["half_pixel", "asymmetric"]


class Encoder(nn.Module):
    """Picture (N, 3, H, W) to four maps: width channels at H, 2x at H/2, 4x at H/4 and H/8."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.at_full = ConvLADE(3, width, kernel=7)
        self.at_half = nn.Sequential(ConvLADE(width, width, stride=2), ConvLADE(width, 2 * width))
        self.at_quarter = nn.Sequential(
            ConvLADE(2 * width, 2 * width, stride=2), ConvLADE(2 * width, 4 * width)
        )
        self.at_eighth = nn.Sequential(
            ConvLADE(4 * width, 4 * width, stride=2), ConvLADE(4 * width, 4 * width)
        )

    def forward(self, x: Tensor) -> Skips:
        full = self.at_full(x)
        half = self.at_half(full)
        quarter = self.at_quarter(half)
        return full, half, quarter, self.at_eighth(quarter)


class SkipUpBlock(nn.Module):
    """Upsample to twice the size, convolve, add the encoder's map of that size, convolve."""

    def __init__(self, in_channels: int, out_channels: int, resize: Resize) -> None:
        super().__init__()
        self.resize = resize
        self.before = ConvLADE(in_channels, out_channels)
        self.after = ConvLADE(out_channels, out_channels)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        return self.after(self.before(upsample(x, self.resize == "asymmetric")) + skip)


class Tail(nn.Module):
    """The encoder's four maps to a picture (N, 3, H, W) in [-1, 1]."""

    def __init__(self, width: int, norm_momentum: float, resize: Resize) -> None:
        super().__init__()
        self.attention = ExternalAttention(4 * width, momentum=norm_momentum)
        self.to_quarter = SkipUpBlock(4 * width, 4 * width, resize)
        self.to_half = SkipUpBlock(4 * width, 2 * width, resize)
        self.to_full = SkipUpBlock(2 * width, width, resize)
        self.to_rgb = ToPicture(width)

    def forward(self, skips: Skips) -> Tensor:
        full, half, quarter, eighth = skips
        x = self.to_quarter(self.attention(eighth), quarter)
        x = self.to_full(self.to_half(x, half), full)
        return self.to_rgb(x)


class DoubleTail(nn.Module):
    """Encoder with a support and a main tail; calling it runs encoder and main tail.

    With the published width of 32 these two have 1,027,520 parameters.

    Args:
        width: channels of the first convolution.
        norm_momentum: momentum of the attention's batch norm; 0.001 in the published code.
        resize: sampling positions of bilinear upsampling. The published code uses TensorFlow 1's
            ``asymmetric``, which shifts maps by half a pixel.
    """

    def __init__(
        self, width: int = 32, norm_momentum: float = 0.01, resize: Resize = "half_pixel"
    ) -> None:
        super().__init__()
        self.encoder = Encoder(width)
        self.support_rise = Tail(width, norm_momentum, resize)
        self.main_rise = Tail(width, norm_momentum, resize)

    def encode(self, x: Tensor) -> Skips:
        """The encoder's maps, input of both tails. Raises ValueError for an unsupported size."""
        height, width = x.shape[-2:]
        if height % 8 or width % 8 or min(height, width) < 16:
            raise ValueError(
                f"picture of {width}x{height}: sides must be multiples of 8, at least 16; pad it"
            )
        return self.encoder(x)

    def support(self, x: Tensor) -> Tensor:
        """The support tail's picture."""
        return self.support_rise(self.encode(x))

    def main(self, x: Tensor) -> Tensor:
        """The main tail's picture, the result at inference."""
        return self.main_rise(self.encode(x))

    def both(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Support and main picture; the encoder runs once."""
        skips = self.encode(x)
        return self.support_rise(skips), self.main_rise(skips)

    def forward(self, x: Tensor) -> Tensor:
        return self.main(x)
