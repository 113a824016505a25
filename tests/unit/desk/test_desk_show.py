"""What `masthead show` and `dead-letters` print of records."""

import dataclasses

from services.desk.dead_letters import as_data, printable, title
from services.desk.edge import Answer
from services.desk.letter import letter_of
from services.desk.show import mentions
from services.desk.show_lines import Found, edge_line, lines
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


def printed(found: Found, label: str) -> str:
    return dict(lines(found, NOW))[label]


def test_every_stage_has_its_place_and_the_time_it_took() -> None:
    found = having(
        EMPTY,
        ingest=[SOURCE],
        accepted=[record("articles.accepted", OURS, 3, 1004)],
        enriched=[enriched(1010)],
        related=[related(0, 900), related(1, 1030), related(2, 60_000)],
    )
    assert printed(found, "ingest") == "2/7  1970-01-01T00:00:01.000Z"
    assert printed(found, "accepted") == "2/3  +4 ms  version 1 of 2026-03-01T08:00:00Z, live"
    assert printed(found, "enriched") == "2/9  +6 ms  version 1 of 2026-03-01T08:00:00Z, live, 12 words"
    assert printed(found, "related") == "2/2  +20 ms  0 entries, term 5, sequence 2  (3 lists in all)"


def test_the_newest_version_is_shown_wherever_it_lies() -> None:
    old, new = record("articles.accepted", article(version=9), 0), record("articles.accepted", OURS, 1)
    assert "version 9" in printed(having(EMPTY, accepted=[old, new]), "accepted")


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
        assert printed(found, "scheduled").endswith(said)


def test_kills_and_dead_letters_are_told_with_their_reasons() -> None:
    kill = Kill(uri=URI, id=OURS.id, killed_at=NOW, actor="/masthead/desk/ann", reason="court order")
    headers = dict((n, v.decode()) for n, v in dead_letter_headers(SOURCE, "ingest", "content", ("one", "two"), 1))
    assert letter_of(record("articles.dead-letter", b"x", **headers)).reasons == ("one", "two")
    found = having(
        EMPTY, kills=[record("articles.kills", kill)], letters=[record("articles.dead-letter", b"x", **headers)]
    )
    assert printed(found, "killed") == "2/0  2026-03-01T12:00:00Z by /masthead/desk/ann: court order"
    assert printed(found, "refused").endswith("content: one; two")


def test_records_that_cannot_be_read_stop_nothing() -> None:
    found = having(EMPTY, accepted=[record("articles.accepted", b"\xff")], kills=[record("articles.kills", b"{")])
    assert [label for label, _ in lines(found, NOW)] == ["uri", "id", "killed"]


def test_what_the_edge_says_is_one_line() -> None:
    assert (
        edge_line(Answer(200, stamp=OURS.stamp, url="http://e/a", etag='"t"')) == '200  version 1  ETag "t"  http://e/a'
    )
    assert edge_line(Answer(410, reason="killed")) == "410  killed"
    assert edge_line(Answer(0, "connection refused")) == "no answer: connection refused"


def test_a_producers_record_is_found_by_key_or_by_content() -> None:
    def came(value: bytes, key: bytes | None = None) -> Record:
        return Record("articles.ingest", 0, 0, 0, key, value)

    assert mentions(came(b"nonsense", URI.encode()), URI)
    assert mentions(came(b'{"uri": "urn:a"}'), URI)
    assert mentions(came(rb'{"uri": "http:\/\/x\/1"}'), "http://x/1")
    assert not mentions(came(b'{"uri": "urn:b", "link": "urn:a"}'), URI)
    assert not mentions(came(b"urn:a but not JSON"), URI)
    assert not mentions(came(b'{"uri":"urn:a","x":' + b"[" * 9999), URI)


def test_a_dead_letter_is_read_back_as_it_was_written() -> None:
    written = dict((n, v.decode()) for n, v in dead_letter_headers(SOURCE, "publishing", "conflict", ("lost",), 1))
    letter = letter_of(record("articles.dead-letter", b"{}", **written))
    assert letter.place == ("articles.ingest", 2, 7)
    assert (letter.stage, letter.kind, letter.reasons, letter.text) == (
        "publishing",
        "conflict",
        ("lost",),
        "publishing: lost",
    )
    assert title(letter) == "publishing, conflict: articles.ingest 2/7"


def test_a_dead_letter_of_another_program_is_read_as_far_as_it_goes() -> None:
    connect = {
        "__connect.errors.topic": "t",
        "__connect.errors.stage": "VALUE_CONVERTER",
        "__connect.errors.offset": "x",
        "__connect.errors.exception.message": "no",
    }
    letter = letter_of(Record("articles.dead-letter", 1, 2, 0, None, None, connect))
    assert (letter.stage, letter.place, letter.reasons) == ("value_converter", ("t", -1, -1), ("no",))
    assert letter_of(Record("articles.dead-letter", 1, 2, 0, None, None)).text == "somebody: no reason given"
    assert as_data(Record("articles.dead-letter", 1, 2, 0, None, None))["at"] == "1/2"


def test_bytes_are_shown_without_steering_the_terminal() -> None:
    assert printable(b"a\x1b[2J\r\n\tb\xff\x9b") == "a\\x1b[2J\n\tb\\xff\\x9b"
    assert printable("\u202eabc".encode()) == "\\u202eabc"
    assert printable(None) == "(none)"
