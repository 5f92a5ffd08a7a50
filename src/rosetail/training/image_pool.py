"""A buffer of earlier generated pictures for a critic (Shrivastava et al. 2017)."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class ImagePool(nn.Module):
    """``capacity`` pictures (3, side, side) as bytes; with 0, ``exchange`` returns its input.

    A module without parameters, so that its pictures are part of checkpoints.
    """

    pictures: Tensor
    held: Tensor

    def __init__(self, capacity: int, side: int) -> None:
        super().__init__()
        self.register_buffer("pictures", torch.zeros(capacity, 3, side, side, dtype=torch.uint8))
        self.register_buffer("held", torch.zeros((), dtype=torch.int64))

    @torch.no_grad()
    def exchange(self, fresh: Tensor) -> Tensor:
        """Pictures (N, 3, side, side) in [-1, 1] for ``fresh`` ones, rounded to bytes.

        Until the pool is full, each picture is stored and returned. Afterwards it is returned or,
        with probability 0.5, swapped with a stored one. Uses torch's generator.
        """
        capacity = len(self.pictures)
        returned = []
        for picture in ((fresh.float() + 1) * 127.5).round().clamp(0, 255).to(torch.uint8):
            out = picture
            if int(self.held) < capacity:
                self.pictures[int(self.held)] = picture
                self.held += 1
            elif capacity and bool(torch.rand(()) < 0.5):
                place = int(torch.randint(capacity, ()))
                out = self.pictures[place].clone()
                self.pictures[place] = picture
            returned.append(out)
        return torch.stack(returned).float() / 127.5 - 1
