"""Test looks drawn by rule: ``python -m benchmarks.looks --photos DIR [--drawings DIR --vgg FILE]``

``--network`` measures the trained look in the same way, ``--only`` a part of the photos. Appends
one JSON line a look to ``benchmarks/results/looks.jsonl``.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks import machine, quality, report
from benchmarks.report import Row
from rosetail import errors, images
from rosetail.faces.faces import find
from rosetail.faces.mesh import EYES, PRESENT, find_mesh
from rosetail.metrics.flatness import edge_strength, flatness
from rosetail.stylizer.look import Look
from rosetail.stylizer.rule.face_shape import (
    BROWS,
    LOWER_LIP,
    UPPER_LIP,
    FaceShape,
)
from rosetail.stylizer.rule.features import read_features
from rosetail.stylizer.rule_stylizer import RuleStylizer
from rosetail.stylizer.stylizer import Stylizer

Bytes = NDArray[np.uint8]
Draw = Callable[[Bytes], Bytes]

EYEBALL = 0.19  # eye distances: its radius (12 mm of 63)
GROUPS = {"light": (63.0, 101.0), "medium": (48.0, 63.0), "dark": (0.0, 48.0)}  # L of the skin
FEATURES = [
    index
    for (outer, inner), upper, lower in EYES.values()
    for index in (outer, inner, *upper, *lower)
] + [*UPPER_LIP, *LOWER_LIP, *(index for pair in BROWS for edge in pair for index in edge)]

ROWS = (
    Row("face still found", "found", "{:.1%}", "99 %", lambda x: x >= 0.99),
    Row("eyes, brows, lips by mesh / eye distance", "landmarks", "{:.2%}", "2.5 %",
        lambda x: x <= 0.025),
    Row("gaze, degrees, median", "gaze", "{:.1f}", "3", lambda x: x <= 3),
    Row("variance in superpixels, drawing / photo", "flatness", "{:.2f}", "0.38",
        lambda x: x <= 0.38),
    Row("strength of contours, drawing / photo", "contours", "{:.2f}", "1.2", lambda x: x >= 1.2),
    Row("skin, hue error, degrees", "hue all", "{:.1f}", "10", lambda x: x <= 10),
    Row("skin, lightness error, L", "lightness all", "{:.1f}", "6", lambda x: x <= 6),
    *(
        Row(f"the same, {group} / all", f"{what} {group} / all", "{:.2f}", "1.1",
            lambda x: x <= 1.1)
        for what in ("hue", "lightness")
        for group in GROUPS
    ),
    Row("dark skin, mean change, L", "change dark", "{:+.1f}", "-3 to 3", lambda x: abs(x) <= 3),
    Row("KID to drawings, drawing / photo", "KID ratio", "{:.2f}", "0.3", lambda x: x <= 0.3),
    Row("seconds a photo, one thread", "seconds", "{:.2f}", "2", lambda x: x <= 2),
)  # fmt: skip


def measure(draw: Draw, photos: Sequence[Path]) -> dict[str, Any]:
    """Medians over the photos with a face; see ROWS."""
    seen: dict[str, list[Any]] = {key: [] for key in ("found", "landmarks", "gaze", "flatness",
                                                      "contours", "skin", "seconds")}  # fmt: skip
    for path in photos:
        rgb = images.read(path)
        began = time.process_time()
        drawing = draw(rgb)
        seen["seconds"].append(time.process_time() - began)
        seen["flatness"].append(flatness(rgb, drawing))
        seen["contours"].append(edge_strength(rgb, drawing))
        faces = find(rgb)
        if not faces:
            continue
        mesh = find_mesh(rgb, faces[0].landmarks)
        after = find_mesh(drawing, faces[0].landmarks)
        seen["found"].append(bool(find(drawing)) and after.presence >= PRESENT)
        distance = float(np.hypot(*(faces[0].landmarks[1] - faces[0].landmarks[0])))
        apart = np.hypot(*(mesh.points - after.points)[FEATURES, :2].T).mean()
        seen["landmarks"].append(apart / distance)
        shapes = FaceShape.of(rgb, mesh), FaceShape.of(drawing, after)
        seen["gaze"].append(gaze_error(*shapes))
        seen["skin"].append(_skin(rgb, drawing, shapes[0]))
    result = {key: float(np.median(seen[key])) for key in
              ("landmarks", "gaze", "flatness", "contours", "seconds")}  # fmt: skip
    result["found"] = float(np.mean(seen["found"]))
    return result | {"photos": len(photos)} | _by_group(np.array(seen["skin"]))


def gaze_error(before: FaceShape, after: FaceShape) -> float:
    """Mean difference of where both irises lie between the corners of their lids, in degrees of
    rotation of an eyeball. A photo and its mirror image differ by 3."""
    moved = []
    for eyes in zip(before.eyes, after.eyes, strict=True):
        looks = [eye.centre - eye.upper[[0, -1]].mean(0) for eye in eyes]
        moved.append(np.hypot(*(looks[1] - looks[0])) / (EYEBALL * before.distance))
    return float(np.degrees(np.mean(moved)))


def _skin(rgb: Bytes, drawing: Bytes, face: FaceShape) -> tuple[float, float, float]:
    """L of the skin in the photo, its change, and the change of hue in degrees (NaN for grey)."""
    features = read_features(face, (rgb.shape[0], rgb.shape[1]))
    clear = (features.oval > 0.9) & ~features.room & ~features.nose_room & (features.y > -0.4)
    before, after = (
        np.median(cv2.cvtColor(each.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)[clear], axis=0)
        for each in (rgb, drawing)
    )
    hues = [np.degrees(np.arctan2(each[2], each[1])) for each in (before, after)]
    hue = (hues[1] - hues[0] + 180) % 360 - 180
    coloured = min(np.hypot(*each[1:]) for each in (before, after)) > 5
    return float(before[0]), float(after[0] - before[0]), float(hue if coloured else np.nan)


def _by_group(skin: NDArray[np.float64]) -> dict[str, float]:
    found: dict[str, float] = {}
    for group, (low, high) in {"all": (0.0, 101.0), **GROUPS}.items():
        own = skin[(skin[:, 0] >= low) & (skin[:, 0] < high)]
        found[f"people {group}"] = len(own)
        if len(own):
            found[f"hue {group}"] = float(np.nanmean(np.abs(own[:, 2])))
            found[f"lightness {group}"] = float(np.abs(own[:, 1]).mean())
            found[f"change {group}"] = float(own[:, 1].mean())
    for what in ("hue", "lightness"):
        for group in GROUPS:
            if f"{what} {group}" in found:
                found[f"{what} {group} / all"] = found[f"{what} {group}"] / found[f"{what} all"]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.looks", description=__doc__)
    parser.add_argument("--photos", type=Path, required=True, help="portraits never trained on")
    parser.add_argument("--only", type=int, help="so many photos, evenly taken")
    parser.add_argument("--looks", default="cel,anime", help="looks of the rule, comma separated")
    parser.add_argument("--network", action="append", default=[], help="trained looks as well")
    parser.add_argument("--drawings", type=Path, help="head crops of drawings, for KID")
    parser.add_argument("--vgg", type=Path, default=os.environ.get("ROSETAIL_VGG19"))
    options = parser.parse_args()
    cv2.setNumThreads(1)
    where = machine.describe()
    try:
        photos = images.list_pictures(options.photos)
        if not photos:
            raise errors.InputError(f"{options.photos}: no pictures in it; give portraits")
        photos = photos[:: max(1, len(photos) // (options.only or len(photos)))]
        looks: list[tuple[str, Look]] = [
            (f"{name}, rule", RuleStylizer(name)) for name in options.looks.split(",")
        ]
        looks += [(f"{name}, network", Stylizer(name)) for name in options.network]
        for name, look in looks:
            found = measure(look.array, photos)
            if options.drawings is not None and options.vgg is not None:
                vgg = Path(options.vgg)
                found |= quality.style_distance(look.array, photos, options.drawings, vgg)
            print(f"\n{name}. {machine.sentence(where)}.\n")
            print(report.table(ROWS, found))
            report.keep("looks", where, {"look": name, **found})
    except errors.RosetailError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
