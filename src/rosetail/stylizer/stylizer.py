"""A whole picture, any size, as anime."""

from __future__ import annotations

import os
from collections.abc import Sequence
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail import weights
from rosetail.engines.backend import open_backend
from rosetail.engines.ports import Backend, Engine
from rosetail.errors import NoFaceFound, SettingsError, WeightsMissing
from rosetail.images import read_rgba
from rosetail.stylizer.scale import (
    EYES,
    Detail,
    resize_drawing,
    resize_photo,
    scaled,
    working_scale,
)

if TYPE_CHECKING:
    from PIL import Image

    from rosetail.faces.faces import Face
    from rosetail.images import Picture

Bytes = NDArray[np.uint8]

# Networks that draw a picture from a picture.
NETWORKS = ("doubletail", "cyclegan", "animegan2", "animegan3", "ugatit", "stylegan2")
HEAD_EYES = 0.21  # eye distance in an aligned head, in parts of its side
HEAD_SIDES = (64, 1024)  # an aligned head is drawn at no fewer and no more pixels


class Stylizer:
    """Photos to anime in one trained look. Load once, call often; threads may share it.

    ``style`` is a name from ``rosetail.styles()`` or the path of an exported .onnx file;
    ``backend`` one of :data:`rosetail.engines.backend.NAMES`.

    Raises:
        UnknownStyle, WeightsMissing: there is no such style, or its file is damaged.
        BackendMissing: the engine is not installed or cannot run here.
    """

    in_order = False  # whether a frame's drawing hangs on the one before

    def __init__(self, style: str | os.PathLike[str], backend: str = "auto") -> None:
        path = weights.find(os.fspath(style))
        facts = weights.read_header(path)
        if facts.get("network") not in NETWORKS:
            raise WeightsMissing(f"{path}: not a stylizer; export one with: rosetail export")
        self.style = Path(style).stem
        self.multiple, self.smallest = int(facts["multiple"]), int(facts["smallest"])
        small, large = facts["eyes"].split() if "eyes" in facts else EYES
        self.eyes = float(small), float(large)
        self.backend: Backend = open_backend(path, backend)

    def __call__(
        self,
        image: Picture,
        *,
        strength: float = 1.0,
        anime: float = 0.0,
        faces_only: bool = False,
        detail: Detail = "auto",
    ) -> Image.Image:
        """``image`` (a path, PIL image or uint8 array) as anime: same size, transparency kept.

        See :meth:`array` for the options.

        Raises:
            InputError: the picture cannot be read; NoFaceFound where ``faces_only`` needs one.
            SettingsError: an option is out of its range.
        """
        from PIL import Image

        rgb, alpha = read_rgba(image)
        try:
            drawn = self.array(
                rgb, strength=strength, anime=anime, faces_only=faces_only, detail=detail
            )
        except NoFaceFound as error:
            name = image if isinstance(image, str | os.PathLike) else "picture"
            raise NoFaceFound(f"{os.fspath(name)}: {error}") from error
        return Image.fromarray(drawn if alpha is None else np.dstack([drawn, alpha]))

    def array(
        self,
        rgb: Bytes,
        *,
        strength: float = 1.0,
        anime: float = 0.0,
        faces_only: bool = False,
        detail: Detail = "auto",
    ) -> Bytes:
        """uint8 [H, W, 3] RGB to anime, uint8 [H, W, 3].

        ``strength`` 0..1 blends from the photo (0: exactly) to the drawing. ``anime`` 0..1 moves
        faces towards anime proportions first, in step with ``strength``. ``faces_only`` draws heads
        and leaves the rest a photo. ``detail`` is the size at which the network looks, see
        :func:`rosetail.stylizer.scale.working_scale`.
        """
        check_part("strength", strength)
        check_part("anime", anime)
        self.scale_for(rgb.shape[:2], (), detail)  # refuses a bad detail before any work
        if strength == 0:
            return rgb
        faces = self._faces(rgb) if detail == "auto" or anime > 0 or faces_only else []
        if faces_only and not faces:
            raise NoFaceFound("no face found; give a picture with a larger, clearer face")
        if anime > 0 and faces:
            from rosetail.faces.proportions import towards_anime

            rgb = towards_anime(rgb, [face.landmarks for face in faces], anime * strength)
        if faces_only:
            drawn = self._heads(rgb, faces, detail)
        else:
            drawn = self.at_scale(rgb, self.scale_for(rgb.shape[:2], eyes(faces), detail))
        return blend(rgb, drawn, strength)

    def abreast(self, count: int) -> Stylizer:
        """The same look for ``count`` threads that draw at a time."""
        made = copy(self)
        made.backend = cast(Engine, self.backend).with_streams(count)
        return made

    def scale_for(
        self, size: tuple[int, int], eye_distances: Sequence[float], detail: Detail = "auto"
    ) -> float:
        """:func:`~rosetail.stylizer.scale.working_scale` with the range of eyes of this look."""
        return working_scale(size, eye_distances, detail, self.eyes)

    def at_scale(self, rgb: Bytes, scale: float) -> Bytes:
        """The network's drawing of ``rgb`` seen at ``scale``, brought to the size of ``rgb``."""
        size = rgb.shape[0], rgb.shape[1]
        seen = scaled(size, scale)
        if seen == size:
            return self.network(rgb)
        return resize_drawing(self.network(resize_photo(rgb, seen)), size)

    def network(self, rgb: Bytes) -> Bytes:
        """One pass of the network: uint8 [H, W, 3] to uint8 [H, W, 3].

        Where a side is not a multiple of the network's, the picture goes on mirrored below and to
        the right; the answer is cut back.
        """
        height, width = rgb.shape[:2]
        padded = [
            max(self.smallest, -(-side // self.multiple) * self.multiple)
            for side in (height, width)
        ]
        if padded != [height, width]:
            more = ((0, padded[0] - height), (0, padded[1] - width), (0, 0))
            rgb = np.pad(rgb, more, mode="reflect")
        drawn: Bytes = self.backend.run({"image": rgb[None]})["anime"][0]
        return drawn[:height, :width]

    def _faces(self, rgb: Bytes) -> list[Face]:
        from rosetail.faces.faces import find

        return find(rgb)

    def _heads(self, rgb: Bytes, faces: Sequence[Face], detail: Detail) -> Bytes:
        """``rgb`` with each head drawn; the largest, which is nearest, comes last, on top."""
        from rosetail.faces.faces import align, paste

        drawn = rgb
        for face in reversed(faces):
            distance = eyes([face])[0]
            scale = self.scale_for(rgb.shape[:2], [distance], detail)
            side = int(np.clip(distance * scale / HEAD_EYES, *HEAD_SIDES))
            head, matrix = align(rgb, face.landmarks, side // self.multiple * self.multiple)
            drawn = paste(drawn, self.network(head), matrix)
        return drawn


def check_part(name: str, value: float) -> None:
    """Raise SettingsError unless ``value`` is a number from 0 to 1."""
    if not isinstance(value, int | float) or not 0 <= value <= 1:
        raise SettingsError(f"{name} is {value!r}; give a number from 0 to 1")


def eyes(faces: Sequence[Face]) -> list[float]:
    """Distance between the eyes of each face, in pixels."""
    return [float(np.linalg.norm(face.landmarks[1] - face.landmarks[0])) for face in faces]


def blend(photo: Bytes, drawing: Bytes, strength: float) -> Bytes:
    """Both uint8 [H, W, 3]; 0 gives the photo, 1 the drawing."""
    if strength == 1:
        return drawing
    return cv2.addWeighted(drawing, strength, photo, 1 - strength, 0)  # type: ignore[return-value]
