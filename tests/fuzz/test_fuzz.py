"""Damaged files of every kind: a clean result, or one line that names the file."""

from __future__ import annotations

import pytest

from tests.fuzz.runner import faults


@pytest.mark.parametrize(
    "count", [pytest.param(200, id="few"), pytest.param(2000, id="many", marks=pytest.mark.slow)]
)
def test_mutated_files(count: int) -> None:
    assert list(faults(5, range(count))) == []
