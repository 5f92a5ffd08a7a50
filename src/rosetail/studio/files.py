"""Small things that everything which draws shares: what is kept at hand, pictures as files."""

from __future__ import annotations

import io
import re
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail import images
from rosetail.errors import InputError
from rosetail.stylizer.scale import resize_photo

Bytes = NDArray[np.uint8]
T = TypeVar("T")

MEDIA = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}


class Kept(Generic[T]):
    """The ``most`` values used last, by key."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Hashable, T] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value of ``key``, made where it is not at hand."""
        if key not in self._values:
            self._values[key] = make()
            if len(self._values) > self._most:
                self._values.popitem(last=False)
        self._values.move_to_end(key)
        return self._values[key]


@contextmanager
def naming(path: str, what: str) -> Iterator[None]:
    """Library errors from inside name ``what`` in place of ``path``."""
    try:
        yield
    except InputError as error:
        said = str(error).replace(path, what)
        raise type(error)(re.sub("^picture:", f"{what}:", said)) from error


def fitted(rgb: Bytes, side: int) -> Bytes:
    """``rgb`` uint8 [H, W, 3], made smaller where a side is longer than ``side``."""
    scale = side / max(rgb.shape[:2])
    if scale >= 1:
        return rgb
    size = max(1, round(rgb.shape[0] * scale)), max(1, round(rgb.shape[1] * scale))
    return resize_photo(rgb, size)


def encoded(picture: Bytes, form: str, quality: int) -> bytes:
    """uint8 [H, W, 3] RGB or [H, W, 4] as a file of ``form``; JPEG lays transparency over white."""
    if form == "jpeg":
        rgb = images.read(picture) if picture.shape[2] == 4 else picture
        flags = [cv2.IMWRITE_JPEG_QUALITY, quality]
        flags += [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]
        return cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), flags)[1].tobytes()
    from PIL import Image

    kept = io.BytesIO()
    options: dict[str, int] = {"method": 2} if form == "webp" else {"compress_level": 4}
    Image.fromarray(picture).save(kept, form.upper(), quality=quality, **options)
    return kept.getvalue()
