"""Every service killed, one after another, in the middle of a stream of 500 articles: nothing lost, nothing wrong."""

import asyncio
from typing import Any

import httpx

from services.recommendation.relate import Relations
from shared.codec import decode
from shared.identity import public_id
from shared.messages import Enriched, Kill
from shared.topics import ENRICHED, KILLS
from tests.support.articles import Ninjs, article, new_uri
from tests.support.newsroom import Newsroom
from tests.support.waiting import eventually

VICTIMS = ("ingest", "enrichment", "recommendation", "publishing", "edge")
A_VICTIM = 100
"""Articles pushed around the death of each."""
SETTLED = 90.0
TOPICS = tuple(
    first + last
    for first in ("alder", "birch", "cobalt", "dunlin", "ember", "fallow", "garnet", "heron", "iron", "juniper")
    for last in ("gate", "mill", "weir", "quay", "moor")
)


def stream() -> list[Ninjs]:
    """500 articles in the order they are sent; every fifth has its second version among those of the next victim."""
    uris = [new_uri("stream") for _ in range(A_VICTIM * len(VICTIMS))]
    sent: list[Ninjs] = []
    for number, uri in enumerate(uris):
        sent.append(_version(uri, number, 1))
        if number % 5 == 0 and number >= A_VICTIM:
            sent.append(_version(uris[number - A_VICTIM], number - A_VICTIM, 2))
    return sent


def _version(uri: str, number: int, version: int) -> Ninjs:
    """Ten articles to a topic, all through the stream, so that each one enters the lists of some before it."""
    topic = TOPICS[number % len(TOPICS)]
    headline = f"{topic.capitalize()} {number}, version {version}"
    paragraphs = (f"At {topic}: day {number}. More of {topic} tomorrow.",)
    first = f"2024-03-19T08:{number // 60:02d}:{number % 60:02d}Z"
    return article(
        uri, version=version, headline=headline, paragraphs=paragraphs, slug=f"{topic}-{number}", firstCreated=first
    )


async def test_kill_9_of_each_service(newsroom: Newsroom) -> None:
    letters = len(await newsroom.log.dead_letters())
    reader = asyncio.create_task(_read_on(newsroom, await newsroom.publish(article(new_uri("constant")))))
    sent = stream()
    newest = {content["uri"]: content for content in sent}
    assert len(newest) == 500
    share = len(sent) // len(VICTIMS)
    for number, victim in enumerate(VICTIMS):
        rest = sent[number * share : (number + 1) * share if victim != VICTIMS[-1] else len(sent)]
        await asyncio.gather(*(newsroom.push(content) for content in rest[: share // 2]))
        await newsroom.visible(rest[0]["uri"], rest[0]["version"], within=SETTLED)  # the others are on their way
        newsroom.stack.kill(victim)
        await asyncio.gather(*(newsroom.push(content) for content in rest[share // 2 :]))
        await newsroom.stack.ready(victim)

    for content in newest.values():
        await _right(newsroom, content)
    assert len(await newsroom.log.dead_letters()) == letters
    relations = await _relations(newsroom)
    await eventually(lambda: _lists_are(newsroom, relations, list(newest)[::16]), within=SETTLED)

    listed = [item["id"] for item in await newsroom.edge.latest("hk")]
    for uri in newest:
        assert listed.count(public_id(uri)) == 1
    assert not reader.done(), reader.exception()
    reader.cancel()


async def _read_on(newsroom: Newsroom, constant: dict[str, Any]) -> None:
    """A reader who sees nothing of all this, but for the moments in which the edge itself is dead."""
    while True:
        for path in (constant["url"], f"/v1/articles/{constant['id']}", "/hk/", "/readyz"):
            try:
                answer = await newsroom.edge.get(path)
            except httpx.TransportError:
                continue
            assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:200]}"
        await asyncio.sleep(0.1)


async def _right(newsroom: Newsroom, content: Ninjs) -> None:
    served = await newsroom.visible(content["uri"], content["version"], within=SETTLED)
    assert served["headline"] == content["headlines"][0]["value"]
    assert served["slug"] == content["slug"]


async def _relations(newsroom: Newsroom) -> Relations:
    """All related lists as they follow from the log alone, by the pure function."""
    relations = Relations((await newsroom.log.epoch()).epoch)
    for record in await newsroom.log.records(ENRICHED):
        relations.apply(decode(record.value, Enriched))
    for record in await newsroom.log.records(KILLS):
        relations.kill(decode(record.value, Kill).id)
    return relations


async def _lists_are(newsroom: Newsroom, relations: Relations, uris: list[str]) -> None:
    """These lists are served as `relations` has them."""
    assert len(uris) > 30
    for uri in uris:
        expected = [
            (
                item.id,
                item.headline,
                item.score,
                [(reason.kind, reason.value, reason.weight) for reason in item.reasons],
            )
            for item in relations.items(public_id(uri))
        ]
        assert expected
        assert [_parts(item) for item in await newsroom.edge.related(uri)] == expected, uri


def _parts(item: dict[str, Any]) -> tuple[str, str, float, list[tuple[str, str, float]]]:
    reasons = [(reason["kind"], reason["value"], reason["weight"]) for reason in item["reasons"]]
    return item["id"], item["headline"], item["score"], reasons
