"""What character files are made of: JSON whose numbers and pictures are base64."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rosetail.errors import InputError

if TYPE_CHECKING:
    from rosetail.characters.edits import Edit

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

FORMAT = "rosetail character"
THUMBNAIL = 96  # pixels
MOST_BYTES = 1_000_000  # of a file: more is no character


def parsed(source: Path) -> dict[str, Any]:
    try:
        if source.stat().st_size > MOST_BYTES:
            raise InputError(f"{source}: too large for a character; give one from rosetail cast")
        data = json.loads(source.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{source}: {error.strerror}; give a character file") from error
    except (ValueError, RecursionError) as error:  # of JSON, of UTF-8, of too deep a nest
        raise InputError(
            f"{source}: not a character file; give one that rosetail cast --save wrote"
        ) from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise InputError(
            f"{source}: not a character file; give one that rosetail cast --save wrote"
        )
    return data


def edit_data(edit: Edit) -> dict[str, Any]:
    kept = {"name": edit.name, "strength": edit.strength, "method": edit.method}
    grouped = {"groups": len(edit.move)} if edit.move.ndim == 2 else {}
    return {**kept, **grouped, "move": base64_text(np.asarray(edit.move, "<f4").tobytes())}


def read_edit(data: Mapping[str, Any], latent: int) -> Edit:
    """Raises KeyError, TypeError or ValueError for what is none of a code of ``latent``."""
    from rosetail.characters.edits import Edit

    move = read_numbers(data["move"])
    groups = data.get("groups")
    move = move.reshape((latent,) if groups is None else (int(groups), latent))
    strength = float(data["strength"])
    if not (np.isfinite(move).all() and np.isfinite(strength)):
        raise ValueError("an edit that is not finite")
    return Edit(str(data["name"]), strength, str(data["method"]), move)


def read_numbers(text: str) -> Floats:
    return np.frombuffer(base64.b64decode(text, validate=True), "<f4").astype(np.float32)


def base64_text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def webp(picture: Bytes) -> bytes:
    from PIL import Image

    small = Image.fromarray(picture)
    small.thumbnail((THUMBNAIL, THUMBNAIL))
    kept = io.BytesIO()
    small.save(kept, "WEBP", quality=85)
    return kept.getvalue()


def read_picture(text: str) -> Bytes:
    from PIL import Image

    with Image.open(io.BytesIO(base64.b64decode(text, validate=True)), formats=["WEBP"]) as image:
        if max(image.size) > 4 * THUMBNAIL:
            raise ValueError(f"thumbnail of {image.size[0]}x{image.size[1]}")
        return np.asarray(image.convert("RGB"))
