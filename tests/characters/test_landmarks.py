"""Landmarks that are known reach the decoder of a trained model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from rosetail.characters.network_model import NetworkModel
from rosetail.faces.faces import canonical
from rosetail.faces.warp import warp
from rosetail.methods.roses import network as nets
from tests.characters.palettes import exported, network_of


@pytest.fixture(scope="module")
def network() -> nets.Roses:
    shape = nets.RosesShape(
        widths=(4, 6, 8), deep=5, style=3, latent=9, mapping=1, palette=4, template=5, close_up=6
    )
    return network_of(shape, "place.weight", "0.out.weight", "1.out.weight")


@pytest.fixture(scope="module")
def roses(network: nets.Roses, tmp_path_factory: pytest.TempPathFactory) -> NetworkModel:
    return NetworkModel(exported(network, tmp_path_factory.mktemp("model"), 64))


def test_they_are_places_in_the_head(roses: NetworkModel, network: nets.Roses) -> None:
    """From the middle of the head, half its side is 1; a picture that is moved, turned and larger
    has them in the same places."""
    rng = np.random.default_rng(0)
    rgb = np.repeat(np.repeat(rng.integers(0, 256, (20, 20, 3), dtype=np.uint8), 8, 0), 8, 1)
    landmarks = canonical(64) + np.array([48, 40])
    content = roses.encode_at(rgb, landmarks)
    wanted = (canonical(64) + 0.5) / 32 - 1
    np.testing.assert_allclose(content.landmarks, wanted, atol=1e-4)
    angle = np.radians(40)
    turn = 1.2 * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = np.column_stack([turn, [60, -20]])
    moved = warp(rgb, matrix, (240, 240))
    again = roses.encode_at(moved, landmarks @ turn.T + [60, -20])
    eyes = [each[1] - each[0] for each in (content.landmarks, again.landmarks)]
    assert abs(np.linalg.norm(eyes[0]) - np.linalg.norm(eyes[1])) < 1e-3
    w = roses.random_w(1, seed=1)
    drawn = network.draw(
        torch.from_numpy(content.maps),
        torch.from_numpy(w),
        torch.from_numpy(content.landmarks[None]),
    )[0]
    made = ((drawn.permute(1, 2, 0).numpy() + 1) * 127.5).clip(0, 255)
    assert np.abs(roses.decode(content, w)[0] - made).mean() < 1
    baked = roses.specialized(w[0])
    assert (
        np.abs(baked(content)[..., :3].astype(int) - roses.head(content, w[0])[..., :3]).mean() < 2
    )


def test_what_is_drawn_moves_with_them(roses: NetworkModel) -> None:
    """Those nobody told are found."""
    head = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    found = roses.encode_head(head)
    assert np.isnan(found.landmarks).all()
    told = roses.encode_at(head, canonical(64))
    beside = replace(told, landmarks=told.landmarks + np.float32(0.2))
    w = roses.random_w(1, seed=1)
    made = [roses.decode(each, w).astype(int) for each in (found, told, beside)]
    for one, other in ((0, 1), (1, 2)):
        assert np.abs(made[one] - made[other]).mean() > 1
