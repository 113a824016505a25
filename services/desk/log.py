"""The desk's way to Kafka: connected quickly or not at all, with one clear sentence."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TypeVar

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from services.desk.errors import DeskError, Unreachable
from shared.codec import decode, is_event
from shared.kafka_log import Producer, Record, partition_of, partitions_of, read_to_end, reader
from shared.messages import Article, Kill, Version
from shared.order import newer
from shared.settings import Settings
from shared.topics import ACCEPTED, GATE_FORWARDED, KILLS, SCHEDULED, Topic

CLIENT = "masthead-desk"
PATIENCE = 6.0
DELIVERY = 20.0
T = TypeVar("T")


def _away(settings: Settings, error: BaseException) -> Unreachable:
    reason = "no answer" if isinstance(error, TimeoutError) else "connection refused or closed"
    return Unreachable(f"Kafka at {settings.kafka} does not answer ({reason}); set MASTHEAD_KAFKA if it is elsewhere")


@asynccontextmanager
async def log_reader(settings: Settings) -> AsyncIterator[AIOKafkaConsumer]:
    """A reader without a group. Raises Unreachable within seconds."""
    async with AsyncExitStack() as stack:
        try:
            async with asyncio.timeout(PATIENCE):
                consumer = await stack.enter_async_context(reader(settings, CLIENT))
        except (KafkaError, OSError) as error:
            raise _away(settings, error) from error
        yield consumer


@asynccontextmanager
async def log_writer(settings: Settings) -> AsyncIterator[Producer]:
    """A producer. Raises Unreachable within seconds."""
    producer = Producer(settings, CLIENT)
    try:
        async with asyncio.timeout(PATIENCE):
            await producer.start()
    except (KafkaError, OSError) as error:
        raise _away(settings, error) from error
    try:
        yield producer
    finally:
        with contextlib.suppress(TimeoutError):  # what was sent is known; a broker that hangs is not waited for
            async with asyncio.timeout(PATIENCE):
                await producer.stop()


async def in_time(work: Awaitable[T]) -> T:
    """The result of a send. Raises Unreachable where Kafka has gone away since it was connected to."""
    try:
        async with asyncio.timeout(DELIVERY):
            return await work
    except (KafkaError, OSError) as error:
        raise Unreachable(f"Kafka went away in the middle ({type(error).__name__})") from error


async def existing(consumer: AIOKafkaConsumer, topic: Topic) -> list[TopicPartition]:
    """The partitions of a topic. Raises DeskError where it does not exist."""
    found = await partitions_of(consumer, topic)
    if not found:
        raise DeskError(
            f"there is no topic {topic.name} in this Kafka; start Masthead, or: python -m infra.kafka.topics"
        )
    return found


async def home_of(consumer: AIOKafkaConsumer, topic: Topic, uri: str) -> TopicPartition:
    """The partition of a `uri` in one of our own topics."""
    found = await existing(consumer, topic)
    return found[partition_of(uri.encode(), len(found))]


async def records_of(consumer: AIOKafkaConsumer, topic: Topic, uri: str) -> list[Record]:
    """All records of a `uri` in one of our own topics, oldest first."""
    found: list[Record] = []

    async def take(record: Record) -> None:
        if record.key == uri.encode():
            found.append(record)

    await read_to_end(consumer, [await home_of(consumer, topic, uri)], take)
    return found


def version_in(record: Record) -> Article | None:
    """The version in a record of `accepted` or `scheduled`; None for a mark of the gate or what we cannot read."""
    if is_event(record.headers, GATE_FORWARDED):
        return None
    try:
        return decode(record.value, Article)
    except msgspec.DecodeError:
        return None


async def newest_version(
    consumer: AIOKafkaConsumer, uri: str, topics: tuple[Topic, ...] = (ACCEPTED, SCHEDULED)
) -> Article | None:
    """The newest version of a `uri` by `newer()`, embargoed ones included; None where there is none."""
    newest: Article | None = None
    for topic in topics:
        for record in await records_of(consumer, topic, uri):
            found = version_in(record)
            if found is not None and (newest is None or _above(found, newest)):
                newest = found
    return newest


async def scheduled_versions(consumer: AIOKafkaConsumer) -> dict[str, Article]:
    """The newest version of each article that ever had an embargo or an expiry, by public id. The topic is small."""
    newest: dict[str, Article] = {}

    async def take(record: Record) -> None:
        found = version_in(record)
        if found is not None and (found.id not in newest or _above(found, newest[found.id])):
            newest[found.id] = found

    await read_to_end(consumer, await existing(consumer, SCHEDULED), take)
    return newest


async def kill_of(consumer: AIOKafkaConsumer, uri: str) -> Kill | None:
    """The first kill of a `uri`."""
    for record in await records_of(consumer, KILLS, uri):
        return decode(record.value, Kill)
    return None


def _above(one: Version, other: Version) -> bool:
    return newer(one.stamp, other.stamp)
