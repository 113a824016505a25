"""Caches in front of the edge on the real stack: purged of a kill, by addresses and by keys, and not filled again."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from pydantic import HttpUrl
from rich.console import Console

from services.desk import kill, screen
from services.publishing.caches import Cache
from services.publishing.purge import Purger
from services.publishing.purge_store import PurgeStore
from shared import redis_keys as keys
from shared.codec import decode
from shared.editions import load_editions, with_addresses
from shared.group_follow import GroupFollower
from shared.kafka_log import Record
from shared.messages import Kill
from shared.topic_admin import admin, committed_offsets
from shared.topics import KILLS
from tests.integration.test_kill import marked, new_word
from tests.support.articles import new_uri
from tests.support.fake_cache import FakeCache, fake_cache
from tests.support.newsroom import Newsroom
from tests.support.waiting import eventually

LONGEST = 4.0


@pytest.fixture
async def cache(newsroom: Newsroom) -> AsyncIterator[FakeCache]:
    async with fake_cache(newsroom.settings.edge_address) as made:
        yield made


@asynccontextmanager
async def purging(newsroom: Newsroom, caches: dict[str, Cache], group: str, uri: str) -> AsyncIterator[None]:
    """Purging as publishing has it, beside the stack, for a group of its own: it reads the kills of other tests, too,
    and works on this one alone."""
    editions = with_addresses(load_editions(newsroom.settings.editions), newsroom.settings.public_address)
    store, client = PurgeStore(newsroom.redis), httpx.AsyncClient(trust_env=False)
    purger = Purger(store, editions, caches, client, LONGEST)

    async def purge(record: Record) -> None:
        if record.key == uri.encode():
            await purger.purge(decode(record.value, Kill))

    following = asyncio.create_task(GroupFollower(newsroom.settings, KILLS, group, purge, purger.announce).run())
    try:
        await eventually(lambda: _announced(newsroom))
        yield
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        await purger.close()
        await store.announce({})


async def _announced(newsroom: Newsroom) -> None:
    assert await newsroom.redis.get(keys.CACHES) is not None


async def get(cache: FakeCache, path: str) -> httpx.Response:
    async with httpx.AsyncClient() as client:
        return await client.get(f"{cache.address}{path}", timeout=20)


async def kill_and_wait(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, uri: str) -> dict[str, object]:
    stream = io.StringIO()
    monkeypatch.setattr(screen, "out", Console(file=stream))
    code = await kill.kill(newsroom.settings, uri, "court order", "ann", True, True, 60)
    found: dict[str, object] = json.loads(stream.getvalue())
    return found | {"code": code}


@pytest.mark.parametrize("kind", ["purge", "keys"])
async def test_a_cache_is_purged_and_not_filled_again(
    newsroom: Newsroom, cache: FakeCache, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Also by a request that was under way before the kill and whose answer comes after the first purge; and although
    the cache refuses the first attempts."""
    uri, word = new_uri(f"cached-{kind}"), new_word()
    served = await newsroom.publish(marked(uri, word, section="harbour"))
    page, feed = served["url"], "/hk/harbour/rss.xml"
    for path in (page, "/hk/", "/hk/harbour/", f"/v1/articles/{served['id']}"):
        assert word in (await get(cache, path)).text
    cache.slow[feed] = asyncio.Event()
    late = asyncio.create_task(get(cache, feed))
    cache.refusals = 2

    async def under_way() -> None:
        assert feed in cache.answered

    await eventually(under_way)
    address = HttpUrl(cache.address)
    caches = {"hk": Cache(purge=address) if kind == "purge" else Cache(keys=address)}
    await PurgeStore(newsroom.redis).keep_entry(served["id"])  # as publishing does where it has caches
    async with purging(newsroom, caches, f"masthead-purge-{kind}", uri):
        waiting = asyncio.create_task(kill_and_wait(newsroom, monkeypatch, uri))

        async def told_once() -> None:
            state = await newsroom.redis.hget(keys.purges(served["id"]), "hk/first")
            assert state is not None
            assert json.loads(state)["outcome"] == "done"

        await eventually(told_once)
        cache.slow[feed].set()
        assert word in (await late).text
        assert word in (await get(cache, feed)).text, "filled again with what was asked for before the kill"
        for path in (page, "/hk/", "/hk/harbour/", f"/v1/articles/{served['id']}"):
            assert word not in (await get(cache, path)).text
        found = await waiting
        assert word not in (await get(cache, feed)).text
        assert (found["code"], found["clean"], found["notClean"]) == (0, True, [])
        (said,) = found["caches"]  # type: ignore[misc]
        assert (said["edition"], said["kind"], said["clean"]) == ("hk", kind, True)
        assert said["first"]["attempts"] > 1
        assert said["second"]["at"] > said["first"]["at"]
        assert await newsroom.redis.get(keys.stood(served["id"])) is None

        async def committed() -> None:
            async with admin(newsroom.settings) as client:
                reached = await committed_offsets(client, f"masthead-purge-{kind}")
            assert reached
            assert sum(reached.values()) == len(await newsroom.log.records(KILLS))

        await eventually(committed, within=30)
    if kind == "purge":
        assert cache.hosts == {"hk.news.example"}


async def test_a_cache_that_refuses_makes_it_not_clean(
    newsroom: Newsroom, cache: FakeCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    uri = new_uri("cached-refused")
    await newsroom.publish(marked(uri, new_word()))
    cache.refusals = 10_000
    stream = io.StringIO()
    monkeypatch.setattr(screen, "out", Console(file=stream))
    async with purging(newsroom, {"hk": Cache(keys=HttpUrl(cache.address))}, "masthead-purge-refused", uri):
        code = await kill.kill(newsroom.settings, uri, "court order", "ann", True, True, 4)
    found = json.loads(stream.getvalue())
    assert (code, found["clean"]) == (1, False)
    assert [text for text in found["notClean"] if "the cache of hk: its first purge fails: HTTP 500" in text]
