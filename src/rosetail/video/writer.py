"""Write a clip: pictures at the source's times, with its sound, subtitles, chapters and fonts."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.frame import VideoFrame

from rosetail.arrays import Bytes
from rosetail.engines import usable_cores
from rosetail.errors import OutputError
from rosetail.images import flatten
from rosetail.stylizer.scale import resize_drawing
from rosetail.video.formats import GifColours, format_of, set_last_duration
from rosetail.video.planes import enlarged_frame
from rosetail.video.reader import SoundPacket
from rosetail.video.timeline import Source
from rosetail.video.tracks import add_track

BT709 = 1  # matrix, primaries and transfer curve, ITU-T H.273
LIMITED = 1  # 16..235
TO_BT709 = {"dst_colorspace": "ITU709", "dst_color_range": "MPEG"}
WHITE = (255, 255, 255)


class ClipWriter:
    """Writes pictures with the times and the sound of ``clip`` to ``path``.

    A context manager; on an error the file stays incomplete. ``size`` is the (height, width) of the
    pictures; smaller ones are enlarged. H.264 in 4:2:0 needs even sides: of an odd side, the last
    row or column is repeated. ``square_pixels`` ignores the clip's pixel aspect ratio.
    ``transparent`` pictures have an alpha.

    Attributes:
        notes: messages for the user.
        damaged: the number of sound packets of the clip that could not be used.
    """

    def __init__(
        self,
        path: Path,
        clip: Source,
        size: tuple[int, int],
        *,
        sound: bool = True,
        square_pixels: bool = False,
        transparent: bool = False,
    ) -> None:
        self._format = format_of(path, transparent=transparent)
        clear = self._format.clear if transparent else None
        self._encoder = clear or self._format.opaque
        self._path, self._clip, self._size = path, clip, size
        self.notes: list[str] = []
        self.damaged = 0
        self._tick, self._start = clip.tick, clip.start_offset()
        even = self._encoder.pix_fmt == "yuv420p"
        self._padding = (size[0] % 2, size[1] % 2) if even else (0, 0)
        self._durations: dict[int, int] = {}  # of the pictures that are in the encoder, by pts
        self._file = av.open(
            str(path), "w", format=self._format.container, options=self._muxer_options()
        )
        self._video = self._add_video(Fraction(1) if square_pixels else clip.pixel_aspect)
        layout = "rgba" if transparent else "rgb24"
        self._palette = (
            GifColours(size[1], size[0], layout, clip.tick) if self._encoder.name == "gif" else None
        )
        self._sounds: dict[int, Any] = {}
        if sound:
            self._add_tracks()

    def __enter__(self) -> ClipWriter:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        try:
            if error is None:
                self._encode(None)
                for sound in self._sounds.values():
                    if sound is not None:
                        self._file.mux(sound.flush())
        finally:
            self._file.close()
        if error is None and self._format.container == "webp":
            set_last_duration(self._path, self._clip.last_duration)

    def write_frame(self, rgb: Bytes, pts: int, duration: int, alpha: Bytes | None = None) -> None:
        """Add a picture, uint8 [H, W, 3] of the clip's size or smaller, or [H, W, 4] of its size if
        transparent; ``pts`` and ``duration`` are in ticks of the clip.

        ``alpha`` [H, W] belongs to a picture of three channels. Where the file has none, the
        picture is laid over white.
        """
        if alpha is not None:
            rgb = self._with_alpha(rgb, alpha)
        frame = self._to_frame(rgb)
        frame.pts, frame.duration = pts - round(self._start / self._tick), duration
        frame.time_base = self._tick
        self._durations[frame.pts] = duration
        self._encode(frame)

    def write_packet(self, packet: Any) -> None:
        """Add a packet that another writer with the same settings has encoded."""
        packet.stream, packet.time_base = self._video, self._tick
        self._file.mux(packet)

    def write_sound(self, sound: SoundPacket) -> None:
        """Add a packet of one of the clip's sound or subtitle streams. Damaged ones are counted."""
        packet, target = sound.packet, self._sounds.get(sound.stream.index)
        if target is None:
            return
        if self._start:
            back = round(self._start / packet.time_base)
            packet.pts, packet.dts = packet.pts - back, packet.dts - back
        try:
            self._file.mux(target(packet))
        except av.error.InvalidDataError:
            self.damaged += 1

    def _with_alpha(self, rgb: Bytes, alpha: Bytes) -> Bytes:
        if self._encoder is self._format.clear:
            return np.dstack([rgb, alpha])
        if alpha.min() == 255:
            return rgb
        note = "its transparent background became white; use .mov, .webp, .png or .gif to keep it"
        if note not in self.notes:
            self.notes.append(note)
        return flatten(rgb, alpha, WHITE)

    def _to_frame(self, rgb: Bytes) -> VideoFrame:
        bottom, right = self._padding
        yuv = self._encoder.pix_fmt.startswith("yuv")
        if self._encoder.pix_fmt == "yuv420p" and rgb.shape[:2] != self._size:
            return enlarged_frame(rgb, (self._size[0] + bottom, self._size[1] + right))
        rgb = resize_drawing(rgb, self._size)
        if bottom or right:
            rgb = np.pad(rgb, ((0, bottom), (0, right), (0, 0)), mode="edge")
        frame = VideoFrame.from_ndarray(rgb, "rgba" if rgb.shape[2] == 4 else "rgb24")
        if self._palette is not None:
            return self._palette(frame)
        colours: Any = TO_BT709 if yuv else {}
        return frame.reformat(format=self._encoder.pix_fmt, **colours)

    def _encode(self, frame: VideoFrame | None) -> None:
        """Encode a frame, or flush the encoder."""
        for packet in self._video.encode(frame):
            # The encoder drops durations; only that of the last picture cannot be inferred.
            packet.duration = self._durations.pop(packet.pts, packet.duration)
            self._mux(packet)

    def _mux(self, packet: Any) -> None:
        self._file.mux(packet)

    def _muxer_options(self) -> dict[str, str]:
        kind, plays = self._format.container, self._clip.plays
        if kind in ("mp4", "mov"):
            return {"movflags": "+faststart"}
        last = self._clip.last_duration
        if kind == "gif":  # states repetitions (-1 for none), and hundredths of seconds
            repeats = 0 if plays == 0 else plays - 1 or -1
            return {"loop": str(repeats), "final_delay": str(round(last * 100))}
        if kind == "apng":
            return {"plays": str(plays), "final_delay": f"{last.numerator}/{last.denominator}"}
        return {"loop": str(plays)} if kind == "webp" else {}

    def _add_video(self, pixel_aspect: Fraction) -> Any:
        name, options = self._encoder.name, dict(self._encoder.options)
        try:
            stream: Any = self._file.add_stream(name, rate=self._clip.rate, options=options)
        except ValueError as error:  # av.codec.UnknownCodecError
            raise OutputError(
                f"this build of PyAV has no {name}; run: pip install --force-reinstall av"
            ) from error
        stream.height = self._size[0] + self._padding[0]
        stream.width = self._size[1] + self._padding[1]
        stream.pix_fmt = self._encoder.pix_fmt
        stream.time_base = self._tick
        context = stream.codec_context
        context.thread_count = max(1, usable_cores() // 2)  # the rest is for the network
        context.time_base = self._tick
        context.sample_aspect_ratio = pixel_aspect
        if self._encoder.pix_fmt.startswith("yuv"):
            context.colorspace = context.color_primaries = context.color_trc = BT709
            context.color_range = LIMITED
        return stream

    def _add_tracks(self) -> None:
        """Add what the clip has beside its pictures, or a note for what the file cannot hold."""
        clip, kind = self._clip, self._format.container
        if self._format.repeats:
            if clip.sound_streams:
                self.notes.append("sound and subtitles are left out of an animated picture")
            return
        self._video.metadata.update(clip.track_metadata)
        for stream in clip.sound_streams:
            self._sounds[stream.index] = add_track(self._file, stream, self.notes)
        if clip.title:
            self._file.metadata["title"] = clip.title
        if clip.chapters and not self._start:
            self._file.set_chapters(list(clip.chapters))
        if kind != "matroska" and clip.attachments:
            self.notes.append("attachments (such as fonts) are left out; use .mkv to keep them")
            return
        for each in clip.attachments:
            name = each.metadata.get("filename", "file")
            self._file.add_attachment(name, each.mimetype or "", each.data)
