"""Training of the eye reader (:mod:`rosetail.faces.shut_eyes`).

None of the free photos shows shut eyes, so the eyes of photos are shut in two ways: the skin above
the lid is drawn down over the eye, or the eye is painted over in the colours of the lid, with a
line of lashes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from safetensors.numpy import save

from rosetail import images
from rosetail.arrays import Bytes, Doubles, Floats
from rosetail.errors import InputError
from rosetail.faces.faces import find
from rosetail.faces.mesh import EYES, PRESENT, Mesh, find_lids, find_mesh
from rosetail.faces.shut_eyes import EYE, SIZE, describe, eye_crop, eye_matrix
from rosetail.faces.warp import transform
from rosetail.images import writing

Rng = np.random.Generator

SCALE = 3  # at which eyes are shut, relative to the crops that are read
LARGE = EYE * SCALE  # pixels of an eye there
AXES = 80  # principal axes of the features
INVERSE_PENALTY = 0.02  # of the weights' squares
LANDMARK_ERROR = 0.05  # standard deviation of the corners' places in training, in eye widths
LEAST_OPEN = 2.0  # pixels between the lids of an eye that can be shut


class LidHeights(NamedTuple):
    """Height of the upper and the lower lid in each column of a crop, [W]."""

    upper: Doubles
    lower: Doubles


class EyePhotos(NamedTuple):
    """Features (N, D) of eyes: open; shut by drawing down the lid; shut by painting."""

    opened: Floats
    drawn_down: Floats
    painted: Floats


def train_eyes(out: str | Path, train: Sequence[Path], test: Path) -> list[str]:
    """Fit the reader to the photos in the folders ``train`` and write it to ``out``.

    Returns what it says of the photos in ``test``, also of eyes that are shut in a way that it was
    not trained on. Raises InputError if a folder shows no face.
    """
    held_out = eye_photos(test, noise=0.0)
    photos = [eye_photos(folder, noise=LANDMARK_ERROR) for folder in train]
    known = EyePhotos(*(np.concatenate(part) for part in zip(*photos, strict=True)))
    weights, bias = fit(known.opened, np.concatenate(known[1:]))
    with writing(Path(out)) as part:
        part.write_bytes(save({"weights": weights, "bias": np.array([bias], np.float32)}))
    others = fit(known.opened, known.painted), fit(known.opened, known.drawn_down)
    readers = ((weights, bias), *others)
    lines = [
        f"{'read as shut':12} {'both ways':>10} {'painted':>10} {'drawn down':>10}  trained on"
    ]
    for name, eyes in zip(EyePhotos._fields, held_out, strict=True):
        shares = [float((eyes @ row + offset > 0).mean()) for row, offset in readers]
        lines.append(f"{name:12} " + " ".join(f"{share:10.3f}" for share in shares))
    return lines


def fit(opened: Floats, shut: Floats) -> tuple[Floats, float]:
    """Weights (D,) and bias of a logistic regression on the principal axes; positive is shut."""
    from sklearn.decomposition import PCA
    from sklearn.linear_model import LogisticRegression

    inputs = np.concatenate([opened, shut])
    labels = np.repeat([0, 1], [len(opened), len(shut)])
    pca = PCA(min(AXES, *inputs.shape), whiten=True, svd_solver="randomized", random_state=0)
    model = LogisticRegression(C=INVERSE_PENALTY, max_iter=1000, class_weight="balanced")
    model.fit(pca.fit_transform(inputs), labels)
    weights = (model.coef_[0] / np.sqrt(pca.explained_variance_)) @ pca.components_
    return weights.astype(np.float32), float(model.intercept_[0] - weights @ pca.mean_)


def eye_photos(folder: Path, noise: float) -> EyePhotos:
    """Both eyes of the photos in ``folder``. ``noise``: standard deviation of the error of the
    corners, in eye widths; each eye is then taken twice."""
    rows: list[tuple[list[Floats], ...]] = []
    for number, path in enumerate(images.list_pictures(folder)):
        rgb = images.read(path)
        for face in find(rgb)[:1]:
            mesh = find_mesh(rgb, face.landmarks)
            if mesh.presence >= PRESENT:
                rng = np.random.default_rng(number)
                rows += [_three(rgb, mesh, name, noise, rng) for name in EYES]
    if not rows:
        raise InputError(f"{folder}: no face in any photo; give portraits")
    return EyePhotos(*(np.concatenate(part) for part in zip(*rows, strict=True)))


def _three(rgb: Bytes, mesh: Mesh, name: str, noise: float, rng: Rng) -> tuple[list[Floats], ...]:
    """Features of the eye ``name``: open, and shut in both ways."""
    large, lids = eye_crop(rgb, mesh.points, name, SCALE), lids_of(rgb, mesh, name)
    shut: tuple[Callable[[], Bytes], ...] = (
        lambda: large,
        lambda: draw_down(large, lids, float(rng.uniform(0.85, 1.0))),
        lambda: paint_over(large, lids, rng),
    )
    count = 2 if noise else 1
    return tuple([describe(_seen(way(), noise, rng)) for _ in range(count)] for way in shut)


def _seen(large: Bytes, noise: float, rng: Rng) -> Bytes:
    """A large crop in the size that is read, with an error of the eye's corners."""
    middle = (np.array(large.shape[1::-1]) - 1) / 2
    ends = LARGE * (np.array([(-0.5, 0.0), (0.5, 0.0)]) + noise * rng.normal(size=(2, 2))) + middle
    across = ends[1] - ends[0]
    turn = complex(*across) / LARGE
    matrix = np.array([[turn.real, -turn.imag], [turn.imag, turn.real]])
    shift = ends.mean(0) - matrix @ middle
    moved = cv2.warpAffine(
        large, np.column_stack([matrix, shift]), large.shape[1::-1],
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    return np.asarray(cv2.resize(moved, SIZE, interpolation=cv2.INTER_AREA), np.uint8)


def lids_of(rgb: Bytes, mesh: Mesh, name: str) -> LidHeights:
    """The lids in the large crop, between those of the mesh and of the iris model."""
    (outer, inner), *contours = EYES[name]
    matrix = eye_matrix(mesh.points, name, SCALE)
    heights = []
    for contour, seen in zip(contours, find_lids(rgb, mesh)[name], strict=True):
        both = (mesh.points[[outer, *contour, inner], :2], seen)
        points = np.mean([transform(each, matrix) for each in both], axis=0)
        x, y = points.T
        width = SIZE[0] * SCALE
        x = width - 1 - x if name == "right" else x
        order = np.argsort(x)
        heights.append(np.interp(np.arange(width), x[order], y[order]))
    return LidHeights(*heights)


def draw_down(large: Bytes, lids: LidHeights, closed: float) -> Bytes:
    """Draw the skin above the upper lid, and its lashes, down by ``closed`` of the opening."""
    height, width = large.shape[:2]
    y = np.repeat(np.arange(height, dtype=np.float32)[:, None], width, axis=1)
    upper = lids.upper - 0.04 * LARGE  # the lashes come too
    opening = np.maximum(lids.lower - upper, 0.0)
    edge = upper + closed * opening
    top, lashes = np.minimum(upper - 0.35 * LARGE, edge - 1), 0.07 * LARGE
    bottom, beneath = lids.lower + 0.35 * LARGE, lids.lower + 0.02 * LARGE
    stretched = top + (y - top) * (upper - top) / (edge - top)
    room = np.maximum(bottom - edge - lashes, 1e-3)
    below = bottom - (bottom - y) * (bottom - beneath) / room
    source = np.where((y >= top) & (y < edge), stretched, y)
    source = np.where((y >= edge) & (y < edge + lashes), upper + y - edge, source)
    source = np.where((y >= edge + lashes) & (y < bottom), below, source)
    source = np.where(opening > LEAST_OPEN, source, y).astype(np.float32)
    x = np.repeat(np.arange(width, dtype=np.float32)[None], height, axis=0)
    drawn = cv2.remap(large, x, source, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(drawn, np.uint8)


def paint_over(large: Bytes, lids: LidHeights, rng: Rng) -> Bytes:
    """Paint a lid in the colours around the eye, a little lighter in its middle, with lashes."""
    height, width = large.shape[:2]
    y = np.arange(height)[:, None]
    upper, lower = lids.upper - 0.06 * LARGE, lids.lower
    opening = np.maximum(lower - lids.upper, 0.0)
    skin = cv2.GaussianBlur(_row(large, upper - 0.09 * LARGE), (0, 0), 0.12 * LARGE)
    down = np.clip((y - upper) / np.maximum(lower - upper, 1.0), 0, 1)[..., None]
    lid = skin + 0.35 * down * (_row(large, lower + 0.12 * LARGE) - skin)
    lid = lid * (1 + 0.1 * rng.uniform(0.3, 1.2) * np.sin(0.9 * np.pi * down))
    grain = cv2.GaussianBlur(rng.normal(0, 6, (height, width)).astype(np.float32), (0, 0), 1.2)
    inside = (y > upper) & (y < lower + 0.03 * LARGE) & (opening > LEAST_OPEN)
    mask = cv2.GaussianBlur(inside.astype(np.float32), (0, 0), 0.03 * LARGE)[..., None]
    painted = large + mask * (lid + grain[..., None] - large)
    line = lower - rng.uniform(0, 0.08) * LARGE
    lashes = np.exp(-0.5 * ((y - line) / (rng.uniform(0.022, 0.05) * LARGE)) ** 2)
    strength = rng.uniform(0.35, 0.8) * np.clip(opening / (0.08 * LARGE), 0, 1)
    return np.clip(painted * (1 - (strength * lashes)[..., None]), 0, 255).astype(np.uint8)


def _row(large: Bytes, heights: Doubles) -> Floats:
    """The colours at a height in each column, [1, W, 3]."""
    rows = np.clip(np.rint(heights), 0, len(large) - 1).astype(int)
    smooth = cv2.medianBlur(large, 9)
    return smooth[rows, np.arange(large.shape[1])].astype(np.float32)[None]
