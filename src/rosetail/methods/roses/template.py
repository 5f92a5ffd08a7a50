"""Draw maps of a standard head from w and warp them to the head in the content.

Modulated layers rescale the content; they cannot store the outline of a hairdo. Heads are aligned
before they are drawn, so most of a style has a fixed place relative to the head. Here maps of a
standard head are drawn from w and sampled at places predicted from the content: a spatial
transformer (Jaderberg et al. 2015) of several planes, because hair, face and shoulders move
differently when a head turns. A few points, located in the content by soft-argmax (Sun et al. 2018,
"Integral Human Pose Regression"), place each plane as a whole; a small offset per position refines
that.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rosetail.layers.equalized import EqualConv, EqualLinear

BASE = 8  # positions a side of the first map
WIDTHS = 96, 96, 64, 48  # channels of the first map and of each map of twice the size
PLANES = 4  # separately warped planes, each an equal share of the last map's channels
LANDMARKS = 5  # eyes, nose, corners of the mouth: supervised points
POINTS = LANDMARKS + 5
SURE = 4.0  # gain of the points' heat maps, which sharpens their peaks


class Template(nn.Module):
    """Content (N, C, h, w) and w (N, latent) to three maps with ``widths`` channels, of one, two
    and four times the content's size, which the decoder adds to its own.

    ``numbers``: number of inputs computed from w.
    """

    def __init__(self, numbers: int, latent: int, widths: Sequence[int]) -> None:
        super().__init__()
        self.numbers = EqualLinear(latent, numbers)
        self.spread = EqualLinear(numbers, WIDTHS[0] * BASE**2, active=True)
        self.grow = nn.ModuleList(EqualConv(*pair, 3) for pair in pairwise(WIDTHS))
        self.point = EqualConv(widths[0], POINTS, 1, active=False, bias=False, gain=SURE)
        self.nearer = EqualConv(widths[0], 2, 1, active=False, bias=False)
        self.place = EqualLinear(2 * POINTS, 6 * PLANES)
        self.bend = EqualConv(widths[0], 2 * PLANES, 3, active=False, bias=False)
        self.out = nn.ModuleList(
            EqualConv(WIDTHS[-1], each, 1, active=False, bias=False) for each in widths
        )
        nn.init.zeros_(self.nearer.weight)
        nn.init.zeros_(self.bend.weight)
        nn.init.zeros_(self.place.weight)
        with torch.no_grad():
            self.place.bias.copy_(torch.eye(2, 3).expand(PLANES, 2, 3).flatten())

    def forward(self, content: Tensor, w: Tensor, points: Tensor) -> list[Tensor]:
        """``points``: the result of :meth:`points`."""
        with torch.autocast(w.device.type, enabled=False):
            numbers = self.numbers(w.float())
        warped = self.warped(self.drawn(numbers), self.grid(content, points), PLANES, "border")
        maps = [F.avg_pool2d(warped, 4), F.avg_pool2d(warped, 2), warped]
        return [out(each) for out, each in zip(self.out, maps, strict=True)]

    def drawn(self, numbers: Tensor) -> Tensor:
        """The maps (N, C, S, S) of a standard head."""
        return grown(self.spread(numbers), self.grow)

    def points(self, content: Tensor, landmarks: Tensor | None = None) -> Tensor:
        """Points that place the planes, x and y in [-1, 1]: (N, POINTS, 2).

        The first are ``landmarks`` (N, LANDMARKS, 2) where they are known. NaN entries and all
        other points are located in the content.
        """
        located = self.located(content)
        if landmarks is None:
            return located
        known = torch.where(landmarks.isnan(), located[:, :LANDMARKS], landmarks.to(located))
        return torch.cat([known, located[:, LANDMARKS:]], 1)

    def located(self, content: Tensor) -> Tensor:
        """The points located in the content, (N, POINTS, 2)."""
        with torch.autocast(content.device.type, enabled=False):
            content = content.float()
            heat = self.point(content).flatten(2).softmax(2)
            points = heat @ position_grid(*content.shape[-2:]).to(heat).flatten(0, 1)
            # A second stage corrects each point from the content at it.
            offset = self.nearer(sampled_at(content, points.detach()))
            return points + offset[..., 0].transpose(1, 2)

    def grid(self, content: Tensor, points: Tensor) -> Tensor:
        """Sampling grid of each plane, x and y in [-1, 1]: (N, PLANES, 4 h, 4 w, 2)."""
        bend = self.bend(content)
        with torch.autocast(content.device.type, enabled=False):
            bend = F.interpolate(bend.float(), scale_factor=4, mode="bilinear", align_corners=False)
            x, y = position_grid(*bend.shape[-2:]).to(points).unbind(-1)
            affine = self.place(points.flatten(1)).unflatten(1, (PLANES, 2, 3, 1, 1))
            # No matrix product, which engines would compute in bfloat16.
            grid = bend.unflatten(1, (PLANES, 2)) + affine[:, :, :, 2]
            grid = grid + affine[:, :, :, 0] * x + affine[:, :, :, 1] * y
            return grid.permute(0, 1, 3, 4, 2)

    @staticmethod
    def warped(maps: Tensor, grid: Tensor, planes: int, padding: str) -> Tensor:
        """``maps`` (N, C, S, S), each of ``planes`` sampled at its ``grid``: (N, C, H, W).

        ``padding``: the ``padding_mode`` of ``grid_sample``.
        """
        with torch.autocast(maps.device.type, enabled=False):
            each = maps.float().unflatten(1, (planes, -1)).flatten(0, 1)
            at = grid.flatten(0, 1)
            seen = F.grid_sample(each, at, padding_mode=padding, align_corners=False)
        seen = seen.unflatten(0, (-1, planes)).flatten(1, 2).to(maps.dtype)
        return seen.contiguous(memory_format=torch.channels_last)


def grown(x: Tensor, convs: nn.ModuleList) -> Tensor:
    """(N, C BASE²) as maps of BASE positions a side, through ``convs``, each at twice the size."""
    x = x.unflatten(1, (-1, BASE, BASE)).contiguous(memory_format=torch.channels_last)
    for conv in convs:
        x = conv(F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False))
    return x


def sampled_at(content: Tensor, points: Tensor) -> Tensor:
    """The content (N, C, h, w) at points (N, P, 2): (N, C, P, 1)."""
    at = points[:, :, None]
    return F.grid_sample(content, at, padding_mode="border", align_corners=False)


def position_grid(height: int, width: int) -> Tensor:
    """x and y of every position, -1 to 1 from border to border: (height, width, 2)."""
    rows, columns = ((2 * torch.arange(each) + 1) / each - 1 for each in (height, width))
    y, x = torch.meshgrid(rows, columns, indexing="ij")
    return torch.stack([x, y], -1)
