"""What `masthead status` says, from what was found: pure. Facts in, problems and text out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rich.table import Table
from rich.text import Text

from services.desk import screen
from services.desk.outcomes import duration

PART_FINE = frozenset({"ready", "done"})


@dataclass(frozen=True)
class Stage:
    """A consumer group: how many members it has, and for each topic how many records wait (empty: commits nothing)."""

    name: str
    group: str
    members: int
    lag: Mapping[str, int]


@dataclass(frozen=True)
class Log:
    """What Kafka tells. `letters` counts the newest dead letters by (stage, kind)."""

    stages: tuple[Stage, ...]
    records: Mapping[str, int]
    letters: Mapping[tuple[str, str], int]
    letters_total: int
    letters_looked_at: int


@dataclass(frozen=True)
class Part:
    """A process of the native runner. `since` is ISO 8601."""

    name: str
    state: str
    detail: str
    restarts: int
    since: str


@dataclass(frozen=True)
class Runner:
    """The native runner's file; `alive`: whether its process is there."""

    state: str
    alive: bool
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class EdgeState:
    """What /readyz says; `trouble` is empty when the edge is ready."""

    trouble: str
    build: str = ""
    editions: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Status:
    """Everything that was found. `log` None: Kafka is away, `log_trouble` says why; `runner` None: no native stack."""

    kafka: str
    edge_address: str
    edge: EdgeState
    log: Log | None
    log_trouble: str
    runner: Runner | None


def problems(status: Status) -> list[str]:
    """Everything that is down or failing, one sentence each; empty when all is well. Lag alone is no problem."""
    found: list[str] = []
    runner = status.runner
    if runner is not None and runner.state != "stopped":
        if not runner.alive:
            found.append("the runner is not alive any more; start again with make demo")
        for part in runner.parts:
            if part.state not in PART_FINE:
                found.append(f"{part.name} is {part.state}{f': {part.detail}' if part.detail else ''}")
    elif runner is not None and (status.log is None or status.edge.trouble):
        found.append("the stack in this folder was stopped; start it with make demo")
    if status.log is None:
        found.append(status.log_trouble)
    else:
        found += [f"no instance of {stage.name} is at work" for stage in status.log.stages if not stage.members]
    if status.edge.trouble:
        found.append(status.edge.trouble)
    return found


def as_json(status: Status) -> dict[str, Any]:
    """The status for programs. `log` and `runner` are null where there is none."""
    log, runner = status.log, status.runner
    return {
        "well": not problems(status),
        "problems": problems(status),
        "runner": None
        if runner is None
        else {"state": runner.state, "alive": runner.alive, "parts": [vars(part) for part in runner.parts]},
        "kafka": {"address": status.kafka, "reachable": log is not None},
        "stages": None
        if log is None
        else [{"name": s.name, "group": s.group, "members": s.members, "lag": dict(s.lag)} for s in log.stages],
        "topics": None if log is None else dict(log.records),
        "deadLetters": None
        if log is None
        else {
            "total": log.letters_total,
            "lookedAt": log.letters_looked_at,
            "newest": [{"stage": s, "kind": k, "count": n} for (s, k), n in sorted(log.letters.items())],
        },
        "edge": {
            "address": status.edge_address,
            "ready": not status.edge.trouble,
            "build": status.edge.build or None,
            "editions": dict(status.edge.editions),
        },
    }


def show(status: Status, moment: datetime) -> None:
    """Prints the status for a person; fits 60 columns."""
    if status.runner is not None:
        _show_parts(status.runner, moment)
    if status.log is not None:
        _show_log(status.log)
    screen.say(f"Edge at {status.edge_address}", "bold")
    if status.edge.trouble:
        screen.say("  not ready", "red")
    else:
        articles = ", ".join(f"{slug} {count:,}" for slug, count in status.edge.editions.items())
        screen.say(f"  ready, build {status.edge.build}")
        screen.say(f"  articles: {articles or 'none'}")
    screen.say()
    found = problems(status)
    for problem in found:
        screen.say(f"✗ {screen.one_line(problem)}", "red")
    if not found:
        screen.say("✓ all is well", "green")


def _grid(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        right = column.startswith(">")
        table.add_column(column.lstrip(">"), justify="right" if right else "left", no_wrap=right, overflow="fold")
    return table


def _show_parts(runner: Runner, moment: datetime) -> None:
    table = _grid("Process", "State", "Since", ">Restarts")
    for part in runner.parts:
        state = part.state if not part.detail else f"{part.state} ({part.detail})"
        colour = "green" if part.state in PART_FINE else "red"
        table.add_row(part.name, Text(screen.one_line(state), colour), since(part.since, moment), str(part.restarts))
    screen.out.print(table)
    screen.say()


def _show_log(log: Log) -> None:
    table = _grid("Stage", ">Instances", ">Waiting")
    for stage in log.stages:
        waiting = ", ".join(f"{count:,}" if len(stage.lag) == 1 else f"{topic.removeprefix('articles.')} {count:,}"
                            for topic, count in stage.lag.items())  # fmt: skip
        table.add_row(stage.name, Text(str(stage.members), "" if stage.members else "red"), waiting or "-")
    screen.out.print(table)
    screen.say()
    table = _grid("Topic", ">Records")
    for topic, count in log.records.items():
        table.add_row(topic, f"{count:,}")
    screen.out.print(table)
    screen.say()
    screen.say(f"Dead letters: {log.letters_total:,}", "bold")
    for (refuser, kind), count in sorted(log.letters.items()):
        screen.say(f"  {refuser or '?'}, {kind or '?'}: {count:,}")
    if log.letters_looked_at < log.letters_total:
        screen.say(f"  (of the newest {log.letters_looked_at:,})")
    if log.letters_total:
        screen.say("  see: masthead dead-letters list")
    screen.say()


def since(text: str, moment: datetime) -> str:
    """How long ago an ISO 8601 time was, as a person says it; the text itself where it is not one."""
    try:
        return duration(max(0, int((moment - datetime.fromisoformat(text)).total_seconds())))
    except (ValueError, TypeError):
        return text
