"""Pairs of photo and redrawing from a prepared folder; stopped and gone on with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import rosetail
from rosetail import images
from rosetail.data.folders import PreparedFolder
from rosetail.data.pairs import draw_pairs
from rosetail.data.prepare import prepare
from rosetail.errors import InputError, SettingsError

SAMPLE = Path(rosetail.__file__).parent / "samples" / "astronaut.jpg"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    (folder / "src").mkdir()
    images.save(images.read(SAMPLE), folder / "src" / "one.png")
    prepare(folder / "src", folder / "prepared", size=192)
    return folder / "prepared"


def test_each_crop_is_drawn_twice_and_read_back(prepared: Path, tmp_path: Path) -> None:
    moved = []
    count = draw_pairs(
        prepared, tmp_path / "pairs", "cel", progress=lambda at, of: moved.append((at, of))
    )
    assert count == 2
    assert moved == [(1, 2), (2, 2)]
    pairs = PreparedFolder(tmp_path / "pairs")
    assert [line.name for line in pairs.lines] == ["one", "one-anime"]
    plain, warped = pairs.picture(0), pairs.picture(1)
    np.testing.assert_array_equal(plain, images.read(prepared / "crops" / "one.png"))
    apart = np.abs(plain.astype(int) - warped).mean(-1)
    assert apart[60:140, 50:140].mean() > 2  # the face has anime proportions
    assert apart[:20].max() == 0  # the rest has not moved
    for index in range(2):
        drawn = pairs.picture(index, "drawn")
        assert drawn.shape == (192, 192, 3)
        assert np.abs(drawn.astype(int) - pairs.picture(index)).mean() > 5


def test_goes_on_where_it_was_stopped(prepared: Path, tmp_path: Path) -> None:
    def stop(at: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        draw_pairs(prepared, tmp_path / "pairs", "cel", progress=stop)
    first = tmp_path / "pairs" / "drawn" / "one.png"
    written = first.stat().st_mtime_ns
    draw_pairs(prepared, tmp_path / "pairs", "cel")
    assert first.stat().st_mtime_ns == written
    whole = tmp_path / "whole"
    draw_pairs(prepared, whole, "cel")
    for name in ("one", "one-anime"):
        for part in ("crops", "drawn"):
            np.testing.assert_array_equal(
                images.read(tmp_path / "pairs" / part / f"{name}.png"),
                images.read(whole / part / f"{name}.png"),
            )


def test_bad_look_and_folder(prepared: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cel, anime, ink"):
        draw_pairs(prepared, tmp_path / "pairs", "oil")
    with pytest.raises(InputError, match="no photo crops"):
        draw_pairs(tmp_path, tmp_path / "pairs", "cel")
    assert not (tmp_path / "pairs").exists()
