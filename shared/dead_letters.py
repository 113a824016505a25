"""Dead letters: the original key and bytes, with headers that existing tools read and a person understands.

Headers follow Kafka Connect's `__connect.errors.*` (KIP-298), as strings, and Spring's `kafka_dlt-original-topic`.
What became of a letter is a mark, a record behind it in its partition (docs/decisions/0050).
"""

import re
from collections.abc import Mapping

import msgspec

from shared.codec import Headers, encode, event_headers
from shared.kafka_log import Producer, Record
from shared.messages import LetterMark
from shared.topics import DEAD_LETTER, LETTER_MARKED

REASONS = "masthead-reasons"
REDRIVES = "masthead-redrives"
"""Header of a record that was redriven, and of a dead letter about it: how often by now, in digits."""
REDRIVE_OF = "masthead-redrive-of"
"""Header beside it: the dead letter that was redriven last, as PARTITION/OFFSET."""
MOST_REASONS = 100
LONGEST_REASON = 500


def dead_letter_headers(record: Record, stage: str, kind: str, reasons: tuple[str, ...], attempt: int) -> Headers:
    """The headers of a dead letter.

    `record` is the one that failed, `stage` the service, `kind` the class of failure (`content`, `unknown`,
    `conflict`), `reasons` sentences, `attempt` how often it was tried. At most 100 reasons of 500 characters.
    """
    shown = [reason if len(reason) <= LONGEST_REASON else reason[:LONGEST_REASON] + "…" for reason in reasons]
    if len(shown) > MOST_REASONS:
        shown = [*shown[:MOST_REASONS], f"and {len(reasons) - MOST_REASONS} more"]
    ours = {
        "__connect.errors.topic": record.topic,
        "__connect.errors.partition": str(record.partition),
        "__connect.errors.offset": str(record.offset),
        "__connect.errors.stage": stage.upper(),
        "__connect.errors.connector.name": f"masthead-{stage}",
        "__connect.errors.class.name": f"masthead.{kind}",
        "__connect.errors.exception.message": "; ".join(shown),
        "kafka_dlt-original-topic": record.topic,
        "masthead-stage": stage,
        "masthead-kind": kind,
        "masthead-attempt": str(attempt),
        REASONS: msgspec.json.encode(shown).decode(),
    }
    if redrives := redrives_of(record.headers):
        ours |= {REDRIVES: str(redrives), REDRIVE_OF: redrive_of(record.headers)}
    headers = event_headers("dead-letter", stage, record.headers, record.place)
    return headers + [(name, value.encode()) for name, value in ours.items()]


async def send_dead_letter(
    producer: Producer, record: Record, stage: str, kind: str, reasons: tuple[str, ...], attempt: int = 1
) -> None:
    """Writes the record, whole, to the dead letters."""
    headers = dead_letter_headers(record, stage, kind, reasons, attempt)
    await producer.send(DEAD_LETTER, record.key, record.value, headers)


def redrives_of(headers: Mapping[str, str]) -> int:
    """How often the record with these headers was redriven; 0 for any other, whatever its producer wrote there."""
    text = headers.get(REDRIVES, "")
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else 0


def redrive_of(headers: Mapping[str, str]) -> str:
    """The dead letter that the record with these headers came from, as PARTITION/OFFSET, or nothing."""
    text = headers.get(REDRIVE_OF, "")
    return text if re.fullmatch(r"[0-9]{1,9}/[0-9]{1,18}", text) else ""


async def send_mark(producer: Producer, letter: Record, mark: LetterMark) -> None:
    """Writes what became of a dead letter behind it, into its own partition, keyed by its PARTITION/OFFSET."""
    key = f"{letter.partition}/{letter.offset}"
    headers = event_headers(LETTER_MARKED, "desk", letter.headers, key)
    await producer.send(DEAD_LETTER, key.encode(), encode(mark), headers, letter.partition)
