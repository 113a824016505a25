"""`masthead dead-letters`: what was refused, by whom and why; read only."""

import re
from typing import Any

from aiokafka import TopicPartition

from services.desk import screen
from services.desk.errors import FINE, DeskError, UsageMistake
from services.desk.letter import Letter, letter_of, newest_letters
from services.desk.log import existing, log_reader
from services.desk.show_lines import clock, place
from shared.kafka_log import Record, read_one
from shared.settings import Settings
from shared.topics import DEAD_LETTER


async def list_letters(settings: Settings, last: int, as_json: bool) -> int:
    """Prints the newest dead letters, the newest last. Raises Unreachable, DeskError."""
    async with log_reader(settings) as consumer:
        found = await newest_letters(consumer, last)
    if as_json:
        for record in found:
            screen.data(as_data(record))
        return FINE
    for record in found:
        letter = letter_of(record)
        screen.say(screen.labelled([(place(record), f"{clock(record)}  {title(letter)}")]))
        for reason in letter.reasons:
            screen.say(f"           {screen.one_line(reason)}")
    if not found:
        screen.say("no dead letters")
    else:
        screen.say(f"\nheaders and bytes of one: masthead dead-letters show {place(found[-1])}")
    return FINE


async def show_letter(settings: Settings, where: str) -> int:
    """Prints headers and bytes of one dead letter. Raises UsageMistake, DeskError, Unreachable."""
    if (match := re.fullmatch(r"(\d{1,9})/(\d{1,18})", where, re.ASCII)) is None:
        raise UsageMistake(
            f"{where!r} is not a place like 2/15: partition and offset, as in masthead dead-letters list"
        )
    async with log_reader(settings) as consumer:
        tp = TopicPartition(DEAD_LETTER.name, int(match[1]))
        if tp not in await existing(consumer, DEAD_LETTER):
            raise DeskError(f"{DEAD_LETTER.name} has no partition {match[1]}")
        try:
            record = await read_one(consumer, tp, int(match[2]))
        except LookupError as error:
            raise DeskError(str(error)) from error
    letter = letter_of(record)
    screen.say(title(letter), "bold")
    for reason in letter.reasons:
        screen.say(f"  {screen.one_line(reason)}")
    screen.say()
    screen.say(screen.labelled(list(record.headers.items())))
    screen.say()
    screen.say(f"key: {printable(record.key)}")
    screen.say(f"value, {len(record.value or b''):,} bytes:")
    screen.say(printable(record.value))
    return FINE


def title(letter: Letter) -> str:
    """Who refused what, in a few words."""
    topic, partition, offset = letter.place
    return f"{letter.stage or 'somebody'}, {letter.kind or 'unknown'}: {topic or '?'} {partition}/{offset}"


def as_data(record: Record) -> dict[str, Any]:
    """A dead letter for programs, without its bytes."""
    letter = letter_of(record)
    topic, partition, offset = letter.place
    return {
        "at": place(record),
        "time": clock(record),
        "stage": letter.stage,
        "kind": letter.kind,
        "origin": {"topic": topic, "partition": partition, "offset": offset},
        "reasons": list(letter.reasons),
        "key": None if record.key is None else record.key.decode(errors="replace"),
        "bytes": len(record.value or b""),
    }


def printable(data: bytes | None) -> str:
    """Bytes as text that steers no terminal: what is not UTF-8 as `\\xff`, line ends and tabs kept."""
    if data is None:
        return "(none)"
    return screen.safe(data.decode(errors="backslashreplace").replace("\r\n", "\n"))
