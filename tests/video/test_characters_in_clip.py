"""Clips whose faces become characters, with a tiny model and a negative for a look."""

from __future__ import annotations

from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from skimage import data

from rosetail.characters.framing import paste_figure
from rosetail.characters.network_model import NetworkModel
from rosetail.errors import InputError, OutputError, SettingsError
from rosetail.video.beats import find_beats
from rosetail.video.characters_in_clip import TILE, character_video
from rosetail.video.style_paths import Fixed

PHOTO = data.astronaut()[:320, 60:380]  # the head and some of the suit
SIZE = (160, 160)
GONE = range(4, 6)  # frames without a face


def face(size: tuple[int, int], index: int) -> np.ndarray:
    if index in GONE:
        return np.full((*size, 3), 90, np.uint8)
    moved = np.roll(PHOTO, 2 * index, axis=1)
    return cv2.resize(moved, size[::-1], interpolation=cv2.INTER_AREA)


def frames(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as clip:
        return [frame.to_ndarray(format="rgb24").astype(int) for frame in clip.decode(video=0)]


@pytest.fixture(scope="module")
def roses(tiny_roses: Path) -> NetworkModel:
    return NetworkModel(tiny_roses)


def test_the_face_is_the_characters_and_the_rest_the_looks(
    make_clip, roses: NetworkModel, inverter, tmp_path: Path
) -> None:
    source = make_clip(frames=8, size=SIZE, draw=face)
    out = tmp_path / "out.mp4"
    w = roses.random_w(1, 0)[0]
    report = character_video(source, out, roses, [Fixed(w)], inverter)
    assert report.frames == 8
    drawn, photos = frames(out), frames(source)
    assert drawn[0].shape == (*SIZE, 3)
    head = roses.apply(photos[0].astype(np.uint8), roses.character(w, "x"), frame="full",
                       stylizer=inverter)  # fmt: skip
    assert np.abs(np.asarray(head).astype(int) - drawn[0]).mean() < 4
    for frame, photo in zip(drawn, photos, strict=True):
        assert np.abs(frame[-12:] - (255 - photo[-12:])).mean() < 6  # far from the head
    # A face that is missed stays for a moment.
    gone = drawn[GONE[0]]
    assert np.abs(gone - (255 - photos[GONE[0]])).max() > 40


def test_a_baked_character_is_the_same(
    make_clip, roses: NetworkModel, inverter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = make_clip(frames=3, size=SIZE, draw=face)
    paths = [Fixed(roses.random_w(1, 0)[0])]
    character_video(source, tmp_path / "plain.mp4", roses, paths, inverter, specialize=False)
    monkeypatch.setattr(NetworkModel, "decode", None)  # it is not needed then
    character_video(source, tmp_path / "baked.mp4", roses, paths, inverter)
    both = frames(tmp_path / "plain.mp4"), frames(tmp_path / "baked.mp4")
    assert np.abs(np.stack(both[0]) - np.stack(both[1])).mean() < 1


def clear_frames(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as clip:
        assert clip.streams.video[0].codec_context.name == "prores"
        return [frame.to_ndarray(format="rgba").astype(int) for frame in clip.decode(video=0)]


def test_figures_alone_have_a_clear_ground(
    make_clip, roses: NetworkModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who stands there is as it is painted, nothing else is; frames, times and sound are kept."""
    source = make_clip(frames=8, size=(161, 159), draw=face, pix_fmt="yuv444p")
    out = tmp_path / "out.mov"
    w = roses.random_w(1, 0)[0]
    painted = np.full((64, 64, 4), (200, 60, 20, 255), np.uint8)
    matrix = np.array([[1.0, 0, -40], [0, 1, -30]])
    monkeypatch.setattr(NetworkModel, "bust", lambda self, content, code: (painted, matrix))
    report = character_video(source, out, roses, [Fixed(w)], None)
    assert report.frames == 8
    drawn = clear_frames(out)
    assert [each.shape for each in drawn] == [(161, 159, 4)] * 8
    inside = drawn[0][44:80, 54:90]
    assert np.abs(inside - painted[0, 0]).max() < 6
    assert drawn[0][..., 3][:28].max() < 3
    assert drawn[0][..., 3][:, 108:].max() < 3
    assert drawn[GONE[0]][60, 70, 3] > 0  # who is missed for a moment stays
    with av.open(str(out)) as clip, av.open(str(source)) as before:
        assert len(clip.streams.audio) == 1
        assert clip.duration == pytest.approx(before.duration, abs=60_000)


def test_a_figure_is_its_own_by_default(make_clip, roses: NetworkModel, tmp_path: Path) -> None:
    source, out = make_clip(frames=2, size=SIZE, draw=face), tmp_path / "out.mov"
    w = roses.random_w(1, 0)[0]
    character_video(source, out, roses, [Fixed(w)], None)
    content = roses.encode(frames(source)[0].astype(np.uint8))
    wanted, matrix = roses.bust(content, w)
    np.testing.assert_array_equal(wanted, roses.head(content, w))
    laid = paste_figure(np.zeros((*SIZE, 4), np.uint8), wanted, matrix).astype(int)
    drawn = clear_frames(out)[0]
    seen = laid[..., 3:] / 255  # colours of what is clear say nothing
    assert np.abs(drawn[..., 3] - laid[..., 3]).mean() < 3
    assert (seen * np.abs(drawn[..., :3] - laid[..., :3])).sum() / (3 * seen.sum()) < 6


def test_only_mov_has_a_clear_ground(make_clip, roses: NetworkModel, tmp_path: Path) -> None:
    source = make_clip(frames=2, size=SIZE, draw=face)
    with pytest.raises(OutputError, match=r"out\.mp4: only \.mov, \.gif, \.webp and \.png support"):
        character_video(source, tmp_path / "out.mp4", roses, [Fixed(roses.mean)], None)


def test_wall_has_the_source_in_the_middle(make_clip, roses, inverter, tmp_path: Path) -> None:
    source = make_clip(frames=3, size=SIZE, draw=face)
    paths = [Fixed(w) for w in roses.random_w(8, 0)]
    report = character_video(source, tmp_path / "wall.mp4", roses, paths, inverter, wall=True)
    assert report.frames == 3
    wall = frames(tmp_path / "wall.mp4")[0]
    assert wall.shape == (3 * TILE, 3 * TILE, 3)
    tiles = wall.reshape(3, TILE, 3, TILE, 3).swapaxes(1, 2).reshape(9, -1, 3)
    spread = tiles.std((1, 2))
    assert spread.argmax() == 4 or np.abs(tiles[4] - tiles[0]).mean() > 10


def test_wrong_numbers_of_paths(make_clip, roses, inverter, tmp_path: Path) -> None:
    source = make_clip(frames=2, size=SIZE, draw=face)
    with pytest.raises(SettingsError, match="0 style paths"):
        character_video(source, tmp_path / "a.mp4", roses, [], inverter)
    with pytest.raises(SettingsError, match="wall"):
        paths = [Fixed(roses.mean)] * 2
        character_video(source, tmp_path / "a.mp4", roses, paths, inverter, wall=True)
    with pytest.raises(OutputError, match="itself"):
        character_video(source, source, roses, [Fixed(roses.mean)], inverter)


def clicks(start: int, sample_format: str) -> av.AudioFrame:
    """A click every half second."""
    time = (start + np.arange(1024)) / 44_100
    wave = np.where(time % 0.5 < 0.02, np.sin(2 * np.pi * 1000 * time), 0).astype(np.float32)
    frame = av.AudioFrame.from_ndarray(np.stack([wave, wave]), format="fltp", layout="stereo")
    frame.rate, frame.pts = 44_100, start
    return frame


@pytest.mark.slow  # librosa compiles itself on first use
def test_beats_are_found_where_they_are(make_clip) -> None:
    beats = np.array(find_beats(make_clip(frames=180, heard=clicks)))
    assert len(beats) >= 8
    assert np.abs(np.diff(beats) - 0.5).max() < 0.06
    assert (np.abs((beats + 0.25) % 0.5 - 0.25) < 0.08).mean() > 0.8


def test_no_sound_no_beats(make_clip) -> None:
    with pytest.raises(InputError, match="no sound"):
        find_beats(make_clip(sound=None))
