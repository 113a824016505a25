import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from edge_world import World

from services.edge import sitemap, sitemap_reads
from shared.identity import public_id
from shared.order import Phase

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
FRONT = "https://north.example/north/"


async def read(edge: httpx.AsyncClient, path: str) -> ET.Element:
    answer = await edge.get(path)
    assert answer.status_code == 200, path
    assert answer.headers["content-type"] == "application/xml; charset=utf-8"
    return ET.fromstring(answer.content)


async def addresses(edge: httpx.AsyncClient, path: str) -> list[str | None]:
    return [found.text for found in (await read(edge, path)).iter(f"{SITEMAP}loc")]


def page(uri: str, edition: str = "north") -> str:
    return f"https://{edition}.example/{edition}/articles/slug-{public_id(uri)}"


async def test_robots_txt(edge: httpx.AsyncClient) -> None:
    answer = await edge.get("/robots.txt")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text.splitlines() == [
        "User-agent: *",
        "Disallow: /v1/",
        "",
        "Sitemap: https://north.example/sitemap.xml",
        "Sitemap: https://south.example/sitemap.xml",
    ]


async def test_the_index_has_the_months_that_have_articles(world: World, edge: httpx.AsyncClient) -> None:
    assert await addresses(edge, "/sitemap.xml") == [
        f"https://{edition}.example/{edition}/{name}.xml"
        for edition in ("north", "south")
        for name in ("sitemap", "news-sitemap")
    ]
    months = [
        "9999-12",
        "2026-12",
        "2026-11",
        "2026-01",
        "2024-12",
        "2024-11",
        "2022-12",
        "2022-11",
        "1969-07",
        "0001-01",
    ]
    for month in months:
        for day in ("03", "28"):
            world.add(f"urn:{month}:{day}", published=f"{month}-{day}T08:00:00.000000Z")
    world.add("urn:south", ["south"], published="2025-02-01T00:00:00.000000Z")
    trips = world.redis.trips
    assert await addresses(edge, "/sitemap.xml") == [
        "https://north.example/north/sitemap.xml",
        "https://north.example/north/news-sitemap.xml",
        *(f"https://north.example/north/sitemap-{month}.xml" for month in months),
        "https://south.example/south/sitemap.xml",
        "https://south.example/south/news-sitemap.xml",
        "https://south.example/south/sitemap-2025-02.xml",
    ]
    assert world.redis.trips - trips <= 10
    for month in months:
        assert await addresses(edge, f"/north/sitemap-{month}.xml") == [page(f"urn:{month}:{d}") for d in ("28", "03")]


async def test_the_pages_that_list_articles(edge: httpx.AsyncClient) -> None:
    assert await addresses(edge, "/north/sitemap.xml") == [FRONT, f"{FRONT}news/", f"{FRONT}sport/"]


async def test_a_month_has_its_articles_with_the_time_of_their_newest_version(
    world: World, edge: httpx.AsyncClient
) -> None:
    world.add("urn:before", published="2026-10-31T23:59:59.999999Z")
    world.add("urn:first", published="2026-11-01T00:00:00.000000Z", version_created="2026-11-19T10:00:00.000000Z")
    world.add("urn:last", published="2026-11-30T23:59:59.999999Z")
    world.add("urn:after", published="2026-12-01T00:00:00.000000Z")
    found = await read(edge, "/north/sitemap-2026-11.xml")
    assert [[part.text for part in url] for url in found] == [
        [page("urn:last"), "2026-11-30T23:59:59Z"],
        [page("urn:first"), "2026-11-19T10:00:00Z"],
    ]


async def test_an_article_is_in_the_sitemaps_of_its_home_alone(world: World, edge: httpx.AsyncClient) -> None:
    world.add("urn:a", ["south", "north"])
    assert await addresses(edge, "/south/sitemap-2026-11.xml") == [page("urn:a", "south")]
    assert await addresses(edge, "/south/news-sitemap.xml") == ["https://south.example/south/", page("urn:a", "south")]
    assert await addresses(edge, "/north/sitemap-2026-11.xml") == [FRONT]
    assert await addresses(edge, "/north/news-sitemap.xml") == [FRONT]


async def test_what_may_not_be_shown_is_in_none(world: World, edge: httpx.AsyncClient) -> None:
    world.add("urn:killed")
    world.add("urn:over", not_after="2026-11-20T12:00:00.000000Z")
    world.add("urn:later", not_before="2026-11-20T12:00:01.000000Z")
    world.add("urn:hidden", phase=Phase.WITHHELD)
    world.add("urn:a")
    world.kill(public_id("urn:killed"))
    assert await addresses(edge, "/north/sitemap-2026-11.xml") == [page("urn:a")]
    assert await addresses(edge, "/north/news-sitemap.xml") == [FRONT, page("urn:a")]
    world.now += timedelta(seconds=1)
    assert page("urn:later") in await addresses(edge, "/north/sitemap-2026-11.xml")
    assert page("urn:later") in await addresses(edge, "/north/news-sitemap.xml")


async def test_news_is_of_two_days_by_the_clock(world: World, edge: httpx.AsyncClient) -> None:
    world.add("urn:future", published="2026-11-20T12:00:00.000001Z")
    world.add("urn:now", published="2026-11-20T12:00:00.000000Z", headline='Tom & "Jerry" <b>')
    world.add("urn:oldest", published="2026-11-18T12:00:00.000000Z", language="cy")
    world.add("urn:old", published="2026-11-18T11:59:59.999999Z")
    front, first, second = await read(edge, "/north/news-sitemap.xml")
    assert [(part.tag, part.text) for part in front] == [(f"{SITEMAP}loc", FRONT)]
    assert [(part.tag, part.text) for part in first.iter()][1:] == [
        (f"{SITEMAP}loc", page("urn:now")),
        (f"{SITEMAP}lastmod", "2026-11-20T12:00:00Z"),
        (f"{NEWS}news", "\n"),
        (f"{NEWS}publication", "\n"),
        (f"{NEWS}name", "The North"),
        (f"{NEWS}language", "en"),
        (f"{NEWS}publication_date", "2026-11-20T12:00:00Z"),
        (f"{NEWS}title", 'Tom & "Jerry" <b>'),
    ]
    assert second.findtext(f"{SITEMAP}loc") == page("urn:oldest")
    world.now += timedelta(microseconds=1)
    assert await addresses(edge, "/north/news-sitemap.xml") == [FRONT, page("urn:future"), page("urn:now")]
    world.now += timedelta(days=2)
    assert await addresses(edge, "/north/news-sitemap.xml") == [FRONT, page("urn:future")]
    world.now += timedelta(days=9)
    assert await addresses(edge, "/north/news-sitemap.xml") == [FRONT]


async def test_many_are_read_in_parts_up_to_the_most(
    world: World, edge: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemap_reads, "PART", 7)
    for number in range(60):
        world.add(f"urn:{number}", published=f"2026-11-20T08:00:{number:02d}.000000Z")
    world.add("urn:elsewhere", ["south", "north"], published="2026-11-20T08:00:30.500000Z")
    world.kill(public_id("urn:50"))
    shown = [page(f"urn:{number}") for number in range(59, -1, -1) if number != 50]
    assert await addresses(edge, "/north/sitemap-2026-11.xml") == shown
    assert await addresses(edge, "/north/news-sitemap.xml") == [FRONT, *shown]
    monkeypatch.setattr(sitemap, "MOST", 40)
    monkeypatch.setattr(sitemap, "MOST_NEWS", 30)
    assert await addresses(edge, "/north/sitemap-2026-11.xml") == shown[:40]
    assert await addresses(edge, "/north/news-sitemap.xml") == [FRONT, *shown[:30]]


async def test_a_month_that_has_none_is_unknown(world: World, edge: httpx.AsyncClient) -> None:
    world.add("urn:a")
    for name in ("2026", "2026-10", "2026-13", "2026-00", "26-11", "2026-1", "2026-11-20", "٢٠٢٦-11", "", "~"):
        answer = await edge.get(f"/north/sitemap-{name}.xml")
        assert answer.status_code == 404, name
    for path in ("/none/sitemap.xml", "/none/sitemap-2026-11.xml", "/none/news-sitemap.xml", "/No_Slug/sitemap.xml"):
        assert (await edge.get(path)).status_code == 404, path


async def test_the_answers_are_those_of_a_document(world: World, edge: httpx.AsyncClient) -> None:
    world.add("urn:a")
    keys = {
        "/robots.txt": "edition-north edition-south",
        "/sitemap.xml": "edition-north edition-south front-north front-south",
        "/north/sitemap.xml": "edition-north",
        "/north/sitemap-2026-11.xml": "edition-north front-north",
        "/north/news-sitemap.xml": "edition-north front-north",
    }
    firsts = {path: await edge.get(path) for path in keys}
    world.now = datetime(2026, 11, 20, 20, tzinfo=UTC)
    for path, first in firsts.items():
        assert first.headers["surrogate-key"] == keys[path]
        assert (await edge.get(path, headers={"if-none-match": first.headers["etag"]})).status_code == 304
        head = await edge.head(path)
        assert (head.status_code, head.content, head.headers) == (200, b"", first.headers)
        packed = await edge.get(path, headers={"accept-encoding": "gzip"})
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.content == first.content


async def test_many_articles_do_not_fill_the_memory(world: World, edge: httpx.AsyncClient) -> None:
    """What sitemaps read is not kept for when Redis is away; the index is."""
    world.add("urn:a")
    paths = (
        "/sitemap.xml",
        "/robots.txt",
        "/north/sitemap.xml",
        "/north/sitemap-2026-11.xml",
        "/north/news-sitemap.xml",
    )
    for path in paths:
        await edge.get(path)
    world.redis.away = True
    assert [(await edge.get(path)).status_code for path in paths] == [200, 200, 200, 503, 503]


@pytest.mark.parametrize(
    ("locale", "name"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("ar", "ar"),
        ("zh-Hant-HK", "zh-tw"),
        ("zh-HK", "zh-tw"),
        ("zh-TW", "zh-tw"),
        ("zh", "zh-cn"),
        ("zh-Hans-HK", "zh-cn"),
        ("zh-CN", "zh-cn"),
    ],
)
def test_languages_of_news(locale: str, name: str) -> None:
    assert sitemap.news_language(locale) == name
