"""CycleGAN on a batch that is shared out: run as a script, in one process or in two.

``halves.py FOLDER PHOTOS ANIME DEVICES STEPS``. Each process writes its terms, a line a step, to
FOLDER/terms-RANK.jsonl. In one process a batch holds four pictures; in two each has one half of
the very same batch.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from rich.console import Console
from torch import Tensor

from rosetail.methods.cyclegan.recipe import CycleGanRecipe, CycleGanSettings
from rosetail.training.context import Context, Terms
from rosetail.training.loop import RunSettings, train
from rosetail.training.unpaired import UnpairedData

WHOLE = 4
# A tenth of the published rate: at that one the order of a sum, which is all that differs, grows a
# hundred times a few steps on, in one process as well (the batch turned round shows it).
RATE = 2e-5


class Halves(CycleGanRecipe):
    def batch(self, step: int, rank: int) -> dict[str, Tensor]:
        whole = super().batch(step, 0)
        share = WHOLE // self.settings.run.devices
        return {name: each[rank * share : (rank + 1) * share] for name, each in whole.items()}

    def step(self, context: Context, batch: dict[str, Tensor], step: int) -> Terms:
        terms = super().step(context, batch, step)
        line = {name: value.item() for name, value in terms.items()}
        line["pictures"] = len(batch["photo"])
        path = Path(os.environ["HALVES"], f"terms-{context.fabric.global_rank}.jsonl")
        with path.open("a") as file:
            file.write(json.dumps(line) + "\n")
        return terms


def main(folder: str, photos: str, anime: str, devices: str, steps: str) -> None:
    os.environ["HALVES"] = folder
    data = UnpairedData(photos=(photos,), anime=(anime,), size=32, batch=WHOLE)
    run = RunSettings(
        steps=int(steps), devices=int(devices), accelerator="cpu", sheet_every=1000, ema=0.0
    )
    told = CycleGanSettings(run=run, data=data, width=4, blocks=1, pool=0, rate=RATE)
    train(Halves(told), Path(folder, "run"), console=Console(quiet=True))


if __name__ == "__main__":
    main(*sys.argv[1:])
