"""Versions of one article: the newest stands, in whatever order and by whatever way they come."""

import asyncio
import itertools
import json
import zlib
from typing import Any

from services.ingest.accept import accept
from shared.editions import load_editions
from shared.identity import public_id
from shared.kafka_log import Record, partition_of
from shared.messages import Article
from shared.topics import INGEST
from tests.support.articles import Ninjs, article, moment, new_uri
from tests.support.newsroom import Newsroom
from tests.support.page import read_page
from tests.support.waiting import eventually


async def test_an_update_is_seen_everywhere(newsroom: Newsroom) -> None:
    uri, other = new_uri("tram"), new_uri("tram-neighbour")
    text = ("The night tram crosses the viaduct at Sai Wan; the tram depot hires drivers for the viaduct.",)
    editions = ("hk", "tpe")
    first = await newsroom.publish(
        article(uri, version=1, headline="Night tram on the viaduct", paragraphs=text, editions=editions)
    )
    neighbour = await newsroom.publish(article(other, headline="Depot hires tram drivers", paragraphs=text))
    await eventually(lambda: _shown(newsroom, neighbour, "Night tram on the viaduct", first["url"]))
    tag = (await newsroom.edge.get(first["url"])).headers["etag"]

    second = await newsroom.publish(
        article(
            uri,
            version=2,
            headline="Viaduct tram runs all night",
            paragraphs=(*text, "It now runs until dawn."),
            editions=("hk",),
        )
    )

    assert second["headline"] == "Viaduct tram runs all night"
    assert "until dawn" in second["bodyHtml"]
    assert second["editions"] == ["hk"]
    moved = await newsroom.edge.get(first["url"], if_none_match=tag)
    assert (moved.status_code, moved.headers["location"]) == (301, second["url"])
    page = await newsroom.edge.get(second["url"])
    assert (page.status_code, page.headers["etag"] != tag) == (200, True)
    assert "It now runs until dawn." in read_page(page.text).texts
    await eventually(lambda: _shown(newsroom, neighbour, "Viaduct tram runs all night", second["url"]))

    async def lists_follow() -> None:
        front = read_page((await newsroom.edge.get("/hk/")).text)
        assert second["url"] in front.links
        assert first["url"] not in front.links
        assert "Viaduct tram runs all night" in front.texts
        assert "Night tram on the viaduct" not in front.texts

    await eventually(lists_follow)


async def _shown(newsroom: Newsroom, shower: dict[str, Any], headline: str, path: str) -> None:
    """The article with this headline is in the related list of `shower`, in JSON and on the page, just once."""
    article_id = path[-16:]
    items = [item for item in await newsroom.edge.related(shower["uri"]) if item["id"] == article_id]
    assert [(item["headline"], item["url"]) for item in items] == [(headline, path)]
    page = read_page((await newsroom.edge.get(shower["url"])).text)
    assert [link for link in page.links if link.endswith(article_id)] == [path]
    assert headline in page.texts


async def test_a_dropped_edition_sends_readers_home(newsroom: Newsroom) -> None:
    uri = new_uri("drop")
    first = await newsroom.publish(article(uri, version=1, editions=("hk", "tpe")))
    dropped = first["url"].replace("/hk/", "/tpe/")
    assert (await newsroom.edge.get(dropped)).status_code == 200

    await newsroom.publish(article(uri, version=2, editions=("hk",)))

    async def check() -> None:
        answer = await newsroom.edge.get(dropped)
        assert (answer.status_code, answer.headers.get("location")) == (301, first["url"])
        assert first["id"] not in [item["id"] for item in await newsroom.edge.latest("tpe")]
        assert dropped not in read_page((await newsroom.edge.get("/tpe/")).text).links
        assert first["id"] in [item["id"] for item in await newsroom.edge.latest("hk")]

    await eventually(check)


async def test_a_late_old_version_changes_nothing(newsroom: Newsroom) -> None:
    uri = new_uri("late")
    old = article(uri, version=2, headline="The old text", editions=("hk", "tpe"))
    new = await newsroom.publish(article(uri, version=10, headline="The new text"))  # 10 < 2, were they texts
    await newsroom.settle(uri)
    before = await _everything(newsroom, new)
    place = await newsroom.push(old)
    await newsroom.settle(uri)
    assert await _everything(newsroom, new) == before
    assert new["id"] not in [item["id"] for item in await newsroom.edge.latest("tpe")]
    assert await newsroom.dead_letters_of(place) == []


async def test_without_versions_the_time_decides(newsroom: Newsroom) -> None:
    uri = new_uri("versionless")
    early, late = moment(-60), moment(-30)
    await newsroom.publish(article(uri, headline="Written late", versionCreated=late))
    await newsroom.push(article(uri, headline="Written early", versionCreated=early))
    await newsroom.settle(uri)
    assert (await newsroom.visible(uri))["headline"] == "Written late"


async def test_an_equal_version_again_changes_nothing(newsroom: Newsroom) -> None:
    uri = new_uri("again")
    sent = article(uri, version=3, editions=("hk", "tpe"))
    first = await newsroom.publish(sent)
    await newsroom.settle(uri)
    before = await _everything(newsroom, first)
    again = {name: sent[name] for name in reversed(sent)}  # the same, in other bytes
    places = [await newsroom.push(content) for content in (sent, again, sent)]
    await newsroom.settle(uri)
    assert await _everything(newsroom, first) == before
    for place in places:
        assert await newsroom.dead_letters_of(place) == []


async def _everything(newsroom: Newsroom, served: dict[str, Any]) -> list[tuple[int, str, bytes]]:
    """Status, ETag and bytes of all that is served of an article alone."""
    paths = (served["url"], f"/v1/articles/{served['id']}", f"/v1/articles/{served['id']}/related")
    answers = [await newsroom.edge.get(path) for path in paths]
    return [(answer.status_code, answer.headers["etag"], answer.content) for answer in answers]


async def test_a_conflict_has_one_winner_and_one_dead_letter(newsroom: Newsroom) -> None:
    """The same version and time with two contents: the greater content hash stands, whichever came first."""
    for loser_first in (True, False):
        uri = new_uri("conflict")
        when = moment()
        texts = [article(uri, version=4, versionCreated=when, headline=f"Reading {name}") for name in ("one", "two")]
        loser, winner = sorted(texts, key=lambda sent: _hash(newsroom, sent))
        order = (loser, winner) if loser_first else (winner, loser)
        places = [await newsroom.push(order[0])]
        await newsroom.visible(uri, 4)
        places.append(await newsroom.push(order[1]))
        await newsroom.settle(uri)

        served = await newsroom.visible(uri, 4)
        assert served["headline"] == winner["headlines"][0]["value"]
        assert served["hash"] == _hash(newsroom, winner)
        lost, won = places if loser_first else reversed(places)
        letter = await newsroom.buried(lost)
        assert letter.headers["masthead-kind"] == "conflict"
        assert letter.headers["masthead-stage"] == "publishing"
        assert (letter.key, json.loads(letter.value or b"")) == (uri.encode(), loser)
        assert f"{INGEST.name}/{won.partition}/{won.offset} stands" in letter.headers["masthead-reasons"]
        assert await newsroom.dead_letters_of(won) == []


def _hash(newsroom: Newsroom, sent: Ninjs) -> str:
    record = Record(INGEST.name, 0, 0, 0, None, json.dumps(sent, ensure_ascii=False).encode())
    found = accept(record, load_editions(newsroom.settings.editions), ())
    assert isinstance(found, Article)
    return found.hash


async def test_the_partitioner_of_a_producer_does_not_matter(newsroom: Newsroom) -> None:
    """librdkafka's producers put a `uri` on another partition than Java's: versions race, and the highest stands."""
    count = newsroom.settings.partitions

    def apart(uri: str) -> bool:
        return zlib.crc32(uri.encode()) % count != partition_of(uri.encode(), count)

    uris = list(itertools.islice(filter(apart, (new_uri("race") for _ in itertools.count())), 12))
    last: dict[str, int] = {}
    for round_number in range(4):
        pushes = []
        for number, uri in enumerate(uris):
            crc = (number + round_number) % 2 == 0
            last[uri] = last.get(uri, 0) + 1
            sent = article(uri, version=last[uri], headline=f"Race, round {last[uri]}")
            pushes.append(newsroom.push(sent, partitioner="crc32" if crc else "murmur2"))
        places = await asyncio.gather(*pushes)
    assert len({place.partition for place in places}) > 1
    for uri in uris:
        served = await newsroom.visible(uri, 4)
        assert served["headline"] == "Race, round 4"
    by_both = uris[0]
    await newsroom.push(article(by_both, version=3, headline="Late"), partitioner="crc32")
    await newsroom.settle(by_both, partition=zlib.crc32(by_both.encode()) % count)
    assert (await newsroom.visible(by_both, 4))["headline"] == "Race, round 4"
    listed = [item["id"] for item in await newsroom.edge.latest("hk")]
    for uri in uris:
        assert listed.count(public_id(uri)) == 1
