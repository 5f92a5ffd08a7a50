"""Decode the packets of a video stream, transparency included; damage costs single pictures."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from rosetail.arrays import Bytes
from rosetail.video import hdr

# FFmpeg's own decoders of VP8 and VP9 leave out the alpha, which WebM stores beside the pictures.
WITH_ALPHA = {"vp9": "libvpx-vp9", "vp8": "libvpx"}
UNSPECIFIED, HD_LINES = 2, 720


class Decoder:
    """Packets of ``stream`` to frames. ``damaged`` counts the packets that gave none."""

    def __init__(self, stream: VideoStream) -> None:
        self.damaged = 0
        self._own: Any = None  # instead of the stream's decoder
        # With threads for whole frames, errors come late and cost the neighbours too.
        stream.thread_type = "SLICE"
        name = WITH_ALPHA.get(stream.codec_context.name)
        if name and stream.metadata.get("alpha_mode") == "1":
            with suppress(ValueError):  # a build without that decoder
                self._own = av.CodecContext.create(name, "r")

    def __call__(self, packet: Any) -> list[VideoFrame]:
        """The frames that are complete after ``packet``; an empty packet flushes the decoder."""
        try:
            if self._own is None:
                return list(packet.decode())
            return list(self._own.decode(packet if packet.size else None))
        except av.error.FFmpegError:
            self.damaged += 1
            return []

    def restart(self) -> None:
        """Forget pictures in work, after seeking."""
        if self._own is not None:
            self._own.flush_buffers()


def has_alpha(frame: VideoFrame) -> bool:
    return any(component.is_alpha for component in frame.format.components)


def to_srgb(frame: VideoFrame, size: tuple[int, int], curve: int = 0) -> Bytes:
    """A frame at ``size`` (height, width) as uint8 [H, W, 3] in sRGB, or [H, W, 4] if it has an
    alpha. ``curve`` is that of HDR, PQ or HLG, or 0."""
    height, width = size
    matrix = "ITU709" if frame.colorspace == UNSPECIFIED and frame.height >= HD_LINES else None
    smaller = "AREA" if height * width < frame.height * frame.width else "BICUBIC"
    layout = "rgba" if has_alpha(frame) else "rgb48le" if curve else "rgb24"
    shown = frame.reformat(
        width, height, layout, src_colorspace=matrix, interpolation=smaller
    ).to_ndarray()
    if layout == "rgb48le":
        return hdr.to_srgb(np.asarray(shown, np.uint16), curve)
    return np.asarray(shown, np.uint8)
