"""Characters, and the interface of the models that draw them.

:class:`CharacterModel` is what all callers use. Its implementations are
:class:`~rosetail.characters.network_model.NetworkModel`, a trained network, and
:class:`~rosetail.characters.painter_model.PainterModel`, a procedural painter. Each implements the
members without a body here; casting, reading files and compositing are the same for both.
Capabilities of only one of them are in :mod:`rosetail.characters.capabilities`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rosetail import weights
from rosetail.arrays import Bytes, Floats
from rosetail.characters.character_file import read_fields, write_fields
from rosetail.characters.content import Content, ModelId
from rosetail.characters.directions_file import Directions
from rosetail.characters.edits import (
    Edit,
    EditValues,
    apply_edits,
    remove_edit,
    stack_codes,
    update_edits,
)
from rosetail.characters.framing import FRAMES, Frame, paste_head, paste_in_photo, person_in_head
from rosetail.errors import NoFaceFound, SettingsError
from rosetail.faces import faces
from rosetail.faces.faces import KEPT_ROLL, Aligned, Face
from rosetail.faces.mesh import refine_landmarks
from rosetail.faces.tracking import TrackedFace
from rosetail.faces.warp import Matrix, to_side
from rosetail.images import Picture, picture_name, read
from rosetail.stylizer.stylizer import Stylizer


@dataclass(frozen=True, eq=False)
class Character:
    """A code ``w`` (latent,) of ``model``, and edits that are added to it.

    ``picture`` shows the character, uint8 [S, S, 3], or is None. ``renderer`` is the loaded model
    that made or read the character; :meth:`edit` and :meth:`apply` need it.
    """

    name: str
    model: ModelId
    w: Floats
    picture: Bytes | None = None
    edits: tuple[Edit, ...] = ()
    renderer: CharacterModel | None = field(default=None, repr=False)

    @property
    def code(self) -> Floats:
        """w with its edits: (latent,), or (groups, latent) if an edit is for some layers."""
        return apply_edits(self.w, self.edits)

    def edit(
        self,
        values: EditValues | None = None,
        *,
        method: str | None = None,
        directions: Directions | None = None,
        **named: float | str,
    ) -> Character:
        """The character with named edits: ``edit(long_hair=1, hair="blue", open_mouth=0)``.

        At strength 1 most pictures show the attribute; 0 removes the edit. Names are given in
        ``values`` or as keywords, with ``_`` for ``-``. The default ``method`` is the best one that
        has a direction for the name; the default ``directions`` are the model's own. The result has
        no picture.

        Raises SettingsError for an unknown name, colour or method, or without directions.
        """
        if directions is None:
            directions = self._loaded().directions
        directions = directions.for_model(self.model)
        edits = update_edits(self.edits, {**(values or {}), **named}, directions, method)
        return replace(self, edits=edits, picture=None)

    def unset(self, name: str) -> Character:
        """The character without the edit called ``name``. Raises SettingsError if it has none."""
        return replace(self, edits=remove_edit(self.edits, name), picture=None)

    def apply(
        self,
        photo: Picture | Content,
        *,
        frame: Frame = "portrait",
        stylizer: Stylizer | None = None,
    ) -> Image.Image:
        """Draw the head in ``photo`` as this character; see :meth:`CharacterModel.apply`."""
        return self._loaded().apply(photo, self, frame=frame, stylizer=stylizer)

    def _loaded(self) -> CharacterModel:
        if self.renderer is None:
            raise SettingsError(
                f"{self.name}: its model {self.model} is not loaded; read the file with "
                "rosetail.load(MODEL).read(path)"
            )
        return self.renderer

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the character file, complete or not at all. Raises OutputError."""
        return write_fields(
            path,
            name=self.name,
            model=self.model,
            w=self.w,
            picture=self.picture,
            edits=self.edits,
        )


def read_character(path: str | os.PathLike[str]) -> Character:
    """Read a character file. Raises InputError, naming the file, for anything else."""
    return Character(**read_fields(path))


def check_model(character: Character, model: ModelId) -> None:
    """Raise SettingsError unless ``character`` belongs to ``model``."""
    if character.model.digest != model.digest:
        raise SettingsError(
            f"the character {character.name} belongs to {character.model}, not to {model}; "
            "load that model, or cast anew"
        )


class CharacterModel(Protocol):
    """Draws the face of a photo as characters.

    A character is a code w of ``latent`` numbers. :meth:`encode` does the heavy work once per
    photo; drawing the result with another code costs the decoder alone. Heads are drawn in squares
    of ``size`` pixels. Models may be shared by threads.
    """

    name: str
    size: int
    latent: int
    crop: faces.Frame = "head"  # where the face is in its squares

    @property
    def id(self) -> ModelId:
        """The model's identity, stored in its characters."""
        ...

    @property
    def directions(self) -> Directions:
        """The directions for named edits. Raises SettingsError if there are none."""
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

    def encode_face(self, rgb: Bytes, face: TrackedFace) -> Content:
        """Encode a face that is followed through a clip, in its frame ``rgb``."""
        ...

    def decode(self, content: Content, w: Floats) -> Bytes:
        """Heads with their background, uint8 [N, size, size, 3].

        ``w`` is (N, latent), or (N, groups, latent) with one code per group of layers.
        """
        ...

    def head(self, content: Content, w: Floats) -> Bytes:
        """The figure of one w, to be pasted on the photo: RGBA uint8 [S, S, 4], without clothes if
        the model can leave them out. Opaque if it cannot separate figure and background."""
        ...

    def bust(self, content: Content, w: Floats) -> tuple[Bytes, Matrix]:
        """The figure of one w, with as much of the shoulders as the model draws: RGBA uint8
        [S, S, 4], and the matrix [2, 3] that maps the photo to it."""
        ...

    def specialized(self, w: Floats) -> Callable[[Content], Bytes]:
        """:meth:`head` for a fixed w, as a function of the content. Faster if the model can fold w
        into its weights."""
        ...

    def own_ws(self, content: Content) -> dict[str, Floats]:
        """Codes (latent,) that look like the photographed person, by name; the closest first."""
        ...

    def draw_frame(self, content: Content, w: Floats, frame: Frame) -> Bytes | None:
        """One w in ``frame``, uint8 [H, W, 3 or 4]; None if the frame shows part of the photo."""
        ...

    def find(self, rgb: Bytes) -> Sequence[Face]:
        """The faces in a picture of the model's source domain, largest first."""
        return [
            replace(face, landmarks=refine_landmarks(rgb, face.landmarks))
            for face in faces.find(rgb)
        ]

    def align(self, rgb: Bytes, landmarks: NDArray[np.floating]) -> Aligned:
        """The square with the face of ``landmarks`` [5, 2] that the model encodes."""
        return faces.align(rgb, landmarks, self.size, frame=self.crop, keep_roll=KEPT_ROLL)

    def encode(self, photo: Picture) -> Content:
        """Encode the largest face in ``photo``.

        Raises InputError for a file that is not a picture, NoFaceFound for one without a face.
        """
        rgb, found = self.read_faces(photo)
        return self.encode_at(rgb, found[0].landmarks)

    def read_faces(self, photo: Picture) -> tuple[Bytes, Sequence[Face]]:
        """The pixels of ``photo``, uint8 [H, W, 3], and its faces, largest first. Raises as
        :meth:`encode`."""
        rgb = read(photo)
        found = self.find(rgb)
        if not found:
            raise NoFaceFound(
                f"{picture_name(photo)}: no face found; give a picture with a larger, clearer face"
            )
        return rgb, found

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

        The same seed gives the same characters for every photo; a larger ``n`` appends more.
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
        w = next(iter(self.own_ws(content).values()))
        return self.character(w, name, self.decode(content, w[None])[0])

    def likenesses(self, photo: Picture | Content) -> list[Character]:
        """All characters that look like the photographed person, the closest first: the painter has
        three. Raises as :meth:`encode`."""
        content = photo if isinstance(photo, Content) else self.encode(photo)
        own = self.own_ws(content)
        pictures = self.decode(content, np.stack(list(own.values())))
        return [
            self.character(w, name, picture)
            for (name, w), picture in zip(own.items(), pictures, strict=True)
        ]

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
        Visible parts of the photo are drawn by ``stylizer`` (default: the default style).

        Raises SettingsError for a character of another model or an unknown frame.
        """
        if frame not in FRAMES:
            raise SettingsError(f"frame {frame!r}: choose one of {', '.join(FRAMES)}")
        check_model(character, self.id)
        content = photo if isinstance(photo, Content) else self.encode(photo)
        drawn = self.draw_frame(content, character.code, frame)
        if drawn is None:
            head = self.head(content, character.code)
            drawn = paste_in_photo(
                content.rgb,
                head,
                to_side(content.matrix, self.size, len(head)),
                stylizer or Stylizer(weights.styles()[0]),
                whole=frame == "full",
            )
        return Image.fromarray(drawn)

    def apply_to_all(
        self, photo: Picture, character: Character, stylizer: Stylizer | None = None
    ) -> Image.Image:
        """Draw the whole photo with every head as ``character``; see :meth:`apply`."""
        check_model(character, self.id)
        rgb, found = self.read_faces(photo)
        drawn = (stylizer or Stylizer(weights.styles()[0])).array(rgb)
        # The largest face is the nearest: it is pasted last, on top.
        for face in reversed(found):
            content = self.encode_at(rgb, face.landmarks)
            head = self.head(content, character.code)
            matrix = to_side(content.matrix, self.size, len(head))
            drawn = paste_head(drawn, head, matrix, person_in_head(rgb, matrix, len(head)))
        return Image.fromarray(drawn)
