"""`masthead import` and `masthead verify`: an archive back into empty topics, every record at its own offset."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from services.desk import screen
from services.desk.archive import Archive, Batch, Broken, Extent, Manifest
from services.desk.archive_groups import GROUPS, commit, refuse_while_at_work
from services.desk.archive_reading import Reading
from services.desk.archive_screen import said
from services.desk.archive_writing import LogWriter, log_writer
from services.desk.errors import FINE, DeskError, Unreachable
from services.desk.log import log_reader
from shared.errors import ConfigurationError
from shared.kafka_log import partitions_of
from shared.settings import Settings
from shared.topic_admin import admin, create_topics, wait_for_topics
from shared.topics import LOGS

NEW_TOPICS_SECONDS = 30.0
"""So long Kafka may take until topics that it has just made are there."""

Held = Mapping[TopicPartition, int]
"""How many records each partition has already."""


def verify(name: str) -> int:
    """Checks a file from its beginning to its end. Gives the exit code. Raises DeskError, OSError."""
    with _opened(name) as archive:
        _check(archive)
        screen.say(said(archive.manifest, archive.checksum, Path(name).stat().st_size))
    return FINE


async def import_archive(settings: Settings, name: str, dry_run: bool) -> int:
    """Puts all records back, or those that an interrupted import has not. Gives the exit code.

    Nothing is written before the whole file was checked, and what the topics hold was compared with it. With `dry_run`
    nothing is written at all. Raises DeskError, Unreachable, OSError.
    """
    with _opened(name) as archive:
        _check(archive)
        manifest = archive.manifest
        async with log_reader(settings) as consumer, admin(settings) as client:
            await refuse_while_at_work(client)
            held = await _held(consumer, manifest)
            await _compare(consumer, archive, held)
            missing = manifest.records - sum(held.values())
            if dry_run:
                screen.say(f"{name} is whole; {missing:,} of its {manifest.records:,} records would be written")
                return FINE
            wanted = settings.model_copy(update={"partitions": _counts(manifest)[LOGS[0].name]})
            try:
                await create_topics(client, wanted)
                await wait_for_topics(wanted, NEW_TOPICS_SECONDS)
            except ConfigurationError as error:
                raise DeskError(str(error)) from error
            async with log_writer(settings) as writer:
                await _write(writer, archive, held, missing)
            await _refuse_more(consumer, manifest)
            await commit(settings, positions_of(manifest))
    screen.say(f"{missing:,} records written, {manifest.records - missing:,} were there; now start the services")
    return FINE


def positions_of(manifest: Manifest) -> dict[str, dict[TopicPartition, int]]:
    """For each consumer group the next offset of each partition that its stage reads; 0 where there was none."""
    noted = {(at.group, at.topic, at.partition): at.offset for at in manifest.positions}
    return {
        group: {
            extent.tp: noted.get((group, extent.topic, extent.partition), 0)
            for extent in manifest.extents
            if extent.topic in {topic.name for topic in topics}
        }
        for group, topics in GROUPS.items()
        if topics
    }


@contextmanager
def _opened(name: str) -> Iterator[Archive]:
    with open(name, "rb") as file:
        try:
            yield Archive(file)
        except Broken as error:
            raise DeskError(f"{name} cannot be used: {error}") from error


def _check(archive: Archive) -> None:
    """Reads the whole file once."""
    if {extent.topic for extent in archive.manifest.extents} != {topic.name for topic in LOGS}:
        raise DeskError("the archive has other topics than this version of Masthead")
    with screen.progress("checking", archive.manifest.records) as advance:
        for batch in archive.batches():
            for _ in batch.records:
                advance()


def _counts(manifest: Manifest) -> dict[str, int]:
    """How many partitions each topic has in the file."""
    names = [extent.topic for extent in manifest.extents]
    return {name: names.count(name) for name in names}


async def _held(consumer: AIOKafkaConsumer, manifest: Manifest) -> Held:
    """How many records are there already. Raises DeskError for other partitions than in the file, or more records."""
    for topic in LOGS:
        count, wanted = len(await partitions_of(consumer, topic)), _counts(manifest)[topic.name]
        if count not in (0, wanted):
            raise DeskError(
                f"{topic.name} has {count} partitions, in the archive it has {wanted}; "
                f"an import needs topics of its own: delete these, or use a new Kafka"
            )
    return await _refuse_more(consumer, manifest)


async def _refuse_more(consumer: AIOKafkaConsumer, manifest: Manifest) -> Held:
    there = [tp for topic in LOGS for tp in await partitions_of(consumer, topic)]
    ends: dict[TopicPartition, int] = await consumer.end_offsets(there) if there else {}
    begins: dict[TopicPartition, int] = await consumer.beginning_offsets(there) if there else {}
    for extent in manifest.extents:
        if begins.get(extent.tp, 0) or ends.get(extent.tp, 0) > extent.end:
            raise DeskError(
                f"{extent.name} has records that are not in the archive (offsets {begins[extent.tp]} to "
                f"{ends[extent.tp]}, in the archive 0 to {extent.end}); an import needs empty topics"
            )
    return ends


async def _compare(consumer: AIOKafkaConsumer, archive: Archive, held: Held) -> None:
    """Raises DeskError where a record that is there differs from that in the file."""
    if not any(held.values()):
        return
    with screen.progress("comparing", sum(held.values())) as advance:
        reading: tuple[Extent, Reading] | None = None
        for batch in archive.batches():
            extent = archive.manifest.extents[batch.extent]
            end = min(batch.first + len(batch.records), held.get(extent.tp, 0))
            if batch.first >= end:
                continue
            if reading is None or reading[0] is not extent:
                reading = extent, Reading(consumer, extent.tp, batch.first)
            for offset, record in enumerate(batch.records[: end - batch.first], batch.first):
                if await reading[1].next(end) != record:
                    raise DeskError(
                        f"{extent.name} has another record at offset {offset} than the archive; an import needs empty "
                        "topics"
                    )
                advance()


async def _write(writer: LogWriter, archive: Archive, held: Held, missing: int) -> None:
    with screen.progress("importing", missing) as advance:
        for batch in archive.batches():
            extent = archive.manifest.extents[batch.extent]
            new = _behind(batch, held.get(extent.tp, 0))
            try:
                await writer.write(extent.tp, new)
            except (asyncio.CancelledError, KafkaError, Unreachable):
                screen.complain("interrupted; the same command goes on where it ended")
                raise
            for _ in new.records:
                advance()


def _behind(batch: Batch, held: int) -> Batch:
    """What of a batch lies behind the records that are there."""
    known = min(max(held - batch.first, 0), len(batch.records))
    return Batch(batch.extent, batch.first + known, batch.records[known:])
