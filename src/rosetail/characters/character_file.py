"""The character file: JSON that a person can read and a version control system can compare.

::

    {"format": "rosetail character", "version": 1, "name": "Aiko",
     "model": {"name": "roses", "digest": "0f3a..."},
     "w": "<base64 of little-endian float32>", "thumbnail": "<base64 of WebP>"}

Files with edits have version 2. Each edit carries the move that strength 1 adds, so that the file
is complete and any edit can be removed again; ``groups`` is present if the groups of layers have
moves of their own::

    "edits": [{"name": "long_hair", "strength": 1.0, "method": "joint",
               "groups": 4, "move": "<base64 of little-endian float32>"}]
"""

from __future__ import annotations

import base64
import io
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from rosetail.arrays import Bytes, Floats
from rosetail.characters.content import ModelId
from rosetail.characters.edits import Edit
from rosetail.errors import InputError, OutputError
from rosetail.images import writing
from rosetail.reading import parsing, read_json, reading
from rosetail.weights import PAINTER

FORMAT, VERSION = "rosetail character", 2
SUFFIX = ".json"
THUMBNAIL = 96  # pixels
MAX_NAME = 200  # letters
MAX_BYTES = 1_000_000  # larger files are not characters
EARLIER_PAINTER = ModelId(
    PAINTER, "1f80501bad04bee5830384a03483d53c8a32c36c5b6997ed85e838cb2d6d3faf"
)


def write_fields(
    path: str | os.PathLike[str],
    *,
    name: str,
    model: ModelId,
    w: Floats,
    picture: Bytes | None,
    edits: Sequence[Edit],
) -> Path:
    """Write the fields of a character and read them back. The file appears complete or not at all.

    Raises OutputError, also for numbers that are not finite; an older file is then kept.
    """
    data: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION if edits else 1,
        "name": name,
        "model": model._asdict(),
        "w": _to_base64(w),
    }
    if edits:
        data["edits"] = [_edit_to_json(each) for each in edits]
    if picture is not None:
        small = Image.fromarray(picture)
        small.thumbnail((THUMBNAIL, THUMBNAIL))
        webp = io.BytesIO()
        small.save(webp, "WEBP", quality=85)
        data["thumbnail"] = base64.b64encode(webp.getvalue()).decode("ascii")
    with writing(path) as part:
        part.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
        try:
            read_fields(part)
        except InputError as error:
            raise OutputError(
                f"{path}: not written, because it could not be read again "
                f"({str(error).removeprefix(f'{part}: ')})"
            ) from error
    return Path(path)


def read_fields(path: str | os.PathLike[str]) -> dict[str, Any]:
    """The fields that :func:`write_fields` wrote.

    Raises InputError, naming the file, for a damaged file, another kind of file, or one from a
    newer Rosetail.
    """
    source = Path(path)
    data = _read_json(source)
    version = data.get("version")
    if not isinstance(version, int) or version < 1:
        raise InputError(f"{source}: its version is {version!r}; write it again with rosetail cast")
    if version > VERSION:
        raise InputError(
            f"{source}: version {version} of the format, this program knows {VERSION}; "
            "update Rosetail"
        )
    with parsing(source, "a whole character", "take another copy of it"):
        w = _from_base64(data["w"])
        fields = {
            "name": str(data["name"]),
            "model": ModelId(str(data["model"]["name"]), str(data["model"]["digest"])),
            "w": w,
            "picture": _read_thumbnail(data["thumbnail"]) if "thumbnail" in data else None,
            "edits": tuple(_edit_from_json(each, w.size) for each in data.get("edits", ())),
        }
    if not w.size or not np.isfinite(w).all():
        raise InputError(f"{source}: its code is empty or not finite; take another copy of it")
    if fields["model"] != EARLIER_PAINTER:
        return fields
    with parsing(source, "a whole character", "take another copy of it"):
        return _converted(fields)


def _converted(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of a character of the painter before it was drawn anew, for today's painter; as
    they are where the painter is not installed."""
    try:
        from rosetail.painter import code, earlier
    except ImportError:
        return fields
    edits = tuple(each._replace(move=earlier.converted_move(each.move)) for each in fields["edits"])
    return fields | {
        "model": ModelId(PAINTER, code.digest()),
        "w": earlier.converted(fields["w"]),
        "edits": edits,
    }


def _read_json(source: Path) -> dict[str, Any]:
    remedy = "give one that rosetail cast --save wrote"
    with reading(source, "a character file", remedy) as file:
        if file.stat().st_size > MAX_BYTES:
            raise ValueError("too large")
        data = read_json(file)
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise ValueError("another format")
    return data


def _edit_to_json(edit: Edit) -> dict[str, Any]:
    data = {"name": edit.name, "strength": edit.strength, "method": edit.method}
    groups = {"groups": len(edit.move)} if edit.move.ndim == 2 else {}
    return {**data, **groups, "move": _to_base64(edit.move)}


def _edit_from_json(data: Mapping[str, Any], latent: int) -> Edit:
    move = _from_base64(data["move"])
    groups = data.get("groups")
    move = move.reshape((latent,) if groups is None else (int(groups), latent))
    strength = float(data["strength"])
    if not (np.isfinite(move).all() and np.isfinite(strength)):
        raise ValueError("an edit that is not finite")
    if len(str(data["name"])) > MAX_NAME:
        raise ValueError(f"an edit with a name of {len(str(data['name']))} letters")
    return Edit(str(data["name"]), strength, str(data["method"]), move)


def _to_base64(numbers: Floats) -> str:
    return base64.b64encode(np.asarray(numbers, "<f4").tobytes()).decode("ascii")


def _from_base64(text: str) -> Floats:
    return np.frombuffer(base64.b64decode(text, validate=True), "<f4").astype(np.float32)


def _read_thumbnail(text: str) -> Bytes:
    with Image.open(io.BytesIO(base64.b64decode(text, validate=True)), formats=["WEBP"]) as image:
        if max(image.size) > 4 * THUMBNAIL:
            raise ValueError(f"thumbnail of {image.size[0]}x{image.size[1]}")
        return np.asarray(image.convert("RGB"))
