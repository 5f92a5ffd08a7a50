"""Base of recipes that train one network: AdamW with a cosine decay of the learning rate."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from torch import nn
from torch.optim import AdamW, Optimizer

from rosetail.training.context import Context, Terms, channels_last
from rosetail.training.loop import RunSettings
from rosetail.training.prefetch import Batch
from rosetail.training.schedules import cosine


@dataclass(frozen=True)
class CosineSettings:
    """``lr`` is reached after ``warmup_steps`` and decays to ``last_lr`` at the end."""

    run: RunSettings = field(default_factory=RunSettings)
    lr: float = 2e-3
    last_lr: float = 2e-5
    warmup_steps: int = 100
    weight_decay: float = 0.01


class SingleNetworkRecipe(Protocol):
    """What subclasses implement: the network of name ``trained`` and its loss terms."""

    settings: CosineSettings
    trained: str

    def network(self) -> nn.Module: ...

    def terms(self, network: nn.Module, batch: Batch) -> Terms: ...

    @property
    def averaged(self) -> tuple[str, ...]:
        return (self.trained,)

    def networks(self) -> dict[str, nn.Module]:
        return channels_last({self.trained: self.network()})

    def optimizers(self, networks: dict[str, nn.Module]) -> dict[str, Optimizer]:
        parameters = networks[self.trained].parameters()
        decay = self.settings.weight_decay
        return {self.trained: AdamW(parameters, weight_decay=decay, fused=True)}

    def phase(self, step: int) -> str:
        return "training"

    def rates(self, step: int) -> dict[str, float]:
        s = self.settings
        return {self.trained: cosine(step, s.run.steps, s.lr, s.last_lr, s.warmup_steps)}

    def step(self, context: Context, batch: Batch, step: int) -> Terms:
        network = context.networks[self.trained]
        return context.update(self.trained, lambda: self.terms(network, batch))
