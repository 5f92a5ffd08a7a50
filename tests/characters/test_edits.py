"""Edits as arithmetic, their file, and keyframes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from rosetail.characters import edits as edit
from rosetail.characters import keyframes
from rosetail.characters.directions_file import Direction, Directions, read_directions
from rosetail.characters.tag_families import may_change_with, one_of, opposites, region
from rosetail.errors import InputError, SettingsError

D, G = 6, 3
AXES = np.eye(D, dtype=np.float32)
GROUPED = np.zeros((G, D), np.float32)
GROUPED[1, 5] = 1


def directions() -> Directions:
    linear = {
        tag: Direction(tag, AXES[row], support=10 + row, score=0.9)
        for row, tag in enumerate(["long_hair", "short_hair", "blue_hair", "red_hair", "wide-eyed"])
    }
    svd = {tag: Direction(tag, each.vector) for tag, each in linear.items()}
    joint = {
        "long_hair": Direction("long_hair", AXES[0], scale=7.0, reach=0.9),
        "blush": Direction("blush", GROUPED, scale=2.0),
    }
    return Directions(
        "tiny", "ab" * 32, ("1/4", "1/2", "1/1"), {"linear": linear, "svd": svd, "joint": joint}
    )


def test_there_and_back_and_the_same_bytes(tmp_path: Path) -> None:
    path = directions().save(tmp_path / "d.safetensors")
    again = read_directions(path)
    assert (again.name, again.digest, again.groups) == ("tiny", "ab" * 32, ("1/4", "1/2", "1/1"))
    assert again.methods == ["joint", "linear", "svd"]
    for tag, method in (("blush", "joint"), ("long_hair", "joint"), ("long_hair", "linear")):
        wanted, given = directions().move(tag, method)[2], again.move(tag, method)[2]
        assert np.allclose(np.broadcast_to(wanted, given.shape), given)
    told = again.by_method["linear"]["long_hair"]
    assert (told.support, told.score, told.scale) == (10, 0.9, 0)
    assert again.save(tmp_path / "e.safetensors").read_bytes() == path.read_bytes()


def test_pairs_are_opposed_with_the_thesis_coefficients() -> None:
    told = directions()
    assert np.allclose(told.move("long_hair", "linear")[2], 15 * AXES[0] - 5 * AXES[1])
    assert np.allclose(told.move("short_hair", "svd")[2], 10 * AXES[1] - 5 * AXES[0])
    assert np.allclose(told.move("wide_eyed", "linear")[2], 15 * AXES[4])  # no contrary known
    assert np.allclose(told.move("blue_hair", "linear")[2], 15 * AXES[2] - 5 * AXES[3])
    tag, method, move = told.move("long_hair")
    assert (tag, method) == ("long_hair", "joint")
    assert np.allclose(move, 7 * AXES[0])
    assert told.move("red_hair")[1] == "linear"  # the best that knows it


def test_edits_add_up_and_leave_no_trace() -> None:
    told, w = directions(), np.linspace(-1, 1, D, dtype=np.float32)
    edits = edit.update_edits((), {"long_hair": 0.5, "blush": 1}, told)
    assert [each.name for each in edits] == ["long_hair", "blush"]
    code = edit.apply_edits(w, edits)
    assert code.shape == (G, D)
    assert np.allclose(code, w + 0.5 * 7 * AXES[0] + 2 * GROUPED)
    assert np.array_equal(
        edit.apply_edits(w, edit.remove_edit(edit.remove_edit(edits, "blush"), "long_hair")), w
    )
    again = edit.update_edits(edits, {"long_hair": -1}, told)
    assert [(each.name, each.strength) for each in again] == [("long_hair", -1), ("blush", 1)]
    assert [each.name for each in edit.update_edits(edits, {"long_hair": 0}, told)] == ["blush"]


def test_colours_by_name_replace_each_other() -> None:
    told = directions()
    red = edit.update_edits((), {"hair": "red", "long_hair": 1}, told)
    blue = edit.update_edits(red, {"hair": "blue"}, told)
    assert [each.name for each in red] == ["red_hair", "long_hair"]
    assert [each.name for each in blue] == ["long_hair", "blue_hair"]
    both = edit.update_edits(red, {"blue_hair": 0.5}, told)
    assert {each.name for each in both} == {"red_hair", "long_hair", "blue_hair"}


def test_batches_of_mixed_codes() -> None:
    flat, grouped = AXES[0], AXES[1] + GROUPED
    assert edit.stack_codes([flat, flat]).shape == (2, D)
    both = edit.stack_codes([flat, grouped])
    assert both.shape == (2, G, D)
    assert np.allclose(both[0], flat)


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ({"long_hair": float("nan")}, "strength"),
        ({"long_hair": 6}, "strength"),
        ({"hair": "beige"}, "one of"),
        ({"mouth": "red"}, "number"),
        ({"lang_hair": 1}, "did you mean 'long_hair'"),
    ],
)
def test_wishes_that_cannot_be(wishes: dict, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        edit.update_edits((), wishes, directions())


def test_other_refusals(tmp_path: Path) -> None:
    for text in ("long_hair", "=1", "hair="):
        with pytest.raises(SettingsError, match="is not an edit"):
            edit.parse_edit(text)
    assert edit.parse_edit("eyes=green") == ("eyes", "green")
    with pytest.raises(SettingsError, match="method"):
        directions().get("long_hair", "magic")
    with pytest.raises(SettingsError, match="no edit is called"):
        edit.remove_edit((), "smile")
    with pytest.raises(InputError, match="no such file"):
        read_directions(tmp_path / "none.safetensors")
    junk = tmp_path / "junk.safetensors"
    junk.write_bytes(b"\x01" * 40)
    with pytest.raises(InputError, match="not a directions file"):
        read_directions(junk)


def test_families() -> None:
    assert opposites("open_mouth") == {"closed_mouth"}
    assert "red_hair" in opposites("blue_hair")
    assert "red_eyes" not in opposites("blue_hair")
    assert one_of("1girl") == {"1girl", "1boy"}
    assert {"blue_eyes", "wide-eyed"} <= may_change_with("closed_eyes")
    assert {"twintails", "bob_cut"} <= one_of("long_hair")
    assert one_of("kimono") & {"hoodie", "suit", "long_hair"} == {"hoodie", "suit"}
    places = ["open_mouth", "blue_eyes", "glasses", "long_hair", "blunt_bangs", "blush", "sky"]
    assert [region(tag) for tag in places] == [
        *("mouth", "eyes", "eyes", "hair", "hair", "cheeks", "ground"),
    ]


def test_one_of_a_choice_is_drawn() -> None:
    """A rule draws one hairdo: a later wish takes the earlier one away. A network goes some of the
    way to each."""
    tags = ("long_hair", "bob_cut", "kimono", "blush", "blue_hair", "red_hair")
    found = {tag: Direction(tag, np.eye(8, dtype=np.float32)[i], scale=1.0)
             for i, tag in enumerate(tags)}  # fmt: skip
    wishes = [{"long_hair": 1.0, "blush": 1.0}, {"kimono": 1.0, "blue_hair": 1.0},
              {"bob_cut": 1.0}, {"red_hair": 0.5}]  # fmt: skip
    for method, wanted in (
        ("painted", {"blush", "kimono", "bob_cut", "red_hair"}), ("learned", set(tags)),
    ):  # fmt: skip
        known = Directions("m", "d", ("all",), {method: found})
        edits: tuple[edit.Edit, ...] = ()
        for wish in wishes:
            edits = edit.update_edits(edits, wish, known)
        assert {each.name for each in edits} == wanted
    away = edit.update_edits(
        edits, {"bob_cut": -1.0}, Directions("m", "d", ("all",), {"painted": found})
    )
    assert "long_hair" in {each.name for each in away}


TOML = """
[[keyframe]]
time = 2.0
easing = "linear"
edits = { long_hair = 1, hair = "blue" }
[[keyframe]]
time = 1.0
edits = { long_hair = 0, hair = "red" }
[[keyframe]]
time = 3.0
easing = "hold"
edits = { long_hair = -1 }
"""


def test_keyframes_move_strengths(tmp_path: Path) -> None:
    path = tmp_path / "k.toml"
    path.write_text(TOML)
    lines = keyframes.edit_curves(keyframes.read_keyframes(path), directions())
    hair = lines["long_hair"]
    at = [hair.strength(t) for t in (0.0, 1.0, 1.5, 2.0, 2.9, 3.0, 9.0)]
    assert at == pytest.approx([0, 0, 0.5, 1, 1, -1, -1])
    assert [lines["blue_hair"].strength(t) for t in (0, 1.5, 5)] == pytest.approx([0, 0.5, 1])
    assert [lines["red_hair"].strength(t) for t in (0, 1.5, 5)] == pytest.approx([1, 0.5, 0])
    code = keyframes.apply_curves(np.zeros(D, np.float32), lines, 1.5)
    wanted = 0.5 * sum(directions().move(tag)[2] for tag in ("long_hair", "blue_hair", "red_hair"))
    assert np.allclose(code, wanted)
    same = tmp_path / "k.json"
    same.write_text(json.dumps({"keyframe": [{"time": 0, "edits": {"blush": 1}}]}))
    assert (
        keyframes.edit_curves(keyframes.read_keyframes(same), directions())["blush"].strength(4)
        == 1
    )


@pytest.mark.parametrize("easing", keyframes.EASINGS)
def test_easings_go_from_start_to_end(easing: str) -> None:
    values = [keyframes.ease(part, easing) for part in np.linspace(0, 1, 11)]
    assert (values[0], values[-1]) == (0, 1)
    assert (np.diff(values) >= 0).all()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has no"),
        ("keyframe = 3", "has no"),
        ("[[keyframe]]\nedits = {}", "'time' is missing"),
        ("[[keyframe]]\ntime = -1\nedits = {}", "0 or more"),
        ("[[keyframe]]\ntime = 1\neasing = 'soft'\nedits = {}", "easing"),
        ("[[keyframe]]\ntime = 1\nedit = {}", "no 'edit'"),
        ("[[keyframe]]\ntime = 1\nedits = { hair = 'mauve' }", "hair=mauve"),
        ("[[[", "not a keyframe file"),
    ],
)
def test_keyframe_files_that_are_none(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "k.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=rf"k\.toml.*{said}"):
        keyframes.read_keyframes(path)
