"""Characters drawn by the procedural painter.

The photo determines pose, proportions and expression, the code w everything else (see
:mod:`rosetail.painter.code`). Edits are exact, because they set the painter's parameters. The
painter draws only what it has parameters for: it cannot imitate a drawing, and hair does not follow
the outline in the photo.

Importing this module needs the extra ``paint``; :func:`rosetail.characters.load.load_model` checks
for it first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rosetail.arrays import Bytes, Floats
from rosetail.characters.capabilities import LAYERS_SIZE
from rosetail.characters.content import Content, ModelId
from rosetail.characters.directions_file import EXACT, Direction, Directions
from rosetail.characters.framing import PORTRAIT, Frame
from rosetail.characters.model import Character, CharacterModel, check_model
from rosetail.errors import NoFaceFound, SettingsError
from rosetail.faces.expression import read_expression
from rosetail.faces.faces import FRAMES, KEPT_ROLL, align, find
from rosetail.faces.mesh import find_mesh
from rosetail.faces.pose import head_pose
from rosetail.faces.state import EYES_APART, FaceState
from rosetail.faces.tracking import TrackedFace
from rosetail.faces.warp import Matrix, inverse, placement, scale_of, to_side, transform, warp
from rosetail.images import Picture
from rosetail.painter import PaintParams, paint, paint_figure, sample
from rosetail.painter.acting import acting_of
from rosetail.painter.casts import LAYOUT
from rosetail.painter.code import columns, digest, from_code, move_of, option_move, to_code
from rosetail.painter.edits import EDITS
from rosetail.painter.face_proportions import (
    STYLE_STEPS,
    FaceProportions,
    face_proportions,
    laid_out,
)
from rosetail.painter.fit import Turn, laid_over, posed
from rosetail.painter.layered import Group, Layer, layers
from rosetail.painter.likeness import likenesses_of
from rosetail.painter.options import OPTIONS
from rosetail.painter.paint import SIZES, paint_ground
from rosetail.painter.params import RANGES
from rosetail.painter.person import read_person
from rosetail.painter.sample import in_range
from rosetail.painter.tags import tags_of
from rosetail.weights import PAINTER

SIZE = 256  # pixels of a head
NO_PICTURE = np.zeros((1, 1, 3), np.uint8)
FOLLOW = 0.5  # share of the person's proportions that drawn faces take over
BUST = 2.2  # largest side of a bust as a multiple of the head's
LAYERS_WIDTH = 2.0  # side of a picture in layers, likewise
BUST_EYES = 0.30  # height of the eyes in a bust
MAX_SIDE = 1024  # maximum side of figures pasted on photos and clips
MIN_SIDE = 512  # minimum side of a picture shown on its own
MEAN_SAMPLES = 256  # random characters that the mean w is taken over
REACH_SAMPLES = 24  # characters that an edit's reach is measured on


class PainterModel(CharacterModel):
    """The painter as a model of characters."""

    name, size = PAINTER, SIZE

    def __init__(self, follow: float = FOLLOW) -> None:
        """``follow``: see :class:`~rosetail.characters.capabilities.FollowsProportions`."""
        self.latent, self.follow = len(columns()), follow

    @cached_property
    def id(self) -> ModelId:
        """The digest is of the meaning of the numbers in w."""
        return ModelId(PAINTER, digest())

    @property
    def directions(self) -> Directions:
        return self.learned

    @cached_property
    def learned(self) -> Directions:
        """The painter's edits; ``reach`` is measured, ``score`` is not."""
        sampled = [(each, to_code(each)) for each in map(sample, range(REACH_SAMPLES))]
        directions = {}
        for edit in (*EDITS, *OPTIONS):
            move = move_of(edit) if edit in EDITS else option_move(edit)
            length = float(np.linalg.norm(move))
            chosen = {name: v for name, v in OPTIONS.get(edit, {}).items() if v is not True}
            shown = []
            for params, code in sampled:
                after = from_code(code + move, params)
                options = any(getattr(after, name) == value for name, value in chosen.items())
                shown.append(edit in tags_of(after) or options)
            unit = move / np.float32(length)
            directions[edit] = Direction(edit, unit, scale=length, reach=float(np.mean(shown)))
        return Directions(PAINTER, self.id.digest, ("all",), {EXACT: directions})

    @cached_property
    def mean(self) -> Floats:
        return np.asarray(self.random_w(MEAN_SAMPLES, 0).mean(0), np.float32)

    def random_w(self, count: int, seed: int) -> Floats:
        rngs = (np.random.default_rng([seed, number]) for number in range(count))
        return np.stack([to_code(sample(rng)) for rng in rngs])

    def encode_at(self, rgb: Bytes, landmarks: NDArray[np.floating]) -> Content:
        head, matrix = align(rgb, landmarks, SIZE, keep_roll=KEPT_ROLL)
        return self._encoded(head, transform(landmarks, matrix), rgb, matrix)

    def encode_head(self, head: Bytes) -> Content:
        """Raises NoFaceFound if the head shows no face."""
        faces = find(head)
        if not faces:
            raise NoFaceFound("no face found in a head; use a front-facing photo")
        return self._encoded(head, faces[0].landmarks, head, np.eye(2, 3))

    def _encoded(
        self, head: Bytes, landmarks: NDArray[np.floating], rgb: Bytes, matrix: Matrix
    ) -> Content:
        mesh = find_mesh(head, landmarks)
        acting = acting_of(read_expression(head, mesh))
        shape = face_proportions(mesh.points, head_pose(mesh.points))
        params = laid_over(sample(0).changed(acting), landmarks, head.shape[0])
        params = params.changed(laid_out(shape, self.follow))
        layout = np.array([getattr(params, name) for name in LAYOUT], np.float32)
        return Content(layout, rgb, matrix, proportions=_added_by(shape, self.follow))

    def encode_face(self, rgb: Bytes, face: TrackedFace) -> Content:
        return replace(self.encode_state(FaceState.of(face)), rgb=rgb)

    def encode_state(self, state: FaceState) -> Content:
        """See :class:`~rosetail.characters.capabilities.DrawsStates`."""
        params = sample(0).changed(acting_of(state.expression) | {"face_length": 1.0})
        turn = Turn(state.yaw, state.pitch, state.roll)
        apart, height = FRAMES["head"]
        params = posed(params, (0.5, height), apart, turn)
        layout = np.array([getattr(params, name) for name in LAYOUT], np.float32)
        scale = SIZE * apart / (EYES_APART * state.size)
        eyes = complex(0.5, height) * SIZE - complex(0.5, 0.5)
        matrix = placement(scale, eyes - scale * complex(state.x, state.y))
        return Content(layout, NO_PICTURE, matrix)

    def own_ws(self, content: Content) -> dict[str, Floats]:
        """Three likenesses (:mod:`rosetail.painter.likeness`). Raises NoFaceFound if the head shows
        no face."""
        head, landmarks = _head_and_landmarks(content)
        # The whole photo shows clothes and long hair better than the head does.
        person = read_person(content.rgb, transform(landmarks, inverse(content.matrix)))
        found = likenesses_of(person, head, landmarks)
        names = {name: f"likeness, {name}" for name in found} | {"closest": "likeness"}
        return {names[name]: to_code(each) - _added(content) for name, each in found.items()}

    def params(self, content: Content, w: Floats) -> PaintParams:
        """The parameters with which the painter draws ``w`` in the place of the encoded head."""
        return _styled(content, w, _params_of_layout(content.maps))

    def decode(self, content: Content, w: Floats) -> Bytes:
        codes = np.asarray(w, np.float32).reshape(-1, self.latent)  # drops a groups axis of one
        return np.stack([paint(self.params(content, code), SIZE).image for code in codes])

    def head(self, content: Content, w: Floats) -> Bytes:
        """In the photo's resolution, without clothes."""
        params = self.params(content, w)
        return paint_figure(params, _photo_side(content, 1, SIZE), dressed=False)

    def specialized(self, w: Floats) -> Callable[[Content], Bytes]:
        return lambda content: self.head(content, w)

    def bust(self, content: Content, w: Floats) -> tuple[Bytes, Matrix]:
        """In the photo's resolution: a square of up to BUST sides of the head."""
        near = _params_of_layout(content.maps)
        width, left, top = _bust_of(near)
        matrix, side = self.bust_square(content)
        params = replace(
            _styled(content, w, near),
            scale=near.scale / width,
            centre_x=in_range("centre_x", (left + near.centre_x) / width),
            centre_y=in_range("centre_y", (top + near.centre_y) / width),
        )
        return paint_figure(params, side), matrix

    def bust_square(self, content: Content) -> tuple[Matrix, int]:
        """See :class:`~rosetail.characters.capabilities.DrawsStates`."""
        width, left, top = _bust_of(_params_of_layout(content.maps))
        side = _photo_side(content, width, SIZE)
        matrix = content.matrix.copy()
        matrix[:, 2] += np.array([left, top]) * SIZE
        return to_side(matrix, width * SIZE, side), side

    def background(self, w: Floats, side: int, *, plain: bool = False) -> Bytes:
        """See :class:`~rosetail.characters.capabilities.DrawsStates`."""
        params = from_code(np.ravel(w), sample(0))
        return paint_ground(replace(params, scene="flat") if plain else params, side)

    def layers(
        self,
        photo: Picture | Content,
        character: Character,
        size: int = LAYERS_SIZE,
        *,
        ground: bool = False,
    ) -> list[Layer | Group]:
        """See :class:`~rosetail.characters.capabilities.DrawsLayers`. Raises as :meth:`apply`, and
        SettingsError for a size that cannot be painted."""
        check_model(character, self.id)
        if not SIZES[0] <= size <= SIZES[1]:
            raise SettingsError(f"size {size}: choose {SIZES[0]} to {SIZES[1]} pixels")
        content = photo if isinstance(photo, Content) else self.encode(photo)
        near = _params_of_layout(content.maps)
        params = _styled(content, character.code, _zoom_out(near, LAYERS_WIDTH))
        return layers(params, size, ground=ground)

    def draw_frame(self, content: Content, w: Floats, frame: Frame) -> Bytes | None:
        """In the photo's resolution, 512 to 1024 pixels. A portrait is painted completely."""
        if frame == "full":
            return None
        layout, width = _params_of_layout(content.maps), 1.0
        if frame == "portrait":
            layout, width = _zoom_out(layout, PORTRAIT), PORTRAIT
        side = _photo_side(content, width, MIN_SIDE)
        params = _styled(content, w, layout)
        return paint_figure(params, side) if frame == "figure" else paint(params, side).image


def _photo_side(content: Content, width: float, least: int) -> int:
    """Pixels of a square ``width`` times the head's side, in the photo's resolution."""
    return int(np.clip(width * SIZE / scale_of(content.matrix), least, MAX_SIDE))


def _bust_of(near: PaintParams) -> tuple[float, float, float]:
    """Width of the bust around a head, and the head's place in it, in sides of the head."""
    width = min(BUST, near.scale / RANGES["scale"][0])
    return width, (width - 1) / 2, BUST_EYES * width - FRAMES["head"][1]


def _added_by(shape: FaceProportions, follow: float) -> Floats:
    """What is added to w so that a character's face follows ``shape``."""
    row = dict.fromkeys(columns(), 0.0)
    for name, (part, step) in STYLE_STEPS.items():
        low, high = RANGES[name]
        row[name] = follow * step * getattr(shape, part) / (high - low)
    return np.array(list(row.values()), np.float32)


def _added(content: Content) -> Floats:
    """What is added to every w; nothing in takes, which have no picture."""
    return content.proportions if content.proportions is not None else np.zeros(1, np.float32)


def _styled(content: Content, w: Floats, layout: PaintParams) -> PaintParams:
    """The parameters of ``w`` [latent], or [1, latent], in ``layout``."""
    return from_code(np.ravel(w) + _added(content), layout)


def _params_of_layout(layout: Floats) -> PaintParams:
    """Parameters with this pose and expression; the rest is arbitrary."""
    values = (in_range(name, value) for name, value in zip(LAYOUT, layout.tolist(), strict=True))
    return sample(0).changed(dict(zip(LAYOUT, values, strict=True)))


def _head_and_landmarks(content: Content) -> tuple[Bytes, NDArray[np.float32]]:
    """The encoded head and its landmarks. Raises NoFaceFound."""
    head = warp(content.rgb, content.matrix, (SIZE, SIZE))
    faces = find(head)
    if not faces:
        raise NoFaceFound("no face found in the head; give a larger, clearer face")
    return head, faces[0].landmarks


def _zoom_out(near: PaintParams, width: float) -> PaintParams:
    """The same portrait in the centre of a picture ``width`` times as wide."""
    centre = {name: 0.5 + (getattr(near, name) - 0.5) / width for name in ("centre_x", "centre_y")}
    return replace(near, scale=max(near.scale / width, RANGES["scale"][0]), **centre)
