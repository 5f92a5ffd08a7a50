"""Settings refuse what they do not know and come back from TOML as they were."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest

from rosetail.errors import SettingsError
from rosetail.training import settings


@dataclass(frozen=True)
class Weights:
    style: float = 2.0
    content: float = 0.5

    def __post_init__(self) -> None:
        if self.style < 0:
            raise ValueError("style must not be negative")


@dataclass(frozen=True)
class Example:
    steps: int = 10
    kind: Literal["hinge", "squares"] = "hinge"
    flip: bool = True
    folders: tuple[str, ...] = ()
    betas: tuple[float, float] = (0.5, 0.999)
    minutes: float | None = None
    weights: Weights = field(default_factory=Weights)


def load(*overrides: str) -> Example:
    return settings.load(Example, None, overrides)


def test_defaults_and_overrides() -> None:
    assert load() == Example()
    got = load("steps=3", "weights.style=1", "kind=squares", "flip=false", 'folders=["a b", "c"]')
    assert got == Example(3, "squares", False, ("a b", "c"), weights=Weights(1.0))
    assert isinstance(got.weights.style, float)
    assert load("minutes=2").minutes == 2.0


@pytest.mark.parametrize(
    ("override", "told"),
    [
        ("stpes=3", "stpes: no such setting (did you mean steps?)"),
        ("weights.stile=3", "weights.stile: no such setting (did you mean weights.style?)"),
        ("wieghts.style=3", "wieghts: no such setting (did you mean weights?)"),
        ("steps=3.5", "steps: int is needed, not 3.5"),
        ("steps=true", "steps: int is needed, not True"),
        ("steps=many", "steps: int is needed, not 'many'"),
        ("flip=1", "flip: bool is needed, not 1"),
        ("weights.style=nan", "weights.style: a finite number is needed"),
        ("weights.style=inf", "weights.style: a finite number is needed"),
        ("minutes=nan", "minutes: a finite number is needed"),
        ("betas=[0.5, nan]", "betas[1]: a finite number is needed"),
        ("betas=[0.5]", "betas: 2 values are needed, not 1"),
        ("folders=a", "folders: a list is needed, not 'a'"),
        ("folders=[1]", "folders[0]: str is needed, not 1"),
        ("kind=hing", "kind: 'hing' is not a choice (did you mean hinge?)"),
        ("weights=3", "weights: a table of settings is needed"),
        ("steps.more=3", "steps: int is needed"),
        ("weights.style=-1", "weights: style must not be negative"),
        ("steps", "an override is key=value"),
    ],
)
def test_mistakes_are_named(override: str, told: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(override)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_toml_comes_back_equal(tmp_path: Path) -> None:
    before = Example(
        7, "squares", False, ('a "quoted" ü\\path', "b"), (0.0, 1e-9), None, Weights(28)
    )
    path = tmp_path / "settings.toml"
    settings.save(before, path)
    assert settings.load(Example, path) == before
    path.write_text(settings.to_toml(Example(minutes=3.0)))
    assert settings.load(Example, path).minutes == 3.0


def test_a_file_that_is_not_toml_is_named(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("steps = = 3")
    with pytest.raises(SettingsError, match=r"mine\.toml: not TOML"):
        settings.load(Example, path)
    path.write_text("[weights]\nstyle = nan\n")
    with pytest.raises(SettingsError, match=r"weights\.style"):
        settings.load(Example, path)


def test_presets_are_found_by_name_and_typos_answered() -> None:
    assert "published" in settings.preset_names()
    assert settings.find_preset("published").name == "published.toml"
    with pytest.raises(SettingsError, match="did you mean published"):
        settings.find_preset("publishd")
    with pytest.raises(SettingsError, match="no such preset"):
        settings.find_preset("../presets/published")


def test_changes_name_every_difference() -> None:
    old = settings.to_dict(Example())
    new = settings.to_dict(Example(steps=11, weights=Weights(style=1.0), minutes=2.0))
    assert settings.changes(old, new) == [
        "minutes: None -> 2.0",
        "steps: 10 -> 11",
        "weights.style: 2.0 -> 1.0",
    ]
