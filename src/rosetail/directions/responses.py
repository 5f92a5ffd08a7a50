"""Measured effects of moves in W: changes of tags and of pixels.

Regression on random codes tells which tags occur together, not which change causes which. Therefore
candidate moves are applied to a few characters and their effects measured.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.characters.content import Content
from rosetail.characters.model import CharacterModel
from rosetail.directions.taggers import Tagger, logits

Floats = NDArray[np.float32]

THUMBNAIL = 24  # pixels a side of the pictures in which changes are located
BATCH = 16  # pictures drawn at once


class Baseline(NamedTuple):
    """An unedited character: its ``content``, code ``w`` (latent,), ``probabilities`` (T,), and
    ``thumbnail`` [24, 24, 3] in 0..1."""

    content: Content
    w: Floats
    probabilities: Floats
    thumbnail: Floats


class Responses(NamedTuple):
    """Changes of log odds (K, B, T) and of thumbnails (K, B, pixels) by K moves of B characters."""

    odds: Floats
    pixels: Floats


class Probe:
    """Draws the characters of ``model`` and reads their tags with ``tagger``."""

    def __init__(self, model: CharacterModel, tagger: Tagger) -> None:
        self.model, self.tagger = model, tagger

    def baseline(self, content: Content, w: Floats) -> Baseline:
        """Draw ``content`` with one code (latent,)."""
        probabilities, thumbnails = self._draw(content, w[None])
        return Baseline(content, w, probabilities[0], thumbnails[0])

    def edited(self, base: Baseline, moves: Floats) -> tuple[Floats, Floats]:
        """Probabilities (K, T) and thumbnails (K, 24, 24, 3) after each of ``moves``, (K, latent)
        or (K, groups, latent)."""
        return self._draw(base.content, base.w + moves)

    def responses(self, base: Baseline, moves: Floats) -> Responses:
        """The effects of each of ``moves`` on one character (B = 1)."""
        probabilities, thumbnails = self.edited(base, moves)
        odds = logits(probabilities) - logits(base.probabilities)
        pixels = (thumbnails - base.thumbnail).reshape(len(moves), 1, -1)
        return Responses(odds[:, None], pixels.astype(np.float16).astype(np.float32))

    def _draw(self, content: Content, codes: Floats) -> tuple[Floats, Floats]:
        probabilities, thumbnails = [], []
        for first in range(0, len(codes), BATCH):
            pictures = self.model.decode(content, codes[first : first + BATCH])
            probabilities.append(self.tagger(pictures))
            thumbnails += [
                cv2.resize(picture, (THUMBNAIL, THUMBNAIL), interpolation=cv2.INTER_AREA)
                for picture in pictures
            ]
        small = np.stack(thumbnails).astype(np.float32) / np.float32(255)
        return np.concatenate(probabilities), small
