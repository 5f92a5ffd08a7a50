"""The shipped finder of drawn heads, on painted portraits that it did not learn from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from rosetail import painter
from rosetail.faces import drawn_heads
from rosetail.faces.drawn_heads import DrawnHead, find_heads
from rosetail.faces.faces import MIRRORED
from rosetail.methods.headfinder.figures import head_box

Bytes = NDArray[np.uint8]
UNSEEN = range(500_000, 500_006)  # seeds far beyond those of the training


@pytest.fixture(scope="module")
def portraits() -> list[painter.Painting]:
    # Eyes open: where the eye of a closed lid is, is a matter of taste.
    awake = {"wink_left": 0.0, "wink_right": 0.0}
    return [painter.paint(replace(painter.sample(seed), **awake)) for seed in UNSEEN]


def apart(head: DrawnHead, box: NDArray[np.floating]) -> float:
    """How far two boxes' corners are apart at the most, in sides."""
    return float(np.abs(head.box - box).max() / (box[2] - box[0]))


def test_heads_and_what_is_in_them_are_found(portraits: list[painter.Painting]) -> None:
    for portrait in portraits:
        (head,) = find_heads(portrait.image)
        box = head_box(portrait.face_box)
        assert apart(head, box) < 0.15
        off = np.linalg.norm(head.landmarks - portrait.landmarks, axis=1) / (box[2] - box[0])
        assert off.max() < 0.1
        assert 0.5 < head.score <= 1


def test_a_mirrored_drawing_has_mirrored_heads(portraits: list[painter.Painting]) -> None:
    image = portraits[0].image
    (head,), (other,) = find_heads(image), find_heads(np.ascontiguousarray(image[:, ::-1]))
    last = image.shape[1] - 1
    points = other.landmarks[MIRRORED] * (-1, 1) + (last, 0)
    np.testing.assert_allclose(points, head.landmarks, atol=0.5)
    np.testing.assert_allclose(last - other.box[[2, 0]], head.box[[0, 2]], atol=0.5)


def test_size_and_company_do_not_matter(portraits: list[painter.Painting]) -> None:
    """Two portraits side by side, then the pair shown large: the same heads."""
    pair = np.concatenate([portraits[0].image, portraits[1].image], axis=1)
    large = np.repeat(np.repeat(pair, 4, axis=0), 4, axis=1)
    shift = np.array([256, 0, 256, 0])
    boxes = [head_box(portraits[0].face_box), head_box(portraits[1].face_box) + shift]
    for picture, scale in ((pair, 1), (large, 4)):
        heads = sorted(find_heads(picture), key=lambda head: head.box[0])
        assert len(heads) == 2
        for head, box in zip(heads, boxes, strict=True):
            assert apart(head, scale * box) < 0.2


def test_no_face_no_head(portraits: list[painter.Painting]) -> None:
    bodies = portraits[2].image[-60:]
    assert find_heads(bodies) == []
    assert find_heads(np.random.default_rng(1).integers(0, 256, (90, 90, 3)).astype(np.uint8)) == []


def test_looks_vote_where_they_can_see() -> None:
    """One of two looks is too coarse for a small head: its silence is no vote against."""
    small = DrawnHead(np.array([10.0, 10, 40, 40]), np.zeros((5, 2)), 0.8)
    (head,) = drawn_heads._merge([(1.0, [small]), (0.4, [])])
    assert head.score == pytest.approx(0.8)
    (head,) = drawn_heads._merge([(1.0, [small]), (0.9, [])])
    assert head.score == pytest.approx(0.4)
    shifted = DrawnHead(small.box + 4, small.landmarks + 4, 0.2)
    (head,) = drawn_heads._merge([(1.0, [small, shifted]), (1.0, [])])
    assert head.score == pytest.approx(0.4)
    np.testing.assert_allclose(head.box, small.box + 0.8)
