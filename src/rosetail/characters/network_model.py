"""Characters drawn by a trained network, as exported ONNX graphs.

See :mod:`rosetail.methods.roses.graphs` for the graphs: ``encode`` (photo to content and style
code z), ``map`` (z to w), ``scales`` (w to the decoder's styles), ``decode`` and, optionally,
``read`` (drawing to content and z).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from rosetail import weights
from rosetail.arrays import Bytes, Floats
from rosetail.characters.content import Content, EncodedDrawing, ModelId
from rosetail.characters.directions_file import Directions, read_directions
from rosetail.characters.framing import Frame
from rosetail.characters.model import Character, CharacterModel
from rosetail.characters.scenes import Scenes, read_scenes
from rosetail.characters.style_layers import LayerGroups, StyleLayers, read_layer_groups
from rosetail.engines.backend import open_backend
from rosetail.engines.ports import Arrays
from rosetail.errors import NoFaceFound, SettingsError, WeightsMissing
from rosetail.faces import faces
from rosetail.faces.drawn_heads import find_heads
from rosetail.faces.tracking import TrackedFace
from rosetail.faces.warp import Matrix, transform
from rosetail.images import Picture, picture_name, read
from rosetail.reading import reading

MEAN_SAMPLES = 4096  # random codes that the mean w is taken over
SINGLE_PRECISION = {"map", "scales"}  # cheap graphs; bfloat16 would shift every colour slightly


class NetworkModel(CharacterModel):
    """A trained model by its name in the catalog, or the folder of an exported run.

    ``backend`` is one of :data:`rosetail.engines.backend.NAMES`.

    Raises UnknownStyle, WeightsMissing, BackendMissing.
    """

    def __init__(self, model: str | os.PathLike[str] = "roses", backend: str = "auto") -> None:
        paths = weights.find_parts(os.fspath(model))
        header = weights.read_header(paths["decode"])
        if header.get("network") != "roses.decode":
            raise WeightsMissing(f"{paths['decode']}: not a Roses decoder; export the model again")
        self.source, self.name = os.fspath(model), Path(model).name
        # ``size`` is the training size; published weights state it as the only ``side``.
        self.size = int(header["size"] if "size" in header else header["side"])
        self.latent = int(header["latent"])
        self.crop = cast(faces.Frame, header.get("frame", "head"))
        if self.crop not in faces.FRAMES:
            raise WeightsMissing(f"{paths['decode']}: unknown frame {self.crop}; update Rosetail")
        self._reads_drawings = header.get("reads") == "drawings"
        self._z_size = int(header["style"])
        self._graphs = {
            part: open_backend(
                path, backend, precision="f32" if part in SINGLE_PRECISION else "auto"
            )
            for part, path in paths.items()
            if path.suffix == ".onnx"
        }
        self._paths = paths

    @cached_property
    def id(self) -> ModelId:
        return ModelId(self.name, model_digest(self._paths))

    @cached_property
    def directions(self) -> Directions:
        """Learned and fitted directions; the fitted are read from the file beside the model.

        Raises SettingsError if there are none or they belong to another model, InputError for a
        damaged file.
        """
        learned = self.learned
        if "directions" not in self._paths:
            if learned is None:
                raise SettingsError(
                    f"{self.name}: has no directions yet; run: rosetail directions fit --model "
                    f"{self.name} --photos FOLDER"
                )
            return learned
        fitted = read_directions(self._paths["directions"]).for_model(self.id)
        return fitted if learned is None else learned.joined(fitted)

    @cached_property
    def learned(self) -> Directions | None:
        path = self._paths.get("learned")
        return None if path is None else read_directions(path).for_model(self.id)

    @cached_property
    def _layer_groups(self) -> LayerGroups:
        return read_layer_groups(weights.read_header(self._paths["scales"]))

    def style_layers(self) -> StyleLayers:
        """See :class:`~rosetail.characters.capabilities.HasStyleLayers`.

        Styles are an affine function of w, so the weights are the styles of the unit vectors minus
        those of the zero vector.
        """
        codes = np.concatenate([np.zeros((1, self.latent)), np.eye(self.latent)])
        styles = self._styles(codes.astype(np.float32)).astype(np.float64)
        return StyleLayers(self._layer_groups, (styles[1:] - styles[0]).T)

    @cached_property
    def _style_codes(self) -> Floats | None:
        """Style codes (N, z) that random characters are drawn from; None: normal noise."""
        path = self._paths.get("styles")
        if path is None:
            return None
        with reading(path, "style codes", "export the model again", WeightsMissing):
            codes = np.load(path, allow_pickle=False).astype(np.float32)
            if not np.isfinite(codes).all():
                raise ValueError("numbers that are not finite")
            return codes.reshape(-1, self._z_size)

    @cached_property
    def scenes(self) -> Scenes | None:
        """Backgrounds of the characters; None if the model draws plain ones. Raises WeightsMissing
        for a damaged file."""
        path = self._paths.get("scenes")
        return None if path is None else read_scenes(path)

    @cached_property
    def mean(self) -> Floats:
        return self.random_w(MEAN_SAMPLES, 0).mean(0)

    def to_w(self, z: Floats) -> Floats:
        """Style codes z (N, codes) to w (N, latent)."""
        w: Floats = self._graphs["map"].run({"z": np.asarray(z, np.float32)})["w"]
        return w

    def random_w(self, count: int, seed: int) -> Floats:
        rng = np.random.default_rng(seed)
        if self._style_codes is None:
            return self.to_w(rng.standard_normal((count, self._z_size), np.float32))
        order = rng.permutation(len(self._style_codes))  # repeats only once all are used
        return self.to_w(self._style_codes[np.resize(order, count)])

    def find(self, rgb: Bytes) -> Sequence[faces.Face]:
        if not self._reads_drawings:
            return super().find(rgb)
        return [
            faces.Face(head.box.astype(np.float32), head.landmarks.astype(np.float32), head.score)
            for head in find_heads(rgb)
        ]

    def encode_at(self, rgb: Bytes, landmarks: NDArray[np.floating]) -> Content:
        head, matrix = self.align(rgb, landmarks)
        placed = self._relative(landmarks, matrix)
        return replace(self.encode_head(head), rgb=rgb, matrix=matrix, landmarks=placed)

    def encode_head(self, head: Bytes) -> Content:
        parts = self._graphs["encode"].run({"image": np.ascontiguousarray(head)[None]})
        return Content(parts["content"], head, np.eye(2, 3), parts["style"][0])

    def encode_drawing(self, drawing: Picture) -> EncodedDrawing:
        """See :class:`~rosetail.characters.capabilities.ReadsDrawings`. Raises WeightsMissing for
        an export without ``read``."""
        if "read" not in self._graphs:
            raise WeightsMissing(f"{self.name}: has no reader of drawings; export it again")
        rgb = read(drawing)
        heads = find_heads(rgb)
        if not heads:
            raise NoFaceFound(
                f"{picture_name(drawing)}: no drawn head found; crop the drawing to the head"
            )
        head, matrix = self.align(rgb, heads[0].landmarks)
        parts = self._graphs["read"].run({"image": head[None]})
        placed = self._relative(heads[0].landmarks, matrix)
        content = Content(parts["content"], rgb, matrix, parts["style"][0], landmarks=placed)
        return EncodedDrawing(head, content, self.to_w(parts["style"])[0])

    def like(self, drawing: Picture, name: str = "like") -> Character:
        """The character in the style of a drawing. Raises as :meth:`encode_drawing`."""
        encoded = self.encode_drawing(drawing)
        return self.character(encoded.w, name, encoded.head)

    def _relative(self, landmarks: NDArray[np.floating], matrix: Matrix) -> Floats:
        """Convert landmarks from pixels of a picture to positions in the head, -1 to 1."""
        pixels = transform(landmarks, matrix)
        return ((pixels + 0.5) * (2 / self.size) - 1).astype(np.float32)

    def encode_face(self, rgb: Bytes, face: TrackedFace) -> Content:
        return self.encode_at(rgb, face.landmarks)

    def decode(self, content: Content, w: Floats) -> Bytes:
        styles = self._styles(w)
        drawn = self._decode(content, styles)
        if self.scenes is None:
            return drawn["anime"]
        # The palette is the last group of styles, and the background colour comes first in it.
        groups = self._layer_groups
        first = np.flatnonzero(groups.group == len(groups.names) - 1)[0]
        return self.scenes.behind(drawn["figure"], 127.5 * (styles[:, first : first + 3] + 1))

    def head(self, content: Content, w: Floats) -> Bytes:
        return _figure(self._decode(content, self._styles(w[None])))

    def bust(self, content: Content, w: Floats) -> tuple[Bytes, Matrix]:
        return self.head(content, w), content.matrix

    def specialized(self, w: Floats) -> Callable[[Content], Bytes]:
        decode = self._graphs["decode"].bind({"scales": self._styles(w[None])})
        return lambda content: _figure(decode.run(self._decoder_inputs(content)))

    def own_ws(self, content: Content) -> dict[str, Floats]:
        if content.style is None:
            raise ValueError("content of another model")
        return {"likeness": self.to_w(content.style[None])[0]}

    def draw_frame(self, content: Content, w: Floats, frame: Frame) -> Bytes | None:
        if frame == "face":
            return self.decode(content, w[None])[0]
        return self.head(content, w) if frame == "figure" else None

    def _decode(self, content: Content, styles: Floats) -> Arrays:
        return self._graphs["decode"].run({**self._decoder_inputs(content), "scales": styles})

    def _decoder_inputs(self, content: Content) -> Arrays:
        inputs = {"content": content.maps}
        if "landmarks" in self._graphs["decode"].inputs:
            inputs["landmarks"] = content.landmarks[None]
        return inputs

    def _styles(self, w: Floats) -> Floats:
        """The styles (N, S) of w, (N, latent) or (N, groups, latent)."""
        codes = np.atleast_2d(np.asarray(w, np.float32))
        rows: Floats = self._graphs["scales"].run({"w": codes.reshape(-1, self.latent)})["scales"]
        if codes.ndim == 2:
            return rows
        # Take each column from the row of its group.
        grouped = rows.reshape(*codes.shape[:2], -1)
        return np.ascontiguousarray(
            grouped[:, self._layer_groups.group, np.arange(grouped.shape[2])]
        )


def _figure(decoded: Arrays) -> Bytes:
    """The figure of a batch of one, or the whole picture with an opaque alpha if there is none."""
    if "figure" in decoded:
        return decoded["figure"][0]
    anime: Bytes = decoded["anime"][0]
    return np.dstack([anime, np.full_like(anime[..., 0], 255)])


def model_digest(paths: Mapping[str, Path]) -> str:
    """SHA-256 of the graphs that give a code its meaning: map, scales and decode."""
    digest = hashlib.sha256()
    for part in ("map", "scales", "decode"):
        digest.update(paths[part].read_bytes())
    return digest.hexdigest()
