"""Helpers for drawing: error messages without paths, image sizes and encoding."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager

import cv2

from rosetail import images
from rosetail.arrays import Bytes
from rosetail.errors import InputError
from rosetail.stylizer.scale import resize_photo

MEDIA_TYPES = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}


@contextmanager
def naming(path: str, what: str) -> Iterator[None]:
    """Replace ``path`` by ``what`` ("the photo") in errors of the library."""
    try:
        yield
    except InputError as error:
        message = str(error).replace(path, what)
        raise type(error)(re.sub("^picture:", f"{what}:", message)) from error


def fitted(rgb: Bytes, side: int) -> Bytes:
    """``rgb`` uint8 [H, W, 3], shrunk if a side is longer than ``side``."""
    scale = side / max(rgb.shape[:2])
    if scale >= 1:
        return rgb
    size = max(1, round(rgb.shape[0] * scale)), max(1, round(rgb.shape[1] * scale))
    return resize_photo(rgb, size)


def encoded(image: Bytes, form: str, quality: int) -> bytes:
    """uint8 [H, W, 3] RGB or [H, W, 4] RGBA as a file; JPEG puts transparency on white."""
    if form == "jpeg":
        rgb = images.read(image) if image.shape[2] == 4 else image
        flags = [cv2.IMWRITE_JPEG_QUALITY, quality]
        flags += [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]
        return cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), flags)[1].tobytes()
    from PIL import Image

    file = io.BytesIO()
    options: dict[str, int] = {"method": 2} if form == "webp" else {"compress_level": 4}
    Image.fromarray(image).save(file, form.upper(), quality=quality, **options)
    return file.getvalue()
