"""One article, all the way: what a producer sent, compared with everything that the edge serves of it."""

import gzip
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shared.identity import public_id
from tests.support.articles import Ninjs, article, moment, new_uri
from tests.support.newsroom import Newsroom
from tests.support.page import read_page
from tests.support.waiting import eventually

HEADLINE = "Kestrels return to the grain silo & stay"
BODY = (
    "<p>Two kestrels nest on the grain silo of Pier 9.</p><script>alert('silo')</script>"
    '<p onclick="steal()">The <em>harbour board</em> has <a href="https://birds.example/kestrels">counted</a> them.</p>'
    '<blockquote class="twitter-tweet"><p>Four eggs!</p><a href="https://social.example/p/1">12 March</a></blockquote>'
)
BODY_HTML = (
    "<p>Two kestrels nest on the grain silo of Pier 9.</p>"
    '<p>The <em>harbour board</em> has <a href="https://birds.example/kestrels" rel="nofollow noopener">counted</a> '
    "them.</p><blockquote><p>Four eggs!</p>"
    '<p><a href="https://social.example/p/1" rel="nofollow noopener">12 March</a></p></blockquote>'
)


def kestrels(uri: str) -> Ninjs:
    """An article that uses most of what the contract offers."""
    return article(
        uri,
        version="7",
        headline=HEADLINE,
        editions=["hk", "tpe"],
        versionCreated="2024-03-19T16:30:00+08:00",
        firstCreated="2024-03-19T08:00:00+08:00",
        descriptions=[{"role": "dek", "value": "A pair of small falcons picks Pier 9."}],
        bodies=[
            {"role": "main", "contentType": "application/nitf+xml", "value": "<nitf/>"},
            {"role": "main", "contentType": "text/html", "value": BODY},
        ],
        language="en-GB",
        section="Harbour",
        slug="Kestrels of Pier 9",
        by="Mei Tan",
        located="Hong Kong",
        urgency=4,
        edNote="Hold the second picture until Friday.",
        correction="An earlier version counted three eggs.",
        subjects=[{"name": "wildlife", "uri": "subject:20000725"}],
        people=[{"name": "Ada Ko", "rel": "about"}],
        copyrightHolder="Harbour Wire",
        associations=[
            {
                "uri": "urn:newsml:desk.example:20240319:silo-film",
                "name": "film",
                "type": "video",
                "headlines": [{"value": "The silo from above"}],
                "renditions": [
                    {
                        "href": "https://media.example/silo.mp4",
                        "contentType": "video/mp4",
                        "duration": 65,
                        "width": 1280,
                    },
                    {"href": "https://media.example/silo.jpg", "contentType": "image/jpeg", "width": 1280},
                ],
            }
        ],
        houseField={"desk": "night shift"},
    )


@pytest.fixture(scope="module")
async def published(newsroom: Newsroom) -> tuple[Ninjs, dict[str, Any]]:
    """The article, beside two that it is related to, and its JSON at the edge."""
    for name in ("Kestrels on the clock tower", "Harbour board counts birds of Pier 9"):
        await newsroom.publish(
            article(
                new_uri("silo-neighbour"),
                headline=name,
                paragraphs=("Kestrels nest above the harbour; the harbour board counts eggs on every silo and pier.",),
                versionCreated="2024-03-18T08:00:00Z",
                type="video",
            )
        )
    sent = kestrels(new_uri("kestrels"))
    return sent, await newsroom.publish(sent | {"version": 7})


async def test_json(published: tuple[Ninjs, dict[str, Any]]) -> None:
    sent, served = published
    article_id = public_id(sent["uri"])
    expected = {
        "id": article_id,
        "uri": sent["uri"],
        "version": 7,
        "versionCreated": "2024-03-19T08:30:00.000000Z",
        "publishedAt": "2024-03-19T00:00:00.000000Z",
        "headline": HEADLINE,
        "dek": "A pair of small falcons picks Pier 9.",
        "bodyHtml": BODY_HTML,
        "summary": "A pair of small falcons picks Pier 9.",
        "editions": ["hk", "tpe"],
        "language": "en-GB",
        "section": "harbour",
        "slug": "kestrels-of-pier-9",
        "url": f"/hk/articles/kestrels-of-pier-9-{article_id}",
        "canonicalUrl": f"https://hk.news.example/hk/articles/kestrels-of-pier-9-{article_id}",
        "by": "Mei Tan",
        "located": "Hong Kong",
        "correction": "An earlier version counted three eggs.",
        "mediaType": "video",
        "readingMinutes": 1,
        "urgency": 4,
        "headlines": sent["headlines"],
        "subjects": sent["subjects"],
        "copyrightHolder": "Harbour Wire",
    }
    assert {name: served.get(name) for name in expected} == expected
    assert served["wordCount"] == 20
    (film,) = served["media"]
    assert (film["href"], film["seconds"], film["poster"]) == (
        "https://media.example/silo.mp4",
        65,
        "https://media.example/silo.jpg",
    )
    assert isinstance(served["keywords"], list)
    for private in ("edNote", "houseField", "bodies", "origin", "ninjs", "text"):
        assert private not in served, f"{private} is nobody's business"


async def test_json_by_uri_is_the_same(newsroom: Newsroom, published: tuple[Ninjs, dict[str, Any]]) -> None:
    sent, served = published
    answer = await newsroom.edge.client.get("/v1/articles", params={"uri": sent["uri"]})
    assert answer.json() == served


async def test_page_has_all_parts_in_their_order(newsroom: Newsroom, published: tuple[Ninjs, dict[str, Any]]) -> None:
    _, served = published

    async def check() -> None:
        answer = await newsroom.edge.get(served["url"])
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        page = read_page(answer.text)
        today = datetime.now(ZoneInfo("Asia/Hong_Kong"))
        assert page.title == f"{HEADLINE} · Hong Kong News"
        page.positions(
            "Hong Kong News",
            "Nonpartisan, noncommercial, unconstrained.",
            f"{today:%A}, {today:%b} {today.day}, {today.year}",
            HEADLINE,
            "A pair of small falcons picks Pier 9.",
            "Mei Tan",
            "An earlier version counted three eggs.",
            "Two kestrels nest on the grain silo of Pier 9.",
            "harbour board",
            "Four eggs!",
            "Newsletter",
            "Related Articles",
            "Kestrels on the clock tower",
            "Video",
            "0:00",
            "0:00",
            "Close",
            "×",
        )
        assert "silo')" not in answer.text
        assert "night shift" not in answer.text
        assert "until Friday" not in answer.text

    await eventually(check)


async def test_page_of_another_edition(newsroom: Newsroom, published: tuple[Ninjs, dict[str, Any]]) -> None:
    _, served = published
    answer = await newsroom.edge.get(served["url"].replace("/hk/", "/tpe/"))
    today = datetime.now(ZoneInfo("Asia/Taipei"))
    assert 'lang="zh-Hant-TW"' in answer.text
    page = read_page(answer.text)
    days = "一二三四五六日"
    page.positions(
        "台北新聞",
        "為台北人說話",
        f"{today.year}年{today.month}月{today.day}日 星期{days[today.weekday()]}",
        HEADLINE,
        "Two kestrels nest on the grain silo of Pier 9.",
        "電子報",
    )
    assert f'<link rel="canonical" href="{served["canonicalUrl"]}">' in answer.text


@pytest.mark.parametrize("what", ["page", "json", "related", "front", "latest"])
async def test_codings_head_and_etag(newsroom: Newsroom, published: tuple[Ninjs, dict[str, Any]], what: str) -> None:
    _, served = published
    path = {
        "page": served["url"],
        "json": f"/v1/articles/{served['id']}",
        "related": f"/v1/articles/{served['id']}/related",
        "front": "/hk/",
        "latest": "/v1/editions/hk/latest",
    }[what]
    plain, body = await newsroom.edge.raw(path, "identity")
    zipped, compressed = await newsroom.edge.raw(path, "gzip")
    assert "content-encoding" not in plain.headers
    assert zipped.headers["content-encoding"] == "gzip"
    assert gzip.decompress(compressed) == body
    assert len(compressed) < len(body)
    assert plain.headers["etag"] != zipped.headers["etag"], "a strong ETag is one of the bytes"
    for answer, coding in ((plain, "identity"), (zipped, "gzip")):
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers["cache-control"] == "no-cache"
        head = await newsroom.edge.head(path, accept_encoding=coding)
        ours = {name: value for name, value in answer.headers.items() if name != "date"}
        assert {name: value for name, value in head.headers.items() if name != "date"} == ours
        assert head.content == b""
        for condition in (answer.headers["etag"], f'"x", W/{answer.headers["etag"]}', "*"):
            same = await newsroom.edge.get(path, accept_encoding=coding, if_none_match=condition)
            assert (same.status_code, same.content) == (304, b"")
            assert same.headers["etag"] == answer.headers["etag"]
        other = await newsroom.edge.get(path, accept_encoding=coding, if_none_match='"x"')
        assert other.status_code == 200


async def test_lists_show_it(newsroom: Newsroom) -> None:
    sent = kestrels(new_uri("listed")) | {"version": 7, "versionCreated": moment(), "firstCreated": None}
    served = await newsroom.publish({name: value for name, value in sent.items() if value is not None})
    for edition in ("hk", "tpe"):
        path = served["url"].replace("/hk/", f"/{edition}/")
        front = await newsroom.edge.get(f"/{edition}/")
        assert path in read_page(front.text).links
        assert f"article-{served['id']}" in front.headers["surrogate-key"].split()
        listed = {item["id"]: item for item in await newsroom.edge.latest(edition)}
        summary = listed[served["id"]]
        assert summary["url"] == path
        for name in ("uri", "headline", "dek", "section", "language", "publishedAt", "mediaType"):
            assert summary[name] == served[name]
    assert served["id"] not in [item["id"] for item in await newsroom.edge.latest("dxb")]


async def test_related_list(newsroom: Newsroom, published: tuple[Ninjs, dict[str, Any]]) -> None:
    sent, _ = published

    async def check() -> None:
        items = await newsroom.edge.related(sent["uri"])
        assert len(items) >= 2
        assert sent["uri"] not in [item["uri"] for item in items], "an article is not related to itself"
        first = items[0]
        assert "silo-neighbour" in first["uri"]
        assert first["mediaType"] == "video"
        assert first["url"] == f"/hk/articles/{first['url'].rsplit('/', 1)[1]}"
        scores = [item["score"] for item in items]
        assert scores == sorted(scores, reverse=True)
        assert scores[0] > 0
        for item in items:
            assert item["reasons"], item
            assert sum(reason["weight"] for reason in item["reasons"]) <= item["score"] + 1e-9

    await eventually(check)
