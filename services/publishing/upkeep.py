"""Keeps a build what the log says: refills partitions that it has lost or never had, and makes it live when complete.

A partition is trusted while Redis says of it what we last wrote there. It is refilled when Redis was flushed, is an
old copy, or the log is another one. An old copy of this very log is as it was at one moment, so that only what came
since is put back.

Where Redis has what the log has not, the log was restored from an old copy. Then nothing is taken from readers: the log
is applied to what stands, whose fences hold, and what is in Redis alone is noted (docs/decisions/0052).
"""

import asyncio
from collections.abc import Callable, Mapping

from aiokafka import TopicPartition

from services.publishing.looking import look_again_and_again
from services.publishing.publisher import Publisher
from services.publishing.refill import Filled, Refill, place
from services.publishing.registry import Registry
from services.publishing.store import Store
from services.publishing.trust import Verdict
from services.publishing.trusting import judge, logs_of
from shared.errors import Revoked
from shared.kafka_log import Record, digest_of, partitions_of, reader
from shared.logs import logger
from shared.settings import Settings
from shared.topics import ENRICHED, RELATED


class Upkeep:
    """Trusts and refills the partitions of a build that this instance owns."""

    def __init__(
        self,
        settings: Settings,
        group: str,
        store: Store,
        publisher: Publisher,
        registry: Registry,
        assignment: Callable[[], set[TopicPartition]],
        excused: Callable[[], None],
        trusted: dict[TopicPartition, tuple[str, int]] | None = None,
    ) -> None:
        self._group = group
        self._settings = settings
        self._registry = registry
        self._assignment = assignment
        self._excused = excused
        self._changed = asyncio.Event()
        self._lost: set[TopicPartition] = set()
        self._kills_compared = False
        self.store = store
        self.publisher = publisher
        self.trusted: dict[TopicPartition, tuple[str, int]] = {} if trusted is None else trusted
        """For each partition, the identity of its log and the next offset that was not applied when we last looked."""
        self.retired = False
        """Another build has taken this one's place: nothing is applied any more."""

    async def apply(self, record: Record) -> bool:
        """Applies a record once its partition is trusted, and advances its applied offset; false where the build was
        retired meanwhile. Raises Revoked."""
        while True:
            await self._wait_for_trust(record.tp)
            if self.retired:
                return False
            await self.publisher.apply(record)
            outcome = await self._advance(record)
            if outcome == "ok":
                return True
            self._distrust(record.tp, outcome)

    async def run(self) -> None:
        """Looks after the partitions until cancelled."""
        await look_again_and_again(self._look, self._changed, "upkeep waits")

    def assigned(self) -> None:
        """The assignment has changed: what is no longer ours is forgotten, what is new is looked at."""
        ours = self._assignment()
        for tp in set(self.trusted) - ours:
            del self.trusted[tp]
        self._changed.set()

    async def _advance(self, record: Record) -> str:
        identity, known = self.trusted.get(record.tp, ("", 0))
        if identity == "empty":
            identity = (await logs_of(self._settings, [record.tp]))[record.tp].identity
        outcome = await self.store.advance(place(record.tp), identity, record.offset, digest_of(record))
        if outcome == "ok":
            self.trusted[record.tp] = (identity, max(known, record.offset + 1))
        return outcome

    async def _look(self) -> None:
        ours = self._assignment()
        if not ours:
            return
        applied, complete = await self._find_lost()
        if not self._kills_compared:
            await self._note_unlogged(set())
            self._kills_compared = True
        wanted = ours - set(self.trusted)
        judged = await judge(self._settings, self._group, self.store, wanted, applied, complete)
        # What was lost is put back also where Kafka has heard of no more: we may not have told it yet.
        self.trusted |= {tp: known for tp, known in judged.agrees.items() if tp not in self._lost}
        newer = {tp: said for tp, said in judged.others.items() if said != "older" and tp not in self._lost}
        if newer:
            lists = {tp for tp in self.trusted if tp.topic == RELATED.name}
            newer |= dict.fromkeys(lists, "newer")
            for tp in lists:
                del self.trusted[tp]
        if missing := sorted(ours - set(self.trusted)):
            await self._refill(missing, newer, {} if newer else judged.begins)
        await self._promote_if_complete()

    async def _find_lost(self) -> tuple[dict[str, tuple[str, int]], set[str]]:
        """Distrusts what Redis does not have any more as we left it; gives what it has applied, and complete."""
        known = dict(self.trusted)  # before Redis is read: the agents go on meanwhile
        applied = await self.store.applied()
        complete = await self.store.complete()
        for tp in self._assignment() & set(known):
            stood = applied.get(place(tp))
            if stood is None or stood[1] < known[tp][1] or place(tp) not in complete:
                self._distrust(tp, "missing" if stood is None else "behind")
        return applied, complete

    def _distrust(self, tp: TopicPartition, why: str) -> None:
        if self.trusted.pop(tp, None) is not None:
            logger().warning("Redis has lost a partition", partition=place(tp), why=why, build=self.store.build)
            self._lost.add(tp)
        self._changed.set()

    async def _wait_for_trust(self, tp: TopicPartition) -> None:
        while tp not in self.trusted and not self.retired:
            if tp not in self._assignment():
                raise Revoked(place(tp))
            self._changed.set()
            await asyncio.sleep(0.05)

    async def _refill(
        self,
        partitions: list[TopicPartition],
        newer: Mapping[TopicPartition, Verdict],
        begins: Mapping[TopicPartition, Filled],
    ) -> None:
        """Puts every record of these partitions back, or every one from where they begin.

        Partitions of which Redis is `newer` stay complete meanwhile. A list's fence comes from the log, and a log that
        was cut back gives lower ones, so all lists are put back, too.
        """
        doubtful: set[str] = set()
        if newer:
            doubtful = await self.store.standing_from({tp.partition for tp in newer if tp.topic == ENRICHED.name})
            await self.store.forget_related_fences()
        refill = Refill(self._settings, self.store, self.publisher, self._excused)
        await refill.begin([tp for tp in partitions if newer.get(tp) != "newer"])
        filled = await refill.run(partitions, lambda _tp, _found: True, begins)
        if newer:
            await self._note_unlogged(doubtful - refill.standing)
        for tp, found in filled.items():
            if newer.get(tp) == "newer" or await refill.finish(tp):
                self.trusted[tp] = found.identity, found.end
                self._lost.discard(tp)

    async def _note_unlogged(self, articles: set[str]) -> None:
        """Notes these articles, and all kills, that Redis has and the log has not: an alarm (`services.edge`)."""
        kills = await self.store.killed() - self.publisher.killed
        await self.store.note_unlogged(articles, kills)
        if articles or kills:
            logger().error("the log is older than Redis", articles=len(articles), kills=len(kills))

    async def _promote_if_complete(self) -> None:
        if await self.store.live_build() == self.store.build:
            return
        wanted = await all_partitions(self._settings)
        if wanted <= await self.store.complete() and await self._registry.promote(self.store.build, len(wanted)):
            logger().info("live", build=self.store.build)


async def all_partitions(settings: Settings) -> set[str]:
    """The names of all partitions that a complete build has."""
    async with reader(settings, "masthead-publishing-partitions") as consumer:
        return {place(tp) for topic in (ENRICHED, RELATED) for tp in await partitions_of(consumer, topic)}
