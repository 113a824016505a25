import gzip
import json
import xml.etree.ElementTree as ET
from datetime import timedelta

import httpx
import pytest
from edge_world import World

from services.edge.xml_text import element, empty
from shared.identity import public_id
from shared.order import Phase

FEEDS = ("/north/rss.xml", "/north/feed.json", "/north/sport/rss.xml", "/north/sport/feed.json")
ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
MEDIA = "{http://search.yahoo.com/mrss/}"


async def channel(edge: httpx.AsyncClient, path: str = "/north/rss.xml") -> ET.Element:
    answer = await edge.get(path)
    assert answer.status_code == 200
    found = ET.fromstring(answer.content).find("channel")
    assert found is not None
    return found


async def uris(edge: httpx.AsyncClient, path: str) -> list[str | None]:
    """The ids of a feed's items, whatever its format."""
    if path.endswith(".json"):
        return [item["id"] for item in (await edge.get(path)).json()["items"]]
    return [item.findtext("guid") for item in (await channel(edge, path)).iter("item")]


def by_tag(parent: ET.Element) -> dict[str, str | None]:
    return {child.tag: child.text for child in parent if child.tag != "item"}


async def test_rss_of_an_edition(world: World, edge: httpx.AsyncClient) -> None:
    one = world.add(
        "urn:a",
        section="sport",
        headline="Rovers win",
        summary='"Salt & <b>vinegar</b>"',
        by="Ada",
        image="https://north.example/p.jpg?a=1&b=2",
        version_created="2026-11-20T09:30:00.000001Z",
    )
    world.add("urn:b", published="2026-11-19T08:00:00.000000Z", section="elsewhere")
    found = await channel(edge)
    assert by_tag(found) == {
        "title": "The North",
        "link": "https://north.example/north/",
        "description": "The North",
        "language": "en",
        "lastBuildDate": "Fri, 20 Nov 2026 09:30:00 GMT",
        f"{ATOM}link": None,
    }
    own = found.find(f"{ATOM}link")
    assert own is not None
    assert own.attrib == {
        "href": "https://north.example/north/rss.xml",
        "rel": "self",
        "type": "application/rss+xml",
    }
    first, second = found.iter("item")
    assert by_tag(first) == {
        "title": "Rovers win",
        "link": f"https://north.example/north/articles/slug-{one}",
        "guid": "urn:a",
        "pubDate": "Fri, 20 Nov 2026 08:00:00 GMT",
        "description": '"Salt &amp; &lt;b&gt;vinegar&lt;/b&gt;"',
        "category": "Sport",
        f"{DC}creator": "Ada",
        f"{MEDIA}content": None,
    }
    assert [child.attrib for child in first if child.attrib] == [
        {"isPermaLink": "false"},
        {"url": "https://north.example/p.jpg?a=1&b=2", "medium": "image"},
    ]
    assert list(by_tag(second)) == ["title", "link", "guid", "pubDate"]


async def test_json_feed_of_an_edition(world: World, edge: httpx.AsyncClient) -> None:
    said = {"headline": "Rovers win", "summary": "A & B", "by": "Ada", "image": "https://north.example/p.jpg"}
    one = world.add("urn:a", section="sport", language="cy", version_created="2026-11-20T09:30:00.000001Z", **said)
    two = world.add("urn:b", published="2026-11-19T08:00:00.000000Z", section="elsewhere")
    answer = await edge.get("/north/feed.json")
    assert answer.json() == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "The North",
        "home_page_url": "https://north.example/north/",
        "feed_url": "https://north.example/north/feed.json",
        "description": "The North",
        "language": "en",
        "items": [
            {
                "id": "urn:a",
                "url": f"https://north.example/north/articles/slug-{one}",
                "title": "Rovers win",
                "content_text": "A & B",
                "summary": "A & B",
                "image": "https://north.example/p.jpg",
                "date_published": "2026-11-20T08:00:00Z",
                "date_modified": "2026-11-20T09:30:00Z",
                "authors": [{"name": "Ada"}],
                "tags": ["Sport"],
                "language": "cy",
            },
            {
                "id": "urn:b",
                "url": f"https://north.example/north/articles/slug-{two}",
                "title": "urn:b",
                "content_text": "urn:b",
                "date_published": "2026-11-19T08:00:00Z",
                "date_modified": "2026-11-19T08:00:00Z",
                "language": "en",
            },
        ],
    }


async def test_feeds_of_a_section(world: World, edge: httpx.AsyncClient) -> None:
    world.add("urn:a", section="sport")
    world.add("urn:b")
    for path in ("/north/sport/rss.xml", "/north/sport/feed.json"):
        assert await uris(edge, path) == ["urn:a"]
    found = by_tag(await channel(edge, "/north/sport/rss.xml"))
    assert (found["title"], found["link"]) == ("Sport · The North", "https://north.example/north/sport/")
    feed = (await edge.get("/north/sport/feed.json")).json()
    assert (feed["title"], feed["feed_url"]) == (
        "Sport · The North",
        "https://north.example/north/sport/feed.json",
    )


async def test_an_id_outlives_headline_address_and_edition(world: World, edge: httpx.AsyncClient) -> None:
    for editions, headline in ((["north"], "First"), (["south", "north"], "Second")):
        world.add("urn:a", editions, headline=headline, url=f"/north/articles/{headline.lower()}")
        for path in ("/north/rss.xml", "/north/feed.json"):
            assert await uris(edge, path) == ["urn:a"]
    assert await uris(edge, "/south/rss.xml") == ["urn:a"]


async def test_the_newest_fifty_that_may_be_shown(world: World, edge: httpx.AsyncClient) -> None:
    for number in range(80):
        world.add(f"urn:{number}", published=f"2026-11-19T08:00:{number % 60:02d}.{number:06d}Z", section="sport")
    world.add("urn:killed", section="sport")
    world.kill(public_id("urn:killed"))
    world.add("urn:later", section="sport", not_before="2026-11-20T12:00:00.000001Z")
    world.add("urn:over", section="sport", not_after="2026-11-20T12:00:00.000000Z")
    world.add("urn:hidden", section="sport", phase=Phase.WITHHELD)
    newest = sorted(range(80), key=lambda number: (number % 60, number), reverse=True)[:50]
    for path in FEEDS:
        assert await uris(edge, path) == [f"urn:{number}" for number in newest]


async def test_an_embargo_ends_by_the_clock(world: World, edge: httpx.AsyncClient) -> None:
    world.add("urn:a", section="sport", not_before="2026-11-20T12:00:01.000000Z")
    for path in FEEDS:
        assert await uris(edge, path) == []
    world.now += timedelta(seconds=1)
    for path in FEEDS:
        assert await uris(edge, path) == ["urn:a"]


async def test_a_killed_picture_is_in_no_feed(world: World, edge: httpx.AsyncClient) -> None:
    picture = "p" * 16
    one = world.add("urn:a", section="sport", media=[picture], image="https://north.example/p.jpg")
    paths = (*FEEDS, "/v1/editions/north/latest")
    for path in paths:
        answer = await edge.get(path)
        assert "p.jpg" in answer.text
        assert f"article-{one} article-{picture} edition-north front-north" == answer.headers["surrogate-key"]
    world.kill(picture)
    for path in paths:
        answer = await edge.get(path)
        assert "urn:a" in answer.text
        assert "p.jpg" not in answer.text


async def test_an_empty_feed_is_a_feed(world: World, edge: httpx.AsyncClient) -> None:
    assert "lastBuildDate" not in by_tag(await channel(edge))
    assert (await edge.get("/north/feed.json")).json()["items"] == []


@pytest.mark.parametrize("path", FEEDS)
async def test_the_answers_are_those_of_a_document(world: World, edge: httpx.AsyncClient, path: str) -> None:
    one = world.add("urn:a", section="sport")
    first = await edge.get(path)
    wanted = "application/feed+json" if path.endswith("json") else "application/rss+xml; charset=utf-8"
    assert first.headers["content-type"] == wanted
    assert first.headers["surrogate-key"] == f"article-{one} edition-north front-north"
    world.now += timedelta(hours=3)
    again = await edge.get(path, headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304, "the clock alone changes nothing"
    head = await edge.head(path)
    assert (head.status_code, head.content, head.headers) == (200, b"", first.headers)
    async with edge.stream("GET", path, headers={"accept-encoding": "gzip"}) as packed:
        raw = b"".join([part async for part in packed.aiter_raw()])
    assert gzip.decompress(raw) == first.content


@pytest.mark.parametrize("file", ["rss.xml", "feed.json"])
@pytest.mark.parametrize("place", ["none", "north/none", "south/sport", "No_Slug", "north/No_Slug", "north/articles"])
async def test_unknown_places_have_no_feed(edge: httpx.AsyncClient, place: str, file: str) -> None:
    answer = await edge.get(f"/{place}/{file}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


NASTY = "Tom & \"Jerry\" 'said' <b>5 > 3</b> &amp; ]]> 🦊"


async def test_what_xml_cannot_carry_is_dropped_and_all_else_kept(world: World, edge: httpx.AsyncClient) -> None:
    world.add("urn:a", headline=f"\x00\x0b\ufffe{NASTY}\uffff", by=NASTY, image=f"https://north.example/{NASTY}")
    item = next((await channel(edge)).iter("item"))
    assert item.findtext("title") == NASTY
    assert item.findtext(f"{DC}creator") == NASTY
    assert item.find(f"{MEDIA}content").attrib["url"] == f"https://north.example/{NASTY}"  # type: ignore[union-attr]
    assert json.loads((await edge.get("/north/feed.json")).content)["items"][0]["title"].strip(
        "\x00\x0b\ufffe\uffff"
    ) == (NASTY)


def test_every_character_comes_back_or_is_none_of_xml() -> None:
    whole = "".join(map(chr, [*range(0xD7FF), *range(0xD800, 0xDFFF, 64), *range(0xE000, 0x10000), 0x10000, 0x10FFFF]))
    carried = "".join(
        c for c in whole if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff"
    )
    assert ET.fromstring(element("a", whole).encode()).text == carried
    assert ET.fromstring(empty("a", {"b": whole}).encode()).attrib["b"] == carried
