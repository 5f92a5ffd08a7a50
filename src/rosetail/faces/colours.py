"""Colours of a person: skin, hair, eyes and lips, read from mesh and regions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.faces.expression import INNER_LIPS, OUTER_LIPS
from rosetail.faces.mesh import IRISES, Mesh
from rosetail.faces.regions import CHEEKS, FOREHEAD, OVAL, HeadRegions, polygon

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]
Colour = tuple[float, float, float]

SHADOW = 12.0  # CIELAB lightness by which skin in shadow is darker than the brighter cheek
SHINE, LIT = 8.0, 16.0  # by which a forehead that shines is lighter, of dark and of light faces
# Median lightness of a face below which its shine is far lighter than the skin, and above which it
# is not. A light face in dim light lies above.
DARK, NOT_DARK = 42.0, 52.0
MATT = (0.5, 0.7)  # quantiles of a dark face's lightness between which its skin does not shine
CORRECTION = 0.5  # share of the estimated colour cast of the light that is removed
MOST_CORRECTION = 1.25  # per channel
NORM = 6  # of shades of grey
LEAST_PIXELS = 12
PUPIL, RIM = 0.35, 0.9  # radii between which an iris is read, in radii of the iris


@dataclass(frozen=True)
class HeadColours:
    """sRGB colours, 0..1 each; None if too little of a part is visible.

    ``hair`` is the colour of what covers the head, if that is a veil or a hat
    (:class:`rosetail.faces.traits.Traits` tells). ``tone``: individual typology angle of the skin
    in degrees, about 55 for very light and -30 for very dark skin.
    """

    skin: Colour
    hair: Colour | None
    eyes: Colour | None
    lips: Colour | None
    tone: float


def read_colours(rgb: Bytes, mesh: Mesh, regions: HeadRegions) -> HeadColours:
    """The colours of the face ``mesh`` in ``rgb`` (uint8 [H, W, 3]).

    The skin is read from cheeks and forehead, without those in shadow. The light of the picture is
    estimated by shades of grey (Finlayson and Trezzi 2004).
    """
    light = light_of(rgb)
    image, points = regions.image, regions.points
    skin = _skin(image, points, light)
    lips = polygon(points, OUTER_LIPS) & ~polygon(points, INNER_LIPS)
    # Shine on a forehead passes for hair.
    beyond = regions.hair & ~polygon(points, OVAL)
    hair = beyond if beyond.sum() >= LEAST_PIXELS else regions.hair
    inner = cv2.erode(hair.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    lightness, _, b = _lab(np.array(skin))
    return HeadColours(
        skin=skin,
        hair=_median(image[inner if inner.sum() >= LEAST_PIXELS else hair], light),
        eyes=_median(_iris_pixels(rgb, mesh), light),
        lips=_median(image[lips], light),
        tone=float(np.degrees(np.arctan2(lightness - 50, b))),
    )


def light_of(rgb: Bytes) -> Floats:
    """The colour of the light relative to grey, [3], in linear values; its mean is about 1."""
    small = cv2.resize(rgb, (64, 64), interpolation=cv2.INTER_AREA)
    strength = (_linear(small.reshape(-1, 3)) ** NORM).mean(0) ** (1 / NORM)
    cast = (strength / max(float(strength.mean()), 1e-6)) ** CORRECTION
    return np.asarray(np.clip(cast, 1 / MOST_CORRECTION, MOST_CORRECTION))


def _skin(image: Bytes, points: NDArray[np.float32], light: Floats) -> Colour:
    patches = [image[polygon(points, each)] for each in (*CHEEKS, FOREHEAD)]
    patches = [each for each in patches if len(each) >= LEAST_PIXELS] or [image.reshape(-1, 3)]
    brightness = [float(_lab(np.median(each, axis=0) / 255)[0]) for each in patches]
    face = _lighter_half(image, points)
    dark = float(np.interp(_median_lightness(face), (DARK, NOT_DARK), (1, 0)))
    # Dark foreheads shine: the brighter cheek says what is in shadow.
    cheek, most = max(brightness[:2]), dark * SHINE + (1 - dark) * LIT
    lit = [
        patch
        for patch, value in zip(patches, brightness, strict=True)
        if cheek - SHADOW < value < cheek + most
    ]
    pixels = np.concatenate(lit)
    whole, matt = _median(pixels, light), _median(_matt(pixels, face), light)
    assert whole is not None  # a patch has enough pixels
    assert matt is not None
    red, green, blue = ((1 - dark) * np.array(whole) + dark * np.array(matt)).tolist()
    return red, green, blue


def _lighter_half(image: Bytes, points: NDArray[np.float32]) -> Bytes:
    """The pixels [N, 3] of the face on the side of the nose that is not in shadow."""
    oval = polygon(points, OVAL)
    left = oval & (np.arange(oval.shape[1]) < points[1, 0])
    return max((image[left], image[oval & ~left]), key=_median_lightness)


def _median_lightness(pixels: Bytes) -> float:
    return float(np.median(_lightness(pixels))) if len(pixels) else 0.0


def _matt(pixels: Bytes, face: Bytes) -> Bytes:
    """Those of ``pixels`` [N, 3] that are as light as most of ``face`` [M, 3]; all, where they do
    not shine."""
    own, lightness = _lightness(pixels), _lightness(face)
    low, high = np.quantile(lightness, MATT)
    matt = pixels[(own >= low) & (own <= high)]
    return matt if np.median(own) > high and len(matt) >= LEAST_PIXELS else pixels


def _lightness(pixels: Bytes) -> Floats:
    """CIELAB lightness [N] of pixels [N, 3]."""
    unit = np.ascontiguousarray(pixels[None], dtype=np.float32) / 255
    return np.asarray(cv2.cvtColor(unit, cv2.COLOR_RGB2LAB)[0, :, 0], np.float64)


def _iris_pixels(rgb: Bytes, mesh: Mesh) -> Bytes:
    """The pixels of both irises between pupil and rim, without reflections and lashes, [N, 3]."""
    found = []
    for iris in IRISES.values():
        centre, *edge = mesh.points[iris, :2].astype(np.float64)
        radius = float(np.linalg.norm(np.array(edge) - centre, axis=1).mean())
        low = np.floor(np.maximum(centre - radius, 0)).astype(int)
        high = np.ceil(centre + radius).astype(int) + 1
        part = rgb[low[1] : high[1], low[0] : high[0]]
        if not part.size:
            continue
        y, x = np.mgrid[: part.shape[0], : part.shape[1]]
        x, y = x + low[0] - centre[0], y + low[1] - centre[1]
        apart = np.hypot(x, y) / max(radius, 1e-6)
        # Above the pupil lids and lashes shade the iris.
        found.append(part[(apart > PUPIL) & (apart < RIM) & (y > -0.3 * radius)])
    pixels = np.concatenate(found) if found else np.empty((0, 3), np.uint8)
    if not len(pixels):
        return pixels
    brightness = pixels.astype(np.float64).mean(1)
    low_end, high_end = np.quantile(brightness, (0.15, 0.8))
    return np.asarray(pixels[(brightness >= low_end) & (brightness <= high_end)])


def _median(pixels: Bytes, light: Floats) -> Colour | None:
    """The median colour of ``pixels`` [N, 3] in white light."""
    if len(pixels) < LEAST_PIXELS:
        return None
    linear = _linear(np.median(pixels, axis=0)) / light
    red, green, blue = _encoded(np.clip(linear, 0, 1)).tolist()
    return red, green, blue


def _linear(values: NDArray[Any]) -> Floats:
    """Linear light 0..1 of sRGB values 0..255 (IEC 61966-2-1)."""
    unit = np.asarray(values, np.float64) / 255
    return np.where(unit <= 0.04045, unit / 12.92, ((unit + 0.055) / 1.055) ** 2.4)


def _encoded(linear: Floats) -> Floats:
    """sRGB 0..1 of linear light 0..1."""
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)


def _lab(colour: Floats) -> Floats:
    """CIELAB of one sRGB colour 0..1."""
    row = np.asarray(colour, np.float32)[None, None]
    return np.asarray(cv2.cvtColor(row, cv2.COLOR_RGB2LAB)[0, 0], np.float64)
