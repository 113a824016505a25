"""Follows pushed records through the log to the edge, until each has come to an end."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition

from services.desk.edge import Answer, Edge
from services.desk.letter import letter_of
from services.desk.log import existing, log_reader, newest_version, version_in
from services.desk.outcomes import Facts, Outcome, decide, needs_newest, timed_out
from shared.codec import decode
from shared.kafka_log import Record, as_record
from shared.messages import Kill
from shared.settings import Settings
from shared.times import now, utc_text
from shared.topics import ACCEPTED, DEAD_LETTER, INGEST, KILLS, SCHEDULED

FOLLOWED = (DEAD_LETTER, ACCEPTED, SCHEDULED, KILLS)
LOOK_EVERY_MS = 100
ASKED_AT_ONCE = 40

Place = tuple[str, int, int]
"""Topic, partition and offset of a record."""


@dataclass
class Pushed:
    """One pushed record and what was seen of it. `article_id` is known once ingest has taken it in."""

    where: str
    uri: str
    facts: Facts = field(default_factory=Facts)
    article_id: str = ""
    answer: Answer | None = None
    outcome: Outcome | None = None


class Follower:
    """Reads what the stages write from before a push on, and asks the edge."""

    def __init__(self, settings: Settings, consumer: AIOKafkaConsumer, edge: Edge) -> None:
        self._settings = settings
        self._consumer = consumer
        self._edge = edge
        self._by_place: dict[Place, Pushed] = {}
        self._open: dict[int, Pushed] = {}

    def expect(self, pushed: Pushed, partition: int, offset: int) -> None:
        """Follows the record that lies at this place of `articles.ingest`."""
        self._by_place[INGEST.name, partition, offset] = pushed
        self._open[id(pushed)] = pushed

    async def outcomes(self, patience: float) -> AsyncIterator[Pushed]:
        """The pushed records in the order in which they come to an end, for at most `patience` seconds; the rest then
        with the outcome "timed out"."""
        async for pushed in self.ended(patience):
            yield pushed
        for pushed in list(self._open.values()):
            pushed.outcome = timed_out(pushed.facts, pushed.answer, patience)
            yield pushed
        self._open.clear()

    async def ended(self, seconds: float) -> AsyncIterator[Pushed]:
        """Those that come to an end within `seconds`, or sooner if none is left; the others stay open."""
        deadline = time.monotonic() + seconds
        while self._open and time.monotonic() < deadline:
            found = await self._consumer.getmany(timeout_ms=LOOK_EVERY_MS)
            for records in found.values():
                for record in records:
                    self._note(as_record(record))
            await self._ask()
            for pushed in self._closed(utc_text(now())):
                yield pushed

    def _closed(self, moment: str) -> list[Pushed]:
        done = []
        for pushed in list(self._open.values()):
            pushed.outcome = decide(pushed.facts, pushed.answer, moment)
            if pushed.outcome is not None:
                done.append(self._open.pop(id(pushed)))
        return done

    def _note(self, record: Record) -> None:
        if record.topic == DEAD_LETTER.name:
            letter = letter_of(record)
            pushed = self._by_place.get(letter.place)
            if pushed is None:
                return
            if letter.kind == "conflict":
                pushed.facts.conflict = letter.text
            else:
                pushed.facts.refusal = letter.text
        elif record.topic == KILLS.name:
            self._note_kill(record)
        elif (version := version_in(record)) is not None:
            origin = version.origin
            pushed = self._by_place.get((origin.topic, origin.partition, origin.offset))
            if pushed is not None:
                pushed.facts.article = version
                pushed.article_id = version.id
                self._by_place[record.topic, record.partition, record.offset] = pushed  # a later stage may refuse it

    def _note_kill(self, record: Record) -> None:
        try:
            kill = decode(record.value, Kill)
        except msgspec.DecodeError:
            return
        origin = kill.origin
        pushed = self._by_place.get((origin.topic, origin.partition, origin.offset)) if origin is not None else None
        if pushed is not None:
            pushed.facts.kill, pushed.article_id = True, kill.id

    async def _ask(self) -> None:
        """Asks the edge for the oldest open ones; those still open go to the end of the queue."""
        known = [pushed for pushed in self._open.values() if pushed.article_id][:ASKED_AT_ONCE]
        ids = list(dict.fromkeys(pushed.article_id for pushed in known))
        answers = dict(zip(ids, await asyncio.gather(*(self._edge.article(i) for i in ids)), strict=True))
        for pushed in known:
            self._open[id(pushed)] = self._open.pop(id(pushed))
            pushed.answer = answers[pushed.article_id]
            if needs_newest(pushed.facts, pushed.answer):
                async with log_reader(self._settings) as consumer:
                    pushed.facts.newest = await newest_version(consumer, pushed.uri, (ACCEPTED,))


@asynccontextmanager
async def follower(settings: Settings, edge: Edge) -> AsyncIterator[Follower]:
    """A follower that misses nothing of what is pushed from now on."""
    async with log_reader(settings) as consumer:
        partitions: list[TopicPartition] = [tp for topic in FOLLOWED for tp in await existing(consumer, topic)]
        consumer.assign(partitions)
        for tp, end in (await consumer.end_offsets(partitions)).items():
            consumer.seek(tp, end)
        yield Follower(settings, consumer, edge)
