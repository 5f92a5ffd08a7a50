"""The interface of character models.

:class:`CharacterModel` is what all callers use. Its implementations are
:class:`~rosetail.characters.network_model.NetworkModel`, a trained network, and
:class:`~rosetail.characters.painter_model.PainterModel`, a procedural painter. Each implements the
members without a body here; casting, reading files and compositing are the same for both.

What only some models can do has a protocol of its own: :class:`ReadsDrawings`,
:class:`DrawsLayers` and :class:`HasStyleLayers`. Ask with ``isinstance``.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rosetail import weights
from rosetail.characters.character import Character, Renderer, check_model, read_character
from rosetail.characters.content import Content, EncodedDrawing, Follow, ModelId
from rosetail.characters.edits import stack_codes
from rosetail.characters.framing import FRAMES, Frame, paste_in_photo
from rosetail.characters.style_layers import StyleLayers, sefa_axes
from rosetail.errors import NoFaceFound, SettingsError
from rosetail.faces.faces import find
from rosetail.faces.warp import Matrix, to_side
from rosetail.images import read
from rosetail.stylizer.stylizer import Stylizer

if TYPE_CHECKING:
    from rosetail.characters.directions_file import Directions
    from rosetail.images import Picture
    from rosetail.painter.layered import Group, Layer

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

LAYERS_SIZE = 1536  # pixels
AXIS_SAMPLES = 4096  # random codes that measure the length of an axis


class CharacterModel(Renderer, Protocol):
    """Draws the face of a photo as characters.

    A character is a code w of ``latent`` numbers. :meth:`encode` does the heavy work once per
    photo; drawing the result with another code costs the decoder alone. Heads are drawn in squares
    of ``size`` pixels. Models may be shared by threads.
    """

    name: str
    size: int
    latent: int

    @property
    def id(self) -> ModelId:
        """The identity that characters of this model carry."""
        ...

    @property
    def learned(self) -> Directions | None:
        """The edits that come with the model itself, if any."""
        ...

    @property
    def mean(self) -> Floats:
        """The mean w (latent,) of random characters."""
        ...

    def random_w(self, count: int, seed: int) -> Floats:
        """Codes (count, latent) of random characters. A larger count only appends codes."""
        ...

    def encode_at(self, rgb: Bytes, landmarks: NDArray[np.floating]) -> Content:
        """Encode the face with ``landmarks`` [5, 2] in ``rgb``, uint8 [H, W, 3]."""
        ...

    def encode_head(self, head: Bytes) -> Content:
        """Encode an aligned head, uint8 [size, size, 3]."""
        ...

    def follow(self) -> Follow:
        """An encoder for one face of a clip, to be called once per frame in order of time."""
        ...

    def decode(self, content: Content, w: Floats) -> Bytes:
        """Heads with their background, uint8 [N, size, size, 3].

        ``w`` is (N, latent), or (N, groups, latent) with one code per group of layers.
        """
        ...

    def figures(self, content: Content, w: Floats) -> Bytes:
        """:meth:`decode` with a transparent background: RGBA, uint8 [N, size, size, 4]. Opaque if
        the model cannot separate figure and background (published weights)."""
        ...

    def heads(self, content: Content, w: Floats) -> Bytes:
        """Figures to be pasted on the photo, RGBA uint8 [N, S, S, 4], without clothes if the model
        can leave them out. S may differ from ``size``."""
        ...

    def bust(self, content: Content, w: Floats) -> tuple[Bytes, Matrix]:
        """The figure of one w, with as much of the shoulders as the model draws: RGBA uint8
        [S, S, 4], and the matrix [2, 3] that maps the photo to it."""
        ...

    def specialized(self, w: Floats) -> Callable[[Content], Bytes]:
        """:meth:`heads` for one fixed w, as a function of the content to uint8 [S, S, 4]. Faster
        where the model can fold w into its weights."""
        ...

    def own_w(self, content: Content) -> Floats:
        """The w (latent,) that looks most like the photographed person."""
        ...

    def person_mask(self, content: Content) -> Bytes | None:
        """Where the photographed person is in the encoded head, uint8 [S, S]; None if unknown."""
        ...

    def draw_frame(self, content: Content, w: Floats, frame: Frame) -> Bytes | None:
        """One w in ``frame``, uint8 [H, W, 3 or 4]; None if the frame shows part of the photo."""
        ...

    def encode(self, photo: Picture) -> Content:
        """Encode the largest face in ``photo``.

        Raises InputError for a file that is not a picture, NoFaceFound for one without a face.
        """
        rgb = read(photo)
        faces = find(rgb)
        if not faces:
            name = photo if isinstance(photo, str | os.PathLike) else "picture"
            raise NoFaceFound(
                f"{os.fspath(name)}: no face found; give a picture with a larger, clearer face"
            )
        return self.encode_at(rgb, faces[0].landmarks)

    def draw(self, content: Content, *characters: Character) -> Bytes:
        """The head as each of ``characters`` with its edits: uint8 [N, size, size, 3].

        Raises SettingsError for a character of another model.
        """
        for each in characters:
            check_model(each, self.id)
        return self.decode(content, stack_codes([each.code for each in characters]))

    def cast(
        self, photo: Picture | Content, n: int = 8, *, seed: int = 0, truncation: float = 1.0
    ) -> list[Character]:
        """``n`` random characters, each with its picture of ``photo``.

        The same seed gives the same characters for every photo; a larger ``n`` only appends some.
        ``truncation`` 0..1: lower values give more average characters.
        """
        if n < 1 or seed < 0:
            raise SettingsError(f"n {n}, seed {seed}: give at least 1 character and a seed from 0")
        if not 0 <= truncation <= 1:
            raise SettingsError(f"truncation {truncation}: give a number from 0 to 1")
        content = photo if isinstance(photo, Content) else self.encode(photo)
        w = self.random_w(n, seed)
        if truncation < 1:
            w = self.mean + np.float32(truncation) * (w - self.mean)
        return [
            self.character(each, f"character {seed}.{number}", picture)
            for number, (each, picture) in enumerate(zip(w, self.decode(content, w), strict=True))
        ]

    def character(self, w: Floats, name: str, picture: Bytes | None = None) -> Character:
        """The character of this model with code ``w`` (latent,)."""
        return Character(name, self.id, w, picture, renderer=self)

    def likeness(self, photo: Picture | Content, name: str = "likeness") -> Character:
        """The character that looks most like the photographed person. Raises as :meth:`encode`."""
        content = photo if isinstance(photo, Content) else self.encode(photo)
        w = self.own_w(content)
        return self.character(w, name, self.decode(content, w[None])[0])

    def read(self, path: str | os.PathLike[str]) -> Character:
        """Read a character file; the result can be edited and applied.

        Raises InputError for another kind of file, SettingsError for another model's character.
        """
        character = read_character(path)
        check_model(character, self.id)
        return replace(character, renderer=self)

    def apply(
        self,
        photo: Picture | Content,
        character: Character,
        *,
        frame: Frame = "portrait",
        stylizer: Stylizer | None = None,
    ) -> Image.Image:
        """Draw the head in ``photo`` as ``character``.

        ``frame`` selects what the result shows: ``face`` the drawn square, ``figure`` the same with
        a transparent background, ``full`` the whole photo, ``portrait`` a square around the head.
        What is visible of the photo is drawn by ``stylizer`` (default: the default style).

        Raises SettingsError for a character of another model or an unknown frame.
        """
        if frame not in FRAMES:
            raise SettingsError(f"frame {frame!r}: choose one of {', '.join(FRAMES)}")
        check_model(character, self.id)
        content = photo if isinstance(photo, Content) else self.encode(photo)
        drawn = self.draw_frame(content, character.code, frame)
        if drawn is None:
            head = self.heads(content, character.code[None])[0]
            drawn = paste_in_photo(
                content.rgb,
                head,
                to_side(content.matrix, self.size, len(head)),
                stylizer or Stylizer(weights.styles()[0]),
                whole=frame == "full",
                mask=self.person_mask(content),
            )
        return Image.fromarray(drawn)


@runtime_checkable
class ReadsDrawings(Protocol):
    """A model that reads the style of a drawing."""

    def encode_drawing(self, drawing: Picture) -> EncodedDrawing:
        """Encode the largest head of a drawing. Raises InputError, and NoFaceFound for a drawing
        without a head."""
        ...


@runtime_checkable
class DrawsLayers(Protocol):
    """A model that draws a character as separate layers."""

    def layers(
        self, photo: Picture | Content, character: Character, size: int, *, ground: bool = False
    ) -> list[Layer | Group]:
        """The bust of ``character`` in the pose of ``photo``, ``size`` pixels wide and high, from
        back to front; ``ground`` adds the background."""
        ...


@runtime_checkable
class HasStyleLayers(Protocol):
    """A model whose w modulates the layers of a network."""

    def style_layers(self) -> StyleLayers:
        """The layers, and how w modulates them. Raises WeightsMissing for an export without."""
        ...


def encode_drawing(model: CharacterModel, drawing: Picture) -> EncodedDrawing:
    """:meth:`ReadsDrawings.encode_drawing`. Raises SettingsError if ``model`` has none."""
    if not isinstance(model, ReadsDrawings):
        raise SettingsError(f"{model.name}: cannot read a drawing's style; give a trained --model")
    return model.encode_drawing(drawing)


def style_layers(model: CharacterModel) -> StyleLayers | None:
    """:meth:`HasStyleLayers.style_layers`, or None if ``model`` has none."""
    return model.style_layers() if isinstance(model, HasStyleLayers) else None


def main_axes(model: CharacterModel, count: int) -> Floats:
    """The main directions of change of a network (count, latent), by SeFa.

    Each is twice as long as the standard deviation of random codes along it. Raises SettingsError
    for a model without style layers.
    """
    layers = style_layers(model)
    if layers is None:
        raise SettingsError(f"{model.name}: has no style layers; give a trained --model")
    axes = sefa_axes(layers.modulation(), count)[0]
    deviation = (model.random_w(AXIS_SAMPLES, 0) @ axes.T).std(0)
    return np.asarray(2 * deviation[:, None] * axes, np.float32)


def character_layers(
    model: CharacterModel,
    photo: Picture | Content,
    character: Character,
    size: int = LAYERS_SIZE,
    *,
    ground: bool = False,
) -> list[Layer | Group]:
    """:meth:`DrawsLayers.layers`. Raises SettingsError if ``model`` draws in one piece."""
    if not isinstance(model, DrawsLayers):
        raise SettingsError(
            f"{model.name} draws in one piece; only characters of the painter have layers"
        )
    return model.layers(photo, character, size, ground=ground)
