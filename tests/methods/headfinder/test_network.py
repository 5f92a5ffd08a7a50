"""The finder of heads: sizes, scale of its maps, what it sees of its surroundings."""

from __future__ import annotations

import pytest
import torch

from rosetail.methods.headfinder.network import HeadFinder


@pytest.fixture(scope="module")
def finder() -> HeadFinder:
    torch.manual_seed(2)
    finder = HeadFinder().eval()
    torch.nn.init.normal_(finder.out[1].weight, 0, 0.1)  # type: ignore[arg-type]
    return finder


def test_maps_have_a_cell_for_eight_pixels(finder: HeadFinder) -> None:
    maps = finder(torch.zeros(2, 3, 64, 96))
    assert [tuple(each.shape) for each in maps] == [(2, c, 8, 12) for c in (1, 2, 1, 10)]
    assert sum(each.numel() for each in finder.parameters()) < 150_000


def test_a_fresh_net_expects_few_heads() -> None:
    assert HeadFinder()(torch.randn(1, 3, 64, 64)).head.sigmoid().max() < 0.02


def test_other_sizes_are_refused(finder: HeadFinder) -> None:
    with pytest.raises(ValueError, match="multiples of 32"):
        finder(torch.zeros(1, 3, 64, 72))


def test_a_moved_picture_has_moved_maps(finder: HeadFinder) -> None:
    picture = torch.zeros(1, 3, 448, 448)
    picture[:, :, 200:260, 200:260] = torch.randn(1, 3, 60, 60)
    first = finder(picture)
    second = finder(picture.roll((32, -64), (2, 3)))
    for one, other in zip(first, second, strict=True):
        moved = one.roll((4, -8), (2, 3))
        torch.testing.assert_close(moved[..., 28:36, 16:26], other[..., 28:36, 16:26])


def test_a_cell_sees_a_large_head_whole(finder: HeadFinder) -> None:
    """What lies 96 pixels away matters: a head of 192 pixels is seen to its border."""
    picture = torch.randn(1, 3, 512, 512, requires_grad=True)
    finder(picture).head[0, 0, 32, 32].backward()
    assert picture.grad is not None
    reach = torch.nonzero(picture.grad[0].abs().sum(0))
    assert (reach.amin(0) <= 260 - 96).all()
    assert (reach.amax(0) >= 260 + 96).all()
