"""Optional capabilities of character models.

Each capability is a protocol; test it with ``isinstance``, or call the corresponding function,
which raises SettingsError for a model without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

from rosetail.arrays import Bytes, Floats
from rosetail.characters.content import Content, EncodedDrawing
from rosetail.characters.model import Character, CharacterModel
from rosetail.characters.style_layers import StyleLayers, sefa_axes
from rosetail.errors import SettingsError
from rosetail.faces.state import FaceState
from rosetail.faces.warp import Matrix
from rosetail.images import Picture

if TYPE_CHECKING:  # the painter needs Skia
    from rosetail.painter.layered import Group, Layer

LAYERS_SIZE = 1536  # pixels
AXIS_SAMPLES = 4096  # random codes that measure the length of an axis


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
class DrawsStates(Protocol):
    """A model that draws a face by its pose and expression alone, without a photo."""

    def encode_state(self, state: FaceState) -> Content:
        """The content for :meth:`CharacterModel.bust`, whose matrix maps the picture that
        ``state`` is measured in. Its ``rgb`` is empty."""
        ...

    def bust_square(self, content: Content) -> tuple[Matrix, int]:
        """The matrix [2, 3] to a bust of ``content`` and the bust's side in pixels, without drawing
        it."""
        ...

    def background(self, w: Floats, side: int, *, plain: bool = False) -> Bytes:
        """What stands behind the character ``w``, or ``plain`` its colour, uint8
        [side, side, 3]."""
        ...


@runtime_checkable
class HasStyleLayers(Protocol):
    """A model whose w modulates the layers of a network."""

    def style_layers(self) -> StyleLayers:
        """The layers, and how w modulates them. Raises WeightsMissing for an export without."""
        ...


@runtime_checkable
class FollowsProportions(Protocol):
    """A model whose drawn faces have proportions of their own. ``follow``: how far they follow the
    photographed person's, 0..1."""

    follow: float


def set_follow(model: CharacterModel, follow: float) -> None:
    """Set :attr:`FollowsProportions.follow`. Raises SettingsError if ``model`` has none."""
    if not isinstance(model, FollowsProportions):
        raise SettingsError(
            f"{model.name}: draws the photo's proportions as they are; leave out --follow, or use "
            "the painter"
        )
    model.follow = follow


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


def draws_states(model: CharacterModel) -> DrawsStates:
    """``model``, if it draws without a photo. Raises SettingsError for another model."""
    if not isinstance(model, DrawsStates):
        raise SettingsError(
            f"{model.name}: its characters need the picture of a face; give one of the painter"
        )
    return model
