"""``rosetail evaluate compare``: measure methods on the same photos and write a report."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from rosetail.arrays import Bytes, Doubles
from rosetail.errors import RosetailError, SettingsError
from rosetail.evaluate import costs
from rosetail.evaluate.compare_data import ComparisonPictures, PicturePreparation
from rosetail.evaluate.compare_report import PHOTO, ComparisonResult, build_report
from rosetail.evaluate.compare_settings import ComparisonSettings, MeasureSettings
from rosetail.evaluate.costs import HD, PORTRAIT, Costs, covering, interleaved
from rosetail.evaluate.features import FeatureExtractor
from rosetail.evaluate.measures import Draw, MeasuredDrawings, estimates, measure
from rosetail.evaluate.methods import ComparedMethod, load_look, train_look
from rosetail.evaluate.people import groups_of, served_worse
from rosetail.images import make_folder, writing
from rosetail.metrics.intervals import Estimate

Log = Callable[[str], None]


def compare(
    comparison: ComparisonSettings, out: str | Path, console: Console | None = None
) -> list[Path]:
    """Train or load each method, measure it, and write report.md, report.html and results.json.

    An interrupted comparison continues in the same folder. Raises SettingsError, InputError,
    OutputError, and the errors of training and loading.
    """
    folder, console = Path(out), console or Console()
    settings = comparison.measure
    make_folder(folder)
    if not settings.vgg:
        raise SettingsError("distances need VGG-19; give its .safetensors with --vgg")
    extract = FeatureExtractor(settings.vgg, settings.inception, settings.lpips)
    log = partial(console.print, markup=False, highlight=False, soft_wrap=True)
    train = any(method.recipe for method in comparison.methods.values())
    pictures = PicturePreparation(comparison.data, folder, settings.seed, log).run(train=train)
    methods = {}
    for name, method in comparison.methods.items():
        log(f"{name}: {'training' if method.recipe else 'loading'}")
        methods[name] = (
            load_look(method.look, settings.backend)
            if method.look
            else train_look(name, method, pictures.folders, settings, folder, console)
        )
    log(f"drawing and measuring {len(pictures.people)} portraits")
    draws: dict[str, Draw] = {PHOTO: lambda subject: subject.rgb}
    draws |= {name: method.draw for name, method in methods.items()}
    drawings = measure(pictures.people, draws, extract)
    target = np.stack([extract(head).pooled for head in pictures.target])
    log("timing")
    spent = _costs(methods, pictures.people[0].rgb, settings, log)
    backbone, perceptual = extract.backbone.name, extract.perceptual.name
    result = _result(pictures, methods, drawings, target, spent, settings)
    result.summary.append(
        f"features of FID and KID: {backbone}; distance to the photo: {perceptual}"
    )
    paths = build_report(comparison, result).save(folder)
    results = folder / "results.json"
    with writing(results) as part:
        text = json.dumps({"backbone": backbone, **_plain(result)}, indent=1)
        part.write_text(text + "\n", encoding="utf-8")
    return [*paths, results]


def _result(
    pictures: ComparisonPictures,
    methods: dict[str, ComparedMethod],
    drawings: dict[str, MeasuredDrawings],
    target: Doubles,
    spent: dict[str, Costs],
    settings: MeasureSettings,
) -> ComparisonResult:
    """Estimates over all subjects and by group."""
    seed = settings.seed
    overall = {name: estimates(each, target, seed=seed) for name, each in drawings.items()}
    groups = groups_of(pictures.people, settings.least)
    by_group = {
        name: [(g, estimates(drawings[name], target, rows=g.rows, seed=seed)) for g in groups]
        for name in methods
    }
    worse = {name: served_worse(overall[name], by_group[name], settings) for name in methods}
    training = {name: method.training for name, method in methods.items()}
    return ComparisonResult(
        pictures.summary, pictures.people, training, drawings, overall, by_group, worse, spent
    )


def _costs(
    methods: Mapping[str, ComparedMethod], photo: Bytes, settings: MeasureSettings, log: Log
) -> dict[str, Costs]:
    """The costs of all methods; timing alternates between them."""

    def seconds(size: tuple[int, int], rounds: int) -> dict[str, float]:
        picture = covering(photo, size)
        steps = {n: partial(each.stylizer.network, picture) for n, each in methods.items()}
        return {n: float(np.median(times)) for n, times in interleaved(steps, rounds).items()}

    small = seconds(PORTRAIT, settings.rounds)
    large = seconds(HD, settings.hd_rounds) if settings.hd_rounds else {}
    result = {}
    for name, method in methods.items():
        is_graph, memory = method.path.suffix == ".onnx", None
        if is_graph and settings.hd_rounds:
            try:
                memory = costs.peak_memory(method.path, HD, settings.backend)
            except RosetailError as error:
                log(str(error))
        result[name] = Costs(
            costs.parameters(method.path),
            costs.multiply_adds(costs.published_form(method.path)) if is_graph else None,
            small[name],
            large.get(name),
            memory,
        )
    return result


def _plain(result: ComparisonResult) -> dict[str, Any]:
    """The numbers of the report as JSON values; NaN becomes null."""

    def numbers(estimates: Mapping[str, Estimate]) -> dict[str, Any]:
        return {
            key: [None if math.isnan(value) else value for value in each]
            for key, each in estimates.items()
        }

    return {
        "data": result.summary,
        "photo": numbers(result.overall[PHOTO]),
        "methods": {
            name: {
                "training": training,
                "measures": numbers(result.overall[name]),
                "costs": asdict(result.costs[name]),
                "groups": [
                    {"trait": g.trait, "group": g.name, "photos": len(g.rows), **numbers(part)}
                    for g, part in result.by_group[name]
                ],
                "worse": [f"{g.title}: {cause}" for g, cause in result.worse[name].items()],
            }
            for name, training in result.training.items()
        },
    }
