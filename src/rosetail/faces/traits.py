"""Predict sex, mouth, glasses, beard and hair of a photographed person, without a network.

Each trait is a logistic regression (:mod:`rosetail.methods.traits.window_regression`) on windows of
the head (:mod:`rosetail.faces.head_windows`), trained on freely licensed photos with labels by a
person (:mod:`rosetail.methods.traits.recipe`).
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rosetail import weights
from rosetail.errors import WeightsMissing
from rosetail.faces.head_windows import descriptor_size, head_descriptor, sigmoid

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Places = NDArray[np.floating]

NAME = "photo_reader"  # in the catalog
SIDE = 256  # side of the upright crop
LANDMARK_ERROR = 0.03  # typical error of landmarks, in eye distances
OFFSETS = LANDMARK_ERROR * np.array(
    [(x, y) for x in (-1.4, 0, 1.4) for y in (-1.4, 0, 1.4)]
)  # in eye distances


class Traits(NamedTuple):
    """Probabilities, 0..1. ``smile``: any smile; ``teeth``: visible. ``stubble``, ``moustache``,
    ``chin``: the kind of ``beard``, if any. ``bald``: no hair, or only a rim. ``medium``: to the
    chin or longer; ``long``: below the shoulders. ``fringe``: covers the forehead."""

    male: float
    smile: float
    teeth: float
    glasses: float
    beard: float
    stubble: float
    moustache: float
    chin: float
    bald: float
    medium: float
    long: float
    fringe: float


# Mouths change from frame to frame, so they use one window only: fast, and a turned head does not
# count as a smile.
MOUTH = ("mouth",)
TRAIT_WINDOWS = {
    **dict.fromkeys(("smile", "teeth"), MOUTH),
    **dict.fromkeys(("beard", "stubble", "moustache", "chin"), ("mouth", "face")),
    "glasses": ("eyes", "face"),
    **dict.fromkeys(("male", "bald", "medium", "long", "fringe"), ("face", "head")),
}


def read_traits(upright: Bytes, landmarks: NDArray[np.floating]) -> Traits:
    """Traits of the person in an upright crop (uint8 [SIDE, SIDE, 3]) with ``landmarks`` [5, 2].

    Raises WeightsMissing if the installation is damaged.
    """
    return traits_of_head(describe_upright(upright, landmarks))


def describe_upright(upright: Bytes, landmarks: Places) -> Floats:
    """Describe the head in an upright crop: the mean over shifts, as detected landmarks vary by as
    much from one frame to the next."""
    across = float(np.linalg.norm(landmarks[1] - landmarks[0]))
    heads = [head_descriptor(upright, landmarks + across * off) for off in OFFSETS]
    return np.asarray(np.mean(heads, axis=0), np.float32)


def traits_of_head(head: Floats) -> Traits:
    """Traits of a head described by :func:`describe_upright`."""
    rows, bias = _load_weights()
    return Traits(*sigmoid(rows @ head + bias).tolist())


@lru_cache(maxsize=1)
def _load_weights() -> tuple[Floats, Floats]:
    from safetensors.numpy import load

    held = load(weights.find(NAME).read_bytes())
    if held["weights"].shape != (len(Traits._fields), descriptor_size()):
        raise WeightsMissing(f"{NAME}: weights of another version; install Rosetail again")
    return held["weights"].astype(np.float32), held["bias"]
