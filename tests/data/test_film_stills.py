"""Stills of a film whose shots, bars and blurs are known."""

from __future__ import annotations

from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from rosetail import images
from rosetail.data.film_stills import Cuts, extract_stills, parse_time, picture_box, sharpness
from rosetail.data.near_duplicates import hamming_distance, perceptual_hash
from rosetail.errors import InputError, SettingsError

Bytes = NDArray[np.uint8]
RATE = 10
HEIGHT, WIDTH, BAR = 180, 320, 24


def world(seed: int) -> Bytes:
    """A scene to pan over, with lines in it."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(30, 226, (5, 8, 3), dtype=np.uint8)
    wide = cv2.resize(coarse, (WIDTH + 120, HEIGHT), interpolation=cv2.INTER_CUBIC)
    for _ in range(40):
        ends = rng.integers(0, [WIDTH + 120, HEIGHT], (2, 2))
        cv2.line(wide, ends[0].tolist(), ends[1].tolist(), rng.integers(0, 256, 3).tolist(), 1)
    return np.asarray(wide, np.uint8)


def shot(seed: int, count: int, blur: float = 0.0, shift: int = 1) -> list[Bytes]:
    frames = []
    for index in range(count):
        view = world(seed)[:, shift * index : shift * index + WIDTH]
        view = cv2.GaussianBlur(view, (0, 0), blur) if blur else view
        frame = np.zeros((HEIGHT + 2 * BAR, WIDTH, 3), np.uint8)
        frame[BAR : BAR + HEIGHT] = view
        frames.append(frame)
    return frames


def film(path: Path, frames: list[Bytes]) -> Path:
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=RATE, options={"crf": "12"})
        video.height, video.width, video.pix_fmt = *frames[0].shape[:2], "yuv420p"
        for frame in frames:
            container.mux(video.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(video.encode())
    return path


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """30 frames of one shot, 12 of a second, black, the first again, 15 that are blurred."""
    black = [np.zeros((HEIGHT + 2 * BAR, WIDTH, 3), np.uint8)] * 10
    still = shot(1, 30, shift=0)
    frames = [*still, *shot(2, 12), *black, *still[:10], *shot(3, 15, blur=6)]
    return film(tmp_path_factory.mktemp("film") / "known.mkv", frames)


def test_what_is_kept_and_what_is_not(known: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    report = extract_stills(known, tmp_path, every=2.0, progress=lambda *each: told.append(each))
    assert (report.frames, report.shots) == (77, 5)
    times = [float(path.stem.split("-")[1]) for path in report.written]
    assert report.left_out == {"dark or plain": 1, "seen before": 2, "blurred": 1}
    assert 0 <= times[0] < 2.0
    assert any(3.2 <= at <= 3.9 for at in times), "the second shot, away from its cuts"
    assert all(at < 4.2 for at in times)
    for path, at in zip(report.written, times, strict=True):
        kept = images.read(path)
        assert abs(kept.shape[0] - HEIGHT) <= 4
        assert kept.shape[1] == WIDTH
        frame = round(at * RATE)
        seed, index = (1, 0) if frame < 30 else (2, frame - 30)
        wanted = world(seed)[:, index : index + WIDTH]
        off = (HEIGHT - kept.shape[0]) // 2
        assert np.abs(kept.astype(int) - wanted[off : off + kept.shape[0]]).mean() < 12
    hashes = [perceptual_hash(images.read(path)) for path in report.written]
    assert all(hamming_distance(a, b) > 40 for n, a in enumerate(hashes) for b in hashes[:n])
    assert told[-1][0] == 77


def test_a_blurred_frame_gives_way_to_its_sharp_neighbour(tmp_path: Path) -> None:
    sharp, soft = shot(5, 20), shot(5, 20, blur=3)
    frames = [sharp[n] if n == 13 else soft[n] for n in range(20)]
    (kept,) = extract_stills(film(tmp_path / "a.mkv", frames), tmp_path / "out", every=2.0).written
    assert kept.stem.endswith("01.30")


def test_bars_on_every_side_and_none() -> None:
    boxed = [np.pad(world(n)[:, :WIDTH], ((0, 0), (40, 40), (0, 0))) for n in range(4)]
    assert picture_box(boxed) == (0, HEIGHT, 41, 40 + WIDTH - 1)
    plain = [world(n) for n in range(4)]
    assert picture_box(plain) == (0, HEIGHT, 0, WIDTH + 120)
    night = [np.full((90, 160, 3), 4, np.uint8)] * 3
    assert picture_box(night) == (0, 90, 0, 160)
    subtitles = [np.pad(world(n)[:, :WIDTH], ((30, 30), (0, 0), (0, 0))) for n in range(4)]
    for picture in subtitles:
        cv2.putText(picture, "words", (120, HEIGHT + 52), 0, 0.7, (255, 255, 255), 1)
    top, bottom, _, _ = picture_box(subtitles)
    assert top == 31
    assert bottom > HEIGHT + 30, "what is written on a bar is part of the picture"


def test_a_fast_pan_is_no_cut() -> None:
    cuts = Cuts()
    assert not any(cuts(frame) for frame in shot(1, 10, shift=12))
    assert cuts(shot(2, 1)[0])
    assert not cuts(shot(2, 2)[1])


def test_sharpness_does_not_depend_on_size() -> None:
    picture = world(4)[:, :WIDTH]
    large = np.asarray(cv2.resize(picture, (4 * WIDTH, 4 * HEIGHT), interpolation=cv2.INTER_CUBIC))
    assert 1 / 3 < sharpness(large) / sharpness(picture) < 3
    by_pixel = [
        cv2.Laplacian(cv2.cvtColor(each, cv2.COLOR_RGB2GRAY), 3).var() for each in (large, picture)
    ]
    assert by_pixel[0] / by_pixel[1] < 1 / 10, "which it would if nothing were done"
    assert sharpness(cv2.GaussianBlur(picture, (0, 0), 3)) < 0.2 * sharpness(picture)


def test_times_people_type() -> None:
    assert [parse_time(each) for each in ("2s", "500ms", "1m", "1.5", "2 min")] == [
        2,
        0.5,
        60,
        1.5,
        120,
    ]
    for wrong in ("", "0s", "-1s", "two", "2h"):
        with pytest.raises(SettingsError, match="give a time such as 2s"):
            parse_time(wrong)


def test_films_that_give_nothing(tmp_path: Path) -> None:
    dark = film(tmp_path / "dark.mkv", [np.zeros((64, 96, 3), np.uint8)] * 20)
    with pytest.raises(InputError, match=r"no usable frame \(1 dark or plain\)"):
        extract_stills(dark, tmp_path / "out")
    (tmp_path / "text.mkv").write_text("hello there, this is no film")
    with pytest.raises(InputError, match="not a video"):
        extract_stills(tmp_path / "text.mkv", tmp_path / "out")


def test_a_film_in_which_seeking_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from rosetail.video.reader import ClipReader

    path = film(tmp_path / "film.mp4", shot(3, 12))
    monkeypatch.setattr(ClipReader, "probe", lambda *_: [])
    report = extract_stills(path, tmp_path / "stills", every=0.2)
    assert report.written
    assert images.read(report.written[0]).shape == shot(3, 1)[0].shape
