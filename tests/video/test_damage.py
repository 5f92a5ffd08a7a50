"""Damage costs what is damaged, and is said; a clip that is cut off is refused before any work."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from rosetail.errors import InputError
from rosetail.stylizer.stylizer import Stylizer
from rosetail.video.clip import stylize_video


def noisy(path: Path, frames: int, seconds_of_sound: float = 0.0, **options: str) -> Path:
    rng = np.random.default_rng(0)
    base = rng.integers(0, 255, (96, 128, 3), np.uint8)
    with av.open(str(path), "w") as file:
        video = file.add_stream("libx264", rate=24, options=options)
        video.width, video.height, video.pix_fmt = 128, 96, "yuv420p"
        sound = file.add_stream("aac", rate=44_100, layout="mono") if seconds_of_sound else None
        for number in range(frames):
            frame = av.VideoFrame.from_ndarray(np.roll(base, number, 1), "rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 24)
            file.mux(video.encode(frame))
        file.mux(video.encode(None))
        if sound is not None:
            noise = rng.normal(0, 0.2, (1, int(44_100 * seconds_of_sound))).astype(np.float32)
            heard = av.AudioFrame.from_ndarray(noise, "fltp", "mono")
            heard.sample_rate, heard.pts = 44_100, 0
            file.mux(sound.encode(heard))
            file.mux(sound.encode(None))
    return path


@pytest.mark.parametrize("number", [10, 30, 46])
def test_a_damaged_packet_costs_one_picture(
    tmp_path: Path, inverter: Stylizer, number: int
) -> None:
    source, target = noisy(tmp_path / "a.mp4", 48), tmp_path / "o.mp4"
    with av.open(str(source)) as file:
        packets = [packet for packet in file.demux(video=0) if packet.size]
        time = packets[number].pts * packets[number].time_base
        place = packets[number].pos
    data = bytearray(source.read_bytes())
    for at in range(place, place + 8):
        data[at] ^= 0x5A
    source.write_bytes(data)
    report = stylize_video(source, target, inverter, detail=0.5)
    assert (report.frames, report.damaged) == (47, 1)
    assert report.notes == ["is damaged; packets left out: 1 of pictures, 0 of sound"]
    with av.open(str(target)) as file:
        times = [frame.pts * frame.time_base for frame in file.decode(video=0)]
    assert times == [Fraction(at, 24) for at in range(48) if Fraction(at, 24) != time]


def test_damaged_sound_is_not_blamed_on_the_result(tmp_path: Path, inverter: Stylizer) -> None:
    whole = noisy(tmp_path / "a.ts", 48, 2.0)
    with av.open(str(whole)) as file:
        places = [packet.pos for packet in file.demux(audio=0) if packet.size]
    data = bytearray(whole.read_bytes())
    middle = places[len(places) // 2] // 188 * 188
    start = next(
        at for at in range(middle, len(data), 188)
        if data[at + 1] & 0x40 and (data[at + 1] & 0x1F) << 8 | data[at + 2] == 0x101
    )  # fmt: skip
    head = 4 + (1 + data[start + 4] if data[start + 3] & 0x20 else 0)
    payload = start + head + 9 + data[start + head + 8]  # past the PES header
    data[payload : payload + 6] = bytes(6)  # no ADTS header
    source = tmp_path / "damaged.ts"
    source.write_bytes(data)
    for name in ("o.mkv", "o.mp4"):
        report = stylize_video(source, tmp_path / name, inverter, detail=0.5)
        assert report.frames == 48
        with av.open(str(tmp_path / name)) as file:
            heard = sum(bool(packet.size) for packet in file.demux(audio=0))
        assert len(places) - 8 <= heard <= len(places)


def test_a_clip_without_its_end_is_refused_before_it_is_drawn(
    tmp_path: Path, inverter: Stylizer
) -> None:
    whole = noisy(tmp_path / "a.mkv", 60).read_bytes()
    source = tmp_path / "cut.mkv"
    source.write_bytes(whole[: len(whole) * 7 // 10])
    drawn: list[int] = []
    with pytest.raises(InputError, match=r"cut.mkv: cut off, 1\.\d of 2\.5 seconds are there"):
        stylize_video(
            source, tmp_path / "o.mp4", inverter, progress=lambda done, of: drawn.append(done)
        )
    assert drawn == []
    assert not (tmp_path / "o.mp4").exists()


def test_a_clip_of_damage_alone_is_refused(tmp_path: Path, inverter: Stylizer) -> None:
    source = noisy(tmp_path / "a.mp4", 6)
    with av.open(str(source)) as file:
        packets = [packet for packet in file.demux(video=0) if packet.size]
    data = bytearray(source.read_bytes())
    for packet in packets:
        data[packet.pos : packet.pos + packet.size] = b"\x5a" * packet.size
    source.write_bytes(data)
    with pytest.raises(InputError, match=r"a.mp4: .*no picture"):
        stylize_video(source, tmp_path / "o.mp4", inverter)
