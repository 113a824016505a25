"""What `masthead status` says, from what was found: pure. Facts in, problems and JSON out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

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
