"""What moves in w do to pictures: drawn, tagged, and compared with the pictures as they were.

Regression on random w tells which tags come together; it cannot tell which change makes which. So
every candidate move is made, on the same few characters, and its effects are measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.characters.model import CharacterModel
from rosetail.directions.taggers import Tagger, logits

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

LOOKED_AT = 24  # pixels of the small pictures in which changes of places are compared
AT_ONCE = 16  # pictures that are drawn together


class Base(NamedTuple):
    """A character of a photo as it is: ``content``, its ``w`` (latent,), its tags' ``chances``
    (T,), and the picture small, float32 [24, 24, 3] in 0..1."""

    content: Any
    w: Floats
    chances: Floats
    small: Floats


class Responses(NamedTuple):
    """Of K moves on B bases: changes of log odds (K, B, T) and of small pictures (K, B, P)."""

    odds: Floats
    pixels: Floats


def make_bases(
    roses: CharacterModel, tagger: Tagger, contents: Sequence[Any], w: Floats
) -> list[Base]:
    """One base for each content with its row of ``w`` (B, latent)."""
    bases = []
    for content, code in zip(contents, w, strict=True):
        picture = roses.decode(content, code[None])
        bases.append(Base(content, code, tagger(picture)[0], small(picture)[0]))
    return bases


def drawn(
    roses: CharacterModel, tagger: Tagger, base: Base, moves: Floats
) -> tuple[Floats, Floats]:
    """Chances (K, T) and small pictures (K, 24, 24, 3) of ``base`` after each of the ``moves``,
    (K, latent) or (K, groups, latent)."""
    chances, pictures = [], []
    for first in range(0, len(moves), AT_ONCE):
        made = roses.decode(base.content, base.w + moves[first : first + AT_ONCE])
        chances.append(tagger(made))
        pictures.append(small(made))
    return np.concatenate(chances), np.concatenate(pictures)


def measure(roses: CharacterModel, tagger: Tagger, base: Base, moves: Floats) -> Responses:
    """What each of ``moves`` changes on one base; see :class:`Responses`, B is 1."""
    chances, pictures = drawn(roses, tagger, base, moves)
    odds = logits(chances) - logits(base.chances)
    pixels = (pictures - base.small).reshape(len(moves), -1)
    return Responses(odds[:, None], pixels[:, None].astype(np.float16).astype(np.float32))


def small(pictures: Bytes) -> Floats:
    """Pictures (N, S, S, 3) at 24 pixels, in 0..1."""
    size = (LOOKED_AT, LOOKED_AT)
    shrunk = [cv2.resize(each, size, interpolation=cv2.INTER_AREA) for each in pictures]
    return np.stack(shrunk).astype(np.float32) / np.float32(255)
