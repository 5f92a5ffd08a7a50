"""Turn a whole picture of any size into anime."""

from __future__ import annotations

import os
from collections.abc import Sequence
from copy import copy
from pathlib import Path
from typing import cast, get_args

import numpy as np

from rosetail import weights
from rosetail.arrays import Bytes
from rosetail.engines.backend import check_ports, open_backend
from rosetail.engines.ports import Backend, Engine, Precision
from rosetail.errors import NoFaceFound, WeightsMissing
from rosetail.faces.faces import Face, align, find, paste
from rosetail.faces.mesh import find_meshes, refine_landmarks
from rosetail.faces.proportions import towards_anime
from rosetail.reading import reading
from rosetail.stylizer.look import Look
from rosetail.stylizer.scale import (
    Detail,
    eyes_range,
    largest_scale,
    resize_drawing,
    resize_photo,
    scaled,
    working_scale,
)
from rosetail.stylizer.tiles import draw_in_tiles

# Networks that map a picture to a picture.
NETWORKS = ("doubletail", "cyclegan", "animegan2", "animegan3", "ugatit", "stylegan2")
MAX_SIDE = 4096  # of the numbers in a header; no network needs more
HEAD_EYES = 0.21  # eye distance in an aligned head, as a fraction of its side
TOLERANCE = 1.01  # of the largest scale, for rounding
HEAD_SIDES = (64, 1024)  # smallest and largest side at which an aligned head is drawn


class Stylizer(Look):
    """Turns photos into anime in one style. Load once, call often; threads may share it.

    ``style`` is a name from ``rosetail.styles()`` or the path of an exported .onnx file;
    ``backend`` one of :data:`rosetail.engines.backend.NAMES`.

    Raises:
        UnknownStyle, WeightsMissing: there is no such style, or its file is damaged.
        BackendMissing: the engine is not installed or cannot run here.
    """

    in_order = False  # whether a frame's drawing depends on the frame before

    def __init__(self, style: str | os.PathLike[str], backend: str = "auto") -> None:
        path = weights.find(os.fspath(style))
        header = weights.read_header(path)
        self.style = Path(style).stem
        with reading(path, "a stylizer", "export one with: rosetail export", WeightsMissing):
            if header.get("network") not in NETWORKS:
                raise ValueError(f"network {header.get('network')}")
            self.multiple, self.smallest = int(header["multiple"]), int(header["smallest"])
            self.eyes = eyes_range(header.get("eyes"))
            if not (0 < self.multiple <= MAX_SIDE and 0 < self.smallest <= MAX_SIDE):
                raise ValueError(f"sides are multiples of {self.multiple}, from {self.smallest}")
            if not 0 <= self.eyes[0] <= self.eyes[1]:
                raise ValueError(f"eye distances {header.get('eyes')}")
            precision = header.get("precision", "auto")
            if precision not in get_args(Precision):
                raise ValueError(f"precision {precision}")
        self.path = path
        engine = open_backend(path, backend, precision=cast(Precision, precision))
        check_ports(path, engine, ["image"], ["anime"])
        self.backend: Backend = engine

    def _draw(
        self, rgb: Bytes, detail: Detail, anime: float, faces_only: bool
    ) -> tuple[Bytes, Bytes]:
        faces = find(rgb) if detail == "auto" or anime > 0 or faces_only else []
        if faces_only and not faces:
            raise NoFaceFound("no face found; give a picture with a larger, clearer face")
        if anime > 0 and faces:
            meshes = find_meshes(rgb, [face.landmarks for face in faces])
            rgb = towards_anime(rgb, meshes, anime)
        if faces_only:
            return rgb, self._draw_heads(rgb, faces, detail)
        scale = self.scale_for(rgb.shape[:2], eye_distances(faces), detail)
        return rgb, self.at_scale(rgb, scale)

    def with_streams(self, count: int) -> Stylizer:
        """The same style for ``count`` threads that draw at the same time."""
        stylizer = copy(self)
        stylizer.backend = cast(Engine, self.backend).with_streams(count)
        return stylizer

    def scale_for(
        self, size: tuple[int, int], eye_distances: Sequence[float], detail: Detail = "auto"
    ) -> float:
        """:func:`~rosetail.stylizer.scale.working_scale` with this network's range of eyes."""
        return working_scale(size, eye_distances, detail, self.eyes)

    def at_scale(self, rgb: Bytes, scale: float) -> Bytes:
        """Draw ``rgb`` at ``scale`` and resize the drawing to the size of ``rgb``; in tiles if it
        is large."""
        size = rgb.shape[0], rgb.shape[1]
        if scale > TOLERANCE * largest_scale(size):
            if not self.in_order:
                return draw_in_tiles(rgb, scale, lambda tile: self.at_scale(tile, scale))
            scale = largest_scale(size)
        working = scaled(size, scale)
        if working == size:
            return self.network(rgb)
        return resize_drawing(self.network(resize_photo(rgb, working)), size)

    def network(self, rgb: Bytes) -> Bytes:
        """Run the network: uint8 [H, W, 3] to uint8 [H, W, 3].

        Sides that are not multiples of the network's are padded by reflection, and the result is
        cropped.
        """
        height, width = rgb.shape[:2]
        padded = [
            max(self.smallest, -(-side // self.multiple) * self.multiple)
            for side in (height, width)
        ]
        if padded != [height, width]:
            padding = ((0, padded[0] - height), (0, padded[1] - width), (0, 0))
            rgb = np.pad(rgb, padding, mode="reflect")
        drawn: Bytes = self.backend.run({"image": rgb[None]})["anime"]
        if drawn.shape != (1, *rgb.shape) or drawn.dtype != np.uint8:
            raise WeightsMissing(
                f"{self.path}: draws {list(rgb.shape)} as {drawn.dtype} {list(drawn.shape)}; "
                "export the model again"
            )
        return drawn[0, :height, :width]

    def _draw_heads(self, rgb: Bytes, faces: Sequence[Face], detail: Detail) -> Bytes:
        """``rgb`` with each head drawn. The largest is the nearest: it is pasted last, on top."""
        drawn = rgb
        for face in reversed(faces):
            distance = eye_distances([face])[0]
            scale = self.scale_for(rgb.shape[:2], [distance], detail)
            side = int(np.clip(distance * scale / HEAD_EYES, *HEAD_SIDES))
            landmarks = refine_landmarks(rgb, face.landmarks)
            head, matrix = align(rgb, landmarks, side // self.multiple * self.multiple)
            drawn = paste(drawn, self.network(head), matrix)
        return drawn


def eye_distances(faces: Sequence[Face]) -> list[float]:
    """Distance between the eyes of each face, in pixels."""
    return [float(np.linalg.norm(face.landmarks[1] - face.landmarks[0])) for face in faces]
