"""Pictures in and out: the one place where HWC RGB uint8 meets NCHW [-1, 1].

Reading turns whatever a person has (a phone's rotated JPEG, a CMYK scan, a 16-bit PNG, a palette
GIF) into the picture they see in a viewer, in sRGB; anything that is not a whole picture is refused
with an :class:`~rosetail.errors.InputError` that names the file. Writing gives a whole file or
none.
"""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from rosetail.errors import InputError, OutputError
from rosetail.image_decoding import (
    MAX_PIXELS,
    PICTURE_SUFFIXES,
    decode_file,
    decode_image,
    readable_formats,
)
from rosetail.output import check_output, make_folder, writing
from rosetail.reading import check_file

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray
    from PIL import Image

Picture: TypeAlias = "str | os.PathLike[str] | Image.Image | NDArray[np.uint8]"

__all__ = [
    "MAX_PIXELS",
    "PICTURE_SUFFIXES",
    "Picture",
    "SAVE_SUFFIXES",
    "check_output",
    "contact_sheet",
    "flatten",
    "from_tensor",
    "list_pictures",
    "picture_name",
    "make_folder",
    "read",
    "read_rgba",
    "save",
    "side_by_side",
    "to_tensor",
    "writing",
]

OTHER_PICTURES = frozenset(
    {".jxl", ".jp2", ".psd", ".svg", ".tga", ".exr", ".hdr", ".eps"}
    | {".dng", ".cr2", ".cr3", ".nef", ".arw", ".raf", ".orf", ".rw2", ".pef"}
)
"""Suffixes of pictures that are not read."""

SAVE_SUFFIXES = {
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".png": "PNG",
    ".webp": "WEBP",
    ".bmp": "BMP",
    ".tif": "TIFF",
    ".tiff": "TIFF",
}
_WITH_ALPHA = {"PNG", "WEBP", "TIFF"}


def read(
    source: Picture, *, background: tuple[int, int, int] = (255, 255, 255)
) -> NDArray[np.uint8]:
    """Read a picture as HWC RGB uint8, the way a viewer shows it.

    ``source`` is a path, a PIL image or a uint8 array [H, W], [H, W, 1], [H, W, 3] or [H, W, 4].
    Rotation from EXIF is applied, colour profiles become sRGB, CMYK, 16-bit, float, palette and
    1-bit pictures become 8-bit RGB, transparency is laid over ``background``, and of an animation
    the first frame is taken.

    Raises:
        InputError: ``PATH: cause; what to do`` for anything that is not a whole picture of at
            most ``MAX_PIXELS`` pixels (checked before decoding).
    """
    rgb, alpha = _decode(source)
    return rgb if alpha is None else flatten(rgb, alpha, background)


def read_rgba(source: Picture) -> tuple[NDArray[np.uint8], NDArray[np.uint8] | None]:
    """Read a picture as (RGB uint8 [H, W, 3], alpha uint8 [H, W] or None when it is opaque).

    Colours are straight, not premultiplied; fully transparent pixels are white, so that what a file
    hides under them never bleeds into a result. Raises as :func:`read`.
    """
    rgb, alpha = _decode(source)
    if alpha is None:
        return rgb, None
    rgb[alpha == 0] = 255
    return rgb, alpha


def save(
    picture: NDArray[np.uint8] | Image.Image,
    path: str | os.PathLike[str],
    *,
    alpha: NDArray[np.uint8] | None = None,
    quality: int = 95,
) -> None:
    """Write HWC RGB (or HW grey) uint8 to ``path``, whole or not at all.

    The suffix names the format. ``alpha`` uint8 [H, W] is kept by PNG, WebP and TIFF and laid over
    white in JPEG and BMP. ``quality`` (1..100) is for JPEG and WebP. Nothing of the source's
    metadata is written.

    Raises:
        OutputError: unknown suffix, missing or unwritable folder, full disk, or a size that the
            format cannot hold.
    """
    from PIL import Image

    target = Path(path)
    kind = SAVE_SUFFIXES.get(target.suffix.lower())
    if kind is None:
        raise OutputError(
            f"{target}: cannot write '{target.suffix}' pictures; use .png, .jpg or .webp"
        )
    pixels, own_alpha = _decode(picture)
    alpha = own_alpha if alpha is None else alpha
    if alpha is not None:
        pixels = (
            np.dstack([pixels, alpha])
            if kind in _WITH_ALPHA
            else flatten(pixels, alpha, (255, 255, 255))
        )
    options: dict[str, dict[str, Any]] = {
        "JPEG": {"quality": quality, "subsampling": 0 if quality >= 90 else 2},
        "WEBP": {"quality": quality},
        "TIFF": {"compression": "tiff_lzw"},
    }
    with writing(target) as part:
        # In memory first: when the disk is full, Pillow overlooks that a file is cut short.
        data = io.BytesIO()
        try:
            Image.fromarray(pixels).save(data, format=kind, **options.get(kind, {}))
        except (ValueError, OSError) as error:
            size = f"{pixels.shape[1]}x{pixels.shape[0]}"
            raise OutputError(
                f"{target}: {kind} cannot hold a {size} picture ({error}); use .png"
            ) from error
        part.write_bytes(data.getbuffer())


def picture_name(picture: Picture) -> str:
    """The path of a picture for messages, or "picture" if it was not read from a file."""
    return os.fspath(picture) if isinstance(picture, str | os.PathLike) else "picture"


def list_pictures(folder: str | os.PathLike[str]) -> list[Path]:
    """All files below ``folder`` with a picture's suffix, sorted; hidden files and folders are not.

    Raises:
        InputError: ``folder`` is missing, not a folder or not readable.
    """
    root = Path(folder)
    if not root.is_dir():
        cause = "is not a folder" if root.exists() else "no such folder"
        raise InputError(f"{root}: {cause}; give a folder of pictures")

    def refuse(error: OSError) -> None:
        raise InputError(f"{error.filename}: {error.strerror}; check the permissions") from error

    found = []
    for where, folders, files in os.walk(root, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [
            Path(where, name)
            for name in files
            if not name.startswith(".") and Path(name).suffix.lower() in PICTURE_SUFFIXES
        ]
    return sorted(found)


def left_out(folder: str | os.PathLike[str]) -> list[tuple[Path, str]]:
    """What :func:`list_pictures` does not read below ``folder`` although it may be pictures: path
    and cause, sorted. Folders that are links are not entered, because links may form circles."""
    found = []
    for where, folders, files in os.walk(folder):
        for name in list(folders):
            path = Path(where, name)
            if name.startswith("."):
                folders.remove(name)
            elif path.is_symlink():
                found.append((path, "a link to a folder is not followed; give the folder itself"))
        for name in files:
            suffix = Path(name).suffix.lower()
            if suffix in OTHER_PICTURES:
                found.append((Path(where, name), f"{suffix} is not read; convert it to PNG"))
            elif (
                name.startswith(".")
                and not name.startswith(("._", ".part-"))  # of macOS; of programs at work
                and suffix in PICTURE_SUFFIXES
            ):
                found.append((Path(where, name), "a hidden file is not read; rename it"))
    return sorted(found)


def is_animated(path: str | os.PathLike[str]) -> bool:
    """Whether a GIF, WebP, PNG or AVIF has several frames."""
    if Path(path).suffix.lower() not in (".gif", ".webp", ".png", ".avif"):
        return False
    with suppress(Exception), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with open_animation(check_file(path)) as image:
            return getattr(image, "n_frames", 1) > 1
    return False


def open_animation(path: Path) -> Image.Image:
    """Open a picture to read its frames one after the other. Raises as Pillow does."""
    from PIL import Image

    return Image.open(path, formats=readable_formats())


def to_tensor(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """uint8 [H, W, 3] (as N = 1) or [N, H, W, 3] -> float32 [N, 3, H, W] in [-1, 1]."""
    batch = rgb[None] if rgb.ndim == 3 else rgb
    if batch.ndim != 4 or batch.shape[-1] != 3 or batch.dtype != np.uint8:
        raise ValueError(f"expected uint8 [N, H, W, 3], got {rgb.dtype} {list(rgb.shape)}")
    planes = np.ascontiguousarray(batch.transpose(0, 3, 1, 2), dtype=np.float32)
    planes *= np.float32(1 / 127.5)
    planes -= np.float32(1)
    return planes


def from_tensor(tensor: NDArray[Any]) -> NDArray[np.uint8]:
    """Float [N, 3, H, W] in [-1, 1] (clipped) -> uint8 [N, H, W, 3], rounded to nearest."""
    planes = np.asarray(tensor, dtype=np.float32)
    if planes.ndim != 4 or planes.shape[1] != 3:
        raise ValueError(f"expected [N, 3, H, W], got {list(planes.shape)}")
    levels = np.clip((planes + 1) * 127.5, 0, 255)
    return np.ascontiguousarray(np.rint(levels).astype(np.uint8).transpose(0, 2, 3, 1))


def contact_sheet(
    pictures: Sequence[NDArray[np.uint8]], columns: int, labels: Sequence[str] | None = None
) -> NDArray[np.uint8]:
    """Lay pictures (uint8 HWC RGB, any sizes) on a white grid, row by row, as uint8 HWC RGB.

    Every cell has the size of the largest picture plus a margin of 4 pixels; ``labels`` (one per
    picture) are written under the cells.
    """
    from PIL import Image, ImageDraw, ImageFont

    if not pictures or columns < 1:
        raise ValueError("a contact sheet needs at least one picture and one column")
    if labels is not None and len(labels) != len(pictures):
        raise ValueError(f"{len(pictures)} pictures but {len(labels)} labels")
    margin, text = 4, 18 if labels is not None else 0
    height = max(p.shape[0] for p in pictures) + margin + text
    width = max(p.shape[1] for p in pictures) + margin
    columns = min(columns, len(pictures))
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (columns * width + margin, rows * height + margin), "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(13)
    for index, picture in enumerate(pictures):
        x, y = index % columns * width + margin, index // columns * height + margin
        sheet.paste(Image.fromarray(picture), (x, y))
        if labels is not None:
            draw.text((x, y + height - margin - text), labels[index], fill="black", font=font)
    return np.asarray(sheet)


def side_by_side(left: NDArray[np.uint8], right: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Two uint8 HWC RGB pictures of one size next to each other: [H, 2 W, 3]."""
    if left.shape != right.shape:
        raise ValueError(f"sizes differ: {list(left.shape)} and {list(right.shape)}")
    return np.concatenate([left, right], axis=1)


def _decode(source: Picture) -> tuple[NDArray[np.uint8], NDArray[np.uint8] | None]:
    if isinstance(source, np.ndarray):
        return _from_array(source)
    if isinstance(source, str | os.PathLike):
        return decode_file(Path(source))
    return decode_image(source, name=str(getattr(source, "filename", "") or "picture"))


def _from_array(array: NDArray[Any]) -> tuple[NDArray[np.uint8], NDArray[np.uint8] | None]:
    planes = array[:, :, None] if array.ndim == 2 else array
    if planes.ndim != 3 or planes.shape[2] not in (1, 3, 4) or planes.dtype != np.uint8:
        raise InputError(
            f"array: {array.dtype} {list(array.shape)} is not a picture; give uint8 [H, W, 3]"
        )
    if planes.size == 0:
        raise InputError(f"array: {list(array.shape)} has no pixels; give at least 1x1")
    rgb = np.repeat(planes, 3, axis=2) if planes.shape[2] == 1 else planes[:, :, :3].copy()
    alpha = planes[:, :, 3] if planes.shape[2] == 4 else None
    return rgb, None if alpha is None or alpha.min() == 255 else alpha.copy()


def flatten(
    rgb: NDArray[np.uint8], alpha: NDArray[np.uint8], background: ArrayLike
) -> NDArray[np.uint8]:
    """Straight-alpha blend of ``rgb`` [H, W, 3] over a colour or a picture of whole levels, rounded
    to nearest; ``alpha`` is [H, W]."""
    cover = alpha[:, :, None].astype(np.uint32)
    under = np.asarray(background, dtype=np.uint32)
    return ((rgb * cover + under * (255 - cover) + 127) // 255).astype(np.uint8)
