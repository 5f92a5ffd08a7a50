"""Scenes of figures: the truth goes along with every turn, stretch and mirror."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from rosetail.methods.headfinder import scenes as head_scenes
from rosetail.methods.headfinder.figures import Figure
from rosetail.methods.headfinder.scenes import Scene, SceneSettings, compose, restyled

Bytes = NDArray[np.uint8]
SIZE = 160
RED, BLUE, WHITE = (255, 0, 0), (0, 0, 255), (255, 255, 255)
PLAIN = SceneSettings(sides=(0.3, 0.5), hats=0, plain_eyes=0, faceless=0, most_clutter=0)


@pytest.fixture(scope="module")
def figure() -> Figure:
    """A black figure whose left eye is red, right eye blue, nose and mouth corners white."""
    rgba = np.zeros((256, 256, 4), np.uint8)
    cv2.rectangle(rgba, (70, 60), (190, 255), (0, 0, 0, 255), -1)
    landmarks = np.float32([(105, 110), (155, 110), (130, 135), (110, 155), (150, 155)])
    for point, colour in zip(landmarks, (RED, BLUE, WHITE, WHITE, WHITE), strict=True):
        cv2.circle(rgba, point.astype(int).tolist(), 9, (*colour, 255), -1)
    return Figure(rgba, np.float32([80, 70, 180, 170]), landmarks)


@pytest.fixture
def as_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Scenes in the figures' own colours, on grey."""
    monkeypatch.setattr(head_scenes, "restyled", lambda scene, rng: scene)
    monkeypatch.setattr(head_scenes, "_recoloured", lambda picture, rng: picture)
    monkeypatch.setattr(
        head_scenes,
        "_background",
        lambda size, rng, photos: np.full((size, size, 3), 128, np.uint8),
    )


def made(figure: Figure, told: SceneSettings, count: int) -> list[Scene]:
    return [compose([figure], SIZE, np.random.default_rng(seed), told) for seed in range(count)]


@pytest.mark.usefixtures("as_set")
def test_landmarks_lie_where_they_are_drawn(figure: Figure) -> None:
    mirrored = 0
    for scene in made(figure, replace(PLAIN, most_figures=1), 40):
        for box, places in zip(scene.boxes, scene.landmarks, strict=True):
            assert 0.25 * SIZE < box[2] - box[0] == pytest.approx(box[3] - box[1], rel=1e-4)
            assert places[0, 0] < places[1, 0], "the left eye is the left one as seen"
            x, y = np.rint(places).astype(int).T
            seen = (x >= 0) & (y >= 0) & (x < SIZE) & (y < SIZE)
            if not seen[:2].all():
                continue
            left, right = scene.picture[y[:2], x[:2]].astype(int)
            mirrored += int(left[2] > 150)
            np.testing.assert_allclose(left, BLUE if left[2] > 150 else RED, atol=40)
            np.testing.assert_allclose(right, RED if left[2] > 150 else BLUE, atol=40)
    assert 5 < mirrored < 30


@pytest.mark.usefixtures("as_set")
def test_later_figures_hardly_cover_a_head(figure: Figure) -> None:
    several, eyes, shown = 0, 0, 0
    for scene in made(figure, replace(PLAIN, most_figures=6, sides=(0.15, 0.4)), 20):
        several += len(scene.boxes) > 1
        for places in scene.landmarks:
            x, y = np.rint(places[:2]).astype(int).T
            if ((places[:2] > 1) & (places[:2] < SIZE - 2)).all():
                eyes += 2
                shown += int((np.ptp(scene.picture[y, x].astype(int), axis=1) > 150).sum())
    assert several > 3
    assert shown >= 0.95 * eyes


@pytest.mark.usefixtures("as_set")
def test_backs_of_heads_are_no_heads(figure: Figure) -> None:
    scenes = made(figure, replace(PLAIN, faceless=1.0), 10)
    assert all(len(scene.boxes) == 0 for scene in scenes)
    assert any((scene.picture != 128).any() for scene in scenes)


def test_scenes_repeat_with_their_seed_and_else_differ(figure: Figure) -> None:
    photos = [np.random.default_rng(9).integers(0, 256, (64, 64, 3)).astype(np.uint8)]
    first, again, other = (
        [
            compose([figure], 64, np.random.default_rng([seed, i]), SceneSettings(), photos)
            for i in range(6)
        ]
        for seed in (1, 1, 2)
    )
    for one, same in zip(first, again, strict=True):
        np.testing.assert_array_equal(one.picture, same.picture)
        np.testing.assert_array_equal(one.boxes, same.boxes)
        assert one.picture.shape == (64, 64, 3)
        assert one.picture.dtype == np.uint8
        assert one.landmarks.shape == (len(one.boxes), 5, 2)
    assert any((one.picture != two.picture).any() for one, two in zip(first, other, strict=True))


def test_redrawing_keeps_edges_where_they_are() -> None:
    """The border between two halves stays in its column in nearly every hand."""
    halves = np.zeros((64, 64, 3), np.uint8)
    halves[:, 32:] = (230, 200, 190)
    kept = 0
    for seed in range(40):
        picture = restyled(halves, np.random.default_rng(seed))
        steps = np.abs(np.diff(picture.astype(int).mean((0, 2))))
        kept += abs(int(steps.argmax()) - 31) <= 3
    assert kept >= 38


def test_sides_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="the smaller one first"):
        SceneSettings(sides=(0.5, 0.2))
