"""Large pictures in tiles: what a network of local operations draws is the same as in one piece."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from rosetail.stylizer import stylizer as stylizer_module
from rosetail.stylizer import tiles
from rosetail.stylizer.stylizer import Stylizer
from rosetail.stylizer.tiles import draw_in_tiles

PIXELS = 200 * 200


@pytest.mark.parametrize("size", [(150, 190), (200, 900), (640, 480), (201, 201)])
@pytest.mark.parametrize("scale", [1.0, 0.5, 1.7])
def test_local_operations_are_the_same_in_tiles(
    monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], scale: float
) -> None:
    monkeypatch.setattr(tiles, "OVERLAP", 40)
    rgb = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    seen: list[int] = []

    def draw(tile: NDArray[np.uint8]) -> NDArray[np.uint8]:
        seen.append(round(tile.shape[0] * tile.shape[1] * scale**2))
        return 255 - cv2.GaussianBlur(tile, (5, 5), 0)

    drawn = draw_in_tiles(rgb, scale, draw, pixels=PIXELS)
    assert max(seen) <= PIXELS
    # Two lines at a tile's edge are drawn with a border of their own, at weights up to 1.5 / 23.
    assert np.abs(drawn.astype(int) - draw(rgb)).max() <= 255 * 1.5 / 23
    assert np.abs(drawn.astype(int) - draw(rgb)).mean() < 0.1


def test_a_network_with_tones_of_its_own_shows_no_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neighbouring tiles of 60 and 140 levels change over the overlap, not at a line."""
    monkeypatch.setattr(tiles, "OVERLAP", 40)
    levels = iter([60, 140])
    drawn = draw_in_tiles(
        np.zeros((200, 360, 3), np.uint8), 1.0,
        lambda tile: np.full_like(tile, next(levels)), pixels=PIXELS,
    )  # fmt: skip
    steps = np.abs(np.diff(drawn[100, :, 0].astype(int)))
    assert (drawn[100, 0, 0], drawn[100, -1, 0]) == (60, 140)
    assert steps.max() <= 3


def test_a_detail_above_the_limit_is_drawn(
    inverter: Stylizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The network sees four times as many pixels, in tiles; they are not capped in silence."""
    monkeypatch.setattr(
        stylizer_module, "largest_scale", lambda size: (PIXELS / size[0] / size[1]) ** 0.5
    )
    monkeypatch.setattr(stylizer_module, "draw_in_tiles",
                        lambda *given: draw_in_tiles(*given, pixels=PIXELS))  # fmt: skip
    seen: list[int] = []
    network = inverter.network
    monkeypatch.setattr(
        inverter, "network", lambda rgb: seen.append(rgb.shape[0] * rgb.shape[1]) or network(rgb)
    )
    y, x = np.mgrid[:300, :500]
    rgb = np.stack([x // 2, y // 2, x // 4 + y // 4], 2).astype(np.uint8)
    drawn = inverter.array(rgb, detail=2)
    assert np.abs(drawn.astype(int) - (255 - rgb)).max() <= 3
    assert max(seen) <= PIXELS
    assert sum(seen) >= 4 * 300 * 500
