"""The look that a person named: the catalog's, an .onnx file, or a StyleGAN2 to project into."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rosetail.stylizer.stylizer import Stylizer


def find_look(style: str) -> Path:
    """Where its weights are. Raises UnknownStyle or WeightsMissing."""
    from rosetail import weights
    from rosetail.errors import WeightsMissing

    if not style.endswith(".safetensors"):
        return weights.find(style)
    if not Path(style).is_file():
        raise WeightsMissing(f"{style}: no such file; check the name")
    return Path(style)


def open_look(style: str, backend: str = "auto") -> Stylizer:
    """The look, ready to draw. Raises as find_look does, and ExtraMissing, BackendMissing."""
    import rosetail
    from rosetail.cli.console import need

    path = find_look(style)
    if path.suffix != ".safetensors":
        return rosetail.Stylizer(style, backend=backend)
    need("projection", "train", "torch", "safetensors")
    from rosetail.methods.stylegan2.projecting_look import ProjectingStylizer

    return ProjectingStylizer(path)


def whole_path(style: str, address: str) -> str:
    """The look as other machines find it: a name as it is, a file by its whole path.

    Raises SettingsError for one that is projected into, which the cluster at ``address`` cannot.
    """
    from rosetail.errors import SettingsError

    if style.endswith(".safetensors"):
        raise SettingsError(
            f"{style}: is projected into, which the cluster {address} does not do; give an .onnx "
            "file or leave out --cluster"
        )
    return str(Path(style).resolve()) if style.endswith(".onnx") else style
