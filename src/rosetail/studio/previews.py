"""What draws previews, inside a child process: models opened once, photos kept near at hand.

Everything here is called by name from :class:`rosetail.studio.child.Child`; arguments and answers
are plain data. Errors name "the photo" or "the clip" instead of a path: they are shown to people.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail import images
from rosetail.errors import InputError
from rosetail.studio.character_previews import Easel
from rosetail.studio.files import Kept, encoded, fitted, naming
from rosetail.stylizer.stylizer import Stylizer, blend

Bytes = NDArray[np.uint8]

VIEW = 1280  # longest side of what the page shows before it asks for the whole
NEAR = 24  # photos kept decoded
DRAWN = 12  # drawings kept, so that strength costs no network
LIVE_PIXELS = 1024 * 1024


class Desk:
    """Serves the calls of one studio."""

    def __init__(self, backend: str, model: str) -> None:
        self.backend = backend
        self.views: Kept[Bytes] = Kept(NEAR)
        self._drawn: Kept[Bytes] = Kept(DRAWN)
        self.stylizer = cache(lambda style: Stylizer(style, self.backend))
        self.easel = Easel(model, backend, self.view, self.stylizer)

    def __call__(self, name: str, arguments: dict[str, Any]) -> Any:
        calls: dict[str, Callable[..., Any]] = {
            "take_photo": self.take_photo,
            "take_clip": self.take_clip,
            "draw": self.draw,
            "live": self.live,
            "warm": self.warm,
            "attributes": self.easel.attributes,
            "cast": self.easel.cast,
            "portrait": self.easel.portrait,
            "layers": self.easel.layers,
            "keep": self.easel.keep,
            "take_character": self.easel.take,
            "rename": self.easel.rename,
        }
        return calls[name](**arguments)

    def warm(self, style: str) -> None:
        """Open what the first photo will need, before it comes: the face finder, and a look."""
        from rosetail.faces.faces import find

        blank = np.full((256, 256, 3), 127, np.uint8)
        find(blank)
        if style:
            self.stylizer(style).array(blank, detail=1.0)

    def take_photo(self, path: str, view: str) -> dict[str, Any]:
        """Look at what was uploaded and write the ``view`` of it; its facts."""
        from rosetail.faces.faces import find

        with naming(path, "the photo"):
            rgb = images.read(path)
        small = fitted(rgb, VIEW)
        Path(view).write_bytes(encoded(small, "jpeg", 92))
        self.views.get(path, lambda: small)
        return {"width": rgb.shape[1], "height": rgb.shape[0], "faces": len(find(small))}

    def take_clip(self, path: str, poster: str) -> dict[str, Any]:
        """Look at a clip and write a ``poster`` of it; its facts."""
        from rosetail.video.reader import ClipReader

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


def make_desk(backend: str, model: str) -> Desk:
    """The desk, made in the child."""
    return Desk(backend, model)
