"""Eye patches against pictures whose values say where they are."""

from __future__ import annotations

import pytest
import torch

from rosetail.layers.patches import EYE_REACH, eye_patches


def places(height: int, width: int) -> torch.Tensor:
    """A picture (1, 3, H, W) whose first channel is x, second y, third 1."""
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    return torch.stack([x, y, torch.ones_like(x)])[None].float()


@pytest.mark.parametrize("turn", [0.0, 0.4, -1.0])
def test_patches_lie_about_the_eyes(turn: float) -> None:
    across = 40 * torch.tensor([torch.cos(torch.tensor(turn)), torch.sin(torch.tensor(turn))])
    left = torch.tensor([60.0, 62.0])
    eyes = torch.stack([left, left + across])[None]
    cut = eye_patches(places(160, 180), eyes, 9)
    assert cut.shape == (2, 3, 9, 9)
    down = torch.stack([-across[1], across[0]])
    for patch, eye, outer in zip(cut, eyes[0], (-across, across), strict=True):
        torch.testing.assert_close(patch[:2, 4, 4], eye, atol=1e-3, rtol=0)
        torch.testing.assert_close(patch[:2, 4, 8], eye + EYE_REACH * outer, atol=1e-3, rtol=0)
        torch.testing.assert_close(patch[:2, 8, 4], eye + EYE_REACH * down, atol=1e-3, rtol=0)


def test_an_unknown_or_cut_off_eye_is_blank() -> None:
    unknown = float("nan")
    eyes = torch.tensor([[[10.0, 40.0], [50.0, 40.0]], [[unknown, unknown]] * 2])
    left, none, right, also_none = eye_patches(places(80, 80).repeat(2, 1, 1, 1), eyes, 8)
    torch.testing.assert_close(right[2], torch.ones(8, 8))
    for blank in (left, none, also_none):
        assert not blank.any()


def test_gradients_reach_the_picture() -> None:
    picture = torch.zeros(1, 3, 80, 80, requires_grad=True)
    eye_patches(picture, torch.tensor([[[25.0, 40.0], [55.0, 40.0]]]), 16).sum().backward()
    touched = picture.grad[0, 0].nonzero()
    assert touched[:, 0].min() > 40 - 0.5 * 30
    assert touched[:, 0].max() < 40 + 0.5 * 30
