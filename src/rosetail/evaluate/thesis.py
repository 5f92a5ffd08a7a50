"""``rosetail evaluate thesis``: the tables and figures of Trần and Vòng (2022) for today's models.

For each model: draw random characters of the photos and tag them, fit directions by every method,
measure the edits of mouth, hair and eyes on other photos, and draw figures 5.1 to 5.4. All steps
keep their results in the report's folder, so that a stopped run continues.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from rosetail import images
from rosetail.arrays import Bytes
from rosetail.characters.directions_file import Directions, read_directions
from rosetail.characters.model import CharacterModel
from rosetail.data.folders import photos_in
from rosetail.data.layouts import part_folder
from rosetail.data.painted_writer import write_painted
from rosetail.directions.draws import Progress, fingerprint
from rosetail.directions.fit import METHODS, FitSettings, fit
from rosetail.directions.partial_results import PartialResults
from rosetail.directions.taggers import Tagger
from rosetail.errors import InputError, RosetailError
from rosetail.evaluate.directions import EditEvaluation, EditSettings
from rosetail.evaluate.edit_data import draw
from rosetail.evaluate.edit_report import CAPTIONS, EditResults, measures
from rosetail.evaluate.edits import ORIGINAL, PARTS
from rosetail.evaluate.features import FeatureExtractor
from rosetail.evaluate.report import MarkdownReport, bullets, heading, table
from rosetail.faces import faces
from rosetail.images import make_folder, writing
from rosetail.video.reader import ClipFrame, ClipReader

SAMPLE_CLIP = Path(__file__).parents[1] / "samples" / "astronaut.mp4"
PAINTED_SEED = 2_000_000  # of painted drawings; not used by training folders and benchmarks
STRIP = 6  # frames of the film strip
STRIP_TAG = "brown_hair"  # figure 5.4 of the thesis
STRIP_CAPTION = (
    "Frames of a clip, one character, and the same character with brown hair (figure 5.4)."
)
NETWORK_ONLY = ("sefa_published", "voynov")


@dataclass(frozen=True)
class ThesisSettings:
    """``views``: number per photo for DFID, 0 skips it. ``count``: most photos of each part, 0 for
    all. ``cast``: characters per photo for diversity. ``drawings``: number that are painted if none
    are given. ``steps``: of training Voynov and Babenko's directions, 0 skips them."""

    views: int = 1000
    count: int = 0
    cast: int = 10
    styles: int = 3
    drawings: int = 1000
    steps: int = 2000
    seed: int = 0
    clip: Path = SAMPLE_CLIP


@dataclass
class ThesisEvaluation:
    """Measures ``models`` on ``photos``: a data set with trainA and testA, or one folder of
    portraits, of which every other one is used to find the directions."""

    models: Sequence[CharacterModel]
    photos: Path
    drawings: Path | None
    tagger: Tagger
    rescorer: Tagger
    extract: FeatureExtractor
    settings: ThesisSettings = field(default_factory=ThesisSettings)
    progress: Progress = lambda step, done, total: None

    def run(self, out: Path) -> tuple[list[Path], list[RosetailError]]:
        """Write the report into ``out``; returns its files, and the errors of unusable photos.

        Raises InputError for fewer than two photos, and as the steps do.
        """
        make_folder(out)
        finding, measuring = split_photos(self.photos, self.settings.count)
        drawings = self.drawings or self._painted(out / "drawings")
        report, numbers, errors = MarkdownReport("The thesis's tables"), {}, []
        report.add(*_introduction(len(finding), len(measuring), self.drawings is None))
        for model in self.models:
            folder = out / model.name
            make_folder(folder)
            directions, unusable = self._directions(model, finding, folder)
            results, unread = self._measured(model, directions, measuring, drawings, folder)
            errors += [*unusable, *unread]
            strip = film_strip(model, directions, self.settings.clip, self.settings.seed)
            report.add(heading(model.name), summary(results))
            report.add(*measures(results, 3))
            _add_pictures(report, model.name, results.sheets | strip)
            numbers[model.name] = results.numbers()
        written = list(report.save(out))
        with writing(out / "numbers.json") as part:
            part.write_text(json.dumps(numbers, indent=1) + "\n", encoding="utf-8")
        return [*written, out / "numbers.json"], errors

    def _painted(self, folder: Path) -> Path:
        count, seed = self.settings.drawings, PAINTED_SEED + self.settings.seed
        write_painted(folder, count, 256, seed, 1, self._painting)
        return folder

    def _painting(self, done: int, total: int) -> None:
        self.progress("painting", done, total)

    def _directions(
        self, model: CharacterModel, photos: Sequence[Path], folder: Path
    ) -> tuple[Directions, Sequence[RosetailError]]:
        """The directions of ``folder``, fitted if they are not those of these settings."""
        settings, path = self.settings, folder / "directions.safetensors"
        network = hasattr(model, "style_layers")
        methods = METHODS if network else tuple(name for name in METHODS if name != "sefa")
        if network:
            methods += NETWORK_ONLY if settings.steps else NETWORK_ONLY[:1]
        fitting = FitSettings(
            settings.styles,
            methods,
            seed=settings.seed,
            steps=max(settings.steps, 1),
            vary=True,
        )
        wanted = {"photos": fingerprint(photos), "tagger": self.tagger.fingerprint}
        key = json.dumps({**asdict(fitting), **wanted, "model": model.id.digest}, sort_keys=True)
        note = folder / "directions.json"
        if path.is_file() and note.is_file() and note.read_text("utf-8") == key:
            return read_directions(path), []
        work = folder / ".directions.work"
        fitted = fit(model, self.tagger, photos, work, fitting, self.progress)
        fitted.directions.save(path)
        with writing(note) as part:
            part.write_text(key, encoding="utf-8")
        return fitted.directions, fitted.errors

    def _measured(
        self,
        model: CharacterModel,
        directions: Directions,
        photos: Sequence[Path],
        drawings: Path,
        folder: Path,
    ) -> tuple[EditResults, list[RosetailError]]:
        settings = self.settings
        parts = PartialResults(
            folder / ".measures.work",
            {
                "model": model.id.digest,
                "directions": (folder / "directions.json").read_text("utf-8"),
                "photos": fingerprint(photos),
                "drawings": str(drawings),
                "rescorer": self.rescorer.fingerprint,
                "features": [self.extract.backbone.name, self.extract.perceptual.name],
                "settings": [settings.views, settings.cast, settings.seed],
            },
        )
        edits = EditSettings(settings.views, 0, settings.cast, settings.seed, clip=settings.clip)
        return EditEvaluation(
            model, directions, photos, drawings, self.rescorer, self.extract, edits,
            self.progress, parts,
        ).run()  # fmt: skip


def split_photos(source: Path, count: int) -> tuple[list[Path], list[Path]]:
    """Photos to find directions with, and others to measure on, at most ``count`` of each.

    Raises InputError for fewer than two.
    """
    finding = photos_in(part_folder(source, "photos"))
    measuring = photos_in(part_folder(source, "photos", "test"))
    if finding == measuring:
        finding, measuring = finding[::2], finding[1::2]
    if not finding or not measuring:
        raise InputError(f"{source}: fewer than two photos; give a folder of portraits")
    return finding[: count or None], measuring[: count or None]


def film_strip(
    model: CharacterModel, directions: Directions, clip: Path, seed: int
) -> dict[str, Bytes]:
    """Figure 5.4: frames of a clip, a character in them, and the character with brown hair."""
    if STRIP_TAG not in directions.tags:
        return {}
    w = model.random_w(1, seed)[0]
    move = directions.move(STRIP_TAG)[2]
    codes = np.stack(np.broadcast_arrays(w, w + move)).astype(np.float32)
    columns: list[list[Bytes]] = []
    with ClipReader(clip) as reader:
        for item in reader.items():
            if isinstance(item, ClipFrame) and (found := model.find(item.rgb)):
                content = model.encode_at(item.rgb, found[0].landmarks)
                shown = faces.align(item.rgb, found[0].landmarks, model.size, frame=model.crop)
                columns.append([shown.image, *draw(model, content, codes)])
    if not columns:
        return {}
    chosen = [columns[int(i)] for i in np.linspace(0, len(columns) - 1, STRIP).round()]
    cells = [column[row] for row in range(3) for column in chosen]
    return {"strip": images.contact_sheet(cells, STRIP)}


def summary(results: EditResults) -> str:
    """Table of each method: FID, DFID and LPIPS averaged over its edits, and its own re-scoring."""
    rows = []
    for method in results.edits.methods:
        parts = [part for part in PARTS if part in results.edits.of(method)]
        names = [(method, part) for part in parts]
        matrix = results.rescored[method]
        own = [float(matrix.change[i, PARTS.index(part)]) for i, part in enumerate(matrix.edits)]
        rows.append(
            [
                method,
                _mean([results.distances[name][0] for name in names]),
                _mean([results.dfid[name] for name in names if name in results.dfid]),
                _mean([results.diversity[name] for name in names]),
                _mean([results.identity[name] for name in names]),
                ", ".join(f"{part} {value:+.2f}" for part, value in zip(parts, own, strict=True)),
            ]
        )
    before = [results.distances[ORIGINAL][0], results.dfid.get(ORIGINAL, float("nan"))]
    before += [results.diversity[ORIGINAL], results.identity[ORIGINAL]]
    rows.insert(0, ["before the edit", *(_mean([value]) for value in before), ""])
    columns = ["method", "FID", "DFID", "LPIPS", "landmarks", "own score"]
    note = (
        "Means over the edits that a method has. Landmarks: median distance of five landmarks of "
        "the picture from those of the photo, in eye distances."
    )
    return table(columns, rows, note)


def _mean(values: Sequence[float]) -> str:
    return f"{np.mean(values):.3f}" if values and not np.isnan(values).any() else "-"


def _introduction(finding: int, measuring: int, painted: bool) -> list[str]:
    return [
        "T1 (Trần and Vòng 2022) measured edits of GANs N' Roses. The same measures follow for "
        "each model, with T1's numbers beside ours.",
        bullets(
            [
                f"directions are found with {finding} photos and measured on {measuring} others",
                "random characters get mouths and eyes by the model's own edits while directions "
                "are sought: both models take them from the photo, so that random characters alone "
                "would not vary in them",
                "drawings are portraits by our painter, which flatters the model `painter`"
                if painted
                else "drawings are those that were given",
            ]
        ),
    ]


def _add_pictures(report: MarkdownReport, model: str, sheets: dict[str, Bytes]) -> None:
    for name, sheet in sheets.items():
        caption = STRIP_CAPTION if name == "strip" else CAPTIONS[name.split("-")[0]]
        report.add_picture(f"{model}-{name}", sheet, caption)
