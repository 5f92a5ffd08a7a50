"""Every method as a look that draws: taken as it is, or trained first and exported."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from rosetail import weights
from rosetail.errors import RosetailError, SettingsError
from rosetail.evaluate.portraits import Portrait
from rosetail.evaluate.settings import MeasureSettings, MethodSettings
from rosetail.export.weights_file import eyes_fact
from rosetail.methods.generators import export_any
from rosetail.methods.stylegan2.projecting_look import ProjectingStylizer
from rosetail.stylizer.stylizer import HEAD_EYES, Stylizer
from rosetail.training import checkpoint, loop, settings
from rosetail.weights import read_header

Bytes = NDArray[np.uint8]

# Where recipes live, their classes, and whether they look at pictures with VGG-19.
RECIPES = {
    "cyclegan": ("cyclegan", "CycleGan", False),
    "animegan2": ("animegan2", "AnimeGan2", True),
    "ugatit": ("ugatit", "UGatIt", False),
    "stylegan2": ("stylegan2", "StyleGan2", True),
    "dtgan": ("doubletail", "DoubleTail", True),
}
PUBLISHED = {"dtgan": "published"}  # presets that are not called as their recipe
EYE_ROOM = 1.15  # around the eye distance that a method learned


@dataclass(frozen=True)
class Method:
    """``look`` draws; ``path`` is its file; ``told``: what the report says of its training."""

    name: str
    look: Stylizer
    path: Path
    told: str

    def draw(self, portrait: Portrait) -> Bytes:
        """The portrait's crop drawn at the size that the method knows heads in."""
        eyes = portrait.landmarks[1] - portrait.landmarks[0]
        size = portrait.rgb.shape[0], portrait.rgb.shape[1]
        scale = self.look.scale_for(size, [float(np.hypot(*eyes))])
        return self.look.at_scale(portrait.rgb, scale)


def ready(
    name: str,
    told: MethodSettings,
    folders: Mapping[str, Path],
    measure: MeasureSettings,
    out: Path,
    console: Console,
) -> Method:
    """The method, trained in ``out``/runs/NAME where it has to be. ``folders``: photos and anime.

    What was trained with the same settings is not trained again; a training that was stopped goes
    on. Raises SettingsError, InputError, WeightsMissing, and RosetailError when it is stopped.
    """
    if told.look:
        return _as_it_is(name, told.look, measure.backend)
    path = out / "looks" / f"{name}.onnx"
    path.parent.mkdir(parents=True, exist_ok=True)
    recipe, wanted = _recipe(name, told, folders, measure)
    run = out / "runs" / name
    kept = run / "settings.toml"
    same = kept.is_file() and kept.read_text(encoding="utf-8") == settings.to_toml(wanted)
    if not (same and path.is_file()):
        outcome = loop.train(
            recipe(wanted),
            run,
            resume=bool(checkpoint.saved(run)),
            minutes=told.minutes or None,
            console=console,
        )
        if outcome.reason not in ("finished", "minutes"):
            raise RosetailError(f"{run}: stopped ({outcome.reason}); the same command goes on")
        _export(run, path, told.heads or wanted.data.size)
    return Method(name, Stylizer(path, measure.backend), path, _training(path, wanted))


def _as_it_is(name: str, look: str, backend: str) -> Method:
    if look.endswith(".safetensors"):
        return Method(name, ProjectingStylizer(look), Path(look), "as it is, by projection")
    path = weights.find(look)
    told = read_header(path).get("recipe", "imported")
    return Method(name, Stylizer(look, backend), path, f"as it is ({told})")


def _recipe(
    name: str, told: MethodSettings, folders: Mapping[str, Path], measure: MeasureSettings
) -> tuple[Callable[[Any], loop.Recipe], Any]:
    """The recipe's class and its settings, with the comparison's data and seed in them."""
    if told.recipe not in RECIPES:
        known = ", ".join(RECIPES)
        raise SettingsError(f"methods.{name}.recipe: '{told.recipe}' is none of: {known}")
    place, stem, sees = RECIPES[told.recipe]
    module = importlib.import_module(f"rosetail.methods.{place}.recipe")
    changes = [f"data.{side}={json.dumps([str(path)])}" for side, path in folders.items()]
    changes.append(f"run.seed={measure.seed}")
    if sees:
        if not measure.vgg:
            raise SettingsError(f"methods.{name}: learns by VGG-19; give its file with --vgg")
        changes.append(f"data.vgg={json.dumps(measure.vgg)}")
    config = told.config or PUBLISHED.get(told.recipe, told.recipe)
    kind = getattr(module, f"{stem}Settings")
    wanted = settings.load(kind, config, [*changes, *told.changes])
    return getattr(module, f"{stem}Recipe"), wanted


def _export(run: Path, path: Path, heads: int) -> None:
    """The look of a run, which says how large the heads were that it learned."""
    apart = HEAD_EYES * heads
    with TemporaryDirectory() as scratch:
        held = checkpoint.load(run)["ema"]
        network = next(each for each in ("to_anime", "generator") if each in held)
        kept = checkpoint.export_weights(run, Path(scratch, "weights.safetensors"), network)
        eyes = eyes_fact(max(apart / EYE_ROOM, 8.0), max(apart * EYE_ROOM, 9.0))
        export_any(kept, path, facts={"eyes": eyes})


def _training(path: Path, wanted: Any) -> str:
    facts = read_header(path)
    return f"{facts['recipe']}, {facts['steps']} steps at {wanted.data.size} px"
