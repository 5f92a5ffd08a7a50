"""Commands that make training folders, killed or out of disk at any moment: run again, they make
the folder of an undisturbed run."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import av
import numpy as np
import pytest

from rosetail import images
from tests.fixtures.small_disk import can_mount, ran_on_small_disk

PROGRAM = [sys.executable, "-c", "from rosetail.cli import run; run()"]
PHOTOS = 2
MOMENTS = 4  # of each command in the slow tests; 20 of each were tried once
slow = pytest.mark.slow


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory, astronaut: np.ndarray) -> Path:
    """A folder of photos, and of prepared photos."""
    root = tmp_path_factory.mktemp("sources")
    images.make_folder(root / "photos")
    for number in range(PHOTOS):
        shown = np.roll(astronaut, 8 * number, 1)
        images.save(shown, root / "photos" / f"{number}.jpg")
    write_clip(root / "clip.mp4", astronaut[:256:2, 96:352:2])
    run("prepare", root, root / "prepare")
    return root


def write_clip(path: Path, picture: np.ndarray) -> None:
    """A clip of a second, of four shots."""
    with av.open(str(path), "w") as file:
        video = file.add_stream("libx264", rate=12)
        video.height, video.width, video.pix_fmt = *picture.shape[:2], "yuv420p"
        for number in range(12):
            shown = np.roll(picture, 40 * (number // 3), 1)
            file.mux(video.encode(av.VideoFrame.from_ndarray(shown.copy(), "rgb24")))
        file.mux(video.encode(None))


def undisturbed(name: str, root: Path) -> dict[str, bytes]:
    if not (root / name).exists():
        run(name, root, root / name)
    return contents(root / name)


COMMANDS = {
    "prepare": ("data", "prepare", "photos", "OUT", "--size", "128"),
    "after": ("data", "paint", "OUT", "--after", "photos", "--each", "2", "--size", "128"),
    "paint": ("data", "paint", "OUT", "--count", "4", "--size", "128", "--workers", "2"),
    "draw": ("data", "draw", "prepare", "OUT", "--look", "cel"),
    "frames": ("data", "frames", "CLIP", "OUT", "--every", "200ms"),
    "stylize": ("stylize", "photos", "-o", "OUT", "--detail", "0.3"),
    "video": ("video", "CLIP", "-o", "OUT/film.mp4"),
}


def command(name: str, root: Path, out: Path) -> list[str]:
    names = {
        "OUT": str(out),
        "OUT/film.mp4": str(out / "film.mp4"),
        "CLIP": str(root / "clip.mp4"),
        "photos": str(root / "photos"),
        "prepare": str(root / "prepare"),
    }
    words = COMMANDS[name]
    verb = 2 if words[0] == "data" else 1
    return [*PROGRAM, *words[:verb], *(names.get(word, word) for word in words[verb:])]


def run(name: str, root: Path, out: Path) -> None:
    out.mkdir(exist_ok=True)
    done = subprocess.run(command(name, root, out), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, hidden ones included."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def killed_after(name: str, root: Path, out: Path, files: int, delay: float) -> None:
    """Start the command and kill it ``delay`` seconds after it has made ``files`` files."""
    out.mkdir()
    with subprocess.Popen(
        command(name, root, out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        # What is counted includes files in work.
        while process.poll() is None and sum(path.is_file() for path in out.rglob("*")) < files:
            time.sleep(0.002)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)


def delay(rng: np.random.Generator, name: str) -> float:
    """Seconds; a video is one file, whose making takes all the time."""
    return float(rng.uniform(0, 0.5 if name == "video" else 0.05))


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
@pytest.mark.parametrize(
    ("name", "moments"),
    [("after", 1), *(pytest.param(name, MOMENTS, marks=slow) for name in COMMANDS)],
)
def test_killed_and_run_again(sources: Path, tmp_path: Path, name: str, moments: int) -> None:
    wanted, rng = undisturbed(name, sources), np.random.default_rng(7)
    for _ in range(moments):
        out = tmp_path / "out"
        killed_after(
            name, sources, out, int(rng.integers(1, max(2, len(wanted)))), delay(rng, name)
        )
        run(name, sources, out)
        assert contents(out) == wanted
        shutil.rmtree(out)


@pytest.mark.skipif(not can_mount(), reason="needs user namespaces")
@pytest.mark.parametrize(
    ("name", "moments"),
    [("after", 1), *(pytest.param(name, MOMENTS, marks=slow) for name in COMMANDS)],
)
def test_a_full_disk_and_run_again(sources: Path, tmp_path: Path, name: str, moments: int) -> None:
    """One line, status 2, nothing incomplete; with space again, the folder becomes whole."""
    wanted, rng = undisturbed(name, sources), np.random.default_rng(8)
    need = sum(-(-len(data) // 4096) * 4 for data in wanted.values())
    for _ in range(moments):
        disk, out = tmp_path / "disk", tmp_path / "out"
        size = int(rng.integers(8, max(12, need - 16)))
        done = ran_on_small_disk(size, disk, out, command(name, sources, disk))
        assert done.returncode == 2, (done.returncode, done.stderr)
        (line,) = done.stderr.splitlines()
        assert line.endswith("the disk is full; free some space"), line
        assert not [path for path in contents(out) if ".part-" in path]
        run(name, sources, out)
        assert contents(out) == wanted
        shutil.rmtree(out)


@pytest.mark.skipif(not os.path.isdir("/proc"), reason="needs /proc")
def test_workers_end_with_a_killed_command(sources: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    arguments = [*command("paint", sources, out), "--count", "400"]
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL) as process:
        children: list[str] = []
        while len(children) < 2 or not list(out.rglob("*.png")):
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
            time.sleep(0.02)
        process.kill()
    until = time.monotonic() + 20
    while any(Path("/proc", child).exists() for child in children):
        assert time.monotonic() < until, "workers are still there"
        time.sleep(0.05)
