"""From a file's bytes to 8-bit sRGB pixels and alpha; used through :mod:`rosetail.images`."""

from __future__ import annotations

import io
import logging
import re
import sys
import warnings
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from rosetail import extras
from rosetail.errors import InputError
from rosetail.reading import cause, reading

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL import Image

    Pixels = tuple[NDArray[np.uint8], NDArray[np.uint8] | None]

PIPE = Path("-")
"""Stands for standard input or output where a picture is read or written."""

MAX_PIXELS = 100_000_000
"""Pictures with more pixels are refused before they are decoded."""

PICTURE_SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".avif", ".heic", ".heif"}
)
"""Suffixes that mark a file as a picture when a folder is searched."""

MAX_METADATA = 64 << 20
"""Bytes of text and profiles in a PNG; Pillow's own limit is 1 MiB, which real files exceed."""

# Only decoders that people's cameras and programs need; JPEG includes the MPO that phones write.
_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF")
_ACCEPTED = "JPEG, PNG, WebP, BMP, GIF, TIFF, AVIF or HEIC"
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1")  # ISO/IEC 23008-12
_SAMPLE_FORMAT, _FLOAT = 339, 3  # of TIFF 6.0
_ORIENTATION = 0x0112
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "damaged JPEG header"),
    (b"\x89PNG", "damaged PNG header"),
    (b"GIF8", "damaged GIF header"),
    (b"RIFF", "damaged WebP header"),
    (b"II*\0", "damaged TIFF header"),
    (b"MM\0*", "damaged TIFF header"),
    (b"%PDF", "found PDF"),
    (b"PK\x03\x04", "found a zip archive"),
    (b"\x1a\x45\xdf\xa3", "found a video"),
)


def decode_file(path: Path) -> Pixels:
    """Decode the picture file at ``path``, or standard input for ``-``; see
    :func:`rosetail.images.read`."""
    if path == PIPE:
        return decode_bytes(sys.stdin.buffer.read(), "standard input")
    with (
        reading(path, "readable", "give a picture file, or - for standard input") as file,
        file.open("rb") as opened,
    ):
        return _decode(opened, str(path))


def decode_bytes(data: bytes, name: str) -> Pixels:
    """Decode the bytes of a picture file; ``name`` is for errors."""
    return _decode(io.BytesIO(data), name)


def _decode(file: BinaryIO, path: str) -> Pixels:
    from PIL import Image, UnidentifiedImageError

    head = file.read(512)
    if not head:
        raise InputError(f"{path}: empty file; give a {_ACCEPTED} file")
    file.seek(0)
    try:
        with warnings.catch_warnings():
            # Pillow warns below our own limit and about broken metadata, which we ignore.
            warnings.simplefilter("ignore")
            image = Image.open(file, formats=readable_formats())
    except Image.DecompressionBombError as error:
        count = re.search(r"(\d+) pixels", str(error))
        raise _too_large(path, int(count[1]) if count else None) from error
    except UnidentifiedImageError as error:
        if _float_tiff(file):
            raise InputError(
                f"{path}: a TIFF with floating-point colours; save it with 8 or 16 bits"
            ) from error
        if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS and "HEIF" not in readable_formats():
            raise InputError(
                f"{path}: HEIC needs a package that is not installed; run: "
                'pip install "rosetail[heic]"'
            ) from error
        raise InputError(
            f"{path}: not a picture ({_found(head)}); give a {_ACCEPTED} file"
        ) from error
    except Exception as error:  # decoders raise many types on damaged headers
        raise _damaged(path, error) from error
    with image:
        return decode_image(image, name=path)


@cache
def readable_formats() -> tuple[str, ...]:
    """The formats that can be read here."""
    from PIL import PngImagePlugin, features

    logging.getLogger("PIL").addHandler(logging.NullHandler())  # errors are raised as well
    PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY = MAX_METADATA
    found = (*_FORMATS, "AVIF") if features.check("avif") else _FORMATS
    if not extras.works("pillow_heif"):
        return found
    import pillow_heif

    pillow_heif.register_heif_opener()
    return (*found, "HEIF")


def _float_tiff(file: BinaryIO) -> bool:
    from PIL.TiffImagePlugin import ImageFileDirectory_v2

    with suppress(Exception), warnings.catch_warnings():  # any other file
        warnings.simplefilter("ignore")
        file.seek(0)
        tags = ImageFileDirectory_v2(file.read(8))
        file.seek(tags.next)
        tags.load(file)
        return _FLOAT in np.atleast_1d(tags.get(_SAMPLE_FORMAT, 1))
    return False


def decode_image(image: Image.Image, *, name: str) -> Pixels:
    """Turn a PIL image of any mode into (RGB uint8 [H, W, 3], alpha uint8 [H, W] or None)."""
    width, height = image.size
    if width < 1 or height < 1:
        raise InputError(f"{name}: has no pixels ({width}x{height}); give at least 1x1")
    if width * height > MAX_PIXELS:
        raise _too_large(name, width * height, f"{width}x{height}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image.load()
            rgb, alpha = _to_srgb(_upright(image))
    except MemoryError as error:
        raise InputError(
            f"{name}: {width}x{height} does not fit in memory; make it smaller first"
        ) from error
    except Exception as error:  # decoders raise many types on damaged data
        raise _damaged(name, error) from error
    return rgb, None if alpha is None or alpha.min() == 255 else alpha


def _found(head: bytes) -> str:
    """Name what a file that is no picture of ours seems to be, from its first bytes."""
    for signature, meaning in _SIGNATURES:
        if head.startswith(signature):
            return meaning
    if head[4:8] == b"ftyp":
        brand = head[8:12].decode("latin-1")
        return "found AVIF" if brand == "avif" else "found a video"
    if head.lstrip()[:5].lower() in (b"<?xml", b"<svg ", b"<html", b"<!doc"):
        return "found HTML, XML or SVG"
    with_text = sum(32 <= byte < 127 or byte in b"\t\r\n" or byte >= 128 for byte in head)
    return "found text" if with_text == len(head) and b"\0" not in head else "unknown data"


def _too_large(name: Path | str, pixels: int | None, size: str = "") -> InputError:
    count = f"{pixels / 1e6:.0f} megapixels" if pixels else "too many pixels"
    limit = MAX_PIXELS // 1_000_000
    return InputError(
        f"{name}: {f'{size} is ' if size else ''}{count}, over the limit of {limit}; "
        "make it smaller first"
    )


def _damaged(name: Path | str, error: Exception) -> InputError:
    detail = cause(error)
    kind = "truncated" if "truncated" in detail.lower() else "damaged"
    return InputError(f"{name}: {kind} picture ({detail}); get a whole copy of the file")


def _upright(image: Image.Image) -> Image.Image:
    """Apply the EXIF orientation; one that is damaged or out of range is ignored."""
    from PIL import ImageOps

    with suppress(Exception):  # damaged metadata must not cost the picture
        if image.getexif().get(_ORIENTATION, 1) != 1:
            return ImageOps.exif_transpose(image)
    return image


def _to_srgb(image: Image.Image) -> Pixels:
    """Split off alpha, bring the depth to 8 bits and the colours to sRGB."""
    profile = image.info.get("icc_profile")
    if image.mode.startswith(("I", "F")):
        return _deep_grey(image, profile)
    alpha = None
    if image.has_transparency_data:
        grey = image.mode in ("L", "LA", "La")
        image = image.convert("LA" if grey else "RGBA")
        alpha = np.array(image.getchannel("A"))
        image = image.getchannel("L") if grey else image.convert("RGB")
    elif image.mode in ("1", "P"):
        image = image.convert("RGB")
    if profile:
        image = _apply_profile(image, profile)
    return np.array(image.convert("RGB")), alpha


def _deep_grey(image: Image.Image, profile: bytes | None) -> Pixels:
    """16-bit, 32-bit and float grey to 8 bits; white is 65535 for 16-bit files.

    32-bit and float files do not say what white is: 1, 255 or 65535, whichever is the smallest that
    holds the brightest pixel (float files alone use 1), or that pixel itself above 65535.
    """
    values = np.nan_to_num(np.asarray(image).astype(np.float64), posinf=0.0, neginf=0.0)
    key = image.info.get("transparency")
    alpha = np.where(values == key, 0, 255).astype(np.uint8) if isinstance(key, int) else None
    if image.mode.startswith("I;16"):
        if profile and (converted := _apply_profile(image, profile)) is not image:
            return np.array(converted), alpha
        white = 65535.0
    else:
        steps = (1.0, 255.0, 65535.0) if image.mode == "F" else (255.0, 65535.0)
        brightest = float(values.max())
        white = next((step for step in steps if brightest <= step), brightest)
    grey = np.rint(np.clip(values / white, 0, 1) * 255).astype(np.uint8)
    return np.repeat(grey[:, :, None], 3, axis=2), alpha


def _apply_profile(image: Image.Image, profile: bytes) -> Image.Image:
    """Convert from an embedded ICC profile to sRGB; a broken or unfitting profile is ignored."""
    from PIL import ImageCms

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        space = source.profile.xcolor_space.strip()
        if space == "RGB" and image.mode == "L":
            image = image.convert("RGB")
        deep = image.mode if image.mode.startswith("I;16") else "L"
        fits = {"RGB": "RGB", "GRAY": deep, "CMYK": "CMYK", "Lab": "LAB"}.get(space)
        if image.mode != fits or (fits == "RGB" and _is_srgb(source)):
            return image
        # The optimized transform of grey is 10 levels off in the shadows of linear profiles.
        flags = ImageCms.Flags.NOOPTIMIZE if space == "GRAY" else ImageCms.Flags.NONE
        converted = ImageCms.profileToProfile(
            image, source, ImageCms.createProfile("sRGB"), outputMode="RGB", flags=flags
        )
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        return image
    return image if converted is None else converted


def _is_srgb(profile: Any) -> bool:
    """Whether a profile leaves sRGB colours as they are; its name may say anything."""
    from PIL import Image, ImageCms

    steps = np.linspace(0, 255, 6).round().astype(np.uint8)
    grid = np.stack(np.meshgrid(steps, steps, steps), -1).reshape(6, 36, 3)
    shown = ImageCms.profileToProfile(
        Image.fromarray(grid), profile, ImageCms.createProfile("sRGB"), outputMode="RGB"
    )
    return bool(np.abs(np.asarray(shown, int) - grid).max() <= 2)
