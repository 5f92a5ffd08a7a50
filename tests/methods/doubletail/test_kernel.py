"""The kernel distance against KID, and what it remembers."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from rosetail.methods.doubletail.kernel import Remembered, kernel_distance
from rosetail.metrics.kid import kid


def test_falls_with_kid() -> None:
    """Its slope is that of KID's own estimate, on rows in the target's units."""
    rng = np.random.default_rng(0)
    rows, target = rng.random((6, 5)) + 0.5, rng.random((9, 5))
    target /= np.sqrt((target**2).mean())
    x = torch.tensor(rows, dtype=torch.float64, requires_grad=True)
    others = torch.tensor(rows)
    # The loss sees its own rows among the others, which KID leaves out: drop them pair by pair.
    losses = [
        kernel_distance(
            x[i : i + 1], torch.cat([others[:i], others[i + 1 :]]), torch.tensor(target)
        )
        for i in range(6)
    ]
    torch.stack(losses).mean().backward()
    for i, j in ((0, 0), (2, 3), (5, 4)):
        values = []
        for step in (1e-4, -1e-4):
            moved = rows.copy()
            moved[i, j] += step
            values.append(kid(moved, target))
        slope = (values[0] - values[1]) / 2e-4
        assert float(x.grad[i, j]) == pytest.approx(slope, rel=1e-3)


def test_alike_has_nothing_to_gain() -> None:
    rows = torch.randn(400, 8, generator=torch.Generator().manual_seed(0)).abs()
    far = kernel_distance(3 * rows[:200], 3 * rows[:200], rows[200:])
    assert float(kernel_distance(rows[:200], rows[:200], rows[200:]).abs()) < 0.05 * float(far)


def test_remembers_the_latest() -> None:
    kept = Remembered(3, 2)
    assert kept.latest().shape == (0, 2)
    for first in (1.0, 3.0):
        kept.remember(torch.tensor([[first, 0.0], [first + 1, 0.0]]))
    assert kept.latest()[:, 0].tolist() == [3.0, 4.0, 1.0]
    assert "rows" in kept.state_dict()
