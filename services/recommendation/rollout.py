"""Rolling out an epoch: a second index is filled from the log beside the one in use, then takes its place, and every
list is said again. Readers see each list whole, by the old epoch or by the new one.

Where an instance has some shards only, it begins a new life under the epoch instead (decision 56).
"""

import asyncio
from collections.abc import Callable, Collection

import msgspec

from services.recommendation.epoch import Epoch
from services.recommendation.epochs import Standing, renew, report, take_census
from services.recommendation.hosts import Share
from services.recommendation.indexes import Indexes
from services.recommendation.lists import Lists
from services.recommendation.renewal import is_due, renewed
from shared.codec import decode, encode, event_headers
from shared.errors import is_infrastructure
from shared.follow import Follower
from shared.guard import Handle
from shared.kafka_log import Producer, Record, partitions_of, read_to_end, reader
from shared.logs import logger
from shared.messages import Enriched, WriterStart
from shared.settings import Settings
from shared.times import now, utc_text
from shared.topics import ENRICHED, MODEL_EPOCHS, RELATED, WRITER_KEY

LOOK_AT_GROWTH = 60.0
"""Seconds between two looks at whether the newsroom has outgrown its epoch."""
CLIENT = "masthead-recommendation-epochs"


class Rollout:
    """Keeps the index under the epoch that stands. `lock`: whoever changes the index and says lists holds it."""

    def __init__(
        self, settings: Settings, writer: str, producer: Producer, shipped: Epoch, indexes: Indexes, lists: Lists
    ) -> None:
        self.again: Callable[[], None] = lambda: None
        self._settings = settings
        self._writer = writer
        self._producer = producer
        self._shipped = shipped
        self._indexes = indexes
        self._lists = lists
        self._standing = Standing(shipped)
        self._epochs = Follower(settings, MODEL_EPOCHS, CLIENT, self._take)
        self._rolled_out = ""
        self._reported = ""
        self._heard = {shipped.id}
        self._hearing = asyncio.Condition()
        self.lock = asyncio.Lock()

    async def catch_up(self) -> None:
        """Learns which epoch stands."""
        await self._epochs.catch_up()

    async def heard_of(self, epoch: str) -> None:
        """Returns when the epoch with this id has been read from the log, whether it still stands or not."""
        async with self._hearing:
            await self._hearing.wait_for(lambda: epoch in self._heard)

    async def begin(self, shards: int, own: frozenset[int]) -> None:
        """Takes a term, and an empty index of these shards under the epoch that stands; no list is known then."""
        term = await self._take_term()
        self._indexes.begin(self._standing.epoch, Share(shards, own, term))
        self._lists.forget()
        self._lists.follow(self._indexes.current)
        self._rolled_out = self._standing.epoch.id

    async def say_all(self, among: Collection[str] | None = None) -> None:
        """Says every list that differs from what the log says, and reports an epoch whose rollout that ends.

        `among`: only these may differ; that is not believed before the rollout is reported.
        """
        current, unreported = self._indexes.current, self._is_to_be_reported()
        changed = self._lists.due_after_start(None if unreported else among, current.waiting)
        articles, shards, epoch = len(current.ids()), sorted(current.share.own), self._standing.epoch.id
        waiting = len(current.waiting)
        logger().info("folded", articles=articles, differing=changed, epoch=epoch, shards=shards, waiting=waiting)
        await self._lists.emit((), {})
        if current.alone and unreported:
            await report(self._producer, epoch, articles, changed)

    async def say_when_known(self) -> None:
        """Where the first shard is, but not all: reports an epoch of which all lists of this instance were said."""
        current = self._indexes.current
        if current.waiting or current.alone or 0 not in current.share.own or self._reported == self._rolled_out:
            return
        if self._is_to_be_reported():
            await report(self._producer, self._rolled_out, len(current.ids()), self._lists.delivered)
        self._reported = self._rolled_out

    def _is_to_be_reported(self) -> bool:
        return self._standing.message is not None and self._standing.rollout is None

    async def run(self) -> None:
        """Follows the epochs on the log, and makes one where the newsroom has outgrown the last; until cancelled."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self._epochs.run())
            both.create_task(self._watch_growth())

    async def _take(self, record: Record) -> None:
        self._standing.take(record, self._shipped)
        if self._rolled_out:
            if not self._indexes.current.alone:
                if self._standing.epoch.id != self._rolled_out:
                    self.again()
            elif self._standing.epoch.id != self._rolled_out:
                await self._roll_out(self._standing.epoch)
            elif self._standing.rollout is None:  # again, since the broker went away in the middle of it
                await self.say_all()
        async with self._hearing:
            self._heard.add(self._standing.epoch.id)
            self._hearing.notify_all()

    async def _roll_out(self, epoch: Epoch) -> None:
        logger().info("an epoch is rolled out", epoch=epoch.id, before=self._rolled_out)
        async with self.lock:  # no life is beginning meanwhile
            if self._rolled_out == epoch.id:
                return
            if not self._indexes.current.alone:
                return self.again()
            self._indexes.prepare(epoch)

        async def fill(record: Record) -> None:
            self._indexes.fill(decode(record.value, Enriched))

        async with reader(self._settings, f"{CLIENT}-fill") as consumer:
            await read_to_end(consumer, await partitions_of(consumer, ENRICHED), passing_over(fill))
        async with self.lock:  # nothing is under way that was computed by the index before
            if self._indexes.coming is None:
                return  # a new life has begun, under this epoch
            self._lists.follow(self._indexes.switch())
            await self._take_term()
            self._rolled_out = epoch.id
        await self.say_all()

    async def _take_term(self) -> int:
        start = WriterStart(writer=self._writer, started_at=utc_text(now()))
        headers = event_headers("related.writer-started", "recommendation", {}, "writer")
        _, term = await self._producer.send(RELATED, WRITER_KEY, encode(start), headers, partition=0)
        self._lists.begin(term)
        return term

    async def _watch_growth(self) -> None:
        while True:
            await asyncio.sleep(LOOK_AT_GROWTH)
            counted = self._standing.message.counted if self._standing.message is not None else {}
            current = self._indexes.current
            if 0 not in current.share.own or not is_due(counted, current.count_all()):
                continue
            try:
                async with reader(self._settings, f"{CLIENT}-census") as consumer:
                    census = await take_census(consumer)
                await renew(self._producer, renewed(self._shipped, census), census, "recommendation")
            except Exception as error:
                if not is_infrastructure(error):
                    raise
                logger().warning("the epoch is renewed later", reason=f"{type(error).__name__}: {error}")


def passing_over(fold: Handle) -> Handle:
    """One record that cannot be read must not keep the service from starting; publishing buries it."""

    async def run(record: Record) -> None:
        try:
            await fold(record)
        except msgspec.MsgspecError as error:
            logger().error("left out of the fold", at=record.place, reason=str(error))

    return run
