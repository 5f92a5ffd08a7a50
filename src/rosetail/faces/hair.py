"""How a person wears their hair, from the regions of the head.

Measures of the hair's extent, colour and texture and of the forehead go through logistic
regressions, trained on labelled portraits (:mod:`rosetail.methods.traits.hair`).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail import weights
from rosetail.errors import WeightsMissing
from rosetail.faces import forehead, hair_texture
from rosetail.faces.regions import EYE_HEIGHT, OVAL, SIDE, UNIT, HeadRegions, polygon

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

NAME = "hair_reader"  # in the catalog
LEAST_PIXELS = 20  # of hair
MOST_STD = 4.0  # limit of a measure, in standard deviations from the mean


HairKind = Literal["straight", "wavy", "curly", "coily", "braided"]


class HairTraits(NamedTuple):
    """Probabilities, 0..1. ``bald``: no hair, or only a rim. ``medium``: to the chin or longer;
    ``long``: below the shoulders. ``fringe``: lies on the forehead. ``headwear``: a veil, scarf or
    hat covers the hair; the other values then describe the cloth. ``wavy``: waves, curls or coils;
    ``curly``: curls or coils; ``coily``: tight coils; ``braided``: braids, twists or locs."""

    bald: float
    medium: float
    long: float
    fringe: float
    headwear: float
    wavy: float
    curly: float
    coily: float
    braided: float

    @property
    def kind(self) -> HairKind:
        """The likeliest kind of hair, if there is hair to be seen."""
        if self.braided > 0.5:
            return "braided"
        if self.curly > 0.5:
            return "coily" if self.coily > 0.5 else "curly"
        return "wavy" if self.wavy > 0.5 else "straight"


class HairMeasures(NamedTuple):
    """Shares 0..1 of a place that is hair or skin, lengths in eye distances, CIELAB of the hair."""

    crown_hair: float
    crown_skin: float
    above: float  # hair around the face above the brows
    area: float  # hair in the whole crop
    height: float  # above the forehead's upper end
    longest: float  # lower end of the longer side, below the eyes
    shortest: float
    below: float  # hair beside and below the chin, of the whole crop
    beside: float  # hair beside cheeks and jaw
    neck_skin: float
    neck_hair: float
    fringe: float  # hair on the forehead
    forehead: float  # skin there
    lightness: float
    contrast: float  # standard deviation of the lightness
    chroma: float
    yellow: float
    texture: float  # mean of the absolute Laplacian of the lightness


MEASURES = len(HairMeasures._fields) + forehead.COUNT + hair_texture.COUNT


def read_hair(regions: HeadRegions) -> HairTraits:
    """The traits of the head ``regions``. Raises WeightsMissing if the installation is damaged."""
    return HairTraits(*classify(measure_head(regions)[None], *_load_weights())[0].tolist())


def measure_head(regions: HeadRegions) -> Floats:
    """All measures [MEASURES] of the head ``regions``: hair, forehead, texture."""
    size = (2 * SIDE, 2 * SIDE)
    hair = cv2.resize(regions.hair.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    texture = hair_texture.measure_texture(regions.detail, np.asarray(hair))
    return np.concatenate([measure_hair(regions), forehead.measure_forehead(regions), texture])


def classify(measures: Floats, mean: Floats, std: Floats, rows: Floats, bias: Floats) -> Floats:
    """Probabilities (N, traits) of rows of :func:`measure_head` (N, measures)."""
    known = np.clip((measures - mean) / std, -MOST_STD, MOST_STD)
    return np.asarray(1 / (1 + np.exp(-(known @ rows.T + bias))))


def measure_hair(regions: HeadRegions) -> HairMeasures:
    """Measure hair, or what covers it, in the head ``regions``."""
    points = regions.points.astype(np.float64)
    y = (np.arange(SIDE)[:, None] - EYE_HEIGHT * SIDE) / UNIT
    x = (np.arange(SIDE)[None] - SIDE / 2) / UNIT
    top, chin = (points[[10, 152], 1] - EYE_HEIGHT * SIDE) / UNIT
    brow = (points[[105, 334], 1].mean() - EYE_HEIGHT * SIDE) / UNIT
    person, hair, skin = regions.person > 0.5, regions.hair, regions.skin
    oval = polygon(regions.points, OVAL)
    crown = person & (y < top) & (y > top - 0.8) & (np.abs(x) < 0.8)
    neck = person & (y > chin + 0.08) & (y < chin + 0.45) & (np.abs(x) < 0.45)
    beside = (np.abs(x) > 0.8) & (np.abs(x) < 1.5) & (y > 0.3) & (y < chin)
    forehead = oval & (y < brow - 0.1)
    ends = sorted(_lower_end(hair & side & (y > -0.5)) for side in (x < -0.3, x > 0.3))
    rows = np.flatnonzero(hair.any(1))
    height = top - (rows[0] - EYE_HEIGHT * SIDE) / UNIT if len(rows) else 0.0
    lab = cv2.cvtColor(regions.image.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    seen = lab[hair] if hair.sum() > LEAST_PIXELS else np.zeros((1, 3), np.float32)
    edges = np.abs(cv2.Laplacian(lab[..., 0], cv2.CV_32F))
    values = (
        _share(hair, crown), _share(skin, crown), _share(hair, person & (y < brow) & ~oval),
        hair.mean(), height, ends[1], ends[0],
        (hair & (y > chin - 0.2) & (np.abs(x) > 0.3)).mean(),
        _share(hair, beside), _share(skin, neck), _share(hair, neck),
        _share(hair, forehead), _share(skin, forehead),
        seen[:, 0].mean(), seen[:, 0].std(), np.hypot(seen[:, 1], seen[:, 2]).mean(),
        seen[:, 2].mean(), edges[hair].mean() if hair.any() else 0.0,
    )  # fmt: skip
    return HairMeasures(*(float(value) for value in values))


def _share(mask: Flags, room: Flags) -> float:
    return float(mask[room].mean()) if room.any() else 0.0


def _lower_end(hair: Flags) -> float:
    """Eye distances below the eyes at which ``hair`` ends; -1 if there is none."""
    rows = np.flatnonzero(hair.sum(1) >= 3)
    return float((rows[-1] - EYE_HEIGHT * SIDE) / UNIT) if len(rows) else -1.0


@lru_cache(maxsize=1)
def _load_weights() -> tuple[Floats, Floats, Floats, Floats]:
    from safetensors.numpy import load

    held = load(weights.find(NAME).read_bytes())
    if held["rows"].shape != (len(HairTraits._fields), MEASURES):
        raise WeightsMissing(f"{NAME}: weights of another version; install Rosetail again")
    names = ("mean", "std", "rows", "bias")
    mean, std, rows, bias = (held[name].astype(np.float64) for name in names)
    return mean, std, rows, bias
