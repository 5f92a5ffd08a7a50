"""The blur against an explicit spread, pad, filter and drop."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from rosetail.layers.resample import blur_after_doubling, blur_before_halving, double, halve


def explicit(x: np.ndarray, up: int, down: int, before: int, after: int, gain: float) -> np.ndarray:
    """Every output pixel as the sum over the 4x4 window of the spread and padded picture."""
    row = np.array([1, 3, 3, 1]) / 8
    kernel = gain * np.outer(row, row)
    spread = np.zeros((x.shape[0], x.shape[1] * up, x.shape[2] * up))
    spread[:, ::up, ::up] = x
    padded = np.pad(spread, ((0, 0), (before, after), (before, after)))
    height, width = (side - 3 for side in padded.shape[1:])
    out = np.zeros((x.shape[0], height, width))
    for i in range(height):
        for j in range(width):
            out[:, i, j] = (padded[:, i : i + 4, j : j + 4] * kernel).sum((1, 2))
    return out[:, ::down, ::down]


@pytest.mark.parametrize(
    ("ours", "told"),
    [
        (blur_before_halving, (1, 1, 2, 2, 1.0)),
        (blur_after_doubling, (1, 1, 1, 1, 4.0)),
        (halve, (1, 2, 1, 1, 1.0)),
        (double, (2, 1, 2, 1, 4.0)),
    ],
)
def test_against_explicit_fir(ours: Callable[[Tensor], Tensor], told: tuple) -> None:
    torch.manual_seed(0)
    x = torch.randn(2, 3, 6, 8)
    wanted = np.stack([explicit(each, *told) for each in x.double().numpy()])
    np.testing.assert_allclose(ours(x).numpy(), wanted, atol=1e-5)


def test_a_flat_picture_stays_flat_inside() -> None:
    flat = torch.full((1, 2, 8, 8), 0.7)
    for each in (halve(flat), double(flat)):
        torch.testing.assert_close(
            each[..., 2:-2, 2:-2], torch.full_like(each[..., 2:-2, 2:-2], 0.7)
        )


def test_doubling_is_bilinear_inside() -> None:
    x = torch.rand(1, 1, 8, 8)
    bilinear = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
    torch.testing.assert_close(double(x)[..., 2:-2, 2:-2], bilinear[..., 2:-2, 2:-2])


def test_gradient_is_that_of_the_filter() -> None:
    x = torch.randn(1, 2, 6, 6, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda each: halve(each), x)
    assert torch.autograd.gradcheck(lambda each: double(each), x)
