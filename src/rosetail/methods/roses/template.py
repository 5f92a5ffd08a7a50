"""What a style draws in its own place, bent to where the content has it.

Modulated layers weigh what the content shows; they have no place to keep the outline of a hairdo
in. Heads are brought to one place before they are drawn, so most of a style does have its place,
give or take where and how large the head is. Here w draws maps for a head as it usually is, and the
content says where in them to look: a spatial transformer (Jaderberg and others 2015), of several
planes, since hair, face and shoulders move apart when a head turns. A few points that are found in
the content (soft-argmax; Sun and others 2018, "Integral Human Pose Regression") place each plane
as a whole, and each place looks a little beside that.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rosetail.layers.equalized import EqualConv, EqualLinear

BASE = 8  # places a side of the first map
WIDTHS = 96, 96, 64, 48  # channels of it and of those of twice the size, and so on
PLANES = 4  # that are bent apart, each a share of the last map's channels
LANDMARKS = 5  # eyes, nose, corners of the mouth: points that lessons show
POINTS = LANDMARKS + 5
SURE = 4.0  # gain of the maps that points are found in: they have to become peaks


class Template(nn.Module):
    """Content (N, C, h, w) and w (N, latent) to what is added to the maps of the content's size, of
    twice that and of four times that, ``widths`` channels each.

    ``numbers``: of w, that the maps are made of.
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
        """``points`` are :meth:`points`."""
        with torch.autocast(w.device.type, enabled=False):
            numbers = self.numbers(w.float())
        bent = self.bent(self.drawn(numbers), self.places(content, points), PLANES, "border")
        maps = [F.avg_pool2d(bent, 4), F.avg_pool2d(bent, 2), bent]
        return [out(each) for out, each in zip(self.out, maps, strict=True)]

    def drawn(self, numbers: Tensor) -> Tensor:
        """The maps (N, C, S, S) of a head as it usually is."""
        return grown(self.spread(numbers), self.grow)

    def points(self, content: Tensor, landmarks: Tensor | None = None) -> Tensor:
        """Where its points are, x and y from -1 to 1: (N, POINTS, 2). The first are the
        ``landmarks`` (N, LANDMARKS, 2), where they are known; NaN are found in the content, as all
        others are."""
        found = self.found(content)
        if landmarks is None:
            return found
        known = torch.where(landmarks.isnan(), found[:, :LANDMARKS], landmarks.to(found))
        return torch.cat([known, found[:, LANDMARKS:]], 1)

    def found(self, content: Tensor) -> Tensor:
        """The points that the content shows, (N, POINTS, 2)."""
        with torch.autocast(content.device.type, enabled=False):
            content = content.float()
            shares = self.point(content).flatten(2).softmax(2)
            points = shares @ own_places(*content.shape[-2:]).to(shares).flatten(0, 1)
            # What the content shows there says how far off that is, as a detector's second stage.
            off = self.nearer(shown_at(content, points.detach()))
            return points + off[..., 0].transpose(1, 2)

    def places(self, content: Tensor, points: Tensor) -> Tensor:
        """Where each plane is looked at, x and y from -1 to 1: (N, PLANES, 4 h, 4 w, 2)."""
        bend = self.bend(content)
        with torch.autocast(content.device.type, enabled=False):
            bend = F.interpolate(bend.float(), scale_factor=4, mode="bilinear", align_corners=False)
            own = own_places(*bend.shape[-2:]).to(points)
            own = torch.cat([own, torch.ones_like(own[..., :1])], -1)
            affine = self.place(points.flatten(1)).unflatten(1, (PLANES, 2, 3))
            whole = torch.einsum("hwi,npoi->nphwo", own, affine)
            return whole + bend.unflatten(1, (PLANES, 2)).permute(0, 1, 3, 4, 2)

    @staticmethod
    def bent(maps: Tensor, places: Tensor, planes: int, beyond: str) -> Tensor:
        """``maps`` (N, C, S, S), each of ``planes`` looked at in its ``places``: (N, C, H, W);
        ``beyond`` the border as ``padding_mode`` of grid_sample says."""
        with torch.autocast(maps.device.type, enabled=False):
            each = maps.float().unflatten(1, (planes, -1)).flatten(0, 1)
            at = places.flatten(0, 1)
            seen = F.grid_sample(each, at, padding_mode=beyond, align_corners=False)
        seen = seen.unflatten(0, (-1, planes)).flatten(1, 2).to(maps.dtype)
        return seen.contiguous(memory_format=torch.channels_last)


def grown(x: Tensor, convs: nn.ModuleList) -> Tensor:
    """(N, C BASE²), maps of BASE places a side, through ``convs``, each at twice the size."""
    x = x.unflatten(1, (-1, BASE, BASE)).contiguous(memory_format=torch.channels_last)
    for conv in convs:
        x = conv(F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False))
    return x


def shown_at(content: Tensor, points: Tensor) -> Tensor:
    """What the content (N, C, h, w) shows at points (N, P, 2): (N, C, P, 1)."""
    at = points[:, :, None]
    return F.grid_sample(content, at, padding_mode="border", align_corners=False)


def own_places(height: int, width: int) -> Tensor:
    """x and y of every place, -1 to 1 from border to border: (height, width, 2)."""
    rows, columns = ((2 * torch.arange(each) + 1) / each - 1 for each in (height, width))
    y, x = torch.meshgrid(rows, columns, indexing="ij")
    return torch.stack([x, y], -1)
