"""Benchmark the painter: ``python -m benchmarks.painter [--photos PREPARED] [--vgg FILE] ...``

Prints Markdown and appends one JSON line to ``benchmarks/results/painter.jsonl``. Some rows need an
option:

- ``--vgg``: diversity of pictures; with ``--drawings`` and ``--photos`` also the distance to
  drawings; both are prepared folders, and the head crops are used;
- ``--photos``: the errors of paintings of photos;
- ``--run``: a finished ``rosetail train tagger`` run, tested on the held-out paintings.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import machine, report
from benchmarks.report import Row
from rosetail import errors
from rosetail.data.folders import PreparedFolder
from rosetail.metrics.kid import kid
from rosetail.metrics.landmarks import landmark_error
from rosetail.painter import paint, params_from_photo, sample
from rosetail.painter.colour import Lch, to_rgb
from rosetail.painter.reading import read_photo

Bytes = NDArray[np.uint8]
Features = NDArray[np.float64]

SIZE = 256
FIRST = 10_000_000  # first seed, beyond those of training folders
TIMED, HASHED = 100, 12
TURNED = (2, 5, 11)  # seeds of the heads that turn


ROWS = (
    Row("nearest neighbour, 1st percentile / median", "nearest ratio", "{:.2f}", "above 0.3",
        lambda x: x > 0.3),
    Row("balanced accuracy, worst tag", "worst accuracy", "{:.3f}", "above 0.97",
        lambda x: x > 0.97),
    Row("balanced accuracy, median tag", "median accuracy", "{:.3f}", "above 0.97",
        lambda x: x > 0.97),
    Row("landmarks read, median error / eye distance", "read error", "{:.2%}", "below 2 %",
        lambda x: x < 0.02),
    Row("KID to drawings, painted / photos", "KID ratio", "{:.2f}", "below 0.30",
        lambda x: x < 0.30),
    Row("pictures of 256 px a second of one core", "speed", "{:.1f}", "20", lambda x: x >= 20),
    Row("pictures of 512 px a second of one core", "speed 512", "{:.1f}", "8", lambda x: x >= 8),
    Row("pixels that blink in a turning, talking head, worst frame", "blinks", "{:.4%}",
        "below 0.02 %", lambda x: x < 0.0002),
    Row("same bytes in another process", "deterministic", "{:.0f}", "1", lambda x: x == 1),
    Row("after photos: skin, median CIEDE2000", "after skin", "{:.1f}", "below 12",
        lambda x: x < 12),
    Row("after photos: hair, median CIEDE2000", "after hair", "{:.1f}", "below 12",
        lambda x: x < 12),
)  # fmt: skip


def measure(
    count: int, vgg: Path | None, drawings: Path | None, photos: Path | None, run: Path | None
) -> dict[str, Any]:
    """All numbers that can be measured with the given files, by name."""
    found: dict[str, Any] = {
        "speed": speed(SIZE, TIMED),
        "speed 512": speed(512, TIMED // 4),
        "deterministic": float(deterministic()),
        "blinks": blinks(),
    }
    if photos is not None:
        found |= after_photos(PreparedFolder(photos))
    if vgg is not None:
        found |= likeness(count, vgg, drawings, photos)
    if run is not None:
        found |= reading(run)
    return found


def speed(size: int, count: int) -> float:
    """Pictures per second of processor time, which depends little on other load."""
    paint(sample(FIRST), size)
    began = time.process_time()
    for seed in range(count):
        paint(sample(FIRST + seed), size)
    return count / (time.process_time() - began)


def blinks() -> float:
    """Share of pixels that jump for one frame, in the worst frame of heads that turn and talk.

    Yaw goes from -45 to 45 degrees in steps of 0.5. A pixel blinks if it changes by more than 48
    levels and is back within 16 a frame later.
    """
    worst = 0.0
    for seed in TURNED:
        still = sample(FIRST + seed)
        frames: list[NDArray[np.int16]] = []
        for number, yaw in enumerate(np.arange(-45, 45.01, 0.5)):
            acting = {"yaw": float(yaw), "jaw_open": 0.25 + 0.25 * float(np.sin(0.16 * number))}
            frames.append(paint(still.changed(acting), SIZE).image.astype(np.int16))
            if len(frames) == 3:
                before, now, after = frames
                jumps = np.abs(now - before).max(2) > 48
                worst = max(worst, float((jumps & (np.abs(after - before).max(2) < 16)).mean()))
                frames.pop(0)
    return worst


def deterministic() -> bool:
    """Whether a new process paints the same bytes and labels."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return bool(pool.apply(digest) == digest())


def digest() -> str:
    """A hash of a few pictures and their labels."""
    told = hashlib.sha256()
    for seed in range(HASHED):
        painting = paint(sample(FIRST + seed), SIZE)
        told.update(painting.image.tobytes() + painting.landmarks.tobytes())
        told.update(" ".join(painting.tags).encode())
    return told.hexdigest()


def after_photos(crops: PreparedFolder, most: int = 100) -> dict[str, Any]:
    """Errors of paintings relative to their photos.

    Landmarks are the painter's; colours are read in photo and painting by the same code.
    """
    apart, skin, hair = [], [], []
    for index in range(min(len(crops), most)):
        photo, landmarks = crops.picture(index), np.asarray(crops[index].landmarks)
        read = read_photo(photo, landmarks)
        painting = paint(params_from_photo(photo, landmarks, index, reading=read), photo.shape[0])
        apart.append(landmark_error(landmarks, painting.landmarks - 0.5))
        seen = read_photo(painting.image, landmarks)
        skin.append(colour_distance(read.skin, seen.skin))
        if read.hair is not None and seen.hair is not None:
            hair.append(colour_distance(read.hair, seen.hair))
    return {
        "after photos": len(apart),
        "after error": float(np.median(apart)),
        "after error, 9 of 10": float(np.percentile(apart, 90)),
        "after skin": float(np.median(skin)),
        "after hair": float(np.median(hair)),
        "after with hair": len(hair),
    }


def colour_distance(first: Lch, second: Lch) -> float:
    """CIEDE2000 of two colours in OKLCH."""
    from skimage.color import deltaE_ciede2000, rgb2lab

    one, two = (rgb2lab(np.array([[to_rgb(each)]])) for each in (first, second))
    return float(deltaE_ciede2000(one, two)[0, 0])


def likeness(count: int, vgg: Path, drawings: Path | None, photos: Path | None) -> dict[str, Any]:
    """Diversity of paintings, and their distance to drawings compared with that of photos."""
    from benchmarks.quality import vgg_features

    painted = vgg_features((paint(sample(FIRST + i), SIZE).image for i in range(count)), vgg)
    nearest = nearest_distances(painted)
    found = {
        "nearest among": count,
        "nearest ratio": float(np.percentile(nearest, 1) / np.median(nearest)),
    }
    if drawings is not None and photos is not None:
        target = vgg_features(_heads(PreparedFolder(drawings)), vgg)
        before = kid(vgg_features(_heads(PreparedFolder(photos)), vgg), target)
        value = kid(painted, target)
        found |= {"KID painted": value, "KID photos": before, "KID ratio": value / before}
        found["drawings"] = len(target)
    return found


def nearest_distances(features: Features) -> Features:
    """Distance of each row (N, D) to its nearest neighbour, (N,)."""
    squares = (features**2).sum(1)
    apart = squares[:, None] + squares - 2 * features @ features.T
    np.fill_diagonal(apart, np.inf)
    return np.sqrt(np.maximum(apart.min(1), 0))


def _heads(crops: PreparedFolder) -> Iterator[Bytes]:
    for index in range(len(crops)):
        if crops[index].is_head:
            yield crops.picture(index)


def reading(run: Path) -> dict[str, Any]:
    """Scores of a trained tagger on its test paintings."""
    from rosetail.methods.tagger.network import TaggerNetwork
    from rosetail.methods.tagger.recipe import TaggerRecipe, TagSettings, evaluate
    from rosetail.training import checkpoint, settings

    recipe = TaggerRecipe(settings.load(TagSettings, str(run / "settings.toml"), []))
    tagger = TaggerNetwork(len(recipe.tags), recipe.settings.width).eval()
    with TemporaryDirectory() as scratch:
        weights = checkpoint.export_weights(run, Path(scratch, "tagger.safetensors"))
        checkpoint.load_weights(tagger, weights)
    verdict = evaluate(tagger, recipe.tags, recipe.holdout, recipe.settings.data.size)
    accuracy = dict(sorted(verdict.accuracy.items(), key=lambda item: item[1]))
    return {
        "held": len(recipe.holdout),
        "accuracy": accuracy,
        "worst accuracy": min(accuracy.values()),
        "median accuracy": float(np.median(list(accuracy.values()))),
        "tags above 0.97": sum(value > 0.97 for value in accuracy.values()),
        "read error": float(np.median(verdict.errors)),
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.painter", description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="paintings compared")
    parser.add_argument("--vgg", default=os.environ.get("ROSETAIL_VGG19"),
                        help="VGG-19 safetensors (or ROSETAIL_VGG19)")  # fmt: skip
    parser.add_argument("--drawings", type=Path, help="prepared drawings")
    parser.add_argument("--photos", type=Path, help="prepared photos never trained on")
    parser.add_argument("--run", type=Path, help="a finished run of `rosetail train tagger`")
    given = parser.parse_args()
    where = machine.describe()
    try:
        vgg = Path(given.vgg) if given.vgg else None
        found = measure(given.count, vgg, given.drawings, given.photos, given.run)
    except errors.RosetailError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{machine.sentence(where)}.\n\n{report.table(ROWS, found)}")
    poor = {tag: value for tag, value in found.get("accuracy", {}).items() if value <= 0.97}
    if poor:
        print("\nTags below:", ", ".join(f"{tag} {value:.3f}" for tag, value in poor.items()))
    report.keep("painter", where, found)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
