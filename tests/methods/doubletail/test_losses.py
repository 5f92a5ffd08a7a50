"""Losses of the double-tail recipes against NumPy, loops, OpenCV and KID."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch

from rosetail.methods.doubletail.losses import (
    FeatureQueue,
    centred_gram,
    change_weight,
    gradient_difference,
    gram_style,
    guided_filter,
    identity,
    kernel_distance,
    statistics_difference,
    vgg_content,
)
from rosetail.metrics.kid import kid


def test_content_by_hand() -> None:
    rng = np.random.default_rng(0)
    mine, theirs = rng.normal(size=(2, 2, 8, 3, 4)).astype(np.float32)
    wanted = np.abs(mine - theirs).mean() / 8
    assert vgg_content(*map(torch.from_numpy, (mine, theirs))).item() == pytest.approx(wanted, 1e-5)


def test_content_of_bf16_maps_is_float32() -> None:
    mine = torch.ones(2, 4, 64, 64, dtype=torch.bfloat16)
    apart = vgg_content(mine, torch.zeros_like(mine))
    assert apart.dtype == torch.float32
    assert apart.item() == 0.25


def test_identity_adds_every_map_and_the_pixels() -> None:
    torch.manual_seed(0)
    output, photo = torch.randn(2, 1, 3, 4, 4)
    shallow, deep = torch.randn(2, 1, 8, 2, 2), torch.randn(2, 1, 16, 1, 1)  # output's and photo's
    got = identity(output, photo, [shallow[0], deep[0]], [shallow[1], deep[1]], pixel_weight=0.1)
    wanted = (
        (shallow[0] - shallow[1]).abs().mean() / 8
        + (deep[0] - deep[1]).abs().mean() / 16
        + 0.1 * (output - photo).abs().mean()
    )
    torch.testing.assert_close(got, wanted)


def test_identity_wants_as_many_maps_of_both() -> None:
    picture = torch.zeros(1, 3, 4, 4)
    with pytest.raises(ValueError, match="zip"):
        identity(picture, picture, [picture], [], pixel_weight=0.1)


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


def slowly(x: np.ndarray, guide: np.ndarray, radius: int, eps: float) -> np.ndarray:
    """He, Sun and Tang's equations 5, 6 and 8, pixel by pixel, pictures [H, W] in [0, 1]."""
    height, width = x.shape

    def window(y: int, z: int) -> tuple[slice, slice]:
        return (
            slice(max(y - radius, 0), min(y + radius + 1, height)),
            slice(max(z - radius, 0), min(z + radius + 1, width)),
        )

    slope, level, out = np.empty((3, height, width))
    for y, z in np.ndindex(height, width):
        mine, lead = x[window(y, z)], guide[window(y, z)]
        covariance = (mine * lead).mean() - mine.mean() * lead.mean()
        slope[y, z] = covariance / (lead.var() + eps)
        level[y, z] = mine.mean() - slope[y, z] * lead.mean()
    for y, z in np.ndindex(height, width):
        out[y, z] = slope[window(y, z)].mean() * guide[y, z] + level[window(y, z)].mean()
    return out


def test_by_loops_on_every_channel() -> None:
    rng = np.random.default_rng(0)
    x, guide = rng.random((2, 3, 9, 11))
    got = guided_filter(*(torch.from_numpy(p * 2 - 1)[None] for p in (x, guide)), 2, 0.01)
    for channel in range(3):
        wanted = slowly(x[channel], guide[channel], 2, 0.01)
        np.testing.assert_allclose((got[0, channel] + 1) / 2, wanted, atol=1e-5)


def test_inside_is_that_of_opencv() -> None:
    """OpenCV mirrors at the border, so compare two windows away from it."""
    rng = np.random.default_rng(1)
    x, guide = rng.random((2, 40, 30)).astype(np.float32)
    wanted = cv2.ximgproc.guidedFilter(guide, x, 3, 0.02)
    got = guided_filter(*(torch.from_numpy(p * 2 - 1)[None, None] for p in (x, guide)), 3, 0.02)
    inside = (slice(6, -6), slice(6, -6))
    np.testing.assert_allclose(((got[0, 0] + 1) / 2)[inside], wanted[inside], atol=1e-4)


def test_grey_guide_serves_all_channels() -> None:
    x, guide = torch.rand(1, 3, 12, 12), torch.rand(1, 1, 12, 12)
    got = guided_filter(x, guide)
    torch.testing.assert_close(got[:, 1:2], guided_filter(x[:, 1:2], guide))


def test_strong_edges_stay_and_ripples_go() -> None:
    step = torch.full((1, 1, 16, 32), -0.8)
    step[..., 16:] = 0.8
    ripple = 0.05 * torch.sin(torch.arange(32.0) * 2).expand(1, 1, 16, 32)
    out = guided_filter(step + ripple, step + ripple)
    assert out[..., 16].mean() - out[..., 15].mean() > 1.4
    assert (out - step)[..., 4:12].std() < 0.5 * ripple[..., 4:12].std()


def test_gradient() -> None:
    x = torch.rand(1, 1, 6, 7, dtype=torch.float64, requires_grad=True)
    guided_filter(x, x).square().sum().backward()
    assert x.grad is not None
    step, moved = 1e-3, x.detach().clone()
    for place in [(0, 0, 0, 0), (0, 0, 3, 4)]:
        sums = []
        for sign in (1, -1):
            moved = x.detach().clone()
            moved[place] += sign * step
            sums.append(guided_filter(moved, moved).double().square().sum().item())
        slope = (sums[0] - sums[1]) / (2 * step)
        assert abs(slope - x.grad[place].item()) < 1e-2


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
    kept = FeatureQueue(3, 2)
    assert kept.latest().shape == (0, 2)
    for first in (1.0, 3.0):
        kept.push(torch.tensor([[first, 0.0], [first + 1, 0.0]]))
    assert kept.latest()[:, 0].tolist() == [3.0, 4.0, 1.0]
    assert "rows" in kept.state_dict()


def test_differences_against_plain_loops() -> None:
    generator = torch.Generator().manual_seed(0)
    one, other = torch.randn(2, 2, 3, 5, 6, generator=generator)
    apart = (one - other).numpy().astype(np.float64)
    counts = torch.rand(2, 1, 5, 6, generator=generator)
    weight = counts.numpy()
    down = (np.abs(np.diff(apart, axis=2)) * weight[:, :, 1:]).mean()
    right = (np.abs(np.diff(apart, axis=3)) * weight[..., 1:]).mean()
    assert float(gradient_difference(one, other, counts)) == pytest.approx(down + right, rel=1e-5)
    deep = (
        apart.reshape(2, 3, -1).mean(2),
        [each.numpy().astype(np.float64).reshape(2, 3, -1).std(2, ddof=1) for each in (one, other)],
    )
    style = np.abs(deep[0]).mean() + np.abs(deep[1][0] - deep[1][1]).mean()
    style /= np.abs(other.numpy()).mean()
    assert float(statistics_difference(one, other)) == pytest.approx(style, rel=1e-4)
    mirrored = statistics_difference(one.flip(3), one)
    assert float(mirrored) == pytest.approx(0, abs=1e-5)  # wherever things lie
    light = gradient_difference(one + 3, one, counts)
    assert float(light) == pytest.approx(0, abs=1e-6)  # light is no line


def test_what_the_drawing_changes_counts_more() -> None:
    photo = torch.zeros(1, 3, 20, 20)
    drawn = photo.clone()
    drawn[..., 8:13, 8:13] = 1.0
    counts = change_weight(photo, drawn, 4.0)
    assert float(counts[0, 0, 10, 10]) == pytest.approx(1 + 4 * 0.5)
    assert float(counts[0, 0, 2, 2]) == 1
    assert torch.equal(change_weight(photo, drawn, 0.0), torch.ones(1, 1, 20, 20))
