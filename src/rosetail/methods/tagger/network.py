"""The network that predicts tags and landmarks of a portrait.

Each landmark is the mean position of a heat map (Sun et al. 2018, "Integral Human Pose
Regression"), which is more precise than the best cell. The network sees the whole picture at half
the size, and crops of the eyes and the mouth at full size, because gaze and eyelids cover few
pixels. Tags are predicted from the mean and maximum of all deepest maps.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rosetail.layers.patches import cut, face_axes
from rosetail.methods.headfinder.network import ConvNorm, ResidualConv, ToEighth, double

MULTIPLE = 64
POINTS = 5
PATCH = 64  # pixels of a crop
# Half a crop's side over the distance between the eyes; includes the eyebrow.
EYE_REACH, MOUTH_REACH = 0.62, 0.5


class Read(NamedTuple):
    """``tags``: logits (N, T). ``landmarks``: x, y as shares of the picture (N, 5, 2): left eye,
    right eye, nose, left and right mouth corner."""

    tags: Tensor
    landmarks: Tensor


class TaggerNetwork(nn.Module):
    """Portraits (N, 3, S, S) in [-1, 1], S a multiple of 64 (ValueError), to tags and landmarks.

    About 800 thousand parameters with ``width`` 32.
    """

    def __init__(self, tags: int, width: int = 32) -> None:
        super().__init__()
        eighth, deep = width * 2, width * 3
        self.to_eighth = ToEighth(width)
        self.to_sixteenth = nn.Sequential(
            ConvNorm(eighth, deep, stride=2), ResidualConv(deep), ResidualConv(deep)
        )
        self.to_deepest = nn.Sequential(ConvNorm(deep, deep, stride=2), ResidualConv(deep))
        self.across = ConvNorm(deep, eighth, kernel=1)
        self.heat = nn.Sequential(ConvNorm(eighth, eighth), nn.Conv2d(eighth, POINTS, 1))
        self.eyes, self.mouth = ToEighth(width), ToEighth(width)
        self.tags = nn.Linear(2 * deep + 6 * eighth, tags)

    def forward(self, x: Tensor, landmarks: Tensor | None = None) -> Read:
        """``landmarks`` (N, 5, 2), as shares of the picture, place the crops instead of the
        predicted ones, for training."""
        side = int(x.shape[2])
        if side % MULTIPLE or side != x.shape[3]:
            raise ValueError(
                f"sides are {tuple(x.shape[2:])}; both must be one multiple of {MULTIPLE}"
            )
        eighth = self.to_eighth(F.avg_pool2d(x, 2))
        sixteenth = self.to_sixteenth(eighth)
        deepest = self.to_deepest(sixteenth)
        heat = self.heat(double(self.across(sixteenth)) + eighth).float().flatten(2)
        found = heat.softmax(2) @ centres(side // 16).to(heat)
        # Detached: the tag loss does not train the landmarks.
        near = found.detach() if landmarks is None else landmarks
        eyes, mouth = close_ups(x, near * side - 0.5)
        left, right = self.eyes(eyes).chunk(2)
        maps = [deepest, (left + right) / 2, torch.maximum(left, right), self.mouth(mouth)]
        pooled = [each for x in maps for each in (x.mean((2, 3)), x.amax((2, 3)))]
        return Read(self.tags(torch.cat(pooled, 1)), found)


def close_ups(x: Tensor, landmarks: Tensor) -> tuple[Tensor, Tensor]:
    """Level crops of both eyes (2N, 3, PATCH, PATCH), all left eyes first, and of the mouth (N, 3,
    PATCH, PATCH), scaled by the distance between the eyes.

    ``landmarks`` (N, 5, 2) are in pixels. Right eyes are mirrored.
    """
    points = landmarks.float()
    places = torch.cat([points[:, :2], points[:, 3:].mean(1, keepdim=True)], 1)
    across, down = face_axes(points)
    right = across[:, None] * across.new_tensor([EYE_REACH, -EYE_REACH, MOUTH_REACH])[:, None]
    lower = down[:, None] * down.new_tensor([EYE_REACH, EYE_REACH, MOUTH_REACH])[:, None]
    left_eye, right_eye, mouth = cut(x, places, right, lower, PATCH).unbind()
    return torch.cat([left_eye, right_eye]), mouth


def centres(cells: int) -> Tensor:
    """x, y of the cells' centres as shares of the picture, row by row (cells², 2)."""
    place = (torch.arange(cells) + 0.5) / cells
    y, x = torch.meshgrid(place, place, indexing="ij")
    return torch.stack([x, y], 2).flatten(0, 1)
