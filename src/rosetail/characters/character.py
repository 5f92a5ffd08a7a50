"""A character: a code w that a model draws any face in, kept as a small JSON file.

The file is text that a person may read and a version control system may compare::

    {"format": "rosetail character", "version": 1, "name": "Aiko",
     "model": {"name": "roses", "digest": "0f3a..."},
     "w": "<base64 of little-endian float32>", "thumbnail": "<base64 of WebP>"}

A w means something to the model that it came from and to no other. Edits are kept beside it, in
order, each with the move that it adds at strength 1, so that a file needs no other and any edit can
be taken away again. A file with edits has version 2::

    "edits": [{"name": "long_hair", "strength": 1.0, "method": "joint",
               "groups": 4, "move": "<base64 of little-endian float32>"}]

``groups`` is there where every group of layers has a move of its own.
"""

from __future__ import annotations

import binascii
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rosetail.characters.character_file import (
    FORMAT,
    base64_text,
    edit_data,
    parsed,
    read_edit,
    read_numbers,
    read_picture,
    webp,
)
from rosetail.errors import InputError, SettingsError
from rosetail.images import writing

if TYPE_CHECKING:
    from PIL import Image

    from rosetail.characters.directions_file import Directions
    from rosetail.characters.edits import Edit
    from rosetail.characters.network_model import Content, Frame, Roses
    from rosetail.images import Picture
    from rosetail.stylizer.stylizer import Stylizer

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

VERSION = 2
SUFFIX = ".json"


class Model(NamedTuple):
    """Which model a code belongs to; ``digest`` is of its weights."""

    name: str
    digest: str


@dataclass(frozen=True, eq=False)
class Character:
    """``w`` (latent,) of ``model``; ``picture`` shows it, uint8 [S, S, 3], or is None.

    ``edits`` are added to w when it is drawn. ``home`` is the loaded model that made or read it;
    :meth:`edit` and :meth:`apply` ask it.
    """

    name: str
    model: Model
    w: Floats
    picture: Bytes | None = None
    edits: tuple[Edit, ...] = ()
    home: Roses | None = field(default=None, repr=False)

    @property
    def code(self) -> Floats:
        """w with its edits: (latent,), or (groups, latent) where an edit is for some layers."""
        from rosetail.characters.edits import edited

        return edited(self.w, self.edits)

    def edit(
        self,
        wishes: Mapping[str, float | str] | None = None,
        *,
        method: str | None = None,
        directions: Directions | None = None,
        **named: float | str,
    ) -> Character:
        """The character with edits by name: ``edit(long_hair=1, hair="blue", open_mouth=0)``.

        Strength 1.0 means that the tagger now says yes for most pictures, 0 takes an edit away.
        Names stand in ``wishes`` or as keywords, ``_`` for ``-``. ``method`` is the best that knows
        a name unless given; ``directions`` are the model's own unless given. The picture is not
        drawn again and so left out.

        Raises SettingsError for an unknown name, colour or method, or without directions.
        """
        from rosetail.characters.edits import changed

        if directions is None:
            directions = self._at_home().directions
        elif directions.digest != self.model.digest:
            raise SettingsError(
                f"the directions belong to {directions.name}, {self.name} to "
                f"{_named(self.model)}; take directions of its model"
            )
        edits = changed(self.edits, {**(wishes or {}), **named}, directions, method)
        return replace(self, edits=edits, picture=None)

    def unset(self, name: str) -> Character:
        """The character without the edit called ``name``. Raises SettingsError if it has none."""
        from rosetail.characters.edits import without

        return replace(self, edits=without(self.edits, name), picture=None)

    def apply(
        self,
        photo: Picture | Content,
        *,
        frame: Frame = "portrait",
        stylizer: Stylizer | None = None,
    ) -> Image.Image:
        """``photo`` with its head drawn as this character; see :meth:`Roses.apply`."""
        return self._at_home().apply(photo, self, frame=frame, stylizer=stylizer)

    def _at_home(self) -> Roses:
        if self.home is None:
            raise SettingsError(
                f"{self.name}: its model {_named(self.model)} is not loaded; read the file with "
                "Roses(...).read(path)"
            )
        return self.home

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the character file, whole or not at all. Raises OutputError."""
        data: dict[str, Any] = {
            "format": FORMAT,
            "version": VERSION if self.edits else 1,
            "name": self.name,
            "model": self.model._asdict(),
            "w": base64_text(np.asarray(self.w, "<f4").tobytes()),
        }
        if self.edits:
            data["edits"] = [edit_data(each) for each in self.edits]
        if self.picture is not None:
            data["thumbnail"] = base64_text(webp(self.picture))
        with writing(path) as part:
            part.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
        return Path(path)


def read_character(path: str | os.PathLike[str]) -> Character:
    """The character in the file at ``path``.

    Raises InputError, naming the file, for anything that is not a whole character file or comes
    from a newer Rosetail.
    """
    source = Path(path)
    data = parsed(source)
    version = data.get("version")
    if not isinstance(version, int) or version < 1:
        raise InputError(f"{source}: its version is {version!r}; write it again with rosetail cast")
    if version > VERSION:
        raise InputError(
            f"{source}: version {version} of the format, this program knows {VERSION}; "
            "update Rosetail"
        )
    try:
        w = read_numbers(data["w"])
        model = Model(str(data["model"]["name"]), str(data["model"]["digest"]))
        name = str(data["name"])
        picture = read_picture(data["thumbnail"]) if "thumbnail" in data else None
        edits = tuple(read_edit(each, w.size) for each in data.get("edits", ()))
    except (KeyError, TypeError, ValueError, OSError, binascii.Error) as error:
        raise InputError(
            f"{source}: damaged ({type(error).__name__}: {error}); take another copy of it"
        ) from error
    if not w.size or not np.isfinite(w).all():
        raise InputError(f"{source}: its code is empty or not finite; take another copy of it")
    return Character(name, model, w, picture, edits)


def mixed(first: Character, second: Character, count: int) -> list[Character]:
    """``count`` characters from ``first`` to ``second``, both included: w on the line between.

    Edits fade likewise: the first's out, the second's in. Raises SettingsError for fewer than two
    or characters of different models.
    """
    if count < 2:
        raise SettingsError(f"count {count}: a mix has both ends at least; give 2 or more")
    if first.model != second.model:
        raise SettingsError(
            f"{first.name} belongs to {_named(first.model)} and {second.name} to "
            f"{_named(second.model)}; mix characters of one model"
        )
    made = []
    for part in np.linspace(0, 1, count):
        share = round(100 * part)
        name = f"{100 - share} % {first.name}, {share} % {second.name}"
        w = first.w + np.float32(part) * (second.w - first.w)
        edits = _faded(first.edits, second.edits, float(part))
        made.append(Character(name, first.model, w, None, edits, first.home or second.home))
    return made


def _faded(out: tuple[Edit, ...], into: tuple[Edit, ...], part: float) -> tuple[Edit, ...]:
    """``1 - part`` of the edits ``out`` and ``part`` of ``into``, each name once."""
    kept: dict[str, Edit] = {}
    for share, edits in ((1 - part, out), (part, into)):
        for each in edits if share else ():
            now = each._replace(strength=share * each.strength)
            before = kept.get(each.name)
            if before is not None and (total := before.strength + now.strength):
                added = before.strength * before.move + now.strength * now.move
                now = now._replace(strength=total, move=(added / total).astype(np.float32))
            kept[each.name] = now
    return tuple(each for each in kept.values() if each.strength)


def check_model(character: Character, model: Model) -> None:
    """Raise SettingsError unless ``character`` belongs to ``model``."""
    if character.model.digest != model.digest:
        raise SettingsError(
            f"the character {character.name} belongs to {_named(character.model)}, not to "
            f"{_named(model)}; load that model, or cast anew"
        )


def _named(model: Model) -> str:
    return f"{model.name} {model.digest[:8]}"
