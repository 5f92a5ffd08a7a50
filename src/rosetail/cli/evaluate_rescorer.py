"""``rosetail evaluate rescorer``: teach the one who judges edits."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rosetail.cli.console import listed, need, steps_bar
from rosetail.cli.evaluate import evaluate

EXAMPLES = """
**Examples**

- On paintings of seeds that no tagger has seen, edited so that its tags go together with nothing:
  `rosetail data paint data/rescoring --count 6000 --seed 1000000 --edits
  open_mouth,closed_mouth,short_hair,long_hair,closed_eyes,wide-eyed`, then
  `rosetail evaluate rescorer data/rescoring -o rescorer.safetensors`

- Of other tags: add `--tags glasses,long_hair`
"""
SIDE = 256  # pixels that paintings are seen at


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
        str, typer.Option(metavar="NAME,NAME,...", help="What it is to tell.")
    ] = "open_mouth,short_hair,closed_eyes",
    held: Annotated[
        int, typer.Option(min=1, help="So many of the last paintings only say how well it reads.")
    ] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same file.")] = 0,
) -> None:
    """Teach the re-scorer that judges edits, and say how well it reads.

    It is no network: gradients and colours of windows on the head, and a regression of every tag.
    """
    need("evaluate rescorer", "train", "sklearn", "safetensors")
    from rosetail import images
    from rosetail.data.painted import read_painted
    from rosetail.directions.rescorer import teach
    from rosetail.errors import InputError
    from rosetail.metrics.rescoring import tag_accuracy

    images.check_output(out)
    paintings = read_painted(painted, SIDE)
    first = len(paintings) - held
    if first < 1:
        raise InputError(f"{painted}: {len(paintings)} paintings, and {held} held back; paint more")
    names = listed(tags)
    with steps_bar() as note:
        found = teach(paintings.part(0, first), names, seed=seed, note=note)
    found.save(out)
    others = paintings.part(first, len(paintings))
    print(f"{'tag':20} {'pictures':>8} {'precision':>9} {'recall':>6}")
    for tag, each in tag_accuracy(found(others.pictures), others.table(names), names).items():
        print(f"{tag:20} {each.pictures:8} {each.precision:9.2f} {each.recall:6.2f}")
    print(out)
