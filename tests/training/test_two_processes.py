"""Two processes that talk over gloo train as one process with the double batch does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from rosetail.training import checkpoint
from tests.training import halves
from tests.training.small_data import prepared

STEPS = 20
ROOT = Path(__file__).parents[2]


def losses(folder: Path, devices: int, photos: Path, anime: Path) -> np.ndarray:
    """The mean over processes of each step's terms, (steps, terms)."""
    folder.mkdir()
    command = [sys.executable, halves.__file__, folder, photos, anime, devices, STEPS]
    environment = os.environ | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    done = subprocess.run(
        [str(word) for word in command],
        env=environment,
        capture_output=True,
        text=True,
        timeout=500,
    )
    assert done.returncode == 0, done.stderr
    files = sorted(folder.glob("terms-*.jsonl"))
    assert len(files) == devices
    curves = []
    for file in files:
        lines = [json.loads(line) for line in file.read_text().splitlines()]
        assert len(lines) == STEPS
        assert {line.pop("pictures") for line in lines} == {halves.WHOLE // devices}
        curves.append([list(line.values()) for line in lines])
    return np.mean(curves, 0)


@pytest.mark.slow
def test_losses_are_those_of_one_process(tmp_path: Path) -> None:
    photos, anime = prepared(tmp_path / "photos", 1), prepared(tmp_path / "anime", 2)
    one = losses(tmp_path / "one", 1, photos, anime)
    two = losses(tmp_path / "two", 2, photos, anime)
    assert one.shape == two.shape == (STEPS, 10)
    assert np.ptp(one.sum(1)) > 0.1, "something is learned, so there is something to compare"
    np.testing.assert_allclose(two.sum(1), one.sum(1), rtol=1e-5)
    np.testing.assert_allclose(two, one, rtol=1e-4, atol=1e-5)
    weights = [
        checkpoint.load(tmp_path / name / "run")["networks"]["to_anime"] for name in ("one", "two")
    ]
    for name, value in weights[0].items():
        if name.endswith("weight"):  # a bias before an instance norm has no say and only noise
            np.testing.assert_allclose(weights[1][name], value, atol=1e-4)
