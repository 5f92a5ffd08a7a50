"""The reader of tags and landmarks: its shapes and its mean places."""

from __future__ import annotations

import pytest
import torch

from rosetail.nets.tagger import Tagger, centres


@torch.no_grad()
def test_shapes_and_parameters() -> None:
    read = Tagger(7, 4).eval()(torch.zeros(2, 3, 64, 64))
    assert read.tags.shape == (2, 7)
    assert read.landmarks.shape == (2, 5, 2)
    size = sum(parameter.numel() for parameter in Tagger(120, 32).parameters())
    assert size == pytest.approx(5.6e5, rel=0.1)


@torch.no_grad()
def test_a_flat_map_points_to_the_middle_and_a_peak_to_its_cell() -> None:
    tagger = Tagger(1, 4).eval()
    heat = tagger.heat[1]
    torch.nn.init.zeros_(heat.weight)  # type: ignore[arg-type]
    torch.testing.assert_close(
        tagger(torch.randn(1, 3, 64, 64)).landmarks, torch.full((1, 5, 2), 0.5)
    )
    assert centres(8)[8 * 3 + 5].tolist() == [5.5 / 8, 3.5 / 8]


@pytest.mark.parametrize("sides", [(48, 48), (64, 32)])
def test_other_sides_are_refused(sides: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="multiple of 32"):
        Tagger(1, 4)(torch.zeros(1, 3, *sides))
