"""The whole pipeline on a painter whose truth is known, and on a tiny exported model."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from rosetail.characters.directions_file import Directions, read_directions
from rosetail.characters.tag_families import opposites
from rosetail.directions.candidates import learned_edits
from rosetail.directions.draws import Draws
from rosetail.directions.fit import FitSettings, fit, usable_tags
from rosetail.directions.responses import length_for_target
from rosetail.errors import InputError, SettingsError
from tests.directions.painters import AXES, TAGS, TRUTH, FakePainter, FakeTagger

PHOTOS = 120


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("photos")
    for number in range(PHOTOS):
        (folder / f"{number:03d}.png").write_bytes(bytes([number]))
    return sorted(folder.iterdir())


@pytest.fixture(scope="module")
def fitted(photos: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Directions:
    work = tmp_path_factory.mktemp("work")
    return fit(FakePainter(), FakeTagger(), photos, work / "w").directions


def effects(directions: Directions, method: str) -> np.ndarray:
    """Mean change of each tag's chance (edits, tags) after a calibrated or published edit."""
    painter, tagger = FakePainter(), FakeTagger()
    w = painter.random_w(400, 99)
    before = tagger(painter.decode(0.0, w))
    rows = []
    for column, tag in enumerate(TRUTH):
        move = directions.move(tag, method)[2]
        start = w[before[:, column] < 0.5]
        after = tagger(painter.decode(0.0, start[:, None] + np.broadcast_to(move, (3, 10))))
        rows.append((after - before[before[:, column] < 0.5]).mean(0)[: len(TRUTH)])
    return np.stack(rows)


def test_every_method_is_there(fitted: Directions) -> None:
    assert set(fitted.methods) == {
        *("sefa", "sefa_groups", "linear", "lasso", "svd", "svm", "pca", "joint"),
    }
    assert fitted.facts["pictures"] == 3 * PHOTOS
    joint = fitted.by_method["joint"]
    assert set(TRUTH) <= set(joint)
    for tag, each in joint.items():
        assert np.isclose(np.linalg.norm(each.vector), 1, atol=1e-5)
        assert each.vector.shape == (3, 10)
        assert each.reach >= 0.8, tag
        assert 0 < each.support < 3 * PHOTOS
    assert fitted.by_method["linear"]["blue_hair"].score > 0.9


def test_joint_changes_what_it_says_and_in_its_layers(fitted: Directions) -> None:
    changed = effects(fitted, "joint")
    off = ~np.eye(3, dtype=bool)
    assert np.diag(changed).min() > 0.6
    assert np.abs(changed[off]).max() < 0.1
    # The draws mix up mouth and hair, and so do directions that only know them.
    assert np.abs(effects(fitted, "linear")[off]).max() > 2 * np.abs(changed[off]).max()
    for tag, (group, axis, _) in TRUTH.items():
        vector = fitted.by_method["joint"][tag].vector
        assert np.linalg.norm(vector[group]) > 0.9 * np.linalg.norm(vector)
        assert vector[group] @ axis > 0.8


def test_sefa_of_groups_finds_the_group(fitted: Directions) -> None:
    for tag, (group, axis, _) in TRUTH.items():
        vector = fitted.by_method["sefa_groups"][tag].vector
        assert np.flatnonzero(np.abs(vector).sum(1)).tolist() == [group]
        assert vector[group] @ axis > 0.5


def test_strength_one_is_yes_for_most(fitted: Directions) -> None:
    painter, tagger = FakePainter(), FakeTagger()
    w = painter.random_w(300, 7)
    for column, tag in enumerate(TRUTH):
        after = tagger(painter.decode(0.0, w[:, None] + fitted.move(tag, "joint")[2]))
        share = (after[:, column] > 0.5).mean()
        assert 0.75 < share < 0.99, tag


def test_learned_edits_are_a_method_and_a_start(photos: list[Path], tmp_path: Path) -> None:
    """An edit that the draws never show: only who learned it can do it."""
    moves = {"open_mouth": 4 * AXES[0], "closed_mouth": -4 * AXES[0]}
    told = FitSettings(methods=("linear", "joint"))
    found = fit(FakePainter(moves), FakeTagger(), photos, tmp_path / "w", told).directions
    assert set(found.by_method["learned"]) == set(moves)
    assert np.allclose(found.move("open_mouth", "learned")[2], moves["open_mouth"], atol=1e-4)
    mouth = found.by_method["joint"]["open_mouth"].vector
    assert mouth[1] @ AXES[0] > 0.5
    changed = effects(found, "joint")
    assert changed[0, 0] > 0.6
    assert np.abs(changed[0, 1:]).max() < 0.1


def test_edits_by_rule_are_kept_as_they_are(photos: list[Path], tmp_path: Path) -> None:
    """Too short to reach the tag in most pictures: nobody lengthens what the rule says."""
    moves = {"open_mouth": 0.7 * AXES[0]}
    told = FitSettings(methods=("joint",))
    painter = FakePainter(moves, "painted")
    found = fit(painter, FakeTagger(), photos, tmp_path / "w", told).directions
    assert set(found.by_method) == {"joint", "painted"}
    assert np.allclose(found.move("open_mouth", "joint")[2], moves["open_mouth"], atol=1e-4)
    assert "blue_hair" in found.by_method["joint"]  # which the rule cannot do, and draws tell


def test_edits_that_were_never_shown_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that ends before its first edit moved exports a file without any."""
    empty = Directions("fake", "ef" * 32, ("1/4", "1/2", "1/1"), {}, {})
    monkeypatch.setattr(FakePainter, "learned", empty)
    assert learned_edits(FakePainter()) == {}


def test_the_same_seed_gives_the_same_file(photos: list[Path], tmp_path: Path) -> None:
    some = photos[:30]
    files = []
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        found = fit(FakePainter(), FakeTagger(), some, tmp_path / name, FitSettings(seed=seed))
        path = found.directions.save(tmp_path / f"{name}.safetensors")
        files.append(hashlib.sha256(path.read_bytes()).hexdigest())
        assert not (tmp_path / name).exists()
    assert files[0] == files[1] != files[2]


def test_a_stopped_run_goes_on(photos: list[Path], tmp_path: Path) -> None:
    some, work = photos[:60], tmp_path / "work"
    whole, tagger = FakePainter(), FakeTagger()
    wanted = fit(whole, tagger, some, tmp_path / "other").directions

    def stop(what: str, done: int, of: int) -> None:
        if what == "calibrating" and done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(FakePainter(), FakeTagger(), some, work, progress=stop)
    again, seen = FakePainter(), FakeTagger()
    found = fit(again, seen, some, work).directions
    assert again.encoded < 30 < whole.encoded
    assert seen.seen < tagger.seen / 3
    for path, each in ((tmp_path / "1", wanted), (tmp_path / "2", found)):
        each.save(path.with_suffix(".safetensors"))
    assert (tmp_path / "1.safetensors").read_bytes() == (tmp_path / "2.safetensors").read_bytes()


def test_photos_without_a_face_are_named(photos: list[Path], tmp_path: Path) -> None:
    blank = tmp_path / "blank.png"
    blank.write_bytes(b"x")
    told = FitSettings(methods=("svd",))
    made = fit(FakePainter(), FakeTagger(), [*photos[:40], blank], tmp_path / "w", told)
    assert [str(error) for error in made.errors] == [f"{blank}: no face found; give another"]
    assert made.directions.facts["photos"] == 40
    with pytest.raises(InputError, match="none of the photos"):
        fit(FakePainter(), FakeTagger(), [blank], tmp_path / "v", told)


def test_tags_that_are_usable() -> None:
    probabilities = np.zeros((200, 4), np.float32)
    for column, count in enumerate((1, 2, 66, 140)):
        probabilities[:count, column] = 1
    draws = Draws(TAGS, np.zeros((200, 1), np.float32), probabilities, np.zeros(200, int), [])
    assert usable_tags(draws, 0.01, 0.33) == ["blue_hair", "closed_eyes"]
    probabilities[:20, 0] = 1
    # The opposite of a usable tag is usable, however common.
    assert usable_tags(draws, 0.01, 0.33) == [
        *("blue_hair", "closed_eyes", "closed_mouth", "open_mouth"),
    ]


def test_coefficients_of_pairs_are_kept_and_used(photos: list[Path], tmp_path: Path) -> None:
    settings = FitSettings(methods=("linear",), pairs={"linear": (4.0, 3.0)})
    found = fit(FakePainter(), FakeTagger(), photos, tmp_path / "work", settings).directions
    read = read_directions(found.save(tmp_path / "d.safetensors"))
    tag = next(tag for tag in read.tags if opposites(tag) & set(read.by_method["linear"]))
    other = np.mean(
        [read.by_method["linear"][o].vector for o in sorted(opposites(tag) & set(read.tags))], 0
    )
    own = read.by_method["linear"][tag].vector
    wanted = 4 * own - 3 * other / np.linalg.norm(other)
    np.testing.assert_allclose(read.move(tag, "linear")[2], wanted, atol=1e-5)
    changed = read.with_pairs({"linear": (2.0, 0.0)})
    np.testing.assert_allclose(changed.move(tag, "linear")[2], 2 * own, atol=1e-5)
    with pytest.raises(SettingsError, match="no method is called 'magic'"):
        FitSettings(pairs={"magic": (1.0, 1.0)})


def test_lengths() -> None:
    assert length_for_target((1, 2, 3), np.array([0.2, 0.8, 1.0])) == pytest.approx(2.5)
    assert length_for_target((1, 2, 3), np.array([0.9, 1.0, 1.0])) == 1
    assert length_for_target((1, 2, 3), np.array([0.1, 0.4, 0.4])) == 2


@pytest.mark.parametrize(
    "wrong",
    [{"methods": ("magic",)}, {"methods": ()}, {"least": 0.4}, {"styles": 0}, {"most": 1.0}],
)
def test_settings_that_make_no_sense(wrong: dict) -> None:
    with pytest.raises(SettingsError):
        FitSettings(**wrong)
