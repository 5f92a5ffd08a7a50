"""Nothing is lost in a real browser: work is kept, undone and the same in two windows; what is
deleted comes back; files are dropped anywhere; on a phone the picture stays in sight."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

import pytest

from tests.studio.browser_fixtures import address, browser, context, page
from tests.studio.browsing import (
    NEEDS_BROWSER,
    PAGES,
    PATIENCE,
    SAMPLES,
    clip_in_film,
    dropped,
    favourite,
    opened,
    photo_on_stage,
    until,
)
from tests.studio.conftest import waited
from tests.studio.test_jobs import started

__all__ = ["address", "browser", "context", "page"]

pytestmark = NEEDS_BROWSER
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SAVED = 700  # milliseconds in which a change is complete and sent


def members(page) -> list[str]:
    page.wait_for_selector(".member")
    return page.eval_on_selector_all(".member", "all => all.map((each) => each.dataset.id)")


def strength(page) -> str:
    page.wait_for_selector(".viewer.drawn")
    return page.get_by_label("Strength").input_value()


def test_work_survives_leaving_back_reload_and_a_restart(
    browser, tmp_path: Path, tiny_roses: Path
) -> None:
    home = tmp_path / "home"
    process, client = started(home, "--model", str(tiny_roses))
    made = browser.new_context(base_url=str(client.base_url))
    made.set_default_timeout(PATIENCE)
    page = made.new_page()
    photo_on_stage(page)
    page.get_by_label("Strength").press("Home")
    opened(page, "cast")  # at once: leaving saves
    wall = members(page)
    page.locator(".member .face").nth(2).click()
    page.go_back()
    assert strength(page) == "0"
    page.go_forward()
    assert members(page) == wall
    assert page.locator(".member").nth(2).get_attribute("class") == "member chosen"
    page.get_by_role("button", name="Edit in Direct").click()
    page.wait_for_selector(".viewer.drawn")
    page.locator("input[data-tag=long_hair]").press("End")
    page.reload()
    page.wait_for_selector(".viewer.drawn")
    until(page, "() => document.querySelector('input[data-tag=long_hair]').value === '3'")
    page.wait_for_timeout(SAVED)
    made.close()
    process.kill()
    process.wait(20)
    process, client = started(home, "--model", str(tiny_roses))
    made = browser.new_context(base_url=str(client.base_url))  # knows nothing
    made.set_default_timeout(PATIENCE)
    page = made.new_page()
    page.goto("/#direct")
    until(page, "() => document.querySelector('input[data-tag=long_hair]')?.value === '3'")
    page.keyboard.press("Control+z")
    until(page, "() => document.querySelector('input[data-tag=long_hair]').value === '0'")
    opened(page, "cast")
    assert members(page) == wall
    opened(page, "stage")
    assert strength(page) == "0"
    made.close()
    process.send_signal(signal.SIGINT)
    process.wait(20)


def test_stage_and_cast_are_undone(page) -> None:
    photo_on_stage(page)
    was = strength(page)
    page.get_by_label("Strength").press("End")
    page.wait_for_timeout(SAVED)
    page.get_by_label("Strength").press("Home")
    page.keyboard.press("Control+z")
    assert strength(page) == "1"
    page.get_by_role("button", name="Redo (Ctrl Shift Z)").click()
    assert strength(page) == "0"
    assert was == "1"
    opened(page, "cast")
    first = members(page)
    page.get_by_role("button", name="New characters", exact=True).click()
    until(page, "(was) => document.querySelector('.member').dataset.id !== was", first[0])
    second = members(page)
    page.keyboard.press("Control+z")
    assert members(page) == first
    page.keyboard.press("Control+Shift+z")
    assert members(page) == second


def test_two_windows_agree(page, context) -> None:
    photo_on_stage(page)
    other = context.new_page()
    opened(other, "stage")
    assert strength(other) == strength(page) == "1"
    page.get_by_label("Strength").press("Home")
    until(other, "() => document.querySelector('[aria-label=Strength]').value === '0'")
    other.get_by_text("soft", exact=True).click()
    until(page, "() => document.querySelector('input[value=soft]').checked")
    assert strength(page) == "0"
    other.close()


def test_what_is_deleted_comes_back(page) -> None:
    photo_on_stage(page)
    opened(page, "library")
    page.get_by_text("Photos", exact=True).click()
    cards = page.locator(".card")
    cards.first.wait_for()
    count = cards.count()

    def delete() -> None:
        cards.first.locator("[aria-label^=Delete]").click()
        waited(cards.count, lambda now: now == count - 1)

    delete()
    page.locator(".notice button", has_text="Undo").click()
    waited(cards.count, lambda now: now == count)
    delete()
    page.locator("main").focus()
    page.keyboard.press("Control+z")
    waited(cards.count, lambda now: now == count)
    delete()
    page.reload()
    page.get_by_text("Deleted", exact=True).click()
    page.locator("[aria-label^=Restore]").first.click()
    page.get_by_text("restored").wait_for()
    page.get_by_text("Photos", exact=True).click()
    waited(cards.count, lambda now: now == count)


def test_several_files_are_dropped_anywhere(page, tmp_path: Path) -> None:
    opened(page, "stage")
    files = [tmp_path / f"{name}.jpg" for name in ("one", "two")]
    for file in files:
        shutil.copy(SAMPLES / "astronaut.jpg", file)
    dropped(page, *files, on=".rail")
    page.get_by_text("2 files added to the library").wait_for()
    titles = page.eval_on_selector_all(
        "[aria-label=Photos] .face", "all => all.map((e) => e.title)"
    )
    assert {"one.jpg", "two.jpg"} <= set(titles)
    until(page, "() => document.querySelector('.facts').textContent.startsWith('one.jpg')")
    page.locator("[title='two.jpg']").click()
    until(page, "() => document.querySelector('.facts').textContent.startsWith('two.jpg')")
    # A clip opens where clips are.
    dropped(page, SAMPLES / "astronaut.mp4", on=".rail")
    page.wait_for_selector(".rail a[href='#film'][aria-current]")
    until(page, "() => document.querySelector('.facts')?.textContent.startsWith('astronaut.mp4')")


def test_an_interrupted_upload_is_said(context) -> None:
    page = context.new_page()
    opened(page, "stage")
    page.route("**/api/photos?*", lambda route: route.abort("connectionreset"))
    dropped(page, SAMPLES / "astronaut.jpg")
    page.get_by_text("The upload was interrupted").wait_for()
    page.unroute("**/api/photos?*")
    page.get_by_text("Connected again").wait_for()
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_axe_finds_no_fault(
    browser, address: str, page, scheme: str, size: tuple[int, int]
) -> None:
    """Of WCAG 2.2 AA, on every page with something on it."""
    from axe_playwright_python.sync_playwright import Axe

    favourite(page)
    clip_in_film(page)
    made = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,
        base_url=address,
        bypass_csp=True,
    )
    made.set_default_timeout(PATIENCE)
    looked = made.new_page()
    faults = []
    for name in PAGES:
        opened(looked, name)
        looked.wait_for_load_state("networkidle")
        asked = {"runOnly": {"type": "tag", "values": [*WCAG, "best-practice"]}}
        for each in Axe().run(looked, options=asked).response["violations"]:
            nodes = [node["html"][:140] for node in each["nodes"]][:3]
            faults.append((name, each["id"], nodes))
    made.close()
    assert faults == []


@pytest.mark.parametrize("width", [390, 320])
def test_on_a_phone_nothing_is_cut_off_and_the_picture_stays(
    browser, address: str, page, width: int
) -> None:
    favourite(page)
    clip_in_film(page)
    made = browser.new_context(viewport={"width": width, "height": 844}, base_url=address)
    made.set_default_timeout(PATIENCE)
    looked = made.new_page()
    for name in PAGES:
        opened(looked, name)
        looked.wait_for_load_state("networkidle")
        wide = looked.evaluate("() => document.scrollingElement.scrollWidth")
        inside = looked.evaluate("() => document.querySelector('main').scrollWidth")
        assert max(wide, inside) <= width, name
        picture = {"stage": ".viewer", "direct": ".viewer", "film": ".screen"}.get(name)
        if picture is None:
            continue
        looked.locator(picture).wait_for()
        looked.evaluate("() => (document.querySelector('main').scrollTop = 1e6)")
        looked.wait_for_timeout(100)
        box = looked.locator(picture).bounding_box()
        assert box["y"] >= 0, name
        assert box["height"] > 180, name
    made.close()
