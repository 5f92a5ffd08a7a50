"""Settings of a run: frozen dataclasses filled from TOML, which refuse what they do not know.

A recipe declares its settings as one frozen dataclass whose fields are plain values or further
frozen dataclasses (a TOML table each). A preset is a TOML file naming only what differs from the
defaults. ``load`` fills the dataclass from a preset and from ``key=value`` overrides:

    settings = load(Settings, "published", ["weights.style=2", "run.steps=600"])

Every mistake ends in a ``SettingsError`` that names the key: an unknown key with the nearest valid
one, a value of the wrong type, a number that is not finite.
"""

from __future__ import annotations

import dataclasses
import difflib
import json
import math
import sys
import types
import typing
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from rosetail.errors import SettingsError
from rosetail.images import writing

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

T = TypeVar("T")
METHODS = Path(__file__).parents[1] / "methods"  # each has a folder of presets


def load(kind: type[T], source: str | Path | None = None, overrides: Sequence[str] = ()) -> T:
    """Settings of dataclass ``kind`` from a preset's name or a TOML path, then the overrides."""
    values = {} if source is None else read_toml(find_preset(source))
    for override in overrides:
        _set(values, *_split(override))
    return build(kind, values)


def preset_names() -> list[str]:
    """Names of the presets that come with the package."""
    return sorted(_presets())


def _presets() -> dict[str, Path]:
    return {path.stem: path for path in METHODS.glob("*/presets/*.toml")}


def find_preset(source: str | Path) -> Path:
    """A path as it is, or the packaged preset of that name."""
    path = Path(source)
    if path.is_file():
        return path
    presets = _presets()
    if str(source) in presets:
        return presets[str(source)]
    names = sorted(presets)
    raise SettingsError(
        f"{source}: no such preset or TOML file{_nearest(str(source), names)}; "
        f"give a path or one of: {', '.join(names)}"
    )


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file as nested dictionaries."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}; give a readable TOML file") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: not TOML ({error}); correct that place") from error


def build(kind: type[T], values: Mapping[str, Any], prefix: str = "") -> T:
    """The dataclass ``kind`` with its defaults replaced by ``values``, every value checked."""
    hints = typing.get_type_hints(kind)
    names = [field.name for field in dataclasses.fields(kind)]  # type: ignore[arg-type]
    filled: dict[str, Any] = {}
    for name, value in values.items():
        key = prefix + name
        if name not in names:
            raise SettingsError(
                f"{key}: no such setting{_nearest(name, names, prefix)}; "
                f"valid here: {', '.join(prefix + each for each in names)}"
            )
        hint = hints[name]
        if dataclasses.is_dataclass(hint):
            if not isinstance(value, Mapping):
                raise SettingsError(f"{key}: a table of settings is needed, not {value!r}")
            filled[name] = build(typing.cast(type, hint), value, key + ".")
        else:
            filled[name] = _checked(key, value, hint)
    try:
        return kind(**filled)
    except ValueError as error:  # a dataclass may refuse a range in __post_init__
        raise SettingsError(f"{prefix.rstrip('.') or kind.__name__}: {error}") from error


def to_dict(settings: Any) -> dict[str, Any]:
    """Nested plain values (tuples become lists, ``None`` is left out), as TOML can hold them."""
    plain: dict[str, Any] = {}
    for field in dataclasses.fields(settings):
        value = getattr(settings, field.name)
        if dataclasses.is_dataclass(value):
            plain[field.name] = to_dict(value)
        elif value is not None:
            plain[field.name] = list(value) if isinstance(value, tuple) else value
    return plain


def to_toml(settings: Any) -> str:
    """The resolved settings as TOML text: what ``load`` reads back to an equal object."""
    return _table(to_dict(settings), "").lstrip("\n")


def save(settings: Any, path: Path) -> None:
    """Writes the resolved settings beside a run, whole or not at all."""
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


def _checked(key: str, value: Any, hint: Any) -> Any:
    """``value`` in the declared type, or a ``SettingsError`` that says what is wanted."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):  # the only unions used are ``X | None``
        (inner,) = [each for each in arguments if each is not type(None)]
        return _checked(key, value, inner)
    if origin is typing.Literal:
        if value in arguments and not isinstance(value, bool):
            return value
        choices = [str(each) for each in arguments]
        raise SettingsError(
            f"{key}: {value!r} is not a choice{_nearest(str(value), choices)}; "
            f"one of: {', '.join(choices)}"
        )
    if origin is tuple:
        if not isinstance(value, (list, tuple)):
            raise SettingsError(f"{key}: a list is needed, not {value!r}")
        kinds = arguments[:1] * len(value) if arguments[-1] is Ellipsis else arguments
        if len(kinds) != len(value):
            raise SettingsError(f"{key}: {len(kinds)} values are needed, not {len(value)}")
        pairs = enumerate(zip(value, kinds, strict=True))
        return tuple(_checked(f"{key}[{i}]", each, kind) for i, (each, kind) in pairs)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if not isinstance(value, hint) or (isinstance(value, bool) and hint is not bool):
        raise SettingsError(f"{key}: {hint.__name__} is needed, not {value!r}")
    if isinstance(value, float) and not math.isfinite(value):
        raise SettingsError(f"{key}: a finite number is needed, not {value!r}")
    return value


def _nearest(name: str, names: Sequence[str], prefix: str = "") -> str:
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    return f" (did you mean {prefix}{close[0]}?)" if close else ""


def _table(values: Mapping[str, Any], prefix: str) -> str:
    """Values first, then the tables: TOML gives every bare key to the table above it."""
    lines = [f"\n[{prefix}]"] if prefix else []
    for name, value in values.items():
        if not isinstance(value, Mapping):
            # JSON writes strings, numbers, booleans and lists of them the way TOML reads them.
            lines.append(f"{name} = {json.dumps(value, ensure_ascii=False)}")
    for name, value in values.items():
        if isinstance(value, Mapping):
            lines.append(_table(value, f"{prefix}.{name}" if prefix else name).rstrip("\n"))
    return "\n".join(lines) + "\n"
