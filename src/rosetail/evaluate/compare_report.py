"""The result of a comparison and its report."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rosetail import images
from rosetail.arrays import Bytes
from rosetail.evaluate.compare_settings import ComparisonSettings, MeasureSettings
from rosetail.evaluate.costs import Costs
from rosetail.evaluate.measures import MEASURES, Measure, MeasuredDrawings
from rosetail.evaluate.people import PeopleGroup, Subject
from rosetail.evaluate.report import MarkdownReport, bullets, heading, table
from rosetail.metrics.intervals import Estimate

PHOTO = "photo"  # the first row of each table: the photos themselves
GROUPED = ("error", "found", "kid", "flat", "lighter")  # measures that are also given by group


@dataclass(frozen=True)
class ComparisonResult:
    """Mappings are by method, in the order of the tables; ``drawings`` and ``overall`` also have
    PHOTO. ``summary``: lines about the data. ``training``: how each method was trained."""

    summary: list[str]
    people: Sequence[Subject]
    training: dict[str, str]
    drawings: dict[str, MeasuredDrawings]
    overall: dict[str, dict[str, Estimate]]
    by_group: dict[str, list[tuple[PeopleGroup, dict[str, Estimate]]]]
    worse: dict[str, dict[PeopleGroup, str]]
    costs: dict[str, Costs]


def build_report(comparison: ComparisonSettings, result: ComparisonResult) -> MarkdownReport:
    """Sample pictures, measures, costs, worst cases, and results by group of people."""
    report = MarkdownReport(comparison.title)
    drawings = {name: result.drawings[name].drawings for name in result.training}
    report.add(bullets(result.summary), heading("The same photos through every method"))
    caption = "The photo, then the methods in the order of the table."
    sheet = sample_grid(result.people, drawings, comparison.measure.shown)
    report.add_picture("grid", sheet, caption)
    report.add(heading("Measures"), _measures_table(result), bullets(_rankings(result)))
    report.add(heading("Costs"), _costs_table(result.costs))
    report.add(heading("Where each method goes wrong"))
    report.add("The largest landmark errors; faces that were not found again come first.")
    for name in result.training:
        report.add(heading(name, 3))
        sheet = worst_cases(result.people, result.drawings[name], comparison.measure.failures)
        report.add_picture(f"failures-{name}", sheet)
    report.add(heading("For whom"), _about_groups(comparison.measure))
    for name in result.training:
        report.add(heading(name, 3), _group_table(name, result), card_line(name, result))
    return report


def sample_grid(
    people: Sequence[Subject], drawings: Mapping[str, Sequence[Bytes]], count: int
) -> Bytes:
    """``count`` subjects, evenly spread, one per row: the photo, then each method's drawing."""
    rows = np.linspace(0, len(people) - 1, min(count, len(people))).round().astype(int)
    tiles, labels = [], []
    for row in rows:
        tiles += [people[row].rgb, *(each[row] for each in drawings.values())]
        labels += [PHOTO, *drawings]
    return images.contact_sheet(tiles, 1 + len(drawings), labels)


def worst_rows(measured: MeasuredDrawings, count: int) -> list[int]:
    """The subjects with the largest landmark errors; faces not found come first."""
    errors = np.where(np.isfinite(measured.errors), measured.errors, np.inf)
    return [int(row) for row in np.argsort(-errors, kind="stable")[:count]]


def worst_cases(people: Sequence[Subject], measured: MeasuredDrawings, count: int) -> Bytes:
    """Photo and drawing of the worst cases of a method."""
    tiles, labels = [], []
    for row in worst_rows(measured, count):
        error = measured.errors[row]
        tiles += [people[row].rgb, measured.drawings[row]]
        labels += [PHOTO, f"error {error:.1%}" if np.isfinite(error) else "no face found"]
    return images.contact_sheet(tiles, 2 * min(count, 3), labels)


def card_line(name: str, result: ComparisonResult) -> str:
    """A sentence about groups for the model card of a method."""
    if not result.worse[name]:
        return f"For the card: no group of these photos fares worse with `{name}` by the margins."
    causes = "; ".join(f"**{group.title}** ({why})" for group, why in result.worse[name].items())
    return f"For the card: `{name}` serves worse {causes}."


def _measures_table(result: ComparisonResult) -> str:
    arrows = {-1: " ↓", 1: " ↑", 0: ""}
    columns = ["method", *(f"{each.title}{arrows[each.better]}" for each in MEASURES), "training"]
    rows = [
        [name, *_cells(result.overall[name], MEASURES, result), result.training.get(name, "")]
        for name in (PHOTO, *result.training)
    ]
    note = (
        "KID and FID are relative to those of the photos. Brackets hold 95 % intervals: of KID "
        "from random halves, of FID by jackknife, of shares by Wilson's method, of the rest by "
        "bootstrap over photos. FID of few pictures is biased upwards, so compare it only within "
        "this table. ↓ lower is better, ↑ higher is better; the distance to the photo is neither. "
        "Landmark errors are medians over the faces that were found, in eye distances; skin is "
        "OKLCH lightness."
    )
    return table(columns, rows, note)


def _rankings(result: ComparisonResult) -> list[str]:
    """The best two methods in each measure for which lower or higher is better."""
    lines = []
    for each in MEASURES:
        values = {name: result.overall[name][each.name].value for name in result.training}
        known = {name: value for name, value in values.items() if np.isfinite(value)}
        if each.better and len(known) > 1:
            order = sorted(known, key=lambda name: -each.better * known[name])
            lines.append(f"{each.title}: **{order[0]}**, then {order[1]}")
    return lines


def _costs_table(costs: Mapping[str, Costs]) -> str:
    def cell(value: float | None, unit: float, spec: str) -> str:
        return "not measured" if value is None else spec.format(value / unit)

    columns = ["method", "parameters", "multiply-adds, 256 px", "256 px", "1080p", "memory, 1080p"]
    rows = [
        [
            name,
            cell(each.parameters, 1e6, "{:.2f} M"),
            cell(each.multiply_adds, 1e9, "{:.2f} G"),
            cell(each.seconds, 1e-3, "{:.0f} ms"),
            cell(each.hd_seconds, 1, "{:.2f} s"),
            cell(each.hd_bytes, 1e9, "{:.2f} GB"),
        ]
        for name, each in costs.items()
    ]
    note = (
        "Times are medians of one pass of the network from bytes to bytes, all methods in turns in "
        f"one run on {platform.processor() or platform.machine()}. Memory is the peak of a process "
        "that draws one picture."
    )
    return table(columns, rows, note)


def _about_groups(settings: MeasureSettings) -> str:
    return (
        "The measures by group. Sex, age and region are taken from the photos' metadata; skin (by "
        "its typology angle), glasses, beard and head pose are read from the photo. Groups of "
        f"fewer than {settings.least} photos are left out; small ones have wide intervals. A group "
        "counts as served worse if its landmark error exceeds the overall one by "
        f"{settings.margin:.0%}, its faces found fall short by {settings.found_margin:.0%} of "
        f"the photos, or its skin is lightened by {settings.skin_margin:g} more than overall."
    )


def _group_table(name: str, result: ComparisonResult) -> str:
    chosen = [each for each in MEASURES if each.name in GROUPED]
    rows = [["all", str(len(result.people)), *_cells(result.overall[name], chosen, result)]]
    for group, part in result.by_group[name]:
        rows.append([group.title, str(len(group.rows)), *_cells(part, chosen, result)])
    return table(["group", "photos", *(each.title for each in chosen)], rows)


def _cells(
    estimates: Mapping[str, Estimate], chosen: Sequence[Measure], result: ComparisonResult
) -> list[str]:
    cells = []
    for each in chosen:
        value = estimates[each.name]
        if each.relative:
            value = value.divided_by(result.overall[PHOTO][each.name].value)
        cells.append(value.format(each.spec))
    return cells
