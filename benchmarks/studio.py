"""Load test of the studio: ``python -m benchmarks.studio [--people 20] [--seconds 60]``

Starts a studio in a temporary folder, with a Roses model of the published size at 256 pixels with
random weights, since the time does not depend on them; or with ``--model FOLDER``. Sends the
requests of the page over loopback: a photo until its drawing arrives; an edit's slider, 50 times;
``--people`` clients that each move a slider for ``--seconds``; health while a film renders. Prints
the table and appends one JSON line to ``benchmarks/results/studio.jsonl``.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx2
import numpy as np

import rosetail
from benchmarks import machine, report
from benchmarks.report import Row

SAMPLES = Path(rosetail.__file__).parent / "samples"
MOVES = 50
START = "from rosetail.cli import run; run()"

ROWS = (
    Row("photo dropped to anime shown, s", "first preview", "{:.2f}", "< 2", lambda x: x < 2),
    Row("slider to preview, median, ms", "slider median", "{:.0f}", "< 150", lambda x: x < 150),
    Row("people at once, refused or failed", "errors", "{:.0f}", "0", lambda x: x == 0),
    Row("... 95th percentile, s", "people p95", "{:.2f}", "< 3", lambda x: x < 3),
    Row("... memory grown by, parts", "memory", "{:.2f}", "< 0.05", lambda x: x < 0.05),
    Row("health during a render, p99, ms", "health p99", "{:.1f}", "< 100", lambda x: x < 100),
)

Move = Callable[[httpx2.Client, int], httpx2.Response]


def measure(home: Path, people: int, seconds: float, model: str) -> dict[str, Any]:
    """All measures, with one studio."""
    process, address = started(home, model)
    try:
        with httpx2.Client(base_url=address, timeout=120) as client:
            photo = (SAMPLES / "astronaut.jpg").read_bytes()
            time.sleep(5)  # a person takes longer to choose a photo; models load meanwhile
            began = time.perf_counter()
            id = client.post("/api/photos", content=photo).raise_for_status().json()["id"]
            client.post(f"/api/photos/{id}/drawing", json={}).raise_for_status()
            first = time.perf_counter() - began
            move = mover(client, id)
            taken = [timed(partial(move, client, n)) for n in range(MOVES + 5)][5:]
            found: dict[str, Any] = {
                "first preview": first,
                "slider median": float(np.median(taken)) * 1000,
            }
            found |= crowd(address, move, people, seconds, process.pid)
            found["health p99"] = health_while_rendering(client) * 1000
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)
    return found


def started(home: Path, model: str) -> tuple[subprocess.Popen[str], str]:
    """Start a studio in a separate process; returns the process and the address."""
    words = ["studio", "--home", str(home), "--port", "0", "--no-open", "--model", model]
    process = subprocess.Popen(
        [sys.executable, "-c", START, *words], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    address = process.stdout.readline().split()[-1]
    for _ in range(100):
        try:
            httpx2.get(f"{address}api/health")
            break
        except httpx2.TransportError:
            time.sleep(0.1)
    return process, address


def mover(client: httpx2.Client, photo: str) -> Move:
    """The request of one move of a slider; every move draws a different picture."""
    who = client.post("/api/cast", json={"photo": photo, "n": 1}).raise_for_status().json()[0]["id"]
    tag = client.get("/api/attributes").raise_for_status().json()[0]["tag"]

    def edit(asking: httpx2.Client, n: int) -> httpx2.Response:
        wish = {"character": who, "edits": {tag: (n % 199 + 1) / 100}}
        return asking.post(f"/api/photos/{photo}/portrait", json=wish)

    return edit


def random_model(folder: Path) -> str:
    """A Roses model of the published size with random weights and one direction, in ``folder``."""
    import onnx

    from benchmarks import plain_roses
    from rosetail.characters.directions_file import Direction, Directions
    from rosetail.characters.network_model import model_digest
    from rosetail.methods.roses.graphs import decode_graph, encode_graph, map_graph, scales_graph
    from rosetail.methods.roses.importer import roses_from_published
    from rosetail.methods.roses.network import FULL

    state = plain_roses.random_state(plain_roses.generator_shapes(FULL), seed=0)
    net = roses_from_published(state).eval().requires_grad_(False)
    (folder / "to_anime").mkdir(parents=True)
    graphs = {"encode": encode_graph, "map": map_graph, "scales": scales_graph}
    paths = {}
    for part, graph in {**graphs, "decode": decode_graph}.items():
        paths[part] = folder / "to_anime" / f"{part}.onnx"
        onnx.save(graph(net, {}), paths[part])
    vector = np.random.default_rng(0).standard_normal(FULL.latent).astype(np.float32)
    long_hair = Direction("long_hair", vector / np.linalg.norm(vector), scale=5.0)
    made = Directions("random", model_digest(paths), (), {"learned": {"long_hair": long_hair}})
    made.save(folder / "directions.safetensors")
    return str(folder)


def timed(ask: Callable[[], httpx2.Response]) -> float:
    """Seconds until the response, whose status must be a success."""
    began = time.perf_counter()
    ask().raise_for_status()
    return time.perf_counter() - began


def crowd(address: str, move: Move, people: int, seconds: float, pid: int) -> dict[str, Any]:
    """Latency, errors and memory growth with ``people`` clients that keep moving a slider."""
    taken: list[float] = []
    errors: list[int] = []
    until = time.monotonic() + seconds
    early = until - 0.75 * seconds
    grown: list[int] = []

    def person(number: int) -> None:
        headers = {"X-Client": f"person-{number}"}
        with httpx2.Client(base_url=address, timeout=120, headers=headers) as asking:
            n = 1000 * number
            while time.monotonic() < until:
                began = time.perf_counter()
                answer = move(asking, n := n + 1)
                taken.append(time.perf_counter() - began)
                if answer.status_code != 200:
                    errors.append(answer.status_code)

    threads = [threading.Thread(target=person, args=(number,)) for number in range(people)]
    for thread in threads:
        thread.start()
    while time.monotonic() < early:
        time.sleep(0.1)
    grown.append(memory(pid))
    for thread in threads:
        thread.join()
    grown.append(memory(pid))
    return {
        "people": people,
        "asked": len(taken),
        "errors": len(errors),
        "people p95": float(np.percentile(taken, 95)),
        "memory": grown[1] / max(grown[0], 1) - 1,
    }


def health_while_rendering(client: httpx2.Client) -> float:
    """The 99th percentile of the latency of health requests while a film renders, in seconds."""
    clip = (SAMPLES / "astronaut.mp4").read_bytes()
    id = client.post("/api/clips", content=clip).raise_for_status().json()["id"]
    job = client.post("/api/jobs", json={"clip": id, "name": "film"}).raise_for_status().json()
    taken = []
    while client.get(f"/api/jobs/{job['id']}").json()["state"] in ("queued", "running"):
        taken += [timed(partial(client.get, "/api/health")) for _ in range(10)]
    return float(np.percentile(taken, 99))


def memory(pid: int) -> int:
    """Memory in bytes of the process ``pid`` and its children on Linux; 0 elsewhere."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            facts = dict(line.split(":", 1) for line in status.read_text().splitlines())
        except (OSError, ValueError):
            continue
        if str(pid) in (facts["Pid"].strip(), facts["PPid"].strip()):
            total += int(facts.get("VmRSS", "0 kB").split()[0]) * 1024
    return total


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.studio", description=__doc__)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--model", default="")
    asked = parser.parse_args()
    where = machine.describe()
    with TemporaryDirectory() as home:
        model = asked.model or random_model(Path(home, "model"))
        found = measure(Path(home, "studio"), asked.people, asked.seconds, model)
    print(machine.sentence(where))
    print(report.table(ROWS, found))
    report.keep("studio", where, found)


if __name__ == "__main__":
    main()
