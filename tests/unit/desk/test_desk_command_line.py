"""The command line as it is typed: mistakes are one line and an exit code, and need no Kafka."""

import asyncio
import io
import sys
from pathlib import Path

import pytest
from rich.console import Console

from services.desk import commands, push, screen
from services.desk.errors import DeskError, Unreachable
from services.desk.follow import Pushed
from services.desk.inputs import Parcel
from services.desk.outcomes import Outcome
from services.desk.running import run
from services.desk.sources import opened
from shared.errors import ContentError

COMMANDS = ("push", "kill", "withhold", "release", "show", "history", "status", "open", "demo", "dead-letters")


@pytest.fixture
def errors(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    text = io.StringIO()
    monkeypatch.setattr(screen, "err", Console(file=text, highlight=False, markup=False))
    return text


def test_help_names_every_command_and_every_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    text = capsys.readouterr().out
    assert all(f"\n  {name} " in text for name in COMMANDS)
    assert all(f"\n    {code}  " in text for code in range(4))
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_exit_codes(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([name, "--help"]) == 0
    assert "Exit codes:" in capsys.readouterr().out


@pytest.mark.parametrize(
    "line", [["push"], ["push", "--nope", "x"], ["nope"], ["kill", "urn:a"], ["kill", "a b", "--reason", "x"],
             ["kill", "urn:a", "--reason", "x", "--json"],
             ["push", "x", "--timeout", "soon"], ["demo", "--rate", "6"], ["demo", "--live", "--rate", "nan"],
             ["dead-letters", "show", "x"], ["dead-letters", "list", "--last", "0"],
             ["dead-letters", "list", "--since", "soon"], ["dead-letters", "redrive"],
             ["dead-letters", "redrive", "2-15"],
             ["dead-letters", "redrive", "2/15", "--wait", "--json"], ["dead-letters", "discard", "2/15"],
             ["dead-letters", "discard", "--reason", "x"], ["dead-letters", "discard", "2/15", "--reason", " "]]
)  # fmt: skip
def test_a_wrong_call_is_one_line_and_code_2(line: list[str], errors: io.StringIO) -> None:
    assert run(line) == 2
    assert errors.getvalue().count("\n") == 1
    assert errors.getvalue().startswith("masthead: ")


def test_files_that_cannot_be_used_are_named_and_nothing_is_pushed(tmp_path: Path, errors: io.StringIO) -> None:
    (tmp_path / "bad.json").write_text('{"uri": "urn:a"}\n{"uri"\n')
    (tmp_path / "binary").write_bytes(b"\x00\xff\x00")
    names = [str(tmp_path), str(tmp_path / "missing"), str(tmp_path / "bad.json"), str(tmp_path / "binary")]
    assert run(["push", *names]) == 1
    lines = errors.getvalue().splitlines()
    assert len(lines) == 4
    assert "Is a directory" in lines[0]
    assert "No such file" in lines[1]
    assert f"{tmp_path}/bad.json:2: not JSON" in lines[2]
    assert f"{tmp_path}/binary:1: not UTF-8" in lines[3]


def test_good_files_are_pushed_beside_bad_ones(tmp_path: Path, errors: io.StringIO) -> None:
    (tmp_path / "good.json").write_text('{"uri": "urn:a"}')
    with opened([str(tmp_path / "good.json"), str(tmp_path / "missing")]) as (sources, mistakes):
        assert mistakes == 1
        [source] = sources
        assert source.count == 1
        assert [[p.uri for p in source.parcels(())] for _ in range(2)] == [["urn:a"], ["urn:a"]]


def test_standard_input_is_read_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"uri": "urn:a"}\n{"uri": "urn:b"}\n')))
    with opened(["-"]) as (sources, mistakes):
        [source] = sources
        assert (source.name, source.count, mistakes) == ("standard input", 2, 0)
        assert [p.uri for p in source.parcels(())] == ["urn:a", "urn:b"]


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (DeskError("not there"), 1, "masthead: not there\n"),
        (Unreachable("away"), 3, "masthead: away\n"),
        (KeyboardInterrupt(), 130, ""),
        (BrokenPipeError(), 1, ""),
    ],
)
def test_every_end_has_its_code(
    error: BaseException, code: int, said: str, errors: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(commands.status, "status", fail)
    monkeypatch.setattr("services.desk.running._forget_output", lambda: None)
    assert run(["status"]) == code
    assert errors.getvalue() == said


def test_a_wrong_setting_is_named(errors: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASTHEAD_PARTITIONS", "many")
    assert run(["status"]) == 2
    assert errors.getvalue().startswith("masthead: MASTHEAD_PARTITIONS: ")


class Broker:
    """Takes records up to a size, and remembers how many were under way at once."""

    def __init__(self) -> None:
        self.under_way = self.most = self.offset = 0

    async def send(self, topic: object, key: bytes | None, value: bytes, headers: object) -> tuple[int, int]:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await asyncio.sleep(0)
        self.under_way -= 1
        if len(value) > 10:
            raise ContentError("too large")
        self.offset += 1
        return 0, self.offset


async def test_records_are_sent_several_at_a_time_and_told_in_order() -> None:
    broker = Broker()
    found = [Parcel(f"f:{n}", b"x" * (20 if n == 3 else 1), None) for n in range(1000)]
    sent = [one async for one in push.send(broker, iter(found))]  # type: ignore[arg-type]
    assert [one.parcel for one in sent] == found
    assert [one.reason for one in sent if one.place is None] == ["too large"]
    assert 1 < broker.most <= push.IN_FLIGHT


async def test_large_records_do_not_pile_up_in_memory() -> None:
    broker = Broker()
    found = (Parcel("f", b"x" * (push.BYTES_IN_FLIGHT // 2), None) for _ in range(10))
    assert len([one async for one in push.send(broker, found)]) == 10  # type: ignore[arg-type]
    assert broker.most <= 3


def test_an_outcome_is_one_line_that_says_what_it_is_about() -> None:
    def said(kind: str, text: str, uri: str) -> str:
        outcome = Outcome(kind, text)  # type: ignore[arg-type]
        return push.line(outcome, push.name_of(Pushed("f:3", uri, outcome=outcome))).plain

    assert said("visible", "http://edge/a", "urn:a") == "visible    http://edge/a"
    assert said("refused", "one\ntwo\x1b[2J", "urn:a") == "refused    f:3: urn:a: one two\\x1b[2J"
    assert said("refused", "one", "") == "refused    f:3: one"
    assert said("superseded", "version 2 stands", "urn:a") == "superseded urn:a: version 2 stands"


def test_closed_standard_input_is_a_mistake_like_another(errors: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert run(["push", "-"]) == 1
    assert errors.getvalue() == "masthead: standard input: is closed\n"


def test_a_full_disk_is_one_line(errors: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(commands.status, "status", fail)
    monkeypatch.setattr("services.desk.running._forget_output", lambda: None)
    assert run(["status"]) == 1
    assert errors.getvalue() == "masthead: [Errno 28] No space left on device\n"


def test_a_result_is_written_above_the_bar_where_both_are_on_one_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    streams = io.StringIO(), io.StringIO()
    out, err = (Console(file=stream, force_terminal=True, width=60) for stream in streams)
    monkeypatch.setattr(screen, "out", out)
    monkeypatch.setattr(screen, "err", err)
    with screen.progress("waiting", 2) as advance:
        advance()
        screen.say("visible")
    assert "visible" in streams[1].getvalue()
    assert streams[0].getvalue() == ""
    screen.say("after")
    assert streams[0].getvalue() == "after\n"
