"""Who is person and who is background in a photograph of a head, and which part of it is hair.

No trained network: GrabCut (Rother and others, 2004) from where heads are in an aligned crop, then
colours. Places are in eye distances from the middle between the eyes, x to the right, y down.
"""

from __future__ import annotations

from contextlib import suppress
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.faces.parts import FaceAxes, patch

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

SIDE = 128  # pixels of the picture that is cut up; finer shapes mean nothing here
SPREAD = np.array([9, 5, 6], np.float32)  # of one skin in L, a, b, at the least
MOST_OFF = 3.0  # spreads: further away is another colour


class Outline(NamedTuple):
    """Masks [128, 128] and each pixel's place; `skin` is the face's colour in L, a, b."""

    person: Mask
    skinned: Mask
    hair: Mask
    x: Floats
    y: Floats
    skin: Floats


def outline(rgb: Bytes, landmarks: NDArray[np.floating]) -> Outline:
    """The parts of an aligned square head crop (uint8 [S, S, 3]) with its `landmarks` (5, 2)."""
    shrink = SIDE / rgb.shape[0]
    small = shrunk(rgb)
    frame = FaceAxes.of(np.asarray((landmarks + 0.5) * shrink - 0.5, np.float32))
    x, y = frame.place((SIDE, SIDE), frame.eyes)
    lab = lab_of(small)
    person = _person(small, lab, x, y)
    skin, spread = skin_colour(lab, frame)
    off = np.sqrt((((lab - skin) / spread) ** 2).sum(-1))
    skinned = person & (off < MOST_OFF)
    return Outline(person, skinned, _hair(lab, person, skinned, x, y), x, y, skin)


def shrunk(rgb: Bytes) -> Bytes:
    """The picture in the size of the masks."""
    return np.asarray(cv2.resize(rgb, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.uint8)


def lab_of(rgb: Bytes) -> Floats:
    """CIELAB of uint8 sRGB [H, W, 3]."""
    scaled = rgb.astype(np.float32) / np.float32(255)
    return np.asarray(cv2.cvtColor(scaled, cv2.COLOR_RGB2LAB), np.float32)


def skin_colour(lab: Floats, frame: FaceAxes) -> tuple[Floats, Floats]:
    """Median and spread of L, a, b [3] over cheeks and nose, where hair and beard are rare."""
    left, right, nose, mouth_left, mouth_right = frame.landmarks
    places = (0.5 * (left + mouth_left), 0.5 * (right + mouth_right), 0.4 * frame.eyes + 0.6 * nose)
    colours = np.concatenate([patch(lab, place, 0.14 * frame.distance) for place in places])
    middle = np.median(colours, axis=0)
    spread = 1.4826 * np.median(np.abs(colours - middle), axis=0)
    return middle.astype(np.float32), np.maximum(spread, SPREAD).astype(np.float32)


def _person(rgb: Bytes, lab: Floats, x: Floats, y: Floats) -> Mask:
    """Head, hair and clothes."""
    behind = ((np.abs(x) > 2.1) & (y < 0.0)) | ((y < -2.1) & (np.abs(x) > 0.9))
    labels = np.full(rgb.shape[:2], cv2.GC_PR_BGD, np.uint8)
    head = (x / 1.3) ** 2 + ((y - 0.05) / 1.75) ** 2 < 1
    chest = (y > 1.9) & (np.abs(x) < 0.9 + 0.9 * (y - 1.9))
    labels[head | chest] = cv2.GC_PR_FGD
    labels[(x / 0.85) ** 2 + ((y - 0.5) / 1.1) ** 2 < 1] = cv2.GC_FGD
    labels[(np.abs(x) < 0.5) & (y > 2.1)] = cv2.GC_FGD
    # Dark hair before a dark corner would be lost: what is surely head and of no colour of the
    # background is person.
    close = (x / 1.1) ** 2 + ((y + 0.1) / 1.4) ** 2 < 1
    labels[close & (_off_ground(lab, behind) > 14)] = cv2.GC_FGD
    labels[behind] = cv2.GC_BGD
    cv2.setRNGSeed(0)  # GrabCut starts its mixtures at random
    models = np.zeros((1, 65)), np.zeros((1, 65))
    with suppress(cv2.error):  # a picture of one colour has no parts
        cv2.grabCut(rgb, labels, None, *models, 4, cv2.GC_INIT_WITH_MASK)  # type: ignore[call-overload]
    return (labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD)


def _off_ground(lab: Floats, behind: Mask) -> Floats:
    """Distance in L, a, b of each pixel to the nearest of the background's main colours."""
    samples = lab[behind][::6]
    if len(samples) < 16:
        return np.zeros(lab.shape[:2], np.float32)
    cv2.setRNGSeed(0)
    end = (cv2.TERM_CRITERIA_MAX_ITER, 8, 0.0)
    _, label, middles = cv2.kmeans(samples, 4, None, end, 1, cv2.KMEANS_PP_CENTERS)  # type: ignore[call-overload]
    share = np.bincount(label.ravel(), minlength=4) / len(samples)
    main = middles[share > 0.12]  # a few pixels are a neighbour's hair, not the background
    return np.asarray(
        np.min([np.sqrt(((lab - one) ** 2).sum(-1)) for one in main], axis=0), np.float32
    )


def _hair(lab: Floats, person: Mask, skinned: Mask, x: Floats, y: Floats) -> Mask:
    """What is neither skin nor background above and beside the face, and what continues it."""
    crown = ((x / 1.5) ** 2 + ((y + 0.2) / 1.75) ** 2 < 1) & (y < -0.55)
    temple = (np.abs(x) > 0.8) & (np.abs(x) < 1.5) & (y > -0.55) & (y < 0.1)
    seed = person & ~skinned & (crown | temple)
    if seed.sum() < 0.004 * seed.size:
        return np.zeros_like(seed)
    colours = lab[seed]
    middle = np.median(colours, axis=0)
    spread = 1.4826 * np.median(np.abs(colours - middle), axis=0)
    off = np.sqrt((((lab - middle) / np.maximum(spread, [8, 4, 5])) ** 2).sum(-1))
    beside = (np.abs(x) > 0.55) & (y > 0.1) & (y < 2.4)
    alike = person & ~skinned & (off < MOST_OFF)
    return seed | (alike & (beside | crown | temple))
