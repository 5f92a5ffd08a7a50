"""What a comparison found."""

from __future__ import annotations

from dataclasses import dataclass

from rosetail.evaluate.groups import Group, Worse
from rosetail.evaluate.intervals import Estimate
from rosetail.evaluate.material import Material
from rosetail.evaluate.measures import Pictures
from rosetail.evaluate.methods import Method

PHOTO = "photo"  # the first row of every table: the photos themselves


@dataclass(frozen=True)
class Costs:
    """Numbers of a method that do not depend on whom it draws; None where not measured."""

    parameters: int
    multiply_adds: int | None
    seconds: float  # of a picture of 256 pixels, median
    hd_seconds: float | None  # of 1080p
    hd_bytes: int | None  # a process holds at most


@dataclass(frozen=True)
class Result:
    """What a comparison found; ``methods`` and the other mappings have the same names."""

    material: Material
    backbone: str
    methods: dict[str, Method]
    pictures: dict[str, Pictures]  # of PHOTO too
    whole: dict[str, dict[str, Estimate]]  # of PHOTO too
    parts: dict[str, list[tuple[Group, dict[str, Estimate]]]]
    worse: dict[str, list[Worse]]
    costs: dict[str, Costs]
