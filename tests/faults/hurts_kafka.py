"""Faults of the broker, and of the way to it."""

import asyncio
import resource
import signal
from random import Random

from aiokafka import TopicPartition
from aiokafka.admin import RecordsToDelete

from shared.topic_admin import admin, committed_offsets
from shared.topics import ACCEPTED, RELATED
from tests.faults.fault import Fault
from tests.support.newsroom import Newsroom
from tests.support.waiting import eventually
from tests.support.wire import Wire

A_WHILE = 15.0
"""Seconds for which the way to the broker is bad."""
RESET_EVERY = 0.5


async def _killed(newsroom: Newsroom, random: Random) -> None:
    newsroom.stack.kill("kafka")


async def _frozen(newsroom: Newsroom, random: Random) -> None:
    """Nobody hears anything of it, and no connection ends: a network that is cut."""
    newsroom.stack.kill("kafka", signal.SIGSTOP)
    try:
        await asyncio.sleep(2 * newsroom.settings.session_timeout)
    finally:
        newsroom.stack.kill("kafka", signal.SIGCONT)


async def _slow(newsroom: Newsroom, random: Random) -> None:
    wire = _wire(newsroom)
    wire.slow()
    try:
        await asyncio.sleep(A_WHILE)
    finally:
        wire.slow()


async def _reset(newsroom: Newsroom, random: Random) -> None:
    """Every connection is reset time and again, also between a request and its answer."""
    for _ in range(round(A_WHILE / RESET_EVERY)):
        _wire(newsroom).reset()
        await asyncio.sleep(RESET_EVERY)


def _wire(newsroom: Newsroom) -> Wire:
    assert newsroom.wire is not None, "this stack has no wire"
    return newsroom.wire


async def _full_disk(newsroom: Newsroom, random: Random) -> None:
    """No file of the broker may grow: to it that is a full disk, and it ends. It is started again, with room."""
    pid = newsroom.stack.pid("kafka")
    assert pid is not None
    _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, most))

    async def ended() -> None:
        assert newsroom.stack.pid("kafka") != pid

    await eventually(ended, within=60)


async def _emptied(newsroom: Newsroom, random: Random) -> None:
    """What enrichment and publishing have read of a partition is deleted; then their neighbours start anew."""
    async with admin(newsroom.settings) as client:
        for topic, service in ((ACCEPTED, "enrichment"), (RELATED, "publishing")):
            read = await committed_offsets(client, f"masthead-{service}")
            tp = max((tp for tp in read if tp.topic == topic.name), key=lambda tp: read[tp])
            await client.delete_records({TopicPartition(*tp): RecordsToDelete(before_offset=read[tp])})
    for service in ("recommendation", "publishing"):
        newsroom.stack.kill(service)


BROKER_KILLED = Fault("broker killed", _killed)
BROKER_SLOW = Fault(f"every answer of the broker a fifth of a second late for {A_WHILE:.0f} s", _slow)
BROKER_RESET = Fault(f"connections to the broker reset twice a second for {A_WHILE:.0f} s", _reset)
BROKER_FROZEN = Fault("broker frozen for two session time-outs", _frozen)
FULL_DISK = Fault("no room on the broker's disk", _full_disk)
EMPTIED = Fault("a partition of accepted articles and one of related lists emptied as far as they were read", _emptied)
