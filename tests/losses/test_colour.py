"""Lab against scikit-image, grey against OpenCV, and gradients where the formulas bend."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch
from skimage.color import rgb2lab

from rosetail.losses.colour import grey, lab_colour, rgb_to_lab


def every_corner_and_more() -> np.ndarray:
    """(1, N, 3) sRGB in [0, 1]: the cube's corners, near-blacks around both bends, random ones."""
    corners = np.indices((2, 2, 2)).reshape(3, 8).T.astype(float)
    darks = np.linspace(0, 0.06, 40)[:, None] * [[1, 1, 1], [1, 0.2, 0]][0]
    others = np.random.default_rng(0).random((500, 3))
    return np.concatenate([corners, darks, others])[None]


def as_tensor(rgb: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(rgb * 2 - 1).permute(2, 0, 1)[None].float()


def test_lab_is_that_of_scikit_image() -> None:
    rgb = every_corner_and_more()
    got = rgb_to_lab(as_tensor(rgb))[0].permute(1, 2, 0).numpy()
    np.testing.assert_allclose(got, rgb2lab(rgb), atol=2e-3)


def test_lab_colour_by_hand() -> None:
    rng = np.random.default_rng(1)
    output, photo = rng.random((2, 6, 5, 3))
    apart = np.abs(rgb2lab(output) - rgb2lab(photo)).mean((0, 1))
    wanted = 2 * apart[0] / 100 + apart[1] / 255 + apart[2] / 255
    got = lab_colour(as_tensor(output), as_tensor(photo)).item()
    assert got == pytest.approx(wanted, rel=1e-4)


def test_gradients_are_finite_everywhere() -> None:
    rgb = torch.linspace(-1.2, 1.2, 200).view(1, 1, 10, 20).repeat(1, 3, 1, 1).requires_grad_()
    lab_colour(rgb, torch.zeros_like(rgb)).backward()
    assert rgb.grad is not None
    assert rgb.grad.isfinite().all()
    assert rgb.grad[rgb.detach().abs() < 0.99].abs().min() > 0


def test_lab_stays_float32_under_autocast() -> None:
    x = as_tensor(every_corner_and_more())
    with torch.autocast("cpu", torch.bfloat16):
        torch.testing.assert_close(rgb_to_lab(x), rgb_to_lab(x.clone()))
    assert rgb_to_lab(x.bfloat16()).dtype == torch.float32


def test_grey_is_that_of_opencv() -> None:
    rgb = np.random.default_rng(0).random((5, 4, 3)).astype(np.float32)
    got = grey(as_tensor(rgb))
    assert got.shape == (1, 3, 5, 4)
    assert grey(as_tensor(rgb), 1).shape == (1, 1, 5, 4)
    np.testing.assert_allclose(
        (got[0, 2] + 1) / 2, cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), atol=1e-6
    )
