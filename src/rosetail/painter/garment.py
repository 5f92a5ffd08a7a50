"""What a photographed person wears: kind and colours, from the regions of a head crop."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.faces.regions import SIDE, UNIT, HeadRegions
from rosetail.painter.colour import Lch, distance, from_rgb

Bytes = NDArray[np.uint8]
Mask = NDArray[np.bool_]

BELOW = 0.15  # eye distances below the chin from where on clothes are read
MIDDLE, TIE, SIDES = 0.55, 0.16, 0.75  # eye distances from the middle line
LEAST = 40  # pixels of clothes
OTHER = 0.18  # in OKLab: another cloth, not another light on the same
DARK = 0.62  # lightness of jackets, at most
MUTED = 0.07  # chroma of jackets
SAME_HUE, COLOURLESS, SHADED = 35.0, 0.03, 0.35  # degrees; chroma; OKLab, of one in shadow
ALIKE = 0.075  # in OKLab: skin in the same light
SKIN_HUES = 45.0  # degrees from skin that skin in other light may be
PALE, STRONG = 0.4, 1.7  # its chroma, in that of the skin
SHARE = 0.22  # of the middle that another cloth covers, at least


class Garment(NamedTuple):
    """``kind``: one of the painter's clothes. ``second`` is the shirt under a jacket; ``tie`` is
    None without one."""

    kind: str
    cloth: Lch
    second: Lch
    tie: Lch | None = None


def read_garment(regions: HeadRegions, skin: Lch) -> Garment | None:
    """The clothes below the chin; None if too little of them is in the picture."""
    points = regions.points
    chin, middle = float(points[152, 1]), float(points[[152, 10, 168], 0].mean())
    y = (np.arange(SIDE)[:, None] - chin) / UNIT
    x = np.abs(np.arange(SIDE)[None] - middle) / UNIT
    below = regions.cloth & (y > BELOW)
    if below.sum() < LEAST:
        return None
    beside = below & (x > SIDES) if (below & (x > SIDES)).sum() > LEAST else below
    cloth = _main_colour(regions.image, beside, skin)
    if cloth is None:
        return None
    inner = below & (x < MIDDLE)
    second = _other_colour(regions.image, inner, cloth, skin)
    if second is None:
        return Garment(_plain_kind(regions, y, x), cloth, _paler(cloth))
    if cloth[0] < DARK and cloth[1] < MUTED and second[0] > cloth[0] + 0.2:
        return Garment("suit", cloth, second, _tie(regions.image, below & (x < TIE), second, skin))
    return Garment("jacket", cloth, second)


def _plain_kind(regions: HeadRegions, y: NDArray[np.floating], x: NDArray[np.floating]) -> str:
    """Of one colour: by how far it covers the neck."""
    neck = (y > BELOW) & (y < 0.5) & (x < 0.4)
    covered = float(regions.cloth[neck].mean()) if neck.any() else 0.0
    return "turtleneck" if covered > 0.75 else "shirt" if covered > 0.4 else "t_shirt"


def _clusters(image: Bytes, mask: Mask) -> list[tuple[float, Lch]]:
    """Share and colour of up to three clusters of the pixels in ``mask``, the largest first."""
    lab = cv2.cvtColor(image.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)[mask]
    if len(lab) < LEAST:
        return []
    cv2.setRNGSeed(0)
    end = (cv2.TERM_CRITERIA_MAX_ITER, 12, 0.0)
    _, member, _ = cv2.kmeans(lab, 3, None, end, 2, cv2.KMEANS_PP_CENTERS)  # type: ignore[call-overload]
    pixels, found = image[mask], []
    for number in range(3):
        own = pixels[member[:, 0] == number]
        if len(own):
            red, green, blue = (np.median(own, axis=0) / 255).tolist()
            found.append((len(own) / len(pixels), from_rgb((red, green, blue))))
    return sorted(found, key=lambda each: -each[0])


def _is_skin(colour: Lch, skin: Lch) -> bool:
    """Whether skin in light or shadow can have the colour."""
    off = abs((colour[2] - skin[2] + 180) % 360 - 180)
    alike = off < SKIN_HUES and PALE * skin[1] < colour[1] < STRONG * skin[1]
    shaded = alike and colour[0] < skin[0] + 0.1
    return shaded or distance(colour, skin) < ALIKE


def _main_colour(image: Bytes, mask: Mask, skin: Lch) -> Lch | None:
    """The largest colour that is not skin."""
    found = _clusters(image, mask)
    return next((colour for _, colour in found if not _is_skin(colour, skin)), None)


def _other_colour(image: Bytes, mask: Mask, cloth: Lch, skin: Lch) -> Lch | None:
    """The lightest colour of the middle that is neither ``cloth`` nor skin."""
    found = [
        colour for share, colour in _clusters(image, mask)
        if share > SHARE and _is_other(colour, cloth) and not _is_skin(colour, skin)
    ]  # fmt: skip
    return max(found, key=lambda colour: colour[0], default=None)


def _is_other(colour: Lch, cloth: Lch) -> bool:
    """Whether it is another cloth, not ``cloth`` in another light."""
    off = abs((colour[2] - cloth[2] + 180) % 360 - 180)
    same_hue = off < SAME_HUE and min(colour[1], cloth[1]) > COLOURLESS
    return distance(colour, cloth) > (SHADED if same_hue else OTHER)


def _tie(image: Bytes, mask: Mask, shirt: Lch, skin: Lch) -> Lch | None:
    found = [
        colour for share, colour in _clusters(image, mask)
        if share > SHARE and distance(colour, shirt) > 0.15 and not _is_skin(colour, skin)
    ]  # fmt: skip
    return max(found, key=lambda colour: colour[1], default=None)


def _paler(colour: Lch) -> Lch:
    light, chroma, hue = colour
    return min(light + 0.25, 0.96), 0.5 * chroma, hue
