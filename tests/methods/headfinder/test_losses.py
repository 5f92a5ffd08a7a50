"""The terms of the finder of heads, against the papers' formulas written out cell by cell."""

from __future__ import annotations

import math

import pytest
import torch

from rosetail.methods.headfinder.losses import focal, weighted_l1


def test_focal_is_equation_1() -> None:
    torch.manual_seed(1)
    logits, wanted = torch.randn(2, 1, 3, 4), torch.rand(2, 1, 3, 4)
    wanted[0, 0, 1, 2] = wanted[1, 0, 0, 0] = wanted[1, 0, 2, 3] = 1.0
    total = 0.0
    for logit, hill in zip(logits.flatten().tolist(), wanted.flatten().tolist(), strict=True):
        chance = 1 / (1 + math.exp(-logit))
        if hill == 1:
            total -= (1 - chance) ** 2 * math.log(chance)
        else:
            total -= (1 - hill) ** 4 * chance**2 * math.log(1 - chance)
    assert focal(logits, wanted).item() == pytest.approx(total / 3, rel=1e-5)


def test_focal_of_an_empty_picture_is_finite_and_falls_with_the_logits() -> None:
    nothing = torch.zeros(1, 1, 4, 4)
    sure, unsure = (focal(torch.full((1, 1, 4, 4), value), nothing) for value in (-9.0, 0.0))
    assert 0 <= sure < unsure
    assert torch.isfinite(focal(torch.full((1, 1, 4, 4), 200.0), nothing))


def test_distance_counts_only_where_it_has_weight() -> None:
    values, wanted = torch.zeros(1, 2, 2, 2), torch.ones(1, 2, 2, 2)
    wanted[0, :, 0, 0] = torch.tensor([3.0, 5.0])
    weight = torch.zeros(1, 1, 2, 2)
    assert weighted_l1(values, wanted, weight) == 0
    weight[0, 0, 0, 0] = weight[0, 0, 1, 1] = 1.0
    assert weighted_l1(values, wanted, weight) == (4.0 + 1.0) / 2
