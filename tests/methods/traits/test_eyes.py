"""Eyes that are shut by drawing, and the training of their reader."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from rosetail import images
from rosetail.errors import InputError
from rosetail.faces.faces import find
from rosetail.faces.mesh import EYES, find_mesh
from rosetail.faces.shut_eyes import SIZE, eye_crop, feature_count
from rosetail.methods.traits.eyes import (
    SCALE,
    LidHeights,
    draw_down,
    fit,
    lids_of,
    paint_over,
    train_eyes,
)

SAMPLE = Path(images.__file__).parent / "samples" / "astronaut.jpg"
WIDTH, HEIGHT = SIZE[0] * SCALE, SIZE[1] * SCALE


def drawn_eye() -> tuple[np.ndarray, LidHeights]:
    """Light skin, a dark eye in it, and where its lids are."""
    x = (np.arange(WIDTH) - WIDTH / 2) / (20 * SCALE)
    opening = 8 * SCALE * np.sqrt(np.clip(1 - x**2, 0, 1))
    middle = 0.55 * HEIGHT
    lids = LidHeights(middle - opening, middle + opening)
    y = np.arange(HEIGHT)[:, None]
    inside = (y > lids.upper) & (y < lids.lower)
    eye = np.where(inside[..., None], (40, 40, 40), (220, 180, 150)).astype(np.uint8)
    return eye, lids


def test_nothing_of_a_shut_eye_is_seen() -> None:
    eye, lids = drawn_eye()
    height = np.arange(HEIGHT)[:, None]
    within = (height > lids.upper + 3 * SCALE) & (height < lids.lower - 4 * SCALE)
    assert (eye[within] == 40).all()
    for shut in (draw_down(eye, lids, 0.95), paint_over(eye, lids, np.random.default_rng(0))):
        assert shut.shape == eye.shape
        assert (shut[within] > 100).mean() > 0.97
        assert (shut[: round(0.2 * HEIGHT)] == eye[: round(0.2 * HEIGHT)]).all()


def test_an_eye_half_drawn_down_is_half_open() -> None:
    eye, lids = drawn_eye()
    half = draw_down(eye, lids, 0.5)
    column = WIDTH // 2
    dark = [(each[:, column, 0] < 100).sum() for each in (eye, half)]
    assert dark[1] < 0.7 * dark[0]


def test_lids_of_a_portrait_enclose_the_iris() -> None:
    rgb = images.read(SAMPLE)
    mesh = find_mesh(rgb, find(rgb)[0].landmarks)
    for name in EYES:
        lids = lids_of(rgb, mesh, name)
        middle = WIDTH // 2
        assert lids.upper[middle] < 0.55 * HEIGHT < lids.lower[middle]
        crop = eye_crop(rgb, mesh.points, name, SCALE)
        shut = draw_down(crop, lids, 1.0)
        assert np.abs(shut.astype(int) - crop).mean() > 2


def test_what_can_be_told_apart_is() -> None:
    rng = np.random.default_rng(0)
    opened = rng.normal(size=(200, 30)).astype(np.float32)
    shut = opened.copy()
    shut[:, 3] += 8
    weights, bias = fit(opened, shut)
    assert (opened @ weights + bias > 0).mean() < 0.05
    assert (shut @ weights + bias > 0).mean() > 0.95


def test_a_folder_from_end_to_end(tmp_path: Path) -> None:
    for name in ("train", "test"):
        (tmp_path / name).mkdir()
        shutil.copy(SAMPLE, tmp_path / name / "a.jpg")
    out = tmp_path / "eyes.safetensors"
    lines = train_eyes(out, [tmp_path / "train"], tmp_path / "test")
    assert [line.split()[0] for line in lines] == ["read", "opened", "drawn_down", "painted"]
    assert load_file(out)["weights"].shape == (feature_count(),)
    images.save(np.zeros((64, 64, 3), np.uint8), tmp_path / "test" / "a.png")
    (tmp_path / "test" / "a.jpg").unlink()
    with pytest.raises(InputError, match="no face"):
        train_eyes(out, [tmp_path / "train"], tmp_path / "test")
