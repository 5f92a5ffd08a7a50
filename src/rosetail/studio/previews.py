"""Draws previews inside a child process, with models and recent photos kept in memory.

The methods are called by name through :class:`rosetail.studio.child.ChildProcess`; arguments and
results are plain data. Errors say "the photo" or "the clip" instead of a path, because they are
shown to people.
"""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from rosetail import images
from rosetail.arrays import Bytes
from rosetail.errors import InputError
from rosetail.studio.character_previews import CharacterPreviews
from rosetail.studio.files import encoded, fitted, naming
from rosetail.stylizer.look import blend
from rosetail.stylizer.stylizer import Stylizer

VIEW = 1280  # longest side of previews, in pixels
PHOTOS_IN_MEMORY = 24
FRAMES_IN_MEMORY = 8  # of clips
DRAWINGS_IN_MEMORY = 12  # so that changing the strength does not run the network
LIVE_PIXELS = 1024 * 1024


class Previews:
    """Draws photos, clips and characters for one studio."""

    def __init__(self, backend: str, model: str) -> None:
        self.stylizer = cache(lambda style: Stylizer(style, backend))
        self.view = lru_cache(PHOTOS_IN_MEMORY)(self._view)
        self._clip_frame = lru_cache(FRAMES_IN_MEMORY)(self._read_frame)
        self._stylized = lru_cache(DRAWINGS_IN_MEMORY)(self._stylize)
        self.characters = CharacterPreviews(model, backend, self.view, self.stylizer)

    def __call__(self, name: str, arguments: dict[str, Any]) -> Any:
        """Call the method ``name`` of this object or of ``characters``."""
        if name in ("attributes", "cast", "portrait", "layers", "save", "import_file", "rename"):
            return getattr(self.characters, name)(**arguments)
        assert name in ("add_photo", "add_clip", "draw", "clip_frame", "live", "warm_up"), name
        return getattr(self, name)(**arguments)

    def warm_up(self, style: str) -> None:
        """Load the face detector, and a style, before the first photo needs them."""
        from rosetail.faces.faces import find

        blank = np.full((256, 256, 3), 127, np.uint8)
        find(blank)
        if style:
            self.stylizer(style).array(blank, detail=1.0)

    def add_photo(self, path: str, view: str) -> dict[str, Any]:
        """Read an uploaded photo and write its ``view``; returns the columns of its row."""
        from rosetail.faces.faces import find

        with naming(path, "the photo"):
            rgb = images.read(path)
        small = fitted(rgb, VIEW)
        Path(view).write_bytes(encoded(small, "jpeg", 92))
        return {"width": rgb.shape[1], "height": rgb.shape[0], "faces": len(find(small))}

    def add_clip(self, path: str, view: str) -> dict[str, Any]:
        """Read an uploaded clip, write its poster to ``view``; returns the columns of its row."""
        from rosetail.video.reader import ClipReader

        with naming(path, "the clip"), ClipReader(path) as clip:
            shown = clip.probe(3)
            if not shown:
                raise InputError("the clip: no frame can be read; copy the file again")
            Path(view).write_bytes(encoded(fitted(shown[len(shown) // 2], 640), "jpeg", 85))
            height, width = clip.size
            return {
                "width": width,
                "height": height,
                "frames": clip.frames or 0,
                "seconds": clip.seconds or 0.0,
                "rate": float(clip.rate),
                "sound": bool(clip.sound_streams),
            }

    def draw(
        self, path: str, look: dict[str, Any], whole: bool, form: str
    ) -> tuple[bytes, int, int]:
        """The photo in a style: a file of ``form``, its width and height.

        With ``whole``, at full size and with transparency; otherwise at most VIEW pixels a side.
        """
        look = dict(look)
        style, strength = look.pop("style"), look.pop("strength")
        with naming(path, "the photo"):
            if whole:
                image = self.stylizer(style)(path, strength=strength, **look)
                return encoded(np.asarray(image), form, 95), image.width, image.height
            if look["anime"]:  # proportions also depend on strength, so blending would be wrong
                shown = self._stylized(path, style, strength=strength, **look)
            else:
                drawn = self._stylized(path, style, strength=1.0, **look)
                shown = blend(self.view(path), drawn, strength)
        return encoded(shown, form, 92), shown.shape[1], shown.shape[0]

    def clip_frame(
        self,
        path: str,
        seconds: float,
        look: dict[str, Any],
        character: str,
        edits: dict[str, float],
        keyframes: list[dict[str, Any]],
    ) -> bytes:
        """The frame of a clip at ``seconds``, drawn as its film will show it: a JPEG file."""
        from rosetail.studio.acting import code_path
        from rosetail.video.characters_in_clip import draw_one

        look = {name: value for name, value in look.items() if name != "faces_only"}
        stylizer = self.stylizer(look.pop("style"))
        with naming(path, "the clip"):
            rgb = self._clip_frame(path, seconds)
        if not character:
            return encoded(stylizer.array(rgb, **look), "jpeg", 88)
        model = self.characters.model
        with naming(character, "the character"):
            code = code_path(model, character, edits, keyframes)(seconds)
        return encoded(draw_one(rgb, model, code, stylizer), "jpeg", 88)

    def live(self, frame: bytes, style: str, strength: float) -> bytes:
        """One webcam frame, a JPEG or WebP of at most a megapixel, in a style, as JPEG."""
        image = cv2.imdecode(np.frombuffer(frame, np.uint8), cv2.IMREAD_COLOR_RGB)
        if image is None or image.shape[0] * image.shape[1] > LIVE_PIXELS:
            raise InputError("the frame: not an image of at most a megapixel; send a JPEG")
        rgb = np.asarray(image, np.uint8)
        return encoded(self.stylizer(style).array(rgb, strength=strength, detail=1.0), "jpeg", 88)

    def _view(self, path: str) -> Bytes:
        """The photo at most VIEW pixels a side, uint8 [H, W, 3]."""
        return fitted(images.read(path), VIEW)

    def _read_frame(self, path: str, seconds: float) -> Bytes:
        from rosetail.video.reader import ClipReader

        with ClipReader(path) as clip:
            return fitted(clip.picture_at(seconds), VIEW)

    def _stylize(self, path: str, style: str, **options: Any) -> Bytes:
        return self.stylizer(style).array(self.view(path), **options)
