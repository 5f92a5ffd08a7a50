"""``rosetail edit`` and ``video --keyframes`` with a tiny model whose edits are random."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data

from rosetail import images, read_character
from rosetail.characters.network_model import NetworkModel


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "me.png"
    Image.fromarray(data.astronaut()).save(path)
    return path


@pytest.fixture(scope="module")
def roses(tiny_roses: Path) -> NetworkModel:
    return NetworkModel(tiny_roses)


@pytest.fixture
def aiko(roses: NetworkModel, tmp_path: Path) -> Path:
    who = roses.character(roses.random_w(1, seed=2)[0], "Aiko")
    return who.save(tmp_path / "aiko.json")


def test_set_draw_list_and_unset(
    rosetail, roses: NetworkModel, aiko: Path, photo: Path, tiny_roses: Path, tmp_path: Path
) -> None:
    before = read_character(aiko)
    out = tmp_path / "out.png"
    ran = rosetail(
        "edit", photo, "--character", aiko, "--set", "long_hair=1", "--set", "hair=blue",
        "-o", out, "--frame", "face", "--model", tiny_roses, "--list",
    )  # fmt: skip
    assert ran.status == 0, ran.err
    assert "long_hair 1 (learned)\nblue_hair 1 (learned)" in ran.out
    kept = read_character(aiko)
    assert [each.name for each in kept.edits] == ["long_hair", "blue_hair"]
    assert np.array_equal(kept.w, before.w)
    assert kept.picture is not None
    drawn = roses.decode(roses.encode(photo), kept.code)[0]
    assert np.array_equal(images.read(out), drawn)

    ran = rosetail("edit", "--character", aiko, "--unset", "long_hair", "--list")
    assert ran.status == 0, ran.err
    assert "long_hair" not in ran.out
    assert [each.name for each in read_character(aiko).edits] == ["blue_hair"]
    ran = rosetail("edit", "--character", aiko, "--unset", "smile")
    assert ran.status == 2
    assert "blue_hair" in ran.err


def test_save_leaves_the_file_alone(rosetail, aiko: Path, tiny_roses: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    before = aiko.read_bytes()
    ran = rosetail(
        "edit", "--character", aiko, "--set", "open_mouth=0.5", "--save", other,
        "--model", tiny_roses, "--method", "learned",
    )  # fmt: skip
    assert ran.status == 0, ran.err
    assert aiko.read_bytes() == before
    assert read_character(other).edits[0][:3] == ("open_mouth", 0.5, "learned")


def test_a_sweep_is_a_strip(
    rosetail, aiko: Path, photo: Path, tiny_roses: Path, tmp_path: Path
) -> None:
    before, out = aiko.read_bytes(), tmp_path / "sweep.png"
    ran = rosetail(
        "edit", photo, "--character", aiko, "--sweep", "open_mouth", "-3..3", "--steps", 5,
        "-o", out, "--model", tiny_roses,
    )  # fmt: skip
    assert ran.status == 0, ran.err
    strip = images.read(out)
    assert strip.shape[1] == 5 * 36 + 4
    heads = [strip[4:36, 4 + 36 * i : 36 + 36 * i] for i in range(5)]
    steps = [np.abs(one.astype(int) - heads[2]).mean() for one in heads]
    assert steps[2] == 0
    assert min(steps[0], steps[4]) > max(steps[1], steps[3]) > 0
    assert aiko.read_bytes() == before


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--set", "long_hair"], "write long_hair=1"),
        (["--set", "tall=1"], "no direction is called 'tall'"),
        (["--set", "hair=beige"], "hair=beige"),
        (["--set", "long_hair=1", "--method", "joint"], "method 'joint'"),
        (["--sweep", "long_hair", "3"], "drawn on a photo"),
        (["-o", "x.png"], "both or neither"),
    ],
)
def test_refusals(rosetail, aiko: Path, tiny_roses: Path, options: list[str], said: str) -> None:
    before = aiko.read_bytes()
    ran = rosetail("edit", "--character", aiko, "--model", tiny_roses, *options)
    assert (ran.status, aiko.read_bytes()) == (2, before)
    assert said in ran.err


def test_keyframes_through_a_clip(
    rosetail, aiko: Path, tiny_roses: Path, negative: Path, short_clip: Path, tmp_path: Path
) -> None:
    import av

    shutil.copy(short_clip, tmp_path / "clip.mp4")
    keys = tmp_path / "k.toml"
    keys.write_text(
        "[[keyframe]]\ntime = 0\nedits = { open_mouth = 0 }\n"
        "[[keyframe]]\ntime = 0.5\nedits = { open_mouth = 4 }\n"
    )
    frames = {}
    for name, more in (("plain", ["--no-bake"]), ("directed", ["--keyframes", keys])):
        out = tmp_path / f"{name}.mp4"
        ran = rosetail(
            "video", tmp_path / "clip.mp4", "-o", out, "-s", negative, "--character", aiko,
            "--model", tiny_roses, *more,
        )  # fmt: skip
        assert ran.status == 0, ran.err
        with av.open(str(out)) as file:
            frames[name] = [f.to_ndarray(format="rgb24") for f in file.decode(video=0)]
    apart = [
        np.abs(one.astype(int) - other).mean()
        for one, other in zip(frames["plain"], frames["directed"], strict=True)
    ]
    assert apart[0] < 0.05
    assert apart[-1] > 5 * max(apart[0], 0.05)
    ran = rosetail("video", tmp_path / "clip.mp4", "-o", tmp_path / "x.mp4", "--keyframes", keys)
    assert ran.status == 2
    assert "--character" in ran.err


def test_directions_list(rosetail, tiny_roses: Path) -> None:
    ran = rosetail("directions", "list", "--model", tiny_roses)
    assert ran.status == 0, ran.err
    assert "learned  long_hair" in ran.out
