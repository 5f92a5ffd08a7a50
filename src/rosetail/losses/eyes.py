"""Eyes and mouths cut out of pictures and brought to one size and attitude.

They are a twentieth of a portrait and the first thing anyone looks at: judged with the rest of the
picture they stay blurred. Judging them by themselves is the facial component loss of GFPGAN (Wang
and others 2021, "Towards Real-World Blind Face Restoration with Generative Facial Prior", eq. 6).
"""

from __future__ import annotations

import torch
from torch import Tensor

from rosetail.layers.patches import cut

REACH = 0.42  # half a patch, in distances between the eyes: lashes and lids, not the brow
MOUTH_REACH = 0.36  # the same of mouths: room for one that laughs


def eye_patches(pictures: Tensor, eyes: Tensor, side: int) -> Tensor:
    """Both eyes of pictures (N, 3, H, W) as patches (2N, 3, side, side), all left, then all right.

    ``eyes`` (N, 2, 2) are x, y in pixels, NaN where they are not known. Patches are level, as
    large as the distance between the eyes says; right eyes are mirrored, so that all noses are on
    one side. A patch that reaches out of its picture is 0 throughout: no eye to judge.
    """
    across, down = _axes(eyes)
    outer = torch.cat([-across, across])  # away from the nose
    centres = torch.cat(eyes.float().unbind(1))
    reach = REACH * outer, REACH * down.repeat(2, 1)
    return _inside(pictures.repeat(2, 1, 1, 1), centres, *reach, side)


def mouth_patches(pictures: Tensor, landmarks: Tensor, side: int) -> Tensor:
    """Mouths as patches (N, 3, side, side), like :func:`eye_patches`.

    ``landmarks`` (N, 5, 2): eyes, nose and both corners of the mouth, x and y in pixels.
    """
    across, down = _axes(landmarks[:, :2])
    centres = landmarks[:, 3:].float().mean(1)
    return _inside(pictures, centres, MOUTH_REACH * across, MOUTH_REACH * down, side)


def _axes(eyes: Tensor) -> tuple[Tensor, Tensor]:
    """From the left eye (N, 2) to the right one, and as far down the face."""
    left, right = eyes.float().unbind(1)
    across = right - left
    return across, torch.stack([-across[:, 1], across[:, 0]], -1)


def _inside(pictures: Tensor, centres: Tensor, across: Tensor, down: Tensor, side: int) -> Tensor:
    """Patches cut out, 0 where they reach beyond their pictures."""
    height, width = pictures.shape[-2:]
    # Nothing of a patch lies further out than its corners.
    corners = torch.stack([centres + x * across + y * down for x in (-1, 1) for y in (-1, 1)], 1)
    size = torch.tensor([width, height], device=centres.device)
    inside = ((corners >= 0) & (corners <= size - 1)).flatten(1).all(1)
    patches = cut(pictures, centres, across, down, side)
    return patches * inside[:, None, None, None]
