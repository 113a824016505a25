"""Coming back after a stop: from a snapshot and what the logs have since, or from the logs alone (decision 25).

There are snapshots only where one instance has all shards (decision 56). One counts only if its sum, its format, the
code, the epoch and the logs are as they were: of each partition, the record that was read last is still where it was.
Anything else, and everything is folded from the logs.
"""

import asyncio
import hashlib
import os
import signal
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from aiokafka import AIOKafkaConsumer, TopicPartition

from services.recommendation import snapshot
from services.recommendation.indexes import Indexes
from services.recommendation.lists import Lists
from services.recommendation.rollout import passing_over
from services.recommendation.shards import Shards
from services.recommendation.snapshot import SnapshotError
from services.recommendation.state import fill, parts_of
from shared.codec import decode
from shared.errors import is_infrastructure
from shared.kafka_log import Record, digest_of, partitions_of, read_one, read_to_end, reader
from shared.logs import logger
from shared.messages import Enriched, Kill, RelatedList
from shared.settings import Settings
from shared.topics import ENRICHED, KILLS, RELATED, WRITER_KEY

EVERY = 60.0
"""Seconds between two snapshots, if anything has changed."""
APART = 50
"""At least so many times as long as the last one took, so that a large one is rare."""
SOON = 5.0
"""Seconds after a start that found no snapshot, or after a new epoch, for which the last one does not count."""
LIBRARIES = ("numpy", "opencc", "rjieba", "snowballstemmer")

Take = Callable[[Record], set[str]]


class _Writer(msgspec.Struct):
    term: int


class Restart:
    """Keeps a snapshot of index and lists, with the place in each partition up to which they know the logs."""

    def __init__(self, settings: Settings, indexes: Indexes, lists: Lists) -> None:
        self._settings = settings
        self._indexes = indexes
        self._lists = lists
        self._file = settings.state_dir / "recommendation.snapshot"
        self._places: dict[TopicPartition, tuple[int, str]] = {}
        self._saved: tuple[str, dict[TopicPartition, tuple[int, str]]] | None = None
        self._tried = ""
        self._ready = False

    def begin(self) -> None:
        """Forgets which records are known; nothing is saved until the next fold has ended."""
        self._places, self._saved, self._tried, self._ready = {}, None, "", False

    @contextmanager
    def taking(self, record: Record) -> Iterator[None]:
        """Around what takes a record in: from then on it is known. If that ends half-way, no snapshot is made again."""
        ready, self._ready = self._ready, False
        try:
            yield
        except (msgspec.MsgspecError, ValueError):  # raised before anything changes
            self._ready = ready
            raise
        self._ready = ready
        self._places[record.tp] = _place(record)

    async def fold(self, consumer: AIOKafkaConsumer, take_in: Take, take_out: Take) -> set[str] | None:
        """Brings index and lists to the ends of the logs; gives whose list may differ from what the log says.

        None: anyone's, since there was no snapshot to be used.
        """
        doubtful = await self._restored(consumer) if self._indexes.current.alone else None
        if doubtful is None:
            await self._read(consumer, KILLS, self._fold_kill)
            await self._read(consumer, ENRICHED, self._fold_article)
            for number, _ in enumerate(self._indexes.current.settle()):
                if number % 64 == 0:
                    await asyncio.sleep(0)
        else:
            for topic, take in ((KILLS, take_out), (ENRICHED, take_in)):

                async def apply(record: Record, take: Take = take) -> None:
                    doubtful.update(take(record))

                await self._read(consumer, topic, apply)
        said = await self._read_lists(consumer)
        self._ready = True
        return None if doubtful is None else doubtful | said

    async def run(self) -> None:
        """Makes a snapshot every so often, in a copy of the process, so that the work goes on; until cancelled."""
        later = 0.0
        while True:
            await asyncio.sleep(SOON)
            if not self._is_due() or (self._tried == self._indexes.current.epoch and time.monotonic() < later):
                continue
            try:
                async with reader(self._settings, "masthead-recommendation-snapshot") as consumer:
                    await self._read_lists(consumer)
            except Exception as error:
                if not is_infrastructure(error):
                    raise
                continue
            self._tried, began = self._indexes.current.epoch, time.monotonic()
            await self.save_beside()
            ended = time.monotonic()
            later = ended + max(EVERY, APART * (ended - began))

    async def save_beside(self) -> None:
        """Makes a snapshot in a copy of the process, as it is at this moment."""
        if not self._is_due():
            return
        state = self._state()
        child = os.fork()
        if child == 0:  # nothing but the writing: no loop, no clients, no way back
            try:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                self._write()
                os._exit(0)
            finally:
                os._exit(1)
        _, status = await asyncio.to_thread(os.waitpid, child, 0)
        if status:
            logger().warning("no snapshot was made", file=str(self._file), status=status)
        else:
            self._saved = state

    async def save(self) -> None:
        """Makes a snapshot here and now, when all work has stopped."""
        if not self._is_due():
            return
        try:
            self._write()
        except OSError as error:
            logger().warning("no snapshot was made", file=str(self._file), reason=str(error))

    def _is_due(self) -> bool:
        return self._ready and self._indexes.current.alone and self._state() != self._saved

    def _state(self) -> tuple[str, dict[TopicPartition, tuple[int, str]]]:
        return self._indexes.current.epoch, dict(self._places)

    def _write(self) -> None:
        places = [[*tp, *place] for tp, place in sorted(self._places.items())]
        relations = self._indexes.current
        head = {"code": code(), "epoch": relations.epoch, "places": places}
        said = np.frombuffer(self._lists.packed(), np.uint8)
        self._file.parent.mkdir(parents=True, exist_ok=True)
        snapshot.write(self._file, head, {**parts_of(relations), "said": said})

    async def _restored(self, consumer: AIOKafkaConsumer) -> set[str] | None:
        """Takes the snapshot, if it is to be believed; gives whose list was yet to be said. None without one."""
        try:
            self._expected(snapshot.read_head(self._file))
            head, parts = snapshot.read(self._file)
            self._expected(head)
            places = {TopicPartition(topic, number): (at, digest) for topic, number, at, digest in head["places"]}
            for tp, (at, digest) in places.items():
                if await self._digest(consumer, tp, at - 1) != digest:
                    raise SnapshotError(f"{tp.topic}/{tp.partition} is another log, or was cut back")
            relations = Shards(self._indexes.current.epoch_itself, share=self._indexes.current.share)
            fill(relations, parts)
            due = self._lists.unpack(parts["said"].tobytes())
        except SnapshotError as error:
            logger().info("folded from the log alone", file=str(self._file), reason=str(error))
            return None
        self._indexes.adopt(relations)
        self._lists.follow(relations)
        self._places, self._tried = places, relations.epoch
        self._saved = self._state()
        logger().info("from a snapshot", file=str(self._file), articles=len(relations.ids()), due=len(due))
        return due

    def _expected(self, head: dict[str, Any]) -> None:
        for name, value in (("code", code()), ("epoch", self._indexes.current.epoch)):
            if head.get(name) != value:
                raise SnapshotError(f"it was made under another {name}")

    async def _digest(self, consumer: AIOKafkaConsumer, tp: TopicPartition, offset: int) -> str:
        try:
            return digest_of(await read_one(consumer, tp, offset))
        except LookupError:
            return ""

    async def _read(self, consumer: AIOKafkaConsumer, topic: Any, handle: Callable[[Record], Awaitable[None]]) -> None:
        patient, places = passing_over(handle), self._places

        async def run(record: Record) -> None:
            await patient(record)
            places[record.tp] = _place(record)

        begins = {tp: at for tp, (at, _) in places.items()}
        own = self._indexes.current.share.own
        wanted = [tp for tp in await partitions_of(consumer, topic) if topic is not RELATED or tp.partition in own]
        await read_to_end(consumer, wanted, run, begins)

    async def _read_lists(self, consumer: AIOKafkaConsumer) -> set[str]:
        """Reads what was said since; gives of whom. What this very writer said is known."""
        said: set[str] = set()

        async def fold(record: Record) -> None:
            if record.key == WRITER_KEY or decode(record.value, _Writer).term == self._lists.term:
                return
            found = decode(record.value, RelatedList)
            self._lists.fold(found)
            said.add(found.id)

        await self._read(consumer, RELATED, fold)
        return said

    async def _fold_kill(self, record: Record) -> None:
        self._indexes.fold_kill(decode(record.value, Kill).id)

    async def _fold_article(self, record: Record) -> None:
        self._indexes.current.fold(decode(record.value, Enriched))


def _place(record: Record) -> tuple[int, str]:
    return record.offset + 1, digest_of(record)


def code() -> str:
    """What, beside the epoch, an index follows from: a digest of this package and of the libraries that cut texts."""
    digest = hashlib.sha256(repr([(name, version(name)) for name in LIBRARIES]).encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
