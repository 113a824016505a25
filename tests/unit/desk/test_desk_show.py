"""What `masthead show` prints of records."""

import dataclasses

from services.desk.edge import Answer
from services.desk.letter import letter_of
from services.desk.show import mentions
from services.desk.show_lines import Found, Step, edge_text, state_of, steps
from shared.dead_letters import dead_letter_headers
from shared.kafka_log import Record
from shared.messages import Enriched, GateMark, Kill, RelatedList
from tests.unit.desk.versions import NOW, URI, article, record

EMPTY = Found(URI, [], [], [], [], [], [], [])
OURS = article()
SOURCE = Record("articles.ingest", 2, 7, 1000, None, b"{}")


def enriched(timestamp: int) -> Record:
    fields = {name: getattr(OURS, name) for name in OURS.__struct_fields__ if name in Enriched.__struct_fields__}
    return record("articles.enriched", Enriched(**fields, word_count=12), 9, timestamp)


def related(sequence: int, timestamp: int) -> Record:
    message = RelatedList(uri=URI, id=OURS.id, editions=(), term=5, sequence=sequence, epoch="e", items=())
    return record("articles.related", message, sequence, timestamp)


def having(found: Found, **records: list[Record]) -> Found:
    return dataclasses.replace(found, **records)


def step(found: Found, stage: str) -> Step:
    [one] = [step for step in steps(found, Answer(404, "no such article"), NOW) if step.stage == stage]
    return one


def test_every_stage_has_its_place_and_the_time_it_took() -> None:
    found = having(
        EMPTY,
        ingest=[SOURCE],
        accepted=[record("articles.accepted", OURS, 3, 1004)],
        enriched=[enriched(1010)],
        related=[related(0, 900), related(1, 1030), related(2, 60_000)],
    )
    assert steps(found, Answer(404, "no such article"), NOW) == [
        Step("ingest", "2/7", "1970-01-01T00:00:01.000Z"),
        Step("accepted", "2/3", "version 1, live", 4),
        Step("enriched", "2/9", "version 1, live, 12 words", 6),
        Step("related", "2/2", "0 entries, term 5, sequence 2 (3 lists in all)", 20),
        Step("edge", "404", "no such article"),
    ]


def test_a_stage_that_is_behind_names_the_time_of_its_version() -> None:
    corrected = article(version_created="2026-03-01T09:00:00.000000Z")
    found = having(EMPTY, accepted=[record("articles.accepted", corrected)], enriched=[enriched(10)])
    assert step(found, "enriched").text == "version 1 of 2026-03-01T08:00:00Z, live, 12 words"
    assert step(found, "accepted").text == "1970-01-01T00:00:00.000Z  version 1, live"


def test_the_newest_version_is_shown_wherever_it_lies() -> None:
    old, new = record("articles.accepted", article(version=9), 0), record("articles.accepted", OURS, 1)
    assert "version 9" in step(having(EMPTY, accepted=[old, new]), "accepted").text


def test_an_embargo_waits_is_due_and_is_released() -> None:
    early, late = article(not_before="2026-03-01T11:00:00.000000Z"), article(not_before="2026-03-01T13:00:00.000000Z")
    mark = GateMark(uri=URI, version=1, version_created=OURS.version_created, hash=OURS.hash, phase=OURS.phase)
    released = record("articles.scheduled", mark, 1, ce_type="masthead.gate.forwarded")
    for version, more, said in (
        (late, [], "(waits)"),
        (early, [], "(is due, not released yet)"),
        (early, [released], "(released)"),
    ):
        found = having(EMPTY, scheduled=[record("articles.scheduled", version), *more])
        assert step(found, "scheduled").text.endswith(said)


def test_kills_and_dead_letters_are_told_with_their_reasons() -> None:
    kill = Kill(uri=URI, id=OURS.id, killed_at=NOW, actor="/masthead/desk/ann", reason="court order")
    headers = dict((n, v.decode()) for n, v in dead_letter_headers(SOURCE, "ingest", "content", ("one", "two"), 1))
    assert letter_of(record("articles.dead-letter", b"x", **headers)).reasons == ("one", "two")
    found = having(
        EMPTY, kills=[record("articles.kills", kill)], letters=[record("articles.dead-letter", b"x", **headers)]
    )
    assert step(found, "killed") == Step("killed", "2/0", "2026-03-01T12:00:00Z by /masthead/desk/ann: court order")
    assert step(found, "refused").text.endswith("content: one; two")


def test_records_that_cannot_be_read_stop_nothing() -> None:
    found = having(EMPTY, accepted=[record("articles.accepted", b"\xff")], kills=[record("articles.kills", b"{")])
    assert [step.stage for step in steps(found, Answer(410, reason="killed"), NOW)] == ["killed", "edge"]


def test_what_the_edge_says_is_one_line() -> None:
    assert edge_text(Answer(200, stamp=OURS.stamp, url="http://e/a", etag='"t"')) == 'version 1, ETag "t"'
    assert edge_text(Answer(410, reason="killed")) == "killed"
    assert edge_text(Answer(0, "connection refused")) == "no answer: connection refused"


def test_the_state_is_what_readers_meet_or_what_the_log_makes_likely() -> None:
    def accepted(**changes: str) -> Found:
        return having(EMPTY, accepted=[record("articles.accepted", article(**changes))])

    away, unknown = Answer(0, "connection refused"), Answer(404)
    later, before = "2026-03-01T13:00:00.000000Z", "2026-03-01T11:00:00.000000Z"
    kill = record("articles.kills", Kill(uri=URI, id=OURS.id, killed_at=NOW, actor="x", reason=""))
    letter = record("articles.dead-letter", b"x")
    for found, answer, state in (
        (accepted(), Answer(200), "live"),
        (accepted(), Answer(410, reason="killed"), "killed"),
        (having(accepted(), kills=[kill]), away, "killed"),
        (accepted(), Answer(410, reason="withheld"), "withheld"),
        (accepted(phase="withheld"), unknown, "withheld"),
        (accepted(not_after=before), Answer(410, reason="expired"), "expired"),
        (accepted(not_before=later), unknown, "waiting"),
        (accepted(not_before=before), unknown, "under way"),
        (accepted(), unknown, "under way"),
        (accepted(), away, "unknown"),
        (having(EMPTY, letters=[letter]), unknown, "refused"),
        (having(EMPTY, ingest=[SOURCE]), unknown, "under way"),
    ):
        assert state_of(found, answer, NOW) == state


def test_a_producers_record_is_found_by_key_or_by_content() -> None:
    def came(value: bytes, key: bytes | None = None) -> Record:
        return Record("articles.ingest", 0, 0, 0, key, value)

    assert mentions(came(b"nonsense", URI.encode()), URI)
    assert mentions(came(b'{"uri": "urn:a"}'), URI)
    assert mentions(came(rb'{"uri": "http:\/\/x\/1"}'), "http://x/1")
    assert not mentions(came(b'{"uri": "urn:b", "link": "urn:a"}'), URI)
    assert not mentions(came(b"urn:a but not JSON"), URI)
    assert not mentions(came(b'{"uri":"urn:a","x":' + b"[" * 9999), URI)
