"""The smaller verbs: models, doctor, demo, data, train, export."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from rosetail import Stylizer, images, weights
from rosetail.cli import demo, train
from rosetail.weights import catalog

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SAMPLE = Path(weights.__file__).parents[1] / "samples" / "astronaut.jpg"


@pytest.fixture
def shelf(negative: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The catalog with one look, ``cel``, that turns every byte into 255 minus itself."""
    digest = hashlib.sha256(negative.read_bytes()).hexdigest()
    cel = catalog.Entry("cel", "stylizer", str(negative), digest, "CC0-1.0", "Cel & more", "-")
    faces = {name: e for name, e in weights.load_catalog().items() if e.kind != "stylizer"}
    entries = {"cel": cel, **faces}
    monkeypatch.setattr(catalog, "load_catalog", lambda: entries)
    monkeypatch.setattr(weights, "load_catalog", lambda: entries)


def test_models_list_names_every_entry(rosetail) -> None:
    ran = rosetail("models", "list")
    assert ran.status == 0
    named = [line.split()[0] for line in ran.out.splitlines() if not line.startswith(" ")]
    for name, entry in weights.load_catalog().items():
        whole = next((each for each in weights.models() if name.startswith(f"{each}_")), name)
        assert named.count(whole) == 1, "a model of several files is listed once"
        assert entry.licence in ran.out


def test_models_card_is_the_card(rosetail) -> None:
    name = next(iter(weights.load_catalog()))
    assert rosetail("models", "card", name).out.strip() == weights.card(name).strip()
    ran = rosetail("models", "card", "cartoon")
    assert ran.status == 2
    assert "no style is called 'cartoon'" in ran.err


def test_doctor_says_what_works_and_what_is_broken(
    rosetail, shelf: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = rosetail("doctor")
    assert ran.status == 0
    for words in ("openvino CPU", "CPUExecutionProvider", "cores for this process", "cel"):
        assert words in ran.out
    assert re.search(r"Telemetry +off \(OpenVINO, ONNX Runtime\)", ran.out)
    entry = weights.load_catalog()["cel"]
    broken = {"cel": catalog.Entry(**{**vars(entry), "sha256": "0" * 64})}
    monkeypatch.setattr(catalog, "load_catalog", lambda: broken)
    monkeypatch.setattr(weights, "load_catalog", lambda: broken)
    assert "are damaged" in rosetail("doctor").out


def test_demo_makes_a_whole_page(
    rosetail, shelf: None, short_clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = tmp_path / "samples"
    samples.mkdir()
    for sample in (SAMPLE, short_clip):
        shutil.copy(sample, samples)
    monkeypatch.setattr(demo, "SAMPLES", samples)
    ran = rosetail("demo", "--out", tmp_path / "demo")
    assert ran.status == 0, ran.err
    page = tmp_path / "demo" / "index.html"
    assert ran.out.strip() == str(page)
    text = page.read_text()
    assert "$" not in text, "every place of the template is filled"
    assert "Cel &amp; more" in text
    shown = {word.split('"')[1] for word in text.split() if word.startswith("src=")}
    assert {"astronaut.jpg", "astronaut-cel.png", "astronaut-cel.mp4"} <= shown
    assert {"cast/as-it-is.png", "cast/long_hair.png", "astronaut-character.mp4"} <= shown
    character = re.search(r"--character (\S+)", text)
    assert character
    before, after = (
        images.read(tmp_path / "demo" / "cast" / f"{name}.png").astype(int)
        for name in ("as-it-is", "closed_eyes")
    )
    assert 0.1 < np.abs(before - after).mean() < 12, "the same character, its eyes closed"
    ran = rosetail("edit", "--character", tmp_path / "demo" / character[1], "--list")
    assert ran.status == 0, ran.err
    for name in shown:
        assert (tmp_path / "demo" / name).stat().st_size > 1000
    drawn = images.read(tmp_path / "demo" / "astronaut-cel.png").astype(int)
    assert np.abs(255 - drawn - images.read(SAMPLE)).mean() < 12, "the sample, drawn by the look"


def test_data_paint_is_deterministic_and_goes_on(rosetail, tmp_path: Path) -> None:
    for folder, count in (("a", 2), ("b", 1), ("b", 2)):
        ran = rosetail("data", "paint", tmp_path / folder, "-n", count, "--size", 128, "--seed", 3)
        assert ran.status == 0, ran.err
    assert "1 painted, 1 were there" in ran.out
    for name in ("painted-00000003", "painted-00000004"):
        one, two = ((tmp_path / f / "crops" / f"{name}.png").read_bytes() for f in "ab")
        assert one == two
    labels = [(tmp_path / f / "labels.jsonl").read_text() for f in "ab"]
    assert labels[0] == labels[1]
    for label in map(json.loads, labels[0].splitlines()):
        assert np.shape(label["landmarks"]) == (5, 2)
        assert label["tags"]
    ran = rosetail("data", "paint", tmp_path / "a", "-n", 1, "--size", 256)
    assert ran.status == 2
    assert "holds pictures of 128 pixels" in ran.err


def test_painted_folder_is_a_training_folder(rosetail, tmp_path: Path) -> None:
    from rosetail.data.folders import PreparedFolder

    rosetail("data", "paint", tmp_path / "p", "-n", 2, "--size", 128)
    crops = PreparedFolder(tmp_path / "p")
    assert len(crops) == 2
    assert crops.picture(1).shape == crops.picture(1, "edges").shape == (128, 128, 3)


def test_data_prepare_lists_what_it_leaves_out(rosetail, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "me.jpg").write_bytes(SAMPLE.read_bytes())
    (photos / "text.jpg").write_text("no picture")
    Image.new("RGB", (200, 200), "grey").save(photos / "wall.png")
    ran = rosetail("data", "prepare", photos, tmp_path / "made", "--size", 128)
    assert ran.status == 1
    assert "1 crops" in ran.out
    skipped = (tmp_path / "made" / "skipped.txt").read_text()
    assert "text.jpg" in skipped
    assert "wall.png" in skipped
    ran = rosetail("data", "prepare", tmp_path / "gone", tmp_path / "x")
    assert ran.status == 2
    assert str(tmp_path / "gone") in ran.err


def test_data_draw_makes_pairs_that_training_takes(rosetail, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "me.jpg").write_bytes(SAMPLE.read_bytes())
    assert rosetail("data", "prepare", photos, tmp_path / "made", "--size", 128).status == 0
    ran = rosetail("data", "draw", tmp_path / "made", tmp_path / "pairs", "--look", "anime")
    assert ran.status == 0, ran.err
    drawn = sorted((tmp_path / "pairs" / "drawn").iterdir())
    assert f"{len(drawn)} pairs" in ran.out
    for path in drawn:
        photo = images.read(tmp_path / "pairs" / "crops" / path.name)
        assert photo.shape == images.read(path).shape == (128, 128, 3)
    ran = rosetail("data", "draw", tmp_path / "gone", tmp_path / "x")
    assert ran.status == 2
    assert "rosetail data prepare" in ran.err


def test_supervised_training_shows_its_settings(rosetail, tmp_path: Path) -> None:
    ran = rosetail("train", "supervised", "--config", "soft", "--dry-run", "--pairs", tmp_path)
    assert ran.status == 0, ran.err
    assert tomllib.loads(ran.out)["data"]["pairs"] == [str(tmp_path)]


def test_training_of_the_headfinder_shows_its_settings(rosetail, tmp_path: Path) -> None:
    ran = rosetail("train", "headfinder", "--dry-run", "--figures", tmp_path, "--photos", tmp_path)
    assert ran.status == 0, ran.err
    told = tomllib.loads(ran.out)
    assert told["data"]["figures"] == str(tmp_path)
    assert told["data"]["photos"] == [str(tmp_path)]
    assert told["run"]["precision"] == "bf16-mixed"


def test_train_shows_its_settings_and_refuses_typos(rosetail, tmp_path: Path) -> None:
    ran = rosetail(
        "train", "dtgan", "--config", "published", "--dry-run",
        "--photos", tmp_path / "a", "--photos", tmp_path / "b", "--set", "weights.colour=3",
    )  # fmt: skip
    assert ran.status == 0, ran.err
    told = tomllib.loads(ran.out)
    assert told["weights"]["colour"] == 3.0
    assert told["data"]["photos"] == [str(tmp_path / "a"), str(tmp_path / "b")]
    for options, cause in (
        (["--set", "weights.color=3", "--dry-run"], "did you mean weights.colour"),
        (["--config", "publised", "--dry-run"], "publised"),
        (["--pairs", tmp_path], "recipe dtgan does not use --pairs; its data: --photos"),
        ([], "add --run FOLDER"),
        (["--run", tmp_path / "run", "--photos", tmp_path / "gone"], "gone"),
    ):
        ran = rosetail("train", "dtgan", *options)
        assert ran.status == 2
        assert cause in ran.err
        assert len(ran.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        ("taught", "recipe taught is called supervised now"),
        ("heads", "recipe heads is called headfinder now"),
        ("dtgann", "choose from: dtgan, supervised, roses"),
        ("traits", "the last folder is for testing"),
    ],
)
def test_recipes_that_cannot_be_trained(rosetail, recipe: str, message: str) -> None:
    ran = rosetail("train", recipe, "--run", "runs/x")
    assert ran.status == 2
    assert message in ran.err


@pytest.mark.parametrize("recipe", train.RECIPES)
def test_every_recipe_shows_its_settings(rosetail, recipe: str) -> None:
    ran = rosetail("train", recipe, "--dry-run", "--steps", 7)
    assert ran.status == 0, ran.err
    assert tomllib.loads(ran.out)["run"]["steps"] == 7


@pytest.mark.slow
def test_export_makes_a_look_that_stylize_takes(rosetail, tmp_path: Path) -> None:
    import torch
    from safetensors.torch import save_file

    from rosetail.methods.doubletail.network import DoubleTail

    torch.manual_seed(0)
    save_file(DoubleTail().state_dict(), tmp_path / "net.safetensors", {"network": "doubletail"})
    ran = rosetail(
        "export",
        "run",
        tmp_path / "net.safetensors",
        "-o",
        tmp_path / "mine.onnx",
        "--eyes",
        24,
        48.5,
    )
    assert ran.status == 0, ran.err
    Image.new("RGB", (40, 48), (90, 120, 200)).save(tmp_path / "in.png")
    ran = rosetail(
        "stylize", tmp_path / "in.png", "-o", tmp_path / "out.png", "-s", tmp_path / "mine.onnx"
    )
    assert ran.status == 0, ran.err
    assert images.read(tmp_path / "out.png").shape == (48, 40, 3)
    assert Stylizer(tmp_path / "mine.onnx").eyes == (24.0, 48.5)
    ran = rosetail(
        "export", "run", tmp_path / "net.safetensors", "-o", tmp_path / "b.onnx", "--eyes", 50, 40
    )
    assert ran.status == 2
    assert "eyes 50.0 40.0" in ran.err
    ran = rosetail("export", "run", tmp_path / "gone", "-o", tmp_path / "b.onnx")
    assert ran.status == 2
    assert str(tmp_path / "gone") in ran.err


@pytest.mark.parametrize(
    ("arguments", "module", "extra"),
    [
        (("data", "paint", "x"), "skia", "paint"),
        (("train", "dtgan", "--run", "x"), "torch", "train"),
        (("export", "run", "x", "-o", "y.onnx"), "onnx", "train"),
    ],
)
def test_a_missing_extra_says_how_to_get_it(
    rosetail, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], module: str, extra: str
) -> None:
    from rosetail import extras

    real = extras.find_spec
    monkeypatch.setattr(extras, "find_spec", lambda name: None if name == module else real(name))
    ran = rosetail(*arguments)
    assert ran.status == 2
    assert f'run: pip install "rosetail[{extra}]"' in ran.err


def test_export_of_the_mean_face_shape(rosetail, tmp_path: Path) -> None:
    photos, out = tmp_path / "photos", tmp_path / "mean.npy"
    photos.mkdir()
    empty = rosetail("export", "face-shape", photos, out)
    assert (empty.status, out.exists()) == (2, False)
    assert "no face in it" in empty.err
    images.save(Image.open(SAMPLE), photos / "astronaut.png")
    assert rosetail("export", "face-shape", photos, out).status == 0
    shape = np.load(out).astype(float)
    assert shape.shape == (468, 3)
    left, right = shape[33], shape[263]  # outer corners of the eyes
    assert np.linalg.norm(left - right) == pytest.approx(1, abs=0.01)
    np.testing.assert_allclose(left * (-1, 1, 1), right, atol=0.02)
    assert shape[4, 1] > left[1]  # the nose is below the eyes
    assert shape[152, 1] > shape[4, 1]  # and the chin below the nose


def test_paint_after_photos(rosetail, tmp_path: Path) -> None:
    pytest.importorskip("skia")
    (tmp_path / "photos").mkdir()
    images.save(images.read(SAMPLE), tmp_path / "photos" / "her.png")
    Image.new("RGB", (90, 90), "grey").save(tmp_path / "photos" / "wall.png")
    told = ("--after", tmp_path / "photos", "--size", "128", "--each", "2", "--keep", "pose")
    ran = rosetail("data", "paint", tmp_path / "pairs", *told)
    assert ran.status == 1
    assert "2 painted" in ran.out
    assert "wall.png: no face found" in ran.err
    assert len(list((tmp_path / "pairs" / "drawn").glob("her-*.png"))) == 2
