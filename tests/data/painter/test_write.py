"""Folders and sheets of paintings."""

import json

import numpy as np
import pytest
from PIL import Image

from rosetail.data import painter
from rosetail.data.painter import PaintParams, paint, sample
from rosetail.errors import OutputError, SettingsError


def labels_of(folder):
    lines = (folder / "labels.jsonl").read_text().splitlines()
    return {label["file"]: label for label in map(json.loads, lines)}


def test_pictures_and_labels(tmp_path):
    assert painter.write(tmp_path / "set", 3, size=128, seed=5) == 3
    labels = labels_of(tmp_path / "set")
    assert list(labels) == [f"painted-{seed:08d}.webp" for seed in (5, 6, 7)]
    label = labels["painted-00000006.webp"]
    params = PaintParams.from_dict(label["params"])
    assert params == sample(6)
    painting = paint(params, 128)
    assert label["tags"] == list(painting.tags)
    assert np.allclose(label["landmarks"], painting.landmarks, atol=0.01)
    stored = np.asarray(Image.open(tmp_path / "set" / label["file"]).convert("RGB")).astype(int)
    assert np.abs(stored - painting.image).mean() < 6  # lossy, but this very picture


def test_a_stopped_run_goes_on(tmp_path):
    painter.write(tmp_path, 2, size=128)
    first = tmp_path / "painted-00000000.webp"
    before = first.stat().st_mtime_ns
    (tmp_path / "painted-00000001.webp").write_bytes(b"")
    assert painter.write(tmp_path, 3, size=128) == 2
    assert first.stat().st_mtime_ns == before
    assert len(labels_of(tmp_path)) == 3
    assert not [path for path in tmp_path.iterdir() if "part" in path.name]


def test_workers_paint_the_same(tmp_path):
    painter.write(tmp_path / "one", 3, size=128)
    painter.write(tmp_path / "two", 3, size=128, workers=2)
    for path in sorted((tmp_path / "one").iterdir()):
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


@pytest.mark.parametrize(
    "bad", [{"n": 0}, {"n": 1, "seed": -1}, {"n": 1, "size": 64}, {"n": 1, "workers": 0}]
)
def test_bad_numbers(tmp_path, bad):
    with pytest.raises(SettingsError):
        painter.write(tmp_path, **bad)


def test_a_file_in_the_way(tmp_path):
    (tmp_path / "taken").write_text("x")
    with pytest.raises(OutputError, match="taken"):
        painter.write(tmp_path / "taken", 1)


@pytest.mark.slow
def test_sheet(tmp_path):
    painter.sheet(tmp_path / "sheet.png", size=128)
    picture = np.asarray(Image.open(tmp_path / "sheet.png"))
    assert picture.shape[0] > 20 * 128
    assert picture.std() > 20
