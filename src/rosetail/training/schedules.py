"""Learning-rate schedules."""

from __future__ import annotations

import math


def cosine(step: int, steps: int, lr: float, last_lr: float, warmup_steps: int) -> float:
    """The learning rate at ``step`` (from 0): a linear warm-up over ``warmup_steps`` and a cosine
    decay from ``lr`` to ``last_lr`` at ``steps``."""
    decay = (1 + math.cos(math.pi * min(step / steps, 1))) / 2
    return (last_lr + (lr - last_lr) * decay) * min((step + 1) / max(warmup_steps, 1), 1)
