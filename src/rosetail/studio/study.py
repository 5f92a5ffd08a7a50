"""The design and the statistics of a blind study of two or more methods.

Each person sees every pair of methods on every photo once, in a random order, each method on
either side half of the time. Some pairs are repeated at the end with the sides swapped: how often
the two choices agree shows how consistent people are. Repeats are not used otherwise.

The win rate of a pair is the fraction of choices for its first method, with Wilson's interval
(1927). p is of the exact two-sided binomial test against one half, corrected for the number of
pairs by Holm's procedure (1979). Both assume independent choices, but choices of one person are
correlated. A sign test over people is therefore given as well: each person counts once, by their
majority.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product

import numpy as np

CONFIDENCE = 0.95
GAP = 3  # smallest number of trials between a pair and its repeat, if there are enough


@dataclass(frozen=True)
class Pair:
    """One trial: indices of the photo and of the methods on either side."""

    photo: int
    left: int
    right: int
    repeats: int | None = None  # number of the trial that is repeated


@dataclass(frozen=True)
class Choice:
    """One answered trial; ``chosen`` is the index of the chosen method."""

    person: str
    number: int
    photo: int
    left: int
    right: int
    chosen: int
    repeats: int | None = None


@dataclass
class Duel:
    """Two methods compared, without repeats; ``rate`` is the fraction of choices for ``first``."""

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
    """Results of a study. ``agreement``: fraction of the repeats with the same choice."""

    people: int
    choices: int
    repeats: int
    agreement: float | None
    left: float | None  # fraction of choices for the left side; far from 0.5 shows a bias
    duels: list[Duel] = field(default_factory=list)
    wins: list[int] = field(default_factory=list)  # of each method
    shown: list[int] = field(default_factory=list)


def picture_name(photo: int, method: int) -> str:
    """The file name of one photo drawn with one method."""
    return f"{photo}-{method}.webp"


def trials(photos: int, methods: int, repeats: float, seed: int) -> list[Pair]:
    """The trials of one person; ``repeats`` 0..1 is the fraction of the pairs that is shown twice.

    Sides are balanced: in half of the pairs the first method is on the left.
    """
    rng = np.random.default_rng(seed)
    pairs = list(product(range(photos), combinations(range(methods), 2)))
    swapped = rng.permutation(np.arange(len(pairs)) % 2).astype(bool)
    shown = [
        Pair(photo, *(reversed(pair) if swap else pair))
        for (photo, pair), swap in zip(pairs, swapped, strict=True)
    ]
    order = [shown[index] for index in rng.permutation(len(shown))]
    count = round(repeats * len(order))
    early = max(len(order) - GAP, count)  # the last pairs would be repeated immediately
    for number in sorted(rng.permutation(early)[:count]):
        # In the order of their first presentation, so that every gap is as large as possible.
        first = order[number]
        order.append(Pair(first.photo, first.right, first.left, int(number)))
    return order


def findings(choices: Iterable[Choice], methods: int) -> Findings:
    """Counts, win rates, intervals and tests of ``choices`` between ``methods`` methods."""
    answers = list(choices)
    first = [each for each in answers if each.repeats is None]
    result = Findings(
        people=len({each.person for each in answers}),
        choices=len(first),
        repeats=len(answers) - len(first),
        agreement=_agreement(answers),
        left=_fraction(sum(each.chosen == each.left for each in first), len(first)),
        wins=[sum(each.chosen == method for each in first) for method in range(methods)],
        shown=[
            sum(method in (each.left, each.right) for each in first) for method in range(methods)
        ],
    )
    result.duels = [
        _duel(one, other, [each for each in first if {each.left, each.right} == {one, other}])
        for one, other in combinations(range(methods), 2)
    ]
    for duel, p in zip(result.duels, holm([duel.p for duel in result.duels]), strict=True):
        duel.p_holm = p
    return result


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
    """p-values adjusted by Holm's step-down procedure; None stays None."""
    known = sorted((p, index) for index, p in enumerate(values) if p is not None)
    adjusted: list[float | None] = [None] * len(values)
    largest = 0.0
    for rank, (p, index) in enumerate(known):
        largest = max(largest, min(1.0, (len(known) - rank) * p))
        adjusted[index] = largest
    return adjusted


def _agreement(choices: Sequence[Choice]) -> float | None:
    said = {(each.person, each.number): each.chosen for each in choices}
    again = [
        each.chosen == said[each.person, each.repeats]
        for each in choices
        if each.repeats is not None and (each.person, each.repeats) in said
    ]
    return _fraction(sum(again), len(again))


def _fraction(part: int, whole: int) -> float | None:
    return part / whole if whole else None
