"""Time a fit of directions: ``python -m benchmarks.directions --model M --photos DIR``

Runs ``rosetail directions fit`` with all methods, three styles per photo; then twice on some of the
photos, to check that the same seed gives the same file. Appends one JSON line to
``benchmarks/results/directions.jsonl``.
"""

from __future__ import annotations

import argparse
import hashlib
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import machine, report
from rosetail import images
from rosetail.characters.load import load_model
from rosetail.characters.model import CharacterModel
from rosetail.directions.fit import fit
from rosetail.directions.taggers import Tagger, open_tagger

MINUTES = 10.0  # limit for 2550 pictures on two cores
AGAIN = 40  # photos in the two short runs

ROWS = (
    report.Row("pictures", "pictures", "{:.0f}", "2550", lambda n: n >= 2550),
    report.Row("full fit, minutes", "minutes", "{:.1f}", "below 10", lambda t: t < MINUTES),
    report.Row("tags by joint", "tags", "{:.0f}", "", lambda n: n > 0),
    report.Row("reach of joint, mean", "reach", "{:.0%}", "above 80 %", lambda r: r > 0.8),
    report.Row("same file again", "same", "{:.0f}", "1", lambda same: same == 1),
)


def measure(
    model: CharacterModel, tagger: Tagger, photos: list[Path], out: Path | None = None
) -> dict[str, Any]:
    """Minutes of a full fit, saved to ``out``, and whether two short fits give equal files."""
    with TemporaryDirectory() as scratch:
        start = time.perf_counter()
        fitted = fit(model, tagger, photos, Path(scratch, "work")).directions
        minutes = (time.perf_counter() - start) / 60
        if out is not None:
            fitted.save(out)
        digests = set()
        for name in ("one", "two"):
            again = fit(model, tagger, photos[:AGAIN], Path(scratch, name)).directions
            path = again.save(Path(scratch, f"{name}.safetensors"))
            digests.add(hashlib.sha256(path.read_bytes()).hexdigest())
    joint = fitted.by_method.get("joint", {})
    return {
        "pictures": fitted.facts["pictures"],
        "minutes": minutes,
        "tags": len(joint),
        "model": model.name,
        "reach": sum(each.reach for each in joint.values()) / max(len(joint), 1),
        "same": int(len(digests) == 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.directions", description=__doc__)
    parser.add_argument("--model", default="roses")
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--tagger", default="painted")
    parser.add_argument("--out", type=Path, help="keep the directions in this file")
    args = parser.parse_args()
    where = machine.describe()
    tagger = open_tagger(args.tagger)
    result = measure(load_model(args.model), tagger, images.list_pictures(args.photos), args.out)
    print(report.table(ROWS, result))
    print(f"\n{machine.sentence(where)}.")
    report.keep("directions", where, result)


if __name__ == "__main__":
    main()
