"""The re-scorer: windows on a head, what it is taught, its file."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from rosetail import weights
from rosetail.data.painted import Painted
from rosetail.directions.rescorer import Rescorer, read_rescorer, train_rescorer
from rosetail.directions.taggers import open_tagger
from rosetail.errors import InputError, WeightsMissing
from rosetail.faces.head_windows import (
    COLOURS,
    WINDOWS,
    descriptor_size,
    head_descriptor,
    window_slices,
)
from rosetail.painter.edits import edited
from rosetail.painter.paint import paint
from rosetail.painter.sample import sample

PLACES = np.array([[100, 110], [156, 110], [128, 140], [112, 165], [144, 165]], np.float64)


def quiet(_name: str, _done: int, _of: int) -> None:
    """Nobody looks."""


def drawing(seed: int = 0) -> np.ndarray:
    rough = np.random.default_rng(seed).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    return np.asarray(cv2.resize(rough, (256, 256), interpolation=cv2.INTER_CUBIC))


def test_windows_move_with_the_head() -> None:
    before = head_descriptor(drawing(), PLACES)
    assert before.shape == (descriptor_size(),)
    assert before.min() >= 0
    assert before.max() <= 1
    # Turned by 20 degrees and made smaller about a point: the same is seen.
    matrix = cv2.getRotationMatrix2D((128, 128), 20, 0.8)
    turned = cv2.warpAffine(drawing(), matrix, (256, 256), flags=cv2.INTER_CUBIC)
    places = PLACES @ matrix[:, :2].T + matrix[:, 2]
    for part in (
        window_slices()[name] for name in ("eyes", "mouth", "face")
    ):  # the head's looks beyond
        apart = np.abs(head_descriptor(turned, places)[part] - before[part]).mean()
        elsewhere = np.abs(head_descriptor(drawing(1), PLACES)[part] - before[part]).mean()
        assert apart < 0.2 * elsewhere


def test_colours_are_those_of_the_window() -> None:
    flat = np.full((256, 256, 3), (200, 40, 90), np.uint8)
    lab = cv2.cvtColor(flat[:1, :1], cv2.COLOR_RGB2LAB)[0, 0] / 255
    for part in window_slices().values():
        colours = head_descriptor(flat, PLACES)[part][-3 * COLOURS**2 :].reshape(-1, 3)
        assert np.allclose(colours, lab, atol=1e-3)
    assert list(window_slices()) == list(WINDOWS)


def test_eyes_in_one_place_are_no_fault_of_numbers() -> None:
    assert np.isfinite(head_descriptor(drawing(), np.repeat(PLACES[:1], 5, axis=0))).all()


def painted(count: int) -> Painted:
    """Pictures whose mouth is dark, or not, and that have nothing else in common."""
    rng = np.random.default_rng(5)
    pictures = np.stack([drawing(seed + 10) // 4 + 120 for seed in range(count)])
    tags = []
    for picture in pictures:
        dark = bool(rng.random() < 0.5)
        if dark:
            cv2.ellipse(picture, (128, 165), (12, 6), 0, 0, 360, (60, 0, 0), -1)
        tags.append(frozenset({"open_mouth"} if dark else ()))
    places = np.repeat((PLACES[None] + 0.5) / 256, count, axis=0).astype(np.float32)
    return Painted(pictures, tags, places)


@pytest.fixture(scope="module")
def taught() -> Rescorer:
    return train_rescorer(painted(60), ["open_mouth"], seed=0, progress=quiet)


def test_what_is_taught_is_told(taught: Rescorer) -> None:
    others = painted(90).part(60, 90)
    rows = np.stack([head_descriptor(each, PLACES) for each in others.pictures])
    says = rows @ taught.weights.astype(np.float32).T + taught.bias
    assert ((says > 0) == (others.table(["open_mouth"]) > 0)).mean() > 0.9
    # No head is in these pictures, so it looks where heads usually are, which is where they are.
    assert np.allclose(taught.usual * 256 - 0.5, PLACES, atol=1e-2)
    assert np.allclose(taught(others.pictures), 1 / (1 + np.exp(-says)), atol=1e-4)


def test_the_same_seed_gives_the_same_bytes(taught: Rescorer, tmp_path: Path) -> None:
    again, other = (
        train_rescorer(painted(60), ["open_mouth"], seed=seed, progress=quiet) for seed in (0, 1)
    )
    for name, each in (("a", taught), ("b", again), ("c", other)):
        each.save(tmp_path / name)
    one, two, three = ((tmp_path / name).read_bytes() for name in "abc")
    assert one == two != three
    back = open_tagger(f"rescorer:{tmp_path / 'a'}", "onnxruntime")
    assert (back.name, back.tags) == ("rescorer", ("open_mouth",))
    assert back.fingerprint == taught.fingerprint != other.fingerprint
    pictures = painted(3).pictures
    assert np.array_equal(back(pictures), taught(pictures))


def test_a_tag_that_says_nothing_is_refused() -> None:
    with pytest.raises(InputError, match=r"smile: all or none"):
        train_rescorer(painted(4), ["smile"], seed=0, progress=quiet)


def test_other_files_are_refused(taught: Rescorer, tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing, match="no such file"):
        read_rescorer(tmp_path / "absent")
    taught.save(tmp_path / "whole")
    cut = tmp_path / "cut"
    cut.write_bytes((tmp_path / "whole").read_bytes()[:-50])
    with pytest.raises(WeightsMissing, match="not a whole re-scorer"):
        read_rescorer(cut)
    with pytest.raises(WeightsMissing, match="another kind of file"):
        read_rescorer(weights.find("roses_learned"))
    short = Rescorer(taught.tags, taught.weights[:, :-1], taught.bias, taught.usual)
    short.save(tmp_path / "short")
    with pytest.raises(WeightsMissing, match=r"weights are \(1, "):
        read_rescorer(tmp_path / "short")


def test_the_shipped_one_sees_edits_of_paintings() -> None:
    judge = open_tagger("rescorer", "onnxruntime")
    assert judge.tags == ("open_mouth", "short_hair", "closed_eyes")
    sitters = [sample(seed) for seed in range(40)]
    for column, edit in enumerate(judge.tags):
        pairs = [(each, made) for each in sitters if (made := edited(each, edit)) is not None][:12]
        before, after = (
            judge(np.stack([paint(each).image for each in side]))[:, column]
            for side in zip(*pairs, strict=True)
        )
        assert (after > 0.5).mean() > 0.8
        assert (after - before).mean() > 0.5
