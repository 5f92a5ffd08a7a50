"""The pictures of a comparison, the same for all methods, prepared once in its folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rosetail.arrays import Bytes
from rosetail.data import drawings
from rosetail.data.folders import PreparedFolder, is_prepared, pictures
from rosetail.data.layouts import group_by_part, part_folder, side_files
from rosetail.data.painted_writer import write_painted
from rosetail.data.prepare import Kind, prepare, spread
from rosetail.directions.taggers import resized
from rosetail.errors import InputError, RosetailError, SettingsError
from rosetail.evaluate.compare_settings import CompareData
from rosetail.evaluate.people import Subject, read_people

Log = Callable[[str], None]

PAINTED_TRAINING, PAINTED_TARGET = 1000, 300  # portraits painted if no drawings are given
TEST_SEEDS = 1_000_000  # added to the seed of painted targets, which no method is trained on


@dataclass(frozen=True)
class ComparisonPictures:
    """``folders``: training folders by side. ``target``: heads of drawings to measure against,
    uint8 [S, S, 3]. ``summary``: lines for the report."""

    folders: dict[str, Path]
    people: list[Subject]
    target: list[Bytes]
    summary: list[str]


class PicturePreparation:
    """Prepares the pictures that ``data`` names in the folder ``out``/data."""

    def __init__(self, data: CompareData, out: Path, seed: int, log: Log) -> None:
        self.data, self.out, self.seed, self.log = data, out / "data", seed, log

    def run(self, *, train: bool) -> ComparisonPictures:
        """Prepare all pictures; training folders only if ``train``.

        Raises InputError or SettingsError if pictures are missing.
        """
        if not self.data.photos and (train or not self.data.test):
            raise SettingsError("no photos; give --photos FOLDER or data.photos in the file")
        folders, summary = {}, []
        if train:
            folders = {"photos": self._training_photos(), "anime": self._training_drawings()}
            counts = [len(PreparedFolder(folder)) for folder in folders.values()]
            summary.append(f"{counts[0]} photos and {counts[1]} drawings to train on")
        people = self._people()
        target, kind = self._target()
        summary.append(f"{len(people)} test photos, none of them used in training")
        summary.append(f"{len(target)} {kind} to measure against")
        return ComparisonPictures(folders, people, target, summary)

    def _training_photos(self) -> Path:
        if is_prepared(self.data.photos):
            return Path(self.data.photos)
        self.log("cropping heads from the training photos")
        return self._prepared(part_folder(self.data.photos, "photos"), "photos", "photo")

    def _training_drawings(self) -> Path:
        source = self._drawings()
        if not source:
            return self._painted("painted", self.data.anime_count or PAINTED_TRAINING, self.seed)
        if is_prepared(source):
            return Path(source)
        self.log("cropping heads from the training drawings")
        return self._prepared(part_folder(source, "anime"), "anime", "anime")

    def _people(self) -> list[Subject]:
        self.log("reading the test photos")
        source = self.data.test or self.data.photos
        files = spread(side_files(source, "photos", "test"), self.data.test_count)
        if not files:
            raise InputError(f"{source}: no photos to measure on; give a folder of portraits")
        metadata = Path(self.data.metadata) if self.data.metadata else None
        people, errors = read_people(files, self.data.size, metadata)
        for error in errors:
            self.log(error)
        return people

    def _target(self) -> tuple[list[Bytes], str]:
        """The heads to measure against, and their description."""
        source, seed = self.data.test_anime or self._drawings(), self.seed + TEST_SEEDS
        if not source:
            count = min(PAINTED_TARGET, self.data.anime_count or PAINTED_TARGET)
            folder, kind = self._painted("painted-test", count, seed), "painted portraits (test)"
        elif is_prepared(source):
            folder, kind = Path(source), f"heads in {Path(source).name}"
        elif self.data.test_anime or "testB" in group_by_part(pictures(source)):
            folder = self._prepared(part_folder(source, "anime", "test"), "anime-test", "anime")
            kind = "heads in test drawings"
        else:
            folder = self._prepared(part_folder(source, "anime"), "anime", "anime")
            kind = "heads in the training drawings"
        heads = [resized(head, self.data.size) for head in drawn_heads(folder, self.data.size)]
        if len(heads) < 2:
            raise InputError(f"{folder}: {len(heads)} heads; a distance needs two at least")
        return heads, kind

    def _prepared(self, source: Path, name: str, kind: Kind) -> Path:
        folder, data = self.out / name, self.data
        folder.mkdir(parents=True, exist_ok=True)
        count = data.photo_count if kind == "photo" else data.anime_count
        report = prepare(source, folder, size=data.size, kind=kind, count=count, seed=self.seed)
        if not report.done:
            raise InputError(f"{source}: no head could be cropped; give larger portraits")
        return folder

    def _painted(self, name: str, count: int, seed: int) -> Path:
        self.log(f"painting {count} portraits")
        folder = self.out / name
        folder.mkdir(parents=True, exist_ok=True)
        write_painted(folder, count, self.data.size, seed)
        return folder

    def _drawings(self) -> str:
        """The folder of drawings: as given, or the B side of a data set with both sides."""
        data = self.data
        if data.anime or not data.photos or is_prepared(data.photos):
            return data.anime
        return data.photos if "trainB" in group_by_part(pictures(data.photos)) else ""


def drawn_heads(folder: Path, size: int) -> Iterator[Bytes]:
    """Head crops of a folder of drawings: prepared, or detected and cropped to ``size``."""
    if is_prepared(folder):
        crops = PreparedFolder(folder)
        yield from (crops.picture(index) for index in range(len(crops)) if crops[index].is_head)
        return
    for file in pictures(folder):
        try:
            found = list(drawings.crops(file, file.name, size, 0))
        except RosetailError:
            continue  # no head in this drawing
        yield from (pixels for crop, pixels in found if crop.is_head)
