"""`evaluate runs`: measures with known answers, and a whole report of tiny runs."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import nn

from rosetail.errors import InputError
from rosetail.evaluate import runs
from rosetail.evaluate.people import Subject
from rosetail.evaluate.plots import panels
from rosetail.evaluate.run_measures import RunMeasures, RunMeasureSettings
from rosetail.evaluate.runs import RunEvaluation
from rosetail.evaluate.translators import Cycle, ManyStyles, OneStyle, translator
from rosetail.faces import faces
from rosetail.faces.faces import Face
from rosetail.faces.warp import transform
from rosetail.methods.cyclegan.network import ResNetGenerator
from rosetail.methods.roses.network import Roses, RosesShape
from rosetail.painter import paint, sample
from rosetail.training.snapshots import Snapshot, read_snapshot, save_snapshot, snapshots
from tests.fixtures.vgg import quick_features

Bytes = NDArray[np.uint8]
SIDE = 64
SHAPE = RosesShape(widths=(4, 6, 8), deep=5, style=3, latent=9, mapping=2)


@pytest.fixture(scope="module")
def people(astronaut: Bytes, face: Face) -> list[Subject]:
    crop = faces.align(astronaut, face.landmarks, 256)
    landmarks = np.asarray(transform(face.landmarks, crop.matrix), np.float64)
    return [
        Subject(f"{gain}.png", (crop.image * gain).astype(np.uint8), landmarks, {}, 0.7)
        for gain in (0.7, 0.8, 0.9, 1.0)
    ]


@pytest.fixture(scope="module")
def drawings() -> list[Bytes]:
    return [paint(sample(seed), 256).image for seed in range(4)]


@pytest.fixture(scope="module")
def measures(people: list[Subject], drawings: list[Bytes], vgg_file: Path) -> RunMeasures:
    settings = RunMeasureSettings(cast=2, views=2, many=3)
    return RunMeasures(people, drawings, 128, quick_features(vgg_file), settings)


class Known(ManyStyles):
    """Draws the photo itself, ``brighter`` when turned back; its style is that of the view if
    ``follows``, else of the photo."""

    def __init__(self, *, follows: bool) -> None:
        self.follows = follows

    def draw(self, photo: Bytes, seed: int) -> Bytes:
        return photo

    def photograph(self, drawing: Bytes, seed: int) -> Bytes:
        return drawing

    def style(self, photo: Bytes) -> NDArray[np.float64]:
        gain = np.round(photo.max() / 25.5)  # of the photo: views keep it
        place = float(np.square(photo.astype(float)).sum() % 97)
        return np.array([place if self.follows else gain])

    def cycle(self, photo: Bytes, seed: int) -> Cycle:
        return Cycle(photo, np.where(photo < 246, photo + 10, photo - 10).astype(np.uint8))


def test_a_network_that_changes_nothing(measures: RunMeasures) -> None:
    values = measures.of(OneStyle(nn.Identity()))
    assert values["kid"] == pytest.approx(1)
    assert values["fid"] == pytest.approx(1)
    assert values["apart"] == 0
    assert values["landmarks"] < 0.03
    assert values["found"] == 1
    assert values["kid_photos"] < 0.05
    assert "diversity" not in values


def test_a_network_that_draws_no_face(measures: RunMeasures) -> None:
    class Blank(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.zeros_like(x)

    values = measures.of(OneStyle(Blank()))
    assert values["found"] == 0
    assert np.isnan(values["landmarks"])
    assert values["apart"] > 0.01


def test_measures_of_styles(measures: RunMeasures) -> None:
    values = measures.of(Known(follows=False))
    assert values["diversity"] == 0
    assert values["consistency"] < 0.02
    assert values["cycle"] == pytest.approx(10)
    assert values["dfid"] > 0
    assert measures.of(Known(follows=True))["consistency"] > 0.4


def roses(folder: Path, step: int, seed: int) -> None:
    torch.manual_seed(seed)
    networks = {"to_anime": Roses(SHAPE), "to_photo": Roses(SHAPE)}
    about = {"class": "Roses", "shape": json.dumps(asdict(SHAPE)), "styles": "any"}
    save_snapshot(folder, "roses", step, about, networks)
    (folder / "settings.toml").write_text(f"[data]\nsize = {SIDE}\n", "utf-8")


def cyclegan(folder: Path, step: int) -> None:
    torch.manual_seed(step)
    about = {"class": "ResNetGenerator", "width": "2", "blocks": "1"}
    networks = {"to_anime": ResNetGenerator(2, 1), "to_photo": ResNetGenerator(2, 1)}
    save_snapshot(folder, "cyclegan", step, about, networks)
    (folder / "settings.toml").write_text(f"[data]\nsize = {SIDE}\n", "utf-8")


def test_a_snapshot_draws_as_its_network(tmp_path: Path, drawings: list[Bytes]) -> None:
    roses(tmp_path, 0, 0)
    model = translator(read_snapshot(snapshots(tmp_path)[0]))
    assert isinstance(model, ManyStyles)
    torch.manual_seed(0)
    network = Roses(SHAPE).half().float().eval()
    small = np.ascontiguousarray(drawings[0][::4, ::4])
    x = torch.from_numpy(small).permute(2, 0, 1)[None] / 127.5 - 1
    with torch.no_grad():
        z = torch.randn(1, 3, generator=torch.Generator().manual_seed(5))
        drawn = network.decode(network.encode(x).content, z)[0].clamp(-1, 1)
    expected = ((drawn.permute(1, 2, 0) + 1) * 127.5).round().numpy()
    assert np.abs(model.draw(small, 5).astype(float) - expected).max() <= 1
    assert np.abs(model.draw(small, 6).astype(float) - expected).max() > 1


def test_a_report_of_two_runs_goes_on_where_it_stopped(
    tmp_path: Path,
    people: list[Subject],
    drawings: list[Bytes],
    vgg_file: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for step in (0, 1000):
        roses(tmp_path / "gnr", step, step)
        cyclegan(tmp_path / "cycle", step)
    evaluation = RunEvaluation(
        [tmp_path / "gnr", tmp_path / "cycle"],
        people,
        drawings,
        quick_features(vgg_file),
        RunMeasureSettings(cast=2, views=2, many=2),
    )
    measured, original = [], RunMeasures.of

    def counted(self: RunMeasures, model: object) -> dict[str, float]:
        measured.append(type(model).__name__)
        if len(measured) == 2:
            raise KeyboardInterrupt
        return original(self, model)  # type: ignore[arg-type]

    monkeypatch.setattr(runs.RunMeasures, "of", counted)
    with pytest.raises(KeyboardInterrupt):
        evaluation.run(tmp_path / "report")
    written = evaluation.run(tmp_path / "report")
    assert measured == ["ManyStyles"] * 3 + ["OneStyle"] * 2  # the first one only once
    text = written[0].read_text("utf-8")
    assert "| step |" in text
    assert "diversity of styles" in text
    numbers = json.loads(written[-1].read_text("utf-8"))
    assert set(numbers) == {"gnr", "cycle"}
    assert set(numbers["gnr"]) == {"0", "1000"}
    assert "dfid" in numbers["gnr"]["0"]
    assert "dfid" not in numbers["cycle"]["0"]
    shown = {path.stem for path in (tmp_path / "report/pictures").iterdir()}
    assert shown == {"curves", "gnr-sheet", "cycle-sheet"}


def test_a_plot_has_a_panel_for_each_measure() -> None:
    curve = {"one": ([0, 10], [1.0, 0.5]), "two": ([0, 10], [float("nan"), 0.7])}
    picture = panels({str(n): curve for n in range(4)}, {"0": 0.2})
    wide = panels({str(n): curve for n in range(3)}, {})
    assert picture.dtype == np.uint8
    assert picture.shape[0] == 2 * wide.shape[0]
    assert picture.shape[1] == wide.shape[1]


def test_what_does_not_draw_photos_is_refused() -> None:
    with pytest.raises(InputError, match="recipe tagger: does not draw photos"):
        translator(Snapshot("tagger", 0, {"class": "Tagger"}, {"tagger": {}}))
    painted = {"class": "Roses", "styles": "painted"}
    with pytest.raises(InputError, match="painted styles"):
        translator(Snapshot("roses", 0, painted, {"to_anime": {}, "to_photo": {}}))


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    cyclegan(tmp_path, 0)
    snapshot = read_snapshot(snapshots(tmp_path)[0])
    with pytest.raises(InputError, match="does not fit"):
        translator(Snapshot("cyclegan", 0, snapshot.about | {"width": "3"}, snapshot.networks))
