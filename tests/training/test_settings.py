"""Settings refuse what they do not know and come back from TOML as they were."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest

from rosetail.errors import SettingsError
from rosetail.methods.doubletail.recipe import DoubleTailSettings
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
    ("override", "message"),
    [
        ("stpes=3", "stpes: no such setting (did you mean steps?)"),
        ("weights.stile=3", "weights.stile: no such setting (did you mean weights.style?)"),
        ("wieghts.style=3", "wieghts: no such setting (did you mean weights?)"),
        ("steps=3.5", "steps: Input should be a valid integer, not 3.5"),
        ("steps=true", "steps: Input should be a valid integer, not True"),
        ("steps=many", "steps: Input should be a valid integer, not 'many'"),
        ("flip=1", "flip: Input should be a valid boolean, not 1"),
        ("weights.style=nan", "weights.style: Input should be a finite number"),
        ("weights.style=inf", "weights.style: Input should be a finite number"),
        ("minutes=nan", "minutes: Input should be a finite number"),
        ("betas=[0.5, nan]", "betas[1]: Input should be a finite number"),
        ("betas=[0.5]", "betas[1]: Field required"),
        ("folders=a", "folders: Input should be a valid array, not 'a'"),
        ("folders=[1]", "folders[0]: Input should be a valid string, not 1"),
        ("kind=hing", "kind: Input should be 'hinge' or 'squares', not 'hing'"),
        ("weights=3", "weights: Input should be an object, not 3"),
        ("steps.more=3", "steps: Input should be a valid integer"),
        ("weights.style=-1", "weights: style must not be negative"),
        ("steps", "an override is key=value"),
    ],
)
def test_mistakes_are_named(override: str, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(override)
    assert message in str(caught.value)
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


def test_a_mistake_in_a_file_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    for text, message in (
        ("steps = = 3", r"mine\.toml: not a TOML file of settings"),
        (
            "[weights]\nstyle = nan\n",
            r"mine\.toml: weights\.style: Input should be a finite number",
        ),
        ("stps = 3", r"mine\.toml: stps: no such setting \(did you mean steps\?\)"),
    ):
        path.write_text(text)
        with pytest.raises(SettingsError, match=message):
            settings.load(Example, path, ["weights.style=1"])


def test_keys_of_earlier_versions_name_the_new_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(settings.RENAMED, "weights.look", "weights.style")
    path = tmp_path / "old.toml"
    path.write_text("[weights]\nlook = 1.0\n")
    message = "weights.look: is called weights.style now"
    with pytest.raises(SettingsError, match=rf"old\.toml: {message}"):
        settings.load(Example, path)
    with pytest.raises(SettingsError, match=f"^{message}"):
        load("weights.look=1")


def test_presets_are_found_by_name_and_typos_answered() -> None:
    kind = DoubleTailSettings
    assert settings.preset_names(kind) == ["cel", "ours", "portrait", "published", "soft"]
    assert settings.find_preset(kind, "published").name == "published.toml"
    with pytest.raises(SettingsError, match="did you mean published"):
        settings.find_preset(kind, "publishd")
    for elsewhere in ("../presets/published", "cyclegan"):
        with pytest.raises(SettingsError, match="no such preset"):
            settings.find_preset(kind, elsewhere)


def test_changes_name_every_difference() -> None:
    old = settings.to_dict(Example())
    new = settings.to_dict(Example(steps=11, weights=Weights(style=1.0), minutes=2.0))
    assert settings.changes(old, new) == [
        "minutes: None -> 2.0",
        "steps: 10 -> 11",
        "weights.style: 2.0 -> 1.0",
    ]
