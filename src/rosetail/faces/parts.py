"""Masks of skin, mouth and eyebrows of an upright face, from its colours and landmarks.

No network is needed: a colour model is fitted to the cheeks, nose and forehead of each face, so it
works for every skin tone. Lengths are in eye distances (between the pupils).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.faces.flow import blur

Floats = NDArray[np.float32]

# Minimum spread (L, a, b) of the colour model: cel-lit studio portraits have almost none.
LEAST_SPREAD = np.array([7, 4, 4], np.float32)
# Brighter pixels are usually highlights on skin.
BRIGHTER_IS_SKIN = 0.3


@dataclass(frozen=True)
class FaceAxes:
    """Coordinate axes of a face: ``place(point)`` gives x (towards the right eye) and y (down)."""

    landmarks: Floats  # [5, 2] pixels
    distance: float  # between the eyes, pixels
    right: Floats  # unit vector from the left to the right eye
    down: Floats

    @classmethod
    def of(cls, landmarks: Floats) -> FaceAxes:
        between = landmarks[1] - landmarks[0]
        distance = float(np.hypot(*between))
        right = (between / distance).astype(np.float32)
        return cls(landmarks, distance, right, np.array([-right[1], right[0]], np.float32))

    @property
    def eyes(self) -> Floats:
        """The midpoint between the eyes [2]."""
        return np.asarray(self.landmarks[:2].mean(0), np.float32)

    @property
    def mouth(self) -> Floats:
        """The middle of the mouth [2]."""
        return np.asarray(self.landmarks[3:].mean(0), np.float32)

    @property
    def turn(self) -> float:
        """Horizontal offset of the nose, in eye distances; positive if the head is turned right."""
        return float((self.landmarks[2] - self.eyes) @ self.right) / self.distance

    def place(self, shape: tuple[int, ...], origin: Floats) -> tuple[Floats, Floats]:
        """x and y [H, W] of every pixel relative to ``origin``."""
        y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
        x, y = x - origin[0], y - origin[1]
        across = (x * self.right[0] + y * self.right[1]) / self.distance
        return across, (x * self.down[0] + y * self.down[1]) / self.distance


@dataclass(frozen=True)
class FaceMasks:
    """Soft masks [H, W] in [0, 1]; ``lightness`` is the median L of the skin."""

    skin: Floats
    mouth: Floats
    brows: Floats
    eyes: Floats
    lightness: float


def face_masks(lab: Floats, smooth_lab: Floats, frame: FaceAxes) -> FaceMasks:
    """Masks of the face with axes ``frame`` in a picture [H, W, 3] in CIELAB.

    ``smooth_lab`` is the same picture without fine texture (pores, stubble, wrinkles).
    """
    skin, middle = _skin(smooth_lab, frame)
    inside = smooth_lab[..., 0][skin > 0.5]
    lightness = float(np.median(inside)) if inside.size else middle
    brows = _brows(lab[..., 0], skin, frame, lightness)
    return FaceMasks(skin, _mouth(skin.shape, frame), brows, _eyes(skin.shape, frame), lightness)


def masked_blur(values: Floats, mask: Floats, sigma: float) -> Floats:
    """Blur [H, W] within ``mask`` only; also extrapolates outside it."""
    mask = mask + np.float32(1e-4)
    return blur(values * mask, sigma) / (blur(mask, sigma) + np.float32(1e-6))


def soft_threshold(edge: Floats, sharpness: float) -> Floats:
    """Smooth step: 1 if ``edge`` < 1, 0 if greater."""
    return np.asarray(0.5 - 0.5 * np.tanh(sharpness * (edge - 1)), np.float32)


def _skin(lab: Floats, frame: FaceAxes) -> tuple[Floats, float]:
    middle, spread = _skin_colour(lab, frame)
    offset = (lab - middle) / (spread * np.array([2.2, 2.4, 2.4], np.float32))
    offset[..., 0] *= np.where(offset[..., 0] > 0, BRIGHTER_IS_SKIN, 1)
    likely = np.exp(-0.5 * (offset**2).sum(-1))
    x, y = frame.place(lab.shape, np.float32(0.5) * (frame.eyes + frame.mouth))
    oval = (x / 1.25) ** 2 + (y / 1.75) ** 2
    neck = ((np.abs(x) < 1) & (y > 0.5) & (y < 2.7)).astype(np.float32)
    near = np.maximum(soft_threshold(oval, 5), blur(neck, 0.1 * frame.distance))
    mask = (likely * near > 0.28).astype(np.uint8)
    mask = _morphed(_morphed(mask, cv2.MORPH_OPEN, 5), cv2.MORPH_CLOSE, 9)
    # Holes enclosed by skin (highlights, wrinkles, nostrils) are skin.
    flood = cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    cv2.floodFill(flood, None, (0, 0), 2)
    holes = (flood[1:-1, 1:-1] == 0) & (oval < 0.95)
    return np.maximum(mask, holes).astype(np.float32), float(middle[0])


def _skin_colour(lab: Floats, frame: FaceAxes) -> tuple[Floats, Floats]:
    """Median and spread of L, a, b on both cheeks, the nose and the forehead."""
    left, right, nose, mouth_left, mouth_right = frame.landmarks
    places = (
        (left + mouth_left) / 2,
        (right + mouth_right) / 2,
        0.4 * frame.eyes + 0.6 * nose,
        1.5 * frame.eyes - 0.5 * frame.mouth,
    )
    patches = [patch(lab, place, 0.1 * frame.distance) for place in places]
    colours = np.concatenate(patches)
    middle = np.median(colours, axis=0)
    spread = 1.4826 * np.median(np.abs(colours - middle), axis=0)
    return middle.astype(np.float32), np.maximum(spread, LEAST_SPREAD).astype(np.float32)


def patch(picture: Floats, place: Floats, radius: float) -> Floats:
    """The pixels [N, C] within ``radius`` of ``place``, moved inside the picture if needed."""
    reach = max(2, int(radius))
    height, width = picture.shape[:2]
    x = int(np.clip(place[0], reach, width - reach - 1))
    y = int(np.clip(place[1], reach, height - reach - 1))
    return picture[y - reach : y + reach, x - reach : x + reach].reshape(-1, picture.shape[2])


def _mouth(shape: tuple[int, ...], frame: FaceAxes) -> Floats:
    x, y = frame.place(shape, frame.mouth)
    width = float(np.hypot(*(frame.landmarks[4] - frame.landmarks[3]))) / frame.distance
    return soft_threshold((x / (0.72 * max(width, 0.3))) ** 2 + (y / 0.26) ** 2, 5)


def _eyes(shape: tuple[int, ...], frame: FaceAxes) -> Floats:
    """Mask of both eyes with lids and folds, without the brows."""
    room = np.zeros(shape[:2], np.float32)
    for eye in frame.landmarks[:2]:
        x, y = frame.place(shape, eye)
        room = np.maximum(room, soft_threshold((x / 0.36) ** 2 + ((y - 0.03) / 0.185) ** 2, 5))
    return room


def _brows(lightness: Floats, skin: Floats, frame: FaceAxes, skin_lightness: float) -> Floats:
    """Mask of pixels darker than the skin around them in a band above each eye, except hair."""
    smooth = blur(lightness, 0.018 * frame.distance)
    brows = np.zeros_like(skin)
    for eye, side in zip(frame.landmarks[:2], (-1, 1), strict=True):
        x, y = frame.place(skin.shape, eye)
        x = x * side
        band = ((x > -0.36) & (x < 0.44) & (y > -0.47) & (y < -0.14)).astype(np.float32)
        around = masked_blur(smooth, skin * (1 - band), 0.18 * frame.distance)
        dark = np.clip((np.minimum(around, skin_lightness + 8) - smooth - 8) / 7, 0, 1) * band
        brows = np.maximum(brows, dark * _not_hair(dark > 0.4, (y < -0.44) | (x > 0.41)))
    return blur(brows, 0.012 * frame.distance)


def _not_hair(dark: NDArray[np.bool_], border: NDArray[np.bool_]) -> Floats:
    """0 for dark shapes with a wide overlap with ``border``: a fringe or the temple, not a brow."""
    count, labels = cv2.connectedComponents(dark.astype(np.uint8))
    keep = np.ones(dark.shape, np.float32)
    for label in range(1, count):
        shape = labels == label
        if (shape & border).sum() > 0.06 * shape.sum():
            keep[shape] = 0
    return keep


def _morphed(mask: NDArray[np.uint8], operation: int, size: int) -> NDArray[np.uint8]:
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    return np.asarray(cv2.morphologyEx(mask, operation, kernel), np.uint8)
