"""A whole comparison on tiny data: trained and loaded methods, one report, and going on."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

import rosetail as package
from rosetail import images
from rosetail.data.folders import PreparedFolder
from rosetail.errors import SettingsError
from rosetail.evaluate import compare_settings
from rosetail.evaluate.compare_data import PicturePreparation
from rosetail.evaluate.compare_settings import CompareData
from tests.fixtures.program import rosetail
from tests.training.small_data import prepared, random_vgg

__all__ = ["rosetail"]

SAMPLE = Path(package.__file__).parent / "samples" / "astronaut.jpg"


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten pictures of one person, lighter and darker, mirrored and not, and a list of lies
    about her."""
    folder = tmp_path_factory.mktemp("people")
    whole = images.read(SAMPLE)
    lines = []
    for number in range(10):
        gain = 0.6 + 0.07 * number
        view = cv2.convertScaleAbs(whole, alpha=gain)
        view = view[:, ::-1] if number % 2 else view
        images.save(np.ascontiguousarray(view), folder / f"p{number:02}.jpg")
        sex, age = ("female", 25) if number < 5 else ("male", 60)
        lines.append({"file": f"p{number:02}.jpg", "sex": sex, "age": age, "country": "Fiji"})
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (folder / "metadata.jsonl").write_text(text)
    return folder


@pytest.fixture
def config(negative: Path, people: Path, tmp_path: Path) -> Path:
    photos, anime = prepared(tmp_path / "photos", 1), prepared(tmp_path / "anime", 2)
    path = tmp_path / "tiny.toml"
    path.write_text(
        f"""
title = "Tiny <comparison>"
[data]
photos = {json.dumps(str(photos))}
anime = {json.dumps(str(anime))}
test = {json.dumps(str(people))}
size = 96
[measure]
vgg = {json.dumps(str(random_vgg(tmp_path / "vgg.safetensors")))}
backend = "onnxruntime"
rounds = 1
hd_rounds = 0
shown = 3
failures = 2
[methods.negative]
look = {json.dumps(str(negative))}
[methods.cel]
look = "cel"
[methods.cyclegan]
recipe = "cyclegan"
heads = 48
changes = ["width=2", "blocks=1", "pool=2", "run.steps=2", "data.size=32", "run.sheet_every=2"]
"""
    )
    return path


def test_without_drawings_painted_portraits_are_measured_against(
    people: Path, tmp_path: Path
) -> None:
    photos = prepared(tmp_path / "photos", 1)
    data = CompareData(photos=str(photos), test=str(people), anime_count=3, size=128)
    made = PicturePreparation(data, tmp_path / "out", 0, lambda _: None).run(train=True)
    assert len(PreparedFolder(made.folders["anime"])) == len(made.target) == 3
    learned = images.read(next((made.folders["anime"] / "crops").iterdir()))
    assert made.target[0].shape == learned.shape == (128, 128, 3)
    assert all(np.abs(each.astype(int) - learned).mean() > 5 for each in made.target)


def test_from_a_file_to_a_report(rosetail, config: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran = rosetail("evaluate", "compare", config, "-o", out)
    assert ran.status == 0, ran.err
    assert ran.out.splitlines()[-3:] == [
        str(out / name) for name in ("report.md", "report.html", "results.json")
    ]
    found = json.loads((out / "results.json").read_text())
    assert list(found["methods"]) == ["negative", "cel", "cyclegan"]
    assert found["backbone"] == "VGG-19 relu3_4"
    photo, cel = found["photo"], found["methods"]["cel"]
    assert photo["error"][0] < 0.03, "a photo has its own landmarks"
    assert (photo["found"][0], photo["flat"][0], photo["edges"][0]) == (1, 1, 1)
    assert photo["apart"][0] == photo["lighter"][0] == 0
    assert cel["measures"]["apart"][0] > 0
    low, high = cel["measures"]["kid"][1:]
    assert low < cel["measures"]["kid"][0] < high
    assert cel["costs"]["parameters"] == 1_027_520
    assert cel["costs"]["hd_bytes"] is None
    assert found["methods"]["negative"]["costs"]["multiply_adds"] == 0
    assert found["methods"]["cyclegan"]["training"] == "cyclegan, 2 steps at 32 px"
    groups = {(each["trait"], each["group"]): each["photos"] for each in cel["groups"]}
    assert groups[("sex", "female")] == groups[("sex", "male")] == 5
    assert groups[("age", "under 30")] == groups[("age", "50 and over")] == 5
    assert not any(trait == "region" for trait, _ in groups), "all from one place says nothing"
    text, page = (out / "report.md").read_text(), (out / "report.html").read_text()
    for heading in ("## Measures", "## Costs", "## Where each method goes wrong", "## For whom"):
        assert heading in text
    assert "| photo | 1.00 (" in text  # distances in parts of the photos' own
    assert "Tiny &lt;comparison&gt;" in page
    assert page.count("data:image/webp") == 1 + 3
    assert "<script" not in page
    assert 'src="http' not in page
    assert (out / "pictures" / "failures-cel.png").is_file()
    sheet = images.read(out / "pictures" / "grid.png")
    assert sheet.shape[1] == 4 * (96 + 4) + 4

    trained = (out / "looks" / "cyclegan.onnx").stat().st_mtime_ns
    ran = rosetail("evaluate", "compare", config, "-o", out, "--only", "cyclegan")
    assert ran.status == 0, ran.err
    assert (out / "looks" / "cyclegan.onnx").stat().st_mtime_ns == trained, "not trained again"
    assert list(json.loads((out / "results.json").read_text())["methods"]) == ["cyclegan"]


def test_presets_can_be_read() -> None:
    small, full = compare_settings.load("small"), compare_settings.load("full")
    assert len(small.methods) == 6
    assert len(full.methods) == 8
    assert small.methods["ugatit"].config == "ugatit-light"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no methods to compare"),
        ("[methods]\ncel = 1", "methods.cel: a table of settings is needed"),
        ("[methods.x]\nlook = 'cel'\nrecipe = 'cyclegan'", "either a look or a recipe"),
        ("[methods.x]\nlook = 'cel'\nminutes = 2.0", "a look is not trained"),
        ("[methods.x]\nloook = 'cel'", r"config.toml: methods\.x\.loook.*did you mean look"),
        ("[methods.x]\nlook = 'cel'\n[data]\nsize = 8", "size must be from 64"),
    ],
)
def test_mistakes_in_a_file_are_named(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=says):
        compare_settings.load(path)


def test_what_is_missing_is_named(rosetail, config: Path, tmp_path: Path) -> None:
    ran = rosetail("evaluate", "compare", "nothing", "-o", tmp_path / "out")
    assert ran.status == 2
    assert "full, small" in ran.err
    ran = rosetail("evaluate", "compare", "small", "-o", tmp_path / "out")
    assert "give its .safetensors with --vgg" in ran.err
    ran = rosetail("evaluate", "compare", config, "-o", tmp_path / "out", "--lpips", "a")
    assert "a: no such file" in ran.err
    ran = rosetail("evaluate", "compare", config, "-o", tmp_path / "out", "--only", "x")
    assert "choose from: negative, cel, cyclegan" in ran.err
