"""Total variation by hand."""

from __future__ import annotations

import pytest
import torch

from rosetail.losses.smoothness import total_variation


def test_by_hand() -> None:
    x = torch.tensor([[0.0, 1, 3], [2, 2, 2]]).view(1, 1, 2, 3)
    down, right = (4 + 1 + 1) / 3, (1 + 4 + 0 + 0) / 4
    assert total_variation(x).item() == pytest.approx((down + right) / 2)


def test_flat_is_zero_and_noise_is_not() -> None:
    assert total_variation(torch.full((2, 3, 8, 8), 0.3)).item() == 0
    assert total_variation(torch.randn(2, 3, 8, 8)).item() > 0.5
