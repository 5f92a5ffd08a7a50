"""Gram matrices by loops, and what the style loss must not see."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from rosetail.methods.doubletail.style import centred_gram, gram_style


def test_gram_by_loops() -> None:
    feature_map = torch.randn(2, 3, 4, 5, generator=torch.manual_seed(0))
    got = centred_gram(feature_map)
    rows = feature_map.double().numpy().reshape(2, 3, 20)
    for n in range(2):
        for i in range(3):
            for j in range(3):
                first, second = rows[n, i], rows[n, j]
                wanted = ((first - first.mean()) * (second - second.mean())).sum() / (3 * 20)
                assert got[n, i, j].item() == pytest.approx(wanted, abs=1e-6)


def test_equal_maps_have_equal_style() -> None:
    maps = [torch.randn(2, 4, 8, 8), torch.randn(2, 8, 4, 4)]
    assert gram_style(maps, [centred_gram(m) for m in maps], (1, 2)).item() == 0


def test_brightness_and_place_are_not_style() -> None:
    feature_map = torch.randn(1, 4, 8, 8, generator=torch.manual_seed(0))
    moved = feature_map.roll((2, 3), (2, 3)) + torch.tensor([5.0, -3, 0, 9]).view(1, 4, 1, 1)
    assert gram_style([moved], [centred_gram(feature_map)], [1]).item() < 1e-6
    assert gram_style([2 * feature_map], [centred_gram(feature_map)], [1]).item() > 1e-2


def test_weights_and_division_by_channels() -> None:
    torch.manual_seed(0)
    maps = [torch.randn(1, 4, 6, 6), torch.randn(1, 8, 3, 3)]
    targets = [torch.randn(1, 4, 4), torch.randn(1, 8, 8)]
    wanted = sum(
        weight * np.abs(centred_gram(m).numpy() - t.numpy()).mean() / m.shape[1]
        for weight, m, t in zip((0.1, 28), maps, targets, strict=True)
    )
    assert gram_style(maps, targets, (0.1, 28)).item() == pytest.approx(wanted, rel=1e-5)


def test_one_target_serves_a_batch() -> None:
    feature_map, target = torch.randn(3, 4, 6, 6), torch.randn(1, 4, 4)
    each = [gram_style([one[None]], [target], [1]) for one in feature_map]
    torch.testing.assert_close(gram_style([feature_map], [target], [1]), torch.stack(each).mean())


def test_grams_stay_float32_under_autocast() -> None:
    feature_map = torch.randn(1, 16, 32, 32)
    with torch.autocast("cpu", torch.bfloat16):
        got = centred_gram(feature_map)
    assert got.dtype == torch.float32
    torch.testing.assert_close(got, centred_gram(feature_map))
