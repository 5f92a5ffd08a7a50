"""Film in a real browser: the player, the timeline, and what becomes of renders."""

from __future__ import annotations

import json
from pathlib import Path

import av
import numpy as np
import pytest

from rosetail.studio.render import PROXY
from tests.studio.browser_fixtures import address, browser, context, page
from tests.studio.browsing import NEEDS_BROWSER, clip_in_film, dropped, favourite, opened, until
from tests.studio.conftest import waited

__all__ = ["address", "browser", "context", "page"]

pytestmark = NEEDS_BROWSER
RATE = 24  # frames a second of the clips made here
SIZES = [(1280, 800), (1920, 1080), (390, 844)]
NOW = "() => Number(document.querySelector('.playhead').getAttribute('aria-valuenow'))"


def made(path: Path, width: int, height: int, codec: str = "libx264", seconds: float = 2) -> Path:
    """A clip whose frames get lighter from the first to the last."""
    with av.open(str(path), "w") as file:
        video = file.add_stream(codec, rate=RATE)
        video.width, video.height, video.pix_fmt = width, height, "yuv420p"
        for number in range(int(RATE * seconds)):
            shown = np.full((height, width, 3), 20 + 4 * number, np.uint8)
            file.mux(video.encode(av.VideoFrame.from_ndarray(shown, "rgb24")))
        file.mux(video.encode(None))
    return path


def now(page) -> float:
    """The position in the clip, as the timeline says it."""
    return float(page.evaluate(NOW))


def near(page, seconds: float) -> None:
    until(page, f"(wanted) => Math.abs(({NOW})() - wanted) < 0.011", seconds)


def as_character(page) -> None:
    page.get_by_text("Character", exact=True).first.click()
    page.locator("[aria-label=Character] .face").first.click()
    page.get_by_role("button", name="Add keyframe").wait_for()


def times(page) -> list[float]:
    labels = page.eval_on_selector_all(".mark", "all => all.map((each) => each.ariaLabel)")
    return [float(label.split()[2]) for label in labels]


@pytest.mark.parametrize("shape", [(240, 240), (180, 320), (320, 180)])
def test_the_player_fits_at_every_size(page, tmp_path: Path, shape: tuple[int, int]) -> None:
    clip_in_film(page, made(tmp_path / f"{shape[0]}.mp4", *shape))
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(100)
        screen = page.locator(".screen").bounding_box()
        bar, strip = (page.locator(each).bounding_box() for each in (".transport", ".strip-line"))
        assert screen["height"] > 150
        assert screen["y"] >= 0
        assert screen["x"] + screen["width"] <= width
        assert bar["y"] >= screen["y"] + screen["height"]
        assert strip["y"] >= bar["y"] + bar["height"] - 1
        assert strip["y"] + strip["height"] <= height
        fit = page.evaluate("() => getComputedStyle(document.querySelector('.player')).objectFit")
        assert fit == "contain"


def test_keys_move_and_play(page, tmp_path: Path) -> None:
    clip_in_film(page, made(tmp_path / "keys.mp4", 160, 96))
    page.locator("main").focus()
    page.keyboard.press("ArrowRight")
    near(page, 1)
    page.keyboard.press("ArrowLeft")
    near(page, 0)
    for key, frames in ((".", 1), (".", 2), (",", 1)):
        page.keyboard.press(key)
        near(page, frames / RATE)
    page.keyboard.press("Space")
    until(page, "() => !document.querySelector('video.player').paused")
    page.keyboard.press("Space")
    until(page, "() => document.querySelector('video.player').paused")


def test_the_timeline_is_scrubbed(page, tmp_path: Path) -> None:
    clip_in_film(page, made(tmp_path / "scrub.mp4", 160, 96))
    box = page.locator(".strip-line").bounding_box()
    at = [(box["x"] + part * box["width"], box["y"] + 10) for part in (0.1, 0.5, 0.75)]
    page.mouse.move(*at[0])
    page.mouse.down()
    near(page, 0.2)
    page.mouse.move(*at[1])
    near(page, 1.0)
    page.mouse.move(*at[2])
    page.mouse.up()
    near(page, 1.5)


def test_the_drawn_frame_is_shown_at_the_playhead(page, tmp_path: Path) -> None:
    clip_in_film(page, made(tmp_path / "drawn.mp4", 160, 96))
    page.get_by_label("Strength").press("Home")  # the clip itself: how light it is tells the time

    def light() -> float:
        return float(
            page.evaluate(
                """async () => {
                  const image = document.querySelector(".drawn-frame");
                  if (image.hidden) return -1;
                  await image.decode();
                  const canvas = new OffscreenCanvas(1, 1);
                  canvas.getContext("2d").drawImage(image, 0, 0, 1, 1);
                  return canvas.getContext("2d").getImageData(0, 0, 1, 1).data[0];
                }"""
            )
        )

    for part in (0.25, 0.75):
        box = page.locator(".strip-line").bounding_box()
        page.mouse.click(box["x"] + part * box["width"], box["y"] + 10)
        wanted = 20 + 4 * int(part * 2 * RATE)
        waited(light, lambda got, wanted=wanted: abs(got - wanted) < 8)
    page.get_by_label("Draw the frame while paused").uncheck()
    waited(light, lambda got: got == -1)


def test_keyframes_are_set_moved_dragged_and_undone(page) -> None:
    favourite(page)
    clip_in_film(page)
    as_character(page)
    page.get_by_role("button", name="Add keyframe").click()
    box = page.locator(".strip-line").bounding_box()

    def at(part: float) -> tuple[float, float]:
        return box["x"] + part * box["width"], box["y"] + box["height"] / 2

    page.mouse.click(*at(0.5))
    near(page, 1.5)
    page.get_by_role("button", name="Add keyframe").click()
    page.locator("input[data-tag=long_hair]").press("End")
    assert times(page) == [0, 1.5]
    page.locator(".mark").nth(1).press("ArrowLeft")
    assert times(page) == [0, 1.46]
    near(page, 1.46)
    page.locator(".mark").nth(1).press("Shift+ArrowRight")
    assert times(page) == [0, 1.88]
    # Dragged while the clip is shown elsewhere: the mark stays under the pointer.
    box_mark = page.locator(".mark").nth(1).bounding_box()
    page.mouse.move(box_mark["x"] + 12, box_mark["y"] + 12)
    page.mouse.down()
    for part in (0.5, 0.4, 0.3):
        page.mouse.move(*at(part))
        page.wait_for_timeout(50)
    page.mouse.up()
    assert times(page) == [0, 0.9]
    page.locator("main").focus()
    page.keyboard.press("Control+z")
    assert times(page) == [0, 1.88]
    page.keyboard.press("Control+Shift+z")
    assert times(page) == [0, 0.9]
    with page.expect_request("**/api/jobs") as sent:
        page.get_by_role("button", name="Preview from here").click()
    wish = json.loads(sent.value.post_data)
    rows = [(each["time"], each["edits"].get("long_hair", 0)) for each in wish["keyframes"]]
    assert [round(time, 2) for time, _ in rows] == [0, 0.9]
    assert rows[1][1] == 3
    page.wait_for_selector(".job[data-state=queued], .job[data-state=running]", state="detached")
    assert page.locator(".job[data-state=failed]").count() == 0
    page.get_by_text("Character", exact=True).first.click()
    page.locator(".mark").nth(1).press("Delete")
    assert times(page) == [0]


def test_a_preview_keeps_the_timeline_of_the_clip(page) -> None:
    clip_in_film(page)
    page.get_by_text("Anime look", exact=True).click()
    page.get_by_label("Preview length").press("Home")  # one second
    box = page.locator(".strip-line").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 10)
    near(page, 1.5)
    page.get_by_role("button", name="Preview from here").click()
    until(page, "() => document.querySelector('video.player').dataset.shows")
    played = page.evaluate(
        """async () => {
          const video = document.querySelector("video.player");
          while (!video.ended) await new Promise((done) => setTimeout(done, 50));
          return [video.duration, video.videoWidth, video.webkitAudioDecodedByteCount];
        }"""
    )
    assert 0.9 < played[0] < 1.2
    assert played[1] == 384
    assert played[2] > 1000
    assert page.get_attribute(".playhead", "aria-valuemax") == "3.00"
    assert 2.3 < now(page) <= 2.6  # 1.5 and the second that was played
    page.locator("main").focus()
    page.keyboard.press("ArrowRight")  # beyond the preview: the clip again
    until(page, "() => !document.querySelector('video.player').dataset.shows")
    with page.expect_download() as got:
        page.locator(".job[data-state=done] [aria-label=Download]").first.click()
    assert got.value.suggested_filename.endswith(".mp4")


def test_a_clip_that_the_browser_cannot_play_gets_a_proxy(page, tmp_path: Path) -> None:
    clip = made(tmp_path / "old.avi", 160, 96, "mpeg4")
    opened(page, "film")
    with page.expect_response(lambda got: got.url.endswith(PROXY[1:]) and got.ok):
        dropped(page, clip)
    until(page, "() => document.querySelector('video.player').readyState >= 2")
    assert page.evaluate("() => document.querySelector('video.player').videoWidth") == 160
    page.locator("main").focus()
    page.keyboard.press("ArrowRight")
    near(page, 1)


def test_a_transparent_render_is_downloaded_as_mov(page, tmp_path: Path) -> None:
    favourite(page)
    clip_in_film(page)
    as_character(page)
    page.get_by_label("Character only, transparent").check()
    page.get_by_role("button", name="Render clip").click()
    row = page.locator(".job", has=page.locator("[value*=transparent]")).first
    row.locator("[aria-label=Download]").wait_for()
    for place in ("film", "library"):
        if place == "library":
            page.goto("/#library")
            page.get_by_text("Films", exact=True).click()
            row = page.locator(".card", has=page.locator("[value*=transparent]")).first
        with page.expect_download() as got:
            row.locator("[aria-label^=Download]").click()
        assert got.value.suggested_filename.endswith("transparent.mov")
        with av.open(str(got.value.path())) as file:
            frame = next(file.decode(video=0))
            assert frame.format.name.startswith("yuva444p")


def test_settings_of_a_clip_are_kept(page, browser, address: str) -> None:
    clip_in_film(page)
    page.get_by_text("Anime look", exact=True).click()
    page.get_by_text("soft", exact=True).click()
    page.get_by_label("Preview length").press("End")
    page.wait_for_timeout(800)
    other = browser.new_context(base_url=address)  # knows nothing
    again = other.new_page()
    again.goto("/#film")
    again.wait_for_selector("video.player")
    until(again, "() => document.querySelector('input[value=soft]').checked")
    assert again.get_by_label("Preview length").input_value() == "10"
    other.close()
