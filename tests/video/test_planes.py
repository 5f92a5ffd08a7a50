"""Drawings enlarged as video planes look like drawings enlarged as RGB."""

from __future__ import annotations

import numpy as np

from rosetail.stylizer.scale import resize_drawing
from rosetail.video.planes import FROM_RGB, enlarged_frame


def test_the_matrix_is_bt709() -> None:
    """Published 8-bit values of full colours, ITU-R BT.709 limited range."""
    for rgb, ycbcr in (
        ((255, 255, 255), (235, 128, 128)),
        ((0, 0, 0), (16, 128, 128)),
        ((255, 0, 0), (63, 102, 240)),
        ((0, 255, 0), (173, 42, 26)),
        ((0, 0, 255), (32, 240, 118)),
    ):
        np.testing.assert_allclose(FROM_RGB @ [*rgb, 1], ycbcr, atol=0.6)


def test_planes_say_what_rgb_would() -> None:
    drawing = np.full((30, 40, 3), (230, 190, 160), np.uint8)
    drawing[8:20, 10:30] = 40, 60, 120
    size = (90, 120)
    frame = enlarged_frame(drawing, size)
    assert (frame.height, frame.width, frame.format.name) == (90, 120, "yuv420p")
    rgb = frame.reformat(format="rgb24", src_colorspace="ITU709").to_ndarray()
    expected = resize_drawing(drawing, size)
    assert np.abs(rgb.astype(int) - expected).mean() < 2.5
    assert np.abs(rgb[40, 60].astype(int) - expected[40, 60]).max() <= 3
