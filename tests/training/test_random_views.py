"""Views of a crop: placed as they say, sharp where nothing is resampled, the same for a pair."""

from __future__ import annotations

import numpy as np
import pytest

from rosetail.faces.warp import scale_of, transform
from rosetail.training.random_views import Augment, draw_view


def crop(side: int = 40) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (side, side, 3), dtype=np.uint8)


def test_an_untouched_view_is_an_exact_cutting() -> None:
    picture = crop()
    seen = set()
    for seed in range(40):
        view = draw_view(np.random.default_rng(seed), 40, 32, Augment())
        cut = view.of(picture)
        if view.mirrored:
            cut = cut[:, ::-1]
        x, y = (int(v) for v in -view.matrix[:, 2])
        assert 0 <= x <= 8
        assert 0 <= y <= 8
        assert np.array_equal(cut, picture[y : y + 32, x : x + 32])
        seen.add((x, y, view.mirrored))
    assert len(seen) > 30


def test_views_stay_within_what_was_asked() -> None:
    augment = Augment(scale=(0.8, 1.2), turn=20, light=0.1)
    views = [draw_view(np.random.default_rng(seed), 64, 48, augment) for seed in range(300)]
    scales = [scale_of(view.matrix) for view in views]
    turns = [np.rad2deg(np.arctan2(view.matrix[1, 0], view.matrix[0, 0])) for view in views]
    gains = [view.gain for view in views]
    for values, low, high in ((scales, 0.8, 1.2), (turns, -20, 20), (gains, 0.9, 1.1)):
        assert low <= min(values) < low + (high - low) / 10
        assert high - (high - low) / 10 < max(values) <= high
    assert 100 < sum(view.mirrored for view in views) < 200
    for view in views:  # the middle of the crop never leaves the view
        middle = transform([31.5, 31.5], view.matrix)
        assert (middle >= 0).all()
        assert (middle <= 47).all()


def test_gain_is_a_factor() -> None:
    grey = np.full((32, 32, 3), 100, np.uint8)
    view = draw_view(np.random.default_rng(3), 32, 32, Augment(light=0.3))
    assert view.of(grey)[0, 0, 0] == pytest.approx(100 * view.gain, abs=0.5)


def test_the_same_seed_gives_the_same_view() -> None:
    augment = Augment(scale=(0.9, 1.1), turn=5, light=0.1)
    one, two = (draw_view(np.random.default_rng(7), 40, 32, augment).of(crop()) for _ in range(2))
    assert np.array_equal(one, two)
    assert one.shape == (32, 32, 3)
    assert one.flags.c_contiguous


@pytest.mark.parametrize("bad", [{"scale": (1.2, 0.8)}, {"turn": -1.0}, {"light": 1.0}])
def test_ranges_that_make_no_sense(bad: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="must be"):
        Augment(**bad)


def test_places_follow_the_picture() -> None:
    picture = np.zeros((80, 80, 3), np.uint8)
    picture[28:33, 48:53] = 255  # a dot about x 50, y 30
    for seed in range(8):  # mirrored ones among them
        view = draw_view(np.random.default_rng(seed), 80, 96, Augment((0.9, 1.1), 20.0))
        rows, columns = np.nonzero(view.of(picture)[..., 0] > 100)
        assert np.allclose(view.places([[50, 30]]), [[columns.mean(), rows.mean()]], atol=0.5)


def test_mirroring_can_be_switched_off() -> None:
    rng = np.random.default_rng(0)
    assert not any(draw_view(rng, 40, 24, Augment(mirror=0.0)).mirrored for _ in range(20))


def test_views_about_the_face() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        view = draw_view(rng, 80, 24, Augment(turn=10.0, mirror=0.0, face=1.0), (50.0, 30.0))
        assert np.abs(view.places([[50.0, 30.0]]) - 11.5).max() < 0.1 * 24 + 1
        assert draw_view(rng, 80, 24, Augment(face=1.0)).size == 24  # no face known
    edge = draw_view(rng, 80, 24, Augment(mirror=0.0, face=1.0), (0.0, 79.0))
    np.testing.assert_allclose(edge.places([[0.0, 79.0]]), [[0.0, 23.0]], atol=1)
