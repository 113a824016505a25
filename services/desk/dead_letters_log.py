"""Reading `articles.dead-letter`: the letters with their marks, and the bytes of some of them."""

from collections.abc import Awaitable, Callable, Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition

from services.desk.dead_letters_filter import Filter
from services.desk.errors import DeskError
from services.desk.letter import Letter, Letters
from services.desk.log import existing
from shared.kafka_log import Record, read_to_end
from shared.topics import DEAD_LETTER


async def letters_in(consumer: AIOKafkaConsumer, wanted: Filter) -> list[Letter]:
    """The letters that `wanted` takes, oldest first, without their bytes. Raises DeskError for a place without one."""
    partitions = await existing(consumer, DEAD_LETTER)
    if wanted.places:
        named = {TopicPartition(DEAD_LETTER.name, partition) for partition, _ in wanted.places}
        if missing := named - set(partitions):
            raise DeskError(f"{DEAD_LETTER.name} has no partition {min(tp.partition for tp in missing)}")
        partitions = sorted(named)
    letters = Letters()

    async def take(record: Record) -> None:
        letters.take(record, wanted.takes(record))

    await read_to_end(consumer, partitions, take)
    found = letters.all()
    if gone := wanted.places - {letter.at for letter in found}:
        raise DeskError(f"no such dead letter: {', '.join(f'{p}/{o}' for p, o in sorted(gone))}")
    return found


async def each_of(
    consumer: AIOKafkaConsumer, letters: Sequence[Letter], act: Callable[[Letter, Record], Awaitable[None]]
) -> None:
    """Hands over each of the letters with its record; each partition's in their order."""
    wanted = {letter.at: letter for letter in letters}

    async def take(record: Record) -> None:
        if (letter := wanted.get((record.partition, record.offset))) is not None:
            await act(letter, record)

    await read_to_end(consumer, sorted({TopicPartition(DEAD_LETTER.name, at[0]) for at in wanted}), take)
