"""The evaluation of edits: on a tiny model end to end, and its parts on numbers that are known."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image, ImageEnhance
from skimage import data

from rosetail import images
from rosetail.characters.directions_file import Direction, Directions
from rosetail.characters.network_model import NetworkModel
from rosetail.directions.rescorer import read_rescorer
from rosetail.directions.taggers import PaintedTagger
from rosetail.errors import InputError, SettingsError
from rosetail.evaluate import edit_measures
from rosetail.evaluate.directions import EditEvaluation, EditSettings, check_rescorer
from rosetail.evaluate.edit_data import PhotoHead
from rosetail.evaluate.edit_measures import EditedPictures, EditMeasures, Gain, correlation
from rosetail.evaluate.edit_report import EditResults, rescoring_table, targets
from rosetail.evaluate.edits import ORIGINAL, PARTS, TAGS, Edits, all_edits, without_contrary
from rosetail.evaluate.features import FeatureExtractor
from rosetail.metrics.features import Vgg19Pooled
from rosetail.metrics.fid import FeatureStats, fid
from rosetail.metrics.lpips import UnitVgg19, distance, distance_map
from rosetail.metrics.rescoring import RescoringMatrix
from rosetail.painter import paint, sample
from rosetail.training.random_views import draw_view
from tests.fixtures.vgg import quick_features
from tests.taggers import random_tagger

RNG = np.random.default_rng(0)


def some_directions(roses: NetworkModel) -> Directions:
    def found(**more: float) -> dict[str, Direction]:
        tags = ("open_mouth", "closed_mouth", "short_hair", "closed_eyes", "blue_hair")
        made = {}
        for tag in tags:
            vector = RNG.standard_normal(roses.latent).astype(np.float32)
            made[tag] = Direction(tag, vector / np.linalg.norm(vector), **more)
        return made

    linear = found()
    del linear["short_hair"]  # a method that has not every edit
    return Directions(
        roses.name,
        roses.id.digest,
        roses.style_layers().groups.names,
        {"linear": linear, "joint": found(scale=2.0)},
        {"pictures": 30, "tagger": "painted", "tagger_sha256": "00" * 32},
    )


@pytest.fixture(scope="module")
def roses(tiny_roses: Path) -> NetworkModel:
    return NetworkModel(tiny_roses)


@pytest.fixture(scope="module")
def rescorer(roses: NetworkModel, tmp_path_factory: pytest.TempPathFactory) -> PaintedTagger:
    shown = roses.decode(roses.encode(data.astronaut()), roses.random_w(60, 1))
    path = random_tagger(tmp_path_factory.mktemp("r") / "r.onnx", 7, shown=shown)
    return PaintedTagger(path, "onnxruntime")


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("photos")
    face = Image.fromarray(data.astronaut()).crop((100, 0, 356, 256))
    for number in range(3):
        ImageEnhance.Brightness(face).enhance(0.8 + 0.2 * number).save(folder / f"{number}.png")
    Image.new("RGB", (60, 60)).save(folder / "dark.png")
    return images.list_pictures(folder)


@pytest.fixture(scope="module")
def drawings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drawings")
    for seed in range(3):
        images.save(paint(sample(seed), 256).image, folder / f"{seed}.png")
    return folder


@pytest.fixture(scope="module")
def found(
    roses: NetworkModel,
    rescorer: PaintedTagger,
    photos: list[Path],
    drawings: Path,
    vgg_file: Path,
) -> EditResults:
    made, errors = EditEvaluation(
        roses,
        some_directions(roses),
        photos,
        drawings,
        rescorer,
        quick_features(vgg_file),
        EditSettings(views=2, cast=2),
    ).run()
    assert [error.args[0].split(":")[0] for error in errors] == [str(photos[-1])]
    return made


def test_everything_is_measured(found: EditResults) -> None:
    names = [ORIGINAL, *(("joint", what) for what in PARTS)]
    names += [("linear", "mouth"), ("linear", "eyes")]
    assert list(found.edits.names) == names
    for measure in (found.dfid, found.diversity):
        assert list(measure) == names
        assert all(value > 0 for value in measure.values())
    assert all(np.isfinite(each).all() for each in found.distances.values())
    assert set(found.locality) == set(found.to_tagged) == set(found.gains) == set(names[1:])
    assert found.rescored["joint"].change.shape == (3, 3)
    assert found.rescored["linear"].edits == ("mouth", "eyes")
    assert (found.facts["photos"], found.facts["views"]) == (3, 2)
    assert {"edits-0", "colour", "pair-mouth"} <= set(found.sheets)


def test_the_report_is_whole(found: EditResults, tmp_path: Path) -> None:
    paths = found.save(tmp_path / "report")
    text, page = (path.read_text("utf-8") for path in paths[:2])
    for told in (text, page):
        assert "82.7" in told  # the thesis's own
        assert "selfie2anime" in told
        assert "joint" in told
    assert 'src="data:image/webp' in page
    assert "http" not in page
    assert (tmp_path / "report" / "pictures" / "edits-0.png").is_file()
    numbers = json.loads(paths[2].read_text())
    assert numbers["fid"]["joint/mouth"] == found.distances["joint", "mouth"][0]
    change = found.rescored["joint"].change
    assert np.allclose(numbers["rescored"]["joint"]["change"], change)


def test_scores_are_of_the_right_pictures(
    roses: NetworkModel, rescorer: PaintedTagger, vgg_file: Path
) -> None:
    """One photo, one character: the matrix is what the tagger says before and after."""
    from rosetail.directions.draws import style_seed

    told, head = some_directions(roses), images.read(data.astronaut())[:32, :32]
    edits = all_edits(told, ["joint"], roses.latent)
    content = roses.encode_head(head)
    heads, extract = [PhotoHead(head, content, np.zeros((5, 2)))], FeatureExtractor(vgg_file)
    seen = EditMeasures(roses, heads, edits, extract, 3, lambda *_: None).pictures(rescorer)
    w = roses.random_w(1, style_seed(3, 0))
    move = told.move("closed_eyes", "joint")[2]
    columns = [rescorer.tags.index(TAGS[what]) for what in PARTS]
    drawn = np.concatenate([roses.decode(content, w), roses.decode(content, w + move)])
    both = rescorer(drawn)
    row = seen.rescored(seed=0)["joint"].change[PARTS.index("eyes")]
    assert np.allclose(row, (both[1] - both[0])[columns], atol=0.02)
    after = edits.names.index(("joint", "eyes"))
    features = [Vgg19Pooled(vgg_file)(picture) for picture in drawn]
    assert np.allclose(seen.features[[0, after], 0], features, rtol=0.02)


def matrix(change: list[list[float]]) -> RescoringMatrix:
    values = np.array(change)
    return RescoringMatrix(PARTS, PARTS, values, values - 0.01, values + 0.01)


def test_targets_are_judged(found: EditResults) -> None:
    good = matrix([[0.7, 0.05, 0.0], [0.0, 0.6, -0.05], [0.01, 0.0, 0.55]])
    bad = matrix([[0.7, 0.2, 0.0], [0.0, 0.4, -0.05], [0.01, 0.0, 0.55]])
    tables = [targets(replace(found, rescored={"joint": each}), "joint") for each in (good, bad)]
    told = [{row[0]: row[3] for row in table} for table in tables]
    for name in ("mouth: own score", "mouth: largest other", "hair: own score"):
        assert told[0][name] == "yes"
    assert told[1]["mouth: own score"] == "yes"
    assert "no" in told[1]["mouth: largest other"]
    assert "no" in told[1]["mouth: own / largest other"]
    assert "no" in told[1]["hair: own score"]
    gained = {("linear", what): Gain(0.9, 12) for what in PARTS}
    results = replace(found, rescored={"linear": bad}, gains=gained)
    row = rescoring_table(results, "linear")[1][0]
    assert row[0] == "mouth"
    assert row[1].startswith("**+0.700")
    assert row[4:6] == ["3.5", "+0.900 (12)"]
    assert row[6:] == ["+0.671", "+0.084", "+0.024"]


def test_who_has_it_already_cannot_gain_it() -> None:
    names = (ORIGINAL, ("joint", "hair"))
    scores = np.zeros((2, 4, 3))
    scores[0, :, 1] = 0.9, 0.1, 0.5, 0.3
    scores[1, :, 1] = 0.9, 0.9, 1.0, 0.7
    edits = Edits(names, np.zeros((2, 1), np.float32))
    seen = EditedPictures(edits, np.zeros((2, 4, 1)), scores, *np.zeros((2, 2, 4)), [])
    assert seen.gains() == {("joint", "hair"): Gain(pytest.approx(0.6), 2)}
    scores[0, :, 1] = 1.0
    assert np.isnan(seen.gains()["joint", "hair"].change)


def test_who_found_the_directions_may_not_judge(
    roses: NetworkModel, rescorer: PaintedTagger
) -> None:
    told = some_directions(roses)
    check_rescorer(rescorer, told)
    with pytest.raises(SettingsError, match="found the directions"):
        check_rescorer(rescorer, replace(told, facts={"tagger_sha256": rescorer.fingerprint}))
    rescorer.tags, kept = ("open_mouth",), rescorer.tags
    try:
        with pytest.raises(SettingsError, match="no tag short_hair"):
            check_rescorer(rescorer, told)
    finally:
        rescorer.tags = kept


def test_edits_that_cannot_be(roses: NetworkModel) -> None:
    told = some_directions(roses)
    with pytest.raises(SettingsError, match="no method 'magic'"):
        all_edits(told, ["magic"], roses.latent)
    with pytest.raises(SettingsError, match="no method has"):
        all_edits(replace(told, by_method={"svd": {}}), ["svd"], roses.latent)
    alone = without_contrary(told, "mouth", "linear")
    assert np.allclose(alone, 15 * told.by_method["linear"]["open_mouth"].vector)
    assert without_contrary(told, "mouth", "joint") is None


def test_places_sum_up_to_the_distance(vgg_file: Path) -> None:
    eye = UnitVgg19(vgg_file)
    one = RNG.integers(0, 256, (32, 32, 3), dtype=np.uint8)
    other = one.copy()
    other[4:10, 4:10] = 255 - other[4:10, 4:10]
    where = distance_map(eye.maps(one), eye.maps(other), (32, 32))
    assert where.shape == (32, 32)
    assert np.isclose(where.mean(), distance(eye.maps(one), eye.maps(other)), rtol=0.05)
    assert where[4:10, 4:10].mean() > 5 * where[20:, 20:].mean()


def test_tracks_correlate() -> None:
    base = np.cumsum(RNG.standard_normal((50, 10)), 0)
    assert correlation(base, base * 2 + 5) == pytest.approx(1)
    noisy = base + 0.05 * base.std() * RNG.standard_normal(base.shape)
    noisy[7] = np.nan
    assert 0.97 < correlation(base, noisy) < 1
    assert np.isnan(correlation(base[:2], base[:2]))


def test_motion_is_followed_in_the_frame(
    roses: NetworkModel, short_clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Landmarks that stay in the crop move with the head in the clip; some that shake do not."""
    shaking = iter(RNG.standard_normal((10_000, 5, 2)) * 40)
    still = np.array([(10, 14), (22, 14), (16, 18), (12, 22), (20, 22)], float)
    calls = iter(range(10_000))

    def find_heads(head: np.ndarray) -> list:
        lost = next(calls) % 3 == 2
        return [SimpleNamespace(landmarks=next(shaking) if lost else still)]

    monkeypatch.setattr("rosetail.faces.drawn_heads.find_heads", find_heads)
    names = (ORIGINAL, ("a", "mouth"), ("b", "mouth"))
    edits = Edits(names, np.zeros((3, roses.latent), np.float32))
    moved = EditMeasures(roses, [], edits, None, 0, lambda *_: None).motion(short_clip)
    steady, shaken = moved.values()
    assert steady == pytest.approx(1)
    assert abs(shaken) < 0.9


def test_drawings_without_heads(
    roses: NetworkModel, rescorer: PaintedTagger, photos: list[Path], vgg_file: Path, tmp_path: Path
) -> None:
    Image.new("RGB", (200, 200), "white").save(tmp_path / "empty.png")
    with pytest.raises(InputError, match="0 drawn heads"):
        EditEvaluation(
            roses, some_directions(roses), photos[:1], tmp_path, rescorer,
            quick_features(vgg_file), EditSettings(views=0, cast=2),
        ).run()  # fmt: skip


def test_the_command(
    rosetail,
    roses: NetworkModel,
    tiny_roses: Path,
    photos: list[Path],
    drawings: Path,
    vgg_file: Path,
    tmp_path: Path,
) -> None:
    known = some_directions(roses).save(tmp_path / "d.safetensors")
    shown = roses.decode(roses.encode(data.astronaut()), roses.random_w(60, 1))
    scorer = random_tagger(tmp_path / "r.onnx", 7, shown=shown)
    told = (
        "evaluate", "directions", "--photos", photos[0].parent, "--drawings", drawings,
        "--directions", known, "--vgg", vgg_file, "--model", tiny_roses, "--methods", "joint",
        "-o", tmp_path / "report", "--rescorer", f"painted:{scorer}",
    )  # fmt: skip
    ran = rosetail(*told, "--views", 0, "--count", 2)
    assert ran.status == 0, ran.err
    assert "DFID" in (tmp_path / "report" / "report.md").read_text("utf-8")
    ran = rosetail(*told, "--lpips", "lpips.pth")
    assert (ran.status, "lpips.pth: no such file" in ran.err) == (2, True)
    ran = rosetail(*told, "--views", 1)
    assert ran.status == 2
    assert "two pictures" in ran.err


def test_a_rescorer_is_taught(rosetail, tmp_path: Path) -> None:
    rosetail("data", "paint", tmp_path / "p", "-n", 16, "--size", 128)
    told = ("evaluate", "rescorer", tmp_path / "p", "-o", tmp_path / "r.safetensors")
    ran = rosetail(*told, "--held", 4, "--tags", "smile, closed_mouth")
    assert ran.status == 0, ran.err
    assert read_rescorer(tmp_path / "r.safetensors").tags == ("smile", "closed_mouth")
    lines = ran.out.splitlines()
    assert lines[1].startswith("smile ")
    assert lines[-1].endswith("r.safetensors")
    ran = rosetail(*told, "--held", 16)
    assert ran.status == 2
    assert "16 portraits, 16 held out" in ran.err
    ran = rosetail(*told, "--held", 4, "--tags", "halo")
    assert "halo: all or none" in ran.err


def test_drawings_that_have_what_an_edit_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """FID to the right ones alone: one that has it lies where the edited pictures do."""
    monkeypatch.setattr(edit_measures, "FEWEST", 3)
    names = (ORIGINAL, ("joint", "hair"), ("joint", "eyes"))
    rng = np.random.default_rng(0)
    features = rng.normal(size=(3, 6, 2))
    have = {part: FeatureStats(2, sample_size=0) for part in PARTS}
    have["hair"].add(features[1])
    have["eyes"].add(features[2, :2])
    edits = Edits(names, np.zeros((3, 1), np.float32))
    seen = EditedPictures(edits, features, np.zeros((3, 6, 3)), *np.zeros((2, 3, 6)), [])
    made = seen.distances_to_tagged(have)
    assert made["joint", "hair"] == pytest.approx(0.0, abs=1e-6)
    assert np.isnan(made["joint", "eyes"])


def test_dfid_is_the_mean_fid_of_one_photo(roses: NetworkModel) -> None:
    """Two photos, against FID of the same views drawn here."""

    class MeanColour:
        name, width = "mean colour", 3

        def __call__(self, picture: np.ndarray) -> np.ndarray:
            return picture.mean((0, 1), dtype=np.float64)

    side = roses.size
    photos = [np.ascontiguousarray(data.astronaut()[:side, at : at + side]) for at in (180, 220)]
    heads = [PhotoHead(each, roses.encode_head(each), np.zeros((5, 2))) for each in photos]
    edits = all_edits(some_directions(roses), ["joint"], roses.latent)
    target = FeatureStats.of(RNG.uniform(0, 255, (50, 3)))
    extract = SimpleNamespace(backbone=MeanColour())
    measures = EditMeasures(roses, heads, edits, extract, 5, lambda *_: None)
    got = measures.dfid(target, views=4)
    for row, name in enumerate(edits.names):
        values = []
        for number, photo in enumerate(photos):
            rng, rows = np.random.default_rng([5, number]), []
            for _ in range(4):
                view = draw_view(rng, side, side, edit_measures.DFID_VIEWS).of(photo)
                w = roses.random_w(1, int(rng.integers(2**31)))
                drawn = roses.decode(roses.encode_head(view), edits.apply(row, w))
                rows.append(MeanColour()(drawn[0]))
            values.append(fid(FeatureStats.of(np.stack(rows)), target))
        assert got[name] == pytest.approx(np.mean(values), rel=0.02)
