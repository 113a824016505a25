"""Fills partitions of a build from the log, by a consumer of its own, since seeking a running Faust worker loses the
replay. Records go in batches: rendered together, written together."""

import secrets
import time
from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition

from services.publishing.newest import Newest
from services.publishing.publisher import Publisher
from services.publishing.store import Store
from shared.errors import is_infrastructure
from shared.guard import FailureBudget, TooManyFailures
from shared.kafka_log import Record, batches, describe_logs, digest_of, reader
from shared.logs import logger
from shared.settings import Settings
from shared.times import now, utc_text
from shared.topics import MIB

BATCH = 200
"""Records that are rendered and written together: some 400 ms of work, some 6 MB."""
HELD = 32 * MIB
"""So many bytes of the newest records are held until they are written: those of some 3,000 articles, or lists."""
READ = 500
"""Records that are looked through at a time."""
TELL_EVERY = 0.2
"""Seconds between two words on how far it is."""


def place(tp: TopicPartition) -> str:
    """A partition's name in Redis."""
    return f"{tp.topic}/{tp.partition}"


class Filled(NamedTuple):
    """How far a partition is filled: the log's identity, the next offset, offset and digest of the last record."""

    identity: str
    end: int
    last: tuple[int, str] | None


class Refill:
    """One filling of some partitions. Raises TooManyFailures where so many records fail that the fault must be ours."""

    def __init__(self, settings: Settings, store: Store, publisher: Publisher, excused: Callable[[], None]) -> None:
        """`excused` is called at every step: the agents wait for the filling, however long it takes."""
        self._settings = settings
        self._store = store
        self._publisher = publisher
        self._excused = excused
        self._budget = FailureBudget()
        self._token = secrets.token_hex(8)
        self._done: dict[str, tuple[int, int]] = {}
        self._told = 0.0
        self._last: dict[TopicPartition, tuple[int, str]] = {}
        self.standing: set[str] = set()
        """The ids of the articles that stand as a record of these partitions says."""

    async def begin(self, partitions: Collection[TopicPartition]) -> None:
        """Says that these partitions are not complete, and that it is us who fill them."""
        for tp in partitions:
            await self._store.begin(place(tp), self._token, utc_text(now()))

    async def run(
        self,
        partitions: Collection[TopicPartition],
        reached: Callable[[TopicPartition, Filled], bool],
        begins: Mapping[TopicPartition, Filled] | None = None,
    ) -> Mapping[TopicPartition, Filled]:
        """Kills first, so that nothing killed can be put back; then every record, from the beginning or from where
        `begins` says that a partition is filled, to the end; and on to the new end of each partition of which `reached`
        says that this was not enough."""
        await self._publisher.write_shell()
        await self._publisher.kill_all_again()
        async with reader(self._settings, "masthead-publishing-refill") as consumer:
            logs = await describe_logs(consumer, partitions)
            consumer.assign(list(partitions))
            await consumer.seek_to_beginning(*partitions)
            begun = {tp: Filled(logs[tp].identity, 0, None) for tp in partitions}
            begun |= {tp: begin for tp, begin in (begins or {}).items() if tp in begun}
            for tp, begin in begun.items():
                if begin.end:
                    consumer.seek(tp, begin.end)
            filled = dict(begun)
            left = set(partitions)
            while left:
                ends = await consumer.end_offsets(list(left))
                await self._read(consumer, ends)
                for tp in left:
                    filled[tp] = Filled(logs[tp].identity, ends[tp], self._last.get(tp, begun[tp].last))
                    await self._store.reach(place(tp), *filled[tp])
                left = {tp for tp in left if not reached(tp, filled[tp])}
        records = sum(filled[tp].end - begin.end for tp, begin in begun.items())
        logger().info("refilled", partitions=len(filled), records=records, build=self._store.build)
        return filled

    async def finish(self, tp: TopicPartition) -> bool:
        """Says that a partition is complete; false where another instance fills it by now."""
        return await self._store.finish(place(tp), self._token)

    async def _read(self, consumer: AIOKafkaConsumer, ends: Mapping[TopicPartition, int]) -> None:
        for tp, end in ends.items():
            self._done[place(tp)] = await consumer.position(tp), end
        await self._tell()
        held = Newest()
        for tp, end in ends.items():  # one after another: the fewer articles, the more records of each are passed over
            read = self._done[place(tp)][0]
            async for records in batches(consumer, {tp: end}, READ):
                for record in records:
                    held.take(record)
                newest = records[-1]
                self._last[tp] = newest.offset, digest_of(newest)
                if held.size >= HELD:
                    read = await self._write(held, tp, read, newest.offset + 1)
            await self._write(held, tp, read, end)
        await self._tell()

    async def _write(self, held: Newest, tp: TopicPartition, begin: int, end: int) -> int:
        """Writes what is held of the records from `begin` to `end`; gives `end`."""
        wanted = held.give()
        for first in range(0, len(wanted), BATCH):
            await self._put_back(wanted[first : first + BATCH])
            share = min(1.0, (first + BATCH) / len(wanted))
            self._done[place(tp)] = begin + int(share * (end - begin)), self._done[place(tp)][1]
            if time.monotonic() - self._told > TELL_EVERY:
                await self._tell()
        self._done[place(tp)] = end, self._done[place(tp)][1]
        return end

    async def _tell(self) -> None:
        self._told = time.monotonic()
        await self._store.tell_filling(self._done, utc_text(now()))

    async def _put_back(self, records: list[Record]) -> None:
        """Applies records again. Where one of them fails, each alone: it did so before and is in the dead letters."""
        self._excused()
        try:
            self.standing |= await self._publisher.put_back(records)
        except Exception as error:
            if is_infrastructure(error):
                raise
            if len(records) > 1:
                for record in records:
                    await self._put_back([record])
                return
            logger().exception("left out of the refill", at=records[0].place)
            if not self._budget.note(True):
                raise TooManyFailures("too many records cannot be put back") from error
            return
        for _ in records:
            self._budget.note(False)
