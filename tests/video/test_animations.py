"""Animated GIF, WebP and PNG pictures stay animated, and become clips."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from rosetail.errors import InputError
from rosetail.stylizer.stylizer import Stylizer
from rosetail.video.animations import open_clip
from rosetail.video.clip import stylize_video

DURATIONS = [80, 120, 40, 260, 300]  # ms


def picture(number: int, clear: bool) -> NDArray[np.uint8]:
    """uint8 [48, 64, 4]: a red square that moves on grey; a clear quarter."""
    shown = np.full((48, 64, 4), 90, np.uint8)
    shown[..., 3] = 255
    shown[10:26, 8 * number : 8 * number + 16, :3] = 200, 20, 20
    if clear:
        shown[24:, 32:, 3] = 0
    return shown


def animation(path: Path, *, clear: bool = False, loop: int | None = 3, **options) -> Path:
    pictures = [Image.fromarray(picture(number, clear)) for number in range(len(DURATIONS))]
    repeats = {} if loop is None else {"loop": loop}
    how = {"lossless": True} if path.suffix == ".webp" else {}
    pictures[0].save(
        path, save_all=True, append_images=pictures[1:], duration=DURATIONS, **repeats, **how,
        **options,
    )  # fmt: skip
    return path


def contents(path: Path) -> list[tuple[float, NDArray[np.int64]]]:
    """Duration and RGBA of each picture, read by Pillow."""
    found = []
    with Image.open(path) as image:
        for number in range(image.n_frames):
            image.seek(number)
            pixels = np.asarray(image.convert("RGBA")).astype(int)
            found.append((image.info["duration"], pixels))
    return found


@pytest.mark.parametrize("clear", [False, True])
@pytest.mark.parametrize("kind", ["gif", "webp", "png"])
def test_animations_stay_animated(
    tmp_path: Path, inverter: Stylizer, kind: str, clear: bool
) -> None:
    source, target = animation(tmp_path / f"a.{kind}", clear=clear), tmp_path / f"b.{kind}"
    report = stylize_video(source, target, inverter, detail=1)
    assert (report.frames, report.notes) == (5, [])
    made = contents(target)
    assert [duration for duration, _ in made] == DURATIONS
    with Image.open(target) as image:
        assert image.info["loop"] == 3
    for number, (_, pixels) in enumerate(made):
        wanted = picture(number, clear).astype(int)
        shown = wanted[..., 3] > 0
        assert (pixels[..., 3] == wanted[..., 3]).all()
        difference = np.abs(pixels[..., :3] - (255 - wanted[..., :3]))[shown]
        assert difference.mean() < (4 if kind == "webp" else 0.5)


def test_an_animation_that_is_shown_once(tmp_path: Path, inverter: Stylizer) -> None:
    source = animation(tmp_path / "a.gif", loop=None)
    for kind, plays in (("gif", None), ("webp", 1), ("png", 1)):
        stylize_video(source, tmp_path / f"b.{kind}", inverter)
        with Image.open(tmp_path / f"b.{kind}") as image:
            assert image.info.get("loop") == plays


@pytest.mark.parametrize("kind", ["gif", "webp", "png", "avif"])
def test_animations_become_clips(tmp_path: Path, inverter: Stylizer, kind: str) -> None:
    source, target = animation(tmp_path / f"a.{kind}"), tmp_path / "b.mp4"
    assert stylize_video(source, target, inverter, detail=1).notes == []
    with av.open(str(target)) as file:
        frames = [(frame.pts * frame.time_base, frame.to_ndarray(format="rgb24"))
                  for frame in file.decode(video=0)]  # fmt: skip
        length = file.streams.video[0].duration * file.streams.video[0].time_base
    starts = np.cumsum([0, *DURATIONS])
    assert [time for time, _ in frames] == [Fraction(int(at), 1000) for at in starts[:-1]]
    assert length == Fraction(int(starts[-1]), 1000)
    for number, (_, shown) in enumerate(frames):
        inverted = 255 - picture(number, False)[..., :3].astype(int)
        assert np.abs(shown - inverted).mean() < 4


def test_a_clip_becomes_an_animation(tmp_path: Path, make_clip, inverter: Stylizer) -> None:
    target = tmp_path / "o.webp"
    report = stylize_video(make_clip(frames=6), target, inverter, detail=0.5)
    assert report.notes == ["sound and subtitles are left out of an animated picture"]
    made = contents(target)
    assert [round(duration) for duration, _ in made[:5]] == pytest.approx([33] * 5, abs=1)
    assert made[5][0] == 33
    assert made[0][1].shape == (64, 96, 4)


def test_the_default_picture_of_a_png_is_no_frame(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    pictures = [Image.fromarray(picture(number, False)) for number in range(3)]
    Image.new("RGBA", (64, 48), "blue").save(
        path, save_all=True, append_images=pictures, duration=[50] * 3, default_image=True
    )
    with open_clip(path) as clip:
        shown = [frame.rgb for frame in clip.items()]
    assert len(shown) == 3
    np.testing.assert_array_equal(shown[2], picture(2, False)[..., :3])


def test_durations_of_zero_are_those_of_browsers(tmp_path: Path) -> None:
    first = Image.fromarray(picture(0, False))
    rest = [Image.fromarray(picture(number, False)) for number in (1, 2)]
    first.save(tmp_path / "a.gif", save_all=True, append_images=rest, duration=0)
    with open_clip(tmp_path / "a.gif") as clip:
        assert [frame.duration for frame in clip.items()] == [100, 100, 100]


def test_a_damaged_animation_is_named(tmp_path: Path, inverter: Stylizer) -> None:
    source = animation(tmp_path / "a.png")
    data = bytearray(source.read_bytes())
    data[len(data) * 3 // 4] ^= 0xFF
    source.write_bytes(data)
    with pytest.raises(InputError, match=r"a\.png: "):
        stylize_video(source, tmp_path / "b.png", inverter)
    assert not (tmp_path / "b.png").exists()
