"""Records out of Kafka just as they lie there, a partition at a time, so that memory does not grow with the log."""

import asyncio
import time
from collections import deque

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from services.desk.archive import Saved
from services.desk.errors import DeskError, Unreachable
from shared.topics import INGEST

PATIENCE = 30.0
PLACEHOLDER = "masthead-placeholder"
"""Header of a record that stands for an offset without one. Other people's producers may use transactions, whose marks
take offsets of `articles.ingest`."""


class Reading:
    """Reads one partition on from an offset."""

    def __init__(self, consumer: AIOKafkaConsumer, tp: TopicPartition, offset: int) -> None:
        self._consumer = consumer
        self._tp = tp
        self._next = offset
        self._found: deque[ConsumerRecord] = deque()
        consumer.assign([tp])
        consumer.seek(tp, offset)

    async def next(self, end: int) -> Saved | None:
        """The next record, if one lies below `end`. Raises DeskError where one is missing, Unreachable."""
        if self._next >= end:
            return None
        deadline = time.monotonic() + PATIENCE
        while not self._found and await self._position() < end:
            for records in (await self._consumer.getmany(self._tp, timeout_ms=1000)).values():
                self._found.extend(records)
            if not self._found and time.monotonic() > deadline:
                raise Unreachable(f"Kafka has given nothing for {PATIENCE:.0f} s")
        offset, self._next = self._next, self._next + 1
        if self._found and self._found[0].offset == offset:
            return _saved(self._found.popleft())
        if self._tp.topic == INGEST.name:
            return Saved(0, None, None, ((PLACEHOLDER, b""),))
        raise DeskError(f"{self._tp.topic}/{self._tp.partition} has no record at offset {offset}: its log is not whole")

    async def _position(self) -> int:
        try:
            async with asyncio.timeout(PATIENCE):
                found: int = await self._consumer.position(self._tp)
                return found
        except TimeoutError as error:
            raise Unreachable(f"Kafka has given nothing for {PATIENCE:.0f} s") from error


def _saved(record: ConsumerRecord) -> Saved:
    return Saved(record.timestamp, record.key, record.value, tuple(record.headers))
