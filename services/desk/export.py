"""`masthead export`: all topics into one file, of which every record, offset and timestamp can be put back."""

import asyncio
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from services.desk import screen
from services.desk.archive import (
    BATCH,
    ENDING,
    FIRST_LINE,
    MANIFEST,
    Batch,
    Broken,
    Course,
    Ending,
    Extent,
    Manifest,
    Position,
    Saved,
    Writer,
    parts,
)
from services.desk.archive_groups import GROUPS, committed
from services.desk.archive_reading import Reading
from services.desk.archive_screen import said
from services.desk.errors import FINE, DeskError, Unreachable
from services.desk.log import existing, log_reader
from shared.kafka_log import Log, describe_logs
from shared.settings import Settings
from shared.times import now, utc_text
from shared.topic_admin import admin
from shared.topics import ACCEPTED, DEAD_LETTER, ENRICHED, INGEST, KILLS, LOGS, MIB, MODEL_EPOCHS, RELATED, SCHEDULED

ENDS_ARE_TAKEN = (DEAD_LETTER, RELATED, MODEL_EPOCHS, ENRICHED, KILLS, SCHEDULED, ACCEPTED, INGEST)
"""What follows from a record is asked for before it: nothing in the file comes from a record that is not in it. The
gate forwards and marks then, so its marks come before what it forwards."""

BATCH_BYTES = 1 * MIB
BATCH_RECORDS = 2000


async def export(settings: Settings, name: str) -> int:
    """Writes the file, or goes on with one that was interrupted. Gives the exit code. Raises DeskError, Unreachable."""
    path, partial = _places(name)
    with _held(partial) as file:
        async with log_reader(settings) as consumer:
            manifest, course, writer, ended = salvage(file)
            if manifest is None:
                manifest = await _survey(settings, consumer)
                file.truncate(0)
                file.seek(0)
                writer, course = Writer(file), Course(manifest)
                writer.write(MANIFEST, manifest)
            else:
                await _refuse_another_log(consumer, manifest, partial)
            assert writer is not None
            if not ended:
                try:
                    await _copy(consumer, manifest, course, writer)
                except (asyncio.CancelledError, KafkaError, Unreachable):
                    screen.complain(f"interrupted; the same command goes on where it ended, with {partial}")
                    raise
                writer.write(ENDING, Ending(manifest.records))
        size = _finish(file, partial, path)
    screen.say(said(manifest, writer.checksum.hex(), size))
    return FINE


def _places(name: str) -> tuple[Path, Path]:
    """The file, and what it is called until it is whole."""
    path = Path(name)
    if path.exists():
        raise DeskError(f"{name} is there already; an archive is never written over")
    return path, path.with_name(f"{path.name}.partial")


def _finish(file: IO[bytes], partial: Path, path: Path) -> int:
    """Gives the file its name, so that both survive a loss of power; gives its bytes."""
    os.fsync(file.fileno())
    partial.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return path.stat().st_size


@contextmanager
def _held(partial: Path) -> Iterator[IO[bytes]]:
    """The unfinished file, for us alone, readable by its owner only: what is embargoed and why it was killed is in it.

    One that holds nothing is not left behind.
    """
    with os.fdopen(os.open(partial, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DeskError(f"another export is writing {partial}") from None
        try:
            yield file
        finally:
            if partial.exists() and os.fstat(file.fileno()).st_size <= len(FIRST_LINE):
                partial.unlink()


def salvage(file: IO[bytes]) -> tuple[Manifest | None, Course, Writer | None, bool]:
    """What an interrupted export left: its manifest, where to go on, a writer behind the last good part, whether it had
    come to its end. All behind the last good part is cut off. Without a manifest there is nothing to go on with."""
    manifest: Manifest | None = None
    course, last, ended = Course(Manifest("", (), ())), None, False
    try:
        for part in parts(file):
            if part.kind == MANIFEST:
                manifest = part.holds(Manifest)
                course = Course(manifest)
            elif part.kind == BATCH:
                course.take(part.holds(Batch), part.begin)
            else:
                ended = course.done
            last = part
    except Broken:
        pass
    if manifest is None or last is None:
        return None, course, None, False
    file.truncate(last.end)
    file.seek(last.end)
    return manifest, course, Writer(file, last.checksum), ended


async def _survey(settings: Settings, consumer: AIOKafkaConsumer) -> Manifest:
    """What to save: how far the services have come, and then all partitions up to their ends as they are now."""
    async with admin(settings) as client:
        positions = [
            Position(group, tp.topic, tp.partition, offset)
            for group in GROUPS
            for tp, offset in sorted((await committed(client, group)).items())
        ]
    extents: dict[str, list[Extent]] = {}
    for topic in ENDS_ARE_TAKEN:
        logs = await describe_logs(consumer, await existing(consumer, topic))
        extents[topic.name] = [
            Extent(topic.name, tp.partition, log.end, log.identity) for tp, log in sorted(logs.items())
        ]
    return Manifest(utc_text(now()), tuple(one for topic in LOGS for one in extents[topic.name]), tuple(positions))


async def _refuse_another_log(consumer: AIOKafkaConsumer, manifest: Manifest, partial: Path) -> None:
    """Raises DeskError where the log is not the one that the unfinished file was begun from."""
    there: dict[TopicPartition, Log] = {}
    for topic in LOGS:
        there |= await describe_logs(consumer, await existing(consumer, topic))
    for extent in manifest.extents:
        log = there.get(extent.tp)
        if log is None or log.end < extent.end or (extent.end and log.identity != extent.identity):
            raise DeskError(f"{partial} was begun from another log ({extent.name} differs); remove it to begin anew")


async def _copy(consumer: AIOKafkaConsumer, manifest: Manifest, course: Course, writer: Writer) -> None:
    """Writes all records that are still missing."""
    with screen.progress("exporting", manifest.records) as advance:
        for _ in range(sum(extent.end for extent in manifest.extents[: course.extent]) + course.offset):
            advance()
        while not course.done:
            extent = manifest.extents[course.extent]
            reading, number = Reading(consumer, extent.tp, course.offset), course.extent
            while course.extent == number and not course.done:
                batch = Batch(number, course.offset, await _batch(reading, extent.end))
                writer.write(BATCH, batch)
                course.take(batch)
                for _ in batch.records:
                    advance()


async def _batch(reading: Reading, end: int) -> tuple[Saved, ...]:
    records: list[Saved] = []
    size = 0
    while size < BATCH_BYTES and len(records) < BATCH_RECORDS and (record := await reading.next(end)) is not None:
        records.append(record)
        size += len(record.key or b"") + len(record.value or b"") + 200
    return tuple(records)
