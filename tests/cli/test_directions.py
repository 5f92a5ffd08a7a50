"""``rosetail directions fit`` with a tiny model and a tagger of random weights."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageEnhance
from skimage import data

from rosetail.characters.directions_file import read_directions
from rosetail.characters.network_model import NetworkModel
from tests.taggers import random_tagger


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One face in different lights."""
    folder = tmp_path_factory.mktemp("photos")
    face = Image.fromarray(data.astronaut()).crop((100, 0, 356, 256))
    for number in range(3):
        ImageEnhance.Brightness(face).enhance(0.8 + 0.2 * number).save(folder / f"{number}.png")
    return folder


@pytest.fixture(scope="module")
def tagger(tiny_roses: Path, photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    roses = NetworkModel(tiny_roses)
    shown = roses.decode(roses.encode(photos / "0.png"), roses.random_w(200, 1))
    return random_tagger(tmp_path_factory.mktemp("tagger") / "tagger.onnx", shown=shown)


def test_fit_writes_what_edit_takes(
    rosetail, photos: Path, tagger: Path, tiny_roses: Path, tmp_path: Path
) -> None:
    files = []
    for name in ("a", "b"):
        out = tmp_path / f"{name}.safetensors"
        ran = rosetail(
            "directions", "fit", "--photos", photos, "--styles-per-photo", 20, "-o", out,
            "--methods", "sefa,svd,joint", "--tagger", f"painted:{tagger}", "--most", 0.6,
            "--model", tiny_roses,
        )  # fmt: skip
        assert ran.status == 0, ran.err
        files.append(out.read_bytes())
    assert files[0] == files[1]
    assert not list(tmp_path.glob(".*work"))
    found = read_directions(out)
    roses = NetworkModel(tiny_roses)
    assert found.for_model(roses.id) is found
    assert {"sefa", "svd", "learned"} <= set(found.by_method)
    assert found.groups == roses.style_layers().groups.names
    assert found.facts["pictures"] == 60
    tag = next(iter(found.by_method["svd"]))
    who = roses.character(roses.random_w(1, 0)[0], "Aiko").save(tmp_path / "aiko.json")
    ran = rosetail(
        "edit", "--character", who, "--set", f"{tag}=1", "--directions", out, "--method", "svd",
        "--model", tiny_roses, "--list",
    )  # fmt: skip
    assert ran.status == 0, ran.err
    assert f"{tag} 1 (svd)" in ran.out
    ran = rosetail("directions", "list", "--directions", out, "--method", "svd")
    assert f"svd      {tag}" in ran.out


def test_photos_without_faces_fail_by_name(
    rosetail, photos: Path, tagger: Path, tiny_roses: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    Image.new("RGB", (60, 60)).save(folder / "dark.png")
    told = ("--tagger", f"painted:{tagger}", "--model", tiny_roses, "--methods", "svd")
    out = tmp_path / "x.safetensors"
    ran = rosetail("directions", "fit", "--photos", folder, "-o", out, *told)
    assert (ran.status, out.exists()) == (2, False)
    assert "dark.png" in ran.err
    Image.open(photos / "0.png").save(folder / "face.png")
    more = ("--styles-per-photo", 60, "--most", 0.6)
    ran = rosetail("directions", "fit", "--photos", folder, "-o", out, *told, *more)
    assert (ran.status, out.exists()) == (1, True), ran.err
    assert "dark.png: no face" in ran.err
    ran = rosetail("directions", "fit", "--photos", folder, "-o", out, *told, "--methods", "magic")
    assert ran.status == 2
    assert "'magic'" in ran.err
