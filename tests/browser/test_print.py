"""A printed page is the article, in black on white, also from a screen in the dark."""

import pytest
from accessibility import violations
from playwright.async_api import Browser, expect
from sample_site import SampleSite
from windows import DESK, opened

from tests.support.samples import EDITIONS

NOT_ON_PAPER = ".skip, .sections, .newsletter, .related, .more, .player, .play-label, .languages, .foot li, .tags"
ON_PAPER = (".masthead .name", ".date-line time", "h1", ".byline time", ".correction", "figure img", ".body p", ".foot")
BLACK_ON_WHITE = ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]


@pytest.mark.parametrize("edition", EDITIONS)
async def test_what_is_for_the_screen_alone_is_not_printed(browser: Browser, site: SampleSite, edition: str) -> None:
    async with opened(browser, site, width=DESK, dark=True) as window:
        for kind in ("article", "translated", "video"):
            page = await window.open(site.pages[edition][kind])
            await page.emulate_media(media="print")
            for selector in NOT_ON_PAPER.split(", "):
                assert await page.locator(f"{selector}:visible").count() == 0, selector
            for selector in ON_PAPER:
                if kind == "article" or selector != ".correction":
                    await expect(page.locator(selector).first).to_be_visible()
            await page.emulate_media(media="screen")


@pytest.mark.parametrize("edition", EDITIONS)
async def test_paper_is_white_and_all_on_it_can_be_read(browser: Browser, site: SampleSite, edition: str) -> None:
    async with opened(browser, site, width=DESK, dark=True) as window:
        for kind in ("article", "live", "front", "section"):
            page = await window.open(site.pages[edition][kind])
            await page.emulate_media(media="print")
            colours = "() => (({color, backgroundColor}) => [color, backgroundColor])(getComputedStyle(document.body))"
            assert await page.evaluate(colours) == BLACK_ON_WHITE
            assert await violations(page, ["color-contrast"]) == [], kind
