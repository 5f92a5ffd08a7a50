"""The finish by its parts, against OpenCV's morphology and by hand."""

from __future__ import annotations

import cv2
import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import TensorProto

from rosetail.export.graph_builder import GraphBuilder
from rosetail.methods.doubletail.finish import LUMA, STROKE, Finish, add_finish

Floats = NDArray[np.float32]


def finished(picture: Floats, finish: Finish) -> Floats:
    """``picture`` [H, W, 3] in [-1, 1] through the graph."""
    graph = GraphBuilder(half=True)
    graph.add("Identity", add_finish(graph, "image", finish), name="anime")
    port = (TensorProto.FLOAT, ["n", 3, "h", "w"])
    model = graph.model({"image": port}, {"anime": port}, {})
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    answer = session.run(None, {"image": picture.transpose(2, 0, 1)[None]})[0]
    return answer[0].transpose(1, 2, 0)


def middle(one: Floats, before: Floats, after: Floats) -> Floats:
    return np.median(np.stack([one, before, after]), axis=0)


def by_opencv(picture: Floats, finish: Finish) -> Floats:
    grey, square = picture @ np.float32(LUMA), np.ones((STROKE, STROKE), np.uint8)
    closed = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, square)
    opened = cv2.morphologyEx(grey, cv2.MORPH_OPEN, square)
    dark = np.maximum(closed - grey - finish.least, 0)
    light = np.maximum(grey - opened - finish.least, 0)
    x = picture
    for axis in (1, 0):
        wide = np.pad(x, [(int(side == axis),) * 2 for side in range(3)], mode="edge")
        sides = np.split(
            np.take(wide, [*range(x.shape[axis]), *range(2, x.shape[axis] + 2)], axis), 2, axis
        )
        x = middle(x, *sides)
    x = np.clip(x + (finish.light * light - finish.dark * dark)[..., None], -1, 1)
    around = np.ones((3, 3), np.uint8)
    steep = x + finish.crisp * (x - cv2.blur(x, (3, 3), borderType=cv2.BORDER_REPLICATE))
    x = np.clip(steep, cv2.erode(x, around), cv2.dilate(x, around))
    grey = (x @ np.float32(LUMA))[..., None]
    return np.clip(grey + finish.chroma * (x - grey), -1, 1)


def test_says_what_opencv_says() -> None:
    rough = np.random.default_rng(0).uniform(-1, 1, (24, 31, 3)).astype(np.float32)
    smooth = cv2.GaussianBlur(rough, (0, 0), 1.0)
    finish = Finish(0.8, 0.5, 0.05, 1.5, 1.2)
    inside = np.s_[1:-1, 1:-1]  # at the border fewer neighbours are averaged
    np.testing.assert_allclose(
        finished(smooth, finish)[inside], by_opencv(smooth, finish)[inside], atol=1e-5
    )


def test_strokes_get_stronger_and_faint_ones_go() -> None:
    picture = np.full((40, 40, 3), 0.4, np.float32)
    picture[:, 8:10] = 0.0  # a dark line, two pixels wide
    picture[:, 20] = 0.36  # a hair
    picture[:, 30:32] = 0.7
    drawn = finished(picture, Finish(dark=1.0, light=1.0, least=0.1, crisp=0.0))
    assert drawn[20, 8, 0] == pytest.approx(0.0 - (0.4 - 0.1), abs=1e-5)
    assert drawn[20, 30, 0] == pytest.approx(0.7 + (0.3 - 0.1), abs=1e-5)
    np.testing.assert_allclose(drawn[:, 14:26], 0.4, atol=1e-5)


def test_nothing_is_lighter_or_darker_than_its_surroundings() -> None:
    edge = np.zeros((20, 20, 3), np.float32)
    edge[:, 10:] = 0.5
    edge[:, 10] = 0.2
    drawn = finished(edge, Finish(crisp=3.0))
    assert drawn.min() >= 0
    assert drawn.max() <= 0.5


def test_facts_keep_a_finish() -> None:
    finish = Finish(dark=0.5, chroma=1.1)
    assert Finish.of({"finish": finish.fact}) == finish
    assert Finish.of({}) is None
