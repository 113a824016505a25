"""A reader without JavaScript misses nothing but the overlay of the player."""

import pytest
from playwright.async_api import Browser, expect
from sample_site import SampleSite
from windows import opened

from shared.editions import Edition
from tests.support.samples import EDITIONS


@pytest.mark.parametrize("edition", EDITIONS)
async def test_every_page_reads_the_same_without_scripts(browser: Browser, site: SampleSite, edition: str) -> None:
    async with opened(browser, site) as scripted, opened(browser, site, script=False) as plain:
        for kind in ("front", "section", "article", "video", "missing"):
            path = site.pages[edition][kind]
            shown = [await (await window.open(path)).locator("body").inner_text() for window in (scripted, plain)]
            assert shown[0] == shown[1], path
            assert len(shown[0]) > 300, path


@pytest.mark.parametrize("edition", EDITIONS.values(), ids=list(EDITIONS))
async def test_the_navigation_works_without_scripts(browser: Browser, site: SampleSite, edition: Edition) -> None:
    sport = next(section.name for section in edition.sections if section.slug == "sport")
    async with opened(browser, site, script=False) as window:
        page = await window.open(f"/{edition.slug}/")
        await page.locator(".sections").get_by_role("link", name=sport, exact=True).click()
        await expect(page.locator("h1")).to_have_text(sport)
        card = page.locator(".card h3 a").first
        headline = await card.inner_text()
        await card.click()
        await expect(page.locator("h1")).to_have_text(headline)
        related = page.locator(".more a, .related a").first
        headline = await related.inner_text()
        await related.click()
        await expect(page.locator("h1")).to_have_text(headline)
        await page.locator(".masthead .name a").click()
        await expect(page.locator("html")).to_have_attribute("data-page", "front")


@pytest.mark.parametrize("kind", ["video", "audio"])
@pytest.mark.parametrize("edition", EDITIONS)
async def test_a_recording_is_a_link_to_its_file_without_scripts(
    browser: Browser, site: SampleSite, edition: str, kind: str
) -> None:
    async with opened(browser, site, script=False) as window:
        page = await window.open(site.pages[edition][kind])
        await expect(page.locator("dialog")).to_be_hidden()
        link = page.locator("main a.play")
        await expect(link).to_be_visible()
        file = await site.get(await link.get_attribute("href") or "")
        assert file.status_code == 200
        assert file.headers["content-type"].startswith(f"{kind}/")
