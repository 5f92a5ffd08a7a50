"""A comparison's findings as a report."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence

from rosetail.evaluate.intervals import Estimate
from rosetail.evaluate.measures import MEASURES, Measure
from rosetail.evaluate.report import Heading, Listing, Picture, Report, Table, Text
from rosetail.evaluate.result import PHOTO, Result
from rosetail.evaluate.settings import Comparison
from rosetail.evaluate.sheets import failures, grid

GROUPED = ("error", "found", "kid", "flat", "lighter")  # measures repeated by group


def written(title: str, result: Result, comparison: Comparison) -> Report:
    """The report: pictures first, then what was measured, on whom, at what cost, and for whom it
    goes wrong."""
    told = comparison.settings.measure
    report = Report(title)
    report.add(Listing([*result.material.told, f"backbone of distances: {result.backbone}"]))
    drawn = {name: result.pictures[name].drawings for name in result.methods}
    sheet = grid(result.material.portraits, drawn, told.shown)
    report.add(Heading("The same photos through every method"))
    report.add(
        Picture("grid", sheet, "The photo first, then the methods in the order of the table.")
    )
    _add_measures(report, result)
    _add_costs(report, result)
    _add_failures(report, result, told.failures)
    _add_groups(report, result, comparison)
    return report


def _add_measures(report: Report, result: Result) -> None:
    report.add(Heading("Measures"))
    columns = ["method", *(f"{each.title}{_arrow(each)}" for each in MEASURES), "training"]
    rows = [
        [
            name,
            *_cells(result.whole[name], MEASURES, result),
            result.methods[name].told if name in result.methods else "",
        ]
        for name in (PHOTO, *result.methods)
    ]
    report.add(
        Table(
            columns,
            rows,
            "KID and FID in parts of what the photos themselves have. "
            "In brackets 95 % intervals: KID from random halves, FID by jackknife, shares by "
            "Wilson, the rest by bootstrap over photos. FID of few pictures is biased upwards, so "
            "compare it within this table alone. ↓ less is better, ↑ more is better; a distance to "
            "the photo is neither good nor bad by itself. Landmark errors are parts of the eye "
            "distance, medians of the faces that were found; skin is OKLCH lightness.",
        )
    )
    report.add(Listing(_leaders(result)))


def _leaders(result: Result) -> list[str]:
    """Which method is first in what has a better way."""
    lines = []
    for each in MEASURES:
        values = {name: result.whole[name][each.name].value for name in result.methods}
        known = {name: value for name, value in values.items() if value == value}
        if each.better and len(known) > 1:
            order = sorted(known, key=lambda name: -each.better * known[name])
            lines.append(f"{each.title}: **{order[0]}**, then {order[1]}")
    return lines


def _add_costs(report: Report, result: Result) -> None:
    columns = ["method", "parameters", "multiply-adds, 256 px", "256 px", "1080p", "memory, 1080p"]
    rows = []
    for name, each in result.costs.items():
        rows.append(
            [
                name,
                f"{each.parameters / 1e6:.2f} M",
                _maybe(each.multiply_adds, 1e9, "{:.2f} G"),
                f"{each.seconds * 1000:.0f} ms",
                _maybe(each.hd_seconds, 1, "{:.2f} s"),
                _maybe(each.hd_bytes, 1e9, "{:.2f} GB"),
            ]
        )
    note = (
        "Medians of one pass of the network from bytes to bytes, all methods in turns in one run "
        f"on {platform.processor() or platform.machine()}. Memory is the most that a process of "
        "its own held while it drew one picture."
    )
    report.add(Heading("Costs"), Table(columns, rows, note))


def _add_failures(report: Report, result: Result, count: int) -> None:
    report.add(Heading("Where each method goes wrong"))
    report.add(
        Text("The largest landmark errors; a face that is not found again is worse than any.")
    )
    for name in result.methods:
        sheet = failures(result.material.portraits, result.pictures[name], count)
        report.add(Heading(name, 3), Picture(f"failures-{name}", sheet))


def _add_groups(report: Report, result: Result, comparison: Comparison) -> None:
    told = comparison.settings.measure
    report.add(Heading("For whom"))
    report.add(
        Text(
            "The measures again by group. Sex, age and region are what the photos' metadata say; "
            "skin (by its typology angle), glasses, beard and how the head is held are read from "
            f"the photo. Groups of fewer than {told.least} photos are left out, small ones have "
            "wide intervals. A group is named where its landmark error exceeds that of all by "
            f"{told.margin:.0%}, its faces found fall short by {told.found_margin:.0%} of the "
            f"photos, or its skin grows lighter by {told.skin_margin:g} more than that of all."
        )
    )
    chosen = [each for each in MEASURES if each.name in GROUPED]
    for name in result.methods:
        report.add(Heading(name, 3))
        rows = [
            [
                "all",
                str(len(result.material.portraits)),
                *_cells(result.whole[name], chosen, result),
            ]
        ]
        for group, part in result.parts[name]:
            rows.append([group.title, str(len(group.rows)), *_cells(part, chosen, result)])
        report.add(Table(["group", "photos", *(each.title for each in chosen)], rows))
        report.add(Text(card_line(name, result)))


def card_line(name: str, result: Result) -> str:
    """What the model card of a method has to say."""
    found = result.worse[name]
    if not found:
        return f"For the card: no group of these photos fares worse with `{name}` by the margins."
    causes = "; ".join(f"**{each.group.title}** ({each.why})" for each in found)
    return f"For the card: `{name}` serves worse {causes}."


def _cells(found: Mapping[str, Estimate], chosen: Sequence[Measure], result: Result) -> list[str]:
    cells = []
    for each in chosen:
        value = found[each.name]
        if each.relative:
            value = value.over(result.whole[PHOTO][each.name].value)
        cells.append(value.written(each.form))
    return cells


def _arrow(measure: Measure) -> str:
    return {-1: " ↓", 1: " ↑", 0: ""}[measure.better]


def _maybe(value: float | None, unit: float, form: str) -> str:
    return "not measured" if value is None else form.format(value / unit)
