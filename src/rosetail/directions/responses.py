"""Measured effects of moves in W: changes of tags and of pixels.

Regression on random codes finds correlated tags, not causes. Therefore candidate moves are applied
to a few characters and their effects measured. Moves are calibrated so that at strength 1 the
tagger detects the tag in most pictures.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.arrays import Floats
from rosetail.characters.content import Content
from rosetail.characters.model import CharacterModel
from rosetail.directions.taggers import Tagger, logits

THUMBNAIL = 24  # pixels a side of the pictures in which changes are located
BATCH = 16  # pictures drawn at once
TARGET_SHARE = 0.9  # of pictures that have the tag after a move of strength 1
LENGTHS = (0.35, 0.6, 1.0, 1.5, 2.2, 3.2)  # tried in calibration, relative to the given move


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


class CalibratedMove(NamedTuple):
    """``move`` at strength 1, the share of pictures that then have the tag, and the
    probabilities (B, T) after it."""

    move: Floats
    reach: float
    probabilities: Floats


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

    def calibrate(self, bases: Sequence[Baseline], move: Floats, tag: str) -> CalibratedMove:
        """``move`` (groups, latent), scaled so that TARGET_SHARE of the ``bases`` get the tag.

        Increasing lengths are tried; the result is interpolated between the last two. If none
        reaches the target, the length with the largest share is used, the shortest of equal ones.
        """
        column = self.tagger.tags.index(tag)
        after: dict[float, Floats] = {}

        def share(length: float) -> float:
            if length not in after:
                scaled = np.float32(length) * move[None]
                after[length] = np.concatenate([self.edited(base, scaled)[0] for base in bases])
            return float((after[length][:, column] > 0.5).mean())

        shares: list[float] = []
        for length in LENGTHS:
            shares.append(share(length))
            if shares[-1] >= TARGET_SHARE:
                break
        chosen = length_for_target(LENGTHS, np.array(shares))
        reach = share(chosen)
        return CalibratedMove(np.float32(chosen) * move, reach, after[chosen])

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


def length_for_target(lengths: Sequence[float], shares: NDArray[np.floating]) -> float:
    """The length at which ``shares`` first reach TARGET_SHARE, or that of the largest share."""
    reached = np.flatnonzero(shares >= TARGET_SHARE)
    if not len(reached):
        return float(lengths[int(np.argmax(shares))])
    last = int(reached[0])
    if last == 0:
        return float(lengths[0])
    return float(np.interp(TARGET_SHARE, shares[last - 1 : last + 1], lengths[last - 1 : last + 1]))
