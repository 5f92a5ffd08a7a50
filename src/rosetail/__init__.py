"""Rosetail: photos and video to anime.

>>> import rosetail
>>> rosetail.load("cel")("me.jpg").save("me-anime.png")

Importing this package is light: engines and image libraries load when first used. It turns the
telemetry of OpenVINO and ONNX Runtime off for the process: import it before either.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from rosetail.engines import telemetry
from rosetail.errors import (
    BackendMissing,
    DiskFull,
    ExtraMissing,
    InputError,
    InUse,
    LibraryMissing,
    NoFaceFound,
    OutputError,
    RosetailError,
    SettingsError,
    UnknownStyle,
    WeightsMissing,
)

telemetry.disable()

if TYPE_CHECKING:
    from rosetail.characters.load import load
    from rosetail.characters.model import Character, CharacterModel, read_character
    from rosetail.stylizer.rule_stylizer import RuleStylizer
    from rosetail.stylizer.stylizer import Stylizer
    from rosetail.video.perform import perform
    from rosetail.video.play import play
    from rosetail.video.take import Take, read_take
    from rosetail.video.voice import speak
    from rosetail.weights import styles

__version__ = "0.1.0"

__all__ = [
    "BackendMissing",
    "Character",
    "CharacterModel",
    "DiskFull",
    "ExtraMissing",
    "InUse",
    "InputError",
    "LibraryMissing",
    "NoFaceFound",
    "OutputError",
    "RosetailError",
    "RuleStylizer",
    "SettingsError",
    "Stylizer",
    "Take",
    "UnknownStyle",
    "WeightsMissing",
    "__version__",
    "load",
    "perform",
    "play",
    "read_character",
    "read_take",
    "speak",
    "styles",
]

_LAZY = {
    "RuleStylizer": "rosetail.stylizer.rule_stylizer",
    "Stylizer": "rosetail.stylizer.stylizer",
    "Character": "rosetail.characters.model",
    "CharacterModel": "rosetail.characters.model",
    "load": "rosetail.characters.load",
    "read_character": "rosetail.characters.model",
    "styles": "rosetail.weights",
    "Take": "rosetail.video.take",
    "perform": "rosetail.video.perform",
    "play": "rosetail.video.play",
    "read_take": "rosetail.video.take",
    "speak": "rosetail.video.voice",
}


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'rosetail' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
