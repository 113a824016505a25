"""The history of an article, folded from its records: each change that readers saw, and what changed nothing. Pure.

The fold does what publishing does with the same records: the order of `newer()`, kills first, and the clock of the
edge, which hides what has expired whether or not a record says so yet.
"""

from collections.abc import Callable, Mapping, Sequence

from services.desk.edge import Answer
from services.desk.history_events import (
    Event,
    History,
    Kind,
    Way,
    between,
    milliseconds,
    read,
    source_of,
    trace_of,
    way_of,
    writer,
)
from services.desk.letter import letter_of, mark_in
from services.desk.outcomes import short
from services.desk.show_lines import Found, latest, state_of
from shared.codec import is_event
from shared.kafka_log import Record
from shared.messages import Article, Enriched, Kill, Media, RelatedList
from shared.order import Phase, conflict, newer
from shared.topics import GATE_FORWARDED, INGEST

CLOCK = "the clock"
NOTES = ("Withheld: ", "Released: ")


def history(found: Found, media_kills: Sequence[Record], moment: str) -> History:
    """The events of an article up to `moment` (fixed-width UTC). `media_kills` are the kills of the media that its
    versions show."""
    fold = _Fold(found)
    steps: list[tuple[int, int, Record, Callable[[Record, int], None]]] = []
    steps += [(record.timestamp, 0, record, fold.kill) for record in found.kills]
    steps += [(record.timestamp, 1, record, fold.medium_kill) for record in media_kills]
    at = 0
    for record in found.enriched:  # publishing goes by their offsets, whatever their writers' clocks say
        at = max(at, record.timestamp)
        steps.append((at, 2, record, fold.version))
    steps += [(record.timestamp, 3, record, fold.related) for record in found.related]
    steps += [(record.timestamp, 4, record, fold.letter) for record in found.letters if mark_in(record) is None]
    steps += [(record.timestamp, 5, record, fold.scheduled) for record in found.scheduled]
    for time, _, record, take in sorted(steps, key=lambda step: step[:2]):
        fold.clock(time)
        take(record, time)
    fold.clock(milliseconds(moment))
    newest = latest(found)
    state = state_of(found, Answer(200 if fold.live else 404), moment)
    events = tuple(sorted(fold.events, key=lambda event: event.time))
    return History(found.uri, state, newest.headline if newest is not None else "", events)


class _Fold:
    """What stands after the records so far, and the events on the way. Times in milliseconds since 1970."""

    def __init__(self, found: Found) -> None:
        self.events: list[Event] = []
        self._found = found
        self._standing: Enriched | None = None
        self._media: dict[str, Media] = {}
        self._killed = self._expired = self._listed = False

    @property
    def live(self) -> bool:
        """Whether readers see the article."""
        standing = self._standing
        return standing is not None and standing.phase is Phase.LIVE and not (self._killed or self._expired)

    def clock(self, time: int) -> None:
        """What has expired by `time`: because of the gate's record, where that has come."""
        standing = self._standing
        if not self.live or standing is None or standing.not_after is None:
            return
        if (due := milliseconds(standing.not_after)) > time:
            return
        self._expired = True
        for said in self._found.enriched:
            version = read(said, Enriched)
            if version is not None and _expires(version, standing):
                way = way_of(self._found, said, version)
                took = {name: took for name, took in way.took().items() if name != "ingest"}
                cause = way.accepted or said
                self._add(due, "expired", cause, CLOCK, said, version.version, took=took, places=way.places())
                return
        source = source_of(self._found, standing) or self._found.enriched[0]
        self._add(due, "expired", source, CLOCK, source, standing.version)

    def version(self, record: Record, time: int) -> None:
        """A record of `articles.enriched`."""
        version = read(record, Enriched)
        if version is None:
            return
        kind, text, visible = self._change(version, time)
        said_already = kind == "expired" and self._expired
        if kind not in ("late", "again"):
            self._standing = version
            self._expired = kind == "expired"
            self._media = {medium.id: medium for medium in version.media}
        if said_already:
            return
        way = way_of(self._found, record, version)
        gone = version.phase is Phase.EXPIRED
        cause = (way.accepted if gone else way.ingest) or record
        by = CLOCK if gone else writer(way.ingest)
        text = text or _note(way, kind)
        self._add(time, kind, cause, by, record, version.version, text, visible, way.took(), way.places())

    def _change(self, version: Enriched, time: int) -> tuple[Kind, str, bool]:
        """What a version does: the kind, what is to be said of it, and whether readers see a difference."""
        before = self._standing
        if self._killed:
            return "late", "changed nothing: killed before", False
        if before is not None and not newer(version.stamp, before.stamp):
            if version.stamp == before.stamp:
                return "again", "changed nothing: it stood already", False
            if conflict(version.stamp.fence(), before.stamp.fence()):
                return "late", "changed nothing: other content of the same version stands", False
            stands = f"version {before.version} of {short(before.version_created)} stands"
            return "late", f"changed nothing: {stands}", False
        if version.phase is Phase.EXPIRED:
            return "expired", "", True
        if version.phase is Phase.WITHHELD:
            hidden = before is not None and before.phase is Phase.WITHHELD
            return "withheld", "stays withheld" if hidden else "", not hidden
        if version.not_after is not None and milliseconds(version.not_after) <= time:
            return "expired", "had expired before it came", self.live
        if before is None:
            return "published", "", True
        if self._expired:
            return "published", "again, after it had expired", True
        if before.phase is Phase.WITHHELD:
            return "released", "", True
        if version.correction and version.correction != before.correction:
            return "corrected", version.correction, True
        if conflict(version.stamp.fence(), before.stamp.fence()):
            return "updated", "other content of the same version", True
        return "updated", "" if version.headline == before.headline else f"headline: {version.headline}", True

    def kill(self, record: Record, time: int) -> None:
        """A kill of the article: the first one counts."""
        kill = read(record, Kill)
        source = None if kill is None else source_of(self._found, kill)
        by = "a record that cannot be read" if kill is None else kill.actor.removeprefix("/masthead/")
        text = "changed nothing: killed before" if self._killed else "" if kill is None else kill.reason
        took = {"ingest": between(source, record), "publishing": None}
        kind: Kind = "again" if self._killed else "killed"
        self._add(time, kind, record, by, record, None, text, not self._killed, took, _places(source, kills=record))
        self._killed = True

    def medium_kill(self, record: Record, time: int) -> None:
        """A kill of a picture or recording that the version which stands may show."""
        kill = read(record, Kill)
        medium = None if kill is None else self._media.pop(kill.id, None)
        if kill is None or medium is None or not self.live:
            return
        text = f"{medium.kind} {kill.uri}{f': {kill.reason}' if kill.reason else ''}"
        by = kill.actor.removeprefix("/masthead/")
        took = {"ingest": None, "publishing": None}
        self._add(time, "medium killed", record, by, record, None, text, True, took, _places(None, kills=record))

    def related(self, record: Record, time: int) -> None:
        """A related list: the first one with something in it is told."""
        known = read(record, RelatedList)
        if known is None or not known.items or self._listed or not self.live:
            return
        self._listed = True
        text = f"{len(known.items)} {'article' if len(known.items) == 1 else 'articles'}"
        cause = record.headers.get("ce_causationid")
        since = next((r for r in self._found.enriched if cause and r.headers.get("ce_id") == cause), None)
        took = {"recommendation": between(since, record), "publishing": None}
        self._add(
            time, "related", record, writer(record), record, None, text, True, took, _places(None, related=record)
        )

    def letter(self, record: Record, time: int) -> None:
        """A dead letter: a record that changed nothing."""
        letter = letter_of(record)
        text = f"{letter.kind}: {letter.text}" if letter.kind else letter.text
        failed = "{}/{}/{}".format(*letter.place)
        places = {"ingest" if letter.place[0] == INGEST.name else "refused": failed, "dead-letter": record.place}
        self._add(time, "refused", record, letter.stage or "somebody", record, None, text, False, {}, places)

    def scheduled(self, record: Record, time: int) -> None:
        """A version that waits at the gate."""
        version = None if is_event(record.headers, GATE_FORWARDED) else read(record, Article)
        if version is None or version.not_before is None or milliseconds(version.not_before) <= time:
            return
        source = source_of(self._found, version)
        text, took = f"until {short(version.not_before)}", {"ingest": between(source, record)}
        places = _places(source, scheduled=record)
        cause = source or record
        self._add(time, "embargoed", cause, writer(source), record, version.version, text, False, took, places)

    def _add(
        self,
        time: int,
        kind: Kind,
        cause: Record,
        by: str,
        traced: Record,
        version: int | None,
        text: str = "",
        visible: bool = True,
        took: Mapping[str, int | None] | None = None,
        places: Mapping[str, str] | None = None,
    ) -> None:
        """Adds an event; its trace is that of the record `traced`."""
        self.events.append(
            Event(time, kind, text, cause, by, trace_of(traced), version, visible, took or {}, places or {})
        )


def _expires(one: Enriched, standing: Enriched) -> bool:
    """Whether a record says that the version that stands has expired."""
    return one.phase is Phase.EXPIRED and one.stamp._replace(phase=Phase.LIVE) == standing.stamp


def _places(source: Record | None, **others: Record) -> dict[str, str]:
    named = {"ingest": source, **others}
    return {name: record.place for name, record in named.items() if record is not None}


def _note(way: Way, kind: Kind) -> str:
    """The desk's reason for withholding or releasing, from the producer's `edNote`."""
    note = None if way.article is None else way.article.ninjs.get("edNote")
    if kind not in ("withheld", "released") or not isinstance(note, str):
        return ""
    first = next(iter(note.splitlines()), "")
    return first.partition(": ")[2] if first.startswith(NOTES) else ""
