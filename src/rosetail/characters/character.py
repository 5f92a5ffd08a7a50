"""A character: a code w with named edits, drawn by the model that it belongs to."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from rosetail.characters.character_file import read_fields, write_fields
from rosetail.characters.content import Content, ModelId
from rosetail.characters.directions_file import Directions
from rosetail.characters.edits import Edit, EditValues, apply_edits, remove_edit, update_edits
from rosetail.errors import SettingsError
from rosetail.images import contact_sheet

if TYPE_CHECKING:
    from PIL import Image

    from rosetail.characters.framing import Frame
    from rosetail.images import Picture
    from rosetail.stylizer.stylizer import Stylizer

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]


class Renderer(Protocol):
    """The part of a :class:`~rosetail.characters.model.CharacterModel` that characters use."""

    @property
    def directions(self) -> Directions:
        """What edits by name are made with. Raises SettingsError if there are none."""
        ...

    def apply(
        self,
        photo: Picture | Content,
        character: Character,
        *,
        frame: Frame = "portrait",
        stylizer: Stylizer | None = None,
    ) -> Image.Image:
        """Draw the head in ``photo`` as ``character``."""
        ...


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
    renderer: Renderer | None = field(default=None, repr=False)

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
        elif directions.digest != self.model.digest:
            raise SettingsError(
                f"the directions belong to {directions.name}, {self.name} to {self.model}; "
                "take directions of its model"
            )
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
        """Draw the head in ``photo`` as this character; see
        :meth:`rosetail.characters.model.CharacterModel.apply`."""
        return self._loaded().apply(photo, self, frame=frame, stylizer=stylizer)

    def _loaded(self) -> Renderer:
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


def mix(first: Character, second: Character, count: int) -> list[Character]:
    """``count`` characters from ``first`` to ``second``, both included, linear in w.

    The first's edits fade out and the second's in. Raises SettingsError for fewer than two
    characters, or two of different models.
    """
    if count < 2:
        raise SettingsError(f"count {count}: a mix contains both ends; give 2 or more")
    if first.model != second.model:
        raise SettingsError(
            f"{first.name} belongs to {first.model} and {second.name} to {second.model}; "
            "mix characters of one model"
        )
    mixed = []
    for part in np.linspace(0, 1, count):
        percent = round(100 * part)
        name = f"{100 - percent} % {first.name}, {percent} % {second.name}"
        w = first.w + np.float32(part) * (second.w - first.w)
        edits = _crossfade(first.edits, second.edits, float(part))
        renderer = first.renderer or second.renderer
        mixed.append(Character(name, first.model, w, None, edits, renderer))
    return mixed


def _crossfade(first: tuple[Edit, ...], second: tuple[Edit, ...], part: float) -> tuple[Edit, ...]:
    """``1 - part`` of ``first`` and ``part`` of ``second``, with each name once."""
    faded: dict[str, Edit] = {}
    for share, edits in ((1 - part, first), (part, second)):
        for each in edits if share else ():
            edit = each._replace(strength=share * each.strength)
            other = faded.get(each.name)
            if other is not None and (total := other.strength + edit.strength):
                added = other.strength * other.move + edit.strength * edit.move
                edit = edit._replace(strength=total, move=(added / total).astype(np.float32))
            faded[each.name] = edit
    return tuple(each for each in faded.values() if each.strength)


def character_sheet(characters: Sequence[Character], columns: int = 4) -> Bytes:
    """A contact sheet of the characters' pictures with their names, uint8 [H, W, 3]."""
    shown = [(each.picture, each.name) for each in characters if each.picture is not None]
    return contact_sheet([picture for picture, _ in shown], columns, [name for _, name in shown])
