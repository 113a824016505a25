"""Each script is set as its readers expect, and the versions of one article lead to each other."""

import pytest
from playwright.async_api import Browser, Page, expect
from sample_site import SampleSite
from windows import DESK, PHONE, Window, opened

from shared.editions import Edition
from tests.support.samples import EDITIONS

DATES = {
    "port-ellery": "Thursday, Nov 19, 2026",
    "chiuwan": "2026年11月19日 星期四",
    "marsa-noor": "الخميس، 19 نوفمبر 2026",
}
FIRST_LINE = """(selector) => {
    const element = document.querySelector(selector), range = document.createRange();
    range.selectNodeContents(element);
    const line = range.getClientRects()[0], box = element.getBoundingClientRect();
    return {left: line.left - box.left, right: box.right - line.right};
}"""


async def style(page: Page, selector: str, name: str) -> str:
    """A computed style of the first element that matches."""
    return str(await page.locator(selector).first.evaluate("(e, name) => getComputedStyle(e)[name]", name))


@pytest.mark.parametrize("edition", EDITIONS.values(), ids=list(EDITIONS))
@pytest.mark.parametrize("width", [PHONE, DESK])
async def test_a_page_runs_in_the_direction_of_its_script(
    browser: Browser, site: SampleSite, edition: Edition, width: int
) -> None:
    async with opened(browser, site, width=width) as window:
        page = await window.open(site.pages[edition.slug]["article"])
        assert await style(page, "body", "direction") == edition.direction
        line = await page.evaluate(FIRST_LINE, "h1")
        assert abs(line["right" if edition.direction == "rtl" else "left"]) < 2, "not from the edge"
        links = await page.locator(".sections a").all()
        places = [box["x"] for link in links if (box := await link.bounding_box())]
        assert places == sorted(places, reverse=edition.direction == "rtl")
        name = await page.locator(".masthead .name").bounding_box()
        assert name is not None
        assert abs(name["x"] + name["width"] / 2 - width / 2) < 8, "the name is not in the middle"
        await expect(page.locator(".date-line")).to_have_text(DATES[edition.slug])


async def test_chinese_is_set_in_the_letters_of_hong_kong_upright_and_strictly(
    browser: Browser, site: SampleSite
) -> None:
    async with opened(browser, site) as window:
        page = await window.open(site.pages["chiuwan"]["article"])
        await expect(page.locator("html")).to_have_attribute("lang", "zh-Hant-HK")
        for selector in ("h1", ".dek", ".body p", ".masthead .name"):
            assert (await style(page, selector, "fontFamily")).startswith('"Noto Serif CJK HK"'), selector
        assert (await style(page, ".sections a", "fontFamily")).startswith('"Noto Sans CJK HK"')
        assert await style(page, ".body p", "lineBreak") == "strict"  # no line begins with 」 or 。
        assert await style(page, ".body p", "wordSpacing") == "0px"
        for selector in (".tagline", ".dek", ".credit"):
            assert await style(page, selector, "fontStyle") == "normal", selector


async def test_arabic_is_set_larger_upright_and_joined(browser: Browser, site: SampleSite) -> None:
    async with opened(browser, site) as window:
        sizes = {}
        for edition in ("port-ellery", "marsa-noor"):
            page = await window.open(site.pages[edition]["article"])
            sizes[edition] = float((await style(page, ".body p", "fontSize")).removesuffix("px"))
        assert sizes["marsa-noor"] > sizes["port-ellery"]
        assert "Noto Naskh Arabic" in await style(page, ".body p", "fontFamily")
        for selector in ("h1", ".kicker", ".masthead .name", ".tagline"):
            # Letters that are spaced do not join.
            assert await style(page, selector, "letterSpacing") in ("normal", "0px"), selector
            assert await style(page, selector, "fontStyle") == "normal", selector


async def test_an_article_in_another_script_keeps_its_own_direction(browser: Browser, site: SampleSite) -> None:
    guest = next(v for v in site.articles if v.language == "ar" and "port-ellery" in v.editions[1:])
    async with opened(browser, site) as window:
        page = await window.open(f"/port-ellery/articles/{guest.slug}-{guest.id}")
        assert await style(page, "body", "direction") == "ltr"
        assert await style(page, ".article .body p", "direction") == "rtl"
        assert await style(page, ".article .byline", "direction") == "ltr"
        assert "Noto Naskh Arabic" in await style(page, ".article .body p", "fontFamily")


async def test_language_versions_lead_to_each_other(browser: Browser, site: SampleSite) -> None:
    async def follow(window: Window, path: str) -> dict[str, str]:
        page = await window.open(path)
        await expect(page.locator(".languages")).to_be_visible()
        links = await page.locator(".languages a").all()
        return {str(await link.get_attribute("hreflang")): str(await link.get_attribute("href")) for link in links}

    originals = [v.original for v in site.articles if v.original]
    original = next(v for v in site.articles if v.id in originals and originals.count(v.id) == len(EDITIONS) - 1)
    async with opened(browser, site) as window:
        path = f"/port-ellery/articles/{original.slug}-{original.id}"
        found = {"en": path} | await follow(window, path)
        assert set(found) == {edition.locale for edition in EDITIONS.values()}
        for language, address in found.items():
            others = await follow(window, address)
            assert set(others) == set(found) - {language}
            await expect(window.page.locator("html")).to_have_attribute("lang", language)
            for other in others:
                await window.open(address)
                await window.page.locator(f'.languages a[hreflang="{other}"]').click()
                await expect(window.page.locator("html")).to_have_attribute("lang", other)
