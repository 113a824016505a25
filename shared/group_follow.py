"""Following a topic as one of a group: each record goes to one member, several are worked on at once.

For work that takes its time and harms nobody when it is done twice. A partition is committed up to its first record
that is not done, so that none is lost; after a crash some are handed over again.
"""

import asyncio
from collections.abc import Awaitable, Callable

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from shared.errors import is_infrastructure
from shared.kafka_log import Record, as_record
from shared.logs import logger
from shared.settings import Settings
from shared.tasks import end
from shared.topics import REQUEST_LIMIT, Topic

MOST_AT_ONCE = 500
LOOK_MS = 200


class Done:
    """Which records of a partition are done, and up to where that may be committed."""

    def __init__(self) -> None:
        self._open: dict[TopicPartition, set[int]] = {}
        self._next: dict[TopicPartition, int] = {}

    @property
    def under_way(self) -> int:
        """How many records are begun and not done."""
        return sum(map(len, self._open.values()))

    def begin(self, tp: TopicPartition, offset: int) -> None:
        """A record was handed over; those of a partition come in order."""
        self._open.setdefault(tp, set()).add(offset)
        self._next[tp] = offset + 1

    def end(self, tp: TopicPartition, offset: int) -> None:
        """A record is done."""
        self._open.get(tp, set()).discard(offset)

    def positions(self) -> dict[TopicPartition, int]:
        """The next offset to read again after a crash, for each partition."""
        return {tp: min(self._open.get(tp) or {after}) for tp, after in self._next.items()}


class GroupFollower:
    """Hands the group's share of a topic to `handle`, until cancelled; `tick` is called some times a second.

    An exception of `handle` ends it all, unless it says that a broker or Redis is away.
    """

    def __init__(
        self,
        settings: Settings,
        topic: Topic,
        group: str,
        handle: Callable[[Record], Awaitable[None]],
        tick: Callable[[], Awaitable[None]],
    ) -> None:
        self._settings = settings
        self._topic = topic
        self._group = group
        self._handle = handle
        self._tick = tick

    async def run(self) -> None:
        """Follows; while the broker is away it waits."""
        while True:
            try:
                await self._follow()
            except Exception as error:
                if not is_infrastructure(error):
                    raise
                logger().warning("following again", topic=self._topic.name, reason=f"{type(error).__name__}: {error}")
                await asyncio.sleep(1)

    async def _follow(self) -> None:
        consumer = AIOKafkaConsumer(
            self._topic.name,
            bootstrap_servers=self._settings.kafka,
            client_id=self._group,
            group_id=self._group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_partition_fetch_bytes=REQUEST_LIMIT,
            fetch_max_wait_ms=LOOK_MS,
            session_timeout_ms=int(self._settings.session_timeout * 1000),
            heartbeat_interval_ms=int(self._settings.session_timeout * 250),
        )
        done = Done()
        tasks: set[asyncio.Task[None]] = set()
        committed: dict[TopicPartition, int] = {}
        try:
            await consumer.start()
            while True:
                room = MOST_AT_ONCE - done.under_way
                found = await consumer.getmany(timeout_ms=LOOK_MS, max_records=room) if room else {}
                for tp, records in found.items():
                    for record in records:
                        done.begin(tp, record.offset)
                        tasks.add(asyncio.create_task(self._one(as_record(record), done)))
                if not room:
                    await asyncio.sleep(LOOK_MS / 1000)
                for task in [task for task in tasks if task.done()]:
                    tasks.remove(task)
                    task.result()
                await self._tick()
                committed = await self._commit(consumer, done.positions(), committed)
        finally:
            await end(*tasks)
            await consumer.stop()

    async def _one(self, record: Record, done: Done) -> None:
        await self._handle(record)
        done.end(record.tp, record.offset)

    async def _commit(
        self, consumer: AIOKafkaConsumer, reached: dict[TopicPartition, int], committed: dict[TopicPartition, int]
    ) -> dict[TopicPartition, int]:
        """Commits what has moved on of the partitions that are ours; what has gone to another member it does again."""
        ours = consumer.assignment()
        moved = {tp: at for tp, at in reached.items() if tp in ours and committed.get(tp) != at}
        if moved:
            try:
                await consumer.commit(moved)
            except KafkaError as error:
                logger().info("not committed", reason=type(error).__name__)
                return committed
        return committed | moved
