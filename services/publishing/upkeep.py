"""Keeps Redis what the log says: refills partitions that it has lost or never had, and makes complete builds live.

A partition is trusted while Redis says of it what we last wrote there. It is refilled when Redis was flushed, is an
old copy, or the log is another one; by a consumer of its own, since seeking a running Faust worker loses the replay.

Where Redis has what the log has not, the log was restored from an old copy. Then nothing is taken from readers: the log
is applied to what stands, whose fences hold, and what is in Redis alone is noted (docs/decisions/0052).
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterable

from aiokafka import TopicPartition

from services.publishing.publisher import Publisher
from services.publishing.store import Store
from services.publishing.trust import Claim, Verdict, verdict
from shared.errors import Revoked, is_infrastructure
from shared.guard import FailureBudget, TooManyFailures
from shared.kafka_log import Log, Record, describe_logs, digest_of, partitions_of, read_one, read_to_end, reader
from shared.logs import logger
from shared.settings import Settings
from shared.topic_admin import admin, committed_offsets
from shared.topics import ENRICHED, RELATED

LOOK_EVERY = 1.0


def place(tp: TopicPartition) -> str:
    """A partition's name in Redis."""
    return f"{tp.topic}/{tp.partition}"


class Upkeep:
    """Trusts and refills the partitions that this instance owns."""

    def __init__(
        self,
        settings: Settings,
        group: str,
        store: Store,
        publisher: Publisher,
        assignment: Callable[[], set[TopicPartition]],
        excused: Callable[[], None],
    ) -> None:
        self._group = group
        self._settings = settings
        self._store = store
        self._publisher = publisher
        self._assignment = assignment
        self._excused = excused
        self._trusted: dict[TopicPartition, tuple[str, int]] = {}
        self._lost: set[TopicPartition] = set()
        self._changed = asyncio.Event()
        self._budget = FailureBudget()
        self._kills_compared = False

    async def apply(self, record: Record) -> None:
        """Applies a record once its partition is trusted, and advances its applied offset. Raises Revoked."""
        while True:
            await self._wait_for_trust(record.tp)
            await self._publisher.apply(record)
            identity, known = self._trusted.get(record.tp, ("", 0))
            if identity == "empty":
                identity = (await self._logs([record.tp]))[record.tp].identity
            outcome = await self._store.advance(place(record.tp), identity, record.offset, digest_of(record))
            if outcome == "ok":
                self._trusted[record.tp] = (identity, max(known, record.offset + 1))
                return
            self._distrust(record.tp, outcome)

    async def run(self) -> None:
        """Looks after the partitions until cancelled."""
        while True:
            try:
                await self._look()
            except Exception as error:
                if not is_infrastructure(error):
                    raise
                logger().warning("upkeep waits", reason=f"{type(error).__name__}: {error}")
            try:
                await asyncio.wait_for(self._changed.wait(), LOOK_EVERY)
            except TimeoutError:
                continue
            self._changed.clear()

    def assigned(self) -> None:
        """The assignment has changed: what is no longer ours is forgotten, what is new is looked at."""
        ours = self._assignment()
        for tp in set(self._trusted) - ours:
            del self._trusted[tp]
        self._changed.set()

    async def _look(self) -> None:
        ours = self._assignment()
        if not ours:
            return
        known = dict(self._trusted)  # before Redis is read: the agents go on meanwhile
        applied = await self._store.applied()
        complete = await self._store.complete()
        for tp in ours & set(known):
            stood = applied.get(place(tp))
            if stood is None or stood[1] < known[tp][1] or place(tp) not in complete:
                self._distrust(tp, "missing" if stood is None else "behind")
        if not self._kills_compared:
            await self._note_unlogged(set())
            self._kills_compared = True
        newer = await self._trust_what_agrees(ours - set(self._trusted) - self._lost, applied, complete)
        if newer:
            lists = {tp for tp in self._trusted if tp.topic == RELATED.name}
            newer |= dict.fromkeys(lists, "newer")
            for tp in lists:
                del self._trusted[tp]
        if missing := sorted(ours - set(self._trusted)):
            await self._refill(missing, newer)
        await self._promote_if_complete()

    async def _trust_what_agrees(
        self, partitions: set[TopicPartition], applied: dict[str, tuple[str, int]], complete: set[str]
    ) -> dict[TopicPartition, Verdict]:
        """Takes over what Redis has whole: of the very log that is there, as far as was committed. Gives the partitions
        of which Redis has what the log has not."""
        last = await self._store.last()
        claims = {
            tp: Claim(*applied[place(tp)], last.get(place(tp)))
            for tp in partitions
            if place(tp) in applied and place(tp) in complete
        }
        if not claims:
            return {}
        async with admin(self._settings) as client:
            committed = await committed_offsets(client, self._group)
        found = await self._last_records(claims)
        verdicts = {
            tp: verdict(claims[tp], log, committed.get(tp, 0), found.get(tp))
            for tp, log in (await self._logs(claims)).items()
        }
        for tp, said in verdicts.items():
            if said == "agrees":
                self._trusted[tp] = claims[tp].identity, claims[tp].offset
            else:
                logger().warning("Redis and the log differ", partition=place(tp), redis=said)
        return {tp: said for tp, said in verdicts.items() if said in ("newer", "other")}

    async def _last_records(self, claims: dict[TopicPartition, Claim]) -> dict[TopicPartition, str]:
        """The digests of the records that the log has where Redis says that its last ones lie."""
        found: dict[TopicPartition, str] = {}
        async with reader(self._settings, "masthead-publishing-last") as consumer:
            for tp, claim in claims.items():
                if claim.last is not None:
                    with contextlib.suppress(LookupError):
                        found[tp] = digest_of(await read_one(consumer, tp, claim.last[0]))
        return found

    def _distrust(self, tp: TopicPartition, why: str) -> None:
        if self._trusted.pop(tp, None) is not None:
            logger().warning("Redis has lost a partition", partition=place(tp), why=why)
            self._lost.add(tp)
        self._changed.set()

    async def _wait_for_trust(self, tp: TopicPartition) -> None:
        while tp not in self._trusted:
            if tp not in self._assignment():
                raise Revoked(place(tp))
            self._changed.set()
            await asyncio.sleep(0.05)

    async def _logs(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, Log]:
        wanted = list(partitions)
        if not wanted:
            return {}
        async with reader(self._settings, "masthead-publishing-logs") as consumer:
            return await describe_logs(consumer, wanted)

    async def _refill(self, partitions: list[TopicPartition], newer: dict[TopicPartition, Verdict]) -> None:
        """Kills first, so that nothing killed can be put back; then every record, from the beginning to the end.

        Partitions of which Redis is `newer` stay complete meanwhile. A list's fence comes from the log, and a log that
        was cut back gives lower ones, so all lists are put back, too.
        """
        doubtful: set[str] = set()
        if newer:
            doubtful = await self._store.standing_from({tp.partition for tp in newer if tp.topic == ENRICHED.name})
            await self._store.forget_related_fences()
        for tp in [tp for tp in partitions if newer.get(tp) != "newer"]:
            await self._store.begin(place(tp))
        await self._publisher.write_shell()
        await self._publisher.kill_all_again()
        standing: set[str] = set()
        last: dict[TopicPartition, tuple[int, str]] = {}

        async def put_back(record: Record) -> None:
            standing.add(await self._put_back(record))
            last[record.tp] = record.offset, digest_of(record)

        async with reader(self._settings, "masthead-publishing-refill") as consumer:
            logs = await describe_logs(consumer, partitions)
            ends = await read_to_end(consumer, partitions, put_back)
        if newer:
            await self._note_unlogged(doubtful - standing)
        for tp in partitions:
            await self._store.finish(place(tp), logs[tp].identity, ends[tp], last.get(tp))
            self._trusted[tp] = (logs[tp].identity, ends[tp])
            self._lost.discard(tp)
        logger().info("refilled", partitions=len(partitions), records=sum(ends.values()), build=self._store.build)

    async def _note_unlogged(self, articles: set[str]) -> None:
        """Notes these articles, and all kills, that Redis has and the log has not: an alarm (`services.edge`)."""
        kills = await self._store.killed() - self._publisher.killed
        await self._store.note_unlogged(articles, kills)
        if articles or kills:
            logger().error("the log is older than Redis", articles=len(articles), kills=len(kills))

    async def _put_back(self, record: Record) -> str:
        """Applies a record again; one that fails for itself did so before and is in the dead letters. Gives what
        `Publisher.apply` does."""
        failure: Exception | None = None
        standing = ""
        try:
            standing = await self._publisher.apply(record, report=False)
        except Exception as error:
            if is_infrastructure(error):
                raise
            logger().exception("left out of the refill", at=record.place)
            failure = error
        if not self._budget.note(failure is not None):
            raise TooManyFailures("too many records cannot be put back") from failure
        self._excused()  # the agents wait for the refill, however long it takes
        return standing

    async def _promote_if_complete(self) -> None:
        if await self._store.live_build() == self._store.build:
            return
        async with reader(self._settings, "masthead-publishing-partitions") as consumer:
            wanted = {place(tp) for topic in (ENRICHED, RELATED) for tp in await partitions_of(consumer, topic)}
        if wanted <= await self._store.complete():
            await self._store.promote()
            logger().info("live", build=self._store.build)
