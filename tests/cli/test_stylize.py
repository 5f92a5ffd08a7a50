"""``rosetail stylize``: what comes out, what is refused, and with which status."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from rosetail import images

Program = Callable[..., object]
LIGHT, DARK = (200, 180, 160), (55, 75, 95)  # each other's negative


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    Image.new("RGB", (50, 40), LIGHT).save(tmp_path / "me.png")
    return tmp_path / "me.png"


def colour(path: Path) -> tuple[int, ...]:
    """The one colour of a flat picture."""
    pixels = images.read(path).reshape(-1, 3)
    assert (pixels.max(axis=0) - pixels.min(axis=0)).max() <= 1, "the picture is not flat"
    return tuple(int(level) for level in np.median(pixels, axis=0))


def near(path: Path, wanted: tuple[int, ...], within: int = 1) -> bool:
    return max(abs(a - b) for a, b in zip(colour(path), wanted, strict=True)) <= within


def test_one_photo_to_one_file(rosetail, negative: Path, photo: Path, tmp_path: Path) -> None:
    target = tmp_path / "anime.png"
    ran = rosetail("stylize", photo, "-o", target, "--style", negative)
    assert (ran.status, ran.out.strip(), ran.err) == (0, str(target), "")
    assert images.read(target).shape == (40, 50, 3)
    assert near(target, DARK)


@pytest.mark.parametrize("backend", ["openvino", "onnxruntime"])
def test_strength_blends_on_every_engine(
    rosetail, negative: Path, photo: Path, tmp_path: Path, backend: str
) -> None:
    for strength, wanted in ((0.0, LIGHT), (0.5, (128, 128, 128)), (1.0, DARK)):
        target = tmp_path / f"{strength}.png"
        ran = rosetail(
            "stylize", photo, "-o", target, "-s", negative,
            "--strength", strength, "--backend", backend,
        )  # fmt: skip
        assert ran.status == 0, ran.err
        assert near(target, wanted)


def test_detail_keeps_the_size_and_refuses_nonsense(
    rosetail, negative: Path, photo: Path, tmp_path: Path
) -> None:
    target = tmp_path / "anime.png"
    ran = rosetail("stylize", photo, "-o", target, "-s", negative, "--detail", "0.5")
    assert ran.status == 0, ran.err
    assert images.read(target).shape == (40, 50, 3)
    assert near(target, DARK)
    for wrong in ("much", "0", "nan", "5"):
        ran = rosetail("stylize", photo, "-o", target, "-s", negative, "--detail", wrong)
        assert ran.status == 2
        assert "auto or a number" in ran.err


def test_compare_shows_both(rosetail, negative: Path, photo: Path, tmp_path: Path) -> None:
    target = tmp_path / "both.png"
    assert rosetail("stylize", photo, "-o", target, "-s", negative, "--compare").status == 0
    both = images.read(target)
    assert both.shape == (40, 100, 3)
    assert np.abs(both[20, 10].astype(int) - LIGHT).max() <= 1
    assert np.abs(both[20, 90].astype(int) - DARK).max() <= 1


def test_transparency_is_kept(rosetail, negative: Path, tmp_path: Path) -> None:
    cut_out = Image.new("RGBA", (40, 40), (*LIGHT, 255))
    cut_out.paste((0, 0, 0, 0), (0, 0, 20, 40))
    cut_out.save(tmp_path / "cut-out.png")
    target = tmp_path / "anime.png"
    assert rosetail("stylize", tmp_path / "cut-out.png", "-o", target, "-s", negative).status == 0
    _, alpha = images.read_rgba(target)
    assert alpha is not None
    assert (alpha[:, :20] == 0).all()
    assert (alpha[:, 20:] == 255).all()


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (7, 5), (33, 64)])
def test_any_size_comes_back_in_that_size(
    rosetail, negative: Path, tmp_path: Path, size: tuple[int, int]
) -> None:
    Image.new("RGB", size, LIGHT).save(tmp_path / "in.png")
    ran = rosetail("stylize", tmp_path / "in.png", "-o", tmp_path / "out.png", "-s", negative)
    assert ran.status == 0, ran.err
    with Image.open(tmp_path / "out.png") as made:
        assert made.size == size
    assert near(tmp_path / "out.png", DARK)


def test_a_folder_keeps_its_layout(rosetail, negative: Path, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    for name in ("a.jpg", "sub/b.webp", "sub/a.jpg"):
        (photos / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (24, 24), LIGHT).save(photos / name)
    frames = [Image.new("RGB", (24, 24), LIGHT), Image.new("RGB", (24, 24), "red")]
    frames[0].save(photos / "moving.gif", save_all=True, append_images=frames[1:])
    out = photos / "anime"  # inside the source: a second run must not draw the drawings
    for again in ((), ("--again",)):
        ran = rosetail("stylize", photos, "-o", out, "-s", negative, *again)
        assert (ran.status, ran.err) == (0, "")
        assert "4 pictures" in ran.out
        made = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())
        assert made == ["a.jpg", "moving.gif", "sub/a.jpg", "sub/b.webp"]
    with Image.open(out / "moving.gif") as moving:
        assert moving.n_frames == 2


def test_a_folder_goes_on_where_it_stopped(rosetail, negative: Path, tmp_path: Path) -> None:
    """What is drawn is kept; what is new, changed, renamed or removed since is drawn."""
    photos, out = tmp_path / "photos", tmp_path / "out"
    photos.mkdir()
    for name in "abcd":
        Image.new("RGB", (24, 24), LIGHT).save(photos / f"{name}.png")
    draw = ("stylize", photos, "-o", out, "-s", negative)
    assert rosetail(*draw).status == 0
    kept = (out / "a.png").stat().st_mtime_ns
    Image.new("RGB", (24, 24), "white").save(photos / "b.png")  # changed
    Image.new("RGB", (24, 24), "red").save(photos / "e.png")  # new
    (photos / "c.png").unlink()
    (photos / "d.png").rename(photos / "c.png")  # another picture of that name
    (out / "d.png").unlink()
    ran = rosetail(*draw)
    assert ran.status == 0
    assert "3 pictures in" in ran.out
    assert ran.err == "rosetail: 1 pictures were drawn before; --again draws them anew\n"
    assert (out / "a.png").stat().st_mtime_ns == kept
    assert near(out / "b.png", (0, 0, 0))
    assert near(out / "e.png", (0, 255, 255))
    ran = rosetail(*draw)
    assert (ran.status, ran.out) == (0, "")
    assert "4 pictures were drawn before" in ran.err
    (photos / "bad.png").write_text("no picture")
    assert rosetail(*draw).status == 1, "some are done, one cannot be"
    assert "4 pictures in" in rosetail(*draw, "--again").out


def test_inputs_of_one_name_do_not_overwrite_each_other(
    rosetail, negative: Path, tmp_path: Path
) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        Image.new("RGB", (24, 24), LIGHT).save(tmp_path / folder / "me.png")
    inputs = [tmp_path / "one/me.png", tmp_path / "two/me.png"]
    assert rosetail("stylize", *inputs, "-o", tmp_path / "out", "-s", negative).status == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["me-2.png", "me.png"]


def test_bad_files_do_not_stop_the_others(
    rosetail, negative: Path, photo: Path, tmp_path: Path
) -> None:
    (tmp_path / "text.jpg").write_text("no picture")
    (tmp_path / "empty.png").touch()
    missing = tmp_path / "gone.png"
    inputs = [tmp_path / "text.jpg", photo, missing, tmp_path / "empty.png"]
    ran = rosetail("stylize", *inputs, "-o", tmp_path / "out", "-s", negative)
    assert ran.status == 1
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["me.png"]
    lines = ran.err.splitlines()
    assert lines[0] == "rosetail: 3 of 4 inputs failed:"
    for path, cause in ((inputs[0], "found text"), (missing, "no such"), (inputs[3], "empty")):
        assert any(f"rosetail: {path}: " in line and cause in line for line in lines)


def test_nothing_done_of_many_is_status_2(rosetail, negative: Path, tmp_path: Path) -> None:
    gone = [tmp_path / "a.png", tmp_path / "b.png"]
    ran = rosetail("stylize", *gone, "-o", tmp_path / "out", "-s", negative)
    assert ran.status == 2
    assert len(ran.err.splitlines()) == 3


def huge_png(path: Path, side: int) -> None:
    """A valid PNG of ``side`` squared grey pixels: some kilobytes that unpack to gigabytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    rows = zlib.compressobj()
    data = b"".join(rows.compress(bytes(side + 1)) for _ in range(200)) + rows.flush()
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


def make_bad(path: Path) -> None:
    """Write the bad file that the name asks for."""
    if path.name == "text.jpg":
        path.write_text("I am a text file named .jpg\n")
    elif path.name == "cut.jpg":
        Image.effect_noise((200, 200), 80).save(path)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    elif path.name == "empty.jpg":
        path.touch()
    elif path.name == "huge.png":
        huge_png(path, 20_000)
    elif path.name == "folder":
        path.mkdir()


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("missing.jpg", "no such file"),
        ("text.jpg", "not a picture (found text)"),
        ("cut.jpg", "truncated"),
        ("empty.jpg", "empty file"),
        ("huge.png", "over the limit"),
        ("folder", "holds no pictures"),
    ],
)
def test_a_single_bad_input_is_one_line_and_status_2(
    rosetail, negative: Path, tmp_path: Path, name: str, cause: str
) -> None:
    bad, out = tmp_path / name, tmp_path / "out"
    make_bad(bad)
    target = out if name == "folder" else tmp_path / "anime.png"
    ran = rosetail("stylize", bad, "-o", target, "-s", negative)
    assert ran.status == 2
    assert len(ran.err.splitlines()) == 1
    assert ran.err.startswith(f"rosetail: {bad}: ")
    assert cause in ran.err
    assert ran.out == ""
    assert not (tmp_path / "anime.png").exists()
    assert not list(tmp_path.glob(".*")), "no half-written file stays"


def test_unusable_outputs_are_refused_before_work(
    rosetail, negative: Path, photo: Path, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    before = photo.read_bytes()
    cases = {
        tmp_path / "gone" / "a.png": "does not exist",
        tmp_path / "a.xyz": "cannot write '.xyz'",
        tmp_path / "taken" / "a.png": "does not exist",
        tmp_path / "taken": "choose another folder",
        photo: "would overwrite an input",
        tmp_path: "would overwrite an input",
    }
    for target, cause in cases.items():
        ran = rosetail("stylize", photo, "-o", target, "-s", negative)
        assert ran.status == 2, target
        assert len(ran.err.splitlines()) == 1
        assert str(target) in ran.err
        assert cause in ran.err
    ran = rosetail("stylize", photo, photo, "-o", tmp_path / "one.png", "-s", negative)
    assert (ran.status, "cannot go into one file" in ran.err) == (2, True)
    assert photo.read_bytes() == before


def test_unknown_looks_and_engines(rosetail, negative: Path, photo: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    cases: dict[str, tuple[object, ...]] = {
        "no style is called 'cartoon'": ("--style", "cartoon"),
        "no such file": ("--style", tmp_path / "gone.onnx"),
        "no backend is called 'abacus'": ("--style", negative, "--backend", "abacus"),
    }
    for cause, options in cases.items():
        ran = rosetail("stylize", photo, "-o", out / "a.png" if out.exists() else out, *options)
        assert ran.status == 2
        assert cause in ran.err
        assert "; " in ran.err
        assert len(ran.err.splitlines()) == 1


def test_damaged_weights_are_refused(rosetail, photo: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.onnx"
    damaged.write_bytes(b"\x08\x09 no model")
    ran = rosetail("stylize", photo, "-o", tmp_path / "a.png", "-s", damaged)
    assert ran.status == 2
    assert f"rosetail: {damaged}: not a whole ONNX model" in ran.err


def test_no_face_where_one_is_needed(rosetail, negative: Path, photo: Path, tmp_path: Path) -> None:
    ran = rosetail("stylize", photo, "-o", tmp_path / "a.png", "-s", negative, "--faces-only")
    assert ran.status == 2
    assert ran.err.startswith(f"rosetail: {photo}: no face found")


@pytest.mark.parametrize("option", [("--strength", "2"), ("--anime", "-1"), ("--colour", "1")])
def test_wrong_options_are_status_2(
    rosetail, negative: Path, photo: Path, tmp_path: Path, option: tuple[str, str]
) -> None:
    ran = rosetail("stylize", photo, "-o", tmp_path / "a.png", "-s", negative, *option)
    assert ran.status == 2
    assert option[0] in ran.err


def test_best_quality_draws_by_rule(rosetail, photo: Path, tmp_path: Path) -> None:
    target = tmp_path / "ink.png"
    ran = rosetail("stylize", photo, "-o", target, "--quality", "best", "--style", "ink")
    assert (ran.status, ran.out.strip(), ran.err) == (0, str(target), "")
    assert np.ptp(images.read(target), axis=-1).max() <= 1  # grey
    for wrong, message in (
        (("--style", "soft"), "choose one of: anime, cel, ink"),
        (("--backend", "openvino"), "--backend has no effect with --quality best"),
        (("--cluster", "auto"), "--cluster has no effect with --quality best"),
    ):
        ran = rosetail("stylize", photo, "-o", tmp_path / "no.png", "--quality", "best", *wrong)
        assert ran.status == 2
        assert message in ran.err
    ran = rosetail("stylize", photo, "-o", tmp_path / "no.png", "--style", "anime")
    assert ran.status == 2
    assert "add --quality best" in ran.err
