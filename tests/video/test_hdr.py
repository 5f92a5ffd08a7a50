"""HDR clips look as bright as the same picture in an ordinary clip."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from rosetail.video import hdr
from rosetail.video.reader import ClipReader

TO_2020 = np.array([[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]])


def encoded(rgb: NDArray[np.uint8], curve: int) -> NDArray[np.uint16]:
    """sRGB as PQ or HLG codes, white at 203 cd/m²: the inverse formulas of BT.2100."""
    code = rgb / 255
    light = np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)
    light = np.clip(light @ TO_2020.T, 0, 1) * 203
    if curve == hdr.PQ:
        y = (light / 10_000) ** 0.1593017578125
        signal = ((0.8359375 + 18.8515625 * y) / (1 + 18.6875 * y)) ** 78.84375
    else:
        display = light / 1000
        luma = (display @ [0.2627, 0.6780, 0.0593])[..., None]
        scene = display * np.where(luma > 0, luma, 1) ** (-0.2 / 1.2)
        high = 0.17883277 * np.log(np.maximum(12 * scene - 0.28466892, 1e-9)) + 0.55991073
        signal = np.where(scene <= 1 / 12, np.sqrt(3 * scene), high)
    return np.rint(np.clip(signal, 0, 1) * 65535).astype(np.uint16)


@pytest.fixture
def picture() -> NDArray[np.uint8]:
    y, x = np.mgrid[:64, :96]
    return np.stack([2 * x + 20, 3 * y + 20, 220 - x - y], 2).astype(np.uint8)


@pytest.mark.parametrize("curve", [hdr.PQ, hdr.HLG])
def test_levels_come_back(picture: NDArray[np.uint8], curve: int) -> None:
    back = hdr.to_srgb(encoded(picture, curve), curve).astype(int)
    assert np.abs(back - picture).max() <= 2  # nothing here is bright enough to be compressed
    white = hdr.to_srgb(encoded(np.full((1, 1, 3), 255, np.uint8), curve), curve)
    assert 245 <= int(white.min()) <= 252


def test_highlights_keep_their_order() -> None:
    codes = np.linspace(0, 65535, 400).astype(np.uint16)
    levels = hdr.to_srgb(np.repeat(codes[:, None, None], 3, 2), hdr.PQ)[:, 0, 0].astype(int)
    assert (np.diff(levels) >= 0).all()
    assert levels[0] == 0
    assert levels[-1] == 255


@pytest.mark.parametrize("curve", [hdr.PQ, hdr.HLG])
def test_a_clip_has_the_brightness_of_its_picture(
    tmp_path: Path, picture: NDArray[np.uint8], curve: int
) -> None:
    path = tmp_path / "hdr.mkv"
    with av.open(str(path), "w") as file:
        video = file.add_stream(
            "libx265", rate=12, options={"x265-params": "log-level=error:crf=8"}
        )
        video.height, video.width, video.pix_fmt = 64, 96, "yuv420p10le"
        context = video.codec_context
        context.color_trc, context.color_primaries, context.colorspace = curve, 9, 9
        context.color_range = 1
        for _ in range(3):
            frame = av.VideoFrame.from_ndarray(encoded(picture, curve), "rgb48le")
            frame = frame.reformat(
                format="yuv420p10le", dst_colorspace="BT2020", dst_color_range="MPEG"
            )
            file.mux(video.encode(frame))
        file.mux(video.encode(None))
    with ClipReader(path) as clip:
        shown = [item.rgb for item in clip.items()]
        assert any("is HDR" in note for note in clip.notes)
    assert abs(shown[1].mean() - picture.mean()) < 2
    assert np.abs(shown[1].astype(int) - picture).mean() < 4
