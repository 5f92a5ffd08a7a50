"""Live with a character in a real browser, before a webcam that shows the sample clip."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from tests.fixtures.webcam import webcam_film
from tests.studio.browsing import CHROMIUM, NEEDS_BROWSER, PATIENCE, dropped, until
from tests.studio.test_jobs import started

pytestmark = NEEDS_BROWSER
FRAMES = "() => Number(document.querySelector('.rate').dataset.frames ?? 0)"
# Pixels of the picture, as the page has them: RGBA of its upper left corner.
CORNER = """() => {
  const canvas = document.querySelector(".live-canvas");
  return [...canvas.getContext("2d").getImageData(0, 0, 8, 8).data];
}"""
HIDDEN_CAMERA = """() => {
  const devices = navigator.mediaDevices;
  const asked = devices.getUserMedia.bind(devices);
  window.blocked = true;
  devices.getUserMedia = (wish) => window.blocked && wish.video
    ? Promise.reject(new DOMException("", "NotAllowedError")) : asked(wish);
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    process, client = started(tmp_path_factory.mktemp("home"), "--model", "painter")
    yield str(client.base_url)
    process.send_signal(signal.SIGINT)
    process.wait(20)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory):
    from playwright.sync_api import sync_playwright

    film = webcam_film(tmp_path_factory.mktemp("film") / "webcam.mjpeg", (320, 240))
    flags = [
        "--no-sandbox",
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
        "--autoplay-policy=no-user-gesture-required",
    ]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield running
        running.close()


@pytest.fixture
def page(browser, address: str) -> Iterator[object]:
    made = browser.new_context(
        viewport={"width": 1280, "height": 800},
        permissions=["camera", "microphone"],
        base_url=address,
        accept_downloads=True,
    )
    made.set_default_timeout(PATIENCE)
    opened = made.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.goto("/#live")
    opened.get_by_text("256", exact=True).first.click()
    yield opened
    made.close()
    assert errors == []


def running(page) -> None:
    page.get_by_role("button", name="Start webcam").click()
    until(page, f"() => ({FRAMES})() > 2")


def test_a_character_follows_the_webcam(page) -> None:
    running(page)
    assert page.locator(".strip .face").count() >= 1  # a random one
    assert float(page.get_attribute(".rate", "data-rate")) > 0
    assert float(page.get_attribute("[data-latency]", "data-latency")) > 0
    assert page.eval_on_selector(".live-canvas", "canvas => canvas.width") == 256
    assert page.evaluate(CORNER)[3::4] == [0] * 64  # clear
    page.get_by_text("Colour", exact=True).click()
    seen = page.evaluate(FRAMES)
    until(page, f"(seen) => ({FRAMES})() > seen + 2", seen)
    corner = np.array(page.evaluate(CORNER)).reshape(-1, 4)
    assert (corner == (0, 0xB1, 0x40, 255)).all()
    page.keyboard.press("c")
    page.get_by_text("Calibrated").wait_for()


def test_keys_are_held_as_the_buttons_show(page) -> None:
    running(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    laugh = page.get_by_role("button", name="Laugh (L)")
    page.keyboard.down("l")
    assert laugh.get_attribute("aria-pressed") == "true"
    seen = page.evaluate(FRAMES)
    until(page, f"(seen) => ({FRAMES})() > seen + 2", seen)
    assert any("held=laugh" in url for url in asked)
    page.keyboard.up("l")
    assert laugh.get_attribute("aria-pressed") == "false"
    laugh.focus()
    page.keyboard.down(" ")
    assert laugh.get_attribute("aria-pressed") == "true"
    page.keyboard.up(" ")
    page.keyboard.press("f")
    assert page.locator(".canvas.alone").count() == 1
    page.keyboard.press("Escape")
    assert page.locator(".canvas.alone").count() == 0


def test_a_recording_has_picture_and_sound(page, tmp_path: Path) -> None:
    running(page)
    page.keyboard.press("r")
    page.get_by_role("button", name="Stop recording").wait_for()
    seen = page.evaluate(FRAMES)
    until(page, f"(seen) => ({FRAMES})() > seen + 8", seen)
    with page.expect_download() as got:
        page.keyboard.press("r")
    file = tmp_path / got.value.suggested_filename
    got.value.save_as(file)
    with av.open(str(file)) as film:
        assert {stream.type for stream in film.streams} == {"video", "audio"}
        frames = [frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)]
    assert len(frames) >= 5
    assert frames[0].shape == (256, 256, 3)
    assert np.abs(frames[0].astype(int) - frames[-1]).mean() > 0.1  # it moves
    with av.open(str(file)) as film:
        sound = np.concatenate([each.to_ndarray().ravel() for each in film.decode(audio=0)])
    assert np.abs(sound.astype(float)).max() > 0  # the fake microphone beeps


def test_a_dropped_character_file_is_used(page, address: str, tmp_path: Path) -> None:
    import rosetail

    model = rosetail.load("painter")
    file = model.character(model.random_w(1, 9)[0], "Aiko from a file").save(tmp_path / "aiko.json")
    dropped(page, file, on=".canvas")
    page.get_by_role("button", name="Aiko from a file").wait_for()
    running(page)
    chosen = page.get_by_role("button", name="Aiko from a file")
    assert chosen.get_attribute("aria-pressed") == "true"


def test_a_blocked_webcam_is_said_and_starts_when_it_is_back(page) -> None:
    page.evaluate(HIDDEN_CAMERA)
    page.get_by_role("button", name="Start webcam").click()
    page.get_by_text("The webcam is blocked").wait_for()
    page.evaluate(
        "() => { window.blocked = false;"
        " navigator.mediaDevices.dispatchEvent(new Event('devicechange')); }"
    )
    until(page, f"() => ({FRAMES})() > 0")
    page.evaluate(
        "() => document.querySelector('main video').srcObject.getTracks()[0]"
        ".dispatchEvent(new Event('ended'))"
    )
    page.get_by_text("Waiting for the webcam").wait_for()
    page.evaluate("() => navigator.mediaDevices.dispatchEvent(new Event('devicechange'))")
    seen = page.evaluate(FRAMES)
    until(page, f"(seen) => ({FRAMES})() > seen", seen)
