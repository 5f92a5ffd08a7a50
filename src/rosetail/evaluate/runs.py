"""``rosetail evaluate runs``: how training runs developed, from their snapshots."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rosetail import images
from rosetail.arrays import Bytes
from rosetail.directions.draws import Progress
from rosetail.directions.partial_results import PartialResults
from rosetail.errors import InputError
from rosetail.evaluate.features import FeatureExtractor
from rosetail.evaluate.people import Subject
from rosetail.evaluate.plots import Panel, panels
from rosetail.evaluate.report import MarkdownReport, bullets, heading, table
from rosetail.evaluate.run_measures import RunMeasures, RunMeasureSettings, Values
from rosetail.evaluate.translators import ManyStyles, Translator, translator
from rosetail.images import make_folder, writing
from rosetail.reading import read_toml, reading
from rosetail.training.snapshots import read_snapshot, snapshots

TITLES = {
    "kid": "KID to drawings / photos'",
    "fid": "FID to drawings / photos'",
    "kid_photos": "KID to photos / drawings'",
    "landmarks": "landmark error",
    "found": "faces found",
    "apart": "distance to the photo",
    "dfid": "DFID / photos' FID",
    "diversity": "diversity of styles",
    "consistency": "style, variance between views",
    "cycle": "cycle error, levels",
    "back_kid": "turned into photos: KID / drawings'",
}
SHOWN, SHOWN_STYLES = 6, 2  # photos on a sheet, and their styles
SHEET_ROWS = 8  # most snapshots on a sheet
EXPLANATIONS = (
    "KID, FID and DFID: distances between sets, divided by the distance of the test photos to the "
    "drawings; the dotted line is 1, the photos themselves",
    "landmark error: median over the faces found, in eye distances; a network that draws no faces "
    "has none",
    "distance to the photo and diversity: perceptual distances; diversity is that between random "
    "styles of one photo",
    "style, variance between views: share of the variance of style codes that comes from turning, "
    "scaling and moving one photo; 0 is perfect",
    "cycle error: mean absolute difference between photos and their reconstructions",
)


@dataclass
class RunEvaluation:
    """Measures the snapshots of ``runs`` on ``people`` and heads of ``drawings``."""

    runs: Sequence[Path]
    people: Sequence[Subject]
    drawings: Sequence[Bytes]
    extract: FeatureExtractor
    settings: RunMeasureSettings = field(default_factory=RunMeasureSettings)
    progress: Progress = lambda step, done, total: None

    def run(self, out: Path) -> list[Path]:
        """Write the report into ``out``; returns its files. What is measured is kept, so that a
        stopped evaluation continues. Raises InputError for a folder without snapshots."""
        make_folder(out)
        names = [run.resolve().name for run in self.runs]
        if len(set(names)) < len(names):
            raise InputError(f"{names[0]}: two runs have this name; rename a folder")
        report = MarkdownReport("Training runs")
        curves: dict[str, dict[int, Values]] = {}
        for name, run in zip(names, self.runs, strict=True):
            measures = self._measures(run)
            curves[name], sheet = self._run(name, run, measures, out)
            report.add(heading(name), _table(curves[name]))
            report.add_picture(f"{name}-sheet", sheet, "Rows: photos, then snapshots by step.")
        report.add(heading("Curves"), bullets(EXPLANATIONS))
        report.add_picture("curves", plot(curves), "Measures over training steps.")
        path = out / "numbers.json"
        with writing(path) as part:
            part.write_text(json.dumps(curves, indent=1) + "\n", "utf-8")
        return [*report.save(out), path]

    def _measures(self, run: Path) -> RunMeasures:
        return RunMeasures(self.people, self.drawings, side_of(run), self.extract, self.settings)

    def _run(
        self, name: str, run: Path, measures: RunMeasures, out: Path
    ) -> tuple[dict[int, Values], Bytes]:
        """The measures of each snapshot by step, and a sheet of drawings."""
        paths = snapshots(run)
        parts = PartialResults(
            out / ".measures.work",
            {
                "run": name,
                "side": measures.side,
                "people": [person.name for person in self.people],
                "drawings": len(self.drawings),
                "features": [self.extract.backbone.name, self.extract.perceptual.name],
                "settings": asdict(self.settings),
            },
        )
        rows: dict[int, Values] = {}
        shown = {int(i) for i in np.linspace(0, len(paths) - 1, SHEET_ROWS).round()}
        cells = _photo_row(measures.photos[:SHOWN])
        for number, path in enumerate(paths):
            self.progress(name, number, len(paths))
            snapshot = read_snapshot(path)
            model = translator(snapshot)
            key = f"{path.stem}-{path.stat().st_size}-{path.stat().st_mtime_ns}"
            found = parts.get(key, lambda model=model: _arrays(measures.of(model)))  # type: ignore[misc]
            rows[snapshot.step] = {title: float(value) for title, value in found.items()}
            if number in shown:
                cells += _drawn_row(model, measures.photos[:SHOWN])
        return rows, images.contact_sheet(cells, SHOWN * SHOWN_STYLES)


def side_of(run: Path) -> int:
    """The size in pixels that a run was trained at."""
    path = run / "settings.toml"
    with reading(path, "the settings of a run", "give the folder of a training run") as file:
        return int(read_toml(file)["data"]["size"])


def plot(curves: dict[str, dict[int, Values]]) -> Bytes:
    """A panel for each measure that a run has."""
    made: dict[str, Panel] = {}
    for name, title in TITLES.items():
        panel = {
            run: (list(rows), [values[name] for values in rows.values()])
            for run, rows in curves.items()
            if all(name in values for values in rows.values())
        }
        if panel:
            made[title] = panel
    return panels(made, {TITLES[name]: 1.0 for name in ("kid", "fid", "dfid")})


def _table(rows: dict[int, Values]) -> str:
    names = [name for name in TITLES if all(name in values for values in rows.values())]
    cells = [
        [f"{step:,}", *(f"{values[name]:.3g}" for name in names)] for step, values in rows.items()
    ]
    return table(["step", *(TITLES[name] for name in names)], cells)


def _arrays(values: Values) -> dict[str, NDArray[np.float64]]:
    return {name: np.float64(value) for name, value in values.items()}  # type: ignore[misc]


def _photo_row(photos: Sequence[Bytes]) -> list[Bytes]:
    blank = [np.full_like(photos[0], 255)] * (SHOWN - len(photos))
    return [each for photo in [*photos, *blank] for each in (photo, *_blanks(photo))]


def _blanks(photo: Bytes) -> list[Bytes]:
    return [np.full_like(photo, 255)] * (SHOWN_STYLES - 1)


def _drawn_row(model: Translator, photos: Sequence[Bytes]) -> list[Bytes]:
    """Each photo in its styles; networks of one style draw it once."""
    cells: list[Bytes] = []
    for photo in photos:
        if isinstance(model, ManyStyles):
            cells += [model.draw(photo, seed) for seed in range(SHOWN_STYLES)]
        else:
            cells += [model.draw(photo, 0), *_blanks(photo)]
    return cells + [np.full_like(photos[0], 255)] * (SHOWN * SHOWN_STYLES - len(cells))
