"""Reading and writing Kafka outside Faust: a producer that delivers, folds from the beginning, single records."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import MappingProxyType

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.errors import MessageSizeTooLargeError
from aiokafka.partitioner import murmur2

from shared.codec import Headers, header_map
from shared.errors import ContentError
from shared.settings import Settings
from shared.topics import DEAD_LETTER, REQUEST_LIMIT, Topic


@dataclass(frozen=True)
class Record:
    """A Kafka record as every stage sees it. `timestamp` is milliseconds since 1970, `headers` as text."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def tp(self) -> TopicPartition:
        """The partition that the record lies in."""
        return TopicPartition(self.topic, self.partition)

    @property
    def place(self) -> str:
        """Where the record lies, as `TOPIC/PARTITION/OFFSET`."""
        return f"{self.topic}/{self.partition}/{self.offset}"


def as_record(found: ConsumerRecord) -> Record:
    """An aiokafka record as ours."""
    return Record(
        found.topic, found.partition, found.offset, found.timestamp, found.key, found.value, header_map(found.headers)
    )


class Producer:
    """An idempotent producer whose `send` returns when all in-sync replicas have the record.

    Faust's own producer is idempotent only in its exactly-once mode, which loses its promise (shared design notes in
    docs/decisions/0003).
    """

    def __init__(self, settings: Settings, client: str) -> None:
        self._settings = settings
        self._client = client
        self._producer: AIOKafkaProducer | None = None

    async def start(self) -> None:
        """Connects. Raises KafkaConnectionError while no broker answers."""
        producer = AIOKafkaProducer(
            bootstrap_servers=self._settings.kafka,
            client_id=self._client,
            enable_idempotence=True,
            acks="all",
            compression_type="lz4",
            max_request_size=REQUEST_LIMIT,
            request_timeout_ms=20_000,
        )
        try:
            await producer.start()
        except BaseException:
            await producer.stop()
            raise
        self._producer = producer

    async def stop(self) -> None:
        """Delivers what is under way and disconnects."""
        if self._producer is not None:
            await self._producer.stop()
            self._producer = None

    async def send(
        self, topic: Topic, key: bytes | None, value: bytes | None, headers: Headers, partition: int | None = None
    ) -> tuple[int, int]:
        """Writes one record; gives its partition and offset once it is safe. Too large: ContentError."""
        if self._producer is None:
            raise ConnectionError("the producer is not started")
        size = len(key or b"") + len(value or b"")
        if size > topic.limit and topic is not DEAD_LETTER:
            raise ContentError(f"the record for {topic.name} has {size} bytes; the limit is {topic.limit}")
        try:
            done = await self._producer.send_and_wait(topic.name, value, key, headers=headers, partition=partition)
        except MessageSizeTooLargeError as error:
            raise ContentError(f"the record for {topic.name} is too large: {size} bytes") from error
        return done.partition, done.offset

    async def send_in_order(self, topic: Topic, records: Iterable[tuple[int, bytes, bytes, Headers]]) -> None:
        """Writes records (partition, key, value, headers), in this order within a partition; returns when all are safe.

        If that fails, those before the first that failed may have been written, and some behind it.
        """
        if self._producer is None:
            raise ConnectionError("the producer is not started")
        sent = [
            await self._producer.send(topic.name, value, key, headers=headers, partition=partition)
            for partition, key, value, headers in records
        ]
        await asyncio.gather(*sent)


@asynccontextmanager
async def reader(settings: Settings, client: str) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer without a group: it is told what to read, commits nothing, and starts where it is sent."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.kafka,
        client_id=client,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=REQUEST_LIMIT,
        fetch_max_wait_ms=200,
    )
    try:
        await consumer.start()
        yield consumer
    finally:
        await consumer.stop()


async def partitions_of(consumer: AIOKafkaConsumer, topic: Topic) -> list[TopicPartition]:
    """All partitions of a topic, whatever the consumer is assigned to."""
    found = await consumer._client.fetch_all_metadata()  # the public ways need a subscription, which assign() excludes
    return [TopicPartition(topic.name, p) for p in sorted(found.partitions_for_topic(topic.name) or ())]


async def read_to_end(
    consumer: AIOKafkaConsumer,
    partitions: Iterable[TopicPartition],
    handle: Callable[[Record], Awaitable[None]],
    begins: Mapping[TopicPartition, int] = MappingProxyType({}),
) -> dict[TopicPartition, int]:
    """Hands over every record to the end as it stands now; gives the end offsets.

    A partition is read from where it `begins`, else from the beginning. Order is kept within a partition. The consumer
    stays assigned, positioned at the ends.
    """
    wanted = list(partitions)
    consumer.assign(wanted)
    if not wanted:
        return {}
    ends: dict[TopicPartition, int] = await consumer.end_offsets(wanted)
    await consumer.seek_to_beginning(*wanted)
    for tp in begins.keys() & set(wanted):
        consumer.seek(tp, begins[tp])
    async for records in batches(consumer, ends, most=1000):
        for record in records:
            await handle(record)
    for tp in wanted:
        consumer.seek(tp, ends[tp])
    return ends


async def batches(
    consumer: AIOKafkaConsumer, ends: Mapping[TopicPartition, int], most: int
) -> AsyncIterator[list[Record]]:
    """Records from where the consumer stands to these offsets, at most so many at a time, each time of one partition.

    Order is kept within a partition; they take turns.
    """
    left = {tp for tp in ends if await consumer.position(tp) < ends[tp]}
    while left:
        for tp, records in (await consumer.getmany(*left, timeout_ms=1000, max_records=most)).items():
            found = [as_record(record) for record in records if record.offset < ends[tp]]
            if found:
                yield found
        left = {tp for tp in left if await consumer.position(tp) < ends[tp]}


async def read_one(consumer: AIOKafkaConsumer, tp: TopicPartition, offset: int) -> Record:
    """The record at an offset. Raises LookupError where the partition does not have it."""
    consumer.assign([tp])
    ends = await consumer.end_offsets([tp])
    if offset >= ends[tp]:
        raise LookupError(f"{tp.topic}/{tp.partition} has no offset {offset}")
    consumer.seek(tp, offset)
    return as_record(await consumer.getone(tp))


def digest_of(record: Record) -> str:
    """Twelve digits that tell a record from any other that could lie at its offset."""
    head = b"%d|%d|" % (record.offset, record.timestamp)
    return hashlib.sha256(head + (record.key or b"") + b"|" + (record.value or b"")).hexdigest()[:12]


@dataclass(frozen=True)
class Log:
    """A partition's log as it is now: which one it is, and the offset after its last record."""

    identity: str
    end: int


async def describe_logs(consumer: AIOKafkaConsumer, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, Log]:
    """Which logs the partitions are: a digest of the first record of each, `empty` without one.

    Our topics keep their first record for good, so another digest means that the log was replaced. (Kafka has topic
    ids, KIP-516, but aiokafka 0.14 speaks Metadata only up to version 5, which lacks them.)
    """
    wanted = list(partitions)
    if not wanted:
        return {}
    begins, ends = await consumer.beginning_offsets(wanted), await consumer.end_offsets(wanted)
    logs = {tp: Log("empty", ends[tp]) for tp in wanted}
    left = [tp for tp in wanted if begins[tp] < ends[tp]]
    consumer.assign(left)
    for tp in left:
        consumer.seek(tp, begins[tp])
    while left:
        for tp, [found, *_] in (await consumer.getmany(*left, timeout_ms=1000)).items():
            left.remove(tp)
            consumer.pause(tp)
            logs[tp] = Log(digest_of(as_record(found)), ends[tp])
    return logs


def partition_of(key: bytes, partitions: int) -> int:
    """The partition that the Java client, aiokafka and we ourselves give to a key (murmur2)."""
    return (int(murmur2(key)) & 0x7FFFFFFF) % partitions
