"""The live character in a browser: ``python -m benchmarks.live [--seconds 20] [--size 512]``

Starts a studio, and Chromium without a window before a webcam that shows the sample clip; opens
Live, draws one character and reads rate and latency off the page. Before, one process draws the
same character again and again, with nothing beside it: on a busy machine only the ratio counts.
Needs Chromium and the package playwright. Prints the table and appends one JSON line to
``benchmarks/results/live.jsonl``.
"""

from __future__ import annotations

import argparse
import re
import shutil
import signal
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx2
import numpy as np

from benchmarks import machine, report
from benchmarks.report import Row
from benchmarks.studio import started
from rosetail.characters.live import AT_REST, LiveFigure
from rosetail.characters.load import load_model
from tests.fixtures.webcam import webcam_film

SEED = 3  # of the character
FRAMES = "() => Number(document.querySelector('.rate').dataset.frames ?? 0)"

ROWS = (
    Row("frames a second", "rate", "{:.1f}", ">= 15", lambda x: x >= 15),
    Row("camera to picture, median, ms", "latency", "{:.0f}", "<= 150", lambda x: x <= 150),
    Row("frames a second / one process drawing alone", "ratio", "{:.2f}", ">= 1", lambda x: x >= 1),
)


def alone(file: Path, size: int, seconds: float) -> float:
    """Median milliseconds of one drawing, by one process with nothing beside it."""
    figure = LiveFigure(load_model("painter").read(file))
    taken: list[float] = []
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        layout = AT_REST | {"yaw": 10 * np.sin(len(taken) / 10), "jaw_open": len(taken) % 5 / 5}
        began = time.perf_counter()
        figure.draw(layout, size)
        taken.append(1000 * (time.perf_counter() - began))
    return float(np.median(taken[2:]))


def on_page(address: str, film: Path, size: int, seconds: float) -> dict[str, float]:
    """What Live says of itself after ``seconds``, and the studio of its frames."""
    from playwright.sync_api import sync_playwright

    flags = [
        "--no-sandbox",
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]
    timings: list[str] = []
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        context = browser.new_context(base_url=address, permissions=["camera"])
        page = context.new_page()
        page.set_default_timeout(240_000)
        page.on("response", lambda answer: timings.append(answer.headers.get("server-timing", "")))
        page.goto("/#live")
        page.get_by_text(str(size), exact=True).first.click()
        page.get_by_role("button", name="Start webcam").click()
        while page.evaluate(FRAMES) < 20:
            page.wait_for_timeout(200)
        timings.clear()
        first, began = page.evaluate(FRAMES), time.perf_counter()
        page.wait_for_timeout(1000 * seconds)
        rate = (page.evaluate(FRAMES) - first) / (time.perf_counter() - began)
        latency = float(page.get_attribute("[data-latency]", "data-latency") or "nan")
        browser.close()
    stages = [re.findall(r"dur=([\d.]+)", each) for each in timings if "dur=" in each]
    track, draw = np.median(np.array(stages, np.float64), axis=0).tolist()
    return {"rate": rate, "latency": latency, "track": track, "draw": draw}


def measure(folder: Path, size: int, seconds: float) -> dict[str, Any]:
    film = webcam_film(folder / "webcam.mjpeg")
    process, address = started(folder / "home", "painter")
    try:
        with httpx2.Client(base_url=address, timeout=240) as client:
            made = client.post("/api/cast", json={"n": 1, "seed": SEED}).raise_for_status().json()
            id = made[0]["id"]
            client.patch(f"/api/characters/{id}", json={"kept": True}).raise_for_status()
            file = folder / "character.json"
            file.write_bytes(client.get(f"/api/characters/{id}/file.json").content)
        found = {"size": size, "alone": alone(file, size, seconds / 2)}
        found |= on_page(address, film, size, seconds)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
    return found | {"ratio": found["rate"] * found["alone"] / 1000}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live", description=__doc__)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--size", type=int, choices=(256, 384, 512, 768), default=512)
    asked = parser.parse_args()
    where = machine.describe()
    with TemporaryDirectory() as folder:
        found = measure(Path(folder), asked.size, asked.seconds)
    print(machine.sentence(where))
    print(report.table(ROWS, found))
    stages = ", ".join(f"{name} {found[name]:.0f}" for name in ("track", "draw", "alone"))
    print(f"Medians in ms (of drawing beside the rest, and alone): {stages}")
    report.keep("live", where, found)


if __name__ == "__main__":
    main()
