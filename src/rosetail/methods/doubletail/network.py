"""The double-tail generator of AnimeGANv3 (Liu and others 2024, doi 10.1587/transinf.2023EDP7061).

One encoder, two tails of one shape. The *support* tail learns the style; the *main* tail learns
the support tail's cleaned output and alone runs at inference. Pictures are NCHW RGB in [-1, 1],
height and width multiples of 8.
"""

from __future__ import annotations

from torch import Tensor, nn

from rosetail.layers.blocks import ConvLADE, ExternalAttention, ToPicture, double

Skips = tuple[Tensor, Tensor, Tensor, Tensor]  # maps at 1/1, 1/2, 1/4 and 1/8 of the size


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


class Rise(nn.Module):
    """Twice the size: enlarge, convolve, add the encoder's map of that size, convolve."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.before = ConvLADE(in_channels, out_channels)
        self.after = ConvLADE(out_channels, out_channels)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        return self.after(self.before(double(x)) + skip)


class Tail(nn.Module):
    """The encoder's four maps to a picture (N, 3, H, W) in [-1, 1]."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.attention = ExternalAttention(4 * width)
        self.to_quarter = Rise(4 * width, 4 * width)
        self.to_half = Rise(4 * width, 2 * width)
        self.to_full = Rise(2 * width, width)
        self.to_rgb = ToPicture(width)

    def forward(self, skips: Skips) -> Tensor:
        full, half, quarter, eighth = skips
        x = self.to_quarter(self.attention(eighth), quarter)
        x = self.to_full(self.to_half(x, half), full)
        return self.to_rgb(x)


class DoubleTail(nn.Module):
    """Encoder with a support and a main tail; calling it runs encoder and main tail.

    With the published width of 32 these two hold 1,027,520 parameters.
    """

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        self.encoder = Encoder(width)
        self.support_rise = Tail(width)
        self.main_rise = Tail(width)

    def encode(self, x: Tensor) -> Skips:
        """The maps that both tails start from. Raises ValueError for a size that cannot be."""
        height, width = x.shape[-2:]
        if height % 8 or width % 8 or min(height, width) < 16:
            raise ValueError(
                f"picture of {width}x{height}: sides must be multiples of 8, at least 16; pad it"
            )
        return self.encoder(x)

    def support_tail(self, skips: Skips) -> Tensor:
        return self.support_rise(skips)

    def main_tail(self, skips: Skips) -> Tensor:
        return self.main_rise(skips)

    def support(self, x: Tensor) -> Tensor:
        """The stylist's picture."""
        return self.support_tail(self.encode(x))

    def main(self, x: Tensor) -> Tensor:
        """The picture that users see."""
        return self.main_tail(self.encode(x))

    def both(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Support and main picture; the encoder runs once."""
        skips = self.encode(x)
        return self.support_tail(skips), self.main_tail(skips)

    def forward(self, x: Tensor) -> Tensor:
        return self.main(x)
