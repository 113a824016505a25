"""Lives: what comes waits until one has begun, what is not ours any more is left, and news end a beginning."""

import asyncio
from typing import Any

import pytest
from aiokafka import TopicPartition

from services.recommendation import lives
from services.recommendation.lives import Lives
from shared.errors import Revoked
from shared.kafka_log import Record
from shared.topics import ENRICHED, PROBES

RECORD = Record(ENRICHED.name, 1, 0, 0, None, b"")


def shards(*numbers: int) -> set[TopicPartition]:
    return {TopicPartition(topic.name, number) for topic in (ENRICHED, PROBES) for number in numbers}


class Instance:
    """Lives without Kafka: a beginning is to fold, which ends when it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.lock = asyncio.Lock()
        self.ours: set[TopicPartition] = set()
        self.failed: list[BaseException] = []
        self.folding: list[frozenset[int]] = []
        self.may_end = asyncio.Event()
        unused: Any = None
        self.lives = Lives(self, self, unused, unused, unused, unused, unused)  # type: ignore[arg-type]
        monkeypatch.setattr(self.lives, "_fold", self.fold)

    def assignment(self) -> set[TopicPartition]:
        return self.ours

    def excused(self) -> None:
        pass

    def fail(self, error: BaseException) -> None:
        self.failed.append(error)

    async def fold(self, own: frozenset[int]) -> None:
        self.folding.append(own)
        await self.may_end.wait()

    async def assign(self, *numbers: int) -> None:
        self.ours = shards(*numbers)
        await self.lives.assigned(self.ours)
        await passing()


async def passing() -> None:
    """Lets everything run that can."""
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.fixture
async def instance(monkeypatch: pytest.MonkeyPatch) -> Any:
    made = Instance(monkeypatch)
    running = asyncio.create_task(made.lives.run())
    yield made
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_record_waits_until_the_life_has_begun(instance: Instance) -> None:
    taken: list[str] = []

    async def act() -> None:
        taken.append("taken")

    await instance.assign(0, 1)
    waiting = asyncio.create_task(instance.lives.take(RECORD, act))
    await passing()
    assert (instance.folding, taken, instance.lives.not_ready()) == ([{0, 1}], [], "reads the log")
    instance.may_end.set()
    await waiting
    assert (taken, instance.lives.not_ready()) == (["taken"], "")


async def test_what_went_to_another_instance_is_left_to_it(instance: Instance) -> None:
    instance.may_end.set()
    await instance.assign(0)
    with pytest.raises(Revoked):
        await instance.lives.take(RECORD, passing)
    await instance.lives.take(RECORD, passing, owned=False)


async def test_another_assignment_ends_a_beginning_and_each_is_a_new_life(instance: Instance) -> None:
    await instance.assign(0, 1)
    await instance.assign(1)
    instance.may_end.set()
    await passing()
    await instance.assign(1)
    assert instance.folding == [{0, 1}, {1}, {1}]
    await instance.lives.take(RECORD, passing)


async def test_a_broker_that_is_away_is_tried_again(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lives, "PAUSE", 0.0)
    tries: list[frozenset[int]] = []

    async def fold(own: frozenset[int]) -> None:
        tries.append(own)
        if len(tries) == 1:
            raise ConnectionError("no broker")

    monkeypatch.setattr(instance.lives, "_fold", fold)
    await instance.assign(1)
    await instance.lives.take(RECORD, passing)
    assert tries == [{1}, {1}]


async def test_shards_without_their_inboxes_are_a_fault(instance: Instance) -> None:
    await instance.lives.assigned({TopicPartition(ENRICHED.name, 0), TopicPartition(PROBES.name, 1)})
    assert len(instance.failed) == 1
