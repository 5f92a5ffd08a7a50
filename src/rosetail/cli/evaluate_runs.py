"""``rosetail evaluate runs``: how training runs developed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rosetail import extras
from rosetail.cli.console import complain, steps_bar
from rosetail.cli.measuring import Drawings, Photos, VggFeatures, check_views, print_results
from rosetail.cli.options import Inception, Lpips, OutFolder, Seed

EXAMPLES = """
**Examples**

- Train with `--set run.snapshot_every=1000`, then
  `rosetail evaluate runs runs/gnr --photos testA --drawings data/painted --vgg vgg19.safetensors
  -o report`

- Two runs in one plot: name both, as in `runs/gnr runs/cyclegan`
"""
SIDE = 256  # pixels of the test heads, in which faces are detected


def evaluate_runs(
    runs: Annotated[
        list[Path],
        typer.Argument(metavar="RUN...", help="Runs trained with run.snapshot_every."),
    ],
    photos: Photos,
    drawings: Drawings,
    vgg: VggFeatures,
    out: OutFolder,
    count: Annotated[int, typer.Option(min=2, help="Most photos, and most drawings.")] = 100,
    cast: Annotated[int, typer.Option(min=2, help="Styles of each photo for diversity.")] = 6,
    views: Annotated[
        int, typer.Option(min=0, help="Views of a photo for DFID, 2 or more; 0 leaves it out.")
    ] = 100,
    inception: Inception = None,
    lpips: Lpips = None,
    seed: Seed = 0,
) -> None:
    """Measure and plot how training runs developed, from their snapshots.

    Distances to drawings and photos, landmark error, and for GANs N' Roses diversity, DFID,
    consistency of styles and cycle error. A stopped evaluation continues with the same command.
    """
    extras.check("evaluate", "train", "torch", "safetensors", "matplotlib", "skia")
    from itertools import islice

    from rosetail.data.layouts import side_files
    from rosetail.data.prepare import spread
    from rosetail.errors import InputError
    from rosetail.evaluate.compare_data import drawn_heads
    from rosetail.evaluate.features import FeatureExtractor
    from rosetail.evaluate.people import read_people
    from rosetail.evaluate.run_measures import RunMeasureSettings
    from rosetail.evaluate.runs import RunEvaluation

    check_views(views)
    people, errors = read_people(spread(side_files(photos, "photos", "test"), count), SIDE)
    for error in errors:
        complain(error)
    heads = list(islice(drawn_heads(drawings, SIDE), count))
    if min(len(people), len(heads)) < 2:
        raise InputError(
            f"{photos if len(people) < 2 else drawings}: fewer than two heads; a distance needs two"
        )
    evaluation = RunEvaluation(
        runs,
        people,
        heads,
        FeatureExtractor(vgg, inception or "", lpips or ""),
        RunMeasureSettings(cast, views, seed=seed),
    )
    with steps_bar() as progress:
        evaluation.progress = progress
        written = evaluation.run(out)
    print_results(written)
    if errors:
        raise typer.Exit(1)
