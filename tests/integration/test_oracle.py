"""The oracle itself: it agrees with what publishing writes into a real Redis, and sees every kind of difference."""

import json
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any

import msgspec
import pytest

from services.publishing.publisher import Publisher
from services.publishing.registry import Registry
from services.publishing.store import Store
from services.recommendation.epoch import load_epoch
from services.recommendation.renewal import Census, to_message
from shared import redis_keys as keys
from shared.codec import encode
from shared.identity import public_id
from shared.kafka_log import Record
from shared.messages import Kill
from shared.settings import Settings
from shared.topics import INGEST, KILLS, MODEL_EPOCHS, RELATED
from tests.support.articles import Ninjs, article, canceled, moment
from tests.support.oracle import Oracle, differences, expected, held
from tests.support.redis_server import OriginalsInMemory, RedisServer

BUILD = "b1"
SETTINGS = Settings()
EDITIONS = ("port-ellery", "chiuwan")
LIVE, MOVED, KILLED, WITHHELD, PICTURED = (
    f"urn:oracle:{name}" for name in "live moved killed withheld pictured".split()
)
PICTURE = "urn:oracle:picture"


def ingested(contents: list[Ninjs | bytes]) -> list[Record]:
    """These as records of `articles.ingest`."""
    values = [json.dumps(content).encode() if isinstance(content, dict) else content for content in contents]
    return [
        Record(INGEST.name, 0, offset, 1_800_000_000_000 + offset, None, value) for offset, value in enumerate(values)
    ]


@cache
def newsroom() -> list[Record]:
    """Articles in several states, with what the door refuses."""
    media = [{"name": "main", "uri": PICTURE, "type": "picture", "renditions": [{"href": "https://p.example/1.jpg"}]}]
    fog = ("Pilots board the barque in the fog off Cape Antler.",)
    return ingested(
        [
            article(LIVE, version=1, paragraphs=fog, editions=EDITIONS),
            article(LIVE, version=2, paragraphs=fog, editions=EDITIONS[:1]),
            article(MOVED, version=3, paragraphs=fog, editions=EDITIONS[1:]),
            article(MOVED, version=2, paragraphs=fog, editions=EDITIONS[:1]),
            article(KILLED, version=1, paragraphs=fog, editions=EDITIONS),
            canceled(KILLED),
            article(WITHHELD, version=1, paragraphs=fog, editions=EDITIONS),
            article(WITHHELD, version=2, pubStatus="withheld", editions=EDITIONS),
            article(PICTURED, version=1, paragraphs=fog, editions=EDITIONS, associations=media),
            canceled(PICTURE),
            article("urn:oracle:later", version=1, editions=EDITIONS, embargoedUntil="2099-01-01T00:00:00Z"),
            b"no JSON",
        ]
    )


async def publish(server: RedisServer, records: list[Record]) -> None:
    """What the stack would do with them, one after another, with publishing's own effects."""
    oracle = Oracle(SETTINGS)
    store = Store(server.redis, BUILD, oracle.editions)
    originals = OriginalsInMemory()
    publisher = Publisher(store, oracle.renderer, oracle.editions, originals)
    await publisher.write_shell()
    for record in records:
        killed = set(oracle.replay.killed)
        oracle.take([record])
        for killed_id in oracle.replay.killed - killed:
            await publisher.kill(killed_id)
        for version in oracle.replay.standing.values():
            await publisher.apply(originals.add(version), report=False)
        for found in oracle.replay.lists().values():
            await publisher.apply(Record(RELATED.name, 0, 0, 0, found.uri.encode(), encode(found)), report=False)
    await Registry(server.redis, BUILD).promote(BUILD, partitions=0)


@pytest.fixture
async def server(redis_server: RedisServer) -> RedisServer:
    """A server that holds the newsroom."""
    await redis_server.redis.flushall()
    await publish(redis_server, newsroom())
    return redis_server


async def test_what_publishing_writes_is_what_is_expected(server: RedisServer) -> None:
    wanted = expected(newsroom())
    found = await held(server.redis)
    assert differences(wanted, found) == []
    assert wanted.killed == {public_id(KILLED), public_id(PICTURE)}
    entries = [key for key, name in wanted.meant if name == "article/entry"]
    assert len(entries) == 4  # live, moved, withheld, pictured; neither the killed nor the embargoed one


async def test_the_order_of_the_records_does_not_matter_to_it(server: RedisServer) -> None:
    found = await held(server.redis)
    assert differences(expected(reversed([*newsroom(), *newsroom()])), found) == []


def test_an_embargo_ends() -> None:
    later = public_id("urn:oracle:later")
    before, after = expected(newsroom()), expected(newsroom(), moment="2099-01-01T00:00:01.000000Z")
    assert (f"{{{later}}}:entry", "article/entry") not in before.meant
    assert (f"{{{later}}}:entry", "article/entry") in after.meant


def test_kills_of_the_desk_count() -> None:
    kill = Kill(uri=LIVE, id=public_id(LIVE), killed_at=moment(), actor="desk", reason="")
    record = Record(KILLS.name, 0, 0, 1_900_000_000_000, LIVE.encode(), encode(kill))
    assert public_id(LIVE) in expected([*newsroom(), record]).killed


Step = Callable[[], Awaitable[Any]]


def test_the_epoch_on_the_log_counts() -> None:
    message = to_message(load_epoch(), Census(), "desk", moment())
    other = msgspec.structs.replace(message, tables={})
    record = Record(MODEL_EPOCHS.name, 0, 0, 1_900_000_000_000, None, encode(other))
    lists = [key for key, name in expected(newsroom()).meant if name == "related/list"]
    before, after = expected(newsroom()).meant, expected([*newsroom(), record]).meant
    assert lists
    assert all(before[key, "related/list"] != after[key, "related/list"] for key in lists)


async def test_every_difference_is_seen(server: RedisServer) -> None:
    wanted, redis = expected(newsroom()), server.redis
    live, killed = public_id(LIVE), public_id(KILLED)
    entry, cards = keys.entry(BUILD, live), keys.list_cards(BUILD, keys.edition_list(EDITIONS[0]))
    order = keys.edition_order(BUILD, EDITIONS[0])
    page, gone = f"article/page:{EDITIONS[0]}", f"2024/{killed}"
    text = await redis.hget(entry, page)
    card = await redis.hget(cards, f"{live}/card")
    (member,) = [m for m in await redis.zrange(order, 0, -1) if keys.member_id(m.decode()) == live]
    steps: list[tuple[str, Step, Step]] = [
        ("lost", lambda: redis.hdel(entry, page), lambda: redis.hset(entry, page, text)),
        ("lost", lambda: redis.zrem(order, member), lambda: redis.zadd(order, {member: 0})),
        ("lost", lambda: redis.srem(keys.KILLED, killed), lambda: redis.sadd(keys.KILLED, killed)),
        ("lost", lambda: redis.delete(keys.kill_mark(killed)), lambda: redis.set(keys.kill_mark(killed), "1")),
        ("wrong", lambda: redis.hset(cards, f"{live}/card", text), lambda: redis.hset(cards, f"{live}/card", card)),
        ("came back", lambda: redis.zadd(order, {gone: 0}), lambda: redis.zrem(order, gone)),
    ]
    for kind, hurt, mend in steps:
        await hurt()
        (line,) = differences(wanted, await held(redis))
        assert line.startswith(kind), line
        await mend()
        assert differences(wanted, await held(redis)) == []
