"""Dead letters and marks to try the desk's pure functions on."""

from typing import Literal

from services.desk.letter import Letter
from shared.codec import encode
from shared.dead_letters import dead_letter_headers
from shared.kafka_log import Record
from shared.messages import LetterMark, Origin
from tests.unit.desk.versions import NOW, URI

State = Literal["open", "redriven", "discarded"]
SOURCE = Record("articles.ingest", 2, 7, 1000, None, b"{}")


def mark(offset: int, act: Literal["redriven", "discarded"] = "discarded", reason: str = "done with") -> LetterMark:
    """A mark on the letter at this offset of partition 2."""
    place = Origin(topic="articles.dead-letter", partition=2, offset=offset)
    again = Origin(topic="articles.ingest", partition=1, offset=9) if act == "redriven" else None
    return LetterMark(letter=place, act=act, marked_at=NOW, actor="/masthead/desk/ann", reason=reason, redriven=again)


def letter(
    reason: str = "one", state: State = "open", *more: str, kind: str = "content", stage: str = "ingest"
) -> Letter:
    """A letter about the record at offset 7 of partition 2 of `articles.ingest`."""
    return Letter(
        stage,
        kind,
        ("articles.ingest", 2, 7),
        (reason, *more),
        (2, 15),
        key=URI.encode(),
        mark=None if state == "open" else mark(15, state),
    )


def letter_record(
    offset: int,
    reasons: tuple[str, ...] = ("one",),
    source: Record = SOURCE,
    stage: str = "ingest",
    kind: str = "content",
    timestamp: int = 0,
    value: bytes | None = b"{}",
    key: bytes | None = None,
) -> Record:
    """A dead letter in partition 2, as a stage writes it."""
    headers = {name: text.decode() for name, text in dead_letter_headers(source, stage, kind, reasons, 1)}
    return Record("articles.dead-letter", 2, offset, timestamp, key, value, headers)


def mark_record(offset: int, of: LetterMark) -> Record:
    """A mark in partition 2, as the desk writes it."""
    headers = {"ce_type": "masthead.dead-letter.marked"}
    return Record("articles.dead-letter", 2, offset, 0, b"2/15", encode(of), headers)
