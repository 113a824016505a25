"""What only a browser can tell of the pages: the player, sections without scripts, width, stillness, the policy."""

import pytest
from playwright.async_api import Browser, Route, expect
from sample_site import SITE, open_page

VIDEO, AUDIO = "/port-ellery/day-on-the-crossing", "/port-ellery/fog-bell"


async def test_the_player_opens_plays_and_is_closed_by_keyboard(browser: Browser, site: dict[str, str]) -> None:
    complaints: list[str] = []
    page = await open_page(browser, site, VIDEO, complaints=complaints)
    await expect(page.locator("dialog")).to_be_hidden()
    await page.focus("a.play")
    await page.keyboard.press("Enter")
    await expect(page.locator("dialog")).to_be_visible()
    await expect(page.locator(".player-total")).to_have_text("0:12")
    await expect(page.locator(".player-elapsed")).to_have_text("0:01")
    for _ in range(4):
        if "player-close" in await page.evaluate("document.activeElement.className"):
            break
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator("dialog")).to_be_hidden()
    await expect(page.locator("a.play")).to_be_focused()
    assert await page.locator(".player-elapsed, .player-total").all_text_contents() == ["0:00", "0:00"]
    assert complaints == []


async def test_the_player_pauses_and_seeks(browser: Browser, site: dict[str, str]) -> None:
    page = await open_page(browser, site, AUDIO, width=1280)
    await page.click("a.play")
    await expect(page.get_by_role("button", name="Pause")).to_be_visible()
    await page.get_by_role("button", name="Pause").click()
    await expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    await page.get_by_role("slider").fill("6")
    await expect(page.locator(".player-elapsed")).to_have_text("0:06")
    await page.mouse.click(5, 5)  # beside the dialog
    await expect(page.locator("dialog")).to_be_hidden()


async def test_a_recording_that_cannot_be_played_is_offered_as_a_file(browser: Browser, site: dict[str, str]) -> None:
    page = await open_page(browser, site, VIDEO)

    async def lost(route: Route) -> None:
        await route.fulfill(status=404)

    await page.route("**/*.webm", lost)
    await page.click("a.play")
    await expect(page.get_by_text("cannot be played")).to_be_visible()
    link = page.get_by_role("link", name="Open the file")
    await expect(link).to_have_attribute("href", SITE + "/assets/sample-crossing-day.webm")


async def test_without_scripts_a_recording_is_a_link(browser: Browser, site: dict[str, str]) -> None:
    page = await open_page(browser, site, VIDEO, script=False)
    await expect(page.locator("dialog")).to_be_hidden()
    await expect(page.locator("a.play")).to_have_attribute("href", "/assets/sample-crossing-day.webm")


async def test_a_section_shows_its_own_articles_without_scripts(browser: Browser, site: dict[str, str]) -> None:
    page = await open_page(browser, site, "/port-ellery/", script=False)
    assert await page.locator(".card:visible").count() == 12
    await page.click("text=Sport")
    await expect(page.locator(".card:visible")).to_have_count(1)
    await expect(page.locator(".card:visible")).to_contain_text("Rovers")
    await expect(page.locator(".nothing")).to_be_hidden()
    empty = await open_page(browser, site, "/marsa-noor/#section-news", script=False)
    await expect(empty.locator(".card:visible")).to_have_count(0)
    await expect(empty.locator(".nothing")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
async def test_pages_fit_stand_still_and_keep_to_the_policy(browser: Browser, site: dict[str, str], width: int) -> None:
    for path in ("/port-ellery/", "/chiuwan/lantern-shop", "/marsa-noor/", "/marsa-noor/pilots-train-together", VIDEO):
        complaints: list[str] = []
        page = await open_page(browser, site, path, width=width, complaints=complaints)
        found = await page.evaluate(
            """() => new Promise((done) => {
                let shift = 0;
                new PerformanceObserver((list) => list.getEntries().forEach((entry) => { shift += entry.value; }))
                    .observe({type: "layout-shift", buffered: true});
                requestAnimationFrame(() => requestAnimationFrame(() => done({
                    shift, wide: document.documentElement.scrollWidth,
                    styled: document.styleSheets.length, direction: getComputedStyle(document.body).direction,
                })));
            })"""
        )
        direction = "rtl" if path.startswith("/marsa-noor") else "ltr"
        assert found == {"shift": 0, "wide": width, "styled": 2, "direction": direction}, path
        assert complaints == [], path
        await page.context.close()
