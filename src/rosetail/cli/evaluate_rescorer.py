"""``rosetail evaluate rescorer``: train the classifier that scores edits."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rosetail.cli.console import listed, need, steps_bar
from rosetail.cli.evaluate import evaluate

EXAMPLES = """
**Examples**

- On paintings that no tagger was trained on, edited so that the tags are independent of others:
  `rosetail data paint data/rescoring --count 6000 --seed 1000000 --edits
  open_mouth,closed_mouth,short_hair,long_hair,closed_eyes,wide-eyed`, then
  `rosetail evaluate rescorer data/rescoring -o rescorer.safetensors`

- For other tags: add `--tags glasses,long_hair`
"""
SIDE = 256  # pixels of the paintings


def register() -> None:
    """Add the verb to ``rosetail evaluate``, which the program has already."""
    evaluate.command("rescorer", epilog=EXAMPLES)(evaluate_rescorer)


def evaluate_rescorer(
    painted: Annotated[
        Path, typer.Argument(metavar="PAINTED", help="A folder from `rosetail data paint`.")
    ],
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="FILE", help="The file of the re-scorer.")
    ],
    tags: Annotated[
        str, typer.Option(metavar="NAME,NAME,...", help="Tags to recognize.")
    ] = "open_mouth,short_hair,closed_eyes",
    held: Annotated[
        int, typer.Option(min=1, help="Number of paintings held out for testing.")
    ] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="Random seed.")] = 0,
) -> None:
    """Train the re-scorer that evaluates edits, and print its precision and recall.

    It is a logistic regression on gradients and colours of the head, not a neural network.
    """
    need("evaluate rescorer", "train", "sklearn", "safetensors")
    from rosetail import images
    from rosetail.data.painted import read_painted
    from rosetail.directions.rescorer import train_rescorer
    from rosetail.errors import InputError
    from rosetail.metrics.rescoring import tag_accuracy

    images.check_output(out)
    paintings = read_painted(painted, SIDE)
    first = len(paintings) - held
    if first < 1:
        raise InputError(f"{painted}: {len(paintings)} paintings, and {held} held back; paint more")
    names = listed(tags)
    with steps_bar() as progress:
        found = train_rescorer(paintings.part(0, first), names, seed=seed, progress=progress)
    found.save(out)
    others = paintings.part(first, len(paintings))
    print(f"{'tag':20} {'pictures':>8} {'precision':>9} {'recall':>6}")
    for tag, each in tag_accuracy(found(others.pictures), others.table(names), names).items():
        print(f"{tag:20} {each.pictures:8} {each.precision:9.2f} {each.recall:6.2f}")
    print(out)
