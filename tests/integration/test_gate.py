"""The gate: embargoes and expiry, by the clock, through crashes, once."""

import time
from datetime import datetime

from shared.codec import decode
from shared.identity import public_id
from shared.messages import Article
from shared.topics import ACCEPTED
from tests.support.articles import article, moment, new_uri
from tests.support.newsroom import Newsroom
from tests.support.page import read_page
from tests.support.waiting import eventually, until_time

LATE = 3.0
"""A release may come this much later than it is due (seconds), on a slow machine."""


async def released(newsroom: Newsroom, uri: str) -> list[Article]:
    """What has come onto `articles.accepted` of an article."""
    return [decode(record.value, Article) for record in await newsroom.log.records(ACCEPTED, key=uri)]


async def nowhere(newsroom: Newsroom, uri: str, word: str) -> None:
    """An article that waits is unknown to readers, and its text is not in Redis."""
    article_id = public_id(uri)
    for path in (f"/v1/articles/{article_id}", f"/v1/articles/{article_id}/related", f"/hk/articles/{article_id}"):
        assert (await newsroom.edge.get(path)).status_code == 404
    assert await newsroom.in_redis(word) == []
    assert await newsroom.in_redis(article_id) == []


async def test_an_embargo_is_kept_and_ends(newsroom: Newsroom) -> None:
    uri = new_uri("embargo")
    due = moment(4)
    await newsroom.push(article(uri, headline="Budget of Fennimarsh", embargoedUntil=due))
    await newsroom.settle(uri)
    assert time.time() < datetime.fromisoformat(due).timestamp(), "the machine is too slow for this test"
    await nowhere(newsroom, uri, "Fennimarsh")

    served = await newsroom.visible(uri)
    delay = time.time() - datetime.fromisoformat(due).timestamp()
    assert 0 <= delay < LATE
    assert served["publishedAt"] == due.replace("+00:00", "Z")
    front = await newsroom.edge.get("/hk/")
    assert served["url"] in read_page(front.text).links
    assert len(await released(newsroom, uri)) == 1


async def test_a_past_embargo_is_no_embargo(newsroom: Newsroom) -> None:
    uri = new_uri("past-embargo")
    await newsroom.publish(article(uri, embargoedUntil=moment(-3600)))
    assert len(await released(newsroom, uri)) == 1


async def test_an_extended_embargo_holds(newsroom: Newsroom) -> None:
    uri = new_uri("extended")
    first, second = moment(3), moment(7)
    await newsroom.push(article(uri, version=1, headline="Pardon in Gellibrook", embargoedUntil=first))
    await newsroom.push(article(uri, version=2, headline="Pardon in Gellibrook", embargoedUntil=second))
    other = await newsroom.same_way(uri, embargoedUntil=moment(3.5))
    await newsroom.visible(other)  # the gate has passed the first date
    assert datetime.fromisoformat(first).timestamp() < time.time() < datetime.fromisoformat(second).timestamp()
    await nowhere(newsroom, uri, "Gellibrook")
    await newsroom.visible(uri, 2)
    assert time.time() >= datetime.fromisoformat(second).timestamp()
    assert [found.version for found in await released(newsroom, uri)] == [2]


async def test_a_version_without_an_embargo_is_public_at_once(newsroom: Newsroom) -> None:
    uri, due = new_uri("lifted"), moment(4)
    await newsroom.push(article(uri, version=1, headline="Under embargo", embargoedUntil=due))
    served = await newsroom.publish(article(uri, version=2, headline="Lifted"))
    assert time.time() < datetime.fromisoformat(due).timestamp(), "the machine is too slow for this test"
    other = await newsroom.same_way(uri, embargoedUntil=moment(4.2))
    await newsroom.visible(other)  # version 1 was due before
    await newsroom.settle(uri)
    assert (await newsroom.visible(uri, 2))["headline"] == served["headline"] == "Lifted"


async def test_expired_by_the_clock(newsroom: Newsroom) -> None:
    uri = new_uri("expires")
    text = ("Tickets for the regatta at Ploverhaven are drawn by lot; the regatta draws crowds.",)
    neighbour = await newsroom.publish(article(new_uri("expires-neighbour"), headline="Regatta", paragraphs=text))
    over = moment(3)
    served = await newsroom.publish(article(uri, headline="Ploverhaven regatta", paragraphs=text, expires=over))
    assert time.time() < datetime.fromisoformat(over).timestamp(), "the machine is too slow for this test"
    assert served["id"] in [item["id"] for item in await newsroom.edge.latest("hk")]
    await until_time(datetime.fromisoformat(over).timestamp())

    await newsroom.gone(uri, "expired", within=0)  # the edge has a clock of its own
    assert (await newsroom.edge.get(served["url"])).status_code == 410
    assert served["id"] not in [item["id"] for item in await newsroom.edge.latest("hk")]
    assert served["url"] not in read_page((await newsroom.edge.get("/hk/")).text).links

    async def cleaned_up() -> None:
        assert uri not in [item["uri"] for item in await newsroom.edge.related(neighbour["uri"])]
        found = await newsroom.in_redis("Ploverhaven regatta")
        assert found == []

    await eventually(cleaned_up)
    assert [found.phase for found in await released(newsroom, uri)] == ["live", "expired"]


async def test_what_comes_due_while_ingest_is_down_is_released_once(newsroom: Newsroom) -> None:
    uris = [new_uri("overslept") for _ in range(5)]
    due = moment(3)
    for uri in uris:
        await newsroom.push(article(uri, headline="Overslept", embargoedUntil=due))
        await newsroom.settle(uri)
    assert time.time() < datetime.fromisoformat(due).timestamp(), "the machine is too slow for this test"
    newsroom.stack.kill("ingest")
    await newsroom.stack.stop_part("ingest")
    await until_time(datetime.fromisoformat(due).timestamp())
    for uri in uris:
        assert (await newsroom.edge.article(uri)).status_code == 404
    newsroom.stack.start_part("ingest")
    await newsroom.stack.ready("ingest")
    for uri in uris:
        await newsroom.visible(uri)

    for again in ("kill", "stop"):
        if again == "kill":
            newsroom.stack.kill("ingest")
        else:
            await newsroom.stack.stop_part("ingest")
            newsroom.stack.start_part("ingest")
        await newsroom.stack.ready("ingest")
        for uri in uris:
            await newsroom.visible(await newsroom.same_way(uri, embargoedUntil=moment()))
    for uri in uris:
        assert len(await released(newsroom, uri)) == 1
