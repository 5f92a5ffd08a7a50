"""What draws characters, inside the desk's process: the model, contents of photos, and files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rosetail import images
from rosetail.characters.character import Character
from rosetail.characters.content import Content
from rosetail.characters.framing import Frame
from rosetail.characters.load import load_model
from rosetail.characters.model import CharacterModel, character_layers
from rosetail.errors import SettingsError
from rosetail.studio.casting import holding, near
from rosetail.studio.files import Kept, encoded, naming

if TYPE_CHECKING:
    from rosetail.stylizer.stylizer import Stylizer

Bytes = NDArray[np.uint8]
Wishes = Mapping[str, float]

NEAR = 32  # photos whose content is kept
PICTURE = 90  # JPEG quality of a face


class Easel:
    """Characters of one model. ``view`` gives a photo by its path; ``stylizer`` a look."""

    def __init__(
        self,
        model: str,
        backend: str,
        view: Callable[[str], Bytes],
        stylizer: Callable[[str], Stylizer],
    ) -> None:
        self._model, self._backend = model, backend
        self._view, self._stylizer = view, stylizer
        self._contents: Kept[Content] = Kept(NEAR)

    @cached_property
    def roses(self) -> CharacterModel:
        """The model, opened at the first use. Raises UnknownStyle, WeightsMissing."""
        return load_model(self._model, self._backend)

    def content(self, path: str) -> Content:
        """The photo at ``path`` taken apart; kept, so that a slider costs the decoder alone."""

        def make() -> Content:
            with naming(path, "the photo"):
                return self.roses.encode(self._view(path))

        return self._contents.get(path, make)

    def attributes(self) -> list[dict[str, Any]]:
        """What can be edited by name; empty where the model has no directions."""
        from rosetail.characters.directions_file import EXACT
        from rosetail.characters.tag_families import OPPOSITES, choice_of, colours_like, region

        try:
            directions = self.roses.directions
        except SettingsError:
            return []
        known = directions.tags
        made = []
        for tag in known:
            method, direction = directions.get(tag)
            opposite = OPPOSITES.get(tag, "")
            made.append(
                {
                    "tag": tag,
                    "region": region(tag),
                    "colour": bool(colours_like(tag)),
                    "opposite": opposite if opposite in known else "",
                    # Only a rule draws one thing or another; a network goes from one to the other.
                    "choice": choice_of(tag) if method == EXACT else "",
                    "score": None if np.isnan(direction.score) else direction.score,
                }
            )
        return made

    def cast(
        self,
        photo: str,
        files: Sequence[str],
        seed: int,
        truncation: float,
        like: str,
        likeness: bool,
        spread: float,
        locks: Sequence[str],
    ) -> list[dict[str, Any]]:
        """As many characters as ``files``, written there with their pictures (.jpg beside)."""
        content = self.content(photo)
        codes = self.roses.random_w(len(files), seed)
        codes = near(self.roses.mean, codes, truncation)
        edits: tuple[Any, ...] = ()
        if like:
            base = self._read(like)
            codes, edits = self._after(base, near(base.w, codes, spread), locks)
        made = [
            replace(self.roses.character(w, f"Character {seed}.{number}"), edits=edits)
            for number, w in enumerate(codes)
        ]
        if likeness:
            made[0] = self.roses.character(self.roses.own_w(content), "Likeness")
        pictures = self.roses.draw(content, *made)
        return [
            self._write(replace(each, picture=picture), Path(file))
            for each, picture, file in zip(made, pictures, files, strict=True)
        ]

    def portrait(
        self,
        photo: str,
        character: str,
        edits: Wishes,
        frame: Frame,
        style: str,
        form: str,
    ) -> bytes:
        """The photo with the head of a character, edited: a file of ``form``.

        ``edits`` are all that the character is to have; those it came with and that are not named
        are taken away.
        """
        who = self._edited(self._read(character), edits)
        content = self.content(photo)
        around, quality = (None, PICTURE) if frame == "face" else (self._stylizer(style), 95)
        drawn = self.roses.apply(content, who, frame=frame, stylizer=around)
        return encoded(np.asarray(drawn), form, quality)

    def layers(self, photo: str, character: str, edits: Wishes) -> bytes:
        """The same part by part, an OpenRaster file."""
        from rosetail.characters.openraster import open_raster

        who = self._edited(self._read(character), edits)
        return open_raster(character_layers(self.roses, self.content(photo), who))

    def keep(
        self, photo: str, character: str, edits: Wishes, name: str, file: str
    ) -> dict[str, Any]:
        """The edited character as a file of its own, with its picture."""
        who = self._edited(self._read(character), edits)
        picture = self.roses.draw(self.content(photo), who)[0]
        return self._write(replace(who, name=name, picture=picture), Path(file))

    def take(self, path: str, file: str) -> dict[str, Any]:
        """A character file that somebody sent, checked and written anew."""
        with naming(path, "the character file"):
            return self._write(self._read(path), Path(file))

    def rename(self, character: str, name: str) -> None:
        """Write the name into a character's file."""
        replace(self._read(character), name=name).save(character)

    def _read(self, path: str) -> Character:
        with naming(path, "the character"):
            return self.roses.read(path)

    def _edited(self, who: Character, edits: Wishes) -> Character:
        gone = {each.name: 0.0 for each in who.edits if each.name not in edits}
        kept = tuple(each for each in who.edits if each.name not in gone)
        known = {each.name: each.strength for each in kept}
        changed = {name: value for name, value in edits.items() if known.get(name) != value}
        who = replace(who, edits=kept)
        return who.edit(changed) if changed else who

    def _after(
        self, base: Character, codes: NDArray[np.float32], locks: Sequence[str]
    ) -> tuple[NDArray[np.float32], tuple[Any, ...]]:
        """Codes and edits that keep what is locked of ``base``."""
        from rosetail.characters.tag_families import region

        if not locks:
            return codes, ()
        directions = self.roses.directions
        held = [directions.get(tag)[1].vector for tag in directions.tags if region(tag) in locks]
        kept = tuple(edit for edit in base.edits if region(edit.name) in locks)
        return holding(base.w, codes, held), kept

    def _write(self, who: Character, file: Path) -> dict[str, Any]:
        who.save(file)
        if who.picture is not None:
            with images.writing(file.with_suffix(".jpg")) as part:
                part.write_bytes(encoded(who.picture, "jpeg", PICTURE))
        return {
            "name": who.name,
            "model": who.model.name,
            "digest": who.model.digest,
            "edits": {each.name: each.strength for each in who.edits},
        }
