"""Options shared by several commands."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import typer

from rosetail.errors import SettingsError

DEFAULT_STYLE = "cel"


def refuse(options: Mapping[str, bool], when: str) -> None:
    """Raise SettingsError for the first option that is given although it has no effect."""
    for name, given in options.items():
        if given:
            raise SettingsError(f"{name} has no effect {when}; leave it out")


Style = Annotated[
    str,
    typer.Option(
        "--style",
        "-s",
        metavar="NAME",
        help="The look: a name from `rosetail models list`, an .onnx file you exported or "
        "imported, or a StyleGAN2 as .safetensors.",
    ),
]
Backend = Annotated[
    str,
    typer.Option(
        metavar="auto|openvino|onnxruntime|cuda|directml|coreml",
        help="The engine to run on; `auto` takes the fastest that works (see `rosetail doctor`).",
    ),
]
Model = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        show_default="painter if Skia is installed, else roses",
        help="The character model: `painter`, which draws by rule, a name from `rosetail models "
        "list`, the folder of an exported run, or a StyleGAN2, `FILE.safetensors`.",
    ),
]
CharacterFile = Annotated[
    Path, typer.Option(metavar="FILE", help="A character file from `rosetail cast --save`.")
]
DirectionsFile = Annotated[
    Path | None,
    typer.Option(
        "--directions",
        metavar="FILE",
        help="Directions from `rosetail directions fit`. Default: the model's own.",
    ),
]
Method = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="The method whose directions are used. Default: the best one that has the edit.",
    ),
]
Frame = Annotated[
    Literal["face", "figure", "portrait", "full"],
    typer.Option(
        help="Part of the picture to write: the drawn head (`face`), the head on a transparent "
        "background as PNG (`figure`), head and shoulders (`portrait`) or the whole photo "
        "(`full`); everything but the head is drawn in the style."
    ),
]
Count = Annotated[int, typer.Option("-n", min=1, max=64, help="Number of random characters.")]
Save = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help="Folder to save the characters to, one file each."),
]
Seed = Annotated[int, typer.Option(min=0, metavar="NUMBER", help="Random seed.")]
Size = Annotated[
    int, typer.Option(min=128, max=2048, metavar="PIXELS", help="Side of the square pictures.")
]
Vgg = Annotated[Path | None, typer.Option(metavar="FILE", help="VGG-19 features as .safetensors.")]
Inception = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Inception v3 for FID as published. Default: VGG-19."),
]
Lpips = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="LPIPS as published. Default: VGG-19."),
]
PairOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="METHOD=TOWARDS,AWAY",
        help="Coefficients of a method: towards a tag, and away from its opposite. Repeatable.",
    ),
]
OutFile = Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="The file to write.")]
OutPicture = Annotated[
    Path, typer.Option("--out", "-o", metavar="PICTURE", help="The picture to write.")
]
OutAny = Annotated[
    Path, typer.Option("--out", "-o", metavar="OUT", help="A file for one picture, else a folder.")
]
OutFolder = Annotated[
    Path, typer.Option("--out", "-o", metavar="FOLDER", help="The folder to write.")
]


def read_pairs(pairs: list[str] | None) -> dict[str, tuple[float, float]]:
    """``--pair`` as coefficients by method. Raises SettingsError."""
    found = {}
    for text in pairs or []:
        method, _, numbers = text.partition("=")
        try:
            towards, away = (float(each) for each in numbers.split(","))
        except ValueError as cause:
            raise SettingsError(f"--pair {text}: write it as linear=15,5") from cause
        if not (math.isfinite(towards) and math.isfinite(away)):
            raise SettingsError(f"--pair {text}: give two finite numbers")
        found[method] = (towards, away)
    return found
