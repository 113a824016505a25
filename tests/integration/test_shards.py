"""Three instances of recommendation on the running stack: lists are those of one, also after one was killed."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from itertools import product
from pathlib import Path

import pytest

from infra.native.newsroom import worker_part
from services.desk import epoch
from services.recommendation.relate import Relations
from shared.codec import decode, encode
from shared.identity import public_id
from shared.messages import Enriched, Kill, RelatedList
from shared.topics import ENRICHED, KILLS, RELATED, WRITER_KEY
from tests.support.articles import Ninjs, article, canceled, new_uri
from tests.support.newsroom import Newsroom
from tests.support.running import running_newsroom
from tests.support.waiting import eventually

MORE = ("recommendation-2", "recommendation-3")
SETTLED = 90.0
"""Seconds; much more than it takes on a machine that has nothing else to do."""

WHO = ("The bell founder of Quillmere", "Bellwright Oda Venn", "The council of Quillmere", "The ringers of Saint Aldo")
WHAT = (
    "recast the cracked tenor",
    "weighed the great bell",
    "paid for bronze and tin",
    "heard the seventh bell at night",
)


@pytest.fixture
async def three(tmp_path: Path) -> AsyncIterator[Newsroom]:
    """A stack of its own with six shards: Faust gives each of three instances two, of two instances three."""
    async with running_newsroom(tmp_path, partitions=6) as found:
        for number in (2, 3):
            found.stack.add(worker_part("recommendation", found.settings, number))
        yield found


def stories() -> list[Ninjs]:
    """Articles that are nearly all related, in two editions."""
    return [
        article(
            new_uri("shards"),
            version=1,
            headline=f"{who.split()[-1]}: {what}",
            paragraphs=(f"{who} {what}.", f"Quillmere has {number} bells, and {who} knows each of them."),
            editions=("hk", "tpe") if number % 3 else ("hk",),
        )
        for number, (who, what) in enumerate(product(WHO, WHAT))
    ]


def shares(newsroom: Newsroom) -> list[list[int]]:
    """The shards that each running instance says it has, by the last life that it began."""
    found: list[list[int]] = []
    for name in ("recommendation", *MORE):
        if newsroom.stack.pid(name) is None:
            continue
        lines = (Path(newsroom.settings.state_dir) / "log" / f"{name}.log").read_text(encoding="utf-8").splitlines()
        lives = [json.loads(line)["shards"] for line in lines if '"folded"' in line]
        found.append(lives[-1] if lives else [])
    return found


async def shares_are(newsroom: Newsroom, count: int) -> None:
    """So many instances run, and each shard belongs to one of them."""
    found = shares(newsroom)
    assert len(found) == count, found
    assert {len(own) for own in found} == {newsroom.settings.partitions // count}, found
    assert sorted(shard for own in found for shard in own) == list(range(newsroom.settings.partitions)), found


async def lists_are_right(newsroom: Newsroom, uris: Iterable[str]) -> None:
    """What readers of the log have last is byte for byte what one index makes of the log; the edge serves it."""
    relations = Relations((await newsroom.log.epoch()).epoch)
    for record in await newsroom.log.records(ENRICHED):
        relations.apply(decode(record.value, Enriched))
    for record in await newsroom.log.records(KILLS):
        relations.kill(decode(record.value, Kill).id)
    said: dict[str, RelatedList] = {}
    for record in await newsroom.log.records(RELATED):
        if record.key != WRITER_KEY:
            found = decode(record.value, RelatedList)
            if found.id not in said or said[found.id].fence() <= found.fence():
                said[found.id] = found
    for article_id in {*said, *relations.ids()}:
        items = said[article_id].items
        assert encode(items) == encode(relations.items(article_id)), article_id
    for uri in uris:
        served = [(item["id"], item["score"]) for item in await newsroom.edge.related(uri)]
        assert served == [(item.id, item.score) for item in relations.items(public_id(uri))]


async def test_lists_of_three_instances_are_those_of_one_also_after_one_was_killed(three: Newsroom) -> None:
    first = stories()
    await asyncio.gather(*(three.push(content) for content in first))
    await asyncio.gather(*(three.visible(content["uri"], 1) for content in first))
    await eventually(lambda: lists_are_right(three, [first[0]["uri"]]), SETTLED)

    for name in MORE:
        three.stack.start_part(name)
    await eventually(lambda: shares_are(three, 3), SETTLED)
    second = stories()
    second[3]["associations"] = [
        {"rel": "related", "uri": first[5]["uri"]},
        {"rel": "related", "uri": second[8]["uri"]},
    ]
    changed = {**first[1], "version": 2, "headlines": [{"role": "main", "value": "Great bell of Quillmere hung"}]}
    withheld = {**first[2], "version": 2, "pubStatus": "withheld"}
    await asyncio.gather(*(three.push(content) for content in [*second, changed, withheld, canceled(first[4]["uri"])]))
    await asyncio.gather(*(three.visible(content["uri"], 1) for content in second))
    await three.gone(first[4]["uri"], "killed")
    await three.visible(first[1]["uri"], 2)
    live = [content["uri"] for content in (*first[5:], *second)]
    await eventually(lambda: lists_are_right(three, live), SETTLED)

    three.stack.kill(MORE[0])
    third = stories()
    await asyncio.gather(*(three.push(content) for content in third))
    await asyncio.gather(*(three.visible(content["uri"], 1) for content in third))
    await eventually(lambda: lists_are_right(three, [*live, *(content["uri"] for content in third)]), SETTLED)
    await three.stack.ready(MORE[0])
    await eventually(lambda: shares_are(three, 3), SETTLED)
    await eventually(lambda: lists_are_right(three, live), SETTLED)

    assert await epoch.renew_epoch(three.settings, False, SETTLED, False) == 0
    await eventually(lambda: lists_are_right(three, live), SETTLED)
