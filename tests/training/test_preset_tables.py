"""docs/presets.md: its values are the presets', and published presets have the authors' values."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rosetail.methods.doubletail.settings import DoubleTailSettings
from rosetail.methods.roses.settings import RosesSettings
from rosetail.training import settings

TEXT = (Path(__file__).parents[2] / "docs/presets.md").read_text(encoding="utf-8")
KINDS: dict[str, type] = {"dtgan": DoubleTailSettings, "roses": RosesSettings}


def rows(recipe: str) -> tuple[list[str], list[list[str]]]:
    section = TEXT.split(f"\n## {recipe}\n")[1].split("\n## ")[0]
    lines = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
    cells = [[cell.strip().strip("`") for cell in line] for line in lines]
    return cells[0], cells[2:]


def value(told: Any, key: str) -> Any:
    for part in key.split("."):
        told = told[part]
    return told


@pytest.mark.parametrize("recipe", KINDS)
def test_tables_say_what_presets_have(recipe: str) -> None:
    columns, table = rows(recipe)
    assert len(table) > 25
    for place, name in enumerate(columns[1:-1], 1):
        if not name.startswith("authors"):
            told = settings.to_dict(settings.load(KINDS[recipe], name))
            for row in table:
                assert json.loads(row[place]) == value(told, row[0]), f"{name}: {row[0]}"


@pytest.mark.parametrize("recipe", KINDS)
def test_no_difference_from_the_authors(recipe: str) -> None:
    columns, table = rows(recipe)
    for place in (i for i, name in enumerate(columns) if name.startswith("authors")):
        for row in table:
            assert row[place - 1] == row[place], f"{columns[place - 1]}: {row[0]}"
