"""The files that clips are written to: their containers and encoders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.filter

from rosetail.errors import OutputError


@dataclass(frozen=True)
class PictureEncoder:
    """An encoder of FFmpeg, its options and its pixel format."""

    name: str
    pix_fmt: str
    options: Mapping[str, str] = field(default_factory=dict)


# The network needs the processor: the fastest preset takes 40 % of the time of the next for 50 %
# more bytes. Deblocking, which it switches off, costs almost nothing.
H264 = PictureEncoder(
    "libx264",
    "yuv420p",
    {"preset": "ultrafast", "crf": "18", "x264-params": "no-deblock=0:deblock=0,0"},
)
PRORES = PictureEncoder("prores_ks", "yuva444p10le", {"profile": "4444"})
GIF = PictureEncoder("gif", "pal8")
APNG, APNG_CLEAR = PictureEncoder("apng", "rgb24"), PictureEncoder("apng", "rgba")
WEBP = PictureEncoder("libwebp_anim", "bgra", {"quality": "90"})


@dataclass(frozen=True)
class Format:
    """A container (name of FFmpeg's muxer) with its encoders; ``clear`` is the one with an alpha.

    ``repeats`` is the muxer's option for the number of repetitions of an animated picture; clips
    have none. Animated pictures have no sound and no other tracks.
    """

    container: str
    opaque: PictureEncoder
    clear: PictureEncoder | None = None
    repeats: str = ""


FORMATS = {
    ".mp4": Format("mp4", H264),
    ".m4v": Format("mp4", H264),
    ".mov": Format("mov", H264, PRORES),
    ".mkv": Format("matroska", H264),
    ".gif": Format("gif", GIF, GIF, "loop"),
    ".webp": Format("webp", WEBP, WEBP, "loop"),
    ".png": Format(
        "apng", PictureEncoder("apng", "rgb24"), PictureEncoder("apng", "rgba"), "plays"
    ),
}
ANIMATED = frozenset(suffix for suffix, each in FORMATS.items() if each.repeats)


def format_of(path: Path, *, transparent: bool = False) -> Format:
    """The format for the suffix of ``path``. Raises OutputError for another suffix, or one that
    does not support transparency if ``transparent``."""
    found = FORMATS.get(path.suffix.lower())
    if transparent and (found is None or found.clear is None):
        raise OutputError(
            f"{path}: only .mov, .gif, .webp and .png support transparency; use .mov for editors"
        )
    if found is None:
        raise OutputError(
            f"{path}: cannot write '{path.suffix}' videos; use .mp4, .mov or .mkv, or .gif, .webp "
            "or .png for animated pictures"
        )
    return found


def holds_alpha(path: Path) -> bool:
    """Whether clips with the suffix of ``path`` can have a transparent background."""
    found = FORMATS.get(path.suffix.lower())
    return found is not None and found.clear is not None


class GifColours:
    """Reduces each picture to its own 256 colours, as GIF needs (palettegen, paletteuse)."""

    def __init__(self, width: int, height: int, layout: str, tick: Fraction) -> None:
        self._graph = av.filter.Graph()
        kind = av.VideoFormat(layout, width, height)
        source = self._graph.add_buffer(width=width, height=height, format=kind, time_base=tick)
        split = self._graph.add("split")
        colours = self._graph.add("palettegen", "stats_mode=single")
        use = self._graph.add("paletteuse", "new=1")
        sink = self._graph.add("buffersink")
        source.link_to(split)
        split.link_to(colours, 0, 0)
        split.link_to(use, 1, 0)
        colours.link_to(use, 0, 1)
        use.link_to(sink)
        self._graph.configure()

    def __call__(self, frame: Any) -> Any:
        self._graph.vpush(frame)
        return self._graph.vpull()


def set_last_duration(webp: Path, seconds: Fraction) -> None:
    """Set how long the last picture of an animated WebP is shown, which the encoder guesses.

    A frame is a chunk ANMF; its duration in milliseconds are the bytes 12 to 15 of its content
    (RFC 9649, 2.7.1.1).
    """
    with webp.open("r+b") as file:
        end, position, last = file.seek(0, 2), 12, 0
        while position + 8 <= end:
            file.seek(position)
            head = file.read(8)
            last = position if head[:4] == b"ANMF" else last
            size = int.from_bytes(head[4:], "little")
            position += 8 + size + size % 2
        if last:
            file.seek(last + 8 + 12)
            file.write(round(seconds * 1000).to_bytes(3, "little"))
