"""The reader of tags and landmarks: its shapes and its mean places."""

from __future__ import annotations

import pytest
import torch

from rosetail.methods.tagger.network import EYE_REACH, PATCH, TaggerNetwork, centres, close_ups


@torch.no_grad()
def test_shapes_and_parameters() -> None:
    read = TaggerNetwork(7, 4).eval()(torch.zeros(2, 3, 64, 64))
    assert read.tags.shape == (2, 7)
    assert read.landmarks.shape == (2, 5, 2)
    size = sum(parameter.numel() for parameter in TaggerNetwork(120, 32).parameters())
    assert size == pytest.approx(7.9e5, rel=0.05)


@torch.no_grad()
def test_a_flat_map_points_to_the_middle_and_a_peak_to_its_cell() -> None:
    tagger = TaggerNetwork(1, 4).eval()
    heat = tagger.heat[1]
    torch.nn.init.zeros_(heat.weight)  # type: ignore[arg-type]
    torch.testing.assert_close(
        tagger(torch.randn(1, 3, 128, 128)).landmarks, torch.full((1, 5, 2), 0.5)
    )
    assert centres(8)[8 * 3 + 5].tolist() == [5.5 / 8, 3.5 / 8]


@pytest.mark.parametrize("sides", [(96, 96), (128, 64)])
def test_other_sides_are_refused(sides: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="multiple of 64"):
        TaggerNetwork(1, 4)(torch.zeros(1, 3, *sides))


def test_close_ups_are_level_with_the_nose_on_one_side() -> None:
    """On pictures of their own coordinates, a turned face's patches say where they were cut."""
    y, x = torch.meshgrid(torch.arange(128.0), torch.arange(128.0), indexing="ij")
    place = torch.stack([x, y, torch.zeros_like(x)])[None]
    eyes, mouth = torch.tensor([[50.0, 60.0], [80.0, 68.0]]), torch.tensor([[55.0, 90.0]] * 2)
    points = torch.cat([eyes, torch.tensor([[62.0, 75.0]]), mouth])[None]
    both, near_mouth = close_ups(place, points)
    assert both.shape == (2, 3, PATCH, PATCH)
    left, right = both.chunk(2)
    for patch, centre in ((left, eyes[0]), (right, eyes[1]), (near_mouth, mouth[0])):
        torch.testing.assert_close(patch[0, :2].mean((1, 2)), centre, atol=0.01, rtol=0)
    across = EYE_REACH * (eyes[1] - eyes[0])
    torch.testing.assert_close(left[0, :2, 32, -1] - left[0, :2, 32, 0], 2 * across)
    torch.testing.assert_close(right[0, :2, 32, -1] - right[0, :2, 32, 0], -2 * across)
    assert (left[0, 1, -1] > left[0, 1, 0]).all()


@torch.no_grad()
def test_looks_where_it_is_told() -> None:
    tagger = TaggerNetwork(3, 4).eval()
    picture = torch.randn(1, 3, 64, 64)
    by_itself = tagger(picture)
    told = tagger(picture, by_itself.landmarks)
    torch.testing.assert_close(told.tags, by_itself.tags)
    elsewhere = tagger(picture, torch.rand(1, 5, 2))
    assert not torch.allclose(elsewhere.tags, told.tags)
    torch.testing.assert_close(elsewhere.landmarks, told.landmarks)
