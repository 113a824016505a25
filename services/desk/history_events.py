"""What the history of an article is made of, and how long each stage took, from the records' own times: pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeVar

import msgspec

from services.desk.show_lines import Found, State
from shared.codec import decode
from shared.kafka_log import Record
from shared.messages import Article, Enriched, Kill
from shared.order import Phase
from shared.times import from_text

M = TypeVar("M")
Kind = Literal[
    "published", "updated", "corrected", "withheld", "released", "expired", "killed", "related", "medium killed",
    "late", "again", "refused", "embargoed",
]  # fmt: skip
STAGES = ("ingest", "gate", "enrichment", "recommendation", "publishing")


@dataclass(frozen=True)
class Event:
    """One entry. `time` in milliseconds since 1970, `cause` the record that it goes back to; `by` who wrote that one,
    `trace` the W3C trace id, 32 hexadecimal digits (empty: none).

    `took` gives milliseconds by stage, None where records do not tell; `places` the records on the way by stage.
    `visible`: readers saw a difference.
    """

    time: int
    kind: Kind
    text: str
    cause: Record
    by: str
    trace: str
    version: int | None = None
    visible: bool = True
    took: Mapping[str, int | None] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class History:
    """All events, in the order in which they happened, and where that leads."""

    uri: str
    state: State
    headline: str
    events: tuple[Event, ...]


def read(record: Record, kind: type[M]) -> M | None:
    """The message in a record; None where it cannot be read."""
    try:
        return decode(record.value, kind)
    except msgspec.DecodeError:
        return None


def writer(record: Record | None) -> str:
    """Who wrote a record, as it says itself."""
    source = "" if record is None else record.headers.get("ce_source", "")
    return source.removeprefix("/masthead/")[:200] or "producer"


def trace_of(record: Record) -> str:
    """The trace id in a record's `traceparent`; empty without one."""
    found = re.fullmatch(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}", record.headers.get("traceparent", ""))
    return "" if found is None else found[1]


def milliseconds(moment: str) -> int:
    """A fixed-width UTC time in milliseconds since 1970."""
    return _whole(from_text(moment))


def _whole(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


@dataclass(frozen=True)
class Way:
    """The records that one version went by: the producer's, the gate's copy, accepted, enriched, its first list."""

    ingest: Record | None
    scheduled: Record | None
    accepted: Record | None
    enriched: Record
    related: Record | None
    article: Article | None

    @property
    def by_gate(self) -> bool:
        """Whether the gate sent it on, at its time."""
        if self.article is None or self.scheduled is None:
            return False
        return self.article.not_before is not None or self.article.phase is Phase.EXPIRED

    def took(self) -> dict[str, int | None]:
        """Milliseconds by stage. What publishing took no record tells: it writes to Redis alone."""
        first = self.scheduled if self.by_gate else self.accepted
        found = {
            "ingest": between(self.ingest, first),
            "enrichment": between(self.accepted, self.enriched),
            "recommendation": between(self.enriched, self.related),
            "publishing": None,
        }
        if self.by_gate and self.accepted is not None and self.article is not None:
            due = self.article.not_after if self.article.phase is Phase.EXPIRED else self.article.not_before
            begin = max(milliseconds(due), self.scheduled.timestamp) if due and self.scheduled is not None else None
            found["gate"] = None if begin is None else _positive(self.accepted.timestamp - begin)
        return found

    def places(self) -> dict[str, str]:
        """The records by the stage that wrote them; `ingest` is the producer's."""
        named = {
            "ingest": self.ingest,
            "scheduled": self.scheduled,
            "accepted": self.accepted,
            "enriched": self.enriched,
            "related": self.related,
        }
        return {name: record.place for name, record in named.items() if record is not None}


def way_of(found: Found, record: Record, version: Enriched) -> Way:
    """The way of the version in a record of `articles.enriched`: by the ids of causes, else by what it says."""
    cause, own = record.headers.get("ce_causationid"), record.headers.get("ce_id")
    accepted = next((r for r in found.accepted if cause and r.headers.get("ce_id") == cause), None)
    if accepted is None:
        accepted = next((r for r in found.accepted if _same(read(r, Article), version)), None)
    return Way(
        source_of(found, version),
        next((r for r in found.scheduled if _origin_of(r) == version.origin), None),
        accepted,
        record,
        next((r for r in found.related if own and r.headers.get("ce_causationid") == own), None),
        None if accepted is None else read(accepted, Article),
    )


def source_of(found: Found, message: Article | Enriched | Kill) -> Record | None:
    """The producer's record behind a message."""
    origin = message.origin
    place = "" if origin is None else f"{origin.topic}/{origin.partition}/{origin.offset}"
    return next((record for record in found.ingest if record.place == place), None)


def _origin_of(record: Record) -> object:
    found = read(record, Article)
    return None if found is None else found.origin


def _same(one: Article | None, other: Enriched) -> bool:
    return one is not None and one.stamp == other.stamp


def between(earlier: Record | None, later: Record | None) -> int | None:
    """Milliseconds from one record to another; None where one is missing."""
    return None if earlier is None or later is None else _positive(later.timestamp - earlier.timestamp)


def _positive(found: int) -> int | None:
    """None for less than nothing: two clocks that differ."""
    return found if found >= 0 else None
