"""`evaluate thesis` end to end on a tiny model: whole, resumed, and with figures."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageEnhance
from skimage import data

from rosetail import images
from rosetail.characters.network_model import NetworkModel
from rosetail.directions.draws import VARIED, varied
from rosetail.directions.taggers import PaintedTagger
from rosetail.errors import InputError
from rosetail.evaluate import edit_measures
from rosetail.evaluate.thesis import ThesisEvaluation, ThesisSettings, split_photos
from rosetail.painter import paint, sample
from tests.cli.test_baselines import written_clip
from tests.directions.painters import FakePainter
from tests.fixtures.vgg import quick_features
from tests.taggers import random_tagger


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    face = Image.fromarray(data.astronaut()).crop((100, 0, 356, 256))
    for number in range(4):
        ImageEnhance.Brightness(face).enhance(0.7 + 0.15 * number).save(folder / f"{number}.png")
    return folder


@pytest.fixture(scope="module")
def drawings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drawings")
    for seed in range(3):
        images.save(paint(sample(seed), 256).image, folder / f"{seed}.png")
    return folder


def test_a_stopped_evaluation_goes_on_and_is_complete(
    tiny_roses: Path,
    photos: Path,
    drawings: Path,
    vgg_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    roses = NetworkModel(tiny_roses)
    shown = roses.decode(roses.encode(data.astronaut()), roses.random_w(60, 1))
    taggers = [
        PaintedTagger(random_tagger(tmp_path / f"{seed}.onnx", seed, shown=shown), "onnxruntime")
        for seed in (3, 7)
    ]
    clip = written_clip(tmp_path / "clip.mp4", [np.asarray(data.astronaut())[:256, 100:356]] * 3)
    settings = ThesisSettings(views=2, cast=2, styles=8, steps=2, clip=clip)
    evaluation = ThesisEvaluation(
        [roses], photos, drawings, *taggers, quick_features(vgg_file), settings
    )
    # Drawn heads are looked for in tests/evaluate/test_edits.py; these drawings show none anyway.
    monkeypatch.setattr("rosetail.faces.drawn_heads.find_heads", lambda head: [])
    # The first attempt stops in the middle of DFID.
    original, calls = edit_measures.EditMeasures._diverse, []

    def counted(self, number: int, *rest):  # type: ignore[no-untyped-def]
        calls.append(number)
        if calls == [0, 1]:
            raise KeyboardInterrupt
        return original(self, number, *rest)

    monkeypatch.setattr(edit_measures.EditMeasures, "_diverse", counted)
    with pytest.raises(KeyboardInterrupt):
        evaluation.run(tmp_path / "report")
    assert not (tmp_path / "report" / "report.md").exists()
    monkeypatch.setattr("rosetail.evaluate.thesis.fit", None)  # directions are there
    written_files, errors = evaluation.run(tmp_path / "report")
    assert calls == [0, 1, 1]  # the first photo's views are not drawn again
    assert not errors
    text = written_files[0].read_text("utf-8")
    for told in (
        "82.7",
        "thesis: FID",
        "voynov",
        "sefa_published",
        "lasso",
        "svd",
        "svm",
        "pca",
        "joint",
    ):
        assert told in text
    numbers = json.loads(written_files[-1].read_text())[roses.name]
    assert set(numbers["rescored"]) >= {"linear", "lasso", "svd", "sefa_published", "voynov"}
    assert set(numbers["dfid"]) == set(numbers["fid"]) == set(numbers["landmarks"])
    pictures = {path.stem for path in (tmp_path / "report/pictures").iterdir()}
    assert f"{roses.name}-edits-0" in pictures


def test_photos_are_split(photos: Path, tmp_path: Path) -> None:
    finding, measuring = split_photos(photos, 0)
    assert [path.stem for path in finding] == ["0", "2"]
    assert [path.stem for path in measuring] == ["1", "3"]
    for part, name in (("trainA", "a"), ("testA", "b"), ("testB", "c")):
        (tmp_path / part).mkdir()
        images.save(np.zeros((8, 8, 3), np.uint8), tmp_path / part / f"{name}.png")
    finding, measuring = split_photos(tmp_path, 1)
    assert [path.stem for path in (*finding, *measuring)] == ["a", "b"]
    (tmp_path / "one").mkdir()
    images.save(np.zeros((8, 8, 3), np.uint8), tmp_path / "one/a.png")
    with pytest.raises(InputError, match="fewer than two photos"):
        split_photos(tmp_path / "one", 0)


def test_characters_vary_in_mouth_and_eyes_by_the_models_own_edits() -> None:
    vectors = {tag: np.eye(10, dtype=np.float32)[i] for i, (tag, _) in enumerate(VARIED)}
    painter = FakePainter(learned=vectors)
    w = np.zeros((400, 10), np.float32)
    made = varied(painter, w, np.random.default_rng(0))
    for number in range(len(vectors)):
        changed = made[:, number] != 0
        assert changed.mean() == pytest.approx(0.5, abs=0.08)
    assert not made[:, len(vectors) :].any()
    assert not w.any()
    bare = FakePainter()
    assert np.array_equal(varied(bare, w, np.random.default_rng(0)), w)
