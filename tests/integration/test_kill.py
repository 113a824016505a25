"""A kill is terminal for its `uri`: nothing brings the article back, and nobody shows it any more."""

import asyncio
import itertools

import pytest

from tests.support.articles import Ninjs, article, canceled, moment, new_uri
from tests.support.newsroom import Newsroom
from tests.support.page import read_page
from tests.support.waiting import eventually

SECONDS = 15.0
"""A kill is everywhere within this time, also on a slow machine."""
_words = itertools.count(1)


def marked(uri: str, word: str, **fields: object) -> Ninjs:
    """An article whose texts hold a word that stands nowhere else."""
    return article(
        uri,
        headline=f"Smugglers of {word} cove",
        paragraphs=(f"Lanterns were seen at {word} cove, and smugglers with lanterns in the cove.",),
        descriptions=[{"role": "dek", "value": f"Who lit the lanterns of {word} cove?"}],
        **fields,  # type: ignore[arg-type]
    )


def new_word() -> str:
    """A word that no other test uses."""
    return f"Quillonby{next(_words)}"


@pytest.mark.parametrize("spelling", ["canceled", "cancelled"])
async def test_by_the_producer(newsroom: Newsroom, spelling: str) -> None:
    uri, word = new_uri("killed"), new_word()
    sent = marked(uri, word, version=1, editions=("hk", "tpe"))
    served = await newsroom.publish(sent)
    similar = [marked(new_uri("killed-neighbour"), new_word(), editions=("hk", "tpe")) for _ in range(3)]
    neighbours = [await newsroom.publish(article) for article in similar]

    async def shown_by_all() -> None:
        for neighbour in neighbours:
            assert uri in [item["uri"] for item in await newsroom.edge.related(neighbour["uri"])]
            assert word in (await newsroom.edge.get(neighbour["url"])).text

    await eventually(shown_by_all)
    tag = (await newsroom.edge.get(served["url"])).headers["etag"]

    await newsroom.push(canceled(uri, spelling))

    async def killed_everywhere() -> None:
        for path in (served["url"], served["url"].replace("/hk/", "/tpe/"), f"/hk/articles/{served['id']}"):
            answer = await newsroom.edge.get(path, if_none_match=tag)
            assert answer.status_code == 410, f"{path}: {answer.status_code}"
            assert "etag" not in answer.headers
            assert word not in answer.text
        assert "This article has been withdrawn" in read_page((await newsroom.edge.get(served["url"])).text).texts
        for path in (f"/v1/articles/{served['id']}", f"/v1/articles/{served['id']}/related"):
            answer = await newsroom.edge.get(path)
            assert answer.status_code == 410, f"{path}: {answer.status_code}"
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["reason"] == "killed"
        for edition in ("hk", "tpe"):
            assert served["id"] not in [item["id"] for item in await newsroom.edge.latest(edition)]
            assert word not in (await newsroom.edge.get(f"/{edition}/")).text

    await eventually(killed_everywhere, within=SECONDS)
    await eventually(lambda: _shown_by_none(newsroom, uri, word, neighbours), within=SECONDS)
    await eventually(lambda: _nowhere_in_redis(newsroom, word), within=SECONDS)

    late = marked(uri, word, version=999, editions=("hk", "tpe"))
    place = await newsroom.push(late)
    await newsroom.settle(uri)
    await killed_everywhere()
    await _shown_by_none(newsroom, uri, word, neighbours)
    await _nowhere_in_redis(newsroom, word)
    assert await newsroom.dead_letters_of(place) == []


async def _shown_by_none(newsroom: Newsroom, uri: str, word: str, neighbours: list[dict[str, str]]) -> None:
    """No related list names the article; the lists themselves are there."""
    for neighbour in neighbours:
        items = await newsroom.edge.related(neighbour["uri"])
        assert items
        assert uri not in [item["uri"] for item in items]
        page = await newsroom.edge.get(neighbour["url"])
        assert page.status_code == 200
        assert "Related Articles" in page.text
        assert word not in page.text


async def _nowhere_in_redis(newsroom: Newsroom, word: str) -> None:
    places = await newsroom.in_redis(word)
    assert places == []


async def test_the_search_in_redis_finds_what_is_there(newsroom: Newsroom) -> None:
    """Guards the tests that look for a word and rejoice that it is not there."""
    uri, word = new_uri("findable"), new_word()
    served = await newsroom.publish(marked(uri, word))
    places = " ".join(await newsroom.in_redis(word))
    for part in ("article/json", "article/page:hk", "article/head:hk", f"{served['id']}/card"):
        assert part in places


@pytest.mark.parametrize("update_first", [True, False])
async def test_with_an_update_in_flight(newsroom: Newsroom, update_first: bool) -> None:
    """An update and a kill back to back. The kill has a fast way of its own, so that they cross somewhere."""
    uris = [new_uri("crossing") for _ in range(12)]
    words = [new_word() for _ in uris]
    for uri, word in zip(uris, words, strict=True):
        await newsroom.push(marked(uri, word, version=1))
    for uri in uris:
        await newsroom.visible(uri, 1)

    for uri, word in zip(uris, words, strict=True):
        update, kill = newsroom.push(marked(uri, word, version=2)), newsroom.push(canceled(uri))
        await asyncio.gather(*((update, kill) if update_first else (kill, update)))

    for uri in uris:
        await newsroom.gone(uri, "killed", within=SECONDS)
    for uri in uris[-4:]:
        await newsroom.settle(uri)
    for uri, word in zip(uris, words, strict=True):
        await newsroom.gone(uri, "killed", within=0)
        await eventually(lambda word=word: _nowhere_in_redis(newsroom, word), within=SECONDS)  # type: ignore[misc]


async def test_of_an_unknown_uri(newsroom: Newsroom) -> None:
    uri, word = new_uri("unborn"), new_word()
    await newsroom.push(canceled(uri))
    await newsroom.gone(uri, "killed", within=SECONDS)
    await newsroom.push(marked(uri, word, version=5))
    await newsroom.settle(uri)
    await newsroom.gone(uri, "killed", within=0)
    await _nowhere_in_redis(newsroom, word)


async def test_of_an_embargoed_article(newsroom: Newsroom) -> None:
    """Killed while it waits: the gate may forward it when it is due, and it stays killed."""
    uri, word, due = new_uri("killed-in-wait"), new_word(), 3.0
    sent = marked(uri, word, embargoedUntil=moment(due))
    await newsroom.push(sent)
    await newsroom.push(canceled(uri))
    await newsroom.gone(uri, "killed", within=SECONDS)
    other = await newsroom.same_way(uri, embargoedUntil=moment(due + 0.1))
    await newsroom.visible(other)
    await newsroom.settle(uri)
    await newsroom.gone(uri, "killed", within=0)
    await _nowhere_in_redis(newsroom, word)
