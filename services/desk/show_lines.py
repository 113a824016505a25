"""What `masthead show` prints of one article's records: pure, records in, labelled lines out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from services.desk.edge import Answer
from services.desk.letter import letter_of
from shared.codec import decode, is_event
from shared.identity import public_id
from shared.kafka_log import Record
from shared.messages import Article, Enriched, GateMark, Kill, Origin, RelatedList, Version
from shared.order import Phase
from shared.topics import GATE_FORWARDED

V = TypeVar("V", bound=Version)
M = TypeVar("M")
Lines = list[tuple[str, str]]


@dataclass(frozen=True)
class Found:
    """All records about one `uri`, by topic, oldest first."""

    uri: str
    ingest: Sequence[Record]
    accepted: Sequence[Record]
    scheduled: Sequence[Record]
    enriched: Sequence[Record]
    related: Sequence[Record]
    kills: Sequence[Record]
    letters: Sequence[Record]

    def __bool__(self) -> bool:
        """Whether the log knows anything of it."""
        return any((self.ingest, self.accepted, self.scheduled, self.kills, self.letters))


def lines(found: Found, moment: str) -> Lines:
    """Label and text, in the order of the stages. `moment` is now, as fixed-width UTC.

    A place is partition/offset in the stage's topic; times are those of the records, `+12 ms` after the stage before.
    """
    text: Lines = [("uri", found.uri), ("id", public_id(found.uri))]
    accepted, scheduled = newest(found.accepted, Article), newest(found.scheduled, Article)
    versions = [pair[1] for pair in (accepted, scheduled) if pair is not None]
    latest = max(versions, key=lambda version: version.stamp.order(), default=None)
    source = _source(found.ingest, latest)
    if latest is not None:
        text.append(("headline", latest.headline))
    if source is not None:
        text.append(("ingest", f"{place(source)}  {clock(source)}{_count(found.ingest, 'record')}"))
    if scheduled is not None:
        record, version = scheduled
        waits = _embargo(version, _released(found.scheduled, version), moment)
        text.append(("scheduled", f"{place(record)}  {_after(record, source)}{_version(version)}{waits}"))
    if accepted is not None:
        record, version = accepted
        by_gate = version.not_before is not None or version.phase is Phase.EXPIRED
        previous = None if by_gate else _source(found.ingest, version)  # the gate's waiting is not the stage's work
        text.append(("accepted", f"{place(record)}  {_after(record, previous)}{_version(version)}"))
    enriched = newest(found.enriched, Enriched)
    if enriched is not None:
        record, full = enriched
        after = _after(record, accepted[0] if accepted is not None else None)
        text.append(("enriched", f"{place(record)}  {after}{_version(full)}, {full.word_count} words"))
    if found.related:
        text += _related(found.related, enriched[0] if enriched is not None else None)
    return text + _ends(found)


def _related(records: Sequence[Record], enriched: Record | None) -> Lines:
    """The list that stands, and how long the first one after `enriched` took: later ones answer to other articles."""
    lists = [(record, known) for record in records if (known := _decoded(record, RelatedList)) is not None]
    if not lists:
        return []
    record, known = max(lists, key=lambda pair: pair[1].fence())
    first = next((r for r, _ in lists if enriched is not None and r.timestamp >= enriched.timestamp), record)
    entries = f"{len(known.items)} {'entry' if len(known.items) == 1 else 'entries'}"
    fence = f"term {known.term}, sequence {known.sequence}"
    return [("related", f"{place(record)}  {_after(first, enriched)}{entries}, {fence}{_count(records, 'list')}")]


def _ends(found: Found) -> Lines:
    """Kills and dead letters."""
    text: Lines = []
    for record in found.kills[:1]:
        kill = _decoded(record, Kill)
        why = (
            "a record that cannot be read" if kill is None else f"{kill.killed_at[:19]}Z by {kill.actor}: {kill.reason}"
        )
        text.append(("killed", f"{place(record)}  {why}"))
    for record in found.letters:
        letter = letter_of(record)
        text.append(("refused", f"{place(record)}  {clock(record)}  {letter.kind}: {letter.text}"))
    return text


def edge_line(answer: Answer) -> str:
    """What the edge says of it."""
    if answer.status == 0:
        return f"no answer: {answer.detail}"
    if answer.status != 200:
        return f"{answer.status}  {answer.reason or answer.detail}"
    version = f"version {answer.stamp.version}  " if answer.stamp is not None else ""
    return f"200  {version}ETag {answer.etag}  {answer.url}"


def newest(records: Sequence[Record], kind: type[V]) -> tuple[Record, V] | None:
    """The newest version by `newer()` and the record of it that came first; marks of the gate are passed over."""
    best: tuple[Record, V] | None = None
    for record in records:
        version = None if is_event(record.headers, GATE_FORWARDED) else _decoded(record, kind)
        if version is not None and (best is None or version.stamp.order() > best[1].stamp.order()):
            best = record, version
    return best


def place(record: Record) -> str:
    """Partition and offset."""
    return f"{record.partition}/{record.offset}"


def clock(record: Record) -> str:
    """The record's own time: UTC, to the millisecond."""
    return (
        datetime.fromtimestamp(record.timestamp / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    )


def _after(record: Record, previous: Record | None) -> str:
    if previous is None:
        return f"{clock(record)}  "
    took = record.timestamp - previous.timestamp
    if took < 0:
        return ""
    return f"+{took} ms  " if took < 10_000 else f"+{took / 1000:.1f} s  "


def _version(version: Version) -> str:
    return f"version {version.version} of {version.version_created[:19]}Z, {version.phase}"


def _embargo(version: Version, released: bool, moment: str) -> str:
    text = ""
    if version.not_before is not None:
        state = "released" if released else "waits" if version.not_before > moment else "is due, not released yet"
        text = f", embargoed until {version.not_before[:19]}Z ({state})"
    return text + (f", expires {version.not_after[:19]}Z" if version.not_after is not None else "")


def _released(records: Sequence[Record], version: Version) -> bool:
    marks = [_decoded(record, GateMark) for record in records if is_event(record.headers, GATE_FORWARDED)]
    return any(mark is not None and mark.hash == version.hash and mark.version == version.version for mark in marks)


def _source(ingest: Sequence[Record], version: Version | None) -> Record | None:
    """The producer's record behind a version; without a version the last that came."""
    if version is None:
        return max(ingest, key=lambda record: record.timestamp, default=None)
    return next((record for record in ingest if _is(record, version.origin)), None)


def _is(record: Record, origin: Origin) -> bool:
    return (record.topic, record.partition, record.offset) == (origin.topic, origin.partition, origin.offset)


def _count(records: Sequence[Record], name: str) -> str:
    return f"  ({len(records)} {name}s in all)" if len(records) > 1 else ""


def _decoded(record: Record, kind: type[M]) -> M | None:
    try:
        return decode(record.value, kind)
    except msgspec.DecodeError:
        return None
