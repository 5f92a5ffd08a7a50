"""The fast form of mixtures of colours against the plain one: pictures and gradients."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from rosetail.methods.roses import palette
from rosetail.methods.roses.palette import (
    FULL_EDGE,
    LEAST_EDGE,
    edges,
    mixed,
    mixed_smoothed,
    smoothed,
)

Four = tuple[Tensor, Tensor, Tensor, Tensor]


def by(form: str, shares: Tensor, colours: Tensor) -> Four:
    """Pictures, first shares, and the gradients of one random sum of both."""
    torch.manual_seed(1)
    shares = shares.detach().requires_grad_()
    colours = colours.detach().requires_grad_()
    if form == "fast":
        pictures, first = mixed_smoothed(shares, colours)
    else:
        pictures, first = mixed(smoothed(shares), colours)
    loss = sum((each * torch.randn(each.shape)).sum() for each in (pictures, first))
    loss.backward()
    assert shares.grad is not None
    assert colours.grad is not None
    return pictures.detach(), first.detach(), shares.grad.float(), colours.grad


@pytest.mark.parametrize(("kind", "off"), [(torch.float32, 1e-5), (torch.bfloat16, 2e-2)])
def test_fast_form_is_the_plain_one(
    kind: torch.dtype, off: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(palette, "CHUNK", 100)  # of 360: the last part is shorter
    torch.manual_seed(0)
    shares, colours = 2 * torch.randn(3, 5, 18, 20).to(kind), torch.randn(3, 5, 3)
    for ours, theirs in zip(by("fast", shares, colours), by("plain", shares, colours), strict=True):
        assert ours.shape == theirs.shape
        torch.testing.assert_close(ours, theirs, rtol=0, atol=off * float(theirs.abs().max()))


def test_one_colour_is_that_colour() -> None:
    shares = torch.full((1, 3, 6, 4), -40.0)
    shares[:, 1] = 40
    colours = torch.tensor([[[0.0, 0, 0], [0.1, -0.2, 0.3], [1, 1, 1]]])
    pictures, first = mixed_smoothed(shares, colours)
    torch.testing.assert_close(pictures, colours[:, 1, :, None, None].expand(1, 3, 6, 4))
    assert first.abs().max() < 1e-6


def test_edges_have_a_slope_where_there_are_none() -> None:
    """A flat picture can be optimised through its outlines."""
    picture = torch.zeros(1, 4, 5, 5)
    picture[..., 3:] = (LEAST_EDGE + FULL_EDGE) / 4  # four channels: half an edge
    picture.requires_grad_()
    edges(picture).sum().backward()
    assert torch.isfinite(picture.grad).all()
    assert picture.grad.any()
