"""The measures of edits as a report: the thesis's tables with ours, and pictures of every edit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rosetail.evaluate import thesis_tables
from rosetail.evaluate.edits import ORIGINAL, TAGS
from rosetail.evaluate.report import Block, Heading, Listing, Picture, Report, Table, Text
from rosetail.evaluate.thesis_tables import WHAT

if TYPE_CHECKING:
    from rosetail.evaluate.directions import Found

# What is wanted of joint: diagonal of the matrix, what is beside it, their ratio, and the rest.
WANTED_OWN = {"mouth": 0.6, "hair": 0.5, "eyes": 0.5}
WANTED_BESIDE, WANTED_RATIO = 0.1, 6.0
WANTED_FID, WANTED_OUTSIDE, WANTED_MOTION = 1.10, 0.35, 0.98
OURS = ("painted", "joint")  # the painter's edits are exact; of a network joint is to be the best


def write(found: Found, folder: Path) -> tuple[Path, Path]:
    """report.md with its pictures, and report.html. Raises OutputError."""
    report = Report("Edits by name")
    report.add(*_introduction(found))
    ours = next((method for method in OURS if method in found.rescored), None)
    if ours:
        report.add(Heading(f"What {ours} has to show"), wanted(found, ours))
    report.add(Heading("Distances and diversity"), distances(found))
    report.add(Heading("Re-scoring"), Text(RESCORING))
    for method in found.rescored:
        report.add(Heading(method, 3), rescoring(found, method))
    report.add(Heading("Pictures"), *_pictures(found))
    return report.save(folder)


RESCORING = (
    "Rows are edits at strength 1, columns the mean change of a score, with the middle 95 % of "
    "1000 bootstrap means over photos. The score is the chance that the re-scorer gives. A good "
    "edit has a large number on the diagonal and nothing beside it. Who has short hair already "
    "cannot be given it: the last column is the mean over the characters without what the edit "
    "names, and their number."
)


def _introduction(found: Found) -> Iterator[Block]:
    facts, fitted = found.facts, found.facts["directions"]
    tags = ", ".join(f"{what} is `{TAGS[what]}`" for what in WHAT)
    yield Text(
        f"Model {facts['model']}, one random character a photo, edits at strength 1: {tags}. "
        f"Methods of the thesis go 15 towards the tag and 5 away from its contrary, singular "
        "vectors 10 and 5; the others have a length of their own."
    )
    yield Listing(
        [
            f"{facts['photos']} photos; {facts['drawings']} head crops of drawings to compare with",
            f"features for FID and KID: {facts['features']}; perceptual distance: "
            f"{facts['perceptual']}",
            f"directions from {fitted.get('pictures', 'an unknown number of')} pictures, tagged by "
            f"{fitted.get('tagger', 'an unknown tagger')}",
            f"re-scorer: {facts['rescorer']}, which found no directions",
        ]
    )
    yield Text(f"**Beside the thesis.** {thesis_tables.DIFFERENCE}")


def wanted(found: Found, ours: str) -> Table:
    """What the method of ours must show, and whether it does."""
    matrix, rows = found.rescored[ours], list[list[str]]()

    def row(what: str, value: float, limit: float, *, least: bool, form: str = ".2f") -> None:
        good = value >= limit if least else value < limit
        told = "not measured" if np.isnan(value) else "yes" if good else "**no**"
        mark = "at least" if least else "below"
        rows.append([what, format(value, form), f"{mark} {limit:g}", told])

    for number, what in enumerate(matrix.edits):
        column = WHAT.index(what)
        own = matrix.change[number, column]
        beside = np.abs(np.delete(matrix.change[number], column)).max()
        row(f"{what}: own score", own, WANTED_OWN[what], least=True)
        gain = found.gains[ours, what]
        row(f"{what}: own score of the {gain.of} characters without it", gain.change,
            WANTED_OWN[what], least=True)  # fmt: skip
        row(f"{what}: largest other", beside, WANTED_BESIDE, least=False, form=".3f")
        row(f"{what}: own / largest other", own / max(beside, 1e-9), WANTED_RATIO, least=True)
    before = found.distances[ORIGINAL][0]
    for what in matrix.edits:
        name = (ours, what)
        row(f"{what}: FID after / before", found.distances[name][0] / before, WANTED_FID,
            least=False)  # fmt: skip
        row(f"{what}: FID to drawings that have it / before", found.alike[name] / before,
            WANTED_FID, least=False)  # fmt: skip
        row(f"{what}: change outside / inside its place", found.outside[name], WANTED_OUTSIDE,
            least=False)  # fmt: skip
        if name in found.motion:
            row(f"{what}: motion in the clip, correlation", found.motion[name], WANTED_MOTION,
                least=True, form=".3f")  # fmt: skip
    return Table(["what", "measured", "wanted", "reached"], rows)


def distances(found: Found) -> Table:
    """Table 5.2: every edit of every method, ours and the thesis's."""
    columns = [
        *(
            "edit",
            "FID",
            "FID / before",
            "FID to those with it",
            "KID",
            "DFID",
            "LPIPS",
            "outside / inside",
        ),
        *("thesis: FID", "thesis: FID / before", "thesis: DFID", "thesis: LPIPS"),
    ]
    before, rows = found.distances[ORIGINAL][0], []
    for name in found.edits.names:
        method, what = name
        distance, kernel = found.distances[name]
        theirs = _theirs(method, what)
        cells = [
            method if not what else f"{method}, {what}",
            f"{distance:.2f}",
            f"{distance / before:.2f}",
            _number(found.alike.get(name), ".2f"),
            f"{kernel:.3f}",
            _number(found.diverse.get(name), ".2f"),
            _number(found.diversity.get(name), ".3f"),
            _number(found.outside.get(name), ".2f"),
        ]
        if theirs:
            ratio = theirs.fid / thesis_tables.ORIGINAL.fid
            cells += [f"{theirs.fid:.1f}", f"{ratio:.2f}", f"{theirs.dfid:.1f}"]
            cells.append(f"{theirs.lpips:.3f}")
        else:
            cells += ["-"] * 4
        rows.append(cells)
    views = found.facts["views"]
    note = (
        f"DFID over {views} views of every photo; published: 1000. " if views else ""
    ) + "LPIPS is the mean over photos of the distance of ten characters: more is more varied. "
    note += (
        "Where an edit leaves everybody with short hair, drawings in which half have it are "
        "further away than before: the distance to drawings that have what it names stands beside. "
    )
    return Table(columns, rows, note + "The thesis's SeFa was measured once, for no named edit.")


def rescoring(found: Found, method: str) -> Table:
    """One method's matrix with intervals, and the thesis's where it has one."""
    matrix, theirs = found.rescored[method], thesis_tables.RESCORED.get(method)
    columns = ["edit", *WHAT, "own / largest other", "own, without it before"]
    if theirs:
        columns += [f"thesis: {what}" for what in WHAT]
    rows = []
    for number, what in enumerate(matrix.edits):
        column = WHAT.index(what)
        changes = zip(matrix.change[number], matrix.low[number], matrix.high[number], strict=True)
        cells = [f"{value:+.3f} ({low:+.3f} to {high:+.3f})" for value, low, high in changes]
        cells[column] = f"**{cells[column]}**"
        beside = np.abs(np.delete(matrix.change[number], column)).max()
        ratio = matrix.change[number, column] / max(beside, 1e-9)
        gain = found.gains[method, what]
        row = [what, *cells, f"{ratio:.1f}", f"{gain.change:+.3f} ({gain.of})"]
        if theirs:
            row += [f"{value:+.3f}" for value in theirs[column]]
        rows.append(row)
    return Table(columns, rows)


def _pictures(found: Found) -> Iterator[Block]:
    captions = {
        "edits": "Every edit by every method: the photo, the character, and the character after "
        "an edit of mouth, hair and eyes (the thesis's figure 5.1).",
        "colour": "Blue hair by every method (figure 5.2).",
        "pair": "An edit alone and as a pair with its contrary (figure 5.3).",
    }
    for name, sheet in found.sheets.items():
        yield Picture(name, sheet, captions[name.split("-")[0]])


def _theirs(method: str, what: str) -> thesis_tables.Row | None:
    if (method, what) == ORIGINAL:
        return thesis_tables.ORIGINAL
    return thesis_tables.SEFA if method == "sefa" else thesis_tables.DISTANCES.get((method, what))


def _number(value: float | None, form: str) -> str:
    return "-" if value is None or np.isnan(value) else format(value, form)
