"""Results of an evaluation of edits, as a report with published values and as numbers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rosetail.evaluate.edit_measures import Gain
from rosetail.evaluate.edits import ORIGINAL, PARTS, TAGS, EditName, Edits
from rosetail.evaluate.report import MarkdownReport, bullets, heading, table
from rosetail.images import writing
from rosetail.metrics.rescoring import RescoringMatrix
from rosetail.reading import read_toml

# Targets of the tested method: own score, largest other score, their ratio and so on.
OWN_AT_LEAST = {"mouth": 0.6, "hair": 0.5, "eyes": 0.5}
OTHER_BELOW, RATIO_AT_LEAST = 0.1, 6.0
FID_BELOW, LOCALITY_BELOW, MOTION_AT_LEAST = 1.10, 0.35, 0.98
PUBLISHED = read_toml(Path(__file__).with_name("thesis_tables.toml"))
DIFFERENCES = (
    "The thesis measured the published GANs N' Roses model on selfie2anime: 100 selfies of women, "
    "100 copyrighted drawings, Inception features, directions from DeepDanbooru's tags, and a "
    "ResNet-50 trained on labelled drawings as re-scorer. Model, photos, drawings, tagger and "
    "re-scorer differ here, and the features are those named above. Therefore only comparisons "
    "within one model carry over: the ratio of a distance after an edit to the one before, and the "
    "shape of a re-scoring matrix. In the thesis's matrices the rows of eyes and hair are equal: "
    "its edit did not close the eyes."
)
TESTED = ("painted", "joint")  # the first of these that was evaluated is tested
RESCORING = (
    "Rows are edits at strength 1, columns the mean change of the re-scorer's probability, with "
    "the 95 % bootstrap interval over photos. A good edit has a large number on the diagonal and "
    "values near zero elsewhere. Characters that have the tag already cannot gain it: the last "
    "column is the mean over the characters without it, and their number."
)
CAPTIONS = {
    "edits": "Every edit by every method: photo, character, and the character after editing mouth, "
    "hair and eyes (figure 5.1 of the thesis).",
    "colour": "Blue hair by every method (figure 5.2).",
    "pair": "An edit alone and combined with the move away from its contrary (figure 5.3).",
}


@dataclass
class EditResults:
    """All measures by edit; values that were not measured are absent or NaN. ``distances``: FID and
    KID. ``rescored`` is by method. ``facts`` describe the setup."""

    facts: dict[str, Any]
    edits: Edits
    distances: dict[EditName, tuple[float, float]]
    to_tagged: dict[EditName, float]
    dfid: dict[EditName, float]
    diversity: dict[EditName, float]
    rescored: dict[str, RescoringMatrix]
    gains: dict[EditName, Gain]
    locality: dict[EditName, float]
    motion: dict[EditName, float]
    identity: dict[EditName, float]
    sheets: dict[str, NDArray[np.uint8]]

    def save(self, folder: Path) -> list[Path]:
        """Write report.md, report.html and numbers.json. Raises OutputError."""
        paths = list(build_report(self).save(folder))
        numbers = folder / "numbers.json"
        with writing(numbers) as part:
            part.write_text(json.dumps(self.numbers(), indent=1) + "\n", encoding="utf-8")
        return [*paths, numbers]

    def numbers(self) -> dict[str, Any]:
        """All numbers as JSON values; edits are named METHOD/PART."""
        by_edit: dict[str, dict[EditName, Any]] = {
            "fid": {name: each[0] for name, each in self.distances.items()},
            "kid": {name: each[1] for name, each in self.distances.items()},
            "fid to drawings that have it": self.to_tagged,
            "dfid": self.dfid,
            "lpips": self.diversity,
            "outside": self.locality,
            "motion": self.motion,
            "landmarks": self.identity,
            "gain": {name: each.change for name, each in self.gains.items()},
            "characters without it": {name: each.characters for name, each in self.gains.items()},
        }
        plain = {
            measure: {"/".join(filter(None, name)): value for name, value in values.items()}
            for measure, values in by_edit.items()
        }
        rescored = {
            method: {
                "edits": matrix.edits,
                "change": matrix.change.tolist(),
                "low": matrix.low.tolist(),
                "high": matrix.high.tolist(),
            }
            for method, matrix in self.rescored.items()
        }
        return {"facts": self.facts, **plain, "rescored": rescored}


def build_report(results: EditResults) -> MarkdownReport:
    """Setup, targets, distances, re-scoring matrices and pictures."""
    report = MarkdownReport("Edits by name")
    report.add(*measures(results), heading("Pictures"))
    for name, sheet in results.sheets.items():
        report.add_picture(name, sheet, CAPTIONS[name.split("-")[0]])
    return report


def measures(results: EditResults, level: int = 2) -> list[str]:
    """The report's blocks without pictures, under headings of ``level``."""
    blocks = _introduction(results)
    tested = next((method for method in TESTED if method in results.rescored), None)
    if tested:
        rows = targets(results, tested)
        blocks += [heading(f"Targets of {tested}", level)]
        blocks += [table(["what", "measured", "target", "reached"], rows)]
    blocks += [heading("Distances and diversity", level), _distances_table(results)]
    blocks += [heading("Re-scoring", level), RESCORING]
    for method in results.rescored:
        blocks += [heading(method, level + 1), table(*rescoring_table(results, method))]
    return blocks


def _introduction(results: EditResults) -> list[str]:
    facts, fitted = results.facts, results.facts["directions"]
    tags = ", ".join(f"{part} is `{tag}`" for part, tag in TAGS.items())
    return [
        f"Model {facts['model']}, one random character per photo, edits at strength 1: {tags}. "
        "Methods of the thesis move 15 towards the tag and 5 away from its contrary, singular "
        "vectors 10 and 5; the others have calibrated lengths.",
        bullets(
            [
                f"{facts['photos']} photos; {facts['drawings']} head crops of drawings",
                f"features of FID and KID: {facts['features']}; perceptual distance: "
                f"{facts['perceptual']}",
                f"directions from {fitted.get('pictures', 'an unknown number of')} pictures, "
                f"tagged by {fitted.get('tagger', 'an unknown tagger')}",
                f"re-scorer: {facts['rescorer']}, not used to find the directions",
            ]
        ),
        f"**Differences from the thesis.** {DIFFERENCES}",
    ]


def targets(results: EditResults, method: str) -> list[list[str]]:
    """Rows with the targets of ``method`` and whether it reaches them."""
    matrix, rows = results.rescored[method], list[list[str]]()

    def add(what: str, value: float, limit: float, *, least: bool, spec: str = ".2f") -> None:
        reached = value >= limit if least else value < limit
        verdict = "not measured" if np.isnan(value) else "yes" if reached else "**no**"
        bound = f"{'at least' if least else 'below'} {limit:g}"
        rows.append([what, format(value, spec), bound, verdict])

    for number, part in enumerate(matrix.edits):
        own, other = _own_and_other(matrix, number)
        gain = results.gains[method, part]
        least = OWN_AT_LEAST[part]
        add(f"{part}: own score", own, least, least=True)
        gained = f"{part}: own score of the {gain.characters} characters without it"
        add(gained, gain.change, least, least=True)
        add(f"{part}: largest other", other, OTHER_BELOW, least=False, spec=".3f")
        add(f"{part}: own / largest other", own / max(other, 1e-9), RATIO_AT_LEAST, least=True)
    before = results.distances[ORIGINAL][0]
    for part in matrix.edits:
        name = (method, part)
        ratios = {
            "FID after / before": results.distances[name][0] / before,
            "FID to drawings with the tag / before": results.to_tagged[name] / before,
        }
        for what, ratio in ratios.items():
            add(f"{part}: {what}", ratio, FID_BELOW, least=False)
        outside = f"{part}: change outside / inside its region"
        add(outside, results.locality[name], LOCALITY_BELOW, least=False)
        if name in results.motion:
            moved = f"{part}: motion in the clip, correlation"
            add(moved, results.motion[name], MOTION_AT_LEAST, least=True, spec=".3f")
    return rows


def _own_and_other(matrix: RescoringMatrix, row: int) -> tuple[float, float]:
    """The change of an edit's own score and the largest absolute change of another."""
    column = PARTS.index(matrix.edits[row])
    others = np.abs(np.delete(matrix.change[row], column))
    return float(matrix.change[row, column]), float(others.max())


def _distances_table(results: EditResults) -> str:
    """Table 5.2 of the thesis: each edit of each method, ours and published values."""
    columns = ["edit", "FID", "FID / before", "FID to those with it", "KID", "DFID", "LPIPS"]
    columns += ["outside / inside", "landmarks"]
    columns += [f"thesis: {name}" for name in ("FID", "FID / before", "DFID", "LPIPS")]
    before, rows = results.distances[ORIGINAL][0], []
    for name in results.edits.names:
        distance, kernel = results.distances[name]
        method = name[0]
        key = method if method in PUBLISHED["distances"] else "/".join(name)
        published = PUBLISHED["distances"].get(key)
        cells = [
            ", ".join(filter(None, name)),
            f"{distance:.2f}",
            f"{distance / before:.2f}",
            _number(results.to_tagged.get(name), ".2f"),
            f"{kernel:.3f}",
            _number(results.dfid.get(name), ".2f"),
            _number(results.diversity.get(name), ".3f"),
            _number(results.locality.get(name), ".2f"),
            _number(results.identity.get(name), ".3f"),
        ]
        if published:
            distance, diverse, lpips = published
            ratio = distance / PUBLISHED["distances"]["original"][0]
            cells += [f"{distance:.1f}", f"{ratio:.2f}", f"{diverse:.1f}", f"{lpips:.3f}"]
        else:
            cells += ["-"] * 4
        rows.append(cells)
    views = results.facts["views"]
    note = f"DFID over {views} views of each photo; published: 1000. " if views else ""
    note += (
        f"LPIPS is the mean distance of {results.facts['cast']} characters of a photo: higher is "
        "more varied. An edit that gives everybody short hair moves pictures away from drawings of "
        "which only half have it; therefore the distance to drawings with the tag stands beside. "
        "Landmarks: median distance of five landmarks of the drawn head from the photo's, in eye "
        "distances. "
        "The thesis measured SeFa once, for no particular edit."
    )
    return table(columns, rows, note)


def rescoring_table(results: EditResults, method: str) -> tuple[list[str], list[list[str]]]:
    """Columns and rows of a method's matrix with intervals and published values, if any."""
    matrix, published = results.rescored[method], PUBLISHED["rescored"].get(method)
    columns = ["edit", *PARTS, "own / largest other", "own, without it before"]
    if published:
        columns += [f"thesis: {part}" for part in PARTS]
    rows = []
    for number, part in enumerate(matrix.edits):
        column = PARTS.index(part)
        changes = zip(matrix.change[number], matrix.low[number], matrix.high[number], strict=True)
        cells = [f"{value:+.3f} ({low:+.3f} to {high:+.3f})" for value, low, high in changes]
        cells[column] = f"**{cells[column]}**"
        own, other = _own_and_other(matrix, number)
        gain = results.gains[method, part]
        row = [
            part,
            *cells,
            f"{own / max(other, 1e-9):.1f}",
            f"{gain.change:+.3f} ({gain.characters})",
        ]
        rows.append(row + [f"{value:+.3f}" for value in published[column]] if published else row)
    return columns, rows


def _number(value: float | None, spec: str) -> str:
    return "-" if value is None or np.isnan(value) else format(value, spec)
