"""What `masthead status` makes of what it finds."""

import dataclasses
import json
from pathlib import Path

import pytest
from rich.cells import cell_len

from services.desk import status_report
from services.desk.status import read_runner
from services.desk.status_report import (
    EdgeState,
    LetterCounts,
    Log,
    Part,
    Runner,
    Stage,
    Status,
    as_json,
    count_letters,
    problems,
)
from services.desk.status_screen import show, since
from shared.times import from_text
from tests.unit.desk.letters import letter
from tests.unit.desk.screens import screened
from tests.unit.desk.versions import NOW

STAGES = (
    Stage("ingest", "masthead-ingest", 1, {"articles.ingest": 3}),
    Stage("ingest-gate", "masthead-ingest-gate", 1, {}),
)
REFUSED = [letter("editions: unknown: 'mu'; known are hk"), letter("editions: unknown: 'lu'; known are hk", "redriven")]
LOG = Log(STAGES, {"articles.ingest": 12_345}, count_letters(REFUSED, 3, 3))
EDGE = EdgeState("", "b1", {"hk": 7})
RUNNER = Runner(
    "ready", True, (Part("kafka", "ready", "", 0, "2026-03-01T11:59:00Z"), Part("topics", "done", "", 0, NOW))
)
WELL = Status("127.0.0.1:1", "http://127.0.0.1:2", EDGE, LOG, "", RUNNER)


def but(status: Status, **changes: object) -> Status:
    return dataclasses.replace(status, **changes)  # type: ignore[arg-type]


def test_all_is_well_with_lag_with_dead_letters_and_without_a_runner() -> None:
    assert problems(WELL) == []
    assert problems(but(WELL, runner=None)) == []
    assert as_json(WELL)["well"] is True


def test_each_thing_that_is_down_is_one_sentence() -> None:
    ill = Runner("ready", True, (Part("edge", "restarting", "exit code 1", 4, NOW),))
    idle = dataclasses.replace(LOG, stages=(dataclasses.replace(STAGES[0], members=0),))
    found = problems(but(WELL, runner=ill, log=idle, edge=EdgeState("the edge is not ready: loading")))
    assert found == [
        "edge is restarting: exit code 1",
        "no instance of ingest is at work",
        "the edge is not ready: loading",
    ]


def test_without_kafka_the_rest_is_still_told() -> None:
    away = but(WELL, log=None, log_trouble="Kafka at 127.0.0.1:1 does not answer")
    assert problems(away) == ["Kafka at 127.0.0.1:1 does not answer"]
    assert as_json(away)["kafka"] == {"address": "127.0.0.1:1", "reachable": False}
    assert as_json(away)["edge"]["ready"] is True


def test_a_dead_or_stopped_runner_is_told_apart() -> None:
    dead = but(WELL, runner=dataclasses.replace(RUNNER, alive=False))
    assert problems(dead) == ["the runner is not alive any more; start again with make demo"]
    stopped = but(WELL, runner=dataclasses.replace(RUNNER, state="stopped", alive=False))
    assert problems(stopped) == []
    assert problems(but(stopped, log=None, log_trouble="away"))[0].startswith("the stack in this folder was stopped")


@pytest.mark.parametrize(("width", "beside"), [(60, False), (120, True)])
def test_it_fits_its_terminal_and_steers_none(width: int, beside: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    detail = "waiting: \x1b[31m" + "long " * 30
    ill = but(WELL, runner=Runner("ready", True, (Part("recommendation", "failing", detail, 12, NOW),)))
    text = screened(monkeypatch, width, lambda: show(ill, from_text(NOW)))
    assert "\x1b" not in text
    verdict, tables = text.split("\n\n", 1)
    assert verdict.startswith("✗ 1 problem\n  recommendation is failing")
    assert max(map(cell_len, tables.splitlines())) <= width
    assert any("Processes" in line and "Topics" in line for line in tables.splitlines()) is beside
    assert "12,345" in tables


def test_piped_it_is_one_line_for_each_thing(monkeypatch: pytest.MonkeyPatch) -> None:
    ill = but(WELL, runner=Runner("ready", True, (Part("edge", "failing", "long " * 30, 12, NOW),)))
    lines = screened(monkeypatch, None, lambda: show(ill, from_text(NOW))).splitlines()
    assert len([line for line in lines if "long long" in line]) == 2
    assert all(line == line.rstrip() for line in lines)


def test_that_all_is_well_is_said_first(monkeypatch: pytest.MonkeyPatch) -> None:
    assert screened(monkeypatch, 60, lambda: show(WELL, from_text(NOW))).startswith("✓ all is well\n")


def test_open_dead_letters_are_counted_by_reason_and_closed_ones_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def lines(counts: LetterCounts) -> list[str]:
        status = but(WELL, log=dataclasses.replace(LOG, letters=counts))
        text = screened(monkeypatch, 60, lambda: show(status, from_text(NOW)))
        return text[text.index("Dead letters") : text.index("Editions")].strip().splitlines()

    assert [line.split() for line in lines(LOG.letters)] == [
        ["Dead", "letters", "1", "open"],
        ["ingest:", "editions:", "unknown:", "…", "1"],
        ["1", "redriven;", "see:", "masthead", "dead-letters"],
    ]
    assert lines(LetterCounts()) == ["Dead letters  none"]
    assert lines(count_letters(REFUSED[1:], 2, 2))[0] == "Dead letters  none open"
    many = [letter(f"reason {'x' * number} is \x1b[31m" + "long " * 20) for number in range(20)]
    found = lines(count_letters(many, 90, 20))
    assert found[-2].startswith("and for 12 other reasons")
    assert found[-1].startswith("of the newest 20 records; see")
    assert max(map(cell_len, found)) <= 60


def test_a_letter_with_several_reasons_counts_at_each() -> None:
    counts = count_letters([letter("a: is missing", "open", "b: is missing"), letter("b: is missing")], 2, 2)
    assert [(one.reason, one.states["open"]) for one in counts.refusals] == [("b: is missing", 2), ("a: is missing", 1)]
    assert counts.states == {"open": 2}


def test_times_are_said_as_a_person_says_them() -> None:
    assert since("2026-03-01T11:59:00.000Z", from_text(NOW)) == "60 s"
    assert since("2026-03-01T13:59:00Z", from_text(NOW)) == "0 s"
    assert since("yesterday", from_text(NOW)) == "yesterday"


def test_the_runners_file_is_read_and_nonsense_is_none(tmp_path: Path) -> None:
    path = tmp_path / "runner.json"
    assert read_runner(path) is None
    for nonsense in (
        "{",
        "[]",
        "{}",
        '{"supervisor": {"pid": "x"}, "parts": []}',
        '{"supervisor": {"pid": 1}, "parts": [7]}',
    ):
        path.write_text(nonsense)
        assert read_runner(path) is None
    part = {"name": "edge", "state": "ready", "detail": "", "restarts": 2, "since": NOW, "lastExit": None, "log": "x"}
    path.write_text(json.dumps({"supervisor": {"pid": 1, "state": "ready"}, "parts": [part]}))
    assert read_runner(path) == Runner("ready", True, (Part("edge", "ready", "", 2, NOW),))


def test_the_status_for_programs_is_json() -> None:
    found = json.loads(json.dumps(as_json(WELL)))
    counts = {"open": 1, "redriven": 1, "discarded": 0}
    assert found["deadLetters"] == {
        "records": 3,
        "lookedAt": 3,
        **counts,
        "reasons": [{"stage": "ingest", "kind": "content", "reason": "editions: unknown: …", **counts}],
    }
    assert found["stages"][0] == {
        "name": "ingest",
        "group": "masthead-ingest",
        "members": 1,
        "lag": {"articles.ingest": 3},
    }
    assert {"ready", "done"} == status_report.PART_FINE


def test_an_alarm_of_the_edge_is_a_problem_though_it_is_ready() -> None:
    alarmed = but(WELL, edge=dataclasses.replace(EDGE, alarm="the log is older", alarm_ids=("aaaa", "bbbb")))
    assert problems(alarmed) == ["the log is older: aaaa, bbbb"]
    assert as_json(alarmed)["edge"]["alarm"] == {"text": "the log is older", "ids": ["aaaa", "bbbb"]}
    assert as_json(WELL)["edge"]["alarm"] is None
