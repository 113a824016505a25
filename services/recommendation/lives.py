"""The lives of an instance: with each assignment of shards, and each epoch that it cannot roll out beside its work, it
forgets everything and begins anew (decision 56). What comes meanwhile waits."""

import asyncio
from collections.abc import Awaitable, Callable

from aiokafka import TopicPartition

from services.recommendation.indexes import Indexes
from services.recommendation.post import Post
from services.recommendation.restart import Restart, Take
from services.recommendation.rollout import Rollout
from shared.errors import Revoked, is_infrastructure
from shared.kafka_log import Record, partitions_of, reader
from shared.logs import logger
from shared.topics import ENRICHED, PROBES
from shared.worker import Worker

EXCUSED_EVERY, PAUSE = 10.0, 1.0
"""Seconds."""
AT_ONCE = 64


class Lives:
    """Begins lives. `take_in` and `take_out` take a record of an article and of a kill into the index."""

    def __init__(
        self,
        worker: Worker,
        rollout: Rollout,
        restart: Restart,
        indexes: Indexes,
        post: Post,
        take_in: Take,
        take_out: Take,
    ) -> None:
        self._worker = worker
        self._rollout = rollout
        self._restart = restart
        self._indexes = indexes
        self._post = post
        self._take_in = take_in
        self._take_out = take_out
        self._wanted: frozenset[int] = frozenset()
        self._news = asyncio.Event()
        self._begun = asyncio.Event()

    async def assigned(self, partitions: set[TopicPartition]) -> None:
        """Begins a life with these partitions, as soon as it can."""
        own, inboxes = (
            frozenset(tp.partition for tp in partitions if tp.topic == topic.name) for topic in (ENRICHED, PROBES)
        )
        if own != inboxes:
            self._worker.fail(RuntimeError(f"shards {sorted(own)} with the messages to shards {sorted(inboxes)}"))
        self._wanted = own
        self.again()

    def again(self) -> None:
        """Begins a new life with the same shards."""
        self._begun.clear()
        self._news.set()

    def not_ready(self) -> str:
        """Why this instance does nothing yet; empty if it works, or has nothing to do."""
        return "reads the log" if self._wanted and not self._begun.is_set() else ""

    async def take(self, record: Record, act: Callable[[], Awaitable[None]], owned: bool = True) -> None:
        """Does `act` about a record in a life that has begun, alone. Revoked, if it must be `owned` and is not."""
        while True:
            await self._begun.wait()
            async with self._rollout.lock:
                if owned and record.tp not in self._worker.assignment():
                    raise Revoked(record.place)
                if self._begun.is_set():
                    return await act()

    async def run(self) -> None:
        """Begins one life after another; until cancelled."""
        while True:
            await self._news.wait()
            self._news.clear()
            life, news = asyncio.create_task(self._begin()), asyncio.create_task(self._news.wait())
            try:
                await asyncio.wait({life, news}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in (life, news):
                    task.cancel()
                await asyncio.gather(life, news, return_exceptions=True)
            if not life.cancelled() and (error := life.exception()) is not None:
                if not is_infrastructure(error):
                    raise error
                logger().warning("beginning again", reason=f"{type(error).__name__}: {error}")
                await asyncio.sleep(PAUSE)
                self._news.set()

    async def _begin(self) -> None:
        if not self._wanted:
            return
        async with self._rollout.lock:
            excusing = asyncio.create_task(self._excuse())
            try:
                await self._fold(self._wanted)
            finally:
                excusing.cancel()
            self._begun.set()

    async def _fold(self, own: frozenset[int]) -> None:
        async with reader(self._worker.settings, "masthead-recommendation-fold") as consumer:
            shards = len(await partitions_of(consumer, ENRICHED))
            await self._rollout.begin(shards, own)
            self._restart.begin()
            doubtful = await self._restart.fold(consumer, self._take_in, self._take_out)
        for number, _ in enumerate(self._indexes.current.ask_all()):
            if number % AT_ONCE == 0:
                await self._post.flush({})
        await self._post.flush({})
        await self._rollout.say_all(doubtful)

    async def _excuse(self) -> None:
        while True:
            self._worker.excused()
            await asyncio.sleep(EXCUSED_EVERY)
