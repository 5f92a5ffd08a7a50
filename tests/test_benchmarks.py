"""What the benchmarks work out themselves, against hand calculation."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("skia")

from benchmarks import acting, moving_photo, painter, report


def test_nearest_distances() -> None:
    points = np.array([(0.0, 0.0), (3.0, 4.0), (3.0, 5.0), (30.0, 40.0)])
    np.testing.assert_allclose(painter.nearest_distances(points), [5, 1, 1, np.hypot(27, 35)])


def test_colour_distance() -> None:
    pytest.importorskip("skimage")
    assert painter.colour_distance((0.5, 0.1, 40.0), (0.5, 0.1, 40.0)) == pytest.approx(0, abs=1e-6)
    # White to black is 100 by definition.
    assert painter.colour_distance((1.0, 0.0, 0.0), (0.0, 0.0, 0.0)) == pytest.approx(100, abs=0.1)


def test_the_table_says_what_is_reached_and_what_is_missing() -> None:
    lines = report.table(painter.ROWS, {"speed": 25.0, "read error": 0.08}).splitlines()
    assert any(
        line.startswith("| pictures of 256 px a second") and line.endswith("| yes |")
        for line in lines
    )
    assert any("| 8.00% | below 2 % | no |" in line for line in lines)
    assert sum("not measured" in line for line in lines) == len(painter.ROWS) - 2


@pytest.mark.parametrize("shift", [-2, 0, 1, 3])
def test_how_late_a_jaw_is(shift: int) -> None:
    jaw = np.array([row["jaw"] for row in moving_photo.talking(6.0, 25)])
    assert acting.lag_of(jaw, np.roll(jaw, shift)) == pytest.approx(shift, abs=0.1)
    between = 0.5 * (np.roll(jaw, 1) + np.roll(jaw, 2))
    assert acting.lag_of(jaw, between) == pytest.approx(1.5, abs=0.15)


def test_painted_acting_begins_at_rest_and_moves_every_number() -> None:
    states = acting.painted_states()
    rows = np.array([state.expression.row() for state in states])
    assert (np.ptp(rows, axis=0) > 0.5).all()
    assert np.ptp([state.yaw for state in states]) == pytest.approx(24)
    assert states[0].expression.jaw_open == 0
    assert states[0].expression.eye_open_left == 1
