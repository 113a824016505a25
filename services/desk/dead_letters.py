"""`masthead dead-letters list`, `show` and `discard`: what was refused, by whom and why, and what became of it."""

from collections.abc import Sequence

from aiokafka import AIOKafkaConsumer

from services.desk import dead_letters_screen, screen
from services.desk.dead_letters_filter import Filter
from services.desk.dead_letters_log import each_of, letters_in
from services.desk.errors import FINE
from services.desk.kill import checked_reason
from services.desk.letter import Letter
from services.desk.log import log_reader, log_writer
from services.desk.redrive import mark
from shared.kafka_log import Record
from shared.settings import Settings


async def list_letters(settings: Settings, wanted: Filter, last: int, everything: bool, as_json: bool) -> int:
    """Prints the `last` letters, the newest last; `everything`: closed ones, too. Raises Unreachable, DeskError."""
    async with log_reader(settings) as consumer:
        found = await letters_in(consumer, wanted)
    listed = [letter for letter in found if everything or letter.state == "open"][-last:]
    if as_json:
        for letter in listed:
            screen.data(dead_letters_screen.as_data(letter))
    else:
        dead_letters_screen.show_list(listed, found, filtered=not wanted.empty)
    return FINE


async def show_letter(settings: Settings, place: tuple[int, int], as_json: bool) -> int:
    """Prints headers and bytes of one dead letter. Raises DeskError, Unreachable."""
    records: list[Record] = []

    async def take(_: Letter, record: Record) -> None:
        records.append(record)

    async with log_reader(settings) as consumer:
        [letter] = await letters_in(consumer, Filter(places=frozenset([place])))
        await each_of(consumer, [letter], take)
    if as_json:
        screen.data(dead_letters_screen.as_data(letter, records[0]), indent=2)
    else:
        dead_letters_screen.show_one(letter, records[0])
    return FINE


async def discard(settings: Settings, wanted: Filter, reason: str, dry: bool, as_json: bool) -> int:
    """Marks letters as done with; gives the exit code. Raises UsageMistake, DeskError, Unreachable."""
    checked_reason(reason)
    async with log_reader(settings) as consumer:
        found = await letters_in(consumer, wanted)
        closed = [letter for letter in found if letter.state == "discarded"] if wanted.places else []
        letters = [letter for letter in found if letter.state != "discarded" and (wanted.places or letter.mark is None)]
        if not dry:
            await _discard_all(settings, consumer, letters, reason)
    if as_json:
        for letter in letters:
            screen.data({"at": letter.name, "outcome": "discarded", "done": not dry})
        return FINE
    for letter in letters:
        dead_letters_screen.line("would be discarded" if dry else "discarded", letter, "; ".join(letter.reasons))
    for letter in closed:
        dead_letters_screen.line("closed", letter, dead_letters_screen.mark_text(letter))
    if not letters and not closed:
        screen.say("no open dead letters like that")
    return FINE


async def _discard_all(settings: Settings, consumer: AIOKafkaConsumer, letters: Sequence[Letter], reason: str) -> None:
    if not letters:
        return
    async with log_writer(settings) as producer:

        async def take(_: Letter, record: Record) -> None:
            await mark(producer, record, "discarded", reason)

        await each_of(consumer, letters, take)
