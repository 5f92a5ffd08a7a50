"""Both objectives against the formulas, and the side each pulls to."""

from __future__ import annotations

import pytest
import torch

from rosetail.losses.adversarial import Adversarial, LeastSquares, hinge, least_squares

LOGITS = torch.tensor([[-2.0, -0.5], [0.25, 3.0]])


def test_hinge_by_hand() -> None:
    assert hinge.real(LOGITS).item() == pytest.approx((3 + 1.5 + 0.75 + 0) / 4)
    assert hinge.fake(LOGITS).item() == pytest.approx((0 + 0.5 + 1.25 + 4) / 4)
    assert hinge.generator(LOGITS).item() == pytest.approx(-0.75 / 4)


def test_least_squares_by_hand() -> None:
    assert least_squares.real(LOGITS).item() == pytest.approx((9 + 2.25 + 0.5625 + 4) / 4)
    assert least_squares.fake(LOGITS).item() == pytest.approx((4 + 0.25 + 0.0625 + 9) / 4)
    assert least_squares.generator(LOGITS).item() == least_squares.real(LOGITS).item()
    soft = LeastSquares(0.9, 0.1)
    assert soft.real(torch.tensor([0.9])).item() == soft.fake(torch.tensor([0.1])).item() == 0


@pytest.mark.parametrize("game", [hinge, least_squares])
def test_who_pulls_where(game: Adversarial) -> None:
    def slope(term: str) -> float:
        logits = torch.tensor([0.5], requires_grad=True)
        getattr(game, term)(logits).backward()
        assert logits.grad is not None
        return logits.grad.item()

    assert slope("real") < 0 < slope("fake")
    assert slope("generator") < 0


def test_bf16_logits_are_averaged_in_float32() -> None:
    logits = torch.full((4, 1, 32, 32), 0.1).bfloat16()
    assert hinge.real(logits).dtype == torch.float32
    assert hinge.generator(logits).item() == pytest.approx(-logits[0, 0, 0, 0].item(), rel=1e-6)
