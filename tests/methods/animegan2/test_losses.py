"""AnimeGANv2's terms against plain calculation and OpenCV."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch

from rosetail.methods.animegan2.losses import gram, grey_style, yuv, yuv_colour

GENERATOR = torch.Generator().manual_seed(0)


def test_yuv_against_opencv() -> None:
    rgb = np.random.default_rng(0).random((6, 7, 3), np.float32)
    got = yuv(torch.from_numpy(rgb * 2 - 1).permute(2, 0, 1)[None])[0].permute(1, 2, 0).numpy()
    wanted = cv2.cvtColor(rgb, cv2.COLOR_RGB2YUV) - np.array([0, 0.5, 0.5], np.float32)
    np.testing.assert_allclose(got, wanted, atol=2e-3)


def test_colour_by_hand() -> None:
    one, other = (torch.rand(2, 3, 4, 4, generator=GENERATOR) * 2 - 1 for _ in range(2))
    apart = (yuv(one) - yuv(other)).numpy().astype(np.float64)
    wanted = np.abs(apart[:, 0]).mean() + sum((apart[:, i] ** 2 / 2).mean() for i in (1, 2))
    assert float(yuv_colour(one, other)) == pytest.approx(wanted, rel=1e-5)
    assert float(yuv_colour(one, one)) == 0


def test_gram_by_hand() -> None:
    x = torch.randn(2, 3, 4, 5, generator=GENERATOR)
    wanted = np.einsum("nihw,njhw->nij", x.numpy(), x.numpy()) / (3 * 4 * 5)
    np.testing.assert_allclose(gram(x).numpy(), wanted, rtol=1e-5, atol=1e-6)


def test_style_sees_what_but_not_where() -> None:
    x = torch.randn(1, 3, 4, 4, generator=GENERATOR)
    assert float(grey_style(x.flip(3), x)) == pytest.approx(0, abs=1e-6)
    assert float(grey_style(x + 1, x)) > 0.1
