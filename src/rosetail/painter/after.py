"""Parameters that paint the person of a photograph: pose and layout always, the rest if wanted.

What the photo cannot tell, or is not to decide, is chosen by a seed as in `sample`, so that one
photo gives as many characters as wanted.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rosetail.errors import SettingsError
from rosetail.faces.warp import similarity, transform, warp
from rosetail.painter.fit import laid_over
from rosetail.painter.params import PaintParams
from rosetail.painter.reading import PhotoExpression, Reading, read_evenly
from rosetail.painter.resemblance import colours, hair, luck, plausible, worn
from rosetail.painter.sample import pick

Bytes = NDArray[np.uint8]
Rng = np.random.Generator
Changes = dict[str, Any]

# What can be taken from the photo besides the pose and the layout of the face.
KEEPS = ("expression", "colours", "hair", "person")

MOUTHS = ("calm", "smiling", "toothy", "gaping")
BORDERS = SMILING, TOOTHY, GAPING = 0.5, 0.5, 0.35  # of smile, teeth and gap, between MOUTHS
WAVER = (0.1, 0.15, 0.06)  # how far off those borders a mouth stays what it was, in a film
SHADOW = 0.18  # of the mouth that is dark and no opening, where nobody smiles


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
            values |= expression_of(luck(seed, "expression"), reading.expression)
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


def mouth_of(seen: PhotoExpression, before: str = "") -> str:
    """Which of MOUTHS is photographed. In a film `before` is the one it was, and stays while what
    is read wavers about a border."""
    # What is dark between lips that do not smile may be lips, a moustache, or shadow.
    shadow = SHADOW * max(SMILING - seen.smile, 0.0) / SMILING
    values = (seen.smile, seen.teeth, seen.gap - shadow)
    was = MOUTHS.index(before) if before else 0
    found = MOUTHS[0]
    for rank, value in enumerate(values, 1):
        waver = WAVER[rank - 1] if before else 0.0
        if value > BORDERS[rank - 1] + (waver if was < rank else -waver):
            found = MOUTHS[rank]
    return found


def expression_of(rng: Rng, seen: PhotoExpression, mouth: str = "") -> Changes:
    """A mouth like the photographed one, or like `mouth` of MOUTHS; eyes as open as there."""
    mouth = {
        "gaping": lambda: pick(rng, {"laugh": 1.0, "open": 1.0}),
        "toothy": lambda: pick(rng, {"grin": 2.0, "laugh": 0.4}),
        "smiling": lambda: "smile",
        "calm": lambda: pick(rng, {"neutral": 4.0, "smile": 1.0}),
    }[mouth or mouth_of(seen)]()
    return {
        "mouth": mouth,
        "eye_open": 0.0 if seen.eye_open < 0.22 else min(0.62 + 0.42 * seen.eye_open, 1.05),
        "wink": "none",
        "closed_eyes": "resting" if mouth in ("neutral", "smile") else "happy",
    }
