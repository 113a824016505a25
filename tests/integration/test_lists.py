"""Lists by time: paged without gaps or repetitions, whatever arrives meanwhile; the front page full."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from services.edge.front import LATEST, OF_SECTION, TOP
from shared.identity import public_id
from tests.support.articles import article, canceled, new_uri
from tests.support.newsroom import Newsroom
from tests.support.page import read_page
from tests.support.waiting import eventually

DAY = datetime(2001, 5, 6, 12, tzinfo=UTC)


def on_the_day(uri: str, seconds: float, **fields: Any) -> dict[str, Any]:
    """An article published that long after noon of a day of which nobody else writes."""
    return article(uri, versionCreated=(DAY + timedelta(seconds=seconds)).isoformat(), **fields)


async def test_pages_are_stable_under_inserts_and_equal_times(newsroom: Newsroom) -> None:
    uris = [new_uri("list") for _ in range(23)]
    for number, uri in enumerate(uris):
        await newsroom.push(on_the_day(uri, -number if number < 5 else -10, editions=("dxb",)))  # 18 at the same moment
    for uri in uris:
        await newsroom.visible(uri)
    ids = {public_id(uri) for uri in uris}

    async def all_listed() -> list[dict[str, Any]]:
        items = await newsroom.edge.latest("dxb")
        assert ids <= {item["id"] for item in items}
        return items

    whole = await eventually(all_listed)
    assert [item["publishedAt"] for item in whole] == sorted((item["publishedAt"] for item in whole), reverse=True)
    expected = [item["id"] for item in whole if item["id"] in ids]

    seen: list[str] = []
    cursor, part = "", 0
    while cursor is not None:
        path = "/v1/editions/dxb/latest?limit=4" + (f"&cursor={cursor}" if cursor else "")
        answer = await newsroom.edge.get(path)
        assert answer.status_code == 200
        items = answer.json()["items"]
        assert len(items) == 4 or answer.json()["next"] is None
        seen += [item["id"] for item in items]
        cursor, part = answer.json()["next"], part + 1
        if cursor is not None and part % 2:  # before and behind the place where the reader is, and right at it
            for seconds in (1000 + part, -10, -1000 - part):
                await newsroom.publish(on_the_day(new_uri("between"), seconds, editions=("dxb",)))
    assert [article_id for article_id in seen if article_id in ids] == expected
    assert len(seen) == len(set(seen)), "something came twice"


async def test_bad_cursors_and_limits(newsroom: Newsroom) -> None:
    for query in ("cursor=x", "cursor=Zm9v", "limit=0", "limit=101", "limit=many"):
        answer = await newsroom.edge.get(f"/v1/editions/hk/latest?{query}")
        assert answer.status_code == 400, query
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["errors"][0]["field"] == query.split("=")[0]
    assert (await newsroom.edge.get("/v1/editions/atlantis/latest")).status_code == 404


async def shown(newsroom: Newsroom, path: str) -> list[str]:
    """The articles that a page links to, in its order."""
    answer = await newsroom.edge.get(path)
    assert answer.status_code == 200
    return [link for link in read_page(answer.text).links if "/articles/" in link]


async def test_the_front_is_full_the_urgent_first_then_the_newest(newsroom: Newsroom) -> None:
    uris = [new_uri("front") for _ in range(36)]
    for number, uri in enumerate(uris):
        urgency = 1 if number == 30 else None
        await newsroom.push(article(uri, headline=f"Front {uri[-4:]}", editions=("tpe",), urgency=urgency))
    paths = [(await newsroom.visible(uri))["url"] for uri in uris]
    killed, withheld = uris[-1], uris[-3]
    await newsroom.push(canceled(killed))
    await newsroom.push(article(withheld, version=1, editions=("tpe",), pubStatus="withheld"))
    await asyncio.gather(newsroom.gone(killed, "killed"), newsroom.gone(withheld, "withheld"))
    rest = [path for path in reversed(paths) if path not in (paths[-1], paths[-3], paths[30])]
    wanted = [paths[30], *rest][: TOP + LATEST + OF_SECTION]  # the first section is that of them all

    async def check() -> None:
        assert (await shown(newsroom, "/tpe/"))[: len(wanted)] == wanted

    await eventually(check)


async def test_the_page_of_a_section_follows_its_articles(newsroom: Newsroom) -> None:
    uris = [new_uri("section") for _ in range(5)]
    for uri in reversed(uris):
        await newsroom.push(article(uri, editions=("tpe",), section="harbour"))
    paths = [(await newsroom.visible(uri))["url"] for uri in uris]

    async def check(*expected: str) -> None:
        assert [link for link in await shown(newsroom, "/tpe/harbour/") if link in paths] == list(expected)

    await eventually(lambda: check(*paths))
    await newsroom.push(article(uris[0], editions=("tpe",), section="news", version=1))
    await newsroom.push(article(uris[1], editions=("hk",), section="harbour", version=1))
    await newsroom.push(canceled(uris[2]))
    await eventually(lambda: check(*paths[3:]))


async def test_a_full_edition_has_full_related_lists(newsroom: Newsroom) -> None:
    """Fifty entries, never itself, the similar ones first; what fills the list says so."""
    uris = [new_uri("full") for _ in range(55)]
    for number, uri in enumerate(uris):
        text = "Otters swim by the Marram weir." if number % 9 == 0 else f"Ombrel{number}."
        content = on_the_day(uri, 5000 + number, headline=f"Quessant{number}", paragraphs=(text,), editions=("tpe",))
        await newsroom.push(content)
    for uri in uris:
        await newsroom.visible(uri)

    async def check() -> None:
        items = await newsroom.edge.related(uris[-1])
        assert len(items) == 50
        ids = [item["id"] for item in items]
        assert public_id(uris[-1]) not in ids
        similar = [item["id"] for item in items if item["score"] > 0]
        assert set(similar) == {public_id(uri) for uri in uris[:-1:9]}
        assert ids[: len(similar)] == similar
        filling = [public_id(uri) for number, uri in enumerate(uris[:-1]) if number % 9]
        assert ids[len(similar) :] == list(reversed(filling))[: 50 - len(similar)]
        assert [item["reasons"][0]["kind"] for item in items[len(similar) :]] == ["recent"] * (50 - len(similar))

    await eventually(check, within=60)  # thousands of lists are written for it
