"""Evaluate a character model on unseen photos: ``python -m benchmarks.cast --photos PREPARED``

``--photos`` is a folder from ``rosetail data prepare``, ``--model`` a name or an exported run. Each
photo is drawn as ten random characters. Measures their diversity, their distance to painted
portraits, the error of the face's position (read by the painter's tagger), the stability of the
style of a moved photo, and the sensitivity to noise. Prints Markdown, writes a sheet with
``--sheet``, and appends one JSON line to ``benchmarks/results/cast.jsonl``.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks import machine, report
from benchmarks.report import Row
from rosetail import errors, images, weights
from rosetail.characters.content import Content
from rosetail.characters.load import load_model
from rosetail.characters.model import CharacterModel
from rosetail.data.folders import PreparedFolder
from rosetail.engines.backend import open_backend
from rosetail.faces.warp import resize_square, transform, warp
from rosetail.images import to_tensor
from rosetail.metrics.fid import FeatureStats, fid
from rosetail.metrics.kid import kid_with_interval
from rosetail.metrics.landmarks import landmark_error
from rosetail.painter import paint, sample
from rosetail.painter.sample import on_flat_ground

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]

STYLES = 10  # characters per photo
PAINTED = 1000
SEEN = 128  # side in pixels of the pictures for features
FIRST = 20_000_000  # first seed, beyond those of training folders
NOISE = 2.0  # standard deviation in levels, as between two frames of a still scene
SHEET = 10, 8  # photos, characters

ROWS = (
    Row("distance of a photo's ten characters / of ten painted portraits", "diversity ratio",
        "{:.2f}", "above 0.6", lambda x: x > 0.6),
    Row("KID to painted portraits, characters / photos", "KID ratio", "{:.2f}", "below 0.35",
        lambda x: x < 0.35),
    Row("... to portraits on flat grounds, as it was taught", "KID ratio, flat", "{:.2f}",
        "below 0.35", lambda x: x < 0.35),
    Row("FID to painted portraits, characters / photos", "FID ratio", "{:.2f}", "below 1",
        lambda x: x < 1),
    Row("landmarks of photo and character, median / eye distance", "landmark error", "{:.1%}",
        "below 12 %", lambda x: x < 0.12),
    Row("roll of photo and character, correlation", "roll correlation", "{:.2f}", "above 0.9",
        lambda x: x > 0.9),
    Row("style code, moved photo / between photos", "style spread", "{:.2f}", "below 0.2",
        lambda x: x < 0.2),
    Row("change by noise alone, levels", "noise change", "{:.2f}", "below 2", lambda x: x < 2),
)  # fmt: skip


class Head(NamedTuple):
    """The model's input head of a photo, uint8 [S, S, 3], its landmarks [5, 2] and content."""

    rgb: Bytes
    landmarks: Floats
    content: Content


def heads(model: CharacterModel, crops: PreparedFolder, most: int) -> list[Head]:
    """The photos' heads, aligned for the model."""
    found = []
    for index in range(min(len(crops), most)):
        landmarks = np.asarray(crops[index].landmarks, np.float64)
        content = model.encode_at(crops.picture(index), landmarks)
        head = warp(content.rgb, content.matrix, (model.size, model.size))
        found.append(Head(head, transform(landmarks, content.matrix), content))
    return found


def measure(model: CharacterModel, crops: PreparedFolder, vgg: Path, most: int) -> dict[str, Any]:
    """All measures by name."""
    seen = heads(model, crops, most)
    casts = [
        model.decode(head.content, model.random_w(STYLES, seed)) for seed, head in enumerate(seen)
    ]
    found: dict[str, Any] = {"photos": len(seen), "model": model.name, "size": model.size}
    found |= variety(casts, vgg)
    found |= likeness([head.rgb for head in seen], casts, vgg)
    found |= places(seen, casts)
    found["style spread"] = style_spread(model, seen)
    found["noise change"] = noise_change(model, seen)
    return found


def variety(casts: Sequence[Bytes], vgg: Path) -> dict[str, float]:
    """Diversity of a photo's characters and of ten painted portraits."""
    from rosetail.metrics.lpips import UnitVgg19, diversity

    network = UnitVgg19(vgg)
    painted = list(portraits(len(casts) * STYLES, flat=False))
    groups = [painted[start : start + STYLES] for start in range(0, len(painted), STYLES)]
    shown = [[resize_square(each, SEEN) for each in cast] for cast in casts]
    ours, theirs = (
        float(np.mean([diversity(each, network) for each in some])) for some in (shown, groups)
    )
    return {"diversity": ours, "diversity painted": theirs, "diversity ratio": ours / theirs}


def likeness(photos: list[Bytes], casts: Sequence[Bytes], vgg: Path) -> dict[str, Any]:
    """Distances to painted portraits, relative to those of the photos."""
    from benchmarks.quality import vgg_features

    drawn = vgg_features((resize_square(each, SEEN) for cast in casts for each in cast), vgg)
    before = vgg_features((resize_square(each, SEEN) for each in photos), vgg)
    found: dict[str, Any] = {}
    for name, flat in (("", False), (", flat", True)):
        target = vgg_features(portraits(PAINTED, flat=flat), vgg)
        ours, photo = (kid_with_interval(each, target, seed=0) for each in (drawn, before))
        found[f"KID ratio{name}"] = ours.value / photo.value
        found[f"KID{name}"] = [ours.value, ours.low, ours.high]
        if not flat:
            apart = [
                fid(FeatureStats.of(each), FeatureStats.of(target)) for each in (drawn, before)
            ]
            found |= {"FID": apart[0], "FID ratio": apart[0] / apart[1]}
    return found


def portraits(count: int, *, flat: bool) -> Iterator[Bytes]:
    """Painted portraits that no model has seen, uint8 [SEEN, SEEN, 3]."""
    for seed in range(FIRST, FIRST + count):
        params = on_flat_ground(sample(seed)) if flat else sample(seed)
        yield resize_square(paint(params, 256).image, SEEN)


def places(seen: Sequence[Head], casts: Iterable[Bytes]) -> dict[str, float]:
    """Errors of the faces' positions relative to the photos, read by the painter's tagger."""
    reader = open_backend(weights.find("tagger"))
    side = reader.inputs["picture"].shape[2] or 256
    errors_, photo_roll, drawn_roll = [], [], []
    for head, cast in zip(seen, casts, strict=True):
        larger = [resize_square(each, side) for each in cast]
        read = reader.run({"picture": to_tensor(np.stack(larger))})["landmarks"]
        for points in read * cast.shape[1] - 0.5:
            errors_.append(landmark_error(head.landmarks, points))
            photo_roll.append(roll(head.landmarks))
            drawn_roll.append(roll(points))
    return {
        "landmark error": float(np.median(errors_)),
        "landmark error, 9 of 10": float(np.percentile(errors_, 90)),
        "roll correlation": float(np.corrcoef(photo_roll, drawn_roll)[0, 1]),
    }


def roll(landmarks: NDArray[np.floating]) -> float:
    """Angle of the line between the eyes, in degrees."""
    x, y = landmarks[1] - landmarks[0]
    return float(np.degrees(np.arctan2(y, x)))


def style_spread(model: CharacterModel, seen: Sequence[Head]) -> float:
    """Ratio of the standard deviations of photos' own codes: over moved, rotated and mirrored views
    of one photo, and over photos."""
    codes = []
    for head in seen:
        views = [own_code(model, view) for view in moved(head.rgb)]
        codes.append(np.stack([each for each in views if each is not None]))
    within = np.mean([each.var(0).sum() for each in codes])
    between = np.stack([each[0] for each in codes]).var(0).sum()
    return float(np.sqrt(within / between))


def own_code(model: CharacterModel, head: Bytes) -> NDArray[np.floating] | None:
    """The style code of the person in ``head``; None if no face is detected."""
    try:
        content = model.encode_head(head)
        own = next(iter(model.own_ws(content).values()))
        return own if content.style is None else content.style
    except errors.NoFaceFound:
        return None


def moved(head: Bytes) -> list[Bytes]:
    """A head unchanged, shifted, rotated, enlarged and mirrored."""
    side = head.shape[0]
    middle = ((side - 1) / 2, (side - 1) / 2)
    views = [head, np.ascontiguousarray(head[:, ::-1])]
    for turn, scale, x, y in ((8, 1, 0, 0), (-8, 1, 0, 0), (0, 1.1, 0, 0), (0, 1, 0.05, 0.03)):
        matrix = cv2.getRotationMatrix2D(middle, turn, scale)
        matrix[:, 2] += (x * side, y * side)
        views.append(warp(head, matrix.astype(np.float64), (side, side)))
    return views


def noise_change(model: CharacterModel, seen: Sequence[Head]) -> float:
    """Mean difference in levels between the drawings of a photo and of the photo with noise."""
    rng, w = np.random.default_rng(0), model.random_w(1, 0)
    changes = []
    for head in seen:
        noisy = head.rgb + rng.normal(0, NOISE, head.rgb.shape)
        pictures = [head.rgb, noisy.round().clip(0, 255).astype(np.uint8)]
        one, other = (model.decode(model.encode_head(each), w)[0].astype(int) for each in pictures)
        changes.append(np.abs(one - other).mean())
    return float(np.mean(changes))


def sheet(model: CharacterModel, seen: Sequence[Head]) -> Bytes:
    """Photos, evenly spread over the folder, each drawn as the same characters."""
    rows, styles = SHEET
    w = model.random_w(styles, 0)
    pictures: list[Bytes] = []
    for head in seen[:: max(len(seen) // rows, 1)][:rows]:
        pictures += [head.rgb, *model.decode(head.content, w)]
    return images.contact_sheet(pictures, styles + 1)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cast", description=__doc__)
    parser.add_argument("--photos", type=Path, required=True, help="prepared, never trained on")
    parser.add_argument("--model", default="roses", help="name or exported run")
    parser.add_argument("--vgg", default=os.environ.get("ROSETAIL_VGG19"), required=False,
                        help="VGG-19 safetensors (or ROSETAIL_VGG19)")  # fmt: skip
    parser.add_argument("--most", type=int, default=100, help="photos at most")
    parser.add_argument("--sheet", type=Path, help="write a sheet of pictures here as well")
    given = parser.parse_args()
    if not given.vgg:
        parser.error("--vgg FILE or ROSETAIL_VGG19 is needed")
    where = machine.describe()
    try:
        model, crops = load_model(given.model), PreparedFolder(given.photos)
        if given.sheet:
            images.save(sheet(model, heads(model, crops, given.most)), given.sheet)
        found = measure(model, crops, Path(given.vgg), given.most)
    except errors.RosetailError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{found['photos']} photos. {machine.sentence(where)}.\n\n{report.table(ROWS, found)}")
    report.keep("cast", where, found)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
