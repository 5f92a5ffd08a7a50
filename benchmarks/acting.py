"""How well characters act: ``python -m benchmarks.acting --photos PHOTO... [--older CHECKOUT]``

Actors are photos that are moved (:mod:`benchmarks.moving_photo`) and painted takes, so that what
they do is known. ``--older`` is a checkout of an earlier release: both draw the same 720p clip in
the same run. Prints the table and appends one JSON line to ``benchmarks/results/acting.jsonl``.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks import machine, report
from benchmarks.moving_photo import MovingPhoto, talking, write_clip
from rosetail import images
from rosetail.characters.painter_model import PainterModel, _params_of_layout
from rosetail.faces.expression import Expression, measure
from rosetail.faces.faces import find
from rosetail.faces.mesh import find_mesh
from rosetail.faces.state import POSE, FaceState
from rosetail.faces.tracking import CERTAIN, SURE, FaceTracker
from rosetail.faces.warp import inverse, transform
from rosetail.painter.acting import acting_of
from rosetail.painter.code import from_code
from rosetail.painter.paint import landmarks_of, paint_cut
from rosetail.video.take import EXPRESSION, NEUTRAL

Bytes = NDArray[np.uint8]
Doubles = NDArray[np.float64]

FPS, SECONDS, SIDE = 25, 2.4, 400  # of moved photos
STILL, NOISE = 100, 2.0  # frames of one photo, and the noise in levels
SETTLED = 25  # frames until a face at rest is calm
PAINTED = 384  # pixels of painted takes
CHARACTERS = 24  # of whom the first is taken whose face is found as a photographed one is
SPEED_FRAMES = 30


def _least(what: str, key: str, write: str, goal: float) -> report.Row:
    return report.Row(what, key, write, f">= {goal:g}", lambda value: value >= goal)


ROWS = (
    report.Row("painted take: pose, degrees", "pose", "{:.1f}", "<= 4", lambda x: x <= 4),
    *(_least(f"painted take: {name}, correlation", name, "{:.2f}", 0.85) for name in EXPRESSION),
    _least("jaw of actor and character, correlation", "jaw", "{:.2f}", 0.9),
    report.Row("jaw: lag, frames", "lag", "{:.1f}", "<= 1", lambda x: abs(x) <= 1),
    report.Row("still actor: movement", "still", "{:.2%}", "<= 0.3 %", lambda x: x <= 0.003),
    _least("edited and unedited: correlation of motion", "edited", "{:.3f}", 0.98),
    _least("clip, figure: speed / older", "figure", "{:.1f}", 4),
    _least("clip, full: speed / older", "full", "{:.1f}", 1.5),
)


def measure_all(photos: Sequence[Path], older: Path | None) -> dict[str, Any]:
    """The numbers of ROWS."""
    model = PainterModel()
    actors = [MovingPhoto(_square(images.read(each))) for each in photos]
    spoken = [_spoken(actor, seed) for seed, actor in enumerate(actors)]
    found: dict[str, Any] = {
        "photos": [each.name for each in photos],
        "jaw": float(np.median([jaw for jaw, _, _ in spoken])),
        "lag": float(np.median([lag for _, lag, _ in spoken])),
        "still": float(np.median([_still(model, actor.rgb) for actor in actors])),
        "edited": _edited(model, spoken[0][2]),
        **_painted(model),
    }
    if older is not None:
        found |= _speeds(actors[0].rgb, older)
    return found


def _square(rgb: Bytes) -> Bytes:
    side = min(rgb.shape[:2])
    return np.asarray(cv2.resize(rgb[:side, :side], (SIDE, SIDE), interpolation=cv2.INTER_AREA))


def _spoken(actor: MovingPhoto, seed: int) -> tuple[float, float, list[FaceState]]:
    """Correlation of the actor's jaw with the drawn one, their lag in frames, and the states."""
    acting = talking(SECONDS, FPS, seed)
    tracker, states = FaceTracker(), []
    for number, row in enumerate(acting):
        gentle = row | {"jaw": 0.7 * row["jaw"], "yaw": 0.6 * row["yaw"]}
        (face, *_) = tracker.follow(actor.frame(gentle), number / FPS)
        states.append(FaceState.of(face))
    truth = np.array([row["jaw"] for row in acting])
    drawn = np.array([acting_of(state.expression)["jaw_open"] for state in states])
    return float(np.corrcoef(truth, drawn)[0, 1]), lag_of(truth, drawn), states


def lag_of(truth: Doubles, seen: Doubles) -> float:
    """Frames by which ``seen`` is late, where the correlation is greatest (parabola through the
    three best)."""
    reach = 4
    middle = truth[reach:-reach]
    shifts = range(-reach, reach + 1)
    alike = [
        np.corrcoef(middle, seen[reach + shift : len(seen) - reach + shift])[0, 1]
        for shift in shifts
    ]
    best = int(np.argmax(alike))
    if best in (0, 2 * reach):
        return float(shifts[best])
    before, at, after = alike[best - 1 : best + 2]
    return float(shifts[best] + 0.5 * (before - after) / (before - 2 * at + after))


def _still(model: PainterModel, rgb: Bytes) -> float:
    """Mean movement of the drawn landmarks from frame to frame, in eye distances."""
    rng, tracker, places = np.random.default_rng(0), FaceTracker(), []
    for number in range(STILL):
        noisy = np.clip(rgb + rng.normal(0, NOISE, rgb.shape), 0, 255).astype(np.uint8)
        (face, *_) = tracker.follow(noisy, number / FPS)
        places.append(_landmarks(model, FaceState.of(face), model.mean))
    path = np.array(places)[SETTLED:]
    eyes = np.linalg.norm(path[0, 1] - path[0, 0])
    return float(np.linalg.norm(np.diff(path, axis=0), axis=2).mean() / eyes)


def _landmarks(model: PainterModel, state: FaceState, code: NDArray[np.float32]) -> Doubles:
    """The drawn landmarks [5, 2] in the actor's picture."""
    content = model.encode_state(state)
    params = from_code(code, _params_of_layout(content.maps))
    return transform(landmarks_of(params) * model.size - 0.5, inverse(content.matrix))


def _edited(model: PainterModel, states: Sequence[FaceState]) -> float:
    """The least correlation of a coordinate of a landmark, between a character and its edit."""
    plain = model.character(model.random_w(1, 3)[0], "a")
    codes = [plain.code, plain.edit(long_hair=1, hair="blue", glasses=1).code]
    paths = [
        np.array([_landmarks(model, state, code) for state in states]).reshape(-1, 10)
        for code in codes
    ]
    return float(min(np.corrcoef(*pair)[0, 1] for pair in zip(paths[0].T, paths[1].T, strict=True)))


def painted_states() -> list[FaceState]:
    """A face that does one thing after the other, from neutral to full and back, then turns."""
    rise = np.concatenate([np.linspace(0, 1, 5), np.linspace(0.75, 0, 4)])
    acts: list[dict[str, float]] = [
        {"jaw_open": 0.9, "lips_closed": -1.0}, {"mouth_width": 0.8}, {"mouth_width": -0.6},
        {"smile_left": 0.9, "smile_right": 0.9}, {"frown_left": 0.9, "frown_right": 0.9},
        {"pucker": 0.9}, {"teeth": 0.9, "jaw_open": 0.3, "lips_closed": -1.0},
        {"eye_open_left": -1.0, "eye_open_right": -1.0},
        {"squint_left": 0.9, "squint_right": 0.9}, {"gaze_x": 0.8}, {"gaze_y": 0.8},
        {"brow_raise_left": 0.9, "brow_raise_right": 0.9}, {"brow_inner_raise": 0.9},
        {"brow_furrow": 0.9}, {"yaw": 24.0}, {"pitch": 12.0}, {"roll": 12.0},
    ]  # fmt: skip
    states = []
    for act in acts:
        for part in rise.tolist():
            now = {name: part * value for name, value in act.items()}
            seen = {name: NEUTRAL.get(name, 0.0) + now.get(name, 0.0) for name in EXPRESSION}
            yaw, pitch, roll = (now.get(name, 0.0) for name in POSE)
            place = 0.5 * PAINTED, 0.46 * PAINTED, 0.3 * PAINTED
            states.append(FaceState(*place, yaw, pitch, roll, Expression(**seen)))
    return states


def _painted(model: PainterModel) -> dict[str, float]:
    """A painted take rendered and read: error of the pose and correlation of each number."""
    calm = Expression(**{name: NEUTRAL.get(name, 0.0) for name in EXPRESSION})
    states = painted_states()
    ahead = states[0]._replace(expression=calm, yaw=0, pitch=0, roll=0)
    for code in model.random_w(CHARACTERS, 3):
        first = _rendered(model, ahead, code)
        seen = find(first, turned=False)
        if seen and seen[0].score > SURE:
            mesh = find_mesh(first, seen[0].landmarks)
            if mesh.presence > CERTAIN:
                break
    else:
        return {}
    tracker = FaceTracker(neutral=measure(first, mesh))
    pairs = []
    for number, state in enumerate(states):
        faces = tracker.follow(_rendered(model, state, code), number / FPS)
        if faces and faces[0].lost == 0:
            pairs.append((state, FaceState.of(faces[0])))
    truth, read = (np.array([[*each[3:6], *each.expression.row()] for each in side])
                   for side in zip(*pairs, strict=True))  # fmt: skip
    found = {"pose": float(np.abs(truth - read)[:, :3].mean()), "seen": len(pairs) / len(states)}
    for column, name in enumerate(EXPRESSION, 3):
        moved = truth[:, column].std() > 0 and read[:, column].std() > 0
        found[name] = float(np.corrcoef(truth[:, column], read[:, column])[0, 1]) if moved else 0.0
    return found


def _rendered(model: PainterModel, state: FaceState, code: NDArray[np.float32]) -> Bytes:
    """A picture of the state on a character with a fringe out of the eyes."""
    content = model.encode_state(state)
    layout = _params_of_layout(content.maps)
    params = replace(from_code(code, layout), hair_fringe="swept_back", scene="flat")
    return np.ascontiguousarray(paint_cut(params, PAINTED)[..., :3])


def _speeds(photo: Bytes, older: Path) -> dict[str, float]:
    """Frames a second of this and the ``older`` checkout, one after the other."""
    with TemporaryDirectory() as folder:
        clip = Path(folder) / "clip.mp4"
        actor = MovingPhoto(np.asarray(cv2.resize(photo, (720, 720)), np.uint8))
        rows = talking(SPEED_FRAMES / FPS, FPS)
        write_clip((_wide(actor.frame(row)) for row in rows), clip, FPS)
        rates: dict[str, float] = {}
        for kind in ("figure", "full"):
            for name, home in (("older", older), ("now", Path(__file__).parents[1])):
                rates[f"{name} {kind}"] = _rate(home, clip, kind, Path(folder))
    return rates | {
        kind: rates[f"now {kind}"] / rates[f"older {kind}"] for kind in ("figure", "full")
    }


def _wide(frame: Bytes) -> Bytes:
    wide = np.full((720, 1280, 3), 150, np.uint8)
    wide[:, 280:1000] = frame
    return wide


_DRAW = """
import sys
from rosetail.characters.painter_model import PainterModel
from rosetail.stylizer.stylizer import Stylizer
from rosetail.video.characters_in_clip import character_video
from rosetail.video.style_paths import Fixed
model = PainterModel()
look = None if sys.argv[3] == "figure" else Stylizer("cel")
report = character_video(sys.argv[1], sys.argv[2], model, [Fixed(model.random_w(1, 3)[0])], look)
print(report.frames / report.seconds)
"""


def _rate(home: Path, clip: Path, kind: str, folder: Path) -> float:
    out = folder / ("out.mov" if kind == "figure" else "out.mp4")
    command = [sys.executable, "-c", _DRAW, str(clip), str(out), kind]
    environment = {**os.environ, "PYTHONPATH": str(home / "src")}
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return float(done.stdout.split()[-1])


def main() -> None:
    """Print the table and save the numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=Path, nargs="+", required=True, metavar="PHOTO")
    parser.add_argument("--older", type=Path, help="checkout of an earlier release")
    options = parser.parse_args()
    where = machine.describe()
    found = measure_all(options.photos, options.older)
    print(report.table(ROWS, found))
    print(machine.sentence(where))
    report.keep("acting", where, found)


if __name__ == "__main__":
    main()
