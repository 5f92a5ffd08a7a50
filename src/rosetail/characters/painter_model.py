"""The painter as a model of characters: what Roses does by a trained network, drawn by rule.

A photo gives pose, proportions and expression, a row of numbers the character
(:mod:`rosetail.painter.code`). Edits by name are exact, since they are what the painter does.
It knows only what it can draw: no character is like a given drawing, and hair does not follow the
photographed outline. It needs the extra ``paint``.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rosetail import extras
from rosetail.characters.character import Model, check_model
from rosetail.characters.framing import LAYERED, PORTRAIT
from rosetail.characters.layer_groups import LayerGroups
from rosetail.characters.network_model import Content, Drawing, Follow, Frame, Roses
from rosetail.errors import NoFaceFound, SettingsError
from rosetail.weights import PAINTER as NAME

if TYPE_CHECKING:
    from PIL import Image

    from rosetail.characters.character import Character
    from rosetail.characters.directions_file import Directions
    from rosetail.faces.warp import Matrix
    from rosetail.images import Picture
    from rosetail.painter import PaintParams
    from rosetail.painter.acting import Acting
    from rosetail.painter.layered import Group, Layer
    from rosetail.stylizer.stylizer import Stylizer

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

SIZE = 256  # pixels of a head
BUST = 2.0  # sides of a bust on a clear ground, in sides of the head
LARGEST = 1024  # pixels at most of what is laid on photos and clips
SHARP = 512  # pixels at least of a picture that somebody asks for
MEAN_OF = 256  # characters whose mean truncation draws towards
SEEN = 24  # characters on which an edit is tried, to say how often its tag is there afterwards


class Face(NamedTuple):
    """A face in a clip, at so many ``seconds`` of it."""

    acting: Acting
    seconds: float


class PaintedRoses(Roses):
    """The painter behind the interface of :class:`Roses`. Raises ExtraMissing or LibraryMissing
    without Skia."""

    layered = False

    def __init__(self) -> None:
        extras.check("the painter", "paint", "skia")
        from rosetail.painter.code import columns

        self.name, self.size = NAME, SIZE
        self.latent = self.codes = len(columns())

    @cached_property
    def model(self) -> Model:
        """The digest is of what the numbers of a row mean."""
        from rosetail.painter.code import columns

        return Model(NAME, hashlib.sha256("\n".join(columns()).encode()).hexdigest())

    @property
    def directions(self) -> Directions:
        """Those that were fitted to it are given by file."""
        return self.learned

    @cached_property
    def learned(self) -> Directions:
        """The painter's edits; ``reach`` is counted, ``score`` is not known."""
        from rosetail.characters.directions_file import EXACT, Direction, Directions
        from rosetail.painter import sample
        from rosetail.painter.code import from_code, move_of, option_move, to_code
        from rosetail.painter.edits import EDITS
        from rosetail.painter.options import OPTIONS
        from rosetail.painter.tags import tags_of

        sitters = [(each, to_code(each)) for each in map(sample, range(SEEN))]
        found = {}
        for edit in (*EDITS, *OPTIONS):
            move = move_of(edit) if edit in EDITS else option_move(edit)
            length = float(np.linalg.norm(move))
            after = [from_code(code + move, each) for each, code in sitters]
            chosen = {name: is_ for name, is_ in OPTIONS.get(edit, {}).items() if is_ is not True}
            reach = np.mean(
                [
                    edit in tags_of(each)
                    or any(getattr(each, name) == is_ for name, is_ in chosen.items())
                    for each in after
                ]
            )
            found[edit] = Direction(
                edit, move / np.float32(length), scale=length, reach=float(reach)
            )
        return Directions(NAME, self.model.digest, ("all",), {EXACT: found})

    @property
    def groups(self) -> LayerGroups:
        raise SettingsError(f"{NAME}: has no layers; give a trained model with --model")

    def modulation(self, group: int | None = None) -> NDArray[np.float64]:
        raise SettingsError(f"{NAME}: has no modulation; give a trained model with --model")

    @cached_property
    def mean(self) -> Floats:
        """The mean of rows over sampled characters."""
        return np.asarray(self.random_w(MEAN_OF, 0).mean(0), np.float32)

    def to_w(self, z: Floats) -> Floats:
        """Rows are their own codes."""
        return np.asarray(z, np.float32)

    def random_w(self, count: int, seed: int) -> Floats:
        from rosetail.painter import sample
        from rosetail.painter.code import to_code

        rngs = (np.random.default_rng([seed, number]) for number in range(count))
        return np.stack([to_code(sample(rng)) for rng in rngs])

    def encode_at(
        self, rgb: Bytes, landmarks: NDArray[np.floating], face: Face | None = None
    ) -> Content:
        """As :meth:`Roses.encode_at`; ``face`` is one in a clip, at a time of it."""
        from rosetail.faces.faces import KEPT_ROLL, align
        from rosetail.faces.warp import transform

        head, matrix = align(rgb, landmarks, SIZE, keep_roll=KEPT_ROLL)
        points = transform(landmarks, matrix)
        shape = None if face is None else face.acting.shape(face.seconds, head, points)
        return Content(_layout(head, points, face), rgb, matrix, shape=shape)

    def follow(self) -> Follow:
        """As :meth:`Roses.follow`: mouth and eyes do not flicker, the head does not tremble."""
        from rosetail.painter.acting import Acting

        acting = Acting()
        return lambda rgb, landmarks, seconds: self.encode_at(rgb, landmarks, Face(acting, seconds))

    def encode_head(self, head: Bytes) -> Content:
        """Raises NoFaceFound where the head shows no face."""
        from rosetail.faces.faces import find

        found = find(head)
        if not found:
            raise NoFaceFound("no face found in a head; give one that looks this way")
        return Content(_layout(head, found[0].landmarks), head, np.eye(2, 3))

    def own_w(self, content: Content) -> Floats:
        """Hair, colours, beard and glasses as far as they can be read off the photo. Raises
        NoFaceFound where the head shows no face."""
        from rosetail.painter import params_from_photo
        from rosetail.painter.code import to_code

        return to_code(params_from_photo(*_head_of(content)))

    def own_shape(self, content: Content) -> Bytes | None:
        """Where the photographed person is, uint8 [128, 128], cut out by colours."""
        from rosetail.painter.outline import outline

        if content.shape is not None:
            return content.shape
        try:
            return outline(*_head_of(content)).person.astype(np.uint8) * np.uint8(255)
        except NoFaceFound:
            return None

    def decode(self, content: Content, w: Floats) -> Bytes:
        from rosetail.painter import paint

        return np.stack([paint(each, SIZE).image for each in self._sitters(content, w)])

    def figures(self, content: Content, w: Floats) -> Bytes:
        from rosetail.painter import paint_figure

        return np.stack([paint_figure(each, SIZE) for each in self._sitters(content, w)])

    def heads(self, content: Content, w: Floats) -> Bytes:
        """As :meth:`Roses.heads`, as large as in the photo."""
        from rosetail.faces.warp import scale_of
        from rosetail.painter import paint_figure

        side = int(np.clip(SIZE / scale_of(content.matrix), SIZE, LARGEST))
        sitters = self._sitters(content, w)
        return np.stack([paint_figure(each, side, dressed=False) for each in sitters])

    def _sitters(self, content: Content, w: Floats) -> list[PaintParams]:
        """The portrait of every code."""
        from rosetail.painter.code import from_code

        layout = _params(content.maps)
        codes = np.asarray(w, np.float32).reshape(-1, self.latent)  # of one group, if of any
        return [from_code(code, layout) for code in codes]

    def baked(self, w: Floats) -> Callable[[Content], Bytes]:
        """As :meth:`Roses.baked`; nothing is saved, since every head is painted anew."""
        return lambda content: self.heads(content, np.asarray(w)[None])[0]

    def bust(self, content: Content, w: Floats) -> tuple[Bytes, Matrix]:
        """As :meth:`Roses.bust`, as large as in the photo, in the middle of a square that is up to
        BUST times as wide as the head's."""
        from rosetail.faces.warp import scale_of, to_side
        from rosetail.painter import paint_figure
        from rosetail.painter.code import from_code

        near = _params(content.maps)
        wide = _bust_side(near)
        side = int(np.clip(wide * SIZE / scale_of(content.matrix), SIZE, LARGEST))
        sitter = from_code(np.ravel(w).astype(np.float32), _further_off(near, wide))
        around = content.matrix.copy()
        around[:, 2] += (wide - 1) / 2 * SIZE
        return paint_figure(sitter, side), to_side(around, wide * SIZE, side)

    def layers(
        self,
        photo: Picture | Content,
        character: Character,
        size: int = LAYERED,
        *,
        ground: bool = False,
    ) -> list[Layer | Group]:
        """The bust of ``character`` in the pose of ``photo``, part by part, ``size`` pixels wide
        and high, from back to front; with ``ground`` its background is among them.

        Raises as :meth:`apply`, SettingsError for a size that cannot be painted.
        """
        from rosetail.painter.code import from_code
        from rosetail.painter.layered import layers
        from rosetail.painter.paint import SIZES

        check_model(character, self.model)
        if not SIZES[0] <= size <= SIZES[1]:
            raise SettingsError(f"size {size}: choose {SIZES[0]} to {SIZES[1]} pixels")
        near = _params((photo if isinstance(photo, Content) else self.encode(photo)).maps)
        sitter = from_code(character.code, _further_off(near, _bust_side(near)))
        return layers(sitter, size, ground=ground)

    def apply(
        self,
        photo: Picture | Content,
        character: Character,
        *,
        frame: Frame = "portrait",
        stylizer: Stylizer | None = None,
    ) -> Image.Image:
        """As :meth:`Roses.apply`, but a ``portrait`` is painted as a whole: nothing of the photo
        has to be drawn around it. All but ``full`` are as large as the photo, from 512 to 1024
        pixels."""
        content = photo if isinstance(photo, Content) else self.encode(photo)
        if frame not in ("face", "figure", "portrait"):
            return super().apply(content, character, frame=frame, stylizer=stylizer)
        from PIL import Image

        from rosetail.faces.warp import scale_of
        from rosetail.painter import paint, paint_figure
        from rosetail.painter.code import from_code

        check_model(character, self.model)
        layout, wide = _params(content.maps), 1.0
        if frame == "portrait":
            layout, wide = _further_off(layout, PORTRAIT), PORTRAIT
        side = int(np.clip(wide * SIZE / scale_of(content.matrix), SHARP, LARGEST))
        sitter = from_code(character.code, layout)
        if frame == "figure":
            return Image.fromarray(paint_figure(sitter, side))
        return Image.fromarray(paint(sitter, side).image)

    def take_apart(self, drawing: Picture) -> Drawing:
        named = os.fspath(drawing) if isinstance(drawing, str | os.PathLike) else "drawing"
        raise SettingsError(f"{named}: the painter cannot read a style; give a trained --model")


def _layout(head: Bytes, landmarks: NDArray[np.floating], face: Face | None = None) -> Floats:
    """Where and how the face in a head is, as the painter says it: one number for each of LAYOUT,
    of a choice that of the option."""
    from rosetail.painter import sample
    from rosetail.painter.after import expression_of
    from rosetail.painter.casts import LAYOUT
    from rosetail.painter.fit import laid_over
    from rosetail.painter.params import CHOICES
    from rosetail.painter.reading import read_expression

    read = read_expression(head, landmarks)
    if face is None:
        seen = expression_of(np.random.default_rng(0), read)
    else:
        seen = face.acting.express(face.seconds, read)
    usual = replace(sample(0), gaze_x=0.0, gaze_y=0.0, brow_angle=0.0, brow_height=0.0, **seen)
    placed = laid_over(usual, landmarks, head.shape[0])
    if face is not None:
        placed = face.acting.pose(face.seconds, placed)
    values = [getattr(placed, name) for name in LAYOUT]
    return np.array(
        [
            CHOICES[name].index(value) if name in CHOICES else value
            for name, value in zip(LAYOUT, values, strict=True)
        ],
        np.float32,
    )


def _head_of(content: Content) -> tuple[Bytes, NDArray[np.float32]]:
    """The head that was taken apart, and its landmarks in it. Raises NoFaceFound."""
    from rosetail.faces.faces import find
    from rosetail.faces.warp import warp

    head = warp(content.rgb, content.matrix, (SIZE, SIZE))
    found = find(head)
    if not found:
        raise NoFaceFound("no face found in the head; give a larger, clearer face")
    return head, found[0].landmarks


def _bust_side(near: PaintParams) -> float:
    """Sides of a bust, in sides of the head: as many as let the head be painted as it is."""
    from rosetail.painter.params import RANGES

    return min(BUST, near.scale / RANGES["scale"][0])


def _further_off(near: PaintParams, wide: float) -> PaintParams:
    """The portrait as it is in the middle of a picture ``wide`` times as wide."""
    from rosetail.painter.params import RANGES

    places = {name: 0.5 + (getattr(near, name) - 0.5) / wide for name in ("centre_x", "centre_y")}
    return replace(near, scale=max(near.scale / wide, RANGES["scale"][0]), **places)


def _params(layout: Floats) -> PaintParams:
    """Any portrait in the layout."""
    from rosetail.painter import sample
    from rosetail.painter.casts import LAYOUT
    from rosetail.painter.params import CHOICES

    values: dict[str, Any] = {
        name: CHOICES[name][int(value)] if name in CHOICES else value
        for name, value in zip(LAYOUT, layout.tolist(), strict=True)
    }
    return replace(sample(0), **values)
