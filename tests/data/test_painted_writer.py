"""Folders and sheets of paintings."""

import json

import numpy as np
import pytest
from PIL import Image

from rosetail.data.folders import PreparedFolder
from rosetail.data.painted_writer import write_painted
from rosetail.data.targets import smooth_edges
from rosetail.errors import OutputError, SettingsError
from rosetail.painter import PaintParams, paint, sample, sheet
from rosetail.painter.edits import edited
from rosetail.painter.paint import describe


def labels_of(folder):
    lines = (folder / "labels.jsonl").read_text().splitlines()
    return {label["name"]: label for label in map(json.loads, lines)}


def test_pictures_and_labels(tmp_path):
    assert write_painted(tmp_path / "set", 3, size=128, seed=5) == 3
    labels = labels_of(tmp_path / "set")
    assert list(labels) == [f"painted-{seed:08d}" for seed in (5, 6, 7)]
    label = labels["painted-00000006"]
    params = PaintParams.from_dict(label["params"])
    assert params == sample(6)
    painting = paint(params, 128)
    assert label["tags"] == list(painting.tags)
    assert np.allclose(label["landmarks"], painting.landmarks, atol=0.01)
    crops = PreparedFolder(tmp_path / "set")
    np.testing.assert_array_equal(crops.picture(1), painting.image)
    np.testing.assert_array_equal(crops.picture(1, "edges"), smooth_edges(painting.image))
    assert crops[1].landmarks == label["landmarks"]


def test_some_portraits_are_edited(tmp_path):
    """What a name says is done to the portrait of its seed, and nothing else."""
    wanted = ("short_hair", "closed_eyes")
    write_painted(tmp_path, 24, size=128, edits=wanted)
    done = []
    for name, label in labels_of(tmp_path).items():
        _, seed, *edit = name.split("-", 2)
        plain = sample(int(seed))
        if edit:
            assert edit[0] in label["tags"]
            assert edit[0] not in describe(plain).tags
            plain = edited(plain, edit[0])
        assert PaintParams.from_dict(label["params"]) == plain
        done += edit
    assert set(done) == set(wanted)
    assert 4 < len(done) < 20
    write_painted(tmp_path / "again", 24, size=128, edits=wanted)
    assert labels_of(tmp_path / "again") == labels_of(tmp_path)
    with pytest.raises(SettingsError, match="'halo'"):
        write_painted(tmp_path, 1, size=128, edits=("halo",))


def test_a_stopped_run_goes_on(tmp_path):
    write_painted(tmp_path, 2, size=128)
    first = tmp_path / "crops" / "painted-00000000.png"
    before = first.stat().st_mtime_ns
    (tmp_path / "crops" / "painted-00000001.png").write_bytes(b"")
    moved = []
    assert write_painted(tmp_path, 3, size=128, progress=lambda *at: moved.append(at)) == 2
    assert moved == [(1, 3), (2, 3), (3, 3)]
    assert first.stat().st_mtime_ns == before
    assert len(labels_of(tmp_path)) == len(PreparedFolder(tmp_path)) == 3
    assert not [path for path in tmp_path.rglob("*") if "part" in path.name]


def test_sizes_are_not_mixed(tmp_path):
    write_painted(tmp_path, 1, size=128)
    with pytest.raises(SettingsError, match="128 pixels"):
        write_painted(tmp_path, 2, size=160)


def test_workers_paint_the_same(tmp_path):
    write_painted(tmp_path / "one", 3, size=128)
    write_painted(tmp_path / "two", 3, size=128, workers=2)
    files = [path for path in sorted((tmp_path / "one").rglob("*")) if path.is_file()]
    assert len(files) == 8
    for path in files:
        other = tmp_path / "two" / path.relative_to(tmp_path / "one")
        assert path.read_bytes() == other.read_bytes()


@pytest.mark.parametrize(
    "bad", [{"n": 0}, {"n": 1, "seed": -1}, {"n": 1, "size": 64}, {"n": 1, "workers": 0}]
)
def test_bad_numbers(tmp_path, bad):
    with pytest.raises(SettingsError):
        write_painted(tmp_path, **bad)


def test_a_file_in_the_way(tmp_path):
    (tmp_path / "taken").write_text("x")
    with pytest.raises(OutputError, match="taken"):
        write_painted(tmp_path / "taken", 1)


@pytest.mark.slow
def test_sheet(tmp_path):
    sheet(tmp_path / "sheet.png", size=128)
    picture = np.asarray(Image.open(tmp_path / "sheet.png"))
    assert picture.shape[0] > 20 * 128
    assert picture.std() > 20
