"""The ground behind figures in a clip: the drawn frame without the people whom figures replace.

Drawing it is what takes longest, and where the camera stands still it is the same for many frames.
It is drawn anew only if something outside the figures changes, or comes out from behind them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple

import cv2
import numpy as np

from rosetail.arrays import Bytes, Floats
from rosetail.characters.inpainting import Hidden, hidden_people, remove_people
from rosetail.faces.warp import Matrix

CHANGED = 5  # levels by which a place of the small picture differs that is not the same any more
FEW = 0.003  # share of such places, and of those that come out, at which the ground is kept
BEHIND = 0.5  # opacity from which on a place is hidden

# The matrix from the picture to a bust, the bust's side in pixels, and its opacity.
Square = tuple[Matrix, int, float]


class _Kept(NamedTuple):
    small: Floats  # the frame, [h, w, 3]
    hidden: Floats
    ground: Bytes


class KeptGround:
    """The ground of a clip's frames. ``draw`` draws a frame. Calls may be made by several threads,
    one frame apart."""

    def __init__(self, draw: Callable[[Bytes], Bytes]) -> None:
        self._draw, self._lock = draw, threading.Lock()
        self._kept: _Kept | None = None

    def __call__(self, rgb: Bytes, people: Floats | None, squares: Sequence[Square]) -> Bytes:
        """The drawn frame ``rgb``, uint8 [H, W, 3], without the people behind ``squares``.

        ``people``: float32 [h, w], where people are; None if that is not known.
        """
        if people is None:
            return self._draw(rgb)
        hidden = hidden_people(rgb.shape[:2], people, squares)
        size = hidden.alpha.shape[1], hidden.alpha.shape[0]
        small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA).astype(np.float32)
        small = np.asarray(cv2.blur(small, (5, 5)), np.float32)  # without noise
        fading = any(strength < 1 for *_, strength in squares)
        with self._lock:
            if self._kept is None or fading or self._changed(small, hidden):
                ground = remove_people(self._draw(rgb), hidden)
                self._kept = None if fading else _Kept(small, hidden.alpha, ground)
                return ground
            return self._kept.ground

    def _changed(self, small: Floats, hidden: Hidden) -> bool:
        assert self._kept is not None
        before, now = self._kept.hidden > BEHIND, hidden.alpha > BEHIND
        seen = (self._kept.hidden < 1 - BEHIND) & (hidden.alpha < 1 - BEHIND)
        differs = np.abs(small - self._kept.small).max(-1) > CHANGED
        came_out = before & ~now
        return bool((differs & seen).mean() > FEW or came_out.mean() > FEW)
