"""Types that character models exchange with callers: model identities and encoded photos."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from rosetail.arrays import Bytes, Floats
from rosetail.faces.warp import Matrix


class ModelId(NamedTuple):
    """Identifies the model that a code belongs to; ``digest`` is the SHA-256 of its weights."""

    name: str
    digest: str

    def __str__(self) -> str:
        return f"{self.name} {self.digest[:8]}"


@dataclass(frozen=True, eq=False)
class Content:
    """An encoded photo: pose and expression, which all characters drawn from it share.

    Attributes:
        maps: the encoding; a network's is [1, C, h, w].
        rgb: the photo, uint8 [H, W, 3].
        matrix: [2, 3], maps the photo to the encoded head.
        style: [codes], the style code of the photo itself, if the model reads one.
        proportions: [latent], what the person's proportions add to w, if the model draws by them.
        landmarks: [5, 2], x and y in the head from -1 to 1; NaN if unknown.
    """

    maps: Floats
    rgb: Bytes
    matrix: Matrix
    style: Floats | None = None
    proportions: Floats | None = None
    landmarks: Floats = field(default_factory=lambda: np.full((5, 2), np.nan, np.float32))


class EncodedDrawing(NamedTuple):
    """The head of a drawing, uint8 [S, S, 3], with its content and its code ``w`` (latent,)."""

    head: Bytes
    content: Content
    w: Floats
