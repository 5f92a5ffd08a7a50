"""What a recipe's step is handed: its networks, and the one way to change them.

``Context.update`` says who gets the gradient: only the parameters of the named optimiser require
one while the terms are computed, so a generator's step leaves no trace in its critics.
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

Terms = dict[str, Tensor]  # a scalar under the name of its line in the paper, weight included


class NonFinite(Exception):
    """A loss term or a gradient is NaN or infinite; ``str`` names it. Nothing was updated."""


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
        """Forward passes in the run's precision; only that optimiser's parameters get gradients."""
        owned = {id(parameter) for parameter in self._owned[name]}
        for parameter in self._parameters:
            parameter.requires_grad_(id(parameter) in owned)
        with self.fabric.autocast():
            yield

    def update(self, name: str, terms: Callable[[], Terms]) -> Terms:
        """One step of optimiser ``name`` down the sum of ``terms()``; the terms come back detached.

        Raises NonFinite, before anything is changed, naming the term or the gradient at fault.
        """
        with self.only(name):
            losses = terms()
            total = torch.stack([loss.float() for loss in losses.values()]).sum()
        total.backward()
        gradients = [p.grad for p in self._owned[name] if p.grad is not None]
        self._average(gradients)
        sizes = torch.stack(torch._foreach_norm(gradients))  # one number per tensor: cheap to test
        fine = torch.isfinite(total.detach() + sizes.sum()).float()
        if self.fabric.world_size > 1:  # all processes must come to the same verdict
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
        """Running statistics averaged over all processes, so that one checkpoint speaks for all."""
        self._average([b for b in self.buffers() if b.is_floating_point()])

    def buffers(self) -> list[Tensor]:
        return [buffer for network in self.networks.values() for buffer in network.buffers()]

    def _average(self, tensors: list[Tensor]) -> None:
        """In place, over all processes, in one message."""
        if self.fabric.world_size == 1 or not tensors:
            return
        flat = torch.cat([tensor.flatten() for tensor in tensors])
        flat = cast(Tensor, self.fabric.all_reduce(flat, reduce_op="mean"))
        for tensor, part in zip(tensors, flat.split([t.numel() for t in tensors]), strict=True):
            tensor.copy_(part.view_as(tensor))


class Averages:
    """Exponential moving averages of networks: what sheets show and what is exported.

    After update t (from 0) the average is ``d·average + (1 − d)·weights`` with
    ``d = min(decay, (1 + t) / (10 + t))``: short runs are not held back by their first weights.
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
        """After update number ``step`` of the run."""
        share = 1 - min(self.decay, (1 + step) / (10 + step))
        for name, average in self.networks.items():
            source = self._sources[name]
            torch._foreach_lerp_(list(average.parameters()), list(source.parameters()), share)
            for kept, buffer in zip(average.buffers(), source.buffers(), strict=True):
                kept.copy_(buffer)
