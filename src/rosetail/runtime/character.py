"""A character: a code w that a model draws any face in, kept as a small JSON file.

The file is text that a person may read and a version control system may compare::

    {"format": "rosetail character", "version": 1, "name": "Aiko",
     "model": {"name": "roses", "digest": "0f3a..."},
     "w": "<base64 of little-endian float32>", "thumbnail": "<base64 of WebP>"}

A w means something to the model that it came from and to no other.
"""

from __future__ import annotations

import base64
import binascii
import io
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rosetail.errors import InputError, SettingsError
from rosetail.images import writing

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

FORMAT, VERSION = "rosetail character", 1
SUFFIX = ".json"
THUMBNAIL = 96  # pixels
MOST_BYTES = 1_000_000  # of a file: more is no character


class Model(NamedTuple):
    """Which model a code belongs to; ``digest`` is of its weights."""

    name: str
    digest: str


@dataclass(frozen=True, eq=False)
class Character:
    """``w`` (latent,) of ``model``; ``picture`` shows it, uint8 [S, S, 3], or is None."""

    name: str
    model: Model
    w: Floats
    picture: Bytes | None = None

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the character file, whole or not at all. Raises OutputError."""
        data: dict[str, Any] = {
            "format": FORMAT,
            "version": VERSION,
            "name": self.name,
            "model": self.model._asdict(),
            "w": _text(np.asarray(self.w, "<f4").tobytes()),
        }
        if self.picture is not None:
            data["thumbnail"] = _text(_webp(self.picture))
        with writing(path) as part:
            part.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
        return Path(path)


def read_character(path: str | os.PathLike[str]) -> Character:
    """The character in the file at ``path``.

    Raises InputError, naming the file, for anything that is not a whole character file or comes
    from a newer Rosetail.
    """
    source = Path(path)
    data = _parsed(source)
    version = data.get("version")
    if not isinstance(version, int) or version < 1:
        raise InputError(f"{source}: its version is {version!r}; write it again with rosetail cast")
    if version > VERSION:
        raise InputError(
            f"{source}: version {version} of the format, this program knows {VERSION}; "
            "update Rosetail"
        )
    try:
        w = np.frombuffer(base64.b64decode(data["w"], validate=True), "<f4").astype(np.float32)
        model = Model(str(data["model"]["name"]), str(data["model"]["digest"]))
        name = str(data["name"])
        picture = _picture(data["thumbnail"]) if "thumbnail" in data else None
    except (KeyError, TypeError, ValueError, OSError, binascii.Error) as error:
        raise InputError(
            f"{source}: damaged ({type(error).__name__}: {error}); take another copy of it"
        ) from error
    if not w.size or not np.isfinite(w).all():
        raise InputError(f"{source}: its code is empty or not finite; take another copy of it")
    return Character(name, model, w, picture)


def mixed(first: Character, second: Character, count: int) -> list[Character]:
    """``count`` characters from ``first`` to ``second``, both included: w on the line between.

    Raises SettingsError for fewer than two or characters of different models.
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
        made.append(Character(name, first.model, w))
    return made


def check_model(character: Character, model: Model) -> None:
    """Raise SettingsError unless ``character`` belongs to ``model``."""
    if character.model.digest != model.digest:
        raise SettingsError(
            f"the character {character.name} belongs to {_named(character.model)}, not to "
            f"{_named(model)}; load that model, or cast anew"
        )


def _named(model: Model) -> str:
    return f"{model.name} {model.digest[:8]}"


def _parsed(source: Path) -> dict[str, Any]:
    try:
        if source.stat().st_size > MOST_BYTES:
            raise InputError(f"{source}: too large for a character; give one from rosetail cast")
        data = json.loads(source.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{source}: {error.strerror}; give a character file") from error
    except ValueError as error:  # of JSON and of UTF-8
        raise InputError(
            f"{source}: not a character file; give one that rosetail cast --save wrote"
        ) from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise InputError(
            f"{source}: not a character file; give one that rosetail cast --save wrote"
        )
    return data


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _webp(picture: Bytes) -> bytes:
    from PIL import Image

    small = Image.fromarray(picture)
    small.thumbnail((THUMBNAIL, THUMBNAIL))
    kept = io.BytesIO()
    small.save(kept, "WEBP", quality=85)
    return kept.getvalue()


def _picture(text: str) -> Bytes:
    from PIL import Image

    with Image.open(io.BytesIO(base64.b64decode(text, validate=True)), formats=["WEBP"]) as image:
        if max(image.size) > 4 * THUMBNAIL:
            raise ValueError(f"thumbnail of {image.size[0]}x{image.size[1]}")
        return np.asarray(image.convert("RGB"))
