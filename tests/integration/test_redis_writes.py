"""The rounds of faults know when the last word was written that readers get."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared import redis_keys as keys
from tests.support.redis_server import RedisServer, running_redis
from tests.support.redis_writes import Writes, heard_writes
from tests.support.waiting import eventually

CONTENT = [
    keys.LIVE,
    keys.KILLED,
    keys.kill_mark("a"),
    keys.entry("b", "a"),
    keys.ever_in("b", "a"),
    keys.shown_by("b", "a"),
    keys.list_cards("b", "edition:hk"),
    keys.edition_order("b", "hk"),
    keys.edition_order("b", "hk", "news"),
    keys.shell("b", "hk"),
    keys.assets("b"),
    keys.editions("b"),
]
BESIDE = [keys.applied("b"), keys.last("b"), keys.complete("b"), keys.EDGES, keys.KILL_ORDER, keys.purges("a")]


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[RedisServer]:
    async with running_redis(tmp_path) as found:
        yield found


async def moved(writes: Writes, before: float) -> None:
    """Waits until a later write was heard of."""

    async def check() -> None:
        assert writes.last > before

    await eventually(check)


async def test_what_readers_get_counts_and_nothing_else(server: RedisServer) -> None:
    async with heard_writes(f"redis://127.0.0.1:{server.port}") as writes:
        await moved(writes, writes.last)  # it listens
        for key in CONTENT:
            before = writes.last
            await server.redis.set(key, "1")
            await moved(writes, before)
        before = writes.last
        for key in BESIDE:
            await server.redis.set(key, "1")
        await writes.silence(0.2, 60)
        assert writes.last == before
        await server.redis.delete(CONTENT[0])
        await moved(writes, before)


async def test_it_listens_again_after_a_restart_of_redis(server: RedisServer) -> None:
    async with heard_writes(f"redis://127.0.0.1:{server.port}") as writes:
        await moved(writes, writes.last)
        before = writes.last
        server.stop()
        server.start()
        await server.answers()
        await moved(writes, before)  # what was written meanwhile is not known
        before = writes.last
        await server.redis.set(keys.LIVE, "1")
        await moved(writes, before)


async def test_silence_is_waited_for_but_not_for_ever(server: RedisServer) -> None:
    async with heard_writes(f"redis://127.0.0.1:{server.port}") as writes:
        await moved(writes, writes.last)
        waiting = asyncio.create_task(writes.silence(5, 0.3))
        while not waiting.done():
            await server.redis.set(keys.LIVE, "1")
        assert time.monotonic() - writes.last < 5
