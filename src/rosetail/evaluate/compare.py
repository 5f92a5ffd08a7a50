"""``rosetail evaluate compare``: every method on the same photos, one report."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from rosetail.errors import RosetailError, SettingsError
from rosetail.evaluate import costs
from rosetail.evaluate.groups import Group, groups, worse
from rosetail.evaluate.intervals import Estimate
from rosetail.evaluate.material import Material, material
from rosetail.evaluate.measures import Draw, Pictures, estimates, measured
from rosetail.evaluate.methods import Method, ready
from rosetail.evaluate.result import PHOTO, Costs, Result
from rosetail.evaluate.settings import Comparison, MeasureSettings
from rosetail.evaluate.sight import Sight
from rosetail.evaluate.timing import HD, PORTRAIT, covering, interleaved
from rosetail.evaluate.written import written
from rosetail.images import make_folder, writing

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]


def compare(comparison: Comparison, out: str | Path, console: Console | None = None) -> list[Path]:
    """Train or load every method, measure, and write report.md, report.html and results.json.

    A comparison that was stopped goes on where it was. Raises SettingsError, InputError,
    OutputError, and what training and loading raise.
    """
    folder, console = Path(out), console or Console()
    told = comparison.settings
    make_folder(folder)
    if not told.measure.vgg:
        raise SettingsError("distances need VGG-19; give its .safetensors with --vgg")
    sight = Sight(told.measure.vgg, told.measure.inception)

    def note(line: str) -> None:
        console.print(line, markup=False, highlight=False, soft_wrap=True)

    train = any(method.recipe for method in comparison.methods.values())
    shown = material(told.data, folder, told.measure.seed, train=train, note=note)
    methods = {}
    for name, method in comparison.methods.items():
        note(f"{name}: {'trains' if method.recipe else 'is loaded'}")
        methods[name] = ready(name, method, shown.folders, told.measure, folder, console)
    note(f"drawing and measuring {len(shown.portraits)} portraits")
    draws: dict[str, Draw] = {PHOTO: lambda portrait: portrait.rgb}
    draws |= {name: each.draw for name, each in methods.items()}
    pictures = measured(shown.portraits, draws, sight)
    anime = np.stack([sight(head).features for head in shown.target])
    result = _found(shown, sight.name, methods, pictures, anime, told.measure, note)
    report = written(told.title, result, comparison)
    paths = list(report.save(folder))
    with writing(folder / "results.json") as part:
        part.write_text(json.dumps(_plain(result), indent=1) + "\n", encoding="utf-8")
    return [*paths, folder / "results.json"]


def _found(
    shown: Material,
    backbone: str,
    methods: dict[str, Method],
    pictures: dict[str, Pictures],
    anime: Floats,
    told: MeasureSettings,
    note: Any,
) -> Result:
    seed = told.seed
    whole = {name: estimates(each, anime, seed=seed) for name, each in pictures.items()}
    found = groups(shown.portraits, told.least)
    parts = {
        name: [(g, estimates(pictures[name], anime, rows=g.rows, seed=seed)) for g in found]
        for name in methods
    }
    named = {name: worse(whole[name], parts[name], told) for name in methods}
    note("timing")
    spent = _costs(methods, shown.portraits[0].rgb, told, note)
    return Result(shown, backbone, methods, pictures, whole, parts, named, spent)


def _costs(
    methods: Mapping[str, Method], photo: Bytes, told: MeasureSettings, note: Any
) -> dict[str, Costs]:
    """Times of all methods taken in turns, in one run."""

    def seconds(size: tuple[int, int], rounds: int) -> dict[str, float]:
        picture = covering(photo, size)
        steps = {name: _pass(each, picture) for name, each in methods.items()}
        return {n: float(np.median(taken)) for n, taken in interleaved(steps, rounds).items()}

    small = seconds(PORTRAIT, told.rounds)
    large = seconds(HD, told.hd_rounds) if told.hd_rounds else {}
    found = {}
    for name, method in methods.items():
        graph = method.path.suffix == ".onnx"
        model = costs.published_form(method.path) if graph else None
        held = None
        if graph and told.hd_rounds:
            try:
                held = costs.peak_memory(method.path, HD, told.backend)
            except RosetailError as error:
                note(str(error))
        found[name] = Costs(
            costs.parameters(method.path) if graph else costs.stored(method.path),
            costs.multiply_adds(model) if model is not None else None,
            small[name],
            large.get(name),
            held,
        )
    return found


def _pass(method: Method, picture: Bytes) -> Any:
    return lambda: method.look.network(picture)


def _plain(result: Result) -> dict[str, Any]:
    """For other programs: every number of the report. NaN becomes null."""

    def numbers(found: Mapping[str, Estimate]) -> dict[str, Any]:
        return {
            key: [None if math.isnan(value) else value for value in each]
            for key, each in found.items()
        }

    def rows(parts: Sequence[tuple[Group, Mapping[str, Estimate]]]) -> list[dict[str, Any]]:
        return [
            {"trait": group.trait, "group": group.name, "photos": len(group.rows), **numbers(part)}
            for group, part in parts
        ]

    return {
        "backbone": result.backbone,
        "data": result.material.told,
        "photo": numbers(result.whole[PHOTO]),
        "methods": {
            name: {
                "training": method.told,
                "measures": numbers(result.whole[name]),
                "costs": result.costs[name].__dict__,
                "groups": rows(result.parts[name]),
                "worse": [f"{each.group.title}: {each.why}" for each in result.worse[name]],
            }
            for name, method in result.methods.items()
        },
    }
