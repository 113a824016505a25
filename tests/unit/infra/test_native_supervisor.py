"""The supervisor with small programs as its parts."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.native import AlreadyRunning, Part, PartFailed, Progress, Reading, Stack, keeper
from infra.native.processes import group_members, identity, wait_for_exit
from infra.native.runner_state import PartEntry
from infra.native.stack import end_leftovers

SLEEPS = "import time; time.sleep(60)"
# like a server with workers: a child in the same group, which a killed parent leaves behind
FORKS = f"import subprocess, sys; subprocess.run([sys.executable, '-c', '{SLEEPS}'])"


async def always_ready(_pid: int) -> Reading:
    return Reading("ready")


def part(name: str, code: str, **changes: object) -> Part:
    options: dict[str, object] = {"probe": always_ready, "start_timeout": 10.0, "stop_timeout": 5.0}
    return Part(name, name, (sys.executable, "-S", "-c", code), **(options | changes))  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "restart_pause", lambda failures: 0.01 * failures)
    monkeypatch.setattr(keeper, "PROBE_PAUSE_STARTING", 0.01)
    monkeypatch.setattr(keeper, "PROBE_PAUSE_RUNNING", 0.01)


def entries(folder: Path) -> dict[str, PartEntry]:
    return {entry["name"]: entry for entry in json.loads((folder / "runner.json").read_text())["parts"]}


async def until(condition: Callable[[], bool]) -> None:
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise TimeoutError


async def test_starts_in_order_and_stops_in_reverse(tmp_path: Path) -> None:
    note = tmp_path / "order"
    trap = (
        "import signal, sys, time\n"
        f"note = lambda text: open({str(note)!r}, 'a').write(text + ' ')\n"
        "signal.signal(signal.SIGTERM, lambda *_: (note('-{0}'), sys.exit(0)))\n"
        "note('+{0}')\ntime.sleep(60)"
    )

    def noted(name: str) -> Part:
        async def probe(_pid: int) -> Reading:
            return Reading("ready" if f"+{name}" in note.read_text() else "starting")

        return part(name, trap.format(name), probe=probe)

    note.touch()
    stack = Stack([noted("one"), noted("two")], tmp_path, Progress(None))
    await stack.up()
    assert [entry["state"] for entry in entries(tmp_path).values()] == ["ready", "ready"]
    await stack.down()
    assert note.read_text().split() == ["+one", "+two", "-two", "-one"]
    for name, entry in entries(tmp_path).items():
        assert (entry["state"], entry["pid"], last_code(tmp_path, name)) == ("stopped", None, 0)


async def test_what_was_killed_comes_back_and_its_children_go(tmp_path: Path) -> None:
    async with Stack([part("edge", FORKS)], tmp_path, Progress(None)) as stack:
        first = stack.pid("edge")
        assert first is not None
        await until(lambda: len(group_members(first)) == 2)
        stack.kill("edge")
        await stack.ready("edge")
        assert stack.pid("edge") not in (None, first)
        assert group_members(first) == []
        assert entries(tmp_path)["edge"]["restarts"] == 1
        assert last_code(tmp_path, "edge") == -signal.SIGKILL


async def test_a_misconfigured_part_is_not_started_again(tmp_path: Path) -> None:
    async with Stack([part("redis", SLEEPS)], tmp_path, Progress(None)) as stack:
        stack.add(part("ingest", "import sys; print('no editions'); sys.exit(78)", probe=never_ready))
        stack.start_part("ingest")
        with pytest.raises(PartFailed, match="misconfigured") as failed:
            await stack.ready("ingest")
        assert failed.value.log_tail == "no editions"
        assert entries(tmp_path)["ingest"]["restarts"] == 0
        assert entries(tmp_path)["redis"]["state"] == "ready"


async def never_ready(_pid: int) -> Reading:
    return Reading("starting")


async def test_a_part_that_does_not_start_stops_everything(tmp_path: Path) -> None:
    stack = Stack([part("redis", SLEEPS), part("kafka", "1/0", probe=never_ready)], tmp_path, Progress(None))
    with pytest.raises(PartFailed, match="kafka ended with exit code 1") as failed:
        await stack.up()
    assert "ZeroDivisionError" in failed.value.log_tail
    assert stack.pid("redis") is None


async def test_a_part_that_is_never_ready_is_given_up(tmp_path: Path) -> None:
    slow = part("kafka", SLEEPS, probe=never_ready, start_timeout=0.05)
    with pytest.raises(PartFailed, match=r"kafka is not ready after 0\.05 s"):
        await Stack([slow], tmp_path, Progress(None)).up()


async def test_run_once_parts(tmp_path: Path) -> None:
    async with Stack([part("topics", "print('made')", probe=None)], tmp_path, Progress(None)):
        assert entries(tmp_path)["topics"]["state"] == "done"
    with pytest.raises(PartFailed, match="topics ended with exit code 3"):
        await Stack([part("topics", "raise SystemExit(3)", probe=None)], tmp_path, Progress(None)).up()


async def test_failing_is_shown_and_in_the_end_started_again(tmp_path: Path) -> None:
    sick: list[int] = []

    async def probe(pid: int) -> Reading:
        return Reading("failing", "lost Kafka", alive=False) if pid in sick else Reading("ready")

    async with Stack([part("ingest", SLEEPS, probe=probe, silence=0.1)], tmp_path, Progress(None)) as stack:
        first = stack.pid("ingest")
        assert first is not None
        sick.append(first)
        await until(lambda: entries(tmp_path)["ingest"]["state"] == "failing")
        assert entries(tmp_path)["ingest"]["detail"] == "lost Kafka"
        await until(lambda: stack.pid("ingest") not in (first, None))
        await stack.ready("ingest")
        assert entries(tmp_path)["ingest"]["restarts"] == 1


def deaf(folder: Path, **changes: object) -> Part:
    """A part that ignores SIGTERM, and is ready when it does."""
    mark = folder / "deaf"
    code = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"open({str(mark)!r}, 'w').close(); time.sleep(60)"
    )

    async def probe(_pid: int) -> Reading:
        return Reading("ready" if mark.exists() else "starting")

    return part("ingest", code, probe=probe, **changes)


def last_code(folder: Path, name: str) -> int | None:
    last = entries(folder)[name]["lastExit"]
    return last["code"] if last is not None else None


async def test_what_does_not_end_in_time_is_killed(tmp_path: Path) -> None:
    async with Stack([deaf(tmp_path, stop_timeout=0.1)], tmp_path, Progress(None)):
        pass
    assert last_code(tmp_path, "ingest") == -signal.SIGKILL


async def test_a_stop_can_be_hurried(tmp_path: Path) -> None:
    stack = Stack([deaf(tmp_path, stop_timeout=60)], tmp_path, Progress(None))
    await stack.up()
    stopping = asyncio.create_task(stack.down())
    await asyncio.sleep(0)
    stack.hurry()
    await asyncio.wait_for(stopping, 5)
    assert last_code(tmp_path, "ingest") == -signal.SIGKILL


async def test_parts_can_be_stopped_and_started(tmp_path: Path) -> None:
    async with Stack([part("gate", SLEEPS)], tmp_path, Progress(None)) as stack:
        await stack.stop_part("gate")
        assert stack.pid("gate") is None
        stack.start_part("gate")
        await stack.ready("gate")
        assert stack.pid("gate") is not None


async def test_a_stack_can_be_started_again(tmp_path: Path) -> None:
    stack = Stack([part("gate", SLEEPS), part("topics", "", probe=None)], tmp_path, Progress(None))
    for _ in range(2):
        async with stack:
            assert stack.pid("gate") is not None
        assert stack.pid("gate") is None


async def test_a_second_supervisor_keeps_off(tmp_path: Path) -> None:
    async with Stack([part("redis", SLEEPS)], tmp_path, Progress(None)) as stack:
        pid = stack.pid("redis")
        with pytest.raises(AlreadyRunning):
            await Stack([part("redis", SLEEPS)], tmp_path, Progress(None)).up()
        assert stack.pid("redis") == pid


async def test_what_a_crash_left_is_found_and_ended(tmp_path: Path) -> None:
    async with Stack([part("edge", SLEEPS)], tmp_path, Progress(None)) as stack:
        pid = stack.pid("edge")
        assert pid is not None
        assert identity(pid) == entries(tmp_path)["edge"]["process"]
        crashed = tmp_path / "crashed"
        crashed.mkdir()
        os.link(tmp_path / "runner.json", crashed / "runner.json")
        assert await asyncio.to_thread(end_leftovers, crashed, Progress(None)) == 1
        assert wait_for_exit(pid, 5)
        assert await asyncio.to_thread(end_leftovers, crashed, Progress(None)) == 0
