"""The guided filter against its formula by loops and against OpenCV."""

from __future__ import annotations

import cv2
import numpy as np
import torch

from rosetail.methods.doubletail.filters import guided_filter


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
