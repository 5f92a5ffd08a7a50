"""``data frames``, ``data inspect`` and ``--cluster`` as a person meets them."""

from __future__ import annotations

from pathlib import Path

import pytest

from rosetail import images
from tests.data.test_film_stills import film, shot
from tests.data.test_near_duplicates import scene


def test_frames_of_a_film(rosetail, tmp_path: Path) -> None:
    source = film(tmp_path / "film.mkv", [*shot(1, 15), *shot(2, 15)])
    ran = rosetail("data", "frames", source, tmp_path / "out", "--every", "1s")
    assert ran.status == 0, ran.err
    made = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert len(made) >= 2
    assert all(name.startswith("film-0000") for name in made)
    assert f"{len(made)} frames of 2 shots" in ran.out
    ran = rosetail("data", "frames", source, tmp_path / "out", "--every", "soon")
    assert ran.status == 2
    assert "give a time such as 2s" in ran.err


def test_inspecting_a_folder(rosetail, tmp_path: Path) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    for number in range(3):
        images.save(scene(number), folder / f"{number}.png")
    sheet = tmp_path / "sheet.png"
    ran = rosetail("data", "inspect", folder, "--sheet", sheet)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.splitlines()[0] == "3 pictures"
    assert images.read(sheet).shape[1] == 3 * 132 + 4
    (folder / "bad.png").write_bytes(b"no")
    ran = rosetail("data", "inspect", folder, "--sheet", sheet)
    assert ran.status == 1
    assert "1 unreadable" in ran.out


def test_a_cluster_needs_its_extra(
    rosetail, negative: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images.save(scene(0), tmp_path / "a.png")
    monkeypatch.setattr("rosetail.extras.find_spec", lambda name: None)
    words = ("-o", tmp_path / "b.png", "-s", negative, "--cluster", "auto")
    ran = rosetail("stylize", tmp_path / "a.png", *words)
    assert ran.status == 2
    assert 'pip install "rosetail[cluster]"' in ran.err


def test_what_a_cluster_does_not_do(rosetail, tmp_path: Path) -> None:
    (tmp_path / "a.safetensors").write_bytes(b"")
    images.save(scene(0), tmp_path / "a.png")
    look = tmp_path / "a.safetensors"
    words = ("-o", tmp_path / "b.png", "-s", look, "--cluster", "auto")
    ran = rosetail("stylize", tmp_path / "a.png", *words)
    assert ran.status == 2
    assert "photos are projected into it" in ran.err
