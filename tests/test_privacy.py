"""Nothing leaves the machine: the program's system calls, seen with strace."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image

from rosetail.engines import telemetry
from tests.fixtures.make_clip import MakeClip

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or (not shutil.which("strace") and not os.environ.get("CI")),
    reason="needs strace",
)

# Engines keep quiet in CI: the programs under watch are not told that they run there.
HIDDEN = {*telemetry.ENVIRONMENT, "CI", "TF_BUILD", "JENKINS_URL"}
PROGRAM = [sys.executable, "-c", "from rosetail.cli import run; run()"]
WATCHED = "trace=%network,open,openat,creat,mkdir,mkdirat"
# Making a socket, connecting one, or sending to an address without connecting; not socketpair, with
# which event loops wake themselves up.
TRAFFIC = re.compile(r"socket\(|connect\(|send\w+\(.*sa_family")
MADE = re.compile(r'(?:open|openat|creat|mkdir|mkdirat)\([^"]*"([^"]+)".* = \d+')


class Watch:
    """Runs a program in an empty HOME and reads what it asked of the system."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log, self.home = folder, folder / "strace.log", folder / "user"
        self.home.mkdir()
        self.environment = {
            **{
                key: value
                for key, value in os.environ.items()
                if not key.startswith("XDG_") and key not in HIDDEN
            },
            "HOME": str(self.home),
            "TMPDIR": str(folder),
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    @contextmanager
    def started(self, *command: object) -> Iterator[subprocess.Popen[str]]:
        strace = ["strace", "--seccomp-bpf", "-f", "-qq", "-e", WATCHED, "-o", self.log]
        words = [str(word) for word in (*strace, *command)]
        with subprocess.Popen(
            words,
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            yield process

    def ran(self, *command: object) -> None:
        with self.started(*command) as process:
            _, complaints = process.communicate(timeout=120)
        assert process.returncode == 0, complaints

    def traffic(self) -> list[str]:
        """Calls that use a network, or a socket of another program."""
        calls = [line.split(maxsplit=1)[1] for line in self.lines()]
        return [call for call in calls if TRAFFIC.match(call)]

    def lines(self) -> list[str]:
        return self.log.read_text(errors="replace").splitlines()

    def written_elsewhere(self) -> list[str]:
        """Files and folders made in HOME or outside the working folder."""
        paths = []
        for line in self.lines():
            match = MADE.search(line)
            if match and ("O_CREAT" in line or "mkdir" in line or "creat(" in line):
                paths.append(self.folder / match.group(1))
        at_home = list(self.home.rglob("*"))
        return sorted(
            str(path)
            for path in {*paths, *at_home}
            if path.is_relative_to(self.home)
            or not (path.is_relative_to(self.folder) or path.is_relative_to("/dev"))
        )


@pytest.fixture
def small_photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    Image.new("RGB", (96, 64), (200, 120, 90)).save(path)
    return path


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    return Watch(tmp_path)


def test_the_watch_sees_what_it_is_to_see(watch: Watch) -> None:
    guilty = """
import os, pathlib, socket
(pathlib.Path.home() / "client-id").write_text("1")
try:
    socket.create_connection(("127.0.0.1", 9), 1)
except OSError:
    pass
"""
    watch.ran(sys.executable, "-c", guilty)
    assert any(call.startswith("connect(") for call in watch.traffic())
    assert watch.written_elsewhere() == [str(watch.home / "client-id")]


def test_telemetry_that_was_on_before_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", ModuleType("onnxruntime"))
    assert telemetry.active() == []
    monkeypatch.setitem(sys.modules, "openvino_telemetry", ModuleType("openvino_telemetry"))
    with (tmp_path / "onnxruntime.db").open("w"):
        assert telemetry.active() == ["OpenVINO", "ONNX Runtime"]
    monkeypatch.delenv("ORT_DISABLE_TELEMETRY")
    assert telemetry.active() == ["OpenVINO", "ONNX Runtime"]
    telemetry.disable()
    assert telemetry.active() == ["OpenVINO"]


def test_stylize(watch: Watch, small_photo: Path) -> None:
    watch.ran(*PROGRAM, "stylize", small_photo, "-o", "out.png")
    assert (watch.folder / "out.png").is_file()
    assert (watch.traffic(), watch.written_elsewhere()) == ([], [])


def test_python(watch: Watch, small_photo: Path) -> None:
    """Both engines in one process, loaded through the library."""
    code = """
import sys
import rosetail
for backend in ("openvino", "onnxruntime"):
    rosetail.load("cel", backend=backend)(sys.argv[1])
"""
    watch.ran(sys.executable, "-c", code, small_photo)
    assert (watch.traffic(), watch.written_elsewhere()) == ([], [])


@pytest.mark.slow
def test_video(watch: Watch, make_clip: MakeClip) -> None:
    watch.ran(*PROGRAM, "video", make_clip(frames=4), "-o", "out.mp4")
    assert (watch.folder / "out.mp4").is_file()
    assert (watch.traffic(), watch.written_elsewhere()) == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize("model", ["painter", "roses"])
def test_cast(watch: Watch, model: str, astronaut_file: Path) -> None:
    command = ("cast", astronaut_file, "-o", "cast.png", "-n", 2, "--model", model)
    watch.ran(*PROGRAM, *command)
    assert (watch.traffic(), watch.written_elsewhere()) == ([], [])


@pytest.mark.slow
def test_studio_with_a_render(watch: Watch, make_clip: MakeClip) -> None:
    clip = make_clip(frames=4).read_bytes()
    options = ("--home", watch.folder / "studio", "--port", 0, "--no-open")
    with watch.started(*PROGRAM, "studio", *options) as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[-1]

        def ask(path: str, body: bytes | None = None) -> dict:
            until = time.monotonic() + 60
            while True:
                kind = "application/json" if body and body.startswith(b"{") else "video/mp4"
                request = urllib.request.Request(address + path, body, {"Content-Type": kind})
                try:
                    with urllib.request.urlopen(request, timeout=60) as answer:
                        return json.load(answer)
                except urllib.error.URLError as error:
                    if not isinstance(error.reason, ConnectionRefusedError):
                        raise
                    assert time.monotonic() < until
                    time.sleep(0.1)

        try:
            made = ask("api/clips?name=c.mp4", clip)
            job = ask("api/jobs", json.dumps({"clip": made["id"], "name": "film"}).encode())
            until = time.monotonic() + 100
            while (job := ask(f"api/jobs/{job['id']}"))["state"] not in ("done", "failed"):
                assert time.monotonic() < until
                time.sleep(0.2)
            assert job["state"] == "done", job
        finally:
            server = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()[0]
            os.kill(int(server), signal.SIGINT)
            process.communicate(timeout=60)
    (own,) = watch.traffic()  # the one on which it answers
    assert own.startswith("socket(AF_INET, SOCK_STREAM")
    assert watch.written_elsewhere() == []
