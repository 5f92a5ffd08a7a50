"""Methods of a comparison as stylizers: existing looks, and recipes that are trained first."""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from rosetail import weights
from rosetail.errors import RosetailError, SettingsError
from rosetail.evaluate.compare_settings import MeasureSettings, MethodSettings
from rosetail.evaluate.people import Subject
from rosetail.export.weights_file import eyes_fact
from rosetail.methods.generators import export_any
from rosetail.methods.stylegan2.projecting_look import ProjectingStylizer
from rosetail.stylizer.stylizer import HEAD_EYES, Stylizer
from rosetail.training import checkpoint, loop, settings

# Folder in rosetail.methods, prefix of the recipe's classes, whether it needs VGG-19.
RECIPES = {
    "cyclegan": ("cyclegan", "CycleGan", False),
    "animegan2": ("animegan2", "AnimeGan2", True),
    "ugatit": ("ugatit", "UGatIt", False),
    "stylegan2": ("stylegan2", "StyleGan2", True),
    "dtgan": ("doubletail", "DoubleTail", True),
}
PRESETS = {
    "dtgan": "published",
    "animegan2": "hayao",
}  # default presets that are not named after their recipe
EYE_MARGIN = 1.15  # range of eye distances around that of the training heads, as a factor


@dataclass(frozen=True)
class ComparedMethod:
    """``path`` is the file of ``stylizer``; ``training`` describes its training for the report."""

    stylizer: Stylizer
    path: Path
    training: str

    def draw(self, subject: Subject) -> NDArray[np.uint8]:
        """The subject's head crop, drawn at the head size that the method was trained for."""
        eyes = subject.landmarks[1] - subject.landmarks[0]
        size = subject.rgb.shape[0], subject.rgb.shape[1]
        scale = self.stylizer.scale_for(size, [float(np.hypot(*eyes))])
        return self.stylizer.at_scale(subject.rgb, scale)


def load_look(look: str, backend: str) -> ComparedMethod:
    """A look from the catalog or from a file."""
    if look.endswith(".safetensors"):
        return ComparedMethod(ProjectingStylizer(look), Path(look), "as it is, by projection")
    path = weights.find(look)
    recipe = weights.read_header(path).get("recipe", "imported")
    return ComparedMethod(Stylizer(look, backend), path, f"as it is ({recipe})")


def train_look(
    name: str,
    method: MethodSettings,
    folders: Mapping[str, Path],
    measure: MeasureSettings,
    out: Path,
    console: Console,
) -> ComparedMethod:
    """Train a recipe in ``out``/runs/NAME on ``folders`` (by side) and export the look.

    A finished run with the same settings is reused; an interrupted one is resumed. Raises
    SettingsError, InputError, WeightsMissing, and RosetailError if training is interrupted.
    """
    path = out / "looks" / f"{name}.onnx"
    path.parent.mkdir(parents=True, exist_ok=True)
    recipe, run_settings = _recipe(name, method, folders, measure)
    run = out / "runs" / name
    saved = run / "settings.toml"
    toml = settings.to_toml(run_settings)
    same = saved.is_file() and saved.read_text(encoding="utf-8") == toml
    if not (same and path.is_file()):
        outcome = loop.train(
            recipe(run_settings),
            run,
            resume=bool(checkpoint.saved(run)),
            minutes=method.minutes or None,
            console=console,
        )
        if outcome.reason not in ("finished", "minutes"):
            raise RosetailError(
                f"{run}: stopped ({outcome.reason}); run the same command to continue"
            )
        _export(run, path, method.heads or run_settings.data.size)
    header = weights.read_header(path)
    training = f"{header['recipe']}, {header['steps']} steps at {run_settings.data.size} px"
    return ComparedMethod(Stylizer(path, measure.backend), path, training)


def _recipe(
    name: str, method: MethodSettings, folders: Mapping[str, Path], measure: MeasureSettings
) -> tuple[Any, Any]:
    """The recipe's class, and its settings with the comparison's data and seed."""
    if method.recipe not in RECIPES:
        known = ", ".join(RECIPES)
        raise SettingsError(f"methods.{name}.recipe: '{method.recipe}' is none of: {known}")
    folder, prefix, needs_vgg = RECIPES[method.recipe]
    module = importlib.import_module(f"rosetail.methods.{folder}.recipe")
    changes = [f"data.{side}={json.dumps([str(path)])}" for side, path in folders.items()]
    changes.append(f"run.seed={measure.seed}")
    if needs_vgg:
        if not measure.vgg:
            raise SettingsError(f"methods.{name}: trains with VGG-19; give its file with --vgg")
        changes.append(f"data.vgg={json.dumps(measure.vgg)}")
    preset = method.config or PRESETS.get(method.recipe, method.recipe)
    kind = getattr(module, f"{prefix}Settings")
    return getattr(module, f"{prefix}Recipe"), settings.load(
        kind, preset, [*changes, *method.changes]
    )


def _export(run: Path, path: Path, head_size: int) -> None:
    """Export the averaged generator of ``run`` with the eye distances that it was trained for."""
    eye_distance = HEAD_EYES * head_size
    with TemporaryDirectory() as scratch:
        averaged = checkpoint.load(run)["ema"]
        network = next(each for each in ("to_anime", "generator") if each in averaged)
        exported = checkpoint.export_weights(run, Path(scratch, "weights.safetensors"), network)
        eyes = eyes_fact(max(eye_distance / EYE_MARGIN, 8.0), max(eye_distance * EYE_MARGIN, 9.0))
        export_any(exported, path, facts={"eyes": eyes})
