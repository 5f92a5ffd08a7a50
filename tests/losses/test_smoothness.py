"""Total variation and variance inside regions, by hand."""

from __future__ import annotations

import pytest
import torch

from rosetail.losses.smoothness import LEVELS, region_variance, total_variation


def test_by_hand() -> None:
    x = torch.tensor([[0.0, 1, 3], [2, 2, 2]]).view(1, 1, 2, 3)
    down, right = (4 + 1 + 1) / 3, (1 + 4 + 0 + 0) / 4
    assert total_variation(x).item() == pytest.approx((down + right) / 2)


def test_flat_is_zero_and_noise_is_not() -> None:
    assert total_variation(torch.full((2, 3, 8, 8), 0.3)).item() == 0
    assert total_variation(torch.randn(2, 3, 8, 8)).item() > 0.5


def test_variance_inside_regions_by_hand() -> None:
    grey = torch.tensor([[0.1, 0.3, 0.5, 0.5], [0.1, 0.3, 0.5, 0.5]])
    x = grey.expand(2, 3, 2, 4)
    regions = torch.tensor([[0, 0, 2, 2], [0, 0, 2, 2]]).expand(2, 2, 4)  # no label 1
    spread = 0.1**2
    expected = (spread / (spread + LEVELS**2) + 0) / 2
    assert region_variance(x, regions).item() == pytest.approx(expected, rel=1e-4)
    apart = torch.stack([regions[0], torch.zeros(2, 4, dtype=torch.long)])
    assert region_variance(x, apart).item() > expected  # regions of two pictures are not one


def test_its_slope_is_finite_where_all_is_flat() -> None:
    x = torch.zeros(1, 3, 8, 8, requires_grad=True)
    region_variance(x, torch.zeros(1, 8, 8, dtype=torch.int32)).backward()
    assert x.grad is not None
    assert torch.isfinite(x.grad).all()
