"""How long a fit of directions takes: ``python -m benchmarks.directions --model M --photos DIR``

The whole of ``rosetail directions fit`` with every method, three styles a photo, timed; and again
on some of the photos, to see that the same seed gives the same file. Appends one JSON line to
``benchmarks/results/directions.jsonl``.
"""

from __future__ import annotations

import argparse
import hashlib
import time
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import machine, report
from rosetail import images
from rosetail.characters.load import load_model
from rosetail.characters.model import CharacterModel
from rosetail.directions.fit import fit
from rosetail.directions.taggers import Tagger, open_tagger
from rosetail.engines.backend import open_backend

MINUTES = 10.0  # at most, for 2550 pictures on two cores
AGAIN = 40  # photos of the two short runs that are compared

ROWS = (
    report.Row("pictures", "pictures", "{:.0f}", "2550", lambda n: n >= 2550),
    report.Row("full fit, minutes", "minutes", "{:.1f}", "below 10", lambda t: t < MINUTES),
    report.Row("tags by joint", "tags", "{:.0f}", "", lambda n: n > 0),
    report.Row("reach of joint, mean", "reach", "{:.0%}", "above 80 %", lambda r: r > 0.8),
    report.Row("same file again", "same", "{:.0f}", "1", lambda same: same == 1),
)


def measure(
    roses: CharacterModel, tagger: Tagger, photos: list[Path], out: Path | None = None
) -> dict[str, Any]:
    """Minutes of a full fit and what it found, kept in ``out``; whether two short ones agree to the
    byte."""
    with TemporaryDirectory() as scratch:
        began = time.perf_counter()
        made = fit(roses, tagger, photos, Path(scratch, "work")).directions
        minutes = (time.perf_counter() - began) / 60
        if out is not None:
            made.save(out)
        digests = set()
        for name in ("one", "two"):
            again = fit(roses, tagger, photos[:AGAIN], Path(scratch, name)).directions
            path = again.save(Path(scratch, f"{name}.safetensors"))
            digests.add(hashlib.sha256(path.read_bytes()).hexdigest())
    joint = made.found.get("joint", {})
    return {
        "pictures": made.facts["pictures"],
        "minutes": minutes,
        "tags": len(joint),
        "model": roses.name,
        "reach": sum(each.reach for each in joint.values()) / max(len(joint), 1),
        "same": int(len(digests) == 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.directions", description=__doc__)
    parser.add_argument("--model", default="roses")
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--tagger", default="painted")
    parser.add_argument("--out", type=Path, help="keep the directions in this file")
    told = parser.parse_args()
    where = machine.describe()
    tagger = open_tagger(told.tagger, partial(open_backend, precision="f32"))
    found = measure(load_model(told.model), tagger, images.list_pictures(told.photos), told.out)
    print(report.table(ROWS, found))
    print(f"\n{machine.sentence(where)}.")
    report.keep("directions", where, found)


if __name__ == "__main__":
    main()
