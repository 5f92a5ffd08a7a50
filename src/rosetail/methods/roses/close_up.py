"""Draw eyes, mouth and head on separate maps.

Eyes and mouth cover a twentieth of a portrait but matter most. On a map of the whole head an eye is
a few positions wide and its place varies, so lashes and lips come out blurred. Here each zone has
its own upright map of fixed size, drawn from w and from the content at the landmarks, and warped to
the landmarks. The head is a zone as well, so that a hairdo follows the pose of the head.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor, nn

from rosetail.layers.equalized import EqualConv, EqualLinear
from rosetail.methods.roses.template import (
    BASE,
    LANDMARKS,
    Template,
    grown,
    position_grid,
    sampled_at,
)


class Zones(NamedTuple):
    """``maps`` zones that are drawn together. ``reach``: half the side of a zone, in eye distances.
    ``widths``: channels of the maps, of BASE positions a side, twice as many, and so on."""

    maps: int
    reach: float
    widths: tuple[int, ...]


FACE = Zones(3, 0.6, (96, 96, 72, 48))  # left eye, right eye, mouth; from brow to chin
HEAD = Zones(1, 2.4, (128, 96, 64, 32))  # centred between the eyes; the whole portrait
STATE = 32  # dimensions that describe the state of eyes and mouth
HIDDEN = 256
PART, FADE = 0.65, 0.25  # of half a zone
LEAST = 0.1  # least eye distance, of half a picture: early in training points may be anywhere


class CloseUp(nn.Module):
    """Draws zones from w (N, latent), points (N, P, 2), LANDMARKS first, and :func:`face_state`.

    ``numbers``: number of inputs computed from w; ``channels``: channels of the content; ``width``:
    channels of the map that the result is added to.
    """

    def __init__(self, numbers: int, latent: int, channels: int, width: int, zones: Zones) -> None:
        super().__init__()
        self.zones, widths = zones, zones.widths
        self.numbers = EqualLinear(latent, numbers)
        self.state = EqualLinear(LANDMARKS * (channels + 2), STATE, active=True)
        self.hidden = EqualLinear(numbers + STATE, HIDDEN, active=True)
        self.spread = EqualLinear(HIDDEN, widths[0] * BASE**2, active=True)
        self.grow = nn.ModuleList(EqualConv(*pair, 3) for pair in pairwise(widths))
        self.out = EqualConv(widths[-1], width, 1, active=False, bias=False)
        nn.init.zeros_(self.out.weight)

    def forward(self, w: Tensor, points: Tensor, state: Tensor, size: tuple[int, ...]) -> Tensor:
        """(N, width, H, W) of ``size`` (H, W); 0 outside the zones."""
        with torch.autocast(w.device.type, enabled=False):
            numbers, held = self.numbers(w.float()), self.state(state)
            grid = zone_grid(points, self.zones, size)
        maps = self.drawn(torch.cat([numbers, held], 1))
        return self.out(Template.warped(maps, grid, self.zones.maps, "zeros"))

    def drawn(self, inputs: Tensor) -> Tensor:
        """The zones' maps (N, C, S, S)."""
        return grown(self.spread(self.hidden(inputs)), self.grow)


def face_state(content: Tensor, points: Tensor) -> Tensor:
    """The content at the landmarks, and their positions in the frame of the eyes: (N,
    LANDMARKS (C + 2)), in single precision."""
    landmarks = points[:, :LANDMARKS]
    with torch.autocast(content.device.type, enabled=False):
        seen = sampled_at(content.float(), landmarks)
        relative = landmarks - zone_centres(points, HEAD)
        own = relative @ eye_frames(points).transpose(1, 2)
        return torch.cat([seen.flatten(1), own.flatten(1)], 1)


def zone_grid(points: Tensor, zones: Zones, size: tuple[int, ...]) -> Tensor:
    """Sampling grid of each zone's map, -1 to 1 within it: (N, maps, H, W, 2)."""
    frame = (eye_frames(points) / zones.reach).transpose(1, 2)
    own = position_grid(*size).to(points).flatten(0, 1) @ frame
    centres = zone_centres(points, zones) @ frame
    return own.reshape(-1, 1, *size, 2) - centres[:, :, None, None]


def face_mask(points: Tensor, size: tuple[int, ...]) -> Tensor:
    """Mask of eyes and mouth, (N, 1, H, W): 1 within PART of a zone, 0 beyond PART + FADE."""
    distance = zone_grid(points, FACE, size).square().sum(-1).sqrt().amin(1, keepdim=True)
    return ((PART + FADE - distance) / FADE).clamp(0, 1)


def zone_centres(points: Tensor, zones: Zones) -> Tensor:
    """The centres of zones: (N, zones, 2)."""
    eyes = points[:, :2]
    if zones == HEAD:
        return eyes.mean(1, keepdim=True)
    return torch.cat([eyes, points[:, 3:LANDMARKS].mean(1, keepdim=True)], 1)


def eye_frames(points: Tensor) -> Tensor:
    """Matrices (N, 2, 2) into the frame of the eyes: upright, with distance 1 between the eyes."""
    across = points[:, 1] - points[:, 0]
    down = torch.stack([-across[:, 1], across[:, 0]], -1)
    square = across.square().sum(1).clamp(min=LEAST**2)
    return torch.stack([across, down], 1) / square[:, None, None]
