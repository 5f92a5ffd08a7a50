"""Jobs in shares: the same results as without, gone on with, and on a Ray that loses a worker."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import av
import numpy as np
import pytest

from rosetail import images
from rosetail.distributed.cluster import stylize_clip, stylize_pictures
from rosetail.distributed.manifest import Manifest
from rosetail.distributed.ray_pool import RayPool
from rosetail.distributed.segments import StylizeOptions, draw_segment, split
from rosetail.distributed.tasks import Task, TaskResult, run_task
from rosetail.errors import BackendMissing, InputError, RosetailError
from rosetail.stylizer.stylizer import Stylizer
from rosetail.video.clip import stylize_video
from rosetail.video.reader import ClipReader
from tests.video.clips import picture, tone

RNG = np.random.default_rng(5)
# Patience on a busy machine, and a cluster that talks to nobody.
RAY = {
    "RAY_raylet_start_wait_time_s": "400",
    "RAY_AUTH_MODE": "disabled",
    "RAY_USAGE_STATS_ENABLED": "0",
}


class Here:
    """A pool of this process; stops as a killed program does after ``most`` shares."""

    def __init__(self, most: int | None = None) -> None:
        self.most, self.seen = most, list[str]()

    def map(self, do: Callable[[Task], TaskResult], shares: Sequence[Task]) -> Iterator[TaskResult]:
        for share in shares:
            if len(self.seen) == self.most:
                raise KeyboardInterrupt
            self.seen.append(share.name)
            yield do(share)


@pytest.fixture
def jobs(tmp_path: Path) -> list[tuple[Path, Path]]:
    (tmp_path / "in").mkdir()
    (tmp_path / "out").mkdir()
    pairs = []
    for number in range(20):
        source = tmp_path / "in" / f"{number:02}.png"
        images.save(RNG.integers(0, 256, (40, 48, 3), np.uint8), source)
        pairs.append((source, tmp_path / "out" / "deep" / source.name))
    return pairs


@pytest.fixture
def how(negative: Path) -> StylizeOptions:
    return StylizeOptions(str(negative), "onnxruntime", detail=1.0)


def clip(path: Path, count: int = 60, *, gop: int = 10, sound: bool = True) -> Path:
    """Pictures with B-frames and a key frame every ``gop``, and a tone."""
    with av.open(str(path), "w") as file:
        options = {"g": str(gop), "bf": "2", "sc_threshold": "0"}
        video = file.add_stream("libx264", rate=25, options=options)
        video.height, video.width, video.pix_fmt = 64, 96, "yuv420p"
        audio = file.add_stream("aac", rate=44_100, layout="stereo") if sound else None
        for index in range(count):
            frame = av.VideoFrame.from_ndarray(picture((64, 96), index), format="rgb24")
            file.mux(video.encode(frame))
        file.mux(video.encode())
        for start in range(0, int(count / 25 * 44_100), 1024) if audio else ():
            file.mux(audio.encode(tone(start, "fltp")))
        if audio:
            file.mux(audio.encode())
    return path


def contents(path: Path) -> tuple[np.ndarray, list[int], int, int]:
    """Pictures, their times, and how many sound packets of how many bytes."""
    with av.open(str(path)) as file:
        frames = [(f.to_ndarray(format="rgb24"), f.pts) for f in file.decode(video=0)]
    with av.open(str(path)) as file:
        sounds = [p.size for p in file.demux(audio=0) if p.size] if file.streams.audio else []
    return np.stack([f for f, _ in frames]), [p for _, p in frames], len(sounds), sum(sounds)


def test_pictures_are_those_of_one_process(jobs, how: StylizeOptions, tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    pool = Here()
    out = tmp_path / "out"
    assert stylize_pictures(jobs, out, how, pool, progress=lambda *each: told.append(each)) == []
    assert len(pool.seen) == 3
    look = Stylizer(how.style, "onnxruntime")
    for source, target in jobs:
        wanted = look.array(images.read(source), detail=1.0)
        np.testing.assert_array_equal(images.read(target), wanted)
    assert told[0] == (0, 20)
    assert told[-1] == (20, 20)
    assert not list(out.glob(".rosetail-job*")), "a job that is over leaves nothing"


def test_a_job_goes_on_where_it_was(jobs, how: StylizeOptions, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        stylize_pictures(jobs, out, how, Here(most=1))
    made = {target: target.stat().st_mtime_ns for _, target in jobs if target.exists()}
    assert len(made) == 8
    jobs[0][1].unlink()
    images.save(RNG.integers(0, 256, (40, 48, 3), np.uint8), jobs[1][0])  # another picture now
    pool = Here()
    assert stylize_pictures(jobs, out, how, pool) == []
    assert len(pool.seen) == 2, "14 pictures are left"
    kept = [t for _, t in jobs[2:8]]
    assert all(target.stat().st_mtime_ns == made[target] for target in kept)
    look = Stylizer(how.style, "onnxruntime")
    wanted = look.array(images.read(jobs[1][0]), detail=1.0)
    np.testing.assert_array_equal(images.read(jobs[1][1]), wanted)


def test_other_settings_begin_anew(jobs, how: StylizeOptions, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        stylize_pictures(jobs, tmp_path / "out", how, Here(most=2))
    pool = Here()
    other = StylizeOptions(how.style, how.backend, strength=0.5, detail=1.0)
    stylize_pictures(jobs, tmp_path / "out", other, pool)
    assert len(pool.seen) == 3


def test_bad_pictures_do_not_stop_the_others(jobs, how: StylizeOptions, tmp_path: Path) -> None:
    jobs[3][0].write_bytes(b"broken")
    (failure,) = stylize_pictures(jobs, tmp_path / "out", how, Here())
    assert "03.png" in str(failure)
    assert sum(target.exists() for _, target in jobs) == 19
    pool = Here()
    assert len(stylize_pictures(jobs, tmp_path / "out", how, pool)) == 1
    assert len(pool.seen) == 1, "the manifest stays until all is well"


def test_parts_cover_a_clip(tmp_path: Path) -> None:
    with ClipReader(clip(tmp_path / "a.mp4", 57)) as reader:
        parts = split(reader, 15)
        assert sum(part.frames for part in parts) == 57
        assert [part.frames for part in parts] == [20, 20, 17]
        assert parts[-1].last is None
        seen = [f.pts for part in parts for f in _again(tmp_path / "a.mp4", part)]
        assert seen == contents(tmp_path / "a.mp4")[1]
        assert len(split(reader, 10**6)) == 1


def _again(path: Path, part):
    with ClipReader(path) as reader:
        return list(reader.frames_between(part.first, part.last))


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
@pytest.mark.parametrize("compare", [False, True])
def test_a_film_is_that_of_one_process(
    how: StylizeOptions, suffix: str, compare: bool, tmp_path: Path
) -> None:
    source = clip(tmp_path / f"in{suffix}")
    how = StylizeOptions(how.style, how.backend, detail=1.0, compare=compare)
    look = Stylizer(how.style, "onnxruntime")
    stylize_video(source, tmp_path / f"one{suffix}", look, detail=1.0, compare=compare)
    pool = Here()
    report = stylize_clip(source, tmp_path / f"parts{suffix}", how, pool, frames=20)
    assert (report.frames, len(pool.seen)) == (60, 3)
    one, parts = (contents(tmp_path / f"{name}{suffix}") for name in ("one", "parts"))
    assert parts[1:] == one[1:], "times and sound"
    assert np.abs(parts[0].astype(int) - one[0]).mean() < 1.5, "coded apart, so not to the bit"
    assert {path.name for path in tmp_path.iterdir()} == {
        f"{name}{suffix}" for name in ("in", "one", "parts")
    }


def test_a_film_goes_on_where_it_was(how: StylizeOptions, tmp_path: Path) -> None:
    source = clip(tmp_path / "in.mp4", sound=False)
    with pytest.raises(KeyboardInterrupt):
        stylize_clip(source, tmp_path / "out.mp4", how, Here(most=2), frames=10)
    assert not (tmp_path / "out.mp4").exists()
    pool = Here()
    told: list[tuple[int, int | None]] = []
    stylize_clip(
        source, tmp_path / "out.mp4", how, pool, frames=10, progress=lambda *e: told.append(e)
    )
    assert len(pool.seen) == 4
    assert told[-1] == (60, 60)
    assert len(contents(tmp_path / "out.mp4")[0]) == 60


def test_anime_proportions_keep_a_film_whole(how: StylizeOptions, tmp_path: Path) -> None:
    pool = Here()
    moved = StylizeOptions(how.style, how.backend, anime=0.5, detail=1.0)
    stylize_clip(clip(tmp_path / "in.mp4"), tmp_path / "out.mp4", moved, pool, frames=10)
    assert len(pool.seen) == 1


def test_a_film_that_changed_meanwhile_is_noticed(how: StylizeOptions, tmp_path: Path) -> None:
    source = clip(tmp_path / "in.mp4")
    with ClipReader(source) as reader:
        part = split(reader, 10**6)[0]._replace(frames=59)
    look = Stylizer(how.style, "onnxruntime")
    with pytest.raises(InputError, match="60 pictures where 59 were"):
        draw_segment(source, part, tmp_path / "part.npz", look, how)
    assert [path.name for path in tmp_path.iterdir()] == ["in.mp4"]
    with pytest.raises(RosetailError, match=r"in\.mp4"):
        (tmp_path / "in.mp4").write_bytes(b"no film")
        stylize_clip(source, tmp_path / "out.mp4", how, Here())


def test_a_manifest_survives_a_torn_line(tmp_path: Path) -> None:
    path = tmp_path / "m.jsonl"
    manifest = Manifest(path, {"a": 1})
    manifest.finished("one", worker="w")
    manifest.finished("two")
    path.write_text(path.read_text() + '{"share": "thr')
    assert set(Manifest(path, {"a": 1}).done) == {"one", "two"}
    assert Manifest(path, {"a": 1}).done["one"]["worker"] == "w"
    assert Manifest(path, {"a": 2}).done == {}
    assert json.loads(path.read_text().splitlines()[0])["job"]


class KillsOne:
    """A pool that kills the process which did the first share while it does another."""

    def __init__(self, pool: RayPool) -> None:
        self.pool, self.killed, self.workers = pool, list[int](), set[str]()

    def map(self, do: Callable[[Task], TaskResult], shares: Sequence[Task]) -> Iterator[TaskResult]:
        for done in self.pool.map(do, shares):
            self.workers.add(done.worker)
            if not self.killed:
                self.killed.append(int(done.worker.split(":")[1]))
                threading.Thread(target=self.kill_soon).start()
            yield done

    def kill_soon(self) -> None:
        time.sleep(0.05)
        os.kill(self.killed[0], signal.SIGKILL)


@pytest.mark.slow
def test_a_killed_worker_costs_nothing(
    jobs, how: StylizeOptions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a local Ray; pictures large enough to be at work when it happens. Then a film."""
    ray = pytest.importorskip("ray")
    for name, value in RAY.items():
        monkeypatch.setenv(name, value)
    for source, _ in jobs:
        images.save(RNG.integers(0, 256, (900, 1200, 3), np.uint8), source)
    try:
        ray.init(num_cpus=2, include_dashboard=False, object_store_memory=100_000_000,
                 log_to_driver=False)  # fmt: skip
        with RayPool("auto") as pool:
            watched = KillsOne(pool)
            assert stylize_pictures(jobs, tmp_path / "out", how, watched) == []
            source = clip(tmp_path / "in.mp4")
            film = stylize_clip(source, tmp_path / "out.mp4", how, pool, frames=20)
    finally:
        ray.shutdown()
    assert film.frames == len(contents(tmp_path / "out.mp4")[0]) == 60
    assert len(watched.killed) == 1
    assert len(watched.workers) > 1
    for source, target in jobs:
        np.testing.assert_array_equal(images.read(target), 255 - images.read(source))


@pytest.mark.slow
def test_a_cluster_that_is_not_there(tmp_path: Path) -> None:
    pytest.importorskip("ray")
    with pytest.raises(BackendMissing, match=r"no Ray cluster answers.*ray start --head"):
        RayPool("auto")


def test_shares_are_done_as_they_say(jobs, how: StylizeOptions) -> None:
    from rosetail.distributed.tasks import PictureTask

    pair = tuple(str(path) for path in jobs[0])
    done = run_task(PictureTask("one", how, ((pair[0], pair[1]),)))
    assert done.written == (pair[1],)
    assert done.worker.endswith(f":{os.getpid()}")
