"""Tags and landmarks of a portrait: a net that looks at the whole, then closely at eyes and mouth.

Landmarks are the mean place under a heat map each (Sun and others, "Integral Human Pose
Regression", 2018), which is finer than a cell. Where they are, eyes and mouth are cut out of the
picture at its full size: a gaze or a lid is a few pixels, and is gone from what the whole is seen
in. Tags are read off all of it (mean and greatest of the deepest maps).
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rosetail.layers.patches import cut
from rosetail.methods.headfinder.network import ConvNorm, Same, ToEighth, double

MULTIPLE = 64
POINTS = 5
PATCH = 64  # pixels of eyes and mouth as they are looked at
# Half a patch, in distances between the eyes: an eye is seen with its brow.
EYE_REACH, MOUTH_REACH = 0.62, 0.5


class Read(NamedTuple):
    """`tags`: logits (N, T). `landmarks`: x, y in shares of the picture (N, 5, 2): left eye, right
    eye, nose, left and right mouth corner."""

    tags: Tensor
    landmarks: Tensor


class TaggerNetwork(nn.Module):
    """Portraits (N, 3, S, S) in [-1, 1], S a multiple of 64 (ValueError), to tags and landmarks.

    The whole is seen at half the size. About 800 thousand parameters with ``width`` 32.
    """

    def __init__(self, tags: int, width: int = 32) -> None:
        super().__init__()
        eighth, deep = width * 2, width * 3
        self.to_eighth = ToEighth(width)
        self.to_sixteenth = nn.Sequential(ConvNorm(eighth, deep, stride=2), Same(deep), Same(deep))
        self.to_deepest = nn.Sequential(ConvNorm(deep, deep, stride=2), Same(deep))
        self.across = ConvNorm(deep, eighth, kernel=1)
        self.heat = nn.Sequential(ConvNorm(eighth, eighth), nn.Conv2d(eighth, POINTS, 1))
        self.eyes, self.mouth = ToEighth(width), ToEighth(width)
        self.tags = nn.Linear(2 * deep + 6 * eighth, tags)

    def forward(self, x: Tensor, landmarks: Tensor | None = None) -> Read:
        """With ``landmarks`` (N, 5, 2), in shares of the picture, it looks closely there instead of
        where it finds them itself, as while it still learns to."""
        side = x.shape[2]
        if side % MULTIPLE or side != x.shape[3]:
            raise ValueError(
                f"sides are {tuple(x.shape[2:])}; both must be one multiple of {MULTIPLE}"
            )
        eighth = self.to_eighth(F.avg_pool2d(x, 2))
        sixteenth = self.to_sixteenth(eighth)
        deepest = self.to_deepest(sixteenth)
        heat = self.heat(double(self.across(sixteenth)) + eighth).float().flatten(2)
        places = heat.softmax(2) @ centres(side // 16).to(heat)
        # Where to look is no question for the tags: they must not pull at the landmarks.
        near = places.detach() if landmarks is None else landmarks
        left, right, mouth = close_ups(x, near * side - 0.5)
        both = torch.stack([self.eyes(left), self.eyes(right)])
        seen = [deepest, both.mean(0), both.amax(0), self.mouth(mouth)]
        pooled = torch.cat([kind for each in seen for kind in (each.mean((2, 3)), peak(each))], 1)
        return Read(self.tags(pooled), places)


def peak(x: Tensor) -> Tensor:
    """The greatest of each map: (N, C, H, W) to (N, C)."""
    return x.amax((2, 3))


def close_ups(x: Tensor, landmarks: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Left eye, right eye and mouth of pictures, level, as large as the distance between the eyes
    says: (N, 3, PATCH, PATCH) each. ``landmarks`` (N, 5, 2) in pixels. The right eye is mirrored,
    so that its nose is on the side where the left one's is."""
    points = landmarks.float()
    left, right, mouth = points[:, 0], points[:, 1], points[:, 3:].mean(1)
    across = right - left
    down = torch.stack([-across[:, 1], across[:, 0]], 1)
    return (
        cut(x, left, EYE_REACH * across, EYE_REACH * down, PATCH),
        cut(x, right, -EYE_REACH * across, EYE_REACH * down, PATCH),
        cut(x, mouth, MOUTH_REACH * across, MOUTH_REACH * down, PATCH),
    )


def centres(cells: int) -> Tensor:
    """x, y of the cells' middles in shares of the picture, row by row (cells², 2)."""
    place = (torch.arange(cells) + 0.5) / cells
    y, x = torch.meshgrid(place, place, indexing="ij")
    return torch.stack([x, y], 2).flatten(0, 1)
