"""The cascade's parts: non-maximum suppression, window patches."""

from __future__ import annotations

import numpy as np
import pytest

from rosetail.faces import mtcnn
from rosetail.weights import find, read_header


@pytest.mark.parametrize("of_smaller", [False, True])
def test_suppression_keeps_the_best_of_what_overlaps(of_smaller: bool) -> None:
    rng = np.random.default_rng(2)
    low = rng.uniform(0, 60, (40, 2))
    boxes = np.concatenate([low, low + rng.uniform(5, 40, (40, 2))], 1).astype(np.float32)
    scores = rng.random(40).astype(np.float32)

    def shared(a: np.ndarray, b: np.ndarray) -> float:
        wide = max(0.0, float(min(a[2], b[2]) - max(a[0], b[0])))
        high = max(0.0, float(min(a[3], b[3]) - max(a[1], b[1])))
        areas = [float((c[2] - c[0]) * (c[3] - c[1])) for c in (a, b)]
        return wide * high / (min(areas) if of_smaller else sum(areas) - wide * high)

    expected: list[int] = []
    for i in sorted(range(40), key=lambda i: -scores[i]):
        if all(shared(boxes[i], boxes[j]) <= 0.3 for j in expected):
            expected.append(i)
    assert 1 < len(expected) < 40
    assert mtcnn.suppress(boxes, scores, 0.3, of_smaller=of_smaller) == expected


def test_patch_shows_its_box_and_black_beyond_the_picture() -> None:
    rgb = np.zeros((96, 96, 3), np.uint8)
    rgb[...] = np.arange(96, dtype=np.uint8)[None, :, None] * 2
    halves = mtcnn.halved(rgb)
    patch = mtcnn.patch(halves, np.float32([24, 24, 72, 72]), 24)
    # Pixel i covers columns 24 + 2 i and 25 + 2 i, of mean value 2 (24.5 + 2 i).
    np.testing.assert_allclose(patch[12, :, 0], 2 * (24.5 + 2 * np.arange(24)), atol=1)
    beyond = mtcnn.patch(halves, np.float32([-48, 0, 48, 96]), 24)
    assert not beyond[:, :11].any()
    assert beyond[5, 13:].all()


def test_every_shipped_net_says_how_it_is_used() -> None:
    for net, window in mtcnn.WINDOWS.items():
        facts = read_header(find(f"mtcnn_{net}"))
        assert facts["window"] == str(window)
        assert {"network", "value_range", "licence", "credit"} <= facts.keys()
