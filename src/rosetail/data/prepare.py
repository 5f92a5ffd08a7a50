"""Prepare a training folder of square crops from photos or drawings.

Writes crops/NAME.png, edges/NAME.png (edges smoothed), superpixels/NAME.png (mean colours of SLIC
superpixels), manifest.jsonl (one :class:`~rosetail.data.folders.Crop` per line), colours.txt (how
colours were changed) and skipped.txt (files that could not be used, and why). An interrupted run
can be resumed.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail import images
from rosetail.append_log import AppendLog, json_lines
from rosetail.arrays import Bytes
from rosetail.data import drawings
from rosetail.data.colours import Palette, equalised
from rosetail.data.folders import (
    Crop,
    PictureFile,
    PreparedFolder,
    make_subfolders,
    pictures,
    read_manifest,
)
from rosetail.data.photo_backgrounds import Background, with_background
from rosetail.data.targets import average_superpixels, smooth_edges
from rosetail.errors import InputError, NoFaceFound, OutputError, RosetailError, SettingsError
from rosetail.faces import faces
from rosetail.faces.mesh import refine_landmarks
from rosetail.faces.warp import placement, scale_of, transform, warp
from rosetail.locks import locked_folder

Kind = Literal["photo", "anime"]
PhotoFrame = Literal["head", "whole"]
Progress = Callable[[int, int], None]
Made = tuple[Crop, Bytes]

MOST_ENLARGED = 2.0  # maximum enlargement of a crop; beyond it faces are too blurred
MOST_SHIFTED = 0.12  # maximum shift towards the picture, relative to the crop's side
PALETTE_SAMPLE = 200  # pictures that the palette of a folder is taken from
SUREST = 0.95  # score that further faces need to get a crop


@dataclass
class PrepareReport:
    """Number of crops in the folder, and (path, cause) of each file that was skipped."""

    done: int = 0
    skipped: list[tuple[str, str]] = field(default_factory=list)

    def write_skipped(self, path: Path) -> None:
        with images.writing(path) as part:
            part.write_text("".join(f"{file}: {why}\n" for file, why in self.skipped), "utf-8")


class Colours(NamedTuple):
    """How the colours of crops are changed: see :func:`prepare`."""

    equalise: bool = False
    palette: str | Path | None = None


def prepare(
    src: str | Path,
    dst: str | Path,
    *,
    size: int = 256,
    kind: Kind = "photo",
    frame: PhotoFrame = "head",
    background: Background = "keep",
    seed: int = 0,
    count: int = 0,
    equalise: bool = False,
    palette: str | Path | None = None,
    workers: int = 2,
    progress: Progress | None = None,
) -> PrepareReport:
    """Write the training folder ``dst`` from the pictures of the folder or zip ``src``.

    Photos: every confident face gives a head crop of ``size`` pixels, tilted by up to 15 degrees;
    ``frame`` "whole" gives the largest square of the photo that contains its largest face.
    Drawings: see :mod:`rosetail.data.drawings`; ``seed`` is for backgrounds, positions and flips.
    ``background`` of photos: see :func:`rosetail.data.photo_backgrounds.with_background`.
    ``count`` limits the number of files, evenly spread. ``equalise`` equalises the lightness of
    each crop; ``palette`` is a prepared folder whose colours the crops are moved towards (see
    :mod:`rosetail.data.colours`). ``progress`` is called with the files done and the total.

    Raises InputError if ``src`` or ``palette`` has no pictures, SettingsError if ``dst`` was made
    with other settings, OutputError if it cannot be written.
    """
    if not 32 <= size <= 4096:
        raise SettingsError(f"size {size}: out of range; choose 32 to 4096 pixels")
    if background != "keep" and kind != "photo":
        raise SettingsError(f"background {background}: is for photos; leave it out")
    files, dst = pictures(src), Path(dst)
    if not files:
        raise InputError(f"{src}: no pictures in it; give a folder or zip of pictures")
    files = spread(files, count)
    make_subfolders(dst, "crops", "edges", "superpixels")
    with locked_folder(dst, "the training folder"):
        colours = Colours(equalise, palette)
        return _prepare_in(
            dst, files, size, kind, frame, background, seed, colours, workers, progress
        )


def _prepare_in(
    dst: Path,
    files: list[PictureFile],
    size: int,
    kind: Kind,
    frame: PhotoFrame,
    background: Background,
    seed: int,
    colours: Colours,
    workers: int,
    progress: Progress | None,
) -> PrepareReport:
    names = _crop_names(files)
    before = _begin(dst, size, kind, background)
    _same_colours(dst, before, colours)
    sources = {crop.source for crop in before}
    report = PrepareReport(done=len(before))
    todo = [file for file in files if file.name not in sources]

    def made_of(file: PictureFile) -> Iterator[Made]:
        if kind == "photo":
            return photo_crops(file, names[file.name], size, frame, background)
        return drawings.crops(file, names[file.name], size, seed)

    recolour = _recolouring(colours, files, made_of)

    def crops_of(file: PictureFile) -> list[Crop] | RosetailError:
        try:
            made = list(made_of(file))
            return [_write(dst, crop, recolour(pixels)) for crop, pixels in made]
        except OutputError:
            raise
        except RosetailError as error:
            return error

    with AppendLog(dst / "manifest.jsonl") as manifest:
        results = _in_order(crops_of, todo, workers)
        for number, (file, result) in enumerate(results, len(files) - len(todo) + 1):
            if isinstance(result, RosetailError):
                report.skipped.append((file.path, str(result).removeprefix(f"{file.path}: ")))
            else:
                manifest.append(result)
                report.done += len(result)
            if progress:
                progress(number, len(files))
    report.write_skipped(dst / "skipped.txt")
    return report


def _recolouring(
    colours: Colours,
    files: Sequence[PictureFile],
    made_of: Callable[[PictureFile], Iterator[Made]],
) -> Callable[[Bytes], Bytes]:
    """The change of a crop's colours; the palette of ``files`` is that of a sample of them."""
    change: Callable[[Bytes], Bytes] = equalised if colours.equalise else lambda pixels: pixels
    if colours.palette is None:
        return change
    there = PreparedFolder(colours.palette)
    places = np.unique(np.linspace(0, len(there) - 1, PALETTE_SAMPLE).round().astype(int))
    target = Palette.of(there.picture(int(place)) for place in places)

    def sampled() -> Iterator[Bytes]:
        for file in spread(files, PALETTE_SAMPLE):
            with suppress(RosetailError):
                yield from (change(pixels) for _, pixels in made_of(file))

    try:
        own = Palette.of(sampled())
    except ValueError:  # no usable file: each is reported when it is prepared
        return change
    return lambda pixels: own.shift(change(pixels), target)


def spread(files: Sequence[PictureFile], count: int) -> list[PictureFile]:
    """``count`` of the files, evenly spread and in order; all if it is 0 or too large."""
    if not 0 < count < len(files):
        return list(files)
    return [files[int(place)] for place in np.linspace(0, len(files) - 1, count).round()]


def photo_crops(
    file: PictureFile,
    name: str,
    size: int,
    frame: PhotoFrame = "head",
    background: Background = "keep",
) -> Iterator[Made]:
    """A head crop of every confident face in a photo, largest first, or one crop for "whole".

    Raises NoFaceFound if there is no face, InputError if all are too small.
    """
    rgb, alpha = file.read()
    if alpha is not None:
        rgb = images.read(np.dstack([rgb, alpha]))
    found = faces.find(rgb)
    best = max((face.score for face in found), default=0.0)
    found = [face for face in found if face.score >= min(SUREST, best)]
    if not found:
        raise NoFaceFound(f"{file.path}: no face found; leave it out or choose a clearer photo")
    usable = 0
    height, width = rgb.shape[:2]
    for face in found if frame == "head" else found[:1]:
        landmarks = refine_landmarks(rgb, face.landmarks)
        if frame == "whole":
            matrix = whole_square(landmarks, width, height, size)
        else:
            matrix = faces.align_matrix(landmarks, size, keep_roll=faces.KEPT_ROLL)
        if scale_of(matrix) > MOST_ENLARGED:
            continue
        if frame == "head":
            matrix = shifted_inside(matrix, width, height, size)
        crop = Crop(
            name=name if not usable else f"{name}-{usable + 1}",
            source=file.name,
            group=file.name,
            kind="photo",
            frame=frame,
            size=size,
            matrix=matrix.tolist(),
            landmarks=transform(landmarks, matrix).round(2).tolist(),
            flipped=False,
            box=_bounds(face.box, matrix),
            background=background,
        )
        usable += 1
        yield crop, with_background(warp(rgb, matrix, (size, size)), background)
    if not usable:
        width = float(found[0].box[2] - found[0].box[0])
        raise InputError(
            f"{file.path}: face of only {width:.0f} pixels; choose a larger one or a smaller size"
        )


def _bounds(box: NDArray[np.float32], matrix: NDArray[np.float64]) -> list[float]:
    """Approximate box XYXY after the transform: the centre is mapped, the size scaled."""
    centre = transform((box[:2] + box[2:]) / 2, matrix)
    half = (box[2:] - box[:2]) / 2 * scale_of(matrix)
    return np.concatenate([centre - half, centre + half]).round(2).tolist()


def whole_square(
    landmarks: NDArray[np.float32], width: int, height: int, size: int
) -> NDArray[np.float64]:
    """Matrix of the picture's largest square, as close to the middle of the face as possible."""
    side = min(width, height)
    middle = landmarks.mean(0)
    low = np.clip(middle - side / 2, 0, (width - side, height - side))
    scale = size / side
    return placement(scale, complex(*((0.5 - low) * scale - 0.5)))


def shifted_inside(
    matrix: NDArray[np.float64], width: int, height: int, size: int
) -> NDArray[np.float64]:
    """``matrix`` shifted slightly, so that the crop extends less past the picture."""
    corners = np.array([(x, y) for x in (0, width - 1) for y in (0, height - 1)])
    seen = transform(corners, matrix)
    # A crop that extends past both borders is centred.
    before, after = np.maximum(seen.min(0), 0), np.maximum(size - 1 - seen.max(0), 0)
    shift = np.where((before > 0) & (after > 0), (after - before) / 2, after - before)
    shift = np.clip(shift, -MOST_SHIFTED * size, MOST_SHIFTED * size)
    return np.column_stack([matrix[:, :2], matrix[:, 2] + shift])


def _begin(dst: Path, size: int, kind: Kind, background: Background) -> list[Crop]:
    """Return the complete crops of an earlier run and drop the others from its manifest."""
    crops = read_manifest(dst)
    for crop in crops:
        if (crop.size, crop.kind) != (size, kind):
            raise SettingsError(
                f"{dst}: holds {crop.kind} crops of {crop.size} pixels; choose another folder"
            )
        if crop.background != background:
            raise SettingsError(
                f"{dst}: holds crops with --background {crop.background}; choose another folder"
            )
    lost = {
        crop.source for crop in crops if not all(path.is_file() for path in _paths(dst, crop.name))
    }
    kept = [crop for crop in crops if crop.source not in lost]
    with images.writing(dst / "manifest.jsonl") as part:
        part.write_text(json_lines(kept), "utf-8")
    return kept


def _same_colours(dst: Path, before: Sequence[Crop], colours: Colours) -> None:
    """Note how colours are changed; SettingsError if crops of an earlier run have others."""
    named = "" if colours.palette is None else Path(colours.palette).name
    note, path = f"equalised: {colours.equalise}\npalette: {named}\n", dst / "colours.txt"
    earlier = path.read_text("utf-8") if path.is_file() else "equalised: False\npalette: \n"
    if before and earlier != note:
        raise SettingsError(f"{dst}: holds crops with other colours; choose another folder")
    if not path.is_file() or earlier != note:
        with images.writing(path) as part:
            part.write_text(note, "utf-8")


def _paths(dst: Path, name: str) -> list[Path]:
    return [dst / sub / f"{name}.png" for sub in ("crops", "edges", "superpixels")]


def _write(dst: Path, crop: Crop, pixels: Bytes) -> Crop:
    targets = pixels, smooth_edges(pixels), average_superpixels(pixels)
    for path, picture in zip(_paths(dst, crop.name), targets, strict=True):
        images.save(picture, path)
    return crop


def _crop_names(files: list[PictureFile]) -> dict[str, str]:
    """A flat name for every picture; a short hash is added to names that would collide."""
    flat = {file.name: file.name.rpartition(".")[0].replace("/", "__") for file in files}
    uses = Counter(flat.values())
    tags = {name: hashlib.sha256(name.encode()).hexdigest()[:8] for name in flat}
    return {
        name: short if uses[short] == 1 else f"{short}-{tags[name]}" for name, short in flat.items()
    }


def _in_order(
    work: Callable[[PictureFile], list[Crop] | RosetailError], todo: list[PictureFile], workers: int
) -> Iterator[tuple[PictureFile, list[Crop] | RosetailError]]:
    """Each file with its result, in order. Threads suffice: OpenCV and the nets release the GIL."""
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    pool = ThreadPoolExecutor(max(1, workers))
    try:
        yield from zip(todo, pool.map(work, todo), strict=True)
    finally:
        pool.shutdown(cancel_futures=True)
        cv2.setNumThreads(threads)
