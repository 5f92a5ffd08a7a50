"""What draws previews, inside a child process: models opened once, photos kept near at hand.

Everything here is called by name from :class:`rosetail.studio.child.Child`; arguments and answers
are plain data. Errors name "the photo" or "the clip" instead of a path: they are shown to people.
"""

from __future__ import annotations

import io
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail import images
from rosetail.errors import InputError
from rosetail.runtime.scale import shrink_or_enlarge
from rosetail.runtime.stylizer import Stylizer, blend

if TYPE_CHECKING:
    from collections.abc import Iterator

Bytes = NDArray[np.uint8]
T = TypeVar("T")

VIEW = 1280  # longest side of what the page shows before it asks for the whole
NEAR = 24  # photos kept decoded
DRAWN = 12  # drawings kept, so that strength costs no network
LIVE_PIXELS = 1024 * 1024
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


class Desk:
    """Serves the calls of one studio."""

    def __init__(self, backend: str, model: str) -> None:
        self.backend, self.model = backend, model
        self.views: Kept[Bytes] = Kept(NEAR)
        self._drawn: Kept[Bytes] = Kept(DRAWN)
        self.stylizer = cache(lambda style: Stylizer(style, self.backend))

    def __call__(self, name: str, arguments: dict[str, Any]) -> Any:
        calls: dict[str, Callable[..., Any]] = {
            "take_photo": self.take_photo,
            "take_clip": self.take_clip,
            "draw": self.draw,
            "live": self.live,
        }
        return calls[name](**arguments)

    def take_photo(self, path: str, view: str) -> dict[str, Any]:
        """Look at what was uploaded and write the ``view`` of it; its facts."""
        from rosetail.data.faces import find

        with naming(path, "the photo"):
            rgb = images.read(path)
        small = fitted(rgb, VIEW)
        Path(view).write_bytes(encoded(small, "jpeg", 92))
        self.views.get(path, lambda: small)
        return {"width": rgb.shape[1], "height": rgb.shape[0], "faces": len(find(small))}

    def take_clip(self, path: str, poster: str) -> dict[str, Any]:
        """Look at a clip and write a ``poster`` of it; its facts."""
        from rosetail.runtime.video_in import ClipReader

        with naming(path, "the clip"), ClipReader(path) as clip:
            shown = clip.glimpses(3)
            if not shown:
                raise InputError("the clip: none of its pictures can be read; copy it again")
            Path(poster).write_bytes(encoded(fitted(shown[len(shown) // 2], 640), "jpeg", 85))
            height, width = clip.size
            return {
                "width": width,
                "height": height,
                "frames": clip.frames or 0,
                "seconds": clip.seconds or 0.0,
                "rate": float(clip.rate),
                "sound": bool(clip.sounds),
            }

    def draw(
        self,
        path: str,
        style: str,
        strength: float,
        anime: float,
        faces_only: bool,
        detail: float | str,
        whole: bool,
        form: str,
    ) -> tuple[bytes, int, int]:
        """The photo in a look: its file as ``form``, width and height.

        ``whole``: at its own size, transparency kept; otherwise at most VIEW pixels a side.
        """
        options: dict[str, Any] = {"anime": anime, "faces_only": faces_only, "detail": detail}
        with naming(path, "the photo"):
            if whole:
                made = self.stylizer(style)(path, strength=strength, **options)
                return encoded(np.asarray(made), form, 95), made.width, made.height
            rgb = self.view(path)
            # Proportions move with strength, so it is part of what is drawn there.
            before = strength if anime else 1.0
            key = (path, style, before, *options.values())
            drawn = self._drawn.get(
                key, lambda: self.stylizer(style).array(rgb, strength=before, **options)
            )
            shown = drawn if anime else blend(rgb, drawn, strength)
        return encoded(shown, form, 92), shown.shape[1], shown.shape[0]

    def view(self, path: str) -> Bytes:
        """The photo at most VIEW pixels a side, uint8 [H, W, 3]."""
        return self.views.get(path, lambda: fitted(images.read(path), VIEW))

    def live(self, frame: bytes, style: str, strength: float) -> bytes:
        """One frame of a webcam, a JPEG or WebP of at most a megapixel, drawn, as JPEG."""
        image = cv2.imdecode(np.frombuffer(frame, np.uint8), cv2.IMREAD_COLOR_RGB)
        if image is None or image.shape[0] * image.shape[1] > LIVE_PIXELS:
            raise InputError("the frame: not a picture of at most a megapixel; send a JPEG")
        rgb = np.asarray(image, np.uint8)
        return encoded(self.stylizer(style).array(rgb, strength=strength, detail=1.0), "jpeg", 88)


@contextmanager
def naming(path: str, what: str) -> Iterator[None]:
    """Library errors from inside name ``what`` in place of ``path``."""
    try:
        yield
    except InputError as error:
        raise type(error)(str(error).replace(path, what)) from error


def fitted(rgb: Bytes, side: int) -> Bytes:
    """``rgb`` uint8 [H, W, 3], made smaller where a side is longer than ``side``."""
    scale = side / max(rgb.shape[:2])
    if scale >= 1:
        return rgb
    size = max(1, round(rgb.shape[0] * scale)), max(1, round(rgb.shape[1] * scale))
    return shrink_or_enlarge(rgb, size)


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


def make_desk(backend: str, model: str) -> Desk:
    """The desk, made in the child."""
    return Desk(backend, model)
