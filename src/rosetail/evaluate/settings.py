"""What a comparison is told: data, measures, methods. One TOML file, or a preset that comes along.

::

    [data]
    photos = "photos"            # to train on; prepared, or pictures as they lie
    [methods.cel]
    look = "cel"                 # a look as it is ...
    [methods.cyclegan]
    recipe = "cyclegan"          # ... or a recipe to train
    changes = ["width=16", "run.steps=800"]

Settings that are not known, and values of the wrong type, raise SettingsError naming the key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rosetail.errors import SettingsError
from rosetail.training import settings


@dataclass(frozen=True)
class DataSettings:
    """Where pictures come from. Counts of 0 take all; otherwise files are spread evenly."""

    photos: str = ""  # to train on; a data set with trainA may stand for all four
    anime: str = ""  # to train on; empty: portraits are painted
    test: str = ""  # photos to measure on; empty: testA of ``photos``
    test_anime: str = ""  # drawings to measure against; empty: testB, or those of ``anime``
    metadata: str = ""  # metadata.jsonl about test photos; empty: beside them, where there is one
    size: int = 256  # pixels of a head crop
    photo_count: int = 0
    anime_count: int = 0  # of painted portraits: 0 is 1000
    test_count: int = 0

    def __post_init__(self) -> None:
        if not 64 <= self.size <= 1024:
            raise ValueError("size must be from 64 to 1024 pixels")


@dataclass(frozen=True)
class MeasureSettings:
    """How methods are measured, and when a group of people counts as served worse."""

    vgg: str = ""  # VGG-19 as .safetensors: the offline backbone, and what recipes learn by
    inception: str = ""  # Inception v3 as papers use it; empty: VGG-19 is the backbone
    backend: str = "auto"
    seed: int = 0
    rounds: int = 10  # of timing at 256 pixels
    hd_rounds: int = 1  # of timing at 1080p; 0 leaves time and memory there out
    shown: int = 6  # photos in the grid
    failures: int = 4  # worst cases shown of each method
    least: int = 5  # photos that a group needs
    margin: float = 0.2  # a group's landmark error may exceed the whole's by that part
    found_margin: float = 0.1  # and its faces found fall short by that share
    skin_margin: float = 0.03  # and its skin lighten by that much more (OKLCH)


@dataclass(frozen=True)
class MethodSettings:
    """A look as it is, or a recipe to train with ``changes`` to its preset ``config``."""

    look: str = ""
    recipe: str = ""
    config: str = ""  # empty: the recipe's own name
    changes: tuple[str, ...] = ()
    minutes: float = 0.0  # training stops after so long; 0: when its steps are done
    heads: int = 0  # pixels of the heads it learned on, and is shown; 0: as its file says

    def __post_init__(self) -> None:
        if bool(self.look) == bool(self.recipe):
            raise ValueError("a method has either a look or a recipe")
        if self.look and (self.config or self.changes or self.minutes):
            raise ValueError("a look is not trained: config, changes and minutes are a recipe's")


@dataclass(frozen=True)
class CompareSettings:
    title: str = "Photo to anime: methods compared"
    data: DataSettings = field(default_factory=DataSettings)
    measure: MeasureSettings = field(default_factory=MeasureSettings)


@dataclass(frozen=True)
class Comparison:
    settings: CompareSettings
    methods: Mapping[str, MethodSettings]


def load(source: str | Path, changes: Mapping[str, Mapping[str, Any]] | None = None) -> Comparison:
    """The comparison in a TOML file or preset; ``changes`` by table go over it."""
    values = settings.read_toml(settings.find_preset(CompareSettings, source))
    told = values.pop("methods", {})
    if not isinstance(told, Mapping) or not told:
        raise SettingsError(f"{source}: no methods to compare; add [methods.NAME] tables")
    for table, changed in (changes or {}).items():
        values[table] = {**values.get(table, {}), **changed}
    methods = {
        name: settings.build(MethodSettings, each, f"{source}: methods.{name}.")
        for name, each in told.items()
        if isinstance(each, Mapping) or _refuse(name)
    }
    return Comparison(settings.build(CompareSettings, values, f"{source}: "), methods)


def chosen(comparison: Comparison, names: Sequence[str]) -> Comparison:
    """The comparison of some of its methods. Raises SettingsError for a name that it lacks."""
    for name in names:
        if name not in comparison.methods:
            known = ", ".join(comparison.methods)
            raise SettingsError(f"no method is called '{name}'; choose from: {known}")
    return Comparison(comparison.settings, {name: comparison.methods[name] for name in names})


def _refuse(name: str) -> bool:
    raise SettingsError(f"methods.{name}: a table of settings is needed")
