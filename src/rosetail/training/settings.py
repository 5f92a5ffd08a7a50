"""Settings of a run: frozen dataclasses filled from TOML and checked by pydantic.

A recipe declares its settings as one frozen dataclass whose fields are plain values or further
frozen dataclasses (a TOML table each). A preset is a TOML file in the recipe's folder ``presets``
with the values that differ from the defaults. ``load`` fills the dataclass from a preset and from
``key=value`` overrides:

    settings = load(DoubleTailSettings, "published", ["weights.colour=2", "run.steps=600"])

Unknown keys, values of another type and numbers that are not finite raise ``SettingsError`` with
the file and the key.
"""

from __future__ import annotations

import dataclasses
import difflib
import inspect
import json
import sys
import typing
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

from rosetail.errors import SettingsError
from rosetail.images import writing
from rosetail.reading import read_toml, reading

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

T = TypeVar("T")
TOML = ("a TOML file of settings", "correct that place")  # of errors

# Keys and recipes that had another name in earlier versions: the old dotted key and the new one.
RENAMED: dict[str, str] = {
    "rate": "lr",
    "last_rate": "last_lr",
    "critic_rate": "critic_lr",
    "rise_steps": "warmup_steps",
    "warm_up_steps": "warmup_steps",
    "warm_up_rate": "warmup_lr",
    "read_rate": "reader_lr",
    "read_from": "gan_steps",
    "decay": "weight_decay",
    "weights.slopes": "weights.gradients",
    "data.crispness": "data.sharpening",
    "data.heads_a_step": "data.heads_per_step",
    "data.kept": "data.pool_sizes",
    "data.rates": "data.new_per_step",
    "data.loaded": "data.load_size",
    "data.taught_batch": "data.supervised_batch",
    "data.views.turn": "data.views.degrees",
    "data.views.shift": "data.views.translate",
    "weights.gradient": "weights.r1",
    "weights.features": "weights.perceptual",
    "taught": "supervised",
    "roses_from": "unpaired_from",
    "taught_until": "supervised_until",
    "taught_every": "supervised_every",
    "taught_last": "supervised_last",
    "halve_every": "halve_lr_every",
    "data.held": "data.holdout",
    "data.least": "data.min_share",
}
RENAMED_RECIPES = {"doubletail": "dtgan", "taught": "supervised", "heads": "headfinder"}


def load(kind: type[T], source: str | Path | None = None, overrides: Sequence[str] = ()) -> T:
    """Settings of dataclass ``kind`` from a preset's name or a TOML path, then the overrides."""
    values: dict[str, Any] = {}
    if source is not None:
        path = find_preset(kind, source)
        with reading(path, *TOML, SettingsError) as file:
            values = read_toml(file)
            build(kind, values, f"{path}: ")  # so that an error names the file, not an override
    for override in overrides:
        _set(values, *_split(override))
    return build(kind, values)


def preset_names(kind: type) -> list[str]:
    """Names of the packaged presets of a recipe with settings ``kind``."""
    return sorted(path.stem for path in _presets(kind).glob("*.toml"))


def _presets(kind: type) -> Path:
    return Path(inspect.getfile(kind)).with_name("presets")


def find_preset(kind: type, source: str | Path) -> Path:
    """``source`` if it is a path, or the recipe's preset of that name. Raises SettingsError."""
    path = Path(source)
    if path.is_file():
        return path
    names = preset_names(kind)
    if str(source) in names:
        return _presets(kind) / f"{source}.toml"
    raise SettingsError(
        f"{source}: no such preset or TOML file{_nearest(str(source), names)}; "
        f"give a path or one of: {', '.join(names)}"
    )


def build(kind: type[T], values: Mapping[str, Any], prefix: str = "") -> T:
    """The dataclass ``kind`` with its defaults replaced by ``values``.

    ``prefix`` goes before the key in errors: a file name, or the table that ``values`` is from.
    """
    try:
        # JSON, because strict mode refuses lists for tuples among Python values.
        return _adapter(kind).validate_json(json.dumps(values, default=str))
    except ValidationError as error:
        raise SettingsError(prefix + _explained(kind, error)) from error


def _adapter(kind: type[T]) -> TypeAdapter[T]:
    config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)
    return TypeAdapter(with_config(config)(kind))


def _explained(kind: type, error: ValidationError) -> str:
    """The first error on one line, with its dotted key."""
    first = error.errors()[0]
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"])
    key = shortened("".join(parts)[1:])
    if first["type"] == "unexpected_keyword_argument":
        *tables, name = first["loc"]
        return _unknown(kind, [str(table) for table in tables], str(name))
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "value_error":  # from __post_init__
        return f"{key}: {message}" if key else message
    return f"{key}: {message}, not {shortened(repr(first['input']))}"


def _unknown(kind: type, tables: Sequence[str], name: str) -> str:
    key = ".".join([*tables, name])
    if key in RENAMED:
        return f"{key}: is called {RENAMED[key]} now; rename it"
    for table in tables:
        kind = typing.get_type_hints(kind)[table]
    names = [".".join([*tables, field.name]) for field in dataclasses.fields(kind)]
    return (
        f"{shortened(key)}: no such setting{_nearest(key, names)}; valid here: {', '.join(names)}"
    )


def shortened(text: str) -> str:
    """``text`` for an error, cut after 100 characters."""
    return text if len(text) <= 100 else f"{text[:100]}..."


def to_dict(settings: Any) -> dict[str, Any]:
    """Nested plain values (tuples become lists, ``None`` is left out), as TOML can hold them."""
    plain: dict[str, Any] = _adapter(type(settings)).dump_python(
        settings, mode="json", exclude_none=True
    )
    return plain


def to_toml(settings: Any) -> str:
    """The resolved settings as TOML text, which ``load`` reads back to an equal object."""
    return _table(to_dict(settings), "").lstrip("\n")


def save(settings: Any, path: Path) -> None:
    """Write the resolved settings to ``path``, complete or not at all."""
    with writing(path) as part:
        part.write_text(to_toml(settings), encoding="utf-8")


def changes(old: Mapping[str, Any], new: Mapping[str, Any], prefix: str = "") -> list[str]:
    """Lines ``key: old -> new`` for every value that differs between two ``to_dict`` results."""
    lines: list[str] = []
    for name in sorted({*old, *new}):
        before, after = old.get(name), new.get(name)
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            lines += changes(before, after, f"{prefix}{name}.")
        elif before != after:
            lines.append(f"{prefix}{name}: {before} -> {after}")
    return lines


def _split(override: str) -> tuple[str, Any]:
    key, equals, text = override.partition("=")
    key, text = key.strip(), text.strip()
    if not equals or not key:
        raise SettingsError(f"{override!r}: an override is key=value, for example run.steps=600")
    try:
        return key, tomllib.loads(f"value = {text}")["value"]
    except (tomllib.TOMLDecodeError, KeyError):
        return key, text  # a bare word or path: spares the shell a second pair of quotes


def _set(values: dict[str, Any], key: str, value: Any) -> None:
    *tables, name = key.split(".")
    for table in tables:
        values = values.setdefault(table, {})
        if not isinstance(values, dict):
            raise SettingsError(f"{key}: {table} is a value, not a table of settings")
    values[name] = value


def _nearest(name: str, names: Sequence[str]) -> str:
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    return f" (did you mean {close[0]}?)" if close else ""


def _table(values: Mapping[str, Any], prefix: str) -> str:
    """Values first, then tables: in TOML a key belongs to the table header above it."""
    lines = [f"\n[{prefix}]"] if prefix else []
    for name, value in values.items():
        if not isinstance(value, Mapping):
            # JSON strings, numbers, booleans and lists of them are valid TOML.
            lines.append(f"{name} = {json.dumps(value, ensure_ascii=False)}")
    for name, value in values.items():
        if isinstance(value, Mapping):
            lines.append(_table(value, f"{prefix}.{name}" if prefix else name).rstrip("\n"))
    return "\n".join(lines) + "\n"
