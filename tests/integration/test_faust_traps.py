"""Faust's known traps (docs/decisions/0003): each is there where Faust is used naively, and not in our services.

Should one of the naive halves fail after an upgrade, the trap is gone, and with it the reason for what we do about it.
"""

import asyncio
import itertools
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import NewTopic

from shared.topic_admin import admin, committed_offsets, group_members
from tests.support.newsroom import Newsroom
from tests.support.running import SHORTEST_SESSION_TIMEOUT
from tests.support.trap import declared
from tests.support.waiting import eventually

Use = Literal["naive", "ours"]
USES: tuple[Use, Use] = ("naive", "ours")
STOPPED = 15.0
_numbers = itertools.count(1)


class Service:
    """A process of `tests.support.trap`, and what it took."""

    def __init__(self, process: asyncio.subprocess.Process, group: str, health: Path) -> None:
        self.process = process
        self.group = group
        self.health = health
        self.took: list[str] = []
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.took.append(line.decode().removeprefix("took ").strip())

    async def took_at_least(self, count: int) -> None:
        """Waits until it has taken so many records."""

        async def check() -> None:
            if self.process.returncode is not None:
                pytest.fail(f"{self.group} ended with {self.process.returncode}")
            assert len(self.took) >= count, self.took

        await eventually(check, within=60)

    async def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Ends it; one that does not go within its time is killed."""
        if self.process.returncode is None:
            self.process.send_signal(number)
        try:
            await asyncio.wait_for(self.process.wait(), STOPPED)
        except TimeoutError:
            self.process.kill()
        await self._reading


class Traps:
    """Topics and processes of one test on the running broker."""

    def __init__(self, newsroom: Newsroom, folder: Path) -> None:
        self._newsroom = newsroom
        self._folder = folder
        self._services: list[Service] = []

    async def topic(self, **config: str) -> str:
        """A new topic; gives its name."""
        name = self.name()
        await self.create(name, **config)
        return name

    def name(self) -> str:
        """A name that nothing has yet."""
        return f"trap-{next(_numbers)}"

    async def create(self, name: str, **config: str) -> None:
        """Makes a topic like all of ours, but for `config`."""
        configs = {**declared(name).config, **{key.replace("_", "."): value for key, value in config.items()}}
        async with admin(self._newsroom.settings) as client:
            new = NewTopic(name, self._newsroom.settings.partitions, 1, topic_configs=configs)
            await client.create_topics([new])

    async def push(self, topic: str, *values: str) -> None:
        """Sends records to the first partition."""
        async with AIOKafkaProducer(bootstrap_servers=self._newsroom.settings.kafka) as producer:
            for value in values:
                await producer.send_and_wait(topic, value.encode(), partition=0)

    async def start(self, use: Use, topic: str, to: str = "", group: str = "") -> Service:
        """A process in a group of its own, or in this one."""
        settings = self._newsroom.settings
        group = group or f"{use}-{self.name()}"
        health = self._folder / f"{group}.json"
        env = {
            "MASTHEAD_KAFKA": settings.kafka,
            "MASTHEAD_SESSION_TIMEOUT": str(settings.session_timeout),
            "MASTHEAD_HEALTH_FILE": str(health),
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.support.trap", use, group, topic, *filter(None, [to]),
            env={**os.environ, **env}, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        self._services.append(service := Service(process, group, health))
        return service

    async def committed(self, service: Service, topic: str) -> int:
        """The next offset that a service's group has committed in the first partition; 0 for none."""
        async with admin(self._newsroom.settings) as client:
            found = await committed_offsets(client, f"masthead-{service.group}")
        return found.get(TopicPartition(topic, 0), 0)

    async def close(self) -> None:
        """Ends all processes."""
        for service in self._services:
            await service.end(signal.SIGKILL)


@pytest.fixture
async def traps(newsroom: Newsroom, tmp_path: Path) -> AsyncIterator[Traps]:
    found = Traps(newsroom, tmp_path)
    yield found
    await found.close()


@asynccontextmanager
async def both(start: Callable[[Use], Awaitable[Service]]) -> AsyncIterator[tuple[Service, Service]]:
    """A naive and one of our processes, at the same time."""
    naive, ours = await asyncio.gather(*(start(use) for use in USES))
    yield naive, ours


async def test_a_gap_of_records_that_are_not_acknowledged(traps: Traps) -> None:
    """faust-streaming/faust#606: the first record is never done, those behind it are."""
    topic = await traps.topic()
    await traps.push(topic, "hold", *["echo"] * 20)
    async with both(lambda use: traps.start(use, topic)) as (naive, ours):
        await naive.took_at_least(8)
        await ours.took_at_least(1)

        async def lost() -> None:
            assert await traps.committed(naive, topic) > 0

        await eventually(lost)
        assert ours.took == ["0/0"]
        await ours.end()
        assert await traps.committed(ours, topic) == 0


async def test_an_exception_that_leaves_the_loop(traps: Traps, newsroom: Newsroom) -> None:
    """Acknowledged in a `finally`, and gone. Ours: buried whole, until so many fail that the process stops."""
    topic = await traps.topic()
    await traps.push(topic, *["raise"] * 12)
    async with both(lambda use: traps.start(use, topic)) as (naive, ours):
        await naive.took_at_least(4)
        assert await asyncio.wait_for(ours.process.wait(), 60) == 1
        await naive.end()
        buried = await newsroom.log.dead_letters(lambda letter: letter.headers.get("__connect.errors.topic") == topic)
        assert await traps.committed(naive, topic) > 0  # and nobody knows what they were
        assert await traps.committed(ours, topic) == len(buried) == 9


async def test_a_stop_in_the_middle_of_a_record(traps: Traps) -> None:
    """The stop leaves the loop, too, and is followed by a commit."""
    topic = await traps.topic()
    await traps.push(topic, "hold")
    async with both(lambda use: traps.start(use, topic)) as services:
        for service in services:
            await service.took_at_least(1)
            await service.end()
        assert [await traps.committed(service, topic) for service in services] == [1, 0]


async def test_a_commit_before_delivery(traps: Traps, newsroom: Newsroom) -> None:
    """To a topic that refuses what is sent: a send that is not awaited to its end fails when all is acknowledged."""
    topic, to = await traps.topic(), await traps.topic(max_message_bytes="10")
    await traps.push(topic, "send")
    async with both(lambda use: traps.start(use, topic, to)) as (naive, ours):
        for service in (naive, ours):

            async def committed(service: Service = service) -> None:
                assert await traps.committed(service, topic) == 1

            await eventually(committed, within=60)
        assert naive.process.returncode is None  # and nobody knows
        [buried] = await newsroom.log.dead_letters(lambda letter: letter.headers.get("__connect.errors.topic") == topic)
        assert "too large" in buried.headers["masthead-reasons"]


async def test_a_consumer_that_stands_still(traps: Traps) -> None:
    """Faust goes on as if nothing were (faust-streaming/faust#175); our health says so, and it is started anew."""
    topic = await traps.topic()
    await traps.push(topic, "hold", "echo")
    async with both(lambda use: traps.start(use, topic)) as (naive, ours):
        await naive.took_at_least(1)

        async def failing() -> None:
            health = json.loads(ours.health.read_text()) if ours.health.exists() else {"state": "", "detail": ""}
            assert health["state"] == "failing"
            assert health["detail"].endswith(f"on {topic}/0")

        await eventually(failing, within=60)
        assert naive.process.returncode is None


async def test_a_slow_start_after_a_kill(traps: Traps) -> None:
    """The group waits for a member that is dead, 60 s by default; ours as long as the setting says."""
    topic = await traps.topic()
    await traps.push(topic, "echo")
    async with both(lambda use: traps.start(use, topic)) as services:
        for service in services:
            await service.took_at_least(1)
            await service.end(signal.SIGKILL)
        await traps.push(topic, "echo")
        naive, ours = [await traps.start(use, topic, group=old.group) for use, old in zip(USES, services, strict=True)]
        await ours.took_at_least(1)
        assert naive.took == []
    assert SHORTEST_SESSION_TIMEOUT < 60


async def test_a_topic_that_does_not_exist_yet(traps: Traps, newsroom: Newsroom) -> None:
    """A worker that started before its topic consumes nothing of it. Ours waits for it."""
    topic = traps.name()
    async with both(lambda use: traps.start(use, topic)) as (naive, ours):

        async def joined() -> None:
            async with admin(newsroom.settings) as client:
                assert await group_members(client, f"masthead-{naive.group}")

        await eventually(joined, within=60)
        await traps.create(topic)
        await traps.push(topic, "echo")
        await ours.took_at_least(1)
        assert naive.took == []
