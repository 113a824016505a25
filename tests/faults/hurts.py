"""The faults: each hurts a running stack once or more, while articles are pushed."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from random import Random
from typing import NamedTuple

from infra.native import worker_part
from infra.native.newsroom import WORKERS
from tests.support.newsroom import Newsroom

SERVICES = (*WORKERS, "edge")
FROZEN = 5.0
"""Seconds for which Redis does not answer."""
A_PAUSE = (0.2, 1.5)
"""Seconds between two kills."""


class Fault(NamedTuple):
    """`hurt` returns when it has been inflicted for the last time; `times` says how often, for the table."""

    name: str
    hurt: Callable[[Newsroom, Random], Awaitable[None]]


def killed(kills: int) -> Fault:
    """Services killed by SIGKILL at random moments, each as often as the others, in any order."""

    async def hurt(newsroom: Newsroom, random: Random) -> None:
        victims = [SERVICES[number % len(SERVICES)] for number in range(kills)]
        for victim in random.sample(victims, len(victims)):
            await asyncio.sleep(random.uniform(*A_PAUSE))
            await newsroom.stack.ready(victim)
            newsroom.stack.kill(victim)

    return Fault(f"{kills} kills of services", hurt)


def killed_again_and_again(service: str, kills: int) -> Fault:
    """One service killed by SIGKILL at random moments."""

    async def hurt(newsroom: Newsroom, random: Random) -> None:
        for _ in range(kills):
            await asyncio.sleep(random.uniform(*A_PAUSE))
            await newsroom.stack.ready(service)
            newsroom.stack.kill(service)

    return Fault(f"{service} killed {kills} times", hurt)


async def _nothing(newsroom: Newsroom, random: Random) -> None:
    """The stream alone."""


async def _flushed(newsroom: Newsroom, random: Random) -> None:
    await newsroom.redis.flushall()


async def _redis_killed(newsroom: Newsroom, random: Random) -> None:
    newsroom.stack.kill("redis")


async def _redis_frozen(newsroom: Newsroom, random: Random) -> None:
    newsroom.stack.kill("redis", signal.SIGSTOP)
    try:
        await asyncio.sleep(FROZEN)
    finally:
        newsroom.stack.kill("redis", signal.SIGCONT)


async def _broker_killed(newsroom: Newsroom, random: Random) -> None:
    newsroom.stack.kill("kafka")


async def _old_copy(newsroom: Newsroom, random: Random) -> None:
    """Redis as it was some seconds ago, put back in one step."""
    copy = {key: await newsroom.redis.dump(key) async for key in newsroom.redis.scan_iter(count=1000)}
    await asyncio.sleep(3)
    async with newsroom.redis.pipeline(transaction=True) as pipe:
        pipe.flushall()
        for key, value in copy.items():
            if value is not None:
                pipe.restore(key, 0, value)
        await pipe.execute()


async def _zombie(newsroom: Newsroom, random: Random) -> None:
    """An instance of enrichment and of publishing, asleep for two session time-outs while others take over."""
    added = await _second_instances(newsroom)
    for service in ("enrichment", "publishing"):
        newsroom.stack.kill(service, signal.SIGSTOP)
    try:
        await asyncio.sleep(2 * newsroom.settings.session_timeout)
    finally:
        for service in ("enrichment", "publishing"):
            newsroom.stack.kill(service, signal.SIGCONT)
    await _stop_all(newsroom, added)


async def _more_and_fewer(newsroom: Newsroom, random: Random) -> None:
    """A second instance of enrichment and of publishing comes, works for some seconds and goes."""
    added = await _second_instances(newsroom)
    await asyncio.sleep(newsroom.settings.session_timeout / 2)
    await _stop_all(newsroom, added)


async def _second_instances(newsroom: Newsroom) -> list[str]:
    names = []
    for service in ("enrichment", "publishing"):
        part = worker_part(service, newsroom.settings, instance=2)
        if part.name not in newsroom.stack.names:
            newsroom.stack.add(part)
        newsroom.stack.start_part(part.name)
        names.append(part.name)
    for name in names:
        await newsroom.stack.ready(name)
    return names


async def _stop_all(newsroom: Newsroom, names: list[str]) -> None:
    for name in names:
        await newsroom.stack.stop_part(name)


NOTHING = Fault("nothing", _nothing)
FLUSHED = Fault("Redis flushed", _flushed)
REDIS_KILLED = Fault("Redis killed", _redis_killed)
REDIS_FROZEN = Fault(f"Redis frozen for {FROZEN:.0f} s", _redis_frozen)
OLD_COPY = Fault("Redis put back to an older copy", _old_copy)
BROKER_KILLED = Fault("broker killed", _broker_killed)
MORE_AND_FEWER = Fault("instances of enrichment and publishing added and removed", _more_and_fewer)
ZOMBIE = Fault("instances of enrichment and publishing asleep for two session time-outs", _zombie)

SHORT = (killed(5), FLUSHED, REDIS_KILLED, BROKER_KILLED, MORE_AND_FEWER)


def long(kills: int) -> tuple[Fault, ...]:
    """All faults, with so many kills of services in all."""
    each = (killed_again_and_again(service, kills // len(SERVICES)) for service in SERVICES)
    others = (FLUSHED, REDIS_KILLED, REDIS_FROZEN, OLD_COPY, BROKER_KILLED, MORE_AND_FEWER, ZOMBIE)
    return (NOTHING, *each, *others)
