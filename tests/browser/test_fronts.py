"""Fronts, section pages, the network's page, and what stands in for an article that is not there."""

import pytest
from playwright.async_api import Browser, Page, expect
from sample_site import SampleSite
from windows import DESK, PHONE, opened

from services.edge import fronts
from services.edge.front import LATEST, TOP
from services.edge.pages import CARDS_WITH_MESSAGE
from services.publishing.texts import texts_for
from shared.editions import Edition
from tests.support.sample_newsroom import SITE
from tests.support.samples import EDITIONS

HEADLINES = """() => [...document.querySelectorAll(".card h3")].map((heading) => {
    const {top, width, height} = heading.closest(".card").getBoundingClientRect();
    const size = parseFloat(getComputedStyle(heading).fontSize);
    return {text: heading.textContent, size, top, area: width * height};
})"""

in_every_edition = pytest.mark.parametrize("edition", EDITIONS.values(), ids=list(EDITIONS))


@in_every_edition
@pytest.mark.parametrize("width", [PHONE, DESK])
async def test_the_lead_stands_first_and_is_the_largest(
    browser: Browser, site: SampleSite, edition: Edition, width: int
) -> None:
    newest = sorted((a for a in site.articles if edition.slug in a.editions), key=lambda a: a.published_at)[-12:]
    async with opened(browser, site, width=width) as window:
        page = await window.open(f"/{edition.slug}/")
        lead, *others = await page.evaluate(HEADLINES)
    most_urgent = min(article.urgency for article in newest)
    assert lead["text"] in [article.headline for article in newest if article.urgency == most_urgent]
    assert lead["size"] > max(other["size"] for other in others)
    assert lead["area"] > max(other["area"] for other in others)
    assert lead["top"] <= min(other["top"] for other in others)


@in_every_edition
async def test_a_front_has_top_stories_the_latest_and_sections_that_lead_on(
    browser: Browser, site: SampleSite, edition: Edition
) -> None:
    async with opened(browser, site, width=DESK) as window:
        page = await window.open(f"/{edition.slug}/")
        await expect(page.locator(".top .card")).to_have_count(TOP)
        await expect(page.locator(".latest .card")).to_have_count(LATEST)
        headlines = await page.locator(".card h3").all_text_contents()
        assert len(set(headlines)) == len(headlines)
        headings = page.locator(".section h2 a")
        names = [section.name for section in edition.sections]
        shown = await headings.all_text_contents()
        assert shown == [name for name in names if name in shown]
        assert len(shown) >= len(names) / 2
        await headings.last.click()
        await expect(page.locator("h1")).to_have_text(shown[-1])
        await expect(page.locator("html")).to_have_attribute("data-page", "section")
        await expect(page.locator(".card").first).to_be_visible()


@in_every_edition
async def test_every_card_tells_when_it_was_published(browser: Browser, site: SampleSite, edition: Edition) -> None:
    async with opened(browser, site) as window:
        for path in (f"/{edition.slug}/", f"/{edition.slug}/harbour/", f"/{edition.slug}/nothing"):
            page = await window.open(path)
            cards, times = page.locator(".card"), page.locator(".card time[datetime]:visible")
            assert await times.count() == await cards.count() > 0
            assert "" not in await times.all_inner_texts()


@in_every_edition
async def test_a_section_s_older_articles_are_behind_a_link(
    browser: Browser, site: SampleSite, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fronts, "SECTION_CARDS", 3)
    own = [a for a in site.articles if edition.slug in a.editions and a.section == "harbour"]
    expected = [a.headline for a in sorted(own, key=lambda a: (a.published_at, a.id), reverse=True)]
    found: list[str] = []
    async with opened(browser, site) as window:
        page = await window.open(f"/{edition.slug}/harbour/")
        while True:
            found += await page.locator(".card h3").all_text_contents()
            older = page.get_by_role("link", name=texts_for(edition.locale).older)
            if not await older.count():
                break
            await older.click()
            await page.wait_for_load_state()
    assert found == expected
    assert len(expected) > 3


async def test_the_network_s_page_is_linked_everywhere_and_leads_to_each_edition(
    browser: Browser, site: SampleSite
) -> None:
    async with opened(browser, site) as window:
        for edition in EDITIONS.values():
            for kind in ("article", "missing"):
                page = await window.open(site.pages[edition.slug][kind])
                await page.get_by_role("link", name=texts_for(edition.locale).editions, exact=True).click()
                await expect(page).to_have_url(f"{SITE}/editions")
            await page.locator("main").get_by_role("link", name=edition.name, exact=True).click()
            await expect(page.locator("html")).to_have_attribute("lang", edition.locale)
            await expect(page.locator("html")).to_have_attribute("data-page", "front")


@in_every_edition
@pytest.mark.parametrize(("kind", "message"), [("missing", "not_found"), ("gone", "killed")])
async def test_a_page_that_is_not_there_says_why_and_helps(
    browser: Browser, site: SampleSite, edition: Edition, kind: str, message: str
) -> None:
    words = texts_for(edition.locale)
    title, text = words.messages[message]
    async with opened(browser, site) as window:

        async def lost() -> Page:
            page = await window.open(site.pages[edition.slug][kind])
            await expect(page.locator("h1")).to_have_text(title)
            await expect(page.get_by_text(text)).to_be_visible()
            await expect(page.locator(".latest .card")).to_have_count(CARDS_WITH_MESSAGE)
            return page

        page = await lost()
        await page.get_by_role("link", name=words.back).click()
        await expect(page).to_have_url(f"{SITE}/{edition.slug}/")
        page = await lost()
        newest = page.locator(".latest .card h3").first
        headline = await newest.inner_text()
        await newest.click()
        await expect(page.locator("h1")).to_have_text(headline)
