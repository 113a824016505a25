"""robots.txt and the sitemaps of the sample newsroom: every address in them leads somewhere, and their schemas hold."""

import urllib.robotparser
from datetime import timedelta

import httpx
import pytest
from lxml import etree
from schemas import NEWS, SITEMAP, check_index, check_sitemap

from shared.editions import load_editions
from shared.settings import Settings
from tests.support.sample_newsroom import NOW, SITE, app_over

EDITIONS = load_editions(Settings().editions)


def locations(document: etree._Element) -> list[str]:
    return [str(found.text) for found in document.iter(f"{{{SITEMAP}}}loc")]


async def sitemaps(client: httpx.AsyncClient) -> dict[str, etree._Element]:
    """Every sitemap by its address, found as a search engine finds it."""
    robots = urllib.robotparser.RobotFileParser()
    robots.parse((await client.get("/robots.txt")).text.splitlines())
    assert robots.can_fetch("Anybot", f"{SITE}/port-ellery/")
    assert not robots.can_fetch("Anybot", f"{SITE}/v1/editions")
    found: dict[str, etree._Element] = {}
    for index in robots.site_maps() or []:
        for address in locations(check_index((await client.get(index)).content)):
            found[address] = check_sitemap((await client.get(address)).content)
    return found


async def test_every_sitemap_is_valid_and_every_address_in_it_is_a_page(samples: httpx.AsyncClient) -> None:
    found = await sitemaps(samples)
    assert len(found) == 3 * len(EDITIONS)  # one month
    pages = {page for document in found.values() for page in locations(document)}
    listed = {
        f"{SITE}{item['url']}"
        for edition in EDITIONS
        for item in (await samples.get(f"/v1/editions/{edition}/latest?limit=100")).json()["items"]
        if item["canonicalUrl"] == f"{SITE}{item['url']}"
    }
    assert listed == {page for page in pages if "/articles/" in page}
    for page in pages:
        answer = await samples.get(page)
        assert answer.status_code == 200, page
        canonical = etree.HTML(answer.text).find(".//link[@rel='canonical']")
        assert canonical is not None
        assert canonical.get("href") == page


async def test_the_news_sitemap_holds_two_days_and_is_valid_when_empty(samples: httpx.AsyncClient) -> None:
    for edition in EDITIONS:
        document = check_sitemap((await samples.get(f"/{edition}/news-sitemap.xml")).content)
        dates = [str(found.text) for found in document.iter(f"{{{NEWS}}}publication_date")]
        assert dates == sorted(dates, reverse=True)
        assert dates[0] > "2026-11-19"
        assert dates[-1] >= (NOW - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    nothing = httpx.ASGITransport(app=app_over([], set()))
    async with httpx.AsyncClient(transport=nothing, base_url=SITE) as client:
        document = check_sitemap((await client.get("/port-ellery/news-sitemap.xml")).content)
        assert locations(document) == [f"{SITE}/port-ellery/"]


def changed(data: bytes, before: bytes, after: bytes) -> bytes:
    assert before in data
    return data.replace(before, after, 1)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"<loc>https:", b"<loc>"),
        (b"<sitemap>", b"<sitemap><loc>https://masthead.test/twice.xml</loc>"),
        (b"</loc>", b"</loc><lastmod>2026-11-20T08:00:00</lastmod>"),
        (b"</sitemap>", b"</sitemap><sitemap><loc>https://masthead.test/port-ellery/sitemap.xml</loc></sitemap>"),
    ],
)
async def test_the_schema_of_indexes_sees_mistakes(samples: httpx.AsyncClient, before: bytes, after: bytes) -> None:
    index = (await samples.get("/sitemap.xml")).content
    with pytest.raises(etree.DocumentInvalid):
        check_index(changed(index, before, after))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"<news:language>en</news:language>", b"<news:language>en-GB</news:language>"),
        (b"<news:title>", b"<news:title></news:title><news:title>"),
        (b"Z</news:publication_date>", b"</news:publication_date>"),
        (b"<news:name>Port Ellery News</news:name>\n", b""),
        (b"<lastmod>", b"<lastmod>x"),
    ],
)
async def test_the_schemas_of_news_see_mistakes(samples: httpx.AsyncClient, before: bytes, after: bytes) -> None:
    news = (await samples.get("/port-ellery/news-sitemap.xml")).content
    with pytest.raises(etree.DocumentInvalid):
        check_sitemap(changed(news, before, after))
