"""What search engines and feed readers find on the running stack, and that a kill takes an article out of all of it."""

import re
import xml.etree.ElementTree as ET

import pytest

from tests.support.articles import article, canceled, new_uri
from tests.support.newsroom import Newsroom
from tests.support.waiting import eventually

SECONDS = 5.0
"""A kill is everywhere within this time, also on a slow machine."""
LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
_ALTERNATE = re.compile(r'<link rel="alternate" hreflang="([^"]*)" href="([^"]*)">')


async def found_in(newsroom: Newsroom, uri: str, address: str, month: str) -> dict[str, bool]:
    """Whether feeds name this `uri` and sitemaps this address; by path."""
    found: dict[str, bool] = {}
    for place in ("/hk/", "/hk/harbour/"):
        rss = ET.fromstring((await newsroom.edge.get(f"{place}rss.xml")).content)
        found[f"{place}rss.xml"] = uri in [guid.text for guid in rss.iter("guid")]
        items = (await newsroom.edge.get(f"{place}feed.json")).json()["items"]
        found[f"{place}feed.json"] = uri in [item["id"] for item in items]
    for path in ("/hk/news-sitemap.xml", f"/hk/sitemap-{month}.xml"):
        answer = await newsroom.edge.get(path)
        locations = [loc.text for loc in ET.fromstring(answer.content).iter(LOC)] if answer.status_code == 200 else []
        found[path] = address in locations
    return found


async def test_a_killed_article_is_in_no_feed_and_no_sitemap(newsroom: Newsroom) -> None:
    uri, headline = new_uri("found"), "Salt & \"vinegar\" <b>at</b> 'Otter' pier"
    served = await newsroom.publish(article(uri, headline=headline, section="harbour"))
    month, address = served["publishedAt"][:7], served["canonicalUrl"]
    assert address.startswith("https://hk.news.example/hk/articles/")

    async def everywhere() -> None:
        found = await found_in(newsroom, uri, address, month)
        assert found == dict.fromkeys(found, True)

    await eventually(everywhere)
    index = ET.fromstring((await newsroom.edge.get("/sitemap.xml")).content)
    assert f"https://hk.news.example/hk/sitemap-{month}.xml" in [loc.text for loc in index.iter(LOC)]
    rss = ET.fromstring((await newsroom.edge.get("/hk/harbour/rss.xml")).content)
    assert {item.findtext("guid"): item.findtext("title") for item in rss.iter("item")}[uri] == headline
    tag = (await newsroom.edge.get("/hk/rss.xml")).headers["etag"]

    await newsroom.push(canceled(uri))

    async def nowhere() -> None:
        found = await found_in(newsroom, uri, address, month)
        assert found == dict.fromkeys(found, False)

    await eventually(nowhere, within=SECONDS)
    assert (await newsroom.edge.get("/hk/rss.xml", if_none_match=tag)).status_code == 200


async def test_robots_txt_names_the_index_of_every_address(newsroom: Newsroom) -> None:
    lines = (await newsroom.edge.get("/robots.txt")).text.splitlines()
    assert [line for line in lines if line.startswith("Sitemap:")] == [
        "Sitemap: https://hk.news.example/sitemap.xml",
        f"Sitemap: {newsroom.settings.edge_address}/sitemap.xml",
    ]


@pytest.mark.parametrize("killed", ["original", "translation"])
async def test_language_versions_name_each_other_until_one_is_killed(newsroom: Newsroom, killed: str) -> None:
    first, second = new_uri("original"), new_uri("translation")
    association = {"name": "original", "rel": "translationOf", "type": "text", "uri": first}
    original = await newsroom.publish(article(first, language="en"))
    translation = await newsroom.publish(
        article(second, language="zh-Hant-TW", editions=("tpe",), associations=[association])
    )
    both = {"en": original["canonicalUrl"], "zh-Hant-TW": translation["canonicalUrl"]}
    left = translation if killed == "original" else original

    async def alternates(served: dict[str, str]) -> dict[str, str]:
        page = await newsroom.edge.get(served["url"])
        assert page.status_code == 200
        return dict(_ALTERNATE.findall(page.text))

    async def mutual() -> None:
        assert await alternates(original) == await alternates(translation) == both

    async def alone() -> None:
        assert await alternates(left) == {}

    await eventually(mutual)
    await newsroom.push(canceled(first if killed == "original" else second))
    await eventually(alone, within=SECONDS)
