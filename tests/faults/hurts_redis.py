"""Faults of Redis, and of the way to it: it is made slow, silent or curt itself, which is the same to its clients."""

import asyncio
import signal
from random import Random

from tests.faults.fault import Fault
from tests.support.newsroom import Newsroom

A_WHILE = 8.0
"""Seconds for which Redis is silent, full, slow or curt."""
SLOWER_MS = 40
"""Milliseconds for which all commands wait, time and again."""
CUT_EVERY = 0.1
_COPY = """
local copy = {}
for i, key in ipairs(redis.call('KEYS', '*')) do
    copy[i] = {key, redis.call('DUMP', key), redis.call('PEXPIRETIME', key)}
end
return copy
"""
"""All keys in one step, each with its value and when it expires (-1 for never), as a snapshot has them."""


async def _flushed(newsroom: Newsroom, random: Random) -> None:
    await newsroom.redis.flushall()


async def _killed(newsroom: Newsroom, random: Random) -> None:
    newsroom.stack.kill("redis")


async def _frozen(newsroom: Newsroom, random: Random) -> None:
    newsroom.stack.kill("redis", signal.SIGSTOP)
    try:
        await asyncio.sleep(A_WHILE)
    finally:
        newsroom.stack.kill("redis", signal.SIGCONT)


async def _full(newsroom: Newsroom, random: Random) -> None:
    """No write is taken that needs memory: what Redis has at `maxmemory` without eviction."""
    before = (await newsroom.redis.config_get("maxmemory"))["maxmemory"]
    await newsroom.redis.config_set("maxmemory", 1)
    try:
        await asyncio.sleep(A_WHILE)
    finally:
        await newsroom.redis.config_set("maxmemory", before)


async def _old_copy(newsroom: Newsroom, random: Random) -> None:
    """Redis as it was at one moment some seconds ago, put back in one step."""
    copy = await newsroom.redis.eval(_COPY, 0)
    await asyncio.sleep(3)
    async with newsroom.redis.pipeline(transaction=True) as pipe:
        pipe.flushall()
        for key, value, expires in copy:
            pipe.restore(key, max(expires, 0), value, absttl=True)
        await pipe.execute()


async def _slow(newsroom: Newsroom, random: Random) -> None:
    """Commands wait for most of the time."""
    end = asyncio.get_running_loop().time() + A_WHILE
    while asyncio.get_running_loop().time() < end:
        await newsroom.redis.client_pause(SLOWER_MS)
        await asyncio.sleep(1.25 * SLOWER_MS / 1000)


async def _cut(newsroom: Newsroom, random: Random) -> None:
    """Every connection ends ten times a second, also between a command and its reply."""
    end = asyncio.get_running_loop().time() + A_WHILE
    while asyncio.get_running_loop().time() < end:
        await newsroom.redis.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        await asyncio.sleep(CUT_EVERY)


FLUSHED = Fault("Redis flushed", _flushed)
REDIS_KILLED = Fault("Redis killed", _killed)
FROZEN = Fault(f"Redis frozen for {A_WHILE:.0f} s", _frozen)
FULL = Fault(f"Redis full for {A_WHILE:.0f} s", _full)
OLD_COPY = Fault("Redis put back to an older copy", _old_copy)
SLOW = Fault(f"Redis slow for {A_WHILE:.0f} s: four fifths of the time it says nothing", _slow)
CUT = Fault(f"connections to Redis cut ten times a second for {A_WHILE:.0f} s", _cut)
