"""Public bug reports of programs like this one, as small inputs: nothing is dropped in silence."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from rosetail import images
from rosetail.errors import InputError
from tests.fixtures.program import Ran

Rosetail = Callable[..., Ran]
SIDE = 64


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    images.save(rng.integers(0, 256, (SIDE, SIDE, 3), np.uint8), tmp_path / "photo.png")
    return tmp_path / "photo.png"


def test_a_folder_with_more_than_pictures(
    rosetail: Rosetail, tmp_path: Path, photo: Path, negative: Path
) -> None:
    """AVIF is read; links, hidden and other pictures are named, with status 1."""
    album, more = tmp_path / "album", tmp_path / "more"
    album.mkdir()
    more.mkdir()
    shown = Image.open(photo)
    shown.save(album / "IMG_1.JPG")
    shown.save(album / "IMG_2.avif")
    shown.save(more / "IMG_5.JPG")
    (album / "raw.CR2").write_bytes(b"raw")
    (album / "IMG_3.HEIC").write_bytes(b"\0\0\0\x18ftypheic" + bytes(40))
    (album / ".IMG_4.jpg").write_bytes((album / "IMG_1.JPG").read_bytes())
    (album / "notes.txt").write_text("no picture")
    (album / "linked").symlink_to(more, target_is_directory=True)
    ran = rosetail("stylize", album, "-o", tmp_path / "out", "--style", negative)
    assert ran.status == 1
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["IMG_1.JPG", "IMG_2.png"]
    assert "4 of 6 inputs failed" in ran.err
    for name in ("raw.CR2", "IMG_3.HEIC", ".IMG_4.jpg", "linked"):
        assert f"rosetail: {album / name}: " in ran.err
    assert "notes.txt" not in ran.err


def test_animated_stills(rosetail: Rosetail, tmp_path: Path, photo: Path, negative: Path) -> None:
    """They stay animated where the file can, else a note says that the first frame was drawn."""
    first = Image.open(photo)
    rest = [Image.fromarray(np.roll(np.asarray(first), 8 * n, 1)) for n in range(1, 4)]
    for suffix in ("gif", "webp", "png"):
        path, target = tmp_path / f"anim.{suffix}", tmp_path / f"o.{suffix}"
        first.save(path, save_all=True, append_images=rest, duration=80)
        ran = rosetail("stylize", path, "-o", target, "--style", negative, "--compare")
        assert (ran.status, ran.err) == (0, "")
        with Image.open(target) as made:
            assert (made.n_frames, made.size) == (4, (2 * SIDE, SIDE))
        ran = rosetail("stylize", path, "-o", tmp_path / "o.jpg", "--style", negative)
        note = f"rosetail: {path}: is animated; its first frame was drawn\n"
        assert (ran.status, ran.err) == (0, note)
        assert rosetail("video", path, "-o", tmp_path / "o.mp4", "--style", negative).status == 0


def test_damage_in_a_clip_is_status_1(
    rosetail: Rosetail, tmp_path: Path, make_clip: Callable[..., Path], negative: Path
) -> None:
    clip = make_clip(frames=20, sound=None)
    with av.open(str(clip)) as file:
        place = [packet.pos for packet in file.demux(video=0) if packet.size][9]
    data = bytearray(clip.read_bytes())
    for at in range(place, place + 8):
        data[at] ^= 0x5A
    clip.write_bytes(data)
    ran = rosetail("video", clip, "-o", tmp_path / "o.mp4", "--style", negative)
    assert (ran.status, ran.out) == (1, f"{tmp_path / 'o.mp4'}\n")
    assert ran.err == (
        f"rosetail: {clip}: is damaged; packets left out: 1 of pictures, 0 of sound\n"
    )


def test_names_as_long_as_the_system_allows(
    rosetail: Rosetail, tmp_path: Path, photo: Path, negative: Path
) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    for stem in ("x" * 251, "日" * 83):
        (folder / f"{stem}.png").write_bytes(photo.read_bytes())
    ran = rosetail("stylize", folder, "-o", out, "--style", negative)
    assert (ran.status, ran.err) == (0, "")
    assert sorted(path.name for path in out.iterdir()) == sorted(
        path.name for path in folder.iterdir()
    )


def test_an_empty_argument_is_no_path(rosetail: Rosetail, photo: Path) -> None:
    for arguments in (("", "-o", "out"), (photo, "-o", "")):
        ran = rosetail("stylize", *arguments)
        assert ran.status == 2
        assert "an argument is empty" in ran.err


def test_options_without_effect_are_refused(rosetail: Rosetail, tmp_path: Path) -> None:
    for given, named in (
        (("--character", "a.json", "--compare"), "--compare"),
        (("--character", "a.json", "--anime", "0.5"), "--anime"),
        (("--character", "a.json", "--strength", "0.5"), "--strength"),
        (("--character", "a.json", "--detail", "2"), "--detail"),
        (("--mode", "blend"), "--mode blend"),
        (("--method", "joint"), "--method"),
        (("--character", "a.json", "--method", "joint"), "--method"),
        (("--character", "a.json", "--seed", "4"), "--seed"),
        (("--character", "a.json", "--figure", "--style", "soft"), "--style"),
    ):
        ran = rosetail("video", "clip.mp4", "-o", tmp_path / "o.mp4", *given)
        assert ran.status == 2
        assert ran.err.startswith(f"rosetail: {named} has no effect with")
    apply = ("apply", "me.jpg", "-o", "o.png", "--character", "a.json", "--frame", "face")
    edit = ("edit", "--character", "a.json")
    for command, given in (
        (apply, ("--style", "soft")),
        (edit, ("--method", "joint")),
        (edit, ("--steps", "3")),
        (edit, ("--frame", "face")),
        (("stylize", "me.jpg", "-o", "out", "--cluster", "auto"), ("--again",)),
    ):
        ran = rosetail(*command, *given)
        assert ran.status == 2
        assert ran.err.startswith(f"rosetail: {given[0]} has no effect with")


PROGRAM = f"{sys.executable} -c 'from rosetail.cli import run; run()'"


def test_pipes(photo: Path, negative: Path, tmp_path: Path) -> None:
    """``-`` is standard input and output; pipes by other names are refused, nothing is made."""
    command = [sys.executable, "-c", "from rosetail.cli import run; run()"]
    command += ["stylize", "-", "-o", "-", "--style", str(negative), "--detail", "1"]
    done = subprocess.run(command, input=photo.read_bytes(), capture_output=True, check=True)
    drawn = np.asarray(Image.open(io.BytesIO(done.stdout)))
    np.testing.assert_array_equal(drawn, 255 - images.read(photo))
    assert done.stderr == b""
    for script, cause in (
        (f"{PROGRAM} stylize <(cat {photo}) -o {tmp_path}/o.png", "not a regular file; give a"),
        (f"{PROGRAM} video <(cat {photo}) -o {tmp_path}/o.mp4", "not a regular file; give a file"),
        (f"cat {photo} | {PROGRAM} stylize /dev/stdin -o {tmp_path}/o.png", "or - for standard"),
        (f"{PROGRAM} stylize {photo} -o /dev/stdout | cat", "/dev/stdout: is not a regular file"),
    ):
        done = subprocess.run(["bash", "-c", f"set -o pipefail; {script}"], capture_output=True)
        assert (done.returncode, done.stdout) == (2, b"")
        (line,) = done.stderr.decode().splitlines()
        assert cause in line
    assert not list(tmp_path.glob("o.*"))


def test_dash_is_no_file(rosetail: Rosetail, tmp_path: Path, photo: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    for arguments in (
        ("cast", photo, "-o", "-"),
        ("faces", photo, "-o", "-"),
        ("data", "prepare", tmp_path, "-"),
    ):
        ran = rosetail(*arguments)
        assert (ran.status, ran.out) == (2, "")
        assert ran.err.startswith("rosetail: -: ")
    assert [path.name for path in tmp_path.iterdir()] == ["photo.png"]


def test_trouble_with_standard_output(tmp_path: Path, photo: Path, negative: Path) -> None:
    """A console without the letters of a name, a full disk behind it, and a reader that left."""
    target = tmp_path / "日本.png"
    drawing = f"{PROGRAM} stylize {photo} -o {target} --style {negative} --detail 1"
    for script, status in (
        (f"PYTHONIOENCODING=cp1252 {drawing} > {tmp_path}/log.txt", 0),
        (f"{drawing} > /dev/full", 2),
        (f"set -o pipefail; {drawing} | true", 141),
    ):
        target.unlink(missing_ok=True)
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
        assert done.returncode == status, done.stderr
        assert "fault of the program" not in done.stderr
        assert target.exists()
    assert (tmp_path / "log.txt").read_text() == f"{tmp_path}/\\u65e5\\u672c.png\n"


def linear_grey() -> bytes:
    """An ICC profile (version 2) of grey in linear light, called sRGB."""
    name = b"sRGB\0"
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + bytes(81),
        b"wtpt": b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061),  # D50
        b"kTRC": b"curv\0\0\0\0" + bytes(4),
        b"cprt": b"text\0\0\0\0CC0\0",
    }
    table, body = b"", b""
    for tag, data in tags.items():
        data += bytes(-len(data) % 4)
        table += struct.pack(">4sII", tag, 132 + 12 * len(tags) + len(body), len(data))
        body += data
    head = struct.pack(">I4xI", 132 + len(table) + len(body), 0x02100000) + b"mntrGRAYXYZ "
    head += struct.pack(">6H", 2020, 1, 1, 0, 0, 0) + b"acsp"
    head += bytes(68 - len(head)) + struct.pack(">3i", 63190, 65536, 54061)
    return head + bytes(128 - len(head)) + struct.pack(">I", len(tags)) + table + body


def test_profiles_count_by_their_contents(tmp_path: Path) -> None:
    """Linear light under the name sRGB, in colour, grey, grey with alpha and 16-bit grey."""
    from tests.test_images import linear_profile

    levels = np.arange(256)
    light = np.where(levels <= 10, levels / 255 / 12.92, ((levels / 255 + 0.055) / 1.055) ** 2.4)
    eight, sixteen = np.rint(light * 255), np.rint(light * 65535)
    grey, colour = linear_grey(), linear_profile("sRGB")
    row = eight.astype(np.uint8)[None].repeat(2, 0)
    alpha = np.dstack([row, np.full_like(row, 254)])
    shown = {
        "colour.png": (Image.fromarray(np.dstack([row] * 3)), colour),
        "grey.png": (Image.fromarray(row), grey),
        "alpha.png": (Image.fromarray(alpha, "LA"), grey),
        "deep.png": (Image.fromarray(sixteen.astype(np.uint16)[None].repeat(2, 0)), grey),
    }
    for name, (picture, profile) in shown.items():
        picture.save(tmp_path / name, icc_profile=profile)
        found = images.read_rgba(tmp_path / name)[0][0, :, 0].astype(int)
        # 8 bits of linear light are coarse: one step is 13 levels in the shadows.
        stored = eight / 255 if name != "deep.png" else sixteen / 65535
        wanted = (
            np.where(stored <= 0.0031308, stored * 12.92, 1.055 * stored ** (1 / 2.4) - 0.055) * 255
        )
        assert np.abs(found - wanted).max() < 2, name


def with_large_text(profile: bytes) -> bytes:
    """An ICC profile with a private tag of 3 MB at the end."""
    count = struct.unpack(">I", profile[128:132])[0]
    tags, body = profile[132 : 132 + 12 * count], profile[132 + 12 * count :]
    moved = b"".join(
        struct.pack(">4sII", tag, offset + 12, size)
        for tag, offset, size in struct.iter_unpack(">4sII", tags)
    )
    extra = b"text\0\0\0\0" + b"x" * 2_999_992
    moved += struct.pack(">4sII", b"prv0", 144 + 12 * count + len(body), len(extra))
    whole = profile[:128] + struct.pack(">I", count + 1) + moved + body + extra
    return struct.pack(">I", len(whole)) + whole[4:]


def test_large_metadata_is_no_damage(
    rosetail: Rosetail, tmp_path: Path, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a picture, and in a member of a zip."""
    from PIL import PngImagePlugin

    from tests.test_images import linear_profile

    small, large = linear_profile(), with_large_text(linear_profile())
    for name, profile in (("small.png", small), ("large.png", large)):
        Image.open(photo).save(tmp_path / name, icc_profile=profile)
    found = images.read(tmp_path / "large.png")
    np.testing.assert_array_equal(found, images.read(tmp_path / "small.png"))
    assert np.abs(found.astype(int) - images.read(photo)).max() > 20, "the profile counts"
    text = PngImagePlugin.PngInfo()
    text.add_text("workflow", "1" * 3_000_000, zip=True)
    shown = Image.open(photo)
    shown.save(tmp_path / "text.png", pnginfo=text)
    np.testing.assert_array_equal(images.read(tmp_path / "text.png"), np.asarray(shown))
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        archive.write(tmp_path / "text.png", "text.png")
    monkeypatch.chdir(tmp_path)  # the command writes a sheet
    ran = rosetail("data", "inspect", tmp_path / "set.zip")
    assert ran.status == 0, ran.err
    assert "1 picture" in ran.out


def test_a_float_tiff_is_told_apart(tmp_path: Path) -> None:
    entries = [(256, 4, 1, 1), (257, 4, 1, 1), (258, 3, 1, 32), (262, 3, 1, 2), (273, 4, 1, 0),
               (277, 3, 1, 3), (278, 4, 1, 1), (279, 4, 1, 12), (339, 3, 1, 3)]  # fmt: skip
    packed = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    data = struct.pack("<2sHIH", b"II", 42, 8, len(entries)) + packed + bytes(16)
    (tmp_path / "float.tif").write_bytes(data)
    with pytest.raises(InputError, match="floating-point colours; save it with 8 or 16"):
        images.read(tmp_path / "float.tif")
