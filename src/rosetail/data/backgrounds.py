"""Random backgrounds for drawings without one: flat colours, gradients and soft scenes.

All are uint8 [size, size, 3] RGB with low contrast, so that the figure stands out.
"""

from __future__ import annotations

import colorsys
from collections.abc import Callable

import cv2
import numpy as np

from rosetail.arrays import Bytes, Floats

Rng = np.random.Generator


def random_background(size: int, rng: Rng) -> Bytes:
    """A background of a kind chosen by ``rng``."""
    kinds: list[Callable[[int, Rng], Floats]] = [flat, gradient, sky, room, lights, leaves]
    chosen = kinds[rng.choice(len(kinds), p=[0.3, 0.2, 0.15, 0.15, 0.1, 0.1])]
    return np.clip(np.rint(chosen(size, rng)), 0, 255).astype(np.uint8)


def colour(
    rng: Rng,
    *,
    strength: tuple[float, float],
    light: tuple[float, float],
    hue: tuple[float, float] = (0, 1),
) -> Floats:
    """A colour [3] with saturation, lightness and hue within the given ranges (0..1)."""
    rgb = colorsys.hls_to_rgb(rng.uniform(*hue) % 1, rng.uniform(*light), rng.uniform(*strength))
    return np.asarray(rgb, np.float32) * 255


def flat(size: int, rng: Rng) -> Floats:
    """One colour: white, pastel, strong or dark."""
    pick = rng.random()
    if pick < 0.2:
        shade = np.full(3, rng.uniform(235, 255), np.float32)
    elif pick < 0.6:
        shade = colour(rng, strength=(0.2, 0.7), light=(0.72, 0.9))
    elif pick < 0.85:
        shade = colour(rng, strength=(0.3, 0.8), light=(0.4, 0.65))
    else:
        shade = colour(rng, strength=(0.1, 0.5), light=(0.12, 0.3))
    return np.broadcast_to(shade, (size, size, 3)).copy()


def gradient(size: int, rng: Rng) -> Floats:
    """Gradient between two similar colours, in any direction."""
    light, hue = rng.uniform(0.35, 0.85), rng.random()
    first, second = (
        colour(rng, strength=(0.2, 0.7), light=(light - 0.12, light + 0.1), hue=(hue, hue + 0.2))
        for _ in range(2)
    )
    return _mix(first, second, _ramp(size, rng.uniform(0, 2 * np.pi)))


def sky(size: int, rng: Rng) -> Floats:
    """Sky, light below and darker above, with soft clouds."""
    hue = rng.uniform(0.5, 0.65) if rng.random() < 0.8 else rng.uniform(0.93, 1.1) % 1
    top = colour(rng, strength=(0.6, 0.6), light=(0.45, 0.65), hue=(hue, hue))
    low = colour(rng, strength=(0.6, 0.6), light=(0.8, 0.92), hue=(hue, hue))
    clouds = np.clip((_cloudy(size, rng, 4) - rng.uniform(0.5, 0.65)) * 5, 0, 1) * 0.8
    return _mix(
        _mix(top, low, _ramp(size, np.pi / 2)), np.asarray([252, 252, 255], np.float32), clouds
    )


def room(size: int, rng: Rng) -> Floats:
    """Out-of-focus walls, windows and furniture: blurred upright boxes of related colours."""
    light, hue = rng.uniform(0.35, 0.75), rng.random()
    scene = np.empty((size, size, 3), np.float32)
    scene[:] = colour(rng, strength=(0.1, 0.4), light=(light, light + 0.1), hue=(hue, hue))
    for _ in range(rng.integers(4, 9)):
        x, y = rng.uniform(-0.2, 1, 2) * size
        wide, high = rng.uniform((0.1, 0.2), (0.5, 0.9)) * size
        near = hue - 0.08, hue + 0.08
        shade = colour(rng, strength=(0.1, 0.4), light=(light - 0.15, light + 0.15), hue=near)
        ends = (int(x), int(y)), (int(x + wide), int(y + high))
        cv2.rectangle(scene, *ends, shade.tolist(), -1)
    return _blurred(scene, rng.uniform(0.015, 0.05) * size)


def lights(size: int, rng: Rng) -> Floats:
    """A dark scene with large out-of-focus lights."""
    scene = _mix(
        colour(rng, strength=(0.2, 0.6), light=(0.12, 0.3)),
        colour(rng, strength=(0.2, 0.6), light=(0.25, 0.5)),
        _ramp(size, rng.uniform(0, 2 * np.pi)),
    )
    hue = rng.random()
    for _ in range(rng.integers(8, 25)):
        disc = np.zeros((size, size), np.float32)
        place = tuple(int(v) for v in rng.uniform(0, size, 2))
        cv2.circle(disc, place, max(1, int(rng.uniform(0.02, 0.09) * size)), 1.0, -1)
        shade = colour(rng, strength=(0.4, 0.9), light=(0.6, 0.85), hue=(hue, hue + 0.3))
        scene = _mix(scene, shade, _blurred(disc, 0.008 * size) * rng.uniform(0.2, 0.6))
    return scene


def leaves(size: int, rng: Rng) -> Floats:
    """Soft patches of related colours, like trees or stone out of focus."""
    hue = rng.uniform(0.2, 0.42) if rng.random() < 0.6 else rng.random()
    dark = colour(rng, strength=(0.2, 0.5), light=(0.2, 0.4), hue=(hue, hue))
    bright = colour(rng, strength=(0.2, 0.5), light=(0.75, 0.75), hue=(hue - 0.08, hue + 0.08))
    return _mix(dark, bright, np.clip((_cloudy(size, rng, 5) - 0.2) * 1.6, 0, 1))


def _mix(first: Floats, second: Floats, part: Floats) -> Floats:
    return first + part[..., None] * (second - first)


def _ramp(size: int, angle: float) -> Floats:
    """Ramp from 0 to 1 across the picture in direction ``angle``, [size, size]."""
    line = np.linspace(-0.5, 0.5, size, dtype=np.float32)
    along = line * np.float32(np.cos(angle)) + line[:, None] * np.float32(np.sin(angle))
    return along / (abs(np.cos(angle)) + abs(np.sin(angle))) + np.float32(0.5)


def _cloudy(size: int, rng: Rng, octaves: int) -> Floats:
    """Smooth noise in 0..1, [size, size], with cells of a third of the side or smaller."""
    total = np.zeros((size, size), np.float32)
    for octave in range(octaves):
        cells = rng.random((3 * 2**octave,) * 2, np.float32)
        layer = cv2.resize(cells, (size, size), interpolation=cv2.INTER_CUBIC)
        total += layer / 2**octave
    return (total - total.min()) / max(float(np.ptp(total)), 1e-6)


def _blurred(picture: Floats, sigma: float) -> Floats:
    return cv2.GaussianBlur(picture, (0, 0), max(sigma, 0.3))  # type: ignore[return-value]
