"""Eyes cut out of pictures and brought to one size and attitude.

They are a fiftieth of a portrait and the first thing anyone looks at: judged with the rest of the
picture they stay blurred. Judging them by themselves is the facial component loss of GFPGAN (Wang
and others 2021, "Towards Real-World Blind Face Restoration with Generative Facial Prior", eq. 6).
"""

from __future__ import annotations

import torch
from torch import Tensor

from rosetail.nets.patches import cut

REACH = 0.42  # half a patch, in distances between the eyes: lashes and lids, not the brow


def eye_patches(pictures: Tensor, eyes: Tensor, side: int) -> Tensor:
    """Both eyes of pictures (N, 3, H, W) as patches (2N, 3, side, side), all left, then all right.

    ``eyes`` (N, 2, 2) are x, y in pixels, NaN where they are not known. Patches are level, as
    large as the distance between the eyes says; right eyes are mirrored, so that all noses are on
    one side. A patch that reaches out of its picture is 0 throughout: no eye to judge.
    """
    height, width = pictures.shape[-2:]
    left, right = eyes.float().unbind(1)
    across = right - left  # (N, 2), along the face's x
    outer = torch.cat([-across, across])  # away from the nose
    down = torch.stack([-across[:, 1], across[:, 0]], -1).repeat(2, 1)
    reach = REACH * outer, REACH * down
    centres = torch.cat([left, right])
    # Nothing of a patch lies further out than its corners.
    corners = torch.stack(
        [centres + x * reach[0] + y * reach[1] for x in (-1, 1) for y in (-1, 1)], 1
    )
    size = torch.tensor([width, height], device=eyes.device)
    inside = ((corners >= 0) & (corners <= size - 1)).flatten(1).all(1)
    patches = cut(pictures.repeat(2, 1, 1, 1), centres, *reach, side)
    return patches * inside[:, None, None, None]
