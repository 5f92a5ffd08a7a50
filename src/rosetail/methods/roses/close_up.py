"""Zones of a face on maps of their own: eyes and mouth, larger, and the head.

Eyes and mouths are a twentieth of a portrait and the first thing anyone looks at. On maps that show
all of a head an eye is a few places wide, and where it lies between them is different in every
picture, so lashes and lips are drawn as the mean of many. Here each zone has a map of its own,
level and always as large, that w and what the content shows at the landmarks draw together;
landmarks say where it belongs. The head is a zone too: a hairdo is drawn as the head is held.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor, nn

from rosetail.layers.equalized import EqualConv, EqualLinear
from rosetail.methods.roses.template import BASE, LANDMARKS, Template, grown, own_places, shown_at


class Zones(NamedTuple):
    """Zones drawn together, each one of so many ``maps`` side by side. ``reach``: half a
    zone, in distances between the eyes; ``widths``: channels of a map of BASE places a side, of one
    of twice the size, and so on."""

    maps: int
    reach: float
    widths: tuple[int, ...]


FACE = Zones(3, 0.6, (96, 96, 72, 48))  # left eye, right eye, mouth: up to the brow, to the chin
HEAD = Zones(1, 2.4, (128, 96, 64, 32))  # about the middle between the eyes: all of a portrait
STATE = 32  # numbers that say how eyes and mouth are held
HIDDEN = 256
PART, FADE = 0.65, 0.25  # of half a zone
LEAST = 0.1  # between the eyes, of half a picture: points may lie anywhere at first


class CloseUp(nn.Module):
    """w (N, latent), points (N, P, 2), the LANDMARKS first, and how the face is :func:`held`, to
    what is added to a map of ``width`` channels.

    ``numbers``: of w, that the zones are drawn from; ``channels``: of the content.
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

    def forward(self, w: Tensor, points: Tensor, held: Tensor, size: torch.Size) -> Tensor:
        """(N, width, H, W) of ``size`` (H, W), 0 outside of the zones."""
        with torch.autocast(w.device.type, enabled=False):
            numbers, state = self.numbers(w.float()), self.state(held)
            places = zone_places(points, self.zones, size)
        maps = self.drawn(torch.cat([numbers, state], 1))
        seen = Template.bent(maps, places, self.zones.maps, "zeros")
        return self.out(seen)

    def drawn(self, told: Tensor) -> Tensor:
        """The zones' maps (N, C, S, S)."""
        return grown(self.spread(self.hidden(told)), self.grow)


def held(content: Tensor, points: Tensor) -> Tensor:
    """What the content shows at the landmarks, and where they are as seen from the eyes: (N,
    LANDMARKS (C + 2)), in single precision."""
    at = points[:, :LANDMARKS]
    with torch.autocast(content.device.type, enabled=False):
        shown = shown_at(content.float(), at)
        own = torch.einsum("nij,npj->npi", frames(points), at - centres_of(points, HEAD))
        return torch.cat([shown.flatten(1), own.flatten(1)], 1)


def zone_places(points: Tensor, zones: Zones, size: torch.Size) -> Tensor:
    """Where each zone's map is looked at, -1 to 1 within it: (N, maps, H, W, 2)."""
    frame = frames(points) / zones.reach
    own = torch.einsum("nij,hwj->nhwi", frame, own_places(*size).to(points))
    centres = torch.einsum("nij,nzj->nzi", frame, centres_of(points, zones))
    return own[:, None] - centres[:, :, None, None]


def face_parts(points: Tensor, size: torch.Size) -> Tensor:
    """Where eyes and mouth are, (N, 1, H, W): 1 within PART of a zone, 0 beyond PART + FADE."""
    far = zone_places(points, FACE, size).square().sum(-1).sqrt().amin(1, keepdim=True)
    return ((PART + FADE - far) / FADE).clamp(0, 1)


def centres_of(points: Tensor, zones: Zones) -> Tensor:
    """The middles of zones: (N, zones, 2)."""
    eyes = points[:, :2]
    if zones == HEAD:
        return eyes.mean(1, keepdim=True)
    return torch.cat([eyes, points[:, 3:LANDMARKS].mean(1, keepdim=True)], 1)


def frames(points: Tensor) -> Tensor:
    """What brings places into the frame of the eyes, (N, 2, 2): level, 1 from eye to eye."""
    across = points[:, 1] - points[:, 0]
    down = torch.stack([-across[:, 1], across[:, 0]], -1)
    square = across.square().sum(1).clamp(min=LEAST**2)
    return torch.stack([across, down], 1) / square[:, None, None]
