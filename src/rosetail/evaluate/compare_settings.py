"""Settings of a comparison: data, measures and methods, from a TOML file or a packaged preset.

::

    [data]
    photos = "photos"            # training photos, prepared or as they are
    [methods.cel]
    look = "cel"                 # an existing look ...
    [methods.cyclegan]
    recipe = "cyclegan"          # ... or a recipe to train
    changes = ["width=16", "run.steps=800"]

Unknown settings and values of the wrong type raise SettingsError naming the key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from rosetail.errors import SettingsError
from rosetail.reading import read_toml, reading
from rosetail.training import settings


@dataclass(frozen=True)
class CompareData:
    """Sources of pictures. A count of 0 uses all files; others sample them evenly."""

    photos: str = ""  # training photos, or a data set with trainA, trainB, testA and testB
    anime: str = ""  # training drawings; empty: portraits are painted
    test: str = ""  # photos to measure on; empty: testA of ``photos``
    test_anime: str = ""  # drawings to measure against; empty: testB, or those of ``anime``
    metadata: str = ""  # metadata.jsonl of the test photos; empty: the one beside them, if any
    size: int = 256  # pixels of a head crop
    photo_count: int = 0
    anime_count: int = 0  # 0: all, or 1000 painted portraits
    test_count: int = 0

    def __post_init__(self) -> None:
        if not 64 <= self.size <= 1024:
            raise ValueError("size must be from 64 to 1024 pixels")


@dataclass(frozen=True)
class MeasureSettings:
    """Settings of the measures, and margins beyond which a group counts as served worse."""

    vgg: str = ""  # VGG-19 as .safetensors: default backbone, also for recipes that need it
    inception: str = ""  # Inception v3 for FID and KID as published; empty: VGG-19
    lpips: str = ""  # LPIPS as published; empty: VGG-19
    backend: str = "auto"
    seed: int = 0
    rounds: int = 10  # timing rounds at 256 pixels
    hd_rounds: int = 1  # timing rounds at 1080p; 0 skips time and memory at 1080p
    shown: int = 6  # photos in the grid
    failures: int = 4  # worst cases shown per method
    least: int = 5  # smallest number of photos in a group
    margin: float = 0.2  # relative excess of a group's landmark error over the overall one
    found_margin: float = 0.1  # shortfall of its share of faces found
    skin_margin: float = 0.03  # excess of its change of skin lightness (OKLCH)


@dataclass(frozen=True)
class MethodSettings:
    """An existing look, or a recipe to train with ``changes`` to its preset ``config``."""

    look: str = ""
    recipe: str = ""
    config: str = ""  # empty: the preset with the recipe's name
    changes: tuple[str, ...] = ()
    minutes: float = 0.0  # training time limit; 0: none
    heads: int = 0  # head size in pixels for training and drawing; 0: from the file

    def __post_init__(self) -> None:
        if bool(self.look) == bool(self.recipe):
            raise ValueError("a method has either a look or a recipe")
        if self.look and (self.config or self.changes or self.minutes):
            raise ValueError("a look is not trained: config, changes and minutes are for recipes")


@dataclass(frozen=True)
class ComparisonSettings:
    title: str = "Photo to anime: methods compared"
    data: CompareData = field(default_factory=CompareData)
    measure: MeasureSettings = field(default_factory=MeasureSettings)
    methods: Mapping[str, MethodSettings] = field(default_factory=dict)


def load(
    source: str | Path, changes: Mapping[str, Mapping[str, Any]] | None = None
) -> ComparisonSettings:
    """Read a TOML file or preset; ``changes`` by table override its values."""
    path = settings.find_preset(ComparisonSettings, source)
    with reading(path, *settings.TOML, SettingsError) as file:
        return _comparison(source, read_toml(file), changes or {})


def _comparison(
    source: str | Path, values: dict[str, Any], changes: Mapping[str, Mapping[str, Any]]
) -> ComparisonSettings:
    tables = values.pop("methods", {})
    if not isinstance(tables, Mapping) or not tables:
        raise SettingsError(f"{source}: no methods to compare; add [methods.NAME] tables")
    for table, changed in changes.items():
        values[table] = {**values.get(table, {}), **changed}
    methods = {}
    for name, table in tables.items():
        title = f"{source}: methods.{settings.shortened(name)}"
        if not isinstance(table, Mapping):
            raise SettingsError(f"{title}: a table of settings is needed")
        methods[name] = settings.build(MethodSettings, table, f"{title}.")
    return replace(settings.build(ComparisonSettings, values, f"{source}: "), methods=methods)


def only(comparison: ComparisonSettings, names: Sequence[str]) -> ComparisonSettings:
    """The comparison with the named methods only. Raises SettingsError for an unknown name."""
    for name in names:
        if name not in comparison.methods:
            known = ", ".join(comparison.methods)
            raise SettingsError(f"no method is called '{name}'; choose from: {known}")
    return replace(comparison, methods={name: comparison.methods[name] for name in names})
