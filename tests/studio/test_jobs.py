"""The queue: turns, bounds, cancelling, crashes, and a kill at any moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from rosetail.studio.app import create_app
from rosetail.studio.database import Database
from rosetail.studio.jobs import Jobs
from rosetail.studio.problems import Problem
from rosetail.studio.settings import Limits, StudioSettings
from rosetail.studio.store import Store
from rosetail.studio.tables import JobRow
from tests.fixtures.make_clip import MakeClip
from tests.studio.conftest import HERE, waited

ENDED = ("done", "failed", "cancelled")


def over(job: dict) -> bool:
    return job["state"] in ENDED


def queue(home: Path, **limits: int) -> tuple[Jobs, Database]:
    """A queue that nothing works on."""
    settings = StudioSettings(home, limits=replace(Limits(), **limits))
    store = Store(home, settings.limits.library_bytes)
    database = Database(settings.database_url)
    return Jobs(settings, database, store), database


def test_clients_take_turns(home: Path) -> None:
    jobs, database = queue(home)
    for client, name in (("a", "a1"), ("a", "a2"), ("a", "a3"), ("b", "b1"), ("c", "c1")):
        jobs.add("film", name, client, {})
    order = []
    for _ in range(5):
        job = jobs._claim()
        assert job is not None
        order.append(job.name)
        time.sleep(0.002)
    assert order == ["a1", "b1", "c1", "a2", "a3"]
    assert jobs._claim() is None
    database.close()


def test_the_queue_is_bounded(home: Path) -> None:
    jobs, database = queue(home, waiting_jobs=3, waiting_jobs_each=2)
    for client in "aab":
        jobs.add("film", "x", client, {})
    for client in "ac":
        with pytest.raises(Problem) as refused:
            jobs.add("film", "x", client, {})
        assert (refused.value.status, refused.value.retry_after) == (429, 30)
    jobs.cancel(database.all(JobRow)[0].id)
    jobs.add("film", "x", "c", {})
    database.close()


def test_what_ran_when_the_studio_died_runs_again_once(home: Path) -> None:
    jobs, database = queue(home)
    for attempts, state in ((1, "running"), (2, "running"), (1, "done"), (0, "queued")):
        job = jobs.add("none", f"{state}{attempts}", "a", {})
        with database.begin() as session:
            row = session.get(JobRow, job.id)
            assert row is not None
            row.state, row.attempts = state, attempts
    jobs._stopping.set()  # look at what is left, and do nothing
    jobs.start()
    states = {job.name: job.state for job in database.all(JobRow)}
    assert states == {
        "running1": "queued",
        "running2": "failed",
        "done1": "done",
        "queued0": "queued",
    }
    database.close()


@pytest.fixture
def long_clip(make_clip: MakeClip) -> bytes:
    return make_clip(frames=150, size=(64, 64)).read_bytes()


def begun(client: httpx2.Client, clip: bytes, name: str) -> str:
    made = client.post("/api/clips", content=clip).json()
    job = client.post("/api/jobs", json={"clip": made["id"], "name": name}).json()
    return f"/api/jobs/{job['id']}"


def test_a_running_job_is_cancelled_and_can_be_run_again(home: Path, long_clip: bytes) -> None:
    with TestClient(create_app(StudioSettings(home)), base_url=HERE) as client:
        path = begun(client, long_clip, "long")
        waited(lambda: client.get(path).json(), lambda job: job["done"] > 0)
        began = time.monotonic()
        client.post(f"{path}/cancel")
        waited(lambda: client.get(path).json(), lambda job: job["state"] == "cancelled", 5)
        assert time.monotonic() - began < 5
        assert list((home / "jobs").iterdir()) == []
        assert client.get(f"{path}/film.mp4").status_code == 404
        assert client.post(f"{path}/again").json()["state"] == "queued"
        waited(lambda: client.get(path).json(), lambda job: job["done"] > 0)
        assert client.delete(path).status_code == 409
        client.post(f"{path}/cancel")


def test_a_process_that_dies_twice_is_given_up(home: Path, long_clip: bytes) -> None:
    import multiprocessing

    with TestClient(create_app(StudioSettings(home)), base_url=HERE) as client:
        path = begun(client, long_clip, "long")
        for _ in range(2):
            waited(lambda: client.get(path).json(), lambda job: job["done"] > 0)
            for child in multiprocessing.active_children():
                if child.name == "render":
                    os.kill(child.pid or 0, signal.SIGSEGV)
                    child.join()
            waited(lambda: client.get(path).json(), lambda job: not job["done"] or over(job), 20)
        gone = waited(lambda: client.get(path).json(), lambda job: job["state"] in ENDED)
        assert gone["state"] == "failed"
        assert "stopped twice" in gone["message"]


def started(home: Path, *more: str) -> tuple[subprocess.Popen[str], httpx2.Client]:
    """A studio in a process of its own, as people start it, and a client of it."""
    code = "from rosetail.cli import run; run()"
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            code,
            "studio",
            "--home",
            str(home),
            "--port",
            "0",
            "--no-open",
            *more,
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    port = urlsplit(process.stdout.readline().split()[-1]).port
    client = httpx2.Client(base_url=f"http://localhost:{port}/", timeout=60)

    def up() -> bool:
        try:
            return client.get("/api/health").status_code in (200, 401)  # 401: with a token
        except httpx2.TransportError:
            return False

    waited(up, bool, 30)
    return process, client


@pytest.mark.slow
def test_kill_9_in_the_middle_of_a_render(home: Path, long_clip: bytes) -> None:
    process, client = started(home)
    first = begun(client, long_clip, "first")
    waited(lambda: client.get(first).json(), lambda job: job["state"] == "done", 120)
    film = client.get(f"{first}/film.mp4").content
    second, third = (begun(client, long_clip, name) for name in ("second", "third"))
    waited(lambda: client.get(second).json(), lambda job: job["done"] > 5)
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    process, client = started(home)
    try:
        assert client.get(f"{first}/film.mp4").content == film
        for path in (second, third):
            done = waited(lambda path=path: client.get(path).json(), over, 180)
            assert done["state"] == "done", done
            assert client.get(f"{path}/film.mp4").content == film
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(15) == 130
    with Database(StudioSettings(home).database_url).begin() as session:
        attempts = {job.name: job.attempts for job in session.scalars(select(JobRow))}
    assert attempts == {"first": 1, "second": 2, "third": 1}


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks at processes in /proc")
def test_ctrl_c_ends_every_process_and_the_job_waits_for_the_next_start(
    home: Path, long_clip: bytes
) -> None:
    process, client = started(home)
    path = begun(client, long_clip, "long")
    waited(lambda: client.get(path).json(), lambda job: job["done"] > 0)
    family = children(process.pid)
    assert len(family) >= 2  # the preview process and the render
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    assert process.wait(15) == 130
    assert time.monotonic() - began < 8
    waited(
        lambda: [pid for pid in family if Path(f"/proc/{pid}").exists()], lambda left: not left, 8
    )
    with Database(StudioSettings(home).database_url).begin() as session:
        (job,) = session.scalars(select(JobRow))
        assert (job.state, job.attempts) == ("queued", 0)


def children(pid: int) -> set[int]:
    """Processes that ``pid`` started, theirs included."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
    family = {pid}
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    return family - {pid}
