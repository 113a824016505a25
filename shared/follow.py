"""Following a whole topic beside one's work: every instance reads all of it, from the beginning, for ever."""

import asyncio
from collections.abc import Awaitable, Callable

from aiokafka import AIOKafkaConsumer

from shared.errors import is_infrastructure
from shared.kafka_log import Record, as_record, partitions_of, read_to_end, reader
from shared.logs import logger
from shared.settings import Settings
from shared.topics import Topic


class Follower:
    """Hands every record of a topic to `handle`: first `catch_up()`, then `run()` for what comes after.

    A record is handed over again when `handle` failed because a broker or Redis is away, so it must be idempotent.
    """

    def __init__(
        self, settings: Settings, topic: Topic, client: str, handle: Callable[[Record], Awaitable[None]]
    ) -> None:
        self._settings = settings
        self._topic = topic
        self._client = client
        self._handle = handle
        self._positions: dict[int, int] = {}

    async def catch_up(self) -> None:
        """Hands over all records up to the ends as they are now."""
        async with reader(self._settings, self._client) as consumer:
            ends = await read_to_end(consumer, await partitions_of(consumer, self._topic), self._patiently)
        self._positions = {tp.partition: end for tp, end in ends.items()}

    async def run(self) -> None:
        """Hands over what comes after, until cancelled; while the broker is away it waits."""
        while True:
            try:
                async with reader(self._settings, self._client) as consumer:
                    await self._follow(consumer)
            except Exception as error:
                if not is_infrastructure(error):
                    raise
                logger().warning("following again", topic=self._topic.name, reason=f"{type(error).__name__}: {error}")
                await asyncio.sleep(1)

    async def _follow(self, consumer: AIOKafkaConsumer) -> None:
        partitions = await partitions_of(consumer, self._topic)
        consumer.assign(partitions)
        for tp in partitions:
            consumer.seek(tp, self._positions.get(tp.partition, 0))
        while True:
            for tp, records in (await consumer.getmany(timeout_ms=1000)).items():
                for found in records:
                    await self._patiently(as_record(found))
                    self._positions[tp.partition] = found.offset + 1

    async def _patiently(self, record: Record) -> None:
        pause = 0.1
        while True:
            try:
                return await self._handle(record)
            except Exception as error:
                if not is_infrastructure(error):
                    raise
                logger().warning("waiting", topic=record.topic, reason=f"{type(error).__name__}: {error}")
                await asyncio.sleep(pause)
                pause = min(pause * 2, 2.0)
