"""Crops of eyes and mouths from pictures, levelled and scaled to one size.

Eyes and mouth cover a twentieth of a portrait but matter most. A loss or critic on their crops
keeps them sharp: the facial component loss of GFPGAN (Wang et al. 2021, "Towards Real-World Blind
Face Restoration with Generative Facial Prior", eq. 6).
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

# Half the side of a crop relative to the eye distance.
EYE_REACH = 0.42  # includes lashes and lids, not the brow
MOUTH_REACH = 0.36  # includes a laughing mouth


def cut(pictures: Tensor, centres: Tensor, across: Tensor, down: Tensor, side: int) -> Tensor:
    """K crops from each of the pictures (N, C, H, W): (K, N, C, side, side).

    ``centres`` (N, K, 2) are in pixels; ``across`` and ``down`` (N, K, 2) point from there to the
    midpoints of the crop's right and lower edges. The picture's border is repeated.
    """
    height, width = (int(each) for each in pictures.shape[-2:])
    size = torch.tensor([width, height]).to(centres)
    # In grid_sample's coordinates without align_corners: the picture's edges are at -1 and 1.
    frame = torch.stack([(2 * centres + 1) / size - 1, 2 * across / size, 2 * down / size], 2)
    steps = torch.linspace(-1, 1, side)
    y, x = torch.meshgrid(steps, steps, indexing="ij")
    basis = torch.stack([torch.ones_like(x), x, y], 2).flatten(0, 1).to(centres)  # (side², 3)
    grid = (basis @ frame).unflatten(2, (side, side))  # (N, K, side, side, 2)
    crops = F.grid_sample(
        pictures.float(), grid.flatten(1, 2), padding_mode="border", align_corners=False
    )
    return crops.unflatten(2, (centres.shape[1], side)).permute(2, 0, 1, 3, 4)


def face_axes(landmarks: Tensor) -> tuple[Tensor, Tensor]:
    """Vectors (N, 2) from the left to the right eye and, perpendicular to it, down the face, from
    ``landmarks`` (N, 2 or more, 2)."""
    across = (landmarks[:, 1] - landmarks[:, 0]).float()
    return across, torch.stack([-across[:, 1], across[:, 0]], -1)


def eye_patches(pictures: Tensor, eyes: Tensor, side: int) -> Tensor:
    """Both eyes of pictures (N, 3, H, W) as crops (2N, 3, side, side), all left, then all right.

    ``eyes`` (N, 2, 2) are x, y in pixels, NaN if unknown. Crops are level and scaled by the
    distance between the eyes; right eyes are mirrored. A crop that leaves its picture is 0.
    """
    across, down = face_axes(eyes)
    outward = EYE_REACH * torch.stack([-across, across], 1)  # away from the nose
    down = EYE_REACH * torch.stack([down, down], 1)
    return _inside(pictures, eyes.float(), outward, down, side).flatten(0, 1)


def mouth_patches(pictures: Tensor, landmarks: Tensor, side: int) -> Tensor:
    """Mouths as crops (N, 3, side, side), like :func:`eye_patches`.

    ``landmarks`` (N, 5, 2): eyes, nose and both corners of the mouth, x and y in pixels.
    """
    across, down = (MOUTH_REACH * axis[:, None] for axis in face_axes(landmarks))
    centres = landmarks[:, 3:].float().mean(1, keepdim=True)
    return _inside(pictures, centres, across, down, side)[0]


def _inside(pictures: Tensor, centres: Tensor, across: Tensor, down: Tensor, side: int) -> Tensor:
    """Crops; set to 0 if they extend past their pictures."""
    height, width = pictures.shape[-2:]
    corners = torch.stack([centres + x * across + y * down for x in (-1, 1) for y in (-1, 1)], 2)
    size = torch.tensor([width, height], device=centres.device)
    inside = ((corners >= 0) & (corners <= size - 1)).flatten(2).all(2)  # (N, K)
    centres, across, down = (each.nan_to_num(0) for each in (centres, across, down))
    crops = cut(pictures, centres, across, down, side)
    return crops * inside.t()[:, :, None, None, None]
