"""`.masthead/runner.json`: what the supervisor runs, for `masthead status` and for the next start after a crash."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TypedDict, cast

from infra.native.processes import is_alive

PartState = Literal["starting", "ready", "failing", "restarting", "failed", "stopped", "done"]


class LastExit(TypedDict):
    """How a process of a part ended last: its exit code (negative: minus the number of the signal), and when."""

    code: int
    at: str


class PartEntry(TypedDict):
    """One part.

    `state`: starting (not ready yet since it was started), ready, failing (was ready and now is not, or says so itself:
    see `detail`), restarting (ended; waits for its next start), failed (not started again: exit code 78, or a run-once
    part that failed), stopped (on purpose), done (a run-once part that succeeded).
    `pid` and `process` (an opaque mark that tells it from later users of the pid) are null unless it runs.
    `restarts` counts since the supervisor started, `since` is the time of the last change of state.
    Times are ISO 8601 in UTC.
    """

    name: str
    title: str
    address: str | None
    pid: int | None
    process: str | None
    state: PartState
    detail: str
    restarts: int
    since: str
    lastExit: LastExit | None
    log: str


class SupervisorEntry(TypedDict):
    """The supervisor: starting, ready (every part was ready once), stopping, stopped. A file whose supervisor is not
    alive (`supervisor_alive`) tells of a crash: its parts may still run."""

    pid: int
    process: str
    startedAt: str
    state: Literal["starting", "ready", "stopping", "stopped"]


class RunnerFile(TypedDict):
    """The whole file; `parts` in the order of their start."""

    supervisor: SupervisorEntry
    parts: list[PartEntry]


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def runner_path(state_dir: Path) -> Path:
    return state_dir / "runner.json"


def write_runner(state_dir: Path, content: RunnerFile) -> None:
    """Replace the file as a whole, so that a reader never sees half of it."""
    path = runner_path(state_dir)
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(content, indent=1), encoding="utf-8")
    os.replace(temporary, path)


def read_runner(state_dir: Path) -> RunnerFile | None:
    """The file's content; None when nothing was ever started here."""
    try:
        return cast(RunnerFile, json.loads(runner_path(state_dir).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def supervisor_alive(content: RunnerFile) -> bool:
    return is_alive(content["supervisor"]["pid"], content["supervisor"]["process"])
