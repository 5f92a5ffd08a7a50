"""Parameters that paint the person of a photograph: pose and layout always, the rest if wanted.

What the photo cannot tell, or is not to decide, is chosen by a seed as in `sample`, so that one
photo gives as many characters as wanted.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from rosetail.errors import SettingsError
from rosetail.faces.warp import similarity, transform, warp
from rosetail.painter.acting import acting_of
from rosetail.painter.fit import laid_over
from rosetail.painter.params import PaintParams
from rosetail.painter.reading import Reading, read_evenly
from rosetail.painter.resemblance import colours, hair, luck, plausible, worn

Bytes = NDArray[np.uint8]

# What can be taken from the photo besides the pose and the layout of the face.
KEEPS = ("expression", "colours", "hair", "person")


def params_from_photo(
    photo: Bytes,
    landmarks: NDArray[np.floating],
    seed: int = 0,
    keep: Collection[str] = KEEPS,
    reading: Reading | None = None,
) -> PaintParams:
    """Parameters of a painting that lies over `photo` (uint8 [S, S, 3], square).

    `landmarks` (5, 2) in its pixels, as `rosetail.faces.faces.find` gives them. `keep` names what
    is taken from the photo besides the pose: "expression" (mouth, eyelids), "colours" (skin, hair,
    eyes, clothes, background), "hair" (length, fringe, volume), "person" (beard, glasses). Give
    `reading` where the photo was read before. Raises SettingsError for another name or a photo that
    is not square, InputError for landmarks that are none.
    """
    if odd := set(keep) - set(KEEPS):
        raise SettingsError(f"keep {sorted(odd)[0]!r}: unknown; choose from {', '.join(KEEPS)}")
    height, width = photo.shape[:2]
    if height != width:
        raise SettingsError(f"photo of {width}x{height} pixels: not square; cut a square first")
    if reading is None and keep:
        reading = read_evenly(photo, landmarks)
    drawn = plausible(luck(seed, "person"), reading if "person" in keep else None)
    values = drawn.to_dict()
    if reading is not None:
        if "colours" in keep:
            values |= colours(seed, reading, drawn)
        if "hair" in keep:
            values |= hair(seed, reading, drawn)
        if "expression" in keep:
            values |= acting_of(reading.expression)
        if "person" in keep:
            values |= worn(seed, reading, drawn)
    return laid_over(PaintParams.from_dict(values), landmarks, height)


def squared(
    photo: Bytes, landmarks: NDArray[np.floating], size: int
) -> tuple[Bytes, NDArray[np.float64]]:
    """The square of a photo that a painting of its person should show, and the landmarks in it.

    The head as large as heads are sampled, leaning as it does; `size` in pixels.
    """
    points = np.asarray(landmarks, np.float64)
    middle, apart = points[:2].mean(0), np.linalg.norm(points[1] - points[0])
    across = np.array([apart, 0.0])
    place = np.array([(0.5, 0.46), (0.71, 0.46)]) * size - 0.5
    matrix = similarity([middle, middle + across], place)
    return warp(photo, matrix, (size, size)), transform(points, matrix)
