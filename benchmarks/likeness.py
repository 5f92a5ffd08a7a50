"""Are likenesses recognised? ``python -m benchmarks.likeness PHOTOS --out FOLDER [--seed 0]``

Writes ``photos.png``, 20 numbered photos of the folder PHOTOS (named with ``--names``, else chosen
by the seed), ``drawings.png``, their closest likenesses as figures on grey, lettered and shuffled,
and ``key.json``. Somebody who does not know the key matches them, each letter with a number:

``python -m benchmarks.likeness PHOTOS --out FOLDER --answers "A3 B17 ..." --judge "who it was"``

prints how many are right and appends one JSON line to ``benchmarks/results/likeness.jsonl``. Chance
is one.
"""

from __future__ import annotations

import argparse
import json
import string
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from benchmarks import machine, report
from benchmarks.report import Row
from rosetail import images
from rosetail.characters.live import AT_REST
from rosetail.characters.load import load_model
from rosetail.characters.painter_model import PainterModel
from rosetail.painter import paint_figure

COUNT, COLUMNS, SIDE = 20, 5, 240
GREY = (228, 228, 228)
POSE = ("scale", "centre_x", "centre_y")  # where figures stand

ROWS = (Row("likenesses matched with their photo, of 20", "right", "{:.0f}", ">= 12",
            lambda x: x >= 12),)  # fmt: skip


def chosen(folder: Path, names: Sequence[str], seed: int) -> list[Path]:
    """The photos called ``names``, else COUNT of the folder by the seed."""
    files = sorted(each for each in folder.iterdir() if each.suffix.lower() in (".jpg", ".png"))
    if names:
        return [next(each for each in files if each.stem == name) for name in names]
    picked = np.random.default_rng(seed).choice(len(files), COUNT, replace=False)
    return [files[index] for index in sorted(picked)]


def figure(model: PainterModel, photo: Path) -> Image.Image:
    """The closest likeness in the expression and pose of its photo, at the usual place."""
    content = model.encode(photo)
    params = model.params(content, model.likeness(content).w)
    params = params.changed({name: AT_REST[name] for name in POSE})
    shown = Image.new("RGBA", (SIDE, SIDE), (*GREY, 255))
    shown.alpha_composite(Image.fromarray(paint_figure(params, SIDE)))
    return shown.convert("RGB")


def portrait(photo: Path) -> Image.Image:
    """The upper square of a photo."""
    whole = Image.fromarray(images.read(photo))
    side = min(whole.size)
    left = (whole.width - side) // 2
    return whole.crop((left, 0, left + side, side)).resize((SIDE, SIDE))


def sheet(pictures: Sequence[Image.Image], labels: Sequence[str]) -> Image.Image:
    """The pictures in rows, each with its label."""
    rows = -(-len(pictures) // COLUMNS)
    whole = Image.new("RGB", (COLUMNS * SIDE, rows * SIDE), GREY)
    font = ImageFont.load_default(22)
    for number, (picture, label) in enumerate(zip(pictures, labels, strict=True)):
        place = number % COLUMNS * SIDE, number // COLUMNS * SIDE
        whole.paste(picture, place)
        ImageDraw.Draw(whole).text(
            (place[0] + 6, place[1] + 4), label, (200, 0, 40), font, stroke_width=3,
            stroke_fill="white",
        )  # fmt: skip
    return whole


def write_sheets(photos: Sequence[Path], out: Path, seed: int) -> None:
    model = load_model("painter")
    assert isinstance(model, PainterModel)
    out.mkdir(parents=True, exist_ok=True)
    order = np.random.default_rng([seed, 1]).permutation(len(photos)).tolist()
    letters = string.ascii_uppercase[: len(photos)]
    numbers = [str(number + 1) for number in range(len(photos))]
    sheet([portrait(each) for each in photos], numbers).save(out / "photos.png")
    drawings = [figure(model, photos[number]) for number in order]
    sheet(drawings, letters).save(out / "drawings.png")
    key = {letter: number + 1 for letter, number in zip(letters, order, strict=True)}
    names = [each.name for each in photos]
    (out / "key.json").write_text(json.dumps({"key": key, "photos": names}))


def right(out: Path, answers: str) -> int:
    """How many of ``answers``, such as "A3 B17", are those of the key."""
    key: dict[str, int] = json.loads((out / "key.json").read_text())["key"]
    given = {each[0]: int(each[1:]) for each in answers.split()}
    return sum(key[letter] == number for letter, number in given.items())


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.likeness", description=__doc__)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--names", nargs="*", default=[])
    parser.add_argument("--answers", default="")
    parser.add_argument("--judge", default="")
    asked = parser.parse_args()
    if not asked.answers:
        write_sheets(chosen(asked.photos, asked.names, asked.seed), asked.out, asked.seed)
        return
    found = {"right": right(asked.out, asked.answers), "judge": asked.judge}
    print(report.table(ROWS, found))
    report.keep("likeness", machine.describe(), found)


if __name__ == "__main__":
    main()
