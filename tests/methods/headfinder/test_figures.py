"""Painted figures on disk: cut out, told true, whole after a stop."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rosetail.errors import InputError, OutputError
from rosetail.methods.headfinder.figures import TABLE, head_box, paint_figures, read_figures


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("figures")
    assert paint_figures(folder, 2, seed=70) == 2
    return folder


def test_figures_are_cut_out_about_their_heads(folder: Path) -> None:
    figures = read_figures(folder)
    assert len(figures) == 2
    for figure in figures:
        assert figure.rgba.shape == (256, 256, 4)
        cover = figure.rgba[..., 3]
        assert cover[0, 0] == 0
        left, top, right, bottom = figure.box
        assert right - left == pytest.approx(bottom - top, abs=0.02)
        inside = figure.landmarks
        assert ((inside > figure.box[:2]) & (inside < figure.box[2:])).all()
        x, y = np.rint(inside).astype(int).T
        assert (cover[y, x] == 255).all()
        assert inside[0, 0] < inside[1, 0]
        assert inside[:2, 1].mean() < inside[2, 1] < inside[3:, 1].mean()


def test_what_is_there_is_kept_and_what_was_cut_off_is_painted_again(folder: Path) -> None:
    assert paint_figures(folder, 2, seed=70) == 0
    before = read_figures(folder)
    table = folder / TABLE
    table.write_text(table.read_text()[:-9])
    assert len(read_figures(folder)) == 1
    assert paint_figures(folder, 2, seed=70) == 1
    for one, other in zip(before, read_figures(folder), strict=True):
        np.testing.assert_array_equal(one.rgba, other.rgba)
        np.testing.assert_array_equal(one.box, other.box)


def test_a_head_is_a_square_about_its_face() -> None:
    box = head_box(np.float32([10, 20, 110, 140]))
    np.testing.assert_allclose(box, [-18.1, 1.9, 138.1, 158.1], rtol=1e-5)


def test_bad_folders_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="gone"):
        read_figures(tmp_path / "gone")
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="file"):
        paint_figures(tmp_path / "file", 1)
