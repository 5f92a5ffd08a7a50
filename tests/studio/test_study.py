"""The design and the sums of a study, against SciPy, statsmodels' formula by hand, and counting."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from math import comb, sqrt

import numpy as np
import pytest

from rosetail.studio.study import Choice, findings, holm, trials


def test_every_pair_on_every_photo_once_and_each_side_half_the_time() -> None:
    shown = trials(photos=10, methods=3, repeats=0.0, seed=4)
    wanted = {(photo, *pair) for photo in range(10) for pair in combinations(range(3), 2)}
    assert {(p.photo, *sorted((p.left, p.right))) for p in shown} == wanted
    assert len(shown) == 30
    assert sum(p.left < p.right for p in shown) == 15


def test_orders_differ_between_people_and_are_their_seeds() -> None:
    one, same, other = (trials(8, 2, 0.25, seed) for seed in (1, 1, 2))
    assert one == same
    assert one != other
    firsts = Counter(trials(8, 2, 0.0, seed)[0].photo for seed in range(400))
    assert min(firsts.values()) > 25  # 50 each expected


def test_repeats_come_later_with_sides_changed() -> None:
    for seed in range(20):
        shown = trials(10, 2, 0.3, seed)
        again = [(number, p) for number, p in enumerate(shown) if p.repeats is not None]
        assert len(shown) == 13
        assert len(again) == 3
        for number, pair in again:
            first = shown[pair.repeats or 0]
            assert (pair.photo, pair.left, pair.right) == (first.photo, first.right, first.left)
            assert number - (pair.repeats or 0) >= 2


def choice(person: str, number: int, chosen: int, **more: int) -> Choice:
    return Choice(person, number, number, more.pop("left", 0), more.pop("right", 1), chosen, **more)


def test_sums_of_a_known_study() -> None:
    made = [choice("a", n, 0) for n in range(9)] + [choice("b", n, int(n < 3)) for n in range(10)]
    made.append(choice("b", 10, 1, left=1, right=0, repeats=0))  # the same again
    made.append(choice("b", 11, 1, left=1, right=0, repeats=9))  # another
    found = findings(made, 2)
    (duel,) = found.duels
    assert (found.people, found.choices, found.repeats) == (2, 19, 2)
    assert (duel.wins, duel.losses, found.wins, found.shown) == (16, 3, [16, 3], [19, 19])
    assert found.agreement == 0.5
    assert found.left == pytest.approx(16 / 19)
    # Exact two-sided binomial: both tails as unlikely as 16 of 19, by counting.
    assert duel.p == pytest.approx(2 * sum(comb(19, k) for k in range(4)) / 2**19)
    # Wilson's interval by its formula.
    n, rate, z = 19, 16 / 19, 1.959963984540054
    middle = (rate + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))
    assert (duel.low, duel.high) == pytest.approx((middle - half, middle + half))
    assert (duel.people_for, duel.people_against, duel.p_people) == (2, 0, 0.5)


def test_repeats_count_nowhere_but_in_agreement() -> None:
    once = [choice("a", n, 0) for n in range(5)]
    again = [choice("a", 5 + n, 0, left=1, right=0, repeats=n) for n in range(5)]
    assert findings(once + again, 2).duels == findings(once, 2).duels
    assert findings(once + again, 2).agreement == 1.0


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, None, 0.03]) == pytest.approx([0.03, 0.06, None, 0.06], nan_ok=True)
    assert holm([0.5, 0.6]) == [1.0, 1.0]


def test_the_interval_holds_what_it_promises() -> None:
    """Of many studies with a known rate, about 95 % of the intervals hold it."""
    rng = np.random.default_rng(0)
    held = 0
    for _ in range(300):
        made = [choice("a", n, int(rng.random() > 0.7)) for n in range(40)]
        duel = findings(made, 2).duels[0]
        assert duel.low is not None
        assert duel.high is not None
        held += duel.low <= 0.7 <= duel.high
    assert 0.91 < held / 300 < 0.99


def test_nothing_answered_says_nothing() -> None:
    found = findings([], 3)
    assert len(found.duels) == 3
    assert {duel.rate for duel in found.duels} == {None}
    assert (found.agreement, found.left) == (None, None)
