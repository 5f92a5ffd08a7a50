"""Test dense landmarks, pose and expression: ``python -m benchmarks.faces --photos DIR``

With ``--mediapipe DIR`` (the original TensorFlow Lite files) the mesh is compared with the original
in both engines. Photos with trait labels are also used to test the detection of smiles and teeth,
and of traits: for all people, and by sex, age and skin.
Appends one JSON line to ``benchmarks/results/faces.jsonl``.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks import machine, report
from rosetail import images
from rosetail.engines.backend import open_backend
from rosetail.faces import faces
from rosetail.faces.appearance import read_appearance
from rosetail.faces.expression import SMILING, TEETH_SHOWN, Expression, read_expression
from rosetail.faces.mesh import PRESENT, Mesh, find_mesh, follow_mesh
from rosetail.faces.pose import head_pose
from rosetail.methods.traits.hair import hair_truth
from rosetail.methods.traits.recipe import LABELS, traits_of
from rosetail.painter import paint, sample
from rosetail.weights import find

Bytes = NDArray[np.uint8]


class Reading(NamedTuple):
    """A trait as read and as labelled, and the groups of the person."""

    said: bool
    true: bool
    groups: tuple[str, ...]


TRAITS = ("male", "smile", "teeth", "glasses", "beard", "bald", "medium", "long", "fringe")
KINDS = ("headwear", "wavy", "curly", "coily", "braided")
DARK = 28.0  # degrees of the individual typology angle; brown and dark skin is below
PAINTED = ("yaw", "pitch", "roll", "jaw_open", "smile", "eye_open", "gaze_x", "brow_height")
HEADS, SIZE = 100, 256  # painted heads and their size in pixels
AGES = ((0, 34), (35, 59), (60, 200))
TURN = 25.0  # degrees
NOISE = 2.0  # levels


def _used(correlation: float) -> bool:
    return correlation >= 0.8


ROWS = (
    report.Row("mesh to TensorFlow Lite, px", "reference", "{:.4f}", "0.1", lambda x: x <= 0.1),
    report.Row("pose, photo turned, degrees", "turned", "{:.2f}", "2", lambda x: x <= 2),
    report.Row("pose, photo mirrored, degrees", "mirrored", "{:.2f}", "2", lambda x: x <= 2),
    report.Row("expression, mirrored", "expression", "{:.3f}", "0.05", lambda x: x <= 0.05),
    report.Row("noise: points / eye distance", "noise", "{:.2%}", "0.3 %", lambda x: x <= 0.003),
    report.Row("followed face, ms", "milliseconds", "{:.1f}", "15", lambda x: x <= 15),
    report.Row("followed face / detection, 720p", "ratio", "{:.2f}", "0.25", lambda x: x <= 0.25),
    report.Row("smile, balanced accuracy", "smile", "{:.3f}", "0.9", lambda x: x > 0.9),
    report.Row("teeth, balanced accuracy", "teeth", "{:.3f}", "0.9", lambda x: x > 0.9),
    *(
        report.Row(f"trait {name}, balanced", f"trait {name}", "{:.3f}", "0.9", lambda x: x > 0.9)
        for name in TRAITS
    ),
    *(
        report.Row(f"hair: {name}, balanced", f"trait {name}", "{:.3f}", "0.9", lambda x: x > 0.9)
        for name in KINDS
    ),
    report.Row("painted heads that the mesh model recognises", "painted", "{:.0%}", "-", bool),
    *(
        report.Row(f"painted heads: {name}, correlation", f"painted {name}", "{:.2f}", "0.8", _used)
        for name in PAINTED
    ),
    report.Row("faces found", "found", "{:.1%}", "99 %", lambda x: x >= 0.99),
)


def measure(photos: list[Path], mediapipe: Path | None = None) -> dict[str, Any]:
    """Medians over ``photos``; see ROWS."""
    labels = _labels()
    seen: dict[str, list[Any]] = {
        key: [] for key in ("turned", "mirrored", "expression", "noise", "found", "smile", "teeth")
    }
    traits: dict[str, list[Reading]] = {name: [] for name in (*TRAITS, *KINDS)}
    ages = _ages(photos)
    for path in photos:
        rgb = images.read(path)
        found = faces.find(rgb)
        seen["found"].append(bool(found))
        if not found:
            continue
        landmarks = found[0].landmarks
        mesh = find_mesh(rgb, landmarks)
        expression = read_expression(rgb, mesh)
        seen["turned"].append(_turned(rgb, landmarks, mesh))
        angles, difference = _mirrored(rgb, landmarks, mesh, expression)
        seen["mirrored"].append(angles)
        seen["expression"].append(difference)
        seen["noise"].append(_noisy(rgb, landmarks, mesh))
        if label := labels.get(path.stem):
            mouth = label["mouth"]
            appearance = read_appearance(rgb, mesh)
            truth = traits_of(label)._asdict() | hair_truth(label)._asdict()
            read = appearance.traits._asdict() | appearance.hair._asdict()
            groups = _groups(label, ages.get(path.stem), appearance.colours.tone)
            for name, readings in traits.items():
                if np.isfinite(truth[name]):
                    readings.append(Reading(read[name] > 0.5, truth[name] > 0.5, groups))
            smile = (expression.smile_left + expression.smile_right) / 2
            seen["smile"].append((smile > SMILING, mouth != "calm"))
            seen["teeth"].append((expression.teeth > TEETH_SHOWN, mouth == "teeth"))
    return {
        "photos": len(photos),
        "turned": float(np.median(seen["turned"])),
        "mirrored": float(np.median(seen["mirrored"])),
        "expression": float(np.mean(seen["expression"])),
        "noise": float(np.median(seen["noise"])),
        "found": float(np.mean(seen["found"])),
        "smile": _balanced(seen["smile"]),
        "teeth": _balanced(seen["teeth"]),
        **{
            f"trait {name}": _balanced([(each.said, each.true) for each in readings])
            for name, readings in traits.items()
        },
        "groups": {name: _by_group(readings) for name, readings in traits.items()},
        **_times(rgb, mesh),
        **_painted(),
        "reference": _reference(mediapipe) if mediapipe else None,
    }


def _groups(label: dict[str, str], age: int | None, tone: float) -> tuple[str, ...]:
    """The groups that a person belongs to; the age is known of generated people only."""
    groups = [label["sex"], "brown or dark skin" if tone < DARK else "light skin"]
    groups += [f"{low} to {high}" for low, high in AGES if age is not None and low <= age <= high]
    return ("all", *groups)


def _ages(photos: list[Path]) -> dict[str, int]:
    """Ages by photo, from ``metadata.jsonl`` beside the folder of the photos, if there is one."""
    file = photos[0].parent.parent / "metadata.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    known = (json.loads(line) for line in lines)
    return {Path(each["file"]).stem: each["age"] for each in known if "age" in each}


def _by_group(readings: list[Reading]) -> dict[str, float]:
    """Share of readings that are right, for each group."""
    names = sorted({group for each in readings for group in each.groups})
    return {
        name: float(np.mean([each.said == each.true for each in readings if name in each.groups]))
        for name in names
    }


def group_table(groups: dict[str, dict[str, float]]) -> str:
    """A Markdown table of accuracies; groups more than 5 points below the whole in bold."""
    names = sorted({name for each in groups.values() for name in each})
    lines = [f"| trait | {' | '.join(names)} |", "| --- |" + " ---: |" * len(names)]
    for trait, each in groups.items():
        cells = [
            f"**{each[name]:.2f}**" if each[name] < each["all"] - 0.05 else f"{each[name]:.2f}"
            for name in names
        ]
        lines.append(f"| {trait} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _angles(mesh: Mesh) -> NDArray[np.float64]:
    return np.array(head_pose(mesh.points)[:3], np.float64)


def _turned(rgb: Bytes, landmarks: NDArray[np.float32], mesh: Mesh) -> float:
    """Largest error of the three angles after rotating the photo in its plane."""
    height, width = rgb.shape[:2]
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -TURN, 1.0)
    turned = cv2.warpAffine(rgb, matrix, (width, height), borderMode=cv2.BORDER_REFLECT)
    after = find_mesh(np.asarray(turned, np.uint8), landmarks @ matrix[:, :2].T + matrix[:, 2])
    return float(np.abs(_angles(after) - _angles(mesh) - (0, 0, TURN)).max())


def _mirrored(
    rgb: Bytes, landmarks: NDArray[np.float32], mesh: Mesh, expression: Expression
) -> tuple[float, float]:
    """Largest error of the angles and mean difference of the expression after mirroring."""
    flipped = np.ascontiguousarray(rgb[:, ::-1])
    twin = find_mesh(flipped, faces.mirror_landmarks(landmarks, rgb.shape[1]))
    ours, theirs = asdict(expression), asdict(read_expression(flipped, twin))
    swapped = {"left": "right", "right": "left"}
    differences = []
    for name, value in ours.items():
        stem, _, side = name.rpartition("_")
        other = f"{stem}_{swapped[side]}" if side in swapped else name
        differences.append(abs(value - (-1 if name == "gaze_x" else 1) * theirs[other]))
    error = np.abs(_angles(mesh) * (-1, 1, -1) - _angles(twin)).max()
    return float(error), float(np.mean(differences))


def _noisy(rgb: Bytes, landmarks: NDArray[np.float32], mesh: Mesh) -> float:
    noise = np.random.default_rng(0).normal(0, NOISE, rgb.shape)
    after = find_mesh(np.clip(rgb + noise, 0, 255).astype(np.uint8), landmarks)
    moved = np.linalg.norm((after.points - mesh.points)[:, :2], axis=1).mean()
    return float(moved / np.linalg.norm(landmarks[1] - landmarks[0]))


def _times(rgb: Bytes, mesh: Mesh) -> dict[str, float]:
    """Shortest times of following a face and, in turn with it, of detecting faces in 720p."""
    frame = np.asarray(cv2.resize(rgb, (1280, 720)), np.uint8)
    follow, detect = [], []
    for number in range(30):
        began = time.perf_counter()
        follow_mesh(rgb, mesh)
        follow.append(time.perf_counter() - began)
        if number % 3 == 0:
            began = time.perf_counter()
            faces.find(frame, turned=False)
            detect.append(time.perf_counter() - began)
    # Other load only adds time.
    return {"milliseconds": 1000 * min(follow), "ratio": min(follow) / min(detect)}


def _painted() -> dict[str, float]:
    """How often painted heads are recognised, and how what is read of them goes with the truth."""
    true, read = [], []
    for seed in range(HEADS):
        params = sample(seed)
        painting = paint(params, SIZE)
        rgb = painting.image
        mesh = find_mesh(rgb, painting.landmarks)
        if mesh.presence >= PRESENT:
            pose, seen = head_pose(mesh.points), read_expression(rgb, mesh)
            true.append([getattr(params, name) for name in PAINTED])
            brows, eyes = (
                (getattr(seen, f"{name}_left"), getattr(seen, f"{name}_right"))
                for name in ("brow_raise", "eye_open")
            )
            smile = (seen.smile_left + seen.smile_right - seen.frown_left - seen.frown_right) / 2
            read.append(
                [*pose[:3], seen.jaw_open, smile, np.mean(eyes), seen.gaze_x, np.mean(brows)]
            )
    both = zip(PAINTED, np.transpose(true), np.transpose(read), strict=True)
    values = {f"painted {name}": float(np.corrcoef(a, b)[0, 1]) for name, a, b in both}
    return {"painted": len(true) / HEADS, **values}


def _reference(folder: Path) -> float:
    """Largest difference in pixels between our model and the original on the same crops."""
    import openvino

    settings = {"INFERENCE_PRECISION_HINT": "f32"}
    original = openvino.Core().compile_model(folder / "face_landmark.tflite", "CPU", settings)
    picture = np.random.default_rng(0).uniform(-1, 1, (1, 3, 192, 192)).astype(np.float32)
    (wanted,) = (
        value
        for value in original([(picture.transpose(0, 2, 3, 1) + 1) / 2]).values()
        if value.size == 1404
    )
    runs = (
        open_backend(find("face_mesh"), engine, precision="f32").run({"picture": picture})
        for engine in ("openvino", "onnxruntime")
    )
    return float(max(np.abs(run["points"].ravel() - wanted.ravel()).max() for run in runs))


def _labels() -> dict[str, dict[str, str]]:
    with LABELS.open(encoding="utf-8", newline="") as file:
        return {row["photo"]: row for row in csv.DictReader(file)}


def _balanced(pairs: list[tuple[bool, bool]]) -> float | None:
    said, true = np.array(pairs, bool).reshape(-1, 2).T
    if not true.any() or true.all():
        return None
    return float((said[true].mean() + (~said[~true]).mean()) / 2)


def main() -> None:
    """Print the table and save the numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--mediapipe", type=Path)
    options = parser.parse_args()
    where = machine.describe()
    found = measure(images.list_pictures(options.photos), options.mediapipe)
    print(report.table(ROWS, found))
    print(group_table(found["groups"]))
    print(machine.sentence(where))
    report.keep("faces", where, found)


if __name__ == "__main__":
    main()
