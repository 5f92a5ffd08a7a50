"""Draws characters inside the child process: the model, encoded photos, and character files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rosetail import images
from rosetail.arrays import Bytes, Floats
from rosetail.characters.capabilities import character_layers
from rosetail.characters.content import Content
from rosetail.characters.framing import Frame
from rosetail.characters.load import load_model
from rosetail.characters.model import Character, CharacterModel
from rosetail.errors import SettingsError
from rosetail.studio.files import encoded, naming

if TYPE_CHECKING:
    from rosetail.stylizer.stylizer import Stylizer

EditStrengths = Mapping[str, float]

PHOTOS_IN_MEMORY = 32
JPEG_QUALITY = 90
RANK_TOLERANCE = 1e-6  # relative to the largest singular value


class CharacterPreviews:
    """Characters of one model. ``view`` reads a photo by path; ``stylizer`` loads a style."""

    def __init__(
        self,
        model: str,
        backend: str,
        view: Callable[[str], Bytes],
        stylizer: Callable[[str], Stylizer],
    ) -> None:
        self._model, self._backend = model, backend
        self._view, self._stylizer = view, stylizer
        # A slider then only runs the decoder.
        self._content = lru_cache(PHOTOS_IN_MEMORY)(self._encode)

    @cached_property
    def model(self) -> CharacterModel:
        """The model, loaded at the first use. Raises UnknownStyle, WeightsMissing."""
        return load_model(self._model, self._backend)

    def attributes(self) -> list[dict[str, Any]]:
        """The edits by name; empty if the model has no directions."""
        from rosetail.characters.directions_file import EXACT
        from rosetail.characters.tag_families import OPPOSITES, choice_of, colours_like, region

        try:
            directions = self.model.directions
        except SettingsError:
            return []
        known = directions.tags
        attributes = []
        for tag in known:
            method, direction = directions.get(tag)
            opposite = OPPOSITES.get(tag, "")
            attributes.append(
                {
                    "tag": tag,
                    "region": region(tag),
                    "colour": bool(colours_like(tag)),
                    "opposite": opposite if opposite in known else "",
                    # Only the painter switches between alternatives; a network interpolates.
                    "choice": choice_of(tag) if method == EXACT else "",
                    "score": None if np.isnan(direction.score) else direction.score,
                }
            )
        return attributes

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
        """Write one new character to each of ``files``, with its picture beside it (.jpg).

        With ``like``, the path of a character, ``spread`` interpolates from it (0) to random
        characters (1), and the regions in ``locks`` are kept.
        """
        content = self._content(photo)
        codes = self.model.random_w(len(files), seed)
        codes = interpolated(self.model.mean, codes, truncation)
        edits: tuple[Any, ...] = ()
        if like:
            base = self._read(like)
            codes, edits = self._lock(base, interpolated(base.w, codes, spread), locks)
        characters = [
            replace(self.model.character(w, f"Character {seed}.{number}"), edits=edits)
            for number, w in enumerate(codes)
        ]
        if likeness:
            own = self.model.own_ws(content).items()
            first = [self.model.character(w, name.capitalize()) for name, w in own]
            characters[: len(first)] = first
            characters = characters[: len(files)]
        pictures = self.model.draw(content, *characters)
        return [
            self._write(replace(character, picture=picture), Path(file))
            for character, picture, file in zip(characters, pictures, files, strict=True)
        ]

    def portrait(
        self,
        photo: str,
        character: str,
        edits: EditStrengths,
        frame: Frame,
        style: str,
        form: str,
    ) -> bytes:
        """The photo as the character with exactly ``edits``: a file of ``form``."""
        stylizer, quality = (None, JPEG_QUALITY) if frame == "face" else (self._stylizer(style), 95)
        edited = self._edited(character, edits)
        image = self.model.apply(self._content(photo), edited, frame=frame, stylizer=stylizer)
        return encoded(np.asarray(image), form, quality)

    def layers(self, photo: str, character: str, edits: EditStrengths) -> bytes:
        """The character in layers, as an OpenRaster file."""
        from rosetail.characters.openraster import open_raster

        edited = self._edited(character, edits)
        return open_raster(character_layers(self.model, self._content(photo), edited))

    def save(
        self, photo: str, character: str, edits: EditStrengths, name: str, file: str
    ) -> dict[str, Any]:
        """Write the edited character and its picture to new files."""
        edited = self._edited(character, edits)
        picture = self.model.draw(self._content(photo), edited)[0]
        return self._write(replace(edited, name=name, picture=picture), Path(file))

    def import_file(self, path: str, file: str) -> dict[str, Any]:
        """Check an uploaded character file and write a clean copy."""
        with naming(path, "the character file"):
            return self._write(self._read(path), Path(file))

    def rename(self, character: str, name: str) -> None:
        """Write the name into a character's file."""
        replace(self._read(character), name=name).save(character)

    def _encode(self, path: str) -> Content:
        with naming(path, "the photo"):
            return self.model.encode(self._view(path))

    def _read(self, path: str) -> Character:
        with naming(path, "the character"):
            return self.model.read(path)

    def _edited(self, path: str, edits: EditStrengths) -> Character:
        """The character at ``path`` with exactly ``edits``."""
        character = self._read(path)
        before = tuple(edit for edit in character.edits if edit.name in edits)
        known = {edit.name: edit.strength for edit in before}
        changed = {name: value for name, value in edits.items() if known.get(name) != value}
        character = replace(character, edits=before)
        return character.edit(changed) if changed else character

    def _lock(
        self, base: Character, codes: Floats, locks: Sequence[str]
    ) -> tuple[Floats, tuple[Any, ...]]:
        """Codes and edits with the regions in ``locks`` as in ``base``."""
        from rosetail.characters.tag_families import region

        if not locks:
            return codes, ()
        directions = self.model.directions
        locked = [directions.get(tag)[1].vector for tag in directions.tags if region(tag) in locks]
        edits = tuple(edit for edit in base.edits if region(edit.name) in locks)
        return with_components_of(base.w, codes, locked), edits

    def _write(self, character: Character, file: Path) -> dict[str, Any]:
        character.save(file)
        if character.picture is not None:
            with images.writing(file.with_suffix(".jpg")) as part:
                part.write_bytes(encoded(character.picture, "jpeg", JPEG_QUALITY))
        return {
            "name": character.name,
            "model": character.model.name,
            "digest": character.model.digest,
            "edits": {edit.name: edit.strength for edit in character.edits},
        }


def interpolated(base: Floats, codes: Floats, amount: float) -> Floats:
    """``codes`` (N, D) moved towards ``base`` (D,): at 1 unchanged, at 0 equal to ``base``."""
    return np.asarray(base + np.float32(amount) * (codes - base), np.float32)


def with_components_of(base: Floats, codes: Floats, directions: Sequence[Floats]) -> Floats:
    """``codes`` (N, D) whose components in the span of ``directions`` are those of ``base`` (D,).

    A direction is (D,) or, one row for each group of layers, (groups, D).
    """
    if not directions:
        return codes
    rows = np.concatenate([np.atleast_2d(each) for each in directions]).astype(np.float64)
    _, sizes, axes = np.linalg.svd(rows, full_matrices=False)
    axes = axes[sizes > RANK_TOLERANCE * sizes[0]]
    difference = (base - codes).astype(np.float64)
    return np.asarray(codes + (difference @ axes.T) @ axes, np.float32)
