"""Feeds of the sample newsroom against RSS 2.0 and JSON Feed 1.1, read by their schemas and by a reader of feeds."""

import feedparser
import httpx
import jsonschema
import pytest
from lxml import etree
from schemas import check_json_feed, check_rss

from shared.editions import load_editions
from shared.settings import Settings

EDITIONS = load_editions(Settings().editions)
PLACES = [
    (edition.slug, section)
    for edition in EDITIONS.values()
    for section in ("", *(section.slug for section in edition.sections))
]


@pytest.mark.parametrize(("edition", "section"), PLACES)
async def test_both_feeds_of_a_place_are_valid_and_say_the_same(
    samples: httpx.AsyncClient, edition: str, section: str
) -> None:
    place = f"/{edition}/{section}/" if section else f"/{edition}/"
    rss, feed = (await samples.get(f"{place}rss.xml")).content, (await samples.get(f"{place}feed.json")).content
    check_rss(rss)
    said = check_json_feed(feed)
    read = feedparser.parse(rss)
    assert not read.bozo, read.bozo_exception
    assert read.version == "rss20"
    assert read.feed.title == said["title"]
    assert read.feed.link == said["home_page_url"]
    assert read.feed.language == said["language"] == EDITIONS[edition].locale
    assert [(e.title, e.id, e.link) for e in read.entries] == [(i["title"], i["id"], i["url"]) for i in said["items"]]
    assert len(said["items"]) == len({item["id"] for item in said["items"]}) <= 50
    assert not any(entry.guidislink for entry in read.entries)
    assert [entry.get("author") for entry in read.entries] == [
        item["authors"][0]["name"] if "authors" in item else None for item in said["items"]
    ]
    assert [entry.get("media_content", [{}])[0].get("url") for entry in read.entries] == [
        item.get("image") for item in said["items"]
    ]
    if not section:
        assert len(said["items"]) > 20


async def test_the_page_offers_its_feeds(samples: httpx.AsyncClient) -> None:
    for edition, section in PLACES:
        place = f"/{edition}/{section}/" if section else f"/{edition}/"
        page = etree.HTML((await samples.get(place)).text)
        offered = {link.get("type"): link for link in page.iterfind(".//link[@rel='alternate'][@title]")}
        for media_type, file in (("application/rss+xml", "rss.xml"), ("application/feed+json", "feed.json")):
            assert offered[media_type].get("href") == f"{place}{file}"
            answer = await samples.get(f"{place}{file}")
            assert answer.headers["content-type"].partition(";")[0] == media_type
            assert str(offered[media_type].get("title")).encode() in answer.content


async def test_a_picture_is_that_of_the_page(samples: httpx.AsyncClient) -> None:
    items = check_json_feed((await samples.get("/port-ellery/feed.json")).content)["items"]
    assert any("image" in item for item in items)
    for item in items[:20]:
        page = etree.HTML((await samples.get(item["url"])).text)
        picture = page.find(".//meta[@property='og:image']")
        assert (picture.get("content") if picture is not None else None) == item.get("image")


def changed(data: bytes, before: bytes, after: bytes) -> bytes:
    assert before in data
    return data.replace(before, after, 1)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"<language>en</language>\n", b""),
        (b"<link>https://masthead.test", b"<link>"),
        (b' isPermaLink="false"', b""),
        (b" GMT</pubDate>", b"</pubDate>"),
        (b'rel="self"', b""),
        (b"<item>", b"<item><guid isPermaLink='false'>a</guid>"),
    ],
)
async def test_the_schema_of_rss_sees_mistakes(samples: httpx.AsyncClient, before: bytes, after: bytes) -> None:
    rss = (await samples.get("/port-ellery/rss.xml")).content
    with pytest.raises(etree.DocumentInvalid):
        check_rss(changed(rss, before, after))


@pytest.mark.parametrize(
    ("before", "after"), [(b'"id":', b'"no":'), (b'"version":', b'"no":'), (b'Z"', b'"'), (b'"https://', b'"//')]
)
async def test_the_schema_of_json_feed_sees_mistakes(samples: httpx.AsyncClient, before: bytes, after: bytes) -> None:
    feed = (await samples.get("/port-ellery/feed.json")).content
    with pytest.raises(jsonschema.ValidationError):
        check_json_feed(changed(feed, before, after))
