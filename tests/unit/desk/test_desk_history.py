"""The history of an article: what readers saw, why, and what changed nothing."""

import dataclasses
import json
from typing import Any

import pytest
from rich.cells import cell_len

from services.desk.history_events import Event, History, milliseconds
from services.desk.history_fold import history
from services.desk.history_screen import as_data, show
from services.desk.show_lines import Found
from shared.kafka_log import Record
from shared.messages import Article, Enriched, GateMark, Kill, Media, Origin, RelatedItem, RelatedList
from shared.order import Phase
from tests.unit.desk.letters import letter_record, mark, mark_record
from tests.unit.desk.screens import screened
from tests.unit.desk.versions import NOW, URI, article, record

EMPTY = Found(URI, [], [], [], [], [], [], [])
TRACE = "0af7651916cd43dd8448eb211c80319c"
NOON = milliseconds(NOW)
PICTURE = Media(id="p" * 16, kind="picture", href="https://m.example/p.jpg")


class Log:
    """The records of one article, as its stages write them: 4 ms for ingest, 6 for enrichment, 20 for the list."""

    def __init__(self) -> None:
        self.records: dict[str, list[Record]] = {
            name: [] for name in ("ingest", "accepted", "scheduled", "enriched", "related", "kills", "letters")
        }

    def version(self, time: int, by_gate: int | None = None, **fields: Any) -> Article:
        """A version that a producer sent at `time`; `by_gate`: when the gate sends it on."""
        of_enriched = {name: fields.pop(name) for name in ("media",) if name in fields}
        place = len(self.records["ingest"])
        version = article(**fields, origin=Origin(topic="articles.ingest", partition=2, offset=place))
        self.records["ingest"].append(record("articles.ingest", b"{}", place, time, ce_source="/masthead/wire"))
        at = time + 4
        if by_gate is not None:
            self.records["scheduled"].append(record("articles.scheduled", version, place, at))
            at = by_gate
        self.pass_on(version, at, **of_enriched)
        return version

    def pass_on(self, version: Article, at: int, **fields: Any) -> None:
        number = len(self.records["accepted"])
        trace = f"00-{TRACE}-{'1' * 16}-01"
        self.records["accepted"].append(
            record("articles.accepted", version, number, at, ce_id=f"a{number}", traceparent=trace)
        )
        names = set(Enriched.__struct_fields__) & set(version.__struct_fields__)
        enriched = Enriched(**{name: getattr(version, name) for name in names} | fields)
        headers = {"ce_id": f"e{number}", "ce_causationid": f"a{number}", "traceparent": trace}
        self.records["enriched"].append(record("articles.enriched", enriched, number, at + 6, **headers))

    def related(self, time: int, entries: int, cause: str = "e0") -> None:
        item = RelatedItem(id="r" * 16, uri="urn:r", slug="r", editions=("hk",), headline="R", published_at=NOW,
                           media_type="text", language="en", score=0.5, reasons=())  # fmt: skip
        number = len(self.records["related"])
        message = RelatedList(
            uri=URI, id="a" * 16, editions=("hk",), term=1, sequence=number, epoch="e", items=(item,) * entries
        )
        headers = {"ce_causationid": cause, "ce_source": "/masthead/recommendation"}
        self.records["related"].append(record("articles.related", message, number, time, **headers))

    def kill(self, time: int, **fields: Any) -> None:
        self.records["kills"].append(kill(time, len(self.records["kills"]), **fields))

    def told(self, *media_kills: Record, moment: str = NOW) -> History:
        return history(dataclasses.replace(EMPTY, **self.records), media_kills, moment)


def kill(time: int, offset: int = 0, **fields: Any) -> Record:
    content = {"uri": URI, "id": article().id, "killed_at": NOW, "actor": "/masthead/desk/ann", "reason": "court order"}
    return record("articles.kills", Kill(**content | fields), offset, time)


def at(time: int) -> str:
    """Milliseconds since 1970 within the day of NOW as fixed-width UTC."""
    seconds = (time - NOON) // 1000 + 12 * 3600
    return f"2026-03-01T{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.000000Z"


def said(told: History, everything: bool = False) -> list[tuple[str, int | None, str]]:
    return [(e.kind, e.version, e.text) for e in told.events if e.visible or everything]


def test_a_life_in_full() -> None:
    log = Log()
    log.version(1000)
    log.related(1015, 0)
    log.related(1030, 2)
    log.related(1040, 3)
    log.version(2000, version=2, headline="B")
    log.version(3000, version=3, headline="B", correction="It was Ann.")
    log.version(4000, version=4, headline="B", phase=Phase.WITHHELD, ninjs={"edNote": "Withheld: being checked\nmore"})
    log.version(5000, version=5, headline="B", correction="It was Ann.")
    log.kill(6000)
    told = log.told()
    assert said(told) == [
        ("published", 1, ""),
        ("related", None, "2 articles"),
        ("updated", 2, "headline: B"),
        ("corrected", 3, "It was Ann."),
        ("withheld", 4, "being checked"),
        ("released", 5, ""),
        ("killed", None, "court order"),
    ]
    assert (told.state, told.headline) == ("killed", "B")
    assert said(told) == said(told, everything=True)


def test_each_change_names_its_cause_its_trace_and_the_time_of_each_stage() -> None:
    log = Log()
    log.version(1000)
    log.related(1030, 2)
    [published, related] = log.told().events
    assert (published.time, published.cause.place, published.by) == (1010, "articles.ingest/2/0", "wire")
    assert published.trace == TRACE
    assert published.took == {"ingest": 4, "enrichment": 6, "recommendation": 20, "publishing": None}
    assert published.places == {
        "ingest": "articles.ingest/2/0",
        "accepted": "articles.accepted/2/0",
        "enriched": "articles.enriched/2/0",
        "related": "articles.related/2/0",
    }
    assert (related.cause.place, related.by, related.took["recommendation"]) == (
        "articles.related/2/0",
        "recommendation",
        20,
    )
    assert related.trace == "", "a record without a trace has none"


def test_late_repeated_and_conflicting_versions_changed_nothing() -> None:
    log = Log()
    log.version(1000, version=2)
    log.version(2000, version=1)
    log.pass_on(article(version=2), 3000)
    log.version(4000, version=2, hash="0" * 32)
    log.kill(5000)
    log.version(6000, version=9)
    log.kill(7000)
    told = log.told()
    assert said(told) == [("published", 2, ""), ("killed", None, "court order")]
    assert said(told, everything=True)[1:] == [
        ("late", 1, "changed nothing: version 2 of 2026-03-01T08:00:00Z stands"),
        ("again", 2, "changed nothing: it stood already"),
        ("late", 2, "changed nothing: other content of the same version stands"),
        ("killed", None, "court order"),
        ("late", 9, "changed nothing: killed before"),
        ("again", None, "changed nothing: killed before"),
    ]


def test_the_winner_of_a_conflict_that_came_second_is_an_update() -> None:
    log = Log()
    log.version(1000)
    log.version(2000, hash="2" * 32)
    assert said(log.told())[1] == ("updated", 1, "other content of the same version")


def test_an_embargo_ends_by_the_clock_and_so_does_the_article() -> None:
    log = Log()
    due, over = NOON - 60_000, NOON - 30_000
    version = log.version(due - 5000, by_gate=due + 150, not_before=at(due), not_after=at(over))
    log.pass_on(
        article(not_before=version.not_before, not_after=version.not_after, phase=Phase.EXPIRED, origin=version.origin),
        over + 90,
    )
    told = log.told()
    assert said(told, everything=True) == [
        ("embargoed", 1, f"until {at(due)[:19]}Z"),
        ("published", 1, ""),
        ("expired", 1, ""),
    ]
    [_, published, expired] = told.events
    assert published.took == {"ingest": 4, "gate": 150, "enrichment": 6, "recommendation": None, "publishing": None}
    assert (expired.time, expired.by, expired.cause.place) == (over, "the clock", "articles.accepted/2/1")
    assert expired.took["gate"] == 90
    assert told.state == "expired"


def test_what_has_expired_is_gone_before_the_gate_says_so_and_a_new_version_brings_it_back() -> None:
    log = Log()
    over = NOON - 60_000
    log.version(over - 5000, not_after=at(over))
    told = log.told()
    assert [(event.kind, event.time) for event in told.events] == [("published", over - 4990), ("expired", over)]
    assert told.events[1].cause.place == "articles.ingest/2/0"
    log.version(over + 5000, version=2)
    assert said(log.told())[2] == ("published", 2, "again, after it had expired")
    assert log.told().state == "live"
    assert said(log.told(moment=at(over - 1000)))[0][0] == "published"


def test_a_killed_picture_is_a_change_of_the_articles_that_showed_it_then() -> None:
    log = Log()
    log.version(1000, media=(PICTURE,))
    log.version(3000, version=2)
    gone = kill(2000, id=PICTURE.id, uri="urn:p")
    assert said(log.told(gone))[1] == ("medium killed", None, "picture urn:p: court order")
    for unseen in (kill(500, id=PICTURE.id, uri="urn:p"), kill(4000, id=PICTURE.id, uri="urn:p")):
        assert [kind for kind, _, _ in said(log.told(unseen), everything=True)] == ["published", "updated"]


def test_refusals_are_told_among_what_changed_nothing_and_marks_are_not() -> None:
    found = dataclasses.replace(EMPTY, letters=[letter_record(15, timestamp=5), mark_record(16, mark(15))])
    told = history(found, [], NOW)
    assert said(told) == []
    [refused] = told.events
    assert (refused.kind, refused.text, refused.by) == ("refused", "content: one", "ingest")
    assert refused.places == {"ingest": "articles.ingest/2/7", "dead-letter": "articles.dead-letter/2/15"}


def test_records_that_cannot_be_read_stop_nothing() -> None:
    log = Log()
    log.version(1000)
    for name in ("accepted", "enriched", "related", "kills", "scheduled"):
        log.records[name].append(record(f"articles.{name}", b"\xff", 99, 2000))
    forwarded = GateMark(uri=URI, version=1, version_created=NOW, hash="1" * 32, phase=Phase.LIVE)
    headers = {"ce_type": "masthead.gate.forwarded"}
    log.records["scheduled"].append(record("articles.scheduled", forwarded, 98, 2000, **headers))
    assert [kind for kind, _, _ in said(log.told(), everything=True)] == ["published", "killed"]


def test_clocks_that_differ_give_no_time_less_than_nothing() -> None:
    log = Log()
    log.version(1000)
    log.records["ingest"][0] = dataclasses.replace(log.records["ingest"][0], timestamp=9000)
    assert log.told().events[0].took["ingest"] is None


def long_life() -> History:
    log = Log()
    log.version(1000, headline="碼頭工人投票通過協議，" * 8)
    log.related(1030, 2)
    log.version(NOON - 5000, version=2, headline="\x1b[31m" + "long " * 30)
    log.version(NOON - 4000, version=1)
    return log.told()


@pytest.mark.parametrize("width", [60, 120])
def test_it_fits_its_terminal_and_steers_none(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    text = screened(monkeypatch, width, lambda: show(long_life(), False))
    assert "\x1b" not in text
    assert max(map(cell_len, text.splitlines())) <= width
    assert "● live" in text
    assert [line for line in text.splitlines() if line in ("1970-01-01", "2026-03-01")] == ["1970-01-01", "2026-03-01"]
    assert text.rstrip().endswith("and 1 that changed nothing: --all")
    assert any("by wire" in line and "ingest 4 ms" in line for line in text.splitlines()) is (width == 120)


def test_piped_each_event_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = screened(monkeypatch, None, lambda: show(long_life(), True)).splitlines()
    events = lines[lines.index("") + 1 :]
    assert [line.split()[1] for line in events] == ["published", "related", "updated", "late"]
    assert events[0] == (
        "1970-01-01T00:00:01.010Z  published      version 1  articles.ingest/2/0 by wire  "
        f"ingest 4 ms, enrichment 6 ms, recommendation 20 ms  trace {TRACE}"
    )
    assert all(line == line.rstrip() for line in lines)


def test_that_nobody_has_seen_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = history(dataclasses.replace(EMPTY, letters=[letter_record(15)]), [], NOW)
    text = screened(monkeypatch, None, lambda: show(nothing, False))
    assert "● refused" in text
    assert "readers have seen nothing of it\nand 1 that changed nothing: --all" in text


def test_the_history_for_programs_is_json_with_null_for_what_is_not_known() -> None:
    data = json.loads(json.dumps(as_data(long_life(), False)))
    assert [event["kind"] for event in data["events"]] == ["published", "related", "updated"]
    first: dict[str, Any] = data["events"][0]
    assert first["latency"] == {"ingest": 4, "enrichment": 6, "recommendation": 20, "publishing": None}
    assert first["cause"] == {"topic": "articles.ingest", "partition": 2, "offset": 0}
    assert isinstance(long_life().events[0], Event)
