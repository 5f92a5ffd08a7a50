"""Open looks and models by name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rosetail import extras

if TYPE_CHECKING:
    from rosetail.characters.directions_file import Directions
    from rosetail.characters.model import CharacterModel
    from rosetail.stylizer.stylizer import Stylizer


def find_look(style: str) -> Path:
    """The file of a look. Raises UnknownStyle or WeightsMissing."""
    from rosetail import weights
    from rosetail.errors import WeightsMissing

    if not style.endswith(".safetensors"):
        return weights.find(style)
    if not Path(style).is_file():
        raise WeightsMissing(f"{style}: no such file; check the name")
    return Path(style)


def open_look(style: str, backend: str = "auto") -> Stylizer:
    """Open a look of the catalog, an .onnx file, or a StyleGAN2 for projection.

    Raises as find_look does, and ExtraMissing, BackendMissing.
    """
    import rosetail

    path = find_look(style)
    if path.suffix != ".safetensors":
        return rosetail.Stylizer(style, backend=backend)
    extras.check("projection", "train", "torch", "safetensors")
    from rosetail.methods.stylegan2.projecting_look import ProjectingStylizer

    return ProjectingStylizer(path)


def check_look(style: str, quality: str) -> None:
    """Raise UnknownStyle, WeightsMissing or SettingsError unless ``style`` has that ``quality``."""
    from rosetail import weights
    from rosetail.errors import SettingsError, UnknownStyle
    from rosetail.stylizer.rule.looks import LOOKS

    if quality == "best":
        if style not in LOOKS:
            raise UnknownStyle(style, LOOKS)
    elif style in LOOKS and style not in weights.styles():
        raise SettingsError(f"{style} is drawn by rule only; add --quality best")
    else:
        find_look(style)


def whole_path(style: str, address: str) -> str:
    """The look's address for other machines: a name unchanged, a file as absolute path.

    Raises SettingsError for a StyleGAN2, which the cluster at ``address`` cannot run.
    """
    from rosetail.errors import SettingsError

    if style.endswith(".safetensors"):
        raise SettingsError(
            f"{style}: photos are projected into it, which the cluster {address} does not support; "
            "give an .onnx file or leave out --cluster"
        )
    return str(Path(style).resolve()) if style.endswith(".onnx") else style


def open_model(model: str | None, backend: str = "auto") -> CharacterModel:
    """Open a character model by name or folder, or the file of a StyleGAN2 with the space of its
    codes (`FILE.safetensors:w`); None opens the default model."""
    from rosetail.characters.load import load_model
    from rosetail.weights import default_model

    file, _, space = (model or "").rpartition(":")
    if (model or "").endswith(".safetensors"):
        file, space = str(model), "w+"
    if not file.endswith(".safetensors"):
        return load_model(model or default_model(), backend)
    extras.check("characters of a StyleGAN2", "train", "torch", "safetensors")
    from rosetail.methods.stylegan2.character_model import StyleGan2Model

    return StyleGan2Model(file, space)  # type: ignore[arg-type]  # checked there


def own_model(character: Path) -> str | None:
    """The model that a character file names, or None if it is not in the catalog here.

    Raises InputError for another file.
    """
    from rosetail.characters.model import read_character
    from rosetail.weights import PAINTER, models

    name = read_character(character).model.name
    return name if name in (PAINTER, *models()) else None


def directions_of(model: CharacterModel, path: Path | None) -> Directions:
    """Load the directions in ``path``, or the model's own; they must match its weights."""
    from rosetail.characters.directions_file import read_directions

    return model.directions if path is None else read_directions(path).for_model(model.id)
