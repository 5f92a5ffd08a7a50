"""The page in a real browser."""

from __future__ import annotations

import functools
import http.server
import json
import re
import signal
import threading
from pathlib import Path

import pytest

from tests.studio.browser_fixtures import address, browser, context, page
from tests.studio.browsing import (
    APART,
    HASH,
    NAME,
    NEEDS_BROWSER,
    PATIENCE,
    SAMPLES,
    favourite,
    opened,
    photo_on_stage,
    until,
)
from tests.studio.conftest import waited
from tests.studio.test_jobs import started

__all__ = ["address", "browser", "context", "page"]

pytestmark = NEEDS_BROWSER
TOO_SOON = 320  # milliseconds in which the page ignores a second answer


def test_a_dropped_photo_is_shown_as_anime(page) -> None:
    photo_on_stage(page)
    assert 5 < page.evaluate(APART) < 80
    assert page.eval_on_selector(".before", "image => image.naturalWidth") == 512
    first = page.eval_on_selector(".after", HASH)
    page.get_by_label("Strength").press("Home")
    hashed = f"async () => await ({HASH})(document.querySelector('.after'))"
    until(page, f"async (was) => (await ({hashed})()) !== was", first)
    assert page.evaluate(APART) < 3  # no strength: the photo
    # The divider by keyboard, and zoom.
    handle = page.get_by_role("slider", name="Divider between photo and drawing")
    handle.press("End")
    assert handle.get_attribute("aria-valuenow") == "100"
    page.keyboard.press("+")
    assert page.inner_text(".zoom") != "Fit"
    page.keyboard.press("0")
    assert page.inner_text(".zoom") == "Fit"
    with page.expect_download() as got:
        page.get_by_role("button", name="Download").click()
    assert got.value.suggested_filename == "astronaut-cel.png"
    page.get_by_role("button", name="Save to library").click()
    page.get_by_text("Saved to the library").wait_for()


def test_a_slider_moves_the_picture_and_undo_gives_the_same_back(page) -> None:
    favourite(page)
    page.get_by_role("button", name="Edit in Direct").click()
    page.wait_for_selector(".viewer.drawn")
    until(page, "() => document.querySelector('.facts').textContent.includes('ms')")
    hashed = f"async () => await ({HASH})(document.querySelector('.after'))"
    before = page.evaluate(hashed)
    slider = page.locator("input[data-tag=long_hair]")
    slider.press("End")
    until(page, f"async (was) => (await ({hashed})()) !== was", before)
    after = page.evaluate(hashed)
    page.keyboard.press("Control+z")
    until(page, f"async (was) => (await ({hashed})()) === was", before)
    assert slider.input_value() == "0"
    page.keyboard.press("Control+Shift+z")
    until(page, f"async (was) => (await ({hashed})()) === was", after)
    page.get_by_label("Name of the character").fill("Aiko")
    page.get_by_role("button", name="Save as new character").click()
    page.get_by_text("Aiko saved").wait_for()


def test_a_study_is_made_and_answered_and_the_numbers_add_up(page, context) -> None:
    photo_on_stage(page)
    page.goto("/#study")
    page.get_by_text("New study").click()
    page.get_by_role("button", name="Create study").click()
    page.wait_for_selector(".study a")
    link = page.get_attribute(".study a", "href")
    shown = 0
    for key in ("ArrowLeft", "ArrowRight"):
        person = context.new_page()
        person.goto(link)
        person.get_by_role("button", name="Start").click()
        while True:
            person.wait_for_selector(".sides img, .sheet:has-text('Thank you')")
            if person.get_by_text("Thank you").count():
                break
            source = person.get_attribute(".side img", "src")
            shown += 1
            person.wait_for_timeout(TOO_SOON)
            person.keyboard.press(key)
            until(person, "(was) => document.querySelector('.side img')?.src !== was", source)
        person.evaluate("() => sessionStorage.clear()")
        person.close()
    page.reload()
    page.wait_for_selector(".results")
    text = page.inner_text(".results")
    people, choices = (int(number) for number in re.findall(r"(\d+)\s+(?:people|choices)", text))
    wins = [int(n) for n in re.search(r"(\d+) : (\d+)", text).groups()]  # type: ignore[union-attr]
    assert people == 2
    assert sum(wins) == choices <= shown
    assert "50 % left" in text.replace("\n", " ").replace("\u00a0", " ")
    with page.expect_download() as got:
        page.get_by_role("button", name="Download answers").click()
    assert len(Path(got.value.path()).read_text().splitlines()) == shown + 1


@pytest.fixture(scope="module")
def study_key(context, address: str) -> str:
    """A study of two looks on one photo, ready to answer."""
    asked = context.request
    photo = asked.post("/api/photos", data=(SAMPLES / "astronaut.jpg").read_bytes()).json()
    methods = [{"name": "plain", "look": {"strength": 0}}, {"name": "drawn"}]
    body = {"name": "two", "methods": methods, "photos": [photo["id"]] * 3, "repeats": 0}
    made = asked.post("/api/studies", data=body).json()

    def mine() -> dict:
        return next(each for each in asked.get("/api/studies").json() if each["id"] == made["id"])

    return waited(mine, lambda each: each["ready"], PATIENCE / 1000)["key"]


def numbers_sent(page) -> list[int]:
    """The numbers of the trials that ``page`` answers from now on."""
    sent: list[int] = []
    page.on(
        "request",
        lambda request: (
            sent.append(json.loads(request.post_data)["number"])
            if request.method == "POST" and "number" in (request.post_data or "")
            else None
        ),
    )
    return sent


def test_held_keys_and_double_taps_answer_one_pair(page, study_key: str) -> None:
    page.goto(f"/answer/{study_key}")
    page.get_by_role("button", name="Start").click()
    page.wait_for_selector(".sides img")
    sent = numbers_sent(page)
    page.wait_for_timeout(TOO_SOON)
    for _ in range(12):  # without keyup between them, all but the first are repeats
        page.keyboard.down("ArrowLeft")
    page.keyboard.up("ArrowLeft")
    until(page, "() => document.querySelector('progress')?.value === 1")
    page.wait_for_timeout(TOO_SOON)
    page.locator(".side").first.dblclick()
    until(page, "() => document.querySelector('progress')?.value === 2")
    page.wait_for_timeout(TOO_SOON)
    assert sent == [0, 1]


def test_an_answer_is_sent_again_when_the_connection_is_back(context, study_key: str) -> None:
    page = context.new_page()
    page.goto(f"/answer/{study_key}")
    page.evaluate("() => sessionStorage.clear()")
    page.get_by_role("button", name="Start").click()
    page.wait_for_selector(".sides img")
    page.wait_for_timeout(TOO_SOON)
    context.set_offline(True)
    try:
        page.keyboard.press("ArrowRight")
        page.get_by_text("The studio is not responding").wait_for()
    finally:
        context.set_offline(False)
    until(page, "() => document.querySelector('progress')?.value === 1")
    assert page.get_by_text("The studio is not responding").is_hidden()
    # The answer arrives, its response does not: it is counted once.
    page.route("**/api/answer/**", lambda route: (route.fetch(), route.abort()), times=1)
    page.wait_for_timeout(TOO_SOON)
    page.keyboard.press("ArrowRight")
    until(page, "() => document.querySelector('progress')?.value === 2")
    page.close()


def test_the_method_that_won_is_named_first(page, study_key: str) -> None:
    def lost(route) -> None:
        found = route.fetch().json()
        duel = {"rate": 0.25, "low": 0.1, "high": 0.5, "p": 0.3, "p_holm": 0.3, "p_people": None}
        duel |= {"first": 0, "second": 1, "wins": 2, "losses": 6}
        found["duels"] = [duel | {"people_for": 0, "people_against": 1}]
        route.fulfill(json=found)

    page.route("**/findings", lost)
    page.goto("/#study")
    row = page.locator(".study", has_text="plain · drawn").locator("tbody tr")
    row.wait_for()
    text = re.sub(r"\s+", " ", row.inner_text())
    assert text.startswith("drawn over plain 6 : 2 75 % 50 % – 90 %")


def test_a_lost_connection_is_said_and_comes_back(context) -> None:
    page = context.new_page()
    page.goto("/#library")
    page.wait_for_selector(".rail a[href='#library'][aria-current]")
    context.set_offline(True)
    try:
        page.get_by_text("Photos", exact=True).click()
        page.get_by_text("The studio is not responding").wait_for()
    finally:
        context.set_offline(False)
    page.get_by_text("Connected again").wait_for()
    assert page.get_by_text("The studio is not responding").is_hidden()
    page.close()


def test_a_lost_webcam_is_said(page) -> None:
    page.goto("/#live")
    page.get_by_text("128", exact=True).click()
    page.get_by_role("button", name="Start webcam").click()
    until(page, "() => Number(document.querySelector('.rate').dataset.frames) > 0")
    page.evaluate(
        "() => document.querySelector('main video').srcObject.getTracks()[0]"
        ".dispatchEvent(new Event('ended'))"
    )
    page.get_by_text("The webcam was disconnected").wait_for()
    page.get_by_role("button", name="Start webcam").wait_for()


def test_the_samples_are_tried_in_one_click(browser, tmp_path: Path) -> None:
    process, client = started(tmp_path / "home")  # an empty library offers them
    made = browser.new_context(base_url=str(client.base_url))
    made.set_default_timeout(PATIENCE)
    page = made.new_page()
    page.goto("/")
    page.get_by_role("button", name="Try the sample photo").click()
    page.wait_for_selector(".viewer.drawn:not(.busy)")
    assert page.inner_text(".facts").startswith("astronaut.jpg · 512 × 512 · 1 face")
    page.goto("/#film")
    page.get_by_role("button", name="Try the sample clip").click()
    page.wait_for_selector("video.player")
    until(page, "() => document.querySelector('.facts').textContent.startsWith('astronaut.mp4')")
    made.close()
    process.send_signal(signal.SIGINT)
    process.wait(20)


def test_the_question_mark_shows_the_keys(page) -> None:
    opened(page, "stage")
    page.keyboard.press("?")
    assert "Undo and redo" in page.get_by_role("dialog").inner_text()
    page.keyboard.press("2")  # keys of the page rest while the list is open
    assert page.url.endswith("#stage")
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    page.get_by_role("button", name="Keyboard shortcuts").click()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("2")
    page.wait_for_selector(".rail a[href='#cast'][aria-current]")


def test_everything_works_over_plain_http(browser, tmp_path: Path, monkeypatch) -> None:
    """As others in the network open it: no crypto.randomUUID, no clipboard, no webcam there."""
    monkeypatch.setenv("ROSETAIL_STUDIO_TOKEN", token := "0123456789abcdef")
    process, client = started(tmp_path / "home", "--host", "0.0.0.0")
    base = f"http://{NAME}:{client.base_url.port}"
    made = browser.new_context(base_url=base)
    made.set_default_timeout(PATIENCE)
    page = made.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    try:
        page.goto(f"/?token={token}")
        assert not page.evaluate("() => isSecureContext")
        page.get_by_role("button", name="Try the sample photo").click()
        page.wait_for_selector(".viewer.drawn:not(.busy)")
        page.goto("/#live")
        page.get_by_role("button", name="Start webcam").click()
        page.get_by_text("only on https pages and on localhost").wait_for()
        page.goto("/#study")
        page.get_by_text("New study").click()
        page.get_by_role("button", name="Create study").click()
        page.wait_for_selector(".study a")
        page.get_by_role("button", name="Copy link").click()
        page.get_by_text("Link copied").wait_for()
        # On the studio's own computer the link names an address that others reach.
        local = browser.new_context(base_url=f"http://localhost:{client.base_url.port}")
        own = local.new_page()
        own.goto(f"/?token={token}")
        own.goto("/#study")
        link = own.wait_for_selector(".study a", timeout=PATIENCE).get_attribute("href")
        local.close()
        assert link.startswith(f"{base}/answer/")
        person = browser.new_context().new_page()  # without a token
        person.goto(link)
        person.get_by_role("button", name="Start").click()
        person.wait_for_selector(".sides img", timeout=PATIENCE)
        person.close()
        assert errors == []
    finally:
        made.close()
        process.send_signal(signal.SIGINT)
        process.wait(20)


def test_live_in_the_browser_needs_no_network(page, context) -> None:
    page.goto("/#live")
    page.get_by_text("WebAssembly", exact=True).click()
    page.get_by_text("128", exact=True).click()
    page.get_by_role("button", name="Start webcam").click()
    until(page, "() => Number(document.querySelector('.rate').dataset.frames) > 1")
    context.set_offline(True)
    try:
        seen = int(page.get_attribute(".rate", "data-frames"))
        until(
            page,
            "(seen) => Number(document.querySelector('.rate').dataset.frames) > seen + 2",
            seen,
        )
    finally:
        context.set_offline(False)
    assert "WebAssembly in this browser" in page.inner_text("[data-engine]")
    assert page.evaluate("() => crossOriginIsolated")
    page.get_by_text("Studio", exact=True).click()
    until(
        page,
        "() => document.querySelector('[data-engine]').textContent.includes('studio')"
        " && Number(document.querySelector('.rate').dataset.rate) > 0",
    )


def test_the_static_live_page_needs_no_server_of_ours(browser, tmp_path: Path) -> None:
    from rosetail.studio.static import write_live_page

    write_live_page(tmp_path / "site")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=tmp_path / "site")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made = browser.new_context(permissions=["camera"])
    made.set_default_timeout(PATIENCE)
    page = made.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    address = f"http://localhost:{server.server_address[1]}/"
    try:
        page.goto(address)
        page.get_by_text("128", exact=True).click()
        page.get_by_role("button", name="Start webcam").click()
        until(page, "() => Number(document.querySelector('.rate').dataset.frames) > 2")
        assert page.evaluate("() => crossOriginIsolated")  # by the service worker
        assert not [url for url in asked if not url.startswith((address, "blob:"))]
    finally:
        made.close()
        server.shutdown()
        server.server_close()
