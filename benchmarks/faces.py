"""Test dense landmarks, pose and expression: ``python -m benchmarks.faces --photos DIR``

With ``--mediapipe DIR`` (the original TensorFlow Lite files) the mesh is compared with the original
in both engines. Photos with trait labels are also used to test the detection of smiles and teeth,
and of traits (by group: :mod:`benchmarks.face_groups`). No photo shows shut eyes: they are shut by
moving the mesh of the lids. Appends one JSON line to ``benchmarks/results/faces.jsonl``.
"""

from __future__ import annotations

import argparse
import csv
import multiprocessing
import os
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks import machine, report
from benchmarks.moving_photo import MovingPhoto
from rosetail import images
from rosetail.engines.backend import open_backend
from rosetail.faces import FaceTracker, faces
from rosetail.faces.appearance import read_appearance
from rosetail.faces.expression import SHUT, SMILING, TEETH_SHOWN, Expression, read_expression
from rosetail.faces.mesh import PRESENT, Mesh, find_mesh
from rosetail.faces.pose import head_pose
from rosetail.methods.traits.hair import hair_truth
from rosetail.methods.traits.recipe import LABELS, traits_of
from rosetail.painter import paint, sample
from rosetail.weights import find

Bytes = NDArray[np.uint8]


TRAITS = ("male", "smile", "teeth", "glasses", "beard", "bald", "medium", "long", "fringe")
KINDS = ("headwear", "wavy", "curly", "coily", "braided")
PAINTED = ("yaw", "pitch", "roll", "jaw_open", "smile", "eye_open", "gaze_x", "brow_height")
HEADS, SIZE = 100, 256  # painted heads and their size in pixels
TURN = 25.0  # degrees
NOISE = 2.0  # levels
FPS, FRAMES = 25, 75  # of the clip in which a face is followed


def _used(correlation: float) -> bool:
    return correlation >= 0.8


ROWS = (
    report.Row("mesh to TensorFlow Lite, px", "reference", "{:.4f}", "0.1", lambda x: x <= 0.1),
    report.Row("pose, photo turned, degrees", "turned", "{:.2f}", "2", lambda x: x <= 2),
    report.Row("pose, photo mirrored, degrees", "mirrored", "{:.2f}", "2", lambda x: x <= 2),
    report.Row("expression, mirrored", "expression", "{:.3f}", "0.05", lambda x: x <= 0.05),
    report.Row("noise: points / eye distance", "noise", "{:.2%}", "0.3 %", lambda x: x <= 0.003),
    report.Row("a frame of 720p with one face, ms", "frame", "{:.1f}", "15", lambda x: x <= 15),
    report.Row("the same / a detection", "ratio", "{:.2f}", "-", bool),
    report.Row("eyes shut, balanced accuracy", "shut", "{:.3f}", "0.9", lambda x: x > 0.9),
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
        key: []
        for key in ("turned", "mirrored", "expression", "noise", "found", "smile", "teeth", "shut")
    }
    traits: dict[str, list[tuple[bool, bool]]] = {name: [] for name in (*TRAITS, *KINDS)}
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
        seen["shut"] += [(_eyes_shut(expression), False), (_shut_by_moving(rgb), True)]
        if label := labels.get(path.stem):
            mouth = label["mouth"]
            appearance = read_appearance(rgb, mesh)
            truth = traits_of(label)._asdict() | hair_truth(label)._asdict()
            read = appearance.traits._asdict() | appearance.hair._asdict()
            for name, readings in traits.items():
                if np.isfinite(truth[name]):
                    readings.append((read[name] > 0.5, truth[name] > 0.5))
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
        "shut": _balanced(seen["shut"]),
        **{f"trait {name}": _balanced(readings) for name, readings in traits.items()},
        **_times(photos[0]),
        **_painted(),
        "reference": _reference(mediapipe) if mediapipe else None,
    }


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


def _eyes_shut(expression: Expression) -> bool:
    return max(expression.eye_open_left, expression.eye_open_right) < SHUT


def _shut_by_moving(rgb: Bytes) -> bool:
    """Whether both eyes are read as shut once the lids are moved together."""
    moved = MovingPhoto(rgb).frame({"blink": 1.0})
    found = faces.find(moved)
    return bool(found) and _eyes_shut(read_expression(moved, find_mesh(moved, found[0].landmarks)))


def _times(photo: Path) -> dict[str, float]:
    """Processor time of following a face in a clip of 720p, measured in a process with one core."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), _keep_one_core) as pool:
        return pool.submit(_follow_clip, photo).result()


def _keep_one_core() -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    cv2.setNumThreads(1)


def _follow_clip(photo: Path) -> dict[str, float]:
    """Milliseconds a frame, with the detections in between, and relative to one detection."""
    rgb = images.read(photo)
    wide = cv2.copyMakeBorder(cv2.resize(rgb, (760, 760)), 0, 0, 300, 300, cv2.BORDER_REFLECT)
    tracker, times = FaceTracker(), []
    for number in range(FRAMES):
        x, y = round(40 + 30 * np.sin(number / 7)), round(20 + 15 * np.sin(number / 5))
        frame = np.ascontiguousarray(wide[y : y + 720, x : x + 1280], np.uint8)
        began = time.process_time()
        tracker.follow(frame, number / FPS)
        times.append(time.process_time() - began)
    detect = []
    for _ in range(10):
        began = time.process_time()
        faces.find(frame, turned=False)
        detect.append(time.process_time() - began)
    # The first second compiles the networks; other load only adds time, so the best second counts.
    seconds = [float(np.mean(times[i : i + FPS])) for i in range(FPS, FRAMES - FPS + 1)]
    return {"frame": 1000 * min(seconds), "ratio": min(seconds) / min(detect)}


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
    print(machine.sentence(where))
    report.keep("faces", where, found)


if __name__ == "__main__":
    main()
