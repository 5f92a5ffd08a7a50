"""Earlier pictures for a critic (Shrivastava and others 2017), so that it does not forget what the
generator used to do wrong."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class ImagePool(nn.Module):
    """The last ``capacity`` pictures that were exchanged, (3, side, side), as bytes.

    It is a module without parameters so that checkpoints hold its pictures and a run that goes on
    arrives where it would have. ``capacity`` 0: what comes goes out again.
    """

    pictures: Tensor
    held: Tensor

    def __init__(self, capacity: int, side: int) -> None:
        super().__init__()
        self.register_buffer("pictures", torch.zeros(capacity, 3, side, side, dtype=torch.uint8))
        self.register_buffer("held", torch.zeros((), dtype=torch.int64))

    @torch.no_grad()
    def exchange(self, fresh: Tensor) -> Tensor:
        """As many pictures (N, 3, side, side) in [-1, 1] as come, rounded to bytes.

        Until the pool is full each comes back and is kept. Then, one time in two, an earlier
        picture comes back in its place, and it takes that one's. Chance is torch's generator.
        """
        capacity = len(self.pictures)
        given = []
        for picture in ((fresh.float() + 1) * 127.5).round().clamp(0, 255).to(torch.uint8):
            out = picture
            if int(self.held) < capacity:
                self.pictures[int(self.held)] = picture
                self.held += 1
            elif capacity and bool(torch.rand(()) < 0.5):
                place = int(torch.randint(capacity, ()))
                out = self.pictures[place].clone()
                self.pictures[place] = picture
            given.append(out)
        return torch.stack(given).float() / 127.5 - 1
