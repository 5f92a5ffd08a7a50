"""A recipe of a few hundred numbers, which uses everything the loop offers.

Run as a script it trains in the folder and for the steps given, so that a test can kill it.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from rich.console import Console
from torch import Tensor, nn

from rosetail.training.context import Context, Terms
from rosetail.training.loop import Outcome, RunSettings, train


@dataclass(frozen=True)
class TinySettings:
    run: RunSettings = field(default_factory=lambda: RunSettings(steps=12, sheet_every=5))
    rate: float = 0.02
    bad_steps: tuple[int, ...] = ()


class TinyRecipe:
    """A painter and a judge; every random generator has a say in every step."""

    name = "tiny"
    averaged: Sequence[str] = ("painter",)

    def __init__(self, settings: TinySettings, pause: float = 0.0) -> None:
        self.settings, self.pause = settings, pause

    def networks(self) -> dict[str, nn.Module]:
        painter = nn.Sequential(
            nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Dropout(0.2), nn.Linear(8, 4)
        )
        return {"painter": painter, "judge": nn.Linear(4, 1)}

    def optimizers(self, networks: dict[str, nn.Module]) -> dict[str, torch.optim.Optimizer]:
        return {
            name: torch.optim.Adam(network.parameters(), lr=self.settings.rate, fused=True)
            for name, network in networks.items()
        }

    def rates(self, step: int) -> dict[str, float]:
        return {"painter": self.settings.rate, "judge": self.settings.rate / (1 + step)}

    def phase(self, step: int) -> str:
        return "warm_up" if step < 4 else "adversarial"

    def batch(self, step: int, rank: int) -> dict[str, Tensor]:
        generator = np.random.default_rng([self.settings.run.seed, step, rank])
        return {"x": torch.from_numpy(generator.standard_normal((6, 4), dtype=np.float32))}

    def step(self, context: Context, batch: dict[str, Tensor], step: int) -> Terms:
        time.sleep(self.pause)
        painter, judge = context.networks["painter"], context.networks["judge"]
        noise = random.random() + np.random.rand() + torch.rand(())  # noqa: NPY002
        scale = float("nan") if step in self.settings.bad_steps else 1.0

        def judged() -> Terms:
            with torch.no_grad():
                fake = painter(batch["x"])
            return {"judge": judge(fake).mean() - judge(batch["x"] + noise).mean()}

        def painted() -> Terms:
            fake = painter(batch["x"])
            return {
                "copy": scale * (fake - batch["x"]).square().mean(),
                "fool": -0.1 * judge(fake).mean(),
            }

        terms: Terms = {}
        if self.phase(step) == "adversarial":
            terms |= context.update("judge", judged)
        return terms | context.update("painter", painted)

    def sheet(self, averages: dict[str, nn.Module], step: int) -> np.ndarray:
        painted = averages["painter"](torch.eye(4)).clamp(-1, 1)
        grey = ((painted + 1) * 127.5).to(torch.uint8).numpy()
        return np.repeat(grey[:, :, None], 3, axis=2)

    def about(self) -> dict[str, str]:
        return {"class": "Sequential", "width": "8", "data": "noise"}


def run_tiny(
    folder: Path,
    settings: TinySettings | None = None,
    *,
    resume: bool = False,
    minutes: float | None = None,
    pause: float = 0.0,
) -> Outcome:
    recipe = TinyRecipe(settings or TinySettings(), pause)
    return train(recipe, folder, resume=resume, minutes=minutes, console=Console(quiet=True))


if __name__ == "__main__":
    told = RunSettings(steps=int(sys.argv[2]), checkpoint_minutes=0.0, log_every=1)
    run_tiny(Path(sys.argv[1]), TinySettings(run=told), resume=True, pause=0.03)
