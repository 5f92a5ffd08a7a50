"""Networks and optimisers of a run, and their moving averages.

During ``Context.update`` only the parameters of the named optimiser require gradients, so that a
step of a generator adds no gradients to its critics.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import cast

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn
from torch.optim import Optimizer

Terms = dict[str, Tensor]  # weighted loss terms, scalars, by name


def channels_last(networks: dict[str, nn.Module]) -> dict[str, nn.Module]:
    """``networks`` with their weights in the order that CPUs convolve fastest, in place."""
    for network in networks.values():
        network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return networks


class NonFinite(Exception):
    """A loss term or a gradient is not finite; the message names it. Nothing was updated."""


class Context:
    """Networks and optimisers on their device, with gradients averaged over all processes."""

    def __init__(
        self, fabric: Fabric, networks: Mapping[str, nn.Module], optimizers: Mapping[str, Optimizer]
    ) -> None:
        self.fabric = fabric
        self.networks = dict(networks)
        self.optimizers = dict(optimizers)
        self._parameters = [p for network in networks.values() for p in network.parameters()]
        self._owned = {
            name: [p for group in optimizer.param_groups for p in group["params"]]
            for name, optimizer in optimizers.items()
        }

    @property
    def device(self) -> torch.device:
        return self.fabric.device

    @contextmanager
    def only(self, name: str) -> Iterator[None]:
        """Use the run's precision; only parameters of optimiser ``name`` require gradients."""
        owned = {id(parameter) for parameter in self._owned[name]}
        for parameter in self._parameters:
            parameter.requires_grad_(id(parameter) in owned)
        with self.fabric.autocast():
            yield

    def update(self, name: str, terms: Callable[[], Terms]) -> Terms:
        """Take a step of optimiser ``name`` on the sum of ``terms()``; return the terms, detached.

        Raises NonFinite with the name of the term or gradient, before anything is updated.
        """
        with self.only(name):
            losses = terms()
            total = torch.stack([loss.float() for loss in losses.values()]).sum()
        total.backward()
        gradients = [p.grad for p in self._owned[name] if p.grad is not None]
        self._average(gradients)
        sizes = torch.stack(torch._foreach_norm(gradients))  # one number per tensor
        fine = torch.isfinite(total.detach() + sizes.sum()).float()
        if self.fabric.world_size > 1:  # all processes skip the step or none
            fine = cast(Tensor, self.fabric.all_reduce(fine, reduce_op="mean"))
        losses = {term: loss.detach() for term, loss in losses.items()}
        optimizer = self.optimizers[name]
        if fine.item() < 1:
            optimizer.zero_grad(set_to_none=True)
            bad = [term for term, loss in losses.items() if not torch.isfinite(loss)]
            raise NonFinite(f"term {bad[0]}" if bad else f"gradient of {name}")
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        return losses

    def share_buffers(self) -> None:
        """Average running statistics over all processes, for the checkpoint."""
        self._average([b for b in self.buffers() if b.is_floating_point()])

    def buffers(self) -> list[Tensor]:
        return [buffer for network in self.networks.values() for buffer in network.buffers()]

    def _average(self, tensors: list[Tensor]) -> None:
        """Average in place over all processes, in one all-reduce."""
        if self.fabric.world_size == 1 or not tensors:
            return
        flat = torch.cat([tensor.flatten() for tensor in tensors])
        flat = cast(Tensor, self.fabric.all_reduce(flat, reduce_op="mean"))
        for tensor, part in zip(tensors, flat.split([t.numel() for t in tensors]), strict=True):
            tensor.copy_(part.view_as(tensor))


class Averages:
    """Exponential moving averages of networks, for sample sheets and export.

    After update t (from 0) the average is ``d·average + (1 − d)·weights`` with
    ``d = min(decay, (1 + t) / (10 + t))``, so that the first weights soon lose their influence.
    Buffers (running statistics) are copied.
    """

    def __init__(self, networks: Mapping[str, nn.Module], decay: float) -> None:
        self.decay = decay
        self._sources = dict(networks)
        self.networks = {name: copy.deepcopy(network) for name, network in networks.items()}
        for network in self.networks.values():
            network.eval().requires_grad_(False)

    @torch.no_grad()
    def update(self, step: int) -> None:
        """Update the averages after update number ``step`` of the run."""
        share = 1 - min(self.decay, (1 + step) / (10 + step))
        for name, average in self.networks.items():
            source = self._sources[name]
            torch._foreach_lerp_(list(average.parameters()), list(source.parameters()), share)
            for kept, buffer in zip(average.buffers(), source.buffers(), strict=True):
                kept.copy_(buffer)
