"""Character files: there and back, and everything that is none."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import numpy as np
import pytest

from rosetail.characters.content import ModelId
from rosetail.characters.edits import Edit
from rosetail.characters.model import Character, check_model, read_character
from rosetail.characters.variations import mix
from rosetail.errors import InputError, OutputError, SettingsError

MODEL = ModelId("roses", "ab" * 32)
W = np.linspace(-1, 1, 12, dtype=np.float32)


def character(w: np.ndarray = W, name: str = "Aiko") -> Character:
    return Character(name, MODEL, w, np.full((128, 128, 3), (200, 80, 40), np.uint8))


def test_there_and_back(tmp_path: Path) -> None:
    again = read_character(character(name="Äi/ko\n").save(tmp_path / "a.json"))
    assert (again.name, again.model) == ("Äi/ko\n", MODEL)
    assert np.array_equal(again.w, W)
    assert again.picture is not None
    assert again.picture.shape == (96, 96, 3)
    assert np.abs(again.picture.astype(int) - (200, 80, 40)).max() < 8


def test_the_code_is_what_the_docs_say(tmp_path: Path) -> None:
    data = json.loads(character().save(tmp_path / "a.json").read_text("utf-8"))
    assert (data["format"], data["version"]) == ("rosetail character", 1)
    assert np.array_equal(np.frombuffer(base64.b64decode(data["w"]), "<f4"), W)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": "other"}, "not a character"),
        ({"version": 3}, "update Rosetail"),
        ({"version": "one"}, "version"),
        ({"w": "!!"}, "not a whole character"),
        ({"w": "AAA="}, "not a whole character"),
        ({"w": ""}, "empty"),
        ({"w": base64.b64encode(np.float32([np.nan]).tobytes()).decode()}, "not finite"),
        ({"model": None}, "not a whole character"),
        ({"thumbnail": "AAAA"}, "not a whole character"),
    ],
)
def test_damaged_files_are_named(tmp_path: Path, change: dict, said: str) -> None:
    path = character().save(tmp_path / "a.json")
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | change), "utf-8")
    with pytest.raises(InputError, match=rf"a\.json.*{said}"):
        read_character(path)


@pytest.mark.parametrize("content", [b"", b"[1]", b"\xff\xfe", b"{" * 9, b"x" * 1_000_001])
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "b.json"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"b\.json"):
        read_character(path)


def test_missing_and_unwritable(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="none"):
        read_character(tmp_path / "none.json")
    with pytest.raises(OutputError):
        character().save(tmp_path / "no" / "folder" / "a.json")


def test_a_mix_lies_on_the_line_between() -> None:
    other = character(W[::-1].copy(), "Ren")
    between = mix(character(), other, 5)
    assert np.array_equal(between[0].w, W)
    assert np.allclose(between[-1].w, W[::-1], atol=1e-6)
    assert np.allclose(between[1].w, 0.75 * W + 0.25 * W[::-1])
    assert between[1].name == "75 % Aiko, 25 % Ren"
    with pytest.raises(SettingsError, match="one model"):
        mix(character(), Character("X", ModelId("roses", "cd" * 32), W), 3)
    with pytest.raises(SettingsError, match="count"):
        mix(character(), other, 1)


def test_edits_fade_in_a_mix() -> None:
    move, other_move = np.ones(12, np.float32), np.full(12, 2, np.float32)
    one = Character("A", MODEL, W, None, (Edit("smile", 1.0, "joint", move),))
    other = Character(
        "B", MODEL, -W, None,
        (Edit("smile", 0.5, "svd", other_move), Edit("blush", 1.0, "joint", move)),
    )  # fmt: skip
    for part, each in zip((0, 0.25, 0.5, 0.75, 1), mix(one, other, 5), strict=True):
        assert np.allclose(each.code, (1 - part) * one.code + part * other.code, atol=1e-6)
        assert len({edit.name for edit in each.edits}) == len(each.edits)
    (smile,) = mix(one, other, 2)[0].edits
    assert smile[:3] == one.edits[0][:3]
    assert np.array_equal(smile.move, move)


@pytest.mark.parametrize(
    "change",
    [
        {"move": "AAAA"},
        {"groups": 5},
        {"strength": "much"},
        {"strength": float("nan")},
        {"name": 0},
    ],
)
def test_damaged_edits_are_refused(tmp_path: Path, change: dict) -> None:
    edit = Edit("smile", 1.0, "joint", np.ones((2, 12), np.float32))
    path = Character("A", MODEL, W, None, (edit,)).save(tmp_path / "a.json")
    data = json.loads(path.read_text("utf-8"))
    assert (data["version"], data["edits"][0]["groups"]) == (2, 2)
    if change == {"name": 0}:
        del data["edits"][0]["name"]
    else:
        data["edits"][0] |= change
    path.write_text(json.dumps(data), "utf-8")
    with pytest.raises(InputError, match=r"a\.json: not a whole character"):
        read_character(path)


def test_another_models_character_is_refused() -> None:
    check_model(character(), MODEL)
    with pytest.raises(SettingsError, match=r"Aiko.*cast anew"):
        check_model(character(), ModelId("roses", "cd" * 32))
