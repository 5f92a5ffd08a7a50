"""Reading what people have, refusing what is no picture, writing whole files only."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from rosetail import extras, images
from rosetail.errors import InputError, OutputError


@pytest.fixture
def gradient() -> np.ndarray:
    """A 24x36 picture whose four corners differ, so that every turn and flip shows."""
    y, x = np.mgrid[0:24, 0:36]
    return np.stack([y * 10, x * 7, 255 - y * 5 - x * 3], axis=2).astype(np.uint8)


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds almost no data."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + header
        + chunk(b"IDAT", zlib.compress(b"\0" * 64))
        + chunk(b"IEND", b"")
    )


# --- what is read -----------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".tiff", ".webp", ".gif", ".jpg"])
def test_every_accepted_format_is_read_as_rgb(tmp_path: Path, suffix: str) -> None:
    flat = np.full((16, 20, 3), (200, 40, 90), np.uint8)
    path = tmp_path / f"flat{suffix}"
    Image.fromarray(flat).save(path)
    got = images.read(path)
    assert got.dtype == np.uint8
    assert got.shape == flat.shape
    assert np.abs(got.astype(int) - flat).max() <= 8


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".tif", ".tiff"])
def test_lossless_formats_return_the_saved_pixels(
    tmp_path: Path, gradient: np.ndarray, suffix: str
) -> None:
    images.save(gradient, tmp_path / f"a{suffix}")
    assert np.array_equal(images.read(tmp_path / f"a{suffix}"), gradient)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tiff"])
def test_exif_orientation_brings_the_picture_upright(
    tmp_path: Path, gradient: np.ndarray, orientation: int, suffix: str
) -> None:
    # What a camera stores so that the stated turn shows `gradient`: the inverse of each turn.
    stored = {
        1: gradient,
        2: gradient[:, ::-1],
        3: gradient[::-1, ::-1],
        4: gradient[::-1],
        5: gradient.transpose(1, 0, 2),
        6: np.rot90(gradient, 1),
        7: gradient[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(gradient, -1),
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / f"turned{suffix}"
    options = {".jpg": {"quality": 100, "subsampling": 0}, ".webp": {"lossless": True}}
    Image.fromarray(np.ascontiguousarray(stored)).save(path, exif=exif, **options.get(suffix, {}))
    got = images.read(path)
    assert got.shape == gradient.shape
    assert np.abs(got.astype(int) - gradient).max() <= (6 if suffix == ".jpg" else 0)


@pytest.mark.parametrize("exif", [b"Exif\0\0garbage", b"Exif\0\0MM\0*\xff\xff\xff\xff"])
def test_broken_exif_is_ignored(tmp_path: Path, gradient: np.ndarray, exif: bytes) -> None:
    Image.fromarray(gradient).save(tmp_path / "a.jpg", exif=exif)
    assert images.read(tmp_path / "a.jpg").shape == gradient.shape


def test_sixteen_bit_grey_keeps_its_tones(tmp_path: Path) -> None:
    ramp = np.linspace(0, 65535, 256).round().astype(np.uint16).reshape(16, 16)
    for name in ("a.png", "a.tiff"):
        Image.fromarray(ramp).save(tmp_path / name)
        got = images.read(tmp_path / name)
        assert np.array_equal(got[:, :, 0].ravel(), np.arange(256))
        assert np.array_equal(got[:, :, 0], got[:, :, 2])


def test_sixteen_bit_colour_keeps_its_tones(tmp_path: Path, gradient: np.ndarray) -> None:
    import cv2

    deep = gradient[:, :, ::-1].astype(np.uint16) * 257
    for name in ("a.png", "a.tiff"):
        assert cv2.imwrite(str(tmp_path / name), deep)
        assert np.array_equal(images.read(tmp_path / name), gradient)


def test_float_tiff_has_white_at_one(tmp_path: Path) -> None:
    values = np.array([[0.0, 0.5, 1.0, np.nan]], np.float32)
    Image.fromarray(values).save(tmp_path / "a.tiff")
    assert images.read(tmp_path / "a.tiff")[0, :, 0].tolist() == [0, 128, 255, 0]


def test_thirty_two_bit_integers_are_scaled_by_the_smallest_depth_that_fits(
    tmp_path: Path,
) -> None:
    for brightest, grey in ((200, 200), (65535, 255), (1_000_000, 255)):
        Image.fromarray(np.array([[0, brightest]], np.int32)).save(tmp_path / "a.tiff")
        assert images.read(tmp_path / "a.tiff")[0, :, 0].tolist() == [0, grey]


def test_one_bit_grey_and_palette(tmp_path: Path, gradient: np.ndarray) -> None:
    picture = Image.fromarray(gradient)
    for mode in ("1", "L", "P"):
        converted = picture.convert(mode)
        converted.save(tmp_path / "a.png")
        assert np.array_equal(images.read(tmp_path / "a.png"), np.asarray(converted.convert("RGB")))


def test_cmyk_jpeg_has_the_right_colours(tmp_path: Path) -> None:
    colours = {"red": (255, 0, 0), "white": (255, 255, 255), "blue": (0, 0, 255)}
    for name, rgb in colours.items():
        path = tmp_path / f"{name}.jpg"
        Image.new("RGB", (16, 16), rgb).convert("CMYK").save(path, quality=100)
        assert np.abs(images.read(path)[8, 8].astype(int) - rgb).max() <= 3


def test_lab_tiff_has_the_right_colours(tmp_path: Path) -> None:
    to_lab = ImageCms.buildTransform(
        ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB"
    )
    lab = ImageCms.applyTransform(Image.new("RGB", (4, 4), (180, 90, 60)), to_lab)
    lab.save(tmp_path / "a.tiff")
    assert np.abs(images.read(tmp_path / "a.tiff")[0, 0].astype(int) - (180, 90, 60)).max() <= 3


def test_phone_jpeg_with_a_second_picture_is_read(tmp_path: Path, gradient: np.ndarray) -> None:
    first = Image.fromarray(gradient)
    path = tmp_path / "phone.jpg"
    first.save(path, format="MPO", save_all=True, append_images=[first.rotate(90)])
    assert images.read(path).shape == gradient.shape


def test_first_frame_of_an_animation(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "lime", "blue")]
    for name in ("a.gif", "a.webp", "a.png"):
        path = tmp_path / name
        frames[0].save(path, save_all=True, append_images=frames[1:])
        assert np.abs(images.read(path)[4, 4].astype(int) - (255, 0, 0)).max() <= 8


def test_colour_profile_becomes_srgb(tmp_path: Path) -> None:
    # A profile of sRGB's own primaries and gamma 1: linear light. Mid grey 0.2140 in linear light
    # is 0.5 in sRGB (IEC 61966-2-1), that is 55 -> 128.
    profile = linear_profile()
    Image.new("RGB", (4, 4), (55, 55, 55)).save(tmp_path / "linear.png", icc_profile=profile)
    assert np.abs(images.read(tmp_path / "linear.png")[0, 0].astype(int) - 128).max() <= 2
    half = Image.new("RGBA", (4, 4), (55, 55, 55, 100))
    half.save(tmp_path / "alpha.png", icc_profile=profile)
    rgb, alpha = images.read_rgba(tmp_path / "alpha.png")
    assert np.abs(rgb[0, 0].astype(int) - 128).max() <= 2
    assert alpha is not None
    assert alpha[0, 0] == 100


def linear_profile(name: str = "linr") -> bytes:
    """An ICC profile with sRGB primaries and linear tone curves, built from the built-in one."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack(">I", data[128:132])[0]
    curve_at = len(data) + (-len(data)) % 4
    data += b"\0" * (curve_at - len(data)) + b"curv" + b"\0" * 4 + struct.pack(">I", 0) + b"\0" * 4
    for index in range(count):
        at = 132 + 12 * index
        if bytes(data[at : at + 4]) in (b"rTRC", b"gTRC", b"bTRC"):
            data[at + 4 : at + 12] = struct.pack(">II", curve_at, 12)
        if bytes(data[at : at + 4]) == b"desc":
            offset, size = struct.unpack(">II", data[at + 4 : at + 12])
            text = bytes(data[offset : offset + size])
            new = name.encode("utf-16-be")
            data[offset : offset + size] = text.replace("sRGB".encode("utf-16-be"), new)
    data[0:4] = struct.pack(">I", len(data))
    return bytes(data)


def test_broken_colour_profile_is_ignored(tmp_path: Path, gradient: np.ndarray) -> None:
    Image.fromarray(gradient).save(tmp_path / "a.png", icc_profile=b"not a profile")
    assert np.array_equal(images.read(tmp_path / "a.png"), gradient)


def test_transparency_is_laid_over_the_background() -> None:
    picture = Image.new("RGBA", (3, 1), (0, 0, 0, 0))
    picture.putpixel((1, 0), (100, 0, 200, 128))
    picture.putpixel((2, 0), (3, 0, 0, 128))
    got = images.read(picture, background=(0, 255, 0))
    assert got[0, 0].tolist() == [0, 255, 0]
    assert got[0, 1].tolist() == [50, 127, 100]  # 100 * 128 / 255 = 50.2, 255 * 127 / 255 = 127
    assert got[0, 2].tolist() == [2, 127, 0]  # 3 * 128 / 255 = 1.51


@pytest.mark.parametrize("mode", ["LA", "RGBA", "PA"])
def test_alpha_channel_is_kept(mode: str) -> None:
    picture = Image.new("RGBA", (4, 4), (90, 90, 90, 255))
    picture.putpixel((1, 2), (90, 90, 90, 40))
    rgb, alpha = images.read_rgba(picture.convert(mode))
    assert alpha is not None
    assert alpha[2, 1] == 40
    assert alpha[0, 0] == 255
    assert np.abs(rgb[0, 0].astype(int) - 90).max() <= 26  # PA goes through the web palette


def test_palette_and_grey_transparency(tmp_path: Path) -> None:
    palette = Image.new("P", (3, 1))
    palette.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255])
    palette.putdata([0, 1, 2])
    palette.save(tmp_path / "p.png", transparency=1)
    rgb, alpha = images.read_rgba(tmp_path / "p.png")
    assert alpha is not None
    assert alpha.tolist() == [[255, 0, 255]]
    assert rgb[0].tolist() == [[255, 0, 0], [255, 255, 255], [0, 0, 255]]
    Image.fromarray(np.array([[7, 8]], np.uint8)).save(tmp_path / "l.png", transparency=7)
    _, alpha = images.read_rgba(tmp_path / "l.png")
    assert alpha is not None
    assert alpha.tolist() == [[0, 255]]
    deep = Image.fromarray(np.array([[700, 65535]], np.uint16))
    deep.save(tmp_path / "deep.png", transparency=700)
    _, alpha = images.read_rgba(tmp_path / "deep.png")
    assert alpha is not None
    assert alpha.tolist() == [[0, 255]]


def test_opaque_alpha_is_no_alpha(gradient: np.ndarray) -> None:
    opaque = np.dstack([gradient, np.full(gradient.shape[:2], 255, np.uint8)])
    for source in (opaque, Image.fromarray(opaque)):
        rgb, alpha = images.read_rgba(source)
        assert alpha is None
        assert np.array_equal(rgb, gradient)


def test_arrays_are_copied_and_checked(gradient: np.ndarray) -> None:
    got = images.read(gradient)
    got[0, 0] = 99
    assert gradient[0, 0, 0] == 0
    assert images.read(gradient[:, :, 0]).shape == gradient.shape
    for bad in (gradient.astype(np.float32), gradient[:, :, :2], gradient[:0], gradient[None]):
        with pytest.raises(InputError, match="array"):
            images.read(bad)


# --- what is refused --------------------------------------------------------------------------


def test_a_picture_of_one_pixel_is_read(tmp_path: Path) -> None:
    Image.new("RGB", (1, 1), "red").save(tmp_path / "one.png")
    assert images.read(tmp_path / "one.png").tolist() == [[[255, 0, 0]]]


@pytest.mark.parametrize(
    ("name", "content", "cause"),
    [
        ("empty.jpg", b"", "empty file"),
        ("text.jpg", b"hello, I am no picture\n", "not a picture (found text)"),
        ("umlaut.jpg", "Grüße".encode(), "not a picture (found text)"),
        ("page.png", b"<!DOCTYPE html><p>hi", "found HTML, XML or SVG"),
        ("drawing.png", b"<svg xmlns='x'><image href='file:///etc/passwd'/></svg>", "SVG"),
        ("clip.jpg", b"\0\0\0\x18ftypisom" + b"\0" * 40, "found a video"),
        ("noise.png", bytes(range(256)), "unknown data"),
        ("other.png", b"P6 2 1 255\n" + bytes(6), "not a picture"),
        ("header.png", b"\x89PNG\r\n\x1a\n", "damaged PNG header"),
        ("zero.png", png_header(0, 5), "zero.png"),
        ("huge.png", png_header(20_000, 20_000), "400 megapixels, over the limit of 100"),
        ("huger.png", png_header(2**31 - 1, 2**31 - 1), "over the limit"),
        ("large.png", png_header(12_000, 9_000), "12000x9000 is 108 megapixels"),
    ],
)
def test_what_is_no_picture_is_refused_by_name(
    tmp_path: Path, name: str, content: bytes, cause: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        images.read(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert cause in message
    assert "; " in message
    assert "\n" not in message


@pytest.mark.skipif(extras.works("pillow_heif"), reason="HEIC can be read here")
def test_heic_without_its_package_says_what_to_install(tmp_path: Path) -> None:
    path = tmp_path / "apple.heic"
    path.write_bytes(b"\0\0\0\x18ftypheic" + bytes(40))
    with pytest.raises(InputError, match=r'apple\.heic: .*run: pip install "rosetail\[heic\]"'):
        images.read(path)


def test_heic_is_read_with_its_package(tmp_path: Path, gradient: np.ndarray) -> None:
    heif = pytest.importorskip("pillow_heif")
    heif.register_heif_opener()
    Image.fromarray(gradient).save(tmp_path / "a.heic", quality=95)
    assert np.abs(images.read(tmp_path / "a.heic").astype(int) - gradient).mean() < 4


# Stands in for pillow-heif where it is not installed: a plugin of Pillow by its name and format,
# for files whose pixels are a PNG behind a box of the type heic.
HEIF = """
import io
from PIL import Image, ImageFile

class HeifFile(ImageFile.ImageFile):
    format, format_description = "HEIF", "HEIF"
    def _open(self):
        self.fp.seek(24)
        inner = Image.open(io.BytesIO(self.fp.read()))
        inner.load()
        self._size, self._mode, self.im = inner.size, inner.mode, inner.im
        self.tile = []

def register_heif_opener():
    Image.register_open("HEIF", HeifFile, lambda head: head[4:12] == b"ftypheic")
"""
READ = """
import sys
import numpy as np
from pathlib import Path
from rosetail import images
from rosetail.cli import run
folder = Path(sys.argv[1])
np.save(folder / "read.npy", images.read(folder / "in" / "a.heic"))
run(["stylize", str(folder / "in"), "-o", str(folder / "out"), "--strength", "0"])
"""


@pytest.mark.skipif(extras.works("pillow_heif"), reason="the test above uses the real package")
def test_heic_goes_through_a_package_of_that_name(tmp_path: Path, gradient: np.ndarray) -> None:
    for name in ("stand_in", "in"):
        (tmp_path / name).mkdir()
    (tmp_path / "stand_in" / "pillow_heif.py").write_text(HEIF)
    Image.fromarray(gradient).save(data := io.BytesIO(), "PNG")
    box = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"
    (tmp_path / "in" / "a.heic").write_bytes(box + data.getvalue())
    paths = [str(tmp_path / "stand_in"), *sys.path]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    command = [sys.executable, "-c", READ, str(tmp_path)]
    subprocess.run(command, check=True, env=environment)
    assert np.array_equal(np.load(tmp_path / "read.npy"), gradient)
    (drawn,) = (tmp_path / "out").iterdir()
    assert np.abs(images.read(drawn).astype(int) - gradient).mean() < 4


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.png: no such file"):
        images.read(tmp_path / "gone.png")
    with pytest.raises(InputError, match="is a folder"):
        images.read(tmp_path)
    with pytest.raises(InputError, match="cannot be read"):
        images.read("a\0b.png")
    with pytest.raises(InputError, match="cannot be read"):
        images.read(tmp_path / ("x" * 300))


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".gif", ".tiff", ".bmp"])
@pytest.mark.parametrize("part", [0.3, 0.5, 0.9])
def test_truncated_pictures_are_refused(tmp_path: Path, suffix: str, part: float) -> None:
    noise = np.random.default_rng(5).integers(0, 256, (64, 64, 3), np.uint8)
    whole = io.BytesIO()
    Image.fromarray(noise).save(whole, format=images.SAVE_SUFFIXES.get(suffix, "GIF"))
    path = tmp_path / f"cut{suffix}"
    path.write_bytes(whole.getvalue()[: int(len(whole.getvalue()) * part)])
    with pytest.raises(InputError, match="cut"):
        images.read(path)


def test_a_lazily_opened_truncated_image_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "cut.jpg"
    Image.effect_noise((64, 64), 90).save(path)
    path.write_bytes(path.read_bytes()[:900])
    with Image.open(path) as image, pytest.raises(InputError, match=r"cut\.jpg: truncated"):
        images.read(image)


SEEDS = []
for _suffix in (".jpg", ".png", ".webp", ".gif", ".tiff", ".bmp"):
    _file = io.BytesIO()
    Image.effect_noise((24, 16), 80).convert("RGB").save(
        _file, format=images.SAVE_SUFFIXES.get(_suffix, "GIF")
    )
    SEEDS.append(_file.getvalue())


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    seed=st.sampled_from(SEEDS),
    flips=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=12),
)
def test_flipped_bytes_give_a_picture_or_a_clear_error(
    tmp_path: Path, seed: bytes, flips: list[tuple[float, int]]
) -> None:
    data = bytearray(seed)
    for place, value in flips:
        data[int(place * len(data))] = value
    path = tmp_path / "mutated.bin"
    path.write_bytes(data)
    try:
        got = images.read(path)
    except InputError as error:
        assert str(error).startswith(str(path))
    else:
        assert got.dtype == np.uint8
        assert got.ndim == 3


# --- what is written --------------------------------------------------------------------------


def test_alpha_is_kept_where_the_format_can_and_flattened_where_not(
    tmp_path: Path, gradient: np.ndarray
) -> None:
    alpha = np.full(gradient.shape[:2], 255, np.uint8)
    alpha[:12] = 0
    for name in ("a.png", "a.tiff"):
        images.save(gradient, tmp_path / name, alpha=alpha)
        rgb, got = images.read_rgba(tmp_path / name)
        assert got is not None
        assert np.array_equal(got, alpha)
        assert np.array_equal(rgb[12:], gradient[12:])
    images.save(gradient, tmp_path / "a.bmp", alpha=alpha)
    assert images.read(tmp_path / "a.bmp")[0, 0].tolist() == [255, 255, 255]
    images.save(Image.fromarray(np.dstack([gradient, alpha])), tmp_path / "b.png")
    assert images.read_rgba(tmp_path / "b.png")[1] is not None


def test_metadata_is_not_copied(tmp_path: Path, gradient: np.ndarray) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Camera of a private person"
    Image.fromarray(gradient).save(tmp_path / "in.jpg", exif=exif, comment=b"secret")
    with Image.open(tmp_path / "in.jpg") as picture:
        images.save(picture, tmp_path / "out.jpg")
    written = (tmp_path / "out.jpg").read_bytes()
    assert b"private" not in written
    assert b"secret" not in written


def test_refusals_of_save(tmp_path: Path, gradient: np.ndarray) -> None:
    (tmp_path / "folder.png").mkdir()
    cases = {
        "a.xyz": "cannot write '.xyz'",
        "plain": "cannot write ''",
        "gone/a.png": "does not exist",
        "folder.png": "is a folder",
        "x" * 300 + ".png": "too long",
    }
    for name, cause in cases.items():
        with pytest.raises(OutputError, match=cause) as caught:
            images.save(gradient, tmp_path / name)
        assert str(tmp_path / name) in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["folder.png"]


def test_a_folder_without_the_right_to_write_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda path, mode: Path(path) != tmp_path)
    with pytest.raises(OutputError, match=r"a\.png: permission denied; choose another folder"):
        images.save(np.zeros((2, 2, 3), np.uint8), tmp_path / "a.png")


def test_a_size_the_format_cannot_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"WEBP cannot hold a 16500x1"):
        images.save(np.zeros((1, 16_500, 3), np.uint8), tmp_path / "wide.webp")
    assert list(tmp_path.iterdir()) == []


def test_writing_is_all_or_nothing(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    with pytest.raises(KeyboardInterrupt), images.writing(target) as part:
        part.write_text("half")
        raise KeyboardInterrupt
    assert target.read_text() == "old"
    with images.writing(target) as part:
        assert part.parent == tmp_path
        assert part.suffix == ".txt"
        part.write_text("new")
        assert target.read_text() == "old"
    assert target.read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the device that is always full")
def test_a_full_disk_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(OutputError, match=r"a\.bin: the disk is full; free some space"),
        images.writing(tmp_path / "a.bin"),
        open("/dev/full", "wb", buffering=0) as full,
    ):
        full.write(b"x")
    assert list(tmp_path.iterdir()) == []


CUT = """
import resource, sys
import numpy as np
from rosetail import images
from rosetail.errors import OutputError
rgb = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
path = sys.argv[1]
images.save(rgb, path)
size = len(open(path, "rb").read())
for most in (100, size // 2, size - 1):
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
    try:
        images.save(rgb, path.replace("a.", "b."))
    except OutputError as error:
        assert "larger than the system allows" in str(error), error
    else:
        raise SystemExit(f"{most} of {size} bytes were written without a word")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="has no limit of file sizes")
@pytest.mark.parametrize("suffix", sorted(images.SAVE_SUFFIXES))
def test_a_picture_that_does_not_fit_is_not_written(tmp_path: Path, suffix: str) -> None:
    """The last write of a file comes short where the disk is full: it must not be overlooked."""
    command = [sys.executable, "-c", CUT, str(tmp_path / f"a{suffix}")]
    subprocess.run(command, check=True)
    assert [path.name for path in tmp_path.iterdir()] == [f"a{suffix}"]


# --- folders, tensors, sheets -----------------------------------------------------------------


def test_pictures_of_a_folder_are_sorted_and_recursive(tmp_path: Path) -> None:
    for name in ("b.PNG", "a.jpg", "sub/c.webp", ".hidden.png", ".cache/d.png", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    found = [path.relative_to(tmp_path).as_posix() for path in images.list_pictures(tmp_path)]
    assert found == ["a.jpg", "b.PNG", "sub/c.webp"]
    with pytest.raises(InputError, match="no such folder"):
        images.list_pictures(tmp_path / "gone")
    with pytest.raises(InputError, match="is not a folder"):
        images.list_pictures(tmp_path / "a.jpg")


def test_tensor_round_trip_is_exact() -> None:
    levels = np.arange(256, dtype=np.uint8).reshape(8, 32)
    rgb = np.stack([levels, 255 - levels, levels], axis=2)
    tensor = images.to_tensor(rgb)
    assert tensor.shape == (1, 3, 8, 32)
    assert tensor.dtype == np.float32
    assert tensor[0, 0, 0, 0] == -1
    assert tensor[0, 1, 0, 0] == 1
    np.testing.assert_allclose(tensor[0, 0, 3, 4], (3 * 32 + 4) / 255 * 2 - 1, atol=1e-6)
    assert np.array_equal(images.from_tensor(tensor)[0], rgb)
    assert images.to_tensor(np.stack([rgb, rgb])).shape == (2, 3, 8, 32)


def test_tensors_out_of_range_are_clipped_and_shapes_checked() -> None:
    wide = np.array([-3.0, -1.0, 0.0, 0.5, 9.0], np.float32).reshape(1, 1, 1, 5).repeat(3, axis=1)
    assert images.from_tensor(wide)[0, 0, :, 0].tolist() == [0, 0, 128, 191, 255]
    with pytest.raises(ValueError, match="expected"):
        images.from_tensor(wide[0])
    with pytest.raises(ValueError, match="expected"):
        images.to_tensor(np.zeros((4, 4), np.uint8))


def test_contact_sheet_shows_every_picture_in_its_cell() -> None:
    colours = [(255, 0, 0), (0, 255, 0), (0, 0, 255)]
    pictures = [np.full((20, 30, 3), colour, np.uint8) for colour in colours]
    sheet = images.contact_sheet(pictures, 2)
    assert sheet.shape == (2 * 24 + 4, 2 * 34 + 4, 3)
    assert sheet[14, 19].tolist() == [255, 0, 0]
    assert sheet[14, 53].tolist() == [0, 255, 0]
    assert sheet[38, 19].tolist() == [0, 0, 255]
    assert sheet[38, 53].tolist() == [255, 255, 255]
    labelled = images.contact_sheet(pictures, 3, labels=["a", "b", "c"])
    assert (labelled[24:42] < 128).all(axis=2).any(), "labels are drawn under the pictures"
    with pytest.raises(ValueError, match="labels"):
        images.contact_sheet(pictures, 3, labels=["a"])
    with pytest.raises(ValueError, match="at least one"):
        images.contact_sheet([], 3)
