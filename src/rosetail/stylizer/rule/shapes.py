"""Clean shapes: a mask becomes a shape with smooth borders, without crumbs and pinholes."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.arrays import Bytes, Floats
from rosetail.stylizer.rule.fields import Flow, along, blur

Flags = NDArray[np.bool_]


def components(mask: Flags, connectivity: int = 4) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Labels [H, W] of the connected parts of ``mask`` (0 is outside), and their areas."""
    count, labels = cv2.connectedComponents(mask.view(np.uint8), connectivity=connectivity)
    return np.asarray(labels), np.bincount(labels.ravel(), minlength=count)


def select(labels: NDArray[np.int32], keep: NDArray[np.bool_]) -> Flags:
    """The parts of ``labels`` for which ``keep`` [N] is true; the outside never is."""
    keep = keep.copy()
    keep[0] = False
    return np.asarray(keep[labels])


def drop_small(mask: Flags, area: float) -> Flags:
    """``mask`` without islands and holes below ``area`` pixels."""
    for _ in range(2):  # islands, then (inverted) holes
        labels, areas = components(mask)
        mask = ~select(labels, areas >= area)
    return mask


def large_parts(mask: Flags, area: float, border: Flags | None = None) -> Flags:
    """The parts of ``mask`` of at least ``area`` pixels; a little less at ``border``."""
    labels, areas = components(mask)
    keep = areas >= area
    if border is not None:
        touching = np.bincount(labels[border], minlength=len(areas)) > 0
        keep = keep | (touching & (areas >= 0.8 * area))
    return select(labels, keep)


def steep(soft: Floats, sigma: float) -> Floats:
    """The contour of a blurred mask at one half as an antialiased edge about 1.4 pixels wide."""
    return np.clip((soft - 0.5) * np.float32(2.2 * max(sigma, 0.5)) + 0.5, 0, 1, dtype=np.float32)


def shape(mask: Flags, sigma: float, area: float = 0) -> Floats:
    """``mask`` as a clean shape 0..1: parts below ``area`` dropped, border smoothed over ``sigma``
    pixels (a curvature flow: corners become round, straight edges stay)."""
    if area:
        mask = drop_small(mask, area)
    return steep(blur(mask, sigma), sigma)


def flowing_shape(mask: Flags, flow: Flow, sigma: float, across: float, area: float = 0) -> Floats:
    """As :func:`shape`, smoothed ``sigma`` pixels along the flow and ``across`` it: strands."""
    if area:
        mask = drop_small(mask, area)
    return steep(along(blur(mask, across), flow, sigma), across)


def disc(radius: float) -> Bytes:
    """A disc-shaped kernel of ``radius`` pixels."""
    side = 2 * max(1, round(radius)) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)


def grown(mask: Flags, radius: float) -> Flags:
    """``mask`` and all within ``radius`` pixels of it."""
    return _within(~mask, radius) if mask.any() else mask


def shrunk(mask: Flags, radius: float) -> Flags:
    """``mask`` without all within ``radius`` pixels of its outside."""
    return ~grown(~mask, radius)


def opened(mask: Flags, radius: float) -> Flags:
    """``mask`` without what a disc of ``radius`` pixels does not fit in."""
    return grown(shrunk(mask, radius), radius)


def _within(outside: Flags, radius: float) -> Flags:
    """Distance maps cost the same for every radius; dilations do not."""
    distance = cv2.distanceTransform(outside.astype(np.uint8), cv2.DIST_L2, 5)
    return np.asarray(distance <= radius)
