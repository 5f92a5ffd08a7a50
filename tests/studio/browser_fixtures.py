"""The page, a browser and one visitor for the browser tests of a file."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.studio.browsing import CHROMIUM, NAME, PATIENCE
from tests.studio.test_jobs import started


@pytest.fixture(scope="module")
def address(tiny_roses: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    process, client = started(tmp_path_factory.mktemp("home"), "--model", str(tiny_roses))
    yield str(client.base_url)
    process.send_signal(signal.SIGINT)
    process.wait(20)


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    flags = [
        "--no-sandbox",
        f"--host-resolver-rules=MAP {NAME} 127.0.0.1",
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
    ]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*flags, "--autoplay-policy=no-user-gesture-required"]
        )
        yield running
        running.close()


@pytest.fixture(scope="module")
def context(browser, address: str):
    """One visitor for all tests, so that the library fills; console errors fail the test."""
    made = browser.new_context(
        viewport={"width": 1280, "height": 800},
        permissions=["camera"],
        base_url=address,
        accept_downloads=True,
    )
    made.set_default_timeout(PATIENCE)
    yield made
    made.close()


@pytest.fixture
def page(context) -> Iterator[object]:
    opened = context.new_page()
    errors: list[str] = []
    opened.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    opened.close()
    assert errors == []
