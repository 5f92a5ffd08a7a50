"""A blind study of two or more methods: who sees what, and what the choices say.

Each person sees every pair of methods on every photo once, in an order of their own, each method
on either side half of the time. A part of the pairs comes again later with the sides changed: how
often the second choice is the first tells how far to trust the rest. Repeats count nowhere else.

A pair's win rate is the share of choices for its first method, with Wilson's interval (1927); p is
of the exact two-sided binomial test against one half, corrected for the number of pairs by Holm's
procedure (1979). Both take choices as independent. Choices of one person are not quite, so the sign
test over people, each counted once by what they mostly chose, stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from typing import Literal

import numpy as np

Side = Literal["left", "right"]

CONFIDENCE = 0.95
APART = 3  # trials at least between a pair and its repeat, where there are so many


@dataclass(frozen=True)
class Pair:
    """What one trial shows: indices of the photo and of the methods on either side."""

    photo: int
    left: int
    right: int
    repeats: int | None = None  # the number of the trial that is shown again


@dataclass(frozen=True)
class Choice:
    """One answered trial: who, what, and the method that was chosen."""

    person: str
    number: int
    photo: int
    left: int
    right: int
    chosen: int
    repeats: int | None = None


@dataclass
class Duel:
    """Two methods against each other, repeats left out."""

    first: int
    second: int
    wins: int = 0
    losses: int = 0
    rate: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    p_holm: float | None = None
    people_for: int = 0
    people_against: int = 0
    p_people: float | None = None


@dataclass
class Findings:
    """What the choices say. ``agreement``: the part of repeats that were chosen alike."""

    people: int
    choices: int
    repeats: int
    agreement: float | None
    left: float | None  # the part of choices for the left side; far from a half is a habit
    duels: list[Duel] = field(default_factory=list)
    wins: list[int] = field(default_factory=list)  # of each method
    shown: list[int] = field(default_factory=list)


def picture_name(photo: int, method: int) -> str:
    """The file of one photo drawn by one method."""
    return f"{photo}-{method}.webp"


def trials(photos: int, methods: int, repeats: float, seed: int) -> list[Pair]:
    """What one person sees; ``repeats`` 0..1 is the part of the pairs that comes again.

    Sides are dealt so that either is first in half of the pairs, and not by chance alone.
    """
    rng = np.random.default_rng(seed)
    pairs = list(product(range(photos), combinations(range(methods), 2)))
    turned = rng.permutation(np.arange(len(pairs)) % 2).astype(bool)
    shown = [
        Pair(photo, *(reversed(pair) if turn else pair))
        for (photo, pair), turn in zip(pairs, turned, strict=True)
    ]
    order = [shown[index] for index in rng.permutation(len(shown))]
    count = round(repeats * len(order))
    early = max(len(order) - APART, count)  # the last few would come again at once
    for number in sorted(rng.permutation(early)[:count]):
        # At the end, in the order of the first time: as far away as can be.
        first = order[number]
        order.append(Pair(first.photo, first.right, first.left, int(number)))
    return order


def findings(choices: Iterable[Choice], methods: int) -> Findings:
    """Counts, rates, intervals and tests over ``choices``."""
    everything = list(choices)
    first = [each for each in everything if each.repeats is None]
    found = Findings(
        people=len({each.person for each in everything}),
        choices=len(first),
        repeats=len(everything) - len(first),
        agreement=_agreement(everything),
        left=_share(sum(each.chosen == each.left for each in first), len(first)),
        wins=[sum(each.chosen == method for each in first) for method in range(methods)],
        shown=[
            sum(method in (each.left, each.right) for each in first) for method in range(methods)
        ],
    )
    found.duels = [
        _duel(one, other, [each for each in first if {each.left, each.right} == {one, other}])
        for one, other in combinations(range(methods), 2)
    ]
    for duel, p in zip(found.duels, holm([duel.p for duel in found.duels]), strict=True):
        duel.p_holm = p
    return found


def _duel(one: int, other: int, choices: Sequence[Choice]) -> Duel:
    from scipy.stats import binomtest

    wins = sum(each.chosen == one for each in choices)
    duel = Duel(one, other, wins, len(choices) - wins)
    if not choices:
        return duel
    test = binomtest(wins, len(choices))
    interval = test.proportion_ci(CONFIDENCE, "wilson")
    duel.rate, duel.p = wins / len(choices), float(test.pvalue)
    duel.low, duel.high = float(interval.low), float(interval.high)
    for person in {each.person for each in choices}:
        own = [each.chosen == one for each in choices if each.person == person]
        duel.people_for += 2 * sum(own) > len(own)
        duel.people_against += 2 * sum(own) < len(own)
    decided = duel.people_for + duel.people_against
    if decided:
        duel.p_people = float(binomtest(duel.people_for, decided).pvalue)
    return duel


def holm(values: Sequence[float | None]) -> list[float | None]:
    """p-values corrected for their number by Holm's step-down procedure; None stays None."""
    known = sorted((p, index) for index, p in enumerate(values) if p is not None)
    corrected: list[float | None] = [None] * len(values)
    largest = 0.0
    for rank, (p, index) in enumerate(known):
        largest = max(largest, min(1.0, (len(known) - rank) * p))
        corrected[index] = largest
    return corrected


def _agreement(choices: Sequence[Choice]) -> float | None:
    said = {(each.person, each.number): each.chosen for each in choices}
    again = [
        each.chosen == said[each.person, each.repeats]
        for each in choices
        if each.repeats is not None and (each.person, each.repeats) in said
    ]
    return _share(sum(again), len(again))


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
