"""Dead letters as a person reads them."""

import json
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer

from services.desk.log import existing
from shared.dead_letters import REASONS
from shared.kafka_log import Record, as_record
from shared.topics import DEAD_LETTER


@dataclass(frozen=True)
class Letter:
    """What a dead letter says. `place` is the record that failed: topic, partition, offset (-1 where unknown)."""

    stage: str
    kind: str
    place: tuple[str, int, int]
    reasons: tuple[str, ...]

    @property
    def text(self) -> str:
        """All reasons on one line, and who gave them if it was not the door."""
        text = "; ".join(self.reasons) or "no reason given"
        return text if self.stage == "ingest" else f"{self.stage or 'somebody'}: {text}"


def letter_of(record: Record) -> Letter:
    """Reads the headers. Letters of other programs, with fewer headers, are read as far as they go."""
    headers = record.headers
    topic = headers.get("__connect.errors.topic") or headers.get("kafka_dlt-original-topic", "")
    kind = headers.get("masthead-kind") or headers.get("__connect.errors.class.name", "").removeprefix("masthead.")
    place = (topic, _number(headers.get("__connect.errors.partition")), _number(headers.get("__connect.errors.offset")))
    stage = headers.get("masthead-stage") or headers.get("__connect.errors.stage", "").lower()
    return Letter(stage, kind, place, _reasons(headers))


def _reasons(headers: dict[str, str]) -> tuple[str, ...]:
    try:
        found = json.loads(headers.get(REASONS, ""))
    except ValueError:
        found = None
    if isinstance(found, list) and found:
        return tuple(str(reason) for reason in found)
    message = headers.get("__connect.errors.exception.message", "")
    return (message,) if message else ()


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() else -1


async def newest_letters(consumer: AIOKafkaConsumer, count: int) -> list[Record]:
    """The newest `count` dead letters, oldest of them first."""
    partitions = await existing(consumer, DEAD_LETTER)
    begins = await consumer.beginning_offsets(partitions)
    ends = await consumer.end_offsets(partitions)
    consumer.assign(partitions)
    for tp in partitions:
        consumer.seek(tp, max(begins[tp], ends[tp] - count))
    found: list[Record] = []
    left = {tp for tp in partitions if await consumer.position(tp) < ends[tp]}
    while left:
        for tp, records in (await consumer.getmany(*left, timeout_ms=1000)).items():
            found += [as_record(record) for record in records if record.offset < ends[tp]]
        left = {tp for tp in left if await consumer.position(tp) < ends[tp]}
    return sorted(found, key=lambda record: record.timestamp)[-count:]
