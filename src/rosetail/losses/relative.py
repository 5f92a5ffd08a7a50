"""Feature maps compared in units of the target's own mean."""

from __future__ import annotations

import torch
from torch import Tensor


def relative_difference(output_map: Tensor, target_map: Tensor) -> Tensor:
    """Mean absolute difference of two maps in units of the target's mean: depths count alike."""
    apart = (output_map - target_map).abs().mean(dtype=torch.float32)
    return apart / target_map.abs().mean(dtype=torch.float32)
