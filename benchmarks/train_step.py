"""Time a training step of Roses with our layers and the published ones.

Run ``python -m benchmarks.train_step``. A step computes both directions for the same random
pictures and weights: the critics' losses and gradients, then the generators' adversarial, latent,
consistency, cycle and style terms and gradients. (The perceptual term, R1 and the optimizer cost
the same in both and are left out.) The published layers are :mod:`benchmarks.plain_roses` in single
precision; ours run in single precision, where losses must be equal, and in bfloat16, as in
training. Timing alternates between the three. Prints the ratios and appends one JSON line to
``benchmarks/results/train_step.jsonl``.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import NamedTuple, Protocol

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from benchmarks import machine, plain_roses, report
from rosetail.methods.roses.critics import (
    FULL_CRITIC,
    CriticShape,
    critic_from_published,
    latent_critic_from_published,
)
from rosetail.methods.roses.importer import roses_from_published
from rosetail.methods.roses.losses import d_loss, g_loss, style_variance
from rosetail.methods.roses.network import FULL, RosesShape

WAYS = ("to_anime", "to_photo")
CRITICS = ("anime_critic", "photo_critic")
ALIKE = 2e-3  # relative difference of losses in single precision


class Drawn(NamedTuple):
    """Random inputs of a step, by direction: views of one picture, different pictures, codes."""

    one: tuple[Tensor, Tensor]
    every: tuple[Tensor, Tensor]
    codes: tuple[Tensor, Tensor]
    shuffle: Tensor


class System(Protocol):
    """The operations that :func:`step` needs."""

    parameters: list[Tensor]

    def only(self, kind: str) -> AbstractContextManager[None]: ...

    def encode(self, way: int, one: Tensor, every: Tensor) -> tuple[Tensor, Tensor, Tensor]: ...

    def encode_again(self, way: int, x: Tensor) -> tuple[Tensor, Tensor]: ...

    def decode(self, way: int, content: Tensor, z: Tensor) -> Tensor: ...

    def judge(self, domain: int, x: Tensor) -> list[Tensor]: ...

    def judge_style(self, z: Tensor) -> Tensor: ...


class Plain:
    """The published formulas; the generator update also computes the critics' gradients."""

    def __init__(
        self, states: Mapping[str, dict[str, Tensor]], shape: RosesShape, critic: CriticShape
    ):
        self.states, self.shape, self.critic = states, shape, critic
        self.parameters: list[Tensor] = [
            each.requires_grad_()
            for state in states.values()
            for name, each in state.items()
            if not name.endswith("kernel")
        ]

    @contextmanager
    def only(self, kind: str) -> Iterator[None]:
        yield

    def encode(self, way: int, one: Tensor, every: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        return (*self.encode_again(way, one), self.encode_again(way, every)[1])

    def encode_again(self, way: int, x: Tensor) -> tuple[Tensor, Tensor]:
        return plain_roses.encode(self.states[WAYS[way]], x, self.shape)

    def decode(self, way: int, content: Tensor, z: Tensor) -> Tensor:
        return plain_roses.decode(self.states[WAYS[way]], content, z, self.shape)

    def judge(self, domain: int, x: Tensor) -> list[Tensor]:
        return plain_roses.judge(self.states[CRITICS[domain]], x, self.critic)

    def judge_style(self, z: Tensor) -> Tensor:
        return plain_roses.judge_style(self.states["style_critic"], z)


class Ours:
    """The package's networks, channels last, in ``precision``, frozen while not updated."""

    def __init__(
        self,
        states: Mapping[str, dict[str, Tensor]],
        precision: torch.dtype,
    ) -> None:
        self.precision = precision
        self.ways = [roses_from_published(states[way]) for way in WAYS]
        self.critics = [critic_from_published(states[name]) for name in CRITICS]
        self.style_critic = latent_critic_from_published(states["style_critic"])
        networks: list[nn.Module] = [*self.ways, *self.critics, self.style_critic]
        for each in networks:
            each.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.parameters: list[Tensor] = [p for each in networks for p in each.parameters()]

    @contextmanager
    def only(self, kind: str) -> Iterator[None]:
        for network in self.ways:
            network.requires_grad_(kind == "generators")
        for each in (*self.critics, self.style_critic):
            each.requires_grad_(kind == "critics")
        with torch.autocast("cpu", self.precision, enabled=self.precision != torch.float32):
            yield

    def encode(self, way: int, one: Tensor, every: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        content, style = self.encode_again(way, torch.cat([one, every]))
        count = len(one)
        return content[:count], style[:count], style[count:]

    def encode_again(self, way: int, x: Tensor) -> tuple[Tensor, Tensor]:
        content, style = self.ways[way].encode(x.contiguous(memory_format=torch.channels_last))
        return content, style

    def decode(self, way: int, content: Tensor, z: Tensor) -> Tensor:
        return self.ways[way].decode(content, z)

    def judge(self, domain: int, x: Tensor) -> list[Tensor]:
        return list(self.critics[domain](x.contiguous(memory_format=torch.channels_last)))

    def judge_style(self, z: Tensor) -> Tensor:
        found: Tensor = self.style_critic(z)
        return found


def step(system: System, drawn: Drawn) -> dict[str, float]:
    """Losses of one step; every parameter's gradient is left in ``grad``."""
    for each in system.parameters:
        each.grad = None
    with system.only("generators"):
        seen = [system.encode(way, drawn.one[way], drawn.every[way]) for way in (0, 1)]
        # Half of the codes are random, half are encoded from pictures of the other domain.
        half = len(drawn.one[0]) // 2
        wanted = [torch.cat([drawn.codes[way][half:], seen[1 - way][2][:half]]) for way in (0, 1)]
        fakes = [system.decode(way, seen[way][0], wanted[way]).float() for way in (0, 1)]
    with system.only("critics"):
        critics = {
            "critics": sum_of(
                d_loss(
                    system.judge(way, drawn.every[1 - way]), system.judge(way, fakes[way].detach())
                )
                for way in (0, 1)
            ),
            "style_critic": sum_of(
                d_loss(
                    [system.judge_style(drawn.codes[way])],
                    [system.judge_style(seen[way][2].detach())],
                )
                for way in (0, 1)
            ),
        }
    sum_of(critics.values()).backward()
    with system.only("generators"):
        generators = generator_losses(system, drawn, seen, wanted, fakes)
    sum_of(generators.values()).backward()
    return {name: float(loss.detach()) for name, loss in {**critics, **generators}.items()}


def generator_losses(
    system: System,
    drawn: Drawn,
    seen: list[tuple[Tensor, Tensor, Tensor]],
    wanted: list[Tensor],
    fakes: list[Tensor],
) -> dict[str, Tensor]:
    sums: dict[str, list[Tensor]] = {}
    for way in (0, 1):
        content, style = system.encode_again(1 - way, fakes[way])
        again = system.decode(1 - way, content, seen[way][1][drawn.shuffle]).float()
        terms = {
            "adversarial": g_loss(system.judge(way, fakes[way])),
            "latent": 2 * g_loss([system.judge_style(seen[way][2])]),
            "consistency": 50 * style_variance(seen[way][1]),
            "cycle": 20 * F.mse_loss(again, drawn.one[way]),
            "style": 5 * F.mse_loss(style.float(), wanted[way]),
        }
        for name, loss in terms.items():
            sums.setdefault(name, []).append(loss)
    return {name: sum_of(losses) for name, losses in sums.items()}


def sum_of(losses: Iterable[Tensor]) -> Tensor:
    return torch.stack(list(losses)).sum()


def systems(shape: RosesShape, critic: CriticShape) -> dict[str, System]:
    """Systems of equal weights: published, ours in single precision, ours as in training."""
    shapes = {way: plain_roses.generator_shapes(shape) for way in WAYS}
    shapes |= {name: plain_roses.critic_shapes(critic) for name in CRITICS}
    shapes["style_critic"] = plain_roses.style_critic_shapes(shape.style)
    states = {
        name: plain_roses.random_state(each, seed)
        for seed, (name, each) in enumerate(shapes.items())
    }
    return {
        "ours, single": Ours(states, torch.float32),
        "ours, bf16": Ours(states, torch.bfloat16),
        "plain": Plain(states, shape, critic),
    }


def draw(shape: RosesShape, batch: int) -> Drawn:
    generator = torch.Generator().manual_seed(9)

    def pictures() -> Tensor:
        coarse = torch.rand(batch, 3, 8, 8, generator=generator) * 2 - 1
        return F.interpolate(coarse, (shape.side, shape.side), mode="bilinear")

    def codes() -> Tensor:
        return torch.randn(batch, shape.style, generator=generator)

    shuffle = torch.randperm(batch, generator=generator)
    return Drawn((pictures(), pictures()), (pictures(), pictures()), (codes(), codes()), shuffle)


def measure(shape: RosesShape, critic: CriticShape, batch: int, rounds: int) -> dict[str, object]:
    """Ratios, wall and processor seconds, and differences of the losses from the published ones."""
    drawn, sides = draw(shape, batch), systems(shape, critic)
    losses = {name: step(system, drawn) for name, system in sides.items()}  # also warms up
    apart = {
        name: max(abs(found[key] / plain - 1) for key, plain in losses["plain"].items())
        for name, found in losses.items()
    }
    if apart["ours, single"] > ALIKE:
        raise AssertionError(f"the losses differ: {losses}")
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, system in sides.items():
            wall, processor = time.perf_counter(), time.process_time()
            step(system, drawn)
            taken = time.perf_counter() - wall, time.process_time() - processor
            seconds[name].append(taken)
    medians = {name: np.median(np.array(each), axis=0).tolist() for name, each in seconds.items()}
    return {
        "losses": losses,
        "losses apart": apart,
        "wall seconds": {name: each[0] for name, each in medians.items()},
        "processor seconds": {name: each[1] for name, each in medians.items()},
        "times faster, wall": medians["plain"][0] / medians["ours, bf16"][0],
        "times faster, processor": medians["plain"][1] / medians["ours, bf16"][1],
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.train_step", description=__doc__)
    parser.add_argument("--size", type=int, default=64, help="pixels; 256 is the published size")
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    where = machine.describe()
    shape, critic = replace(FULL, side=options.size), replace(FULL_CRITIC, side=options.size)
    found = measure(shape, critic, options.batch, options.rounds)
    told = {"size": options.size, "batch": options.batch, "threads": torch.get_num_threads()}
    print(f"{told}. {machine.sentence(where)}.")
    for key, value in found.items():
        print(f"{key}: {value}")
    report.keep("train_step", where, told | found)


if __name__ == "__main__":
    main()
