"""Inception v3 (Szegedy and others 2016) as used by FID: the network of the first published code.

That network has 1008 outputs, average pooling that excludes the padding, and max pooling in its
last block. Modules have the names of the public PyTorch ports.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

FEATURES = 2048
Size = int | tuple[int, int]


class Unit(nn.Module):
    """Convolution without bias, batch norm, ReLU; padded to keep the size unless ``bare``."""

    def __init__(
        self, inside: int, out: int, kernel: Size, stride: int = 1, *, bare: bool = False
    ) -> None:
        super().__init__()
        rows, columns = (kernel, kernel) if isinstance(kernel, int) else kernel
        border = (0, 0) if bare else (rows // 2, columns // 2)
        self.conv = nn.Conv2d(inside, out, (rows, columns), stride, border, bias=False)
        self.bn = nn.BatchNorm2d(out, eps=0.001)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.bn(self.conv(x)))


def mean_around(x: Tensor) -> Tensor:
    """3x3 average pooling that excludes the padding."""
    return F.avg_pool2d(x, 3, stride=1, padding=1, count_include_pad=False)


class BlockA(nn.Module):
    """Branches of 1x1, 5x5 and two 3x3 convolutions, and pooling with ``pooled`` channels."""

    def __init__(self, inside: int, pooled: int) -> None:
        super().__init__()
        self.branch1x1 = Unit(inside, 64, 1)
        self.branch5x5_1, self.branch5x5_2 = Unit(inside, 48, 1), Unit(48, 64, 5)
        self.branch3x3dbl_1 = Unit(inside, 64, 1)
        self.branch3x3dbl_2, self.branch3x3dbl_3 = Unit(64, 96, 3), Unit(96, 96, 3)
        self.branch_pool = Unit(inside, pooled, 1)

    def forward(self, x: Tensor) -> Tensor:
        double = self.branch3x3dbl_3(self.branch3x3dbl_2(self.branch3x3dbl_1(x)))
        five = self.branch5x5_2(self.branch5x5_1(x))
        return torch.cat([self.branch1x1(x), five, double, self.branch_pool(mean_around(x))], 1)


class BlockB(nn.Module):
    """Halve the size: a 3x3 convolution of stride 2, two 3x3 convolutions, and max pooling."""

    def __init__(self, inside: int) -> None:
        super().__init__()
        self.branch3x3 = Unit(inside, 384, 3, 2, bare=True)
        self.branch3x3dbl_1, self.branch3x3dbl_2 = Unit(inside, 64, 1), Unit(64, 96, 3)
        self.branch3x3dbl_3 = Unit(96, 96, 3, 2, bare=True)

    def forward(self, x: Tensor) -> Tensor:
        double = self.branch3x3dbl_3(self.branch3x3dbl_2(self.branch3x3dbl_1(x)))
        return torch.cat([self.branch3x3(x), double, F.max_pool2d(x, 3, 2)], 1)


class BlockC(nn.Module):
    """7x7 convolutions factored into 1x7 and 7x1, one and two of them, with ``width`` channels."""

    def __init__(self, inside: int, width: int) -> None:
        super().__init__()
        flat, tall = (1, 7), (7, 1)
        self.branch1x1 = Unit(inside, 192, 1)
        self.branch7x7_1, self.branch7x7_2 = Unit(inside, width, 1), Unit(width, width, flat)
        self.branch7x7_3 = Unit(width, 192, tall)
        self.branch7x7dbl_1, self.branch7x7dbl_2 = Unit(inside, width, 1), Unit(width, width, tall)
        self.branch7x7dbl_3, self.branch7x7dbl_4 = (Unit(width, width, k) for k in (flat, tall))
        self.branch7x7dbl_5 = Unit(width, 192, flat)
        self.branch_pool = Unit(inside, 192, 1)

    def forward(self, x: Tensor) -> Tensor:
        seven = self.branch7x7_3(self.branch7x7_2(self.branch7x7_1(x)))
        double = self.branch7x7dbl_3(self.branch7x7dbl_2(self.branch7x7dbl_1(x)))
        double = self.branch7x7dbl_5(self.branch7x7dbl_4(double))
        return torch.cat([self.branch1x1(x), seven, double, self.branch_pool(mean_around(x))], 1)


class BlockD(nn.Module):
    """Halve the size: 3x3, factored 7x7 and 3x3 convolutions, and max pooling."""

    def __init__(self, inside: int) -> None:
        super().__init__()
        self.branch3x3_1 = Unit(inside, 192, 1)
        self.branch3x3_2 = Unit(192, 320, 3, 2, bare=True)
        self.branch7x7x3_1, self.branch7x7x3_2 = Unit(inside, 192, 1), Unit(192, 192, (1, 7))
        self.branch7x7x3_3 = Unit(192, 192, (7, 1))
        self.branch7x7x3_4 = Unit(192, 192, 3, 2, bare=True)

    def forward(self, x: Tensor) -> Tensor:
        seven = self.branch7x7x3_3(self.branch7x7x3_2(self.branch7x7x3_1(x)))
        three = self.branch3x3_2(self.branch3x3_1(x))
        return torch.cat([three, self.branch7x7x3_4(seven), F.max_pool2d(x, 3, 2)], 1)


class BlockE(nn.Module):
    """3x3 split into parallel 1x3 and 3x1. ``peak``: max pooling instead of average pooling."""

    def __init__(self, inside: int, *, peak: bool) -> None:
        super().__init__()
        flat, tall = (1, 3), (3, 1)
        self.peak = peak
        self.branch1x1, self.branch3x3_1 = Unit(inside, 320, 1), Unit(inside, 384, 1)
        self.branch3x3_2a, self.branch3x3_2b = (Unit(384, 384, k) for k in (flat, tall))
        self.branch3x3dbl_1, self.branch3x3dbl_2 = Unit(inside, 448, 1), Unit(448, 384, 3)
        self.branch3x3dbl_3a, self.branch3x3dbl_3b = (Unit(384, 384, k) for k in (flat, tall))
        self.branch_pool = Unit(inside, 192, 1)

    def forward(self, x: Tensor) -> Tensor:
        three = self.branch3x3_1(x)
        double = self.branch3x3dbl_2(self.branch3x3dbl_1(x))
        pooled = F.max_pool2d(x, 3, 1, 1) if self.peak else mean_around(x)
        branches = [self.branch1x1(x), self.branch3x3_2a(three), self.branch3x3_2b(three)]
        branches += [self.branch3x3dbl_3a(double), self.branch3x3dbl_3b(double)]
        return torch.cat([*branches, self.branch_pool(pooled)], 1)


class Inception(nn.Module):
    """RGB (N, 3, 299, 299) in [-1, 1] to features (N, 2048), averaged over positions.

    It has 21,785,568 parameters. The minimum side is 75.
    """

    def __init__(self) -> None:
        super().__init__()
        self.Conv2d_1a_3x3 = Unit(3, 32, 3, 2, bare=True)
        self.Conv2d_2a_3x3, self.Conv2d_2b_3x3 = Unit(32, 32, 3, bare=True), Unit(32, 64, 3)
        self.Conv2d_3b_1x1, self.Conv2d_4a_3x3 = Unit(64, 80, 1), Unit(80, 192, 3, bare=True)
        self.Mixed_5b, self.Mixed_5c = BlockA(192, 32), BlockA(256, 64)
        self.Mixed_5d, self.Mixed_6a = BlockA(288, 64), BlockB(288)
        self.Mixed_6b, self.Mixed_6c = BlockC(768, 128), BlockC(768, 160)
        self.Mixed_6d, self.Mixed_6e = BlockC(768, 160), BlockC(768, 192)
        self.Mixed_7a, self.Mixed_7b = BlockD(768), BlockE(1280, peak=False)
        self.Mixed_7c = BlockE(2048, peak=True)

    def forward(self, x: Tensor) -> Tensor:
        x = self.Conv2d_2b_3x3(self.Conv2d_2a_3x3(self.Conv2d_1a_3x3(x)))
        x = self.Conv2d_4a_3x3(self.Conv2d_3b_1x1(F.max_pool2d(x, 3, 2)))
        x = self.Mixed_5d(self.Mixed_5c(self.Mixed_5b(F.max_pool2d(x, 3, 2))))
        x = self.Mixed_6c(self.Mixed_6b(self.Mixed_6a(x)))
        x = self.Mixed_7a(self.Mixed_6e(self.Mixed_6d(x)))
        return self.Mixed_7c(self.Mixed_7b(x)).mean((2, 3))
