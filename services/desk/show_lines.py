"""What `masthead show` says of one article's records: pure, records in, its state and the steps of its way out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TypeVar

import msgspec

from services.desk.edge import Answer
from services.desk.letter import letter_of
from shared.codec import decode, is_event
from shared.kafka_log import Record
from shared.messages import Article, Enriched, GateMark, Kill, Origin, RelatedItem, RelatedList, Version
from shared.order import Phase
from shared.topics import GATE_FORWARDED

V = TypeVar("V", bound=Version)
M = TypeVar("M")
State = Literal["live", "withheld", "killed", "expired", "waiting", "under way", "refused", "unknown"]


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


@dataclass(frozen=True)
class Step:
    """One step of the way. `place` is partition/offset in the stage's topic, `took` milliseconds after the step before
    (None: not known, or no work of the stage)."""

    stage: str
    place: str
    text: str
    took: int | None = None


def latest(found: Found) -> Version | None:
    """The newest version that ingest has taken in, embargoed or not."""
    pairs = (newest(found.accepted, Article), newest(found.scheduled, Article))
    return max((pair[1] for pair in pairs if pair is not None), key=lambda version: version.stamp.order(), default=None)


def state_of(found: Found, answer: Answer, moment: str) -> State:
    """How it stands with readers: what the edge says; where that is nothing, what the log makes likely."""
    version = latest(found)
    if answer.status == 200:
        return "live"
    if answer.reason == "killed" or found.kills:
        return "killed"
    if answer.reason == "withheld" or (version is not None and version.phase is Phase.WITHHELD):
        return "withheld"
    if version is None:
        return "refused" if found.letters else "under way"
    if answer.reason == "expired" or (version.not_after is not None and version.not_after <= moment):
        return "expired"
    if version.not_before is not None and moment < version.not_before:
        return "waiting"
    return "unknown" if answer.status in (0, 503) else "under way"


def steps(found: Found, answer: Answer, moment: str) -> list[Step]:
    """The way of the newest version, in the order of the stages. `moment` is now, as fixed-width UTC."""
    accepted, scheduled = newest(found.accepted, Article), newest(found.scheduled, Article)
    enriched = newest(found.enriched, Enriched)
    standing = latest(found)
    source = _source(found.ingest, standing)
    way: list[Step] = []
    if source is not None:
        way.append(Step("ingest", place(source), f"{clock(source)}{_count(found.ingest, 'record')}"))
    if scheduled is not None:
        record, version = scheduled
        text = _version(version, standing) + _embargo(version, _released(found.scheduled, version), moment)
        way.append(_step("scheduled", record, source, text))
    if accepted is not None:
        record, version = accepted
        by_gate = version.not_before is not None or version.phase is Phase.EXPIRED
        previous = None if by_gate else _source(found.ingest, version)  # the gate's waiting is not the stage's work
        way.append(_step("accepted", record, previous, _version(version, standing)))
    if enriched is not None:
        record, full = enriched
        before = accepted[0] if accepted is not None else None
        way.append(_step("enriched", record, before, f"{_version(full, standing)}, {full.word_count:,} words"))
    way += _related(found.related, enriched[0] if enriched is not None else None)
    return [*way, *_ends(found), Step("edge", str(answer.status or "-"), edge_text(answer))]


def _step(stage: str, record: Record, previous: Record | None, text: str) -> Step:
    """A step; with the record's own time where it cannot be told how long it took."""
    took = None if previous is None else record.timestamp - previous.timestamp
    if took is None:
        return Step(stage, place(record), f"{clock(record)}  {text}")
    return Step(stage, place(record), text, took if took >= 0 else None)


def standing_list(found: Found) -> tuple[RelatedItem, ...]:
    """The related articles as the list that stands has them, best first."""
    lists = [known for record in found.related if (known := _decoded(record, RelatedList)) is not None]
    return max(lists, key=lambda known: known.fence()).items if lists else ()


def _related(records: Sequence[Record], enriched: Record | None) -> list[Step]:
    """The list that stands, and how long the first one after `enriched` took: later ones answer to other articles."""
    lists = [(record, known) for record in records if (known := _decoded(record, RelatedList)) is not None]
    if not lists:
        return []
    record, known = max(lists, key=lambda pair: pair[1].fence())
    first = next((r for r, _ in lists if enriched is not None and r.timestamp >= enriched.timestamp), record)
    entries = f"{len(known.items)} {'entry' if len(known.items) == 1 else 'entries'}"
    fence = f"term {known.term}, sequence {known.sequence}"
    took = None if enriched is None or first.timestamp < enriched.timestamp else first.timestamp - enriched.timestamp
    return [Step("related", place(record), f"{entries}, {fence}{_count(records, 'list')}", took)]


def _ends(found: Found) -> list[Step]:
    """Kills and dead letters."""
    way: list[Step] = []
    for record in found.kills[:1]:
        kill = _decoded(record, Kill)
        why = (
            "a record that cannot be read"
            if kill is None
            else f"{kill.killed_at[:19]}Z by {kill.actor}{f': {kill.reason}' if kill.reason else ''}"
        )
        way.append(Step("killed", place(record), why))
    for record in found.letters:
        letter = letter_of(record)
        way.append(Step("refused", place(record), f"{clock(record)}  {letter.kind}: {letter.text}"))
    return way


def edge_text(answer: Answer) -> str:
    """What the edge says of it, less its status and the address."""
    if answer.status == 0:
        return f"no answer: {answer.detail}"
    if answer.status != 200:
        return answer.reason or answer.detail
    return f"version {answer.stamp.version}, ETag {answer.etag}" if answer.stamp is not None else f"ETag {answer.etag}"


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


def _version(version: Version, standing: Version | None) -> str:
    """Its number and phase; its time, too, where that alone tells it from the one that stands."""
    same = standing is None or version.version_created == standing.version_created
    return f"version {version.version}{'' if same else f' of {version.version_created[:19]}Z'}, {version.phase}"


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
    return f" ({len(records)} {name}s in all)" if len(records) > 1 else ""


def _decoded(record: Record, kind: type[M]) -> M | None:
    try:
        return decode(record.value, kind)
    except msgspec.DecodeError:
        return None
