"""Learned directions are told apart, have length one, and are the same for the same seed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from rosetail.characters.network_model import NetworkModel
from rosetail.directions import voynov
from rosetail.directions.voynov import learned_axes, train_axes
from rosetail.errors import SettingsError
from tests.directions.painters import FakePainter


def quiet(step: str, done: int, total: int) -> None:
    """No progress is shown."""


def patches(w: Tensor) -> Tensor:
    """Each number of w is the grey of one quarter of the picture; the last two are not shown."""
    quarters = w[:, :4].tanh().view(-1, 1, 2, 2)
    return quarters.repeat_interleave(16, 2).repeat_interleave(16, 3).expand(-1, 3, -1, -1)


def test_directions_are_told_apart_and_leave_what_is_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(voynov, "SIDE", 16)
    codes = torch.randn(500, 6, generator=torch.Generator().manual_seed(0))
    first = train_axes(patches, codes, 4, 250, 1, quiet)
    assert first["accuracy"] > 0.6  # one in four at random
    np.testing.assert_allclose(np.linalg.norm(first["axes"], axis=1), 1, atol=1e-5)
    start = train_axes(patches, codes, 4, 1, 1, quiet)["axes"]
    hidden, before = (np.square(each[:, 4:]).sum(1).mean() for each in (first["axes"], start))
    assert hidden < before
    again = train_axes(patches, codes, 4, 5, 1, quiet)["axes"]
    assert np.array_equal(again, train_axes(patches, codes, 4, 5, 1, quiet)["axes"])


def test_a_network_has_them_and_the_painter_does_not(
    tiny_roses: Path, astronaut_file: Path
) -> None:
    model = NetworkModel(tiny_roses)
    found = learned_axes(model, [astronaut_file], 2, 0, quiet)
    assert found["axes"].shape == (min(voynov.COUNT, model.latent), model.latent)
    with pytest.raises(SettingsError, match="needs a network"):
        learned_axes(FakePainter(), [astronaut_file], 2, 0, quiet)
