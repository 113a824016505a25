"""What stands in Redis and not in the log: noted, counted by the edge, and over when the log has it."""

from collections.abc import AsyncIterator

import pytest

from services.publishing.publisher import Originals, Publisher
from services.publishing.store import Store
from shared import redis_keys as keys
from shared.kafka_log import Producer, Record
from shared.messages import Media, Origin
from tests.support.redis_server import EDITIONS, RENDERER, SETTINGS, RedisServer, publisher, put, relate, version


class NoLog(Originals):
    """A log that was cut back: it has no record any more."""

    async def read(self, place: Origin) -> Record:
        raise LookupError(f"{place.topic}/{place.partition} has no offset {place.offset}")


@pytest.fixture
async def store(redis_server: RedisServer) -> AsyncIterator[Store]:
    await redis_server.redis.flushall()
    made = redis_server.store("b1")
    await publisher(made).write_shell()
    yield made
    await redis_server.redis.flushall()


async def unlogged(store: Store) -> list[str]:
    found: list[bytes] = await store.redis.zrange(keys.unlogged("b1"), 0, -1)
    return sorted(member.decode() for member in found)


async def test_an_article_is_over_when_the_log_has_what_stands(store: Store) -> None:
    first, second, third = version(0), version(1, version=2), version(2)
    for one in (first, second, third):
        await put(store, one)
    standing = await store.standing_from({0})
    assert standing == {first.id, second.id, third.id}
    assert await store.standing_from({1}) == set()
    await store.note_unlogged(standing, {"a-kill"})
    await put(store, first)  # the very version
    await put(store, version(1, version=1))  # an older one
    assert await unlogged(store) == sorted([second.id, third.id])
    await put(store, version(1, version=3))
    await publisher(store).kill(third.id)
    assert await unlogged(store) == []
    assert await store.redis.zrange(keys.UNLOGGED_KILLS, 0, -1) == [b"a-kill"]
    await publisher(store).kill("a-kill")
    assert await store.redis.exists(keys.UNLOGGED_KILLS) == 0


async def test_a_list_of_a_lower_term_stands_once_fences_are_forgotten(store: Store) -> None:
    owner, other = version(0), version(1)
    await put(store, owner)
    await relate(store, owner, [other])
    older = f"{0:019d}{9:019d}"
    assert (await store.put(owner.id, "related", older, {"related/json": b"[]"})).outcome == "older"
    await store.forget_related_fences()
    name = keys.entry("b1", owner.id)
    assert await store.redis.hexists(name, "related/json")
    assert (await store.put(owner.id, "related", older, {"related/json": b"[]"})).outcome == "written"
    assert await store.redis.hget(name, "related/json") == b"[]"


async def test_a_kill_of_what_a_lost_version_shows_goes_through(store: Store) -> None:
    picture = Media(id="pictureaaaaaaaaa", kind="picture", href="https://m.example/p.jpg", width=800, height=600)
    shower = version(0, media=(picture,))
    await put(store, shower)
    cut = Publisher(store, RENDERER, EDITIONS, NoLog(SETTINGS, Producer(SETTINGS, "tests")))
    await cut.kill(picture.id)
    assert await store.killed() == {picture.id}
    assert cut.killed == {picture.id}
