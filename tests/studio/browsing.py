"""Helpers of the tests in a browser: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path

import pytest

import rosetail
from tests.studio.conftest import waited

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
SAMPLES = Path(rosetail.__file__).parent / "samples"
PAGES = ("stage", "cast", "direct", "film", "library", "study", "live")
PATIENCE = 240_000  # milliseconds: these machines may be busy
NAME = socket.gethostname()  # under which the page has no secure context
# Decoding breaks off where another picture takes the place: then of that one.
HASH = """async (image) => {
  while (await image.decode().then(() => false, () => true))
    await new Promise((done) => setTimeout(done, 20));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
  canvas.getContext("2d").drawImage(image, 0, 0);
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const digest = await crypto.subtle.digest("SHA-256", data);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}"""
KINDS = {
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".mp4": "video/mp4",
    ".avi": "video/x-msvideo",
    ".json": "application/json",
}
DROP = """async ([selector, files]) => {
  const moved = new DataTransfer();
  for (const [name, type, bytes] of files)
    moved.items.add(new File([new Uint8Array(bytes)], name, { type }));
  const zone = document.querySelector(selector);
  for (const kind of ["dragenter", "dragover", "drop"])
    zone.dispatchEvent(new DragEvent(kind, { dataTransfer: moved, bubbles: true }));
}"""
# How far from the photo what is drawn over it is, as it is seen: mean levels of 64 x 64 pixels.
APART = """() => {
  const seen = [".before", ".after"].map((selector) => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 64;
    const context = canvas.getContext("2d");
    context.drawImage(document.querySelector(selector), 0, 0, 64, 64);
    return context.getImageData(0, 0, 64, 64).data;
  });
  const [photo, drawn] = seen;
  return photo.reduce((sum, value, at) => sum + Math.abs(value - drawn[at]), 0) / photo.length;
}"""
NEEDS_BROWSER = [
    pytest.mark.slow,
    pytest.mark.skipif(
        CHROMIUM is None, reason="no Chromium here; Debian and Ubuntu: apt-get install chromium"
    ),
]


def until(page, true: str, given: object = None) -> None:
    """Wait until the function ``true`` says so. Playwright's own way of waiting evaluates text in
    the page, which the page's policy forbids."""
    waited(lambda: page.evaluate(true, given), bool, PATIENCE / 1000)


def opened(page, name: str) -> None:
    """Go to a page of the studio."""
    page.goto(f"/#{name}")
    page.wait_for_selector(f".rail a[href='#{name}'][aria-current]")
    page.wait_for_selector("main > .work, main > .page")


def dropped(page, *files: Path, on: str = "main") -> None:
    """Drop files on the element ``on``."""
    sent = [(file.name, KINDS[file.suffix], list(file.read_bytes())) for file in files]
    page.evaluate(DROP, [on, sent])


def photo_on_stage(page) -> None:
    opened(page, "stage")
    before = page.locator(".strip .face").count()
    dropped(page, SAMPLES / "astronaut.jpg")
    until(page, "(n) => document.querySelectorAll('.strip .face').length > Math.min(n, 7)", before)
    page.wait_for_selector(".viewer.drawn:not(.busy)")


def favourite(page) -> None:
    """Cast for the photo, choose the first, keep it."""
    photo_on_stage(page)
    opened(page, "cast")
    page.wait_for_selector(".member")
    assert page.locator(".member").count() == 8
    page.locator(".member .face").first.click()
    page.locator(".member .tool").first.click()
    page.get_by_text("Added to favourites").wait_for()


def clip_in_film(page, file: Path = SAMPLES / "astronaut.mp4") -> None:
    """Drop a clip in Film; it is open when the player shows it."""
    opened(page, "film")
    dropped(page, file)
    until(
        page, "(name) => document.querySelector('.facts').textContent.startsWith(name)", file.name
    )
    until(page, "() => document.querySelector('video.player')?.readyState >= 1")
