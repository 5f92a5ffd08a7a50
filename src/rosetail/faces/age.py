"""How old a photographed person looks: young, middle or old, from windows of the head.

Two logistic regressions, as for traits (:mod:`rosetail.faces.traits`), on windows of eyes, mouth
and face. They are trained on adults: children are read as young.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np

from rosetail import weights
from rosetail.arrays import Floats
from rosetail.errors import WeightsMissing
from rosetail.faces.head_windows import descriptor_size, sigmoid

AgeGroup = Literal["young", "middle", "old"]

NAME = "age_reader"  # in the catalog
WINDOWS = ("eyes", "mouth", "face")


class Age(NamedTuple):
    """Probabilities, 0..1, that somebody looks ``young`` (below 35) or ``old`` (60 and more)."""

    young: float
    old: float

    @property
    def group(self) -> AgeGroup:
        """The likelier group that is likely, or the middle."""
        if max(self) <= 0.5:
            return "middle"
        return "young" if self.young > self.old else "old"


def read_age(head: Floats) -> Age:
    """The age of a head described by :func:`rosetail.faces.traits.describe_upright`.

    Raises WeightsMissing if the installation is damaged.
    """
    rows, bias = _load_weights()
    return Age(*sigmoid(rows @ head + bias).tolist())


@lru_cache(maxsize=1)
def _load_weights() -> tuple[Floats, Floats]:
    from safetensors.numpy import load

    held = load(weights.find(NAME).read_bytes())
    if held["weights"].shape != (len(Age._fields), descriptor_size()):
        raise WeightsMissing(f"{NAME}: weights of another version; install Rosetail again")
    return held["weights"].astype(np.float32), held["bias"]
