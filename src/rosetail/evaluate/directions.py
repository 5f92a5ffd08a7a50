"""``rosetail evaluate directions``: measure edits and compare with Trần and Vòng (2022).

Photos and drawings must not be training data; the re-scorer must not have found the directions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rosetail.characters.directions_file import Directions
from rosetail.characters.model import CharacterModel
from rosetail.directions.draws import Progress
from rosetail.directions.partial_results import PartialResults
from rosetail.directions.taggers import Tagger
from rosetail.errors import RosetailError, SettingsError
from rosetail.evaluate.edit_data import edit_sheets, read_heads, target_features
from rosetail.evaluate.edit_measures import EditMeasures
from rosetail.evaluate.edit_report import EditResults
from rosetail.evaluate.edits import TAGS, all_edits
from rosetail.evaluate.features import FeatureExtractor


@dataclass(frozen=True)
class EditSettings:
    """``views``: number per photo for DFID, 0 skips it. ``photos``: most photos, 0 for all.
    ``cast``: characters per photo for diversity. ``methods``: empty for all. ``clip``: for motion,
    None skips it."""

    views: int = 1000
    photos: int = 0
    cast: int = 10
    seed: int = 0
    methods: tuple[str, ...] = ()
    clip: Path | None = None


@dataclass
class EditEvaluation:
    """Measures ``directions`` of ``model`` on ``photos`` and a folder of ``drawings``.

    :meth:`run` raises SettingsError for a re-scorer that found the directions or lacks a tag, and
    InputError without photos or drawings.
    """

    model: CharacterModel
    directions: Directions
    photos: Sequence[Path]
    drawings: Path
    rescorer: Tagger
    extract: FeatureExtractor
    settings: EditSettings = field(default_factory=EditSettings)
    progress: Progress = lambda step, done, total: None
    parts: PartialResults | None = None

    def run(self) -> tuple[EditResults, list[RosetailError]]:
        """The results, and the errors of photos that could not be used."""
        check_rescorer(self.rescorer, self.directions)
        settings, progress = self.settings, self.progress
        methods = settings.methods or self.directions.methods
        edits = all_edits(self.directions, methods, self.model.latent)
        heads, errors = read_heads(self.model, self.photos[: settings.photos or None], progress)
        target = target_features(
            self.drawings, self.model.size, self.extract.backbone, self.rescorer, progress
        )
        measures = EditMeasures(
            self.model, heads, edits, self.extract, settings.seed, progress, self.parts
        )
        pictures = measures.pictures(self.rescorer)
        results = EditResults(
            self._facts(len(heads), target.all.count),
            edits,
            distances=pictures.distances(target.all),
            to_tagged=pictures.distances_to_tagged(target.tagged),
            dfid=measures.dfid(target.all, settings.views) if settings.views else {},
            diversity=measures.diversity(settings.cast),
            rescored=pictures.rescored(seed=settings.seed),
            gains=pictures.gains(),
            locality=pictures.locality(),
            motion=measures.motion(settings.clip) if settings.clip else {},
            identity=pictures.identity(),
            sheets=edit_sheets(self.model, heads, self.directions, edits, pictures.shown),
        )
        return results, errors

    def _facts(self, photos: int, drawings: int) -> dict[str, Any]:
        """The setup as shown in the report."""
        settings = asdict(self.settings)
        del settings["methods"], settings["clip"]
        return {
            **settings,
            "model": str(self.model.id),
            "directions": dict(self.directions.facts),
            "rescorer": f"{self.rescorer.name} {self.rescorer.fingerprint[:8]}",
            "photos": photos,
            "drawings": drawings,
            "features": self.extract.backbone.name,
            "perceptual": self.extract.perceptual.name,
        }


def check_rescorer(rescorer: Tagger, directions: Directions) -> None:
    """Raise SettingsError for a re-scorer that found the directions or lacks a tag."""
    if rescorer.fingerprint == directions.facts.get("tagger_sha256"):
        raise SettingsError(
            "this tagger found the directions and is biased towards them; leave --rescorer out, "
            "or see: rosetail evaluate rescorer"
        )
    unknown = [tag for tag in TAGS.values() if tag not in rescorer.tags]
    if unknown:
        raise SettingsError(f"the re-scorer has no tag {unknown[0]}; give one that has it")
