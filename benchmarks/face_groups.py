"""Are traits of faces read equally well for everybody? ``python -m benchmarks.face_groups DIR ...``

Hair is read in the labelled photos of all folders DIR, in ten-fold cross-validation: by readers
that were trained on the others. The other traits are read in the photos of the last folder, on
which the shipped readers were not trained. Prints the accuracy by sex, skin, age and region, and
appends one JSON line to ``benchmarks/results/face_groups.jsonl``. Age and country are those of
``metadata.jsonl`` beside the folders; they are known of generated people only.
"""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks import machine, report
from rosetail import images
from rosetail.arrays import Doubles
from rosetail.evaluate.people import region_of
from rosetail.faces.age import Age
from rosetail.faces.appearance import read_appearance
from rosetail.faces.faces import find
from rosetail.faces.hair import HairTraits, measure_head
from rosetail.faces.mesh import find_mesh
from rosetail.faces.traits import Traits
from rosetail.methods.traits.age import age_truth
from rosetail.methods.traits.hair import cross_validated, hair_truth
from rosetail.methods.traits.recipe import LABELS, traits_of
from rosetail.metrics.intervals import Estimate, proportion

BY_WINDOWS = ("male", "smile", "teeth", "glasses", "beard")
DARK = 28.0  # degrees of the individual typology angle; brown and dark skin is below
AGES = ((0, 34), (35, 59), (60, 200))
LEAST = 10  # people of a group
MARGIN = 0.05


class Person(NamedTuple):
    """What is measured and read of a photo, its labels, and the groups of the person."""

    measures: Doubles
    traits: Traits
    age: Age
    label: dict[str, str]
    groups: tuple[str, ...]


class Reading(NamedTuple):
    """Probabilities and labels [N] of a trait, and the groups of each person."""

    said: Doubles
    true: Doubles
    groups: list[tuple[str, ...]]


def read_people(folder: Path) -> list[Person]:
    """All labelled photos with a face in ``folder``."""
    with LABELS.open(encoding="utf-8", newline="") as file:
        labels = {row["photo"]: row for row in csv.DictReader(file)}
    known = _metadata(folder.parent / "metadata.jsonl")
    people = []
    for path in images.list_pictures(folder):
        label = labels.get(path.stem)
        if label is None:
            continue
        rgb = images.read(path)
        for face in find(rgb)[:1]:
            seen = read_appearance(rgb, find_mesh(rgb, face.landmarks))
            groups = groups_of(label, known.get(path.stem, {}), seen.colours.tone)
            measures = measure_head(seen.regions)
            people.append(Person(measures, seen.traits, seen.age, label, groups))
    return people


def groups_of(label: dict[str, str], known: dict[str, Any], tone: float) -> tuple[str, ...]:
    """The groups that a person belongs to, by label, metadata and typology angle of the skin."""
    women = label["sex"] == "female"
    groups = ["all", "women" if women else "men", "brown, dark" if tone < DARK else "light"]
    if age := known.get("age"):
        groups += [_age_name(low, high) for low, high in AGES if low <= age <= high]
    if region := region_of(str(known.get("country", ""))):
        groups.append(region)
    return tuple(groups)


def _age_name(low: int, high: int) -> str:
    return f"to {high}" if low == 0 else f"{low} on" if high > 120 else f"{low} to {high}"


def _metadata(file: Path) -> dict[str, dict[str, Any]]:
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return {Path(each["file"]).stem: each for each in map(json.loads, lines)}


def read_all(everybody: list[Person], held_out: list[Person]) -> dict[str, Reading]:
    """Each trait as read and labelled: of ``held_out`` by the shipped readers, hair of
    ``everybody`` by readers that did not see the person."""
    groups = [each.groups for each in held_out]
    read = {}
    truths = np.array([traits_of(each.label) for each in held_out], np.float64)
    for name in BY_WINDOWS:
        said = np.array([getattr(each.traits, name) for each in held_out])
        read[name] = Reading(said, truths[:, Traits._fields.index(name)], groups)
    ages = np.array([age_truth(each.label) for each in held_out], np.float64)
    for number, name in enumerate(Age._fields):
        said = np.array([each.age[number] for each in held_out])
        read[name] = Reading(said, ages[:, number], groups)
    groups = [each.groups for each in everybody]
    truths = np.array([hair_truth(each.label) for each in everybody], np.float64)
    hair = cross_validated(np.array([each.measures for each in everybody]), truths)
    for number, name in enumerate(HairTraits._fields):
        read[name] = Reading(hair[:, number], truths[:, number], groups)
    return read


def by_group(read: Reading) -> dict[str, Estimate]:
    """Share of people that are read as labelled, with its 95 % interval, for each large group."""
    said, true, groups = read
    known = np.isfinite(true)
    right = (said > 0.5) == (true > 0.5)
    found = {}
    for name in sorted({name for each in groups for name in each}):
        members = known & np.array([name in each for each in groups])
        if members.sum() >= LEAST:
            found[name] = proportion(right[members].tolist())
    return found


def balanced(read: Reading, name: str) -> float:
    """Mean of the shares of those with and without the trait that are read so, of one group."""
    said, true, groups = read
    inside = np.array([name in each for each in groups])
    yes, no = (said[inside & (true == value)] > 0.5 for value in (1, 0))
    return float((yes.mean() + (~no).mean()) / 2) if len(yes) and len(no) else float("nan")


def table(found: dict[str, dict[str, Estimate]], counts: dict[str, int]) -> str:
    """A Markdown table; bold where a group is more than MARGIN below the whole, and in brackets
    where that may be chance (the group's 95 % interval reaches the margin)."""
    names = ["all", *sorted(set(counts) - {"all"}, key=_order)]
    heads = " | ".join(f"{name} ({counts[name]})" for name in names)
    lines = [f"| trait | {heads} |", "| --- |" + " ---: |" * len(names)]
    for trait, groups in found.items():
        least = groups["all"].value - MARGIN
        cells = []
        for name in names:
            each = groups.get(name)
            cell = "" if each is None else f"{each.value:.2f}"
            if each is not None and each.value < least:
                cell = f"**{cell}**" if each.high < least else f"({cell})"
            cells.append(cell)
        lines.append(f"| {trait} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _order(name: str) -> tuple[int, str]:
    first = ["women", "men", "light", "brown, dark", *(_age_name(*each) for each in AGES)]
    return (first.index(name) if name in first else len(first)), name


def main() -> None:
    """Print the table and save the numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+", metavar="DIR")
    where = machine.describe()
    folders = [read_people(folder) for folder in parser.parse_args().folders]
    everybody = [person for folder in folders for person in folder]
    read = read_all(everybody, folders[-1])
    found = {name: by_group(each) for name, each in read.items()}
    names = {name for each in everybody for name in each.groups}
    counts = {name: sum(name in each.groups for each in everybody) for name in names}
    counts = {name: count for name, count in counts.items() if count >= LEAST}
    print(table(found, counts))
    both = {
        name: [balanced(each, group) for group in ("all", "women", "men")]
        for name, each in read.items()
    }
    for name, values in both.items():
        print(f"{name}, balanced: all, women, men", *(f"{value:.3f}" for value in values))
    print(machine.sentence(where))
    report.keep("face_groups", where, {"groups": found, "balanced": both})


if __name__ == "__main__":
    main()
