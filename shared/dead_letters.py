"""Dead letters: the original key and bytes, with headers that existing tools read and a person understands.

Headers follow Kafka Connect's `__connect.errors.*` (KIP-298), as strings, and Spring's `kafka_dlt-original-topic`.
"""

import msgspec

from shared.codec import Headers, event_headers
from shared.kafka_log import Producer, Record
from shared.topics import DEAD_LETTER

REASONS = "masthead-reasons"
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
    headers = event_headers("dead-letter", stage, record.headers, record.place)
    return headers + [(name, value.encode()) for name, value in ours.items()]


async def send_dead_letter(
    producer: Producer, record: Record, stage: str, kind: str, reasons: tuple[str, ...], attempt: int = 1
) -> None:
    """Writes the record, whole, to the dead letters."""
    headers = dead_letter_headers(record, stage, kind, reasons, attempt)
    await producer.send(DEAD_LETTER, record.key, record.value, headers)
