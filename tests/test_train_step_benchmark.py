"""The benchmark's two sides are the same step: equal losses and equal gradients."""

from __future__ import annotations

import torch

from benchmarks.train_step import Ours, Plain, draw, step, systems
from rosetail.methods.roses.critics import CriticShape
from rosetail.methods.roses.importer import published_names
from rosetail.methods.roses.network import RosesShape

SHAPE = RosesShape(widths=(4, 6, 8), deep=5, style=3, latent=9, mapping=2, side=32)
CRITIC = CriticShape((4, 6, 8), 5, 4, 32)


def test_losses_and_gradients_are_the_same() -> None:
    drawn, sides = draw(SHAPE, 4), systems(SHAPE, CRITIC)
    losses = {name: step(system, drawn) for name, system in sides.items()}
    for name, plain in losses["plain"].items():
        assert abs(losses["ours, single"][name] / plain - 1) < 1e-3, name
        assert abs(losses["ours, bf16"][name] / plain - 1) < 0.15, name
    ours, theirs = sides["ours, single"], sides["plain"]
    assert isinstance(ours, Ours)
    assert isinstance(theirs, Plain)
    network, state = ours.ways[0], theirs.states["to_anime"]
    for mine, published in published_names(SHAPE):
        one, other = network.get_parameter(mine).grad, state[published].grad
        assert one is not None, mine
        assert other is not None, published
        other = other.reshape(one.shape)
        assert float((one - other).norm() / other.norm().clamp(min=1e-6)) < 1e-2, mine
    assert all(torch.isfinite(each.grad).all() for each in ours.parameters if each.grad is not None)
