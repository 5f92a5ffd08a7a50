"""Who is served worse: the measures again by group of people.

The oldest complaint about this field is that it turns men into girls and every skin pale. A group
is named where it is worse than the whole by more than the margin that the report states; groups of
few photos are shown with their wide intervals and can be named too, so the count stands beside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rosetail.evaluate.intervals import Estimate
from rosetail.evaluate.portraits import Portrait
from rosetail.evaluate.settings import MeasureSettings

TRAITS = ("sex", "age", "region", "skin", "glasses", "beard", "head")


@dataclass(frozen=True)
class Group:
    trait: str
    name: str
    rows: list[int]  # which portraits belong to it

    @property
    def title(self) -> str:
        return f"{self.trait}: {self.name}" if self.trait not in self.name else self.name


@dataclass(frozen=True)
class Worse:
    """A group that a method serves worse than the whole, and by what."""

    group: Group
    why: str


def groups(portraits: Sequence[Portrait], least: int) -> list[Group]:
    """Groups of at least ``least`` portraits, in the order of TRAITS; a trait that all share says
    nothing and is left out."""
    found = []
    for trait in TRAITS:
        members: dict[str, list[int]] = {}
        for row, portrait in enumerate(portraits):
            if trait in portrait.traits:
                members.setdefault(portrait.traits[trait], []).append(row)
        if len(members) > 1:
            found += [
                Group(trait, name, rows)
                for name, rows in sorted(members.items())
                if len(rows) >= least
            ]
    return found


def worse(
    whole: Mapping[str, Estimate],
    parts: Sequence[tuple[Group, Mapping[str, Estimate]]],
    told: MeasureSettings,
) -> list[Worse]:
    """The groups that fall behind by more than the margins."""
    named = []
    for group, part in parts:
        causes = []
        if part["error"].value > whole["error"].value * (1 + told.margin):
            causes.append(_cause("landmark error", part["error"], whole["error"], "{:.1%}"))
        if part["found"].value < whole["found"].value - told.found_margin:
            causes.append(_cause("faces found", part["found"], whole["found"], "{:.0%}"))
        if part["lighter"].value > whole["lighter"].value + told.skin_margin:
            causes.append(_cause("skin lighter by", part["lighter"], whole["lighter"], "{:+.3f}"))
        if causes:
            named.append(Worse(group, "; ".join(causes)))
    return named


def _cause(what: str, part: Estimate, whole: Estimate, form: str) -> str:
    return f"{what} {part.written(form)}, of all {form.format(whole.value)}"
