"""Dead letters as a person reads them: who refused what, why, and what became of it."""

import dataclasses
import json
import re
from dataclasses import dataclass
from typing import Literal

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition

from services.desk.log import existing
from shared.codec import decode, is_event
from shared.dead_letters import REASONS, redrive_of, redrives_of
from shared.kafka_log import Record, as_record
from shared.messages import LetterMark
from shared.topics import DEAD_LETTER, LETTER_MARKED

State = Literal["open", "redriven", "discarded"]
STATES: tuple[State, ...] = ("open", "redriven", "discarded")
KINDS = {
    "content": "its content cannot be used",
    "conflict": "one version with two contents",
    "unknown": "failed for a reason nobody foresaw, three times",
}
LONGEST_GROUP = 80


@dataclass(frozen=True)
class Letter:
    """What a dead letter says, without the bytes in it.

    `place` is the record that failed: topic, partition, offset (-1 where unknown). `at` is the letter's own partition
    and offset, `time` in milliseconds since 1970, `size` that of the value in bytes. `redrives` says how often the
    record had been redriven when it failed, `redrive_of` from which letter (PARTITION/OFFSET). `mark` is what became of
    it.
    """

    stage: str
    kind: str
    place: tuple[str, int, int]
    reasons: tuple[str, ...]
    at: tuple[int, int] = (-1, -1)
    time: int = 0
    key: bytes | None = None
    size: int = 0
    redrives: int = 0
    redrive_of: str = ""
    mark: LetterMark | None = None

    @property
    def text(self) -> str:
        """All reasons on one line, and who gave them if it was not the door."""
        text = "; ".join(self.reasons) or "no reason given"
        return text if self.stage == "ingest" else f"{self.stage or 'somebody'}: {text}"

    @property
    def state(self) -> State:
        """Open until it is redriven or discarded; the last mark counts."""
        return "open" if self.mark is None else self.mark.act

    @property
    def name(self) -> str:
        """The letter's own place, as it is typed."""
        return f"{self.at[0]}/{self.at[1]}"


def letter_of(record: Record) -> Letter:
    """Reads the headers. Letters of other programs, with fewer headers, are read as far as they go."""
    headers = record.headers
    topic = headers.get("__connect.errors.topic") or headers.get("kafka_dlt-original-topic", "")
    kind = headers.get("masthead-kind") or headers.get("__connect.errors.class.name", "").removeprefix("masthead.")
    stage = headers.get("masthead-stage") or headers.get("__connect.errors.stage", "").lower()
    return Letter(
        stage,
        kind,
        (topic, _number(headers.get("__connect.errors.partition")), _number(headers.get("__connect.errors.offset"))),
        _reasons(headers),
        (record.partition, record.offset),
        record.timestamp,
        record.key,
        len(record.value or b""),
        redrives_of(headers),
        redrive_of(headers),
    )


def mark_in(record: Record) -> LetterMark | None:
    """The desk's mark in a record of `articles.dead-letter`; None for a letter."""
    if not is_event(record.headers, LETTER_MARKED):
        return None
    try:
        return decode(record.value, LetterMark)
    except msgspec.DecodeError:
        return None


class Letters:
    """The fold of `articles.dead-letter`: each partition's records in their order in, letters with their marks out."""

    def __init__(self) -> None:
        self._letters: dict[tuple[int, int], Letter] = {}

    def take(self, record: Record, wanted: bool = True) -> None:
        """Takes a record; a letter is kept if it is `wanted`, a mark goes to the letter that it names."""
        if not is_event(record.headers, LETTER_MARKED):
            if wanted:
                letter = letter_of(record)
                self._letters[letter.at] = letter
        elif (mark := mark_in(record)) is not None:
            at = mark.letter.partition, mark.letter.offset
            if at in self._letters:
                self._letters[at] = dataclasses.replace(self._letters[at], mark=mark)

    def all(self) -> list[Letter]:
        """All that were wanted, oldest first."""
        return sorted(self._letters.values(), key=lambda letter: (letter.time, letter.at))


def groups_of(letter: Letter) -> tuple[str, ...]:
    """The reasons as kinds of reasons, to count by: without the names, numbers and texts of the one case."""
    if letter.kind == "conflict":
        return (KINDS["conflict"],)
    return tuple(dict.fromkeys(_group(reason) for reason in letter.reasons)) or ("no reason given",)


def _group(reason: str) -> str:
    text = re.sub(r"'[^']*'(, '[^']*')*|\"[^\"]*\"", "…", " ".join(reason.split()))
    text = re.sub(r"; known are .*| \(.*\)$|(?<=not JSON): .*|(?<=nested too deeply): .*", "", text)
    text = re.sub(
        r"\b[a-z][a-z0-9+.-]*:(//)?[^\s:]+[:/][^\s]*|\b[\w.]+/\d+/\d+\b|\b0x[0-9a-f]+\b|(?<!-)\b\d+\b(?!\.\w)",
        "…",
        text,
    )
    return text if len(text) <= LONGEST_GROUP else text[: LONGEST_GROUP - 1].rstrip() + "…"


def _reasons(headers: dict[str, str]) -> tuple[str, ...]:
    try:
        found = json.loads(headers.get(REASONS, ""))
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, list) and found:
        return tuple(str(reason) for reason in found)
    message = headers.get("__connect.errors.exception.message", "")
    return (message,) if message else ()


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) <= 18 else -1


async def newest_records(consumer: AIOKafkaConsumer, count: int) -> list[Record]:
    """The newest `count` records of each partition of `articles.dead-letter`, letters and marks, in their order."""
    partitions = await existing(consumer, DEAD_LETTER)
    begins = await consumer.beginning_offsets(partitions)
    ends = await consumer.end_offsets(partitions)
    consumer.assign(partitions)
    for tp in partitions:
        consumer.seek(tp, max(begins[tp], ends[tp] - count))
    found: list[Record] = []
    left: set[TopicPartition] = {tp for tp in partitions if await consumer.position(tp) < ends[tp]}
    while left:
        for tp, records in (await consumer.getmany(*left, timeout_ms=1000)).items():
            found += [as_record(record) for record in records if record.offset < ends[tp]]
        left = {tp for tp in left if await consumer.position(tp) < ends[tp]}
    return found
