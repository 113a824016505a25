"""Dead letters: read, folded with their marks, filtered, counted by reason, printed."""

import dataclasses
import json
from datetime import UTC, datetime

import pytest
from rich.cells import cell_len

from services.desk.dead_letters_filter import Filter, moment_of, place_of
from services.desk.dead_letters_screen import as_data, counted, printable, show_list, show_one, title
from services.desk.errors import UsageMistake
from services.desk.letter import Letters, groups_of, letter_of
from shared.dead_letters import REDRIVE_OF, REDRIVES, dead_letter_headers, redrives_of
from shared.kafka_log import Record
from tests.unit.desk.letters import SOURCE, letter, letter_record, mark, mark_record
from tests.unit.desk.screens import screened
from tests.unit.desk.versions import URI


def test_a_dead_letter_is_read_back_as_it_was_written() -> None:
    found = letter_of(letter_record(15, ("lost",), stage="publishing", kind="conflict"))
    assert (found.place, found.at, found.name) == (("articles.ingest", 2, 7), (2, 15), "2/15")
    assert (found.stage, found.kind, found.reasons) == ("publishing", "conflict", ("lost",))
    assert (found.text, found.state) == ("publishing: lost", "open")
    assert title(found) == "publishing, conflict: articles.ingest 2/7"


def test_a_dead_letter_of_another_program_is_read_as_far_as_it_goes() -> None:
    connect = {
        "__connect.errors.topic": "t",
        "__connect.errors.stage": "VALUE_CONVERTER",
        "__connect.errors.offset": "x",
        "__connect.errors.exception.message": "no",
    }
    found = letter_of(Record("articles.dead-letter", 1, 2, 0, None, None, connect))
    assert (found.stage, found.place, found.reasons) == ("value_converter", ("t", -1, -1), ("no",))
    assert letter_of(Record("articles.dead-letter", 1, 2, 0, None, None)).text == "somebody: no reason given"
    assert as_data(letter_of(Record("articles.dead-letter", 1, 2, 0, None, None)))["at"] == "1/2"


def test_a_letter_about_a_redriven_record_says_how_often_and_from_where() -> None:
    redriven = dataclasses.replace(SOURCE, headers={REDRIVES: "2", REDRIVE_OF: "2/11"})
    found = letter_of(letter_record(15, source=redriven))
    assert (found.redrives, found.redrive_of) == (2, "2/11")
    for nonsense in ({REDRIVES: "-1"}, {REDRIVES: "9" * 99}, {REDRIVES: "²"}, {}):
        assert redrives_of(nonsense) == 0
        headers = dict(dead_letter_headers(dataclasses.replace(SOURCE, headers=nonsense), "ingest", "content", (), 1))
        assert REDRIVES not in headers


def test_the_last_mark_behind_a_letter_says_what_became_of_it() -> None:
    letters = Letters()
    letters.take(letter_record(15, timestamp=2))
    letters.take(letter_record(16, timestamp=1))
    letters.take(letter_record(17), wanted=False)
    for record in (mark_record(18, mark(15)), mark_record(19, mark(15, "redriven")), mark_record(20, mark(17))):
        letters.take(record)
    letters.take(dataclasses.replace(mark_record(21, mark(16)), value=b"{"))
    assert [(one.name, one.state) for one in letters.all()] == [("2/16", "open"), ("2/15", "redriven")]


def test_letters_are_filtered_by_all_that_is_asked() -> None:
    record = letter_record(15, ("editions: unknown: 'mu'",), timestamp=5000, value=b'{"uri": "urn:a"}')
    for wanted in (
        Filter(),
        Filter(
            stage="INGEST", kind="content", says="UNKNOWN: 'mu", uri="urn:a", topic="ingest", since=5000, until=5001
        ),
        Filter(topic="articles.ingest", places=frozenset([(2, 15)])),
    ):
        assert wanted.takes(record)
    for other in (
        Filter(stage="publishing"),
        Filter(kind="unknown"),
        Filter(says="headlines"),
        Filter(uri="urn:b"),
        Filter(topic="articles.kills"),
        Filter(since=5001),
        Filter(until=5000),
        Filter(places=frozenset([(2, 16)])),
    ):
        assert not other.takes(record)
        assert not other.empty
    assert Filter().empty


def test_times_and_places_as_they_are_typed() -> None:
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    noon = int(now.timestamp() * 1000)
    for text, moment in (
        ("2h", noon - 7_200_000),
        ("15 min", noon - 900_000),
        ("90s", noon - 90_000),
        ("3d", noon - 3 * 86_400_000),
        ("2026-03-01T12:00:00Z", noon),
        ("2026-03-01T20:00:00+08:00", noon),
        ("2026-03-01", noon - 12 * 3_600_000),
    ):
        assert moment_of(text, now) == moment
    for nonsense in ("soon", "", "999999999d", "2h ago"):
        with pytest.raises(UsageMistake):
            moment_of(nonsense, now)
    assert place_of("2/15") == (2, 15)
    for nonsense in ("2-15", "2/", "٢/15", "2/15\n"):
        with pytest.raises(UsageMistake):
            place_of(nonsense)


@pytest.mark.parametrize(
    ("reason", "group"),
    [
        ("editions: unknown: 'atlantis', 'mu'; known are hk, tpe", "editions: unknown: …"),
        ("not UTF-8: byte 17 is 0xed", "not UTF-8: byte … is …"),
        ("not JSON: EOF while parsing a value at line 1 column 9", "not JSON"),
        ("the article has 2097153 bytes; the limit is 2097152", "the article has … bytes; the limit is …"),
        ("subjects[0]: Input should be an object, is a number", "subjects[…]: Input should be an object, is a number"),
        ("headlines: must not be empty", "headlines: must not be empty"),
        ("KeyError: 'x'", "KeyError: …"),
        ("bodies: none is HTML or plain text (application/nitf+xml)", "bodies: none is HTML or plain text"),
    ],
)
def test_reasons_are_counted_without_what_is_of_the_one_case(reason: str, group: str) -> None:
    assert groups_of(letter(reason)) == (group,)


def test_a_conflict_is_one_kind_of_reason_whatever_its_article() -> None:
    assert groups_of(letter("version 4 of urn:a … was sent twice", kind="conflict")) == (
        "one version with two contents",
    )
    assert groups_of(letter("a", "open", "a", "b")) == ("a", "b")


def test_bytes_are_shown_without_steering_the_terminal() -> None:
    assert printable(b"a\x1b[2J\r\n\tb\xff\x9b") == "a\\x1b[2J\n\tb\\xff\\x9b"
    assert printable("\u202eabc".encode()) == "\\u202eabc"
    assert printable(None) == "(none)"


@pytest.mark.parametrize("width", [60, 120, None])
def test_the_list_fits_its_terminal_and_steers_none(width: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    evil = "\x1b[31m" + "long " * 40
    found = [
        dataclasses.replace(letter(evil, "open", *["more"] * 9), key=b"\x1b[2J" + b"k" * 300, redrives=2),
        letter("gone", "redriven"),
    ]
    text = screened(monkeypatch, width, lambda: show_list(found, found, filtered=False))
    assert not {character for character in text if ord(character) < 32} - {"\n"}
    if width is not None:
        assert max(map(cell_len, text.splitlines())) <= width
    said = " ".join(text.split())
    for part in ("and 5 more", "redriven 2 times before", "redriven 2026-03-01T12:00:00Z as articles.ingest/1/9",
                 "1 open, 1 redriven (those that are not open: --all)"):  # fmt: skip
        assert part in said


def test_that_there_is_nothing_is_said() -> None:
    assert counted([], filtered=False) == "no dead letters"
    assert counted([], filtered=True) == "no dead letters like that"
    assert counted([letter("x", "discarded")], False) == "0 open, 1 discarded (those that are not open: --all)"


def test_one_letter_is_shown_whole_and_for_programs_with_its_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    record = letter_record(15, ("not UTF-8: byte 0 is 0xff",), value=b"\xff\x1b", key=b"\xffkey")
    found = dataclasses.replace(letter_of(record), mark=mark(15))
    text = screened(monkeypatch, 120, lambda: show_one(found, record))
    assert "● discarded" in text
    assert "key: \\xffkey\nvalue, 2 bytes:\n\\xff\\x1b\n" in text
    data = json.loads(json.dumps(as_data(found, record)))
    assert (data["value"], data["state"], data["mark"]["reason"]) == ("/xs=", "discarded", "done with")
    assert data["headers"]["masthead-stage"] == "ingest"
    assert URI == "urn:a"
