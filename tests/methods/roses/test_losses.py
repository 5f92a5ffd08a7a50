"""The terms of GANs N' Roses against their formulas."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from rosetail.losses.adversarial import non_saturating
from rosetail.methods.roses.losses import fooled, gradient_penalty, judged, style_spread


def test_non_saturating() -> None:
    logits = np.array([-2.0, 0.5, 3.0])
    tensor = torch.from_numpy(logits)
    assert float(non_saturating.real(tensor)) == pytest.approx(np.log1p(np.exp(-logits)).mean())
    assert float(non_saturating.fake(tensor)) == pytest.approx(np.log1p(np.exp(logits)).mean())
    assert float(non_saturating.generator(tensor)) == float(non_saturating.real(tensor))


def test_branches_are_summed_for_critics_and_averaged_for_generators() -> None:
    real, fake = [torch.zeros(2, 1), torch.zeros(2, 1, 3, 3)], [torch.zeros(2, 1)] * 2
    assert float(judged(real, fake)) == pytest.approx(4 * np.log(2))
    assert float(fooled(fake)) == pytest.approx(np.log(2))


def test_gradient_penalty_by_hand() -> None:
    """Logit a·x² + b·x of one number: its slope is 2 a x + b; the mean divides by the batch."""
    x = torch.tensor([[1.0], [-2.0]], requires_grad=True)
    a, b = torch.tensor(3.0, requires_grad=True), 0.5
    branches = [a * x.square() + b * x, 2 * x]
    penalty = gradient_penalty(branches, x)
    slopes = (np.array([6.0, -12.0]) + 0.5) / 2
    wanted = np.mean(slopes**2) + np.mean(np.array([1.0, 1.0]))
    assert float(penalty.detach()) == pytest.approx(wanted)
    (slope_a,) = torch.autograd.grad(penalty, a)  # it can be learned from
    by_hand = np.mean(2 * slopes * np.array([2 * 1.0, 2 * -2.0]) / 2)
    assert float(slope_a) == pytest.approx(by_hand)


def test_style_spread_is_the_variance() -> None:
    codes = torch.randn(5, 3, generator=torch.Generator().manual_seed(0))
    assert float(style_spread(codes)) == pytest.approx(float(np.var(codes.numpy(), axis=0).sum()))
    assert float(style_spread(codes[:1].expand(4, 3))) == pytest.approx(0, abs=1e-12)
