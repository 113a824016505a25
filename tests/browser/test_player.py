"""The player: an overlay for mouse, keyboard and screen reader, with captions, one recording at a time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from accessibility import violations
from playwright.async_api import Browser, Page, Route, expect
from sample_site import SampleSite
from windows import DESK, PHONE, Window, opened

from services.publishing.texts import texts_for
from shared.editions import Edition
from tests.support.sample_newsroom import SITE
from tests.support.samples import EDITIONS

ENGLISH = "port-ellery"
PATIENCE = 20
LANGUAGES = {"port-ellery": ("en", "ar"), "chiuwan": ("zh-Hant", "en"), "marsa-noor": ("ar", "en")}
"""The captions that an edition's readers get, and others that they may choose."""
VIDEO = "document.querySelector('video')"
SHOWN = f"[...{VIDEO}.textTracks].filter((track) => track.mode === 'showing').map((track) => track.language).join()"
FOCUS = "document.activeElement.className || document.activeElement.tagName"
STATE = f"(({{paused, currentTime}}) => ({{paused, currentTime}}))({VIDEO})"

in_every_edition = pytest.mark.parametrize("edition", EDITIONS.values(), ids=list(EDITIONS))


@asynccontextmanager
async def playing(
    browser: Browser, site: SampleSite, kind: str = "video", edition: str = ENGLISH, width: int = PHONE
) -> AsyncIterator[Window]:
    """A window with a recording open, and playing; nothing may complain or leave the site."""
    async with opened(browser, site, width=width) as window:
        page = await window.open(site.pages[edition][kind])
        await expect(page.locator("dialog")).to_be_hidden()
        await page.focus("a.play")
        await page.keyboard.press("Enter")
        await until(page, f"{VIDEO}?.currentTime > 0")
        yield window
        assert window.complaints == []
        assert window.strays == []


async def until(page: Page, condition: str, argument: object = None) -> None:
    """Returns when a condition holds, an expression of JavaScript in which `it` is the argument.

    Playwright's own way of waiting for a function is one that the policy forbids.
    """
    look = f"const look = () => ({condition}) ? done() : setTimeout(look, 20)"
    wait = f"(it) => new Promise((done) => {{ {look}; look(); }})"
    async with asyncio.timeout(PATIENCE):
        await page.evaluate(wait, argument)


async def is_closed(page: Page) -> None:
    """The overlay is gone, and the reader is back where it was opened."""
    await expect(page.locator("dialog")).to_be_hidden()
    await expect(page.locator("a.play")).to_be_focused()
    await expect(page.locator("video")).to_have_count(0)
    assert await page.locator(".player-elapsed, .player-total").all_text_contents() == ["0:00", "0:00"]


@pytest.mark.parametrize("kind", ["video", "audio"])
@in_every_edition
async def test_a_recording_plays_in_an_overlay_and_tells_elapsed_and_total(
    browser: Browser, site: SampleSite, edition: Edition, kind: str
) -> None:
    async with playing(browser, site, kind, edition.slug) as window:
        page = window.page
        await expect(page.get_by_role("dialog")).to_be_visible()
        await expect(page.locator(".player-title")).not_to_be_empty()
        length = await page.locator("a.play .length").inner_text()
        await expect(page.locator(".player-total")).to_have_text(length)
        await expect(page.locator(".player-elapsed")).to_have_text("0:01")
        assert await page.evaluate("document.documentElement.scrollWidth") == PHONE
        assert await page.evaluate("document.querySelector('dialog').contains(document.activeElement)")
        await page.get_by_role("button", name=texts_for(edition.locale).close).click()
        await is_closed(page)


@in_every_edition
async def test_a_screen_reader_hears_the_name_of_every_control(
    browser: Browser, site: SampleSite, edition: Edition
) -> None:
    words = texts_for(edition.locale)
    async with playing(browser, site, edition=edition.slug) as window:
        dialog = window.page.get_by_role("dialog", name=words.player)
        await dialog.get_by_role("button", name=words.pause, exact=True).click()
        await expect(dialog.get_by_role("button", name=words.play, exact=True)).to_be_visible()
        slider = dialog.get_by_role("slider", name=words.position)
        await slider.fill("6")
        length = await dialog.locator(".player-total").inner_text()
        await expect(slider).to_have_attribute("aria-valuetext", f"0:06 / {length}")
        await expect(dialog.get_by_role("combobox", name=words.captions)).to_be_visible()
        await expect(dialog.get_by_role("button", name=words.close)).to_be_visible()
        assert await violations(window.page) == []


async def test_the_keyboard_reaches_everything_and_nothing_behind(browser: Browser, site: SampleSite) -> None:
    async with playing(browser, site) as window:
        page, order = window.page, []
        for _ in range(4):
            order.append(await page.evaluate(FOCUS))
            await page.keyboard.press("Tab")
        assert order == ["player-toggle playing", "player-position", "SELECT", "player-close"]
        inside = "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        for _ in range(6):
            assert await page.evaluate(inside)
            await page.keyboard.press("Tab")


async def test_space_pauses_and_arrows_move(browser: Browser, site: SampleSite) -> None:
    async with playing(browser, site, "audio") as window:
        page = window.page
        await page.focus(".player-toggle")
        await page.keyboard.press("Space")
        paused = await page.evaluate(STATE)
        assert paused["paused"]
        await page.focus(".player-position")
        await page.keyboard.press("ArrowRight")
        assert (await page.evaluate(STATE))["currentTime"] == pytest.approx(paused["currentTime"] + 5, abs=0.01)
        await page.keyboard.press("ArrowLeft")
        assert (await page.evaluate(STATE))["currentTime"] == pytest.approx(paused["currentTime"], abs=0.01)
        await page.keyboard.press("ArrowLeft")
        await expect(page.locator(".player-elapsed")).to_have_text("0:00")
        await page.keyboard.press("End")
        await until(page, f"{VIDEO}.ended")
        await expect(page.locator(".player-elapsed")).to_have_text(await page.locator(".player-total").inner_text())
        await page.focus(".player-toggle")
        await page.keyboard.press("Space")  # from the beginning again
        await until(page, f"!{VIDEO}.paused && {VIDEO}.currentTime < 3")


async def test_escape_closes(browser: Browser, site: SampleSite) -> None:
    async with playing(browser, site) as window:
        await window.page.keyboard.press("Escape")
        await is_closed(window.page)


async def test_a_press_on_the_page_behind_closes_and_one_inside_does_not(browser: Browser, site: SampleSite) -> None:
    async with playing(browser, site, width=DESK) as window:
        await window.page.locator(".player-title").click()
        await expect(window.page.get_by_role("dialog")).to_be_visible()
        await window.page.mouse.click(5, 5)
        await is_closed(window.page)


@in_every_edition
async def test_captions_are_in_the_page_s_language_until_the_reader_chooses(
    browser: Browser, site: SampleSite, edition: Edition
) -> None:
    language, other = LANGUAGES[edition.slug]
    async with playing(browser, site, edition=edition.slug) as window:
        page = window.page
        choice = page.get_by_role("combobox")
        await expect(choice).to_have_value(language)
        await until(page, f"{SHOWN} === it", language)
        await until(page, f"[...{VIDEO}.textTracks].some((track) => track.activeCues?.length)")
        off, *labels = await choice.locator("option").all_text_contents()
        assert (off, set(labels)) == (texts_for(edition.locale).captions_off, {"English", "繁體中文", "العربية"})
        for chosen in (other, ""):
            await choice.select_option(chosen)
            await until(page, f"{SHOWN} === it", chosen)
            await asyncio.sleep(0.1)  # a browser that chooses by itself does so a little later
            assert await page.evaluate(SHOWN) == chosen


@in_every_edition
async def test_the_captions_of_sound_are_a_line_of_the_overlay(
    browser: Browser, site: SampleSite, edition: Edition
) -> None:
    language, other = LANGUAGES[edition.slug]
    async with playing(browser, site, "audio", edition.slug) as window:
        page, said = window.page, window.page.locator(".player-said")
        for chosen in (language, other):
            await page.get_by_role("combobox").select_option(chosen)
            await expect(said).to_have_attribute("lang", chosen)
            await expect(said).not_to_be_empty()
            await expect(said).to_be_visible()
        await page.get_by_role("combobox").select_option("")
        await expect(said).to_be_empty()


async def test_there_is_one_recording_at_a_time(browser: Browser, site: SampleSite) -> None:
    async with playing(browser, site) as window:
        page = window.page
        first = await page.query_selector("video")
        assert first is not None
        await page.evaluate("document.querySelector('a.play').click()")  # as a script or a reading aid may
        await until(page, "it.paused && !it.isConnected", first)
        await expect(page.locator("video")).to_have_count(1)
        second = await page.query_selector("video")
        await page.keyboard.press("Escape")
        await until(page, "it.paused && !it.hasAttribute('src')", second)
        await is_closed(page)


@in_every_edition
async def test_a_recording_that_cannot_be_played_is_offered_as_a_file(
    browser: Browser, site: SampleSite, edition: Edition
) -> None:
    words = texts_for(edition.locale)
    async with opened(browser, site) as window:
        page = await window.open(site.pages[edition.slug]["video"])
        await page.route("**/*.webm", lambda route: route.fulfill(status=404))
        await page.click("a.play")
        await expect(page.get_by_text(words.unplayable)).to_be_visible()
        file = await page.locator("a.play").get_attribute("href")
        await expect(page.get_by_role("link", name=words.open_file)).to_have_attribute("href", f"{SITE}{file}")
        await page.unroute("**/*.webm")
        await page.get_by_role("button", name=words.close).click()
        await page.click("a.play")
        await until(page, f"{VIDEO}.currentTime > 0")
        await expect(page.get_by_text(words.unplayable)).to_be_hidden()


async def test_a_recording_is_fetched_in_parts_and_a_reader_may_jump_ahead(browser: Browser, site: SampleSite) -> None:
    part, asked = 16_000, []

    async def in_small_parts(route: Route) -> None:
        # RFC 9110 lets a server send less than was asked for: so the browser has to ask again, even for a small file.
        start = int(route.request.headers["range"].removeprefix("bytes=").partition("-")[0])
        answer = await site.get(route.request.url.removeprefix(SITE), {"range": f"bytes={start}-{start + part - 1}"})
        asked.append((start, answer.status_code))
        await route.fulfill(status=answer.status_code, headers=dict(answer.headers), body=answer.content)

    async with opened(browser, site) as window:
        page = await window.open(site.pages[ENGLISH]["audio"])
        await page.route("**/*.wav", in_small_parts)
        await page.click("a.play")
        await until(page, f"{VIDEO}.currentTime > 0")
        await page.get_by_role("slider").fill("9")
        await until(page, f"{VIDEO}.currentTime > 9.2")
    assert {status for _, status in asked} == {206}
    assert asked[0][0] == 0
    assert max(start for start, _ in asked) >= part
