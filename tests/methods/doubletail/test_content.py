"""Content and identity by NumPy."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from rosetail.methods.doubletail.content import identity, vgg_content


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
    got = identity(output, photo, [shallow[0], deep[0]], [shallow[1], deep[1]], pixels=0.1)
    wanted = (
        (shallow[0] - shallow[1]).abs().mean() / 8
        + (deep[0] - deep[1]).abs().mean() / 16
        + 0.1 * (output - photo).abs().mean()
    )
    torch.testing.assert_close(got, wanted)


def test_identity_wants_as_many_maps_of_both() -> None:
    picture = torch.zeros(1, 3, 4, 4)
    with pytest.raises(ValueError, match="zip"):
        identity(picture, picture, [picture], [], pixels=0.1)
