"""Parts of pictures cut out, levelled and brought to one size."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F


def cut(pictures: Tensor, centres: Tensor, across: Tensor, down: Tensor, side: int) -> Tensor:
    """Patches of pictures (N, C, H, W), one for each row of ``centres`` (N, 2): (N, C, side, side).

    ``across`` and ``down`` (N, 2) lead from the centre to the middles of the patch's right and
    lower edges; all in x, y in pixels. Beyond the picture's border its last pixels go on.
    """
    height, width = pictures.shape[-2:]
    steps = torch.linspace(-1, 1, side, device=centres.device)
    places = (  # (N, side, side, 2): rows run down
        centres[:, None, None]
        + steps[None, None, :, None] * across[:, None, None]
        + steps[None, :, None, None] * down[:, None, None]
    )
    size = torch.tensor([width, height], device=centres.device)
    grid = (2 * places + 1) / size - 1  # pixel centres, as grid_sample counts without align_corners
    return F.grid_sample(
        pictures.float(), grid.nan_to_num(0), padding_mode="border", align_corners=False
    )
