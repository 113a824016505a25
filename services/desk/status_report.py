"""What `masthead status` says, from what was found: pure. Facts in, problems and JSON out."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from services.desk.builds import Making
from services.desk.letter import STATES, Letter, State, groups_of

PART_FINE = frozenset({"ready", "done"})


@dataclass(frozen=True)
class Stage:
    """A consumer group: how many members it has, and for each topic how many records wait (empty: commits nothing)."""

    name: str
    group: str
    members: int
    lag: Mapping[str, int]


@dataclass(frozen=True)
class Refusals:
    """How many letters of a stage and kind have a reason of one kind, by what became of them."""

    stage: str
    kind: str
    reason: str
    states: Mapping[State, int]


@dataclass(frozen=True)
class LetterCounts:
    """The dead letters among the newest `looked_at` of the topic's `records` (letters and marks): how many are in which
    state, and the same by reason. A letter with several reasons counts at each."""

    records: int = 0
    looked_at: int = 0
    states: Mapping[State, int] = field(default_factory=dict)
    refusals: tuple[Refusals, ...] = ()


@dataclass(frozen=True)
class Log:
    """What Kafka tells. `records` counts by topic."""

    stages: tuple[Stage, ...]
    records: Mapping[str, int]
    letters: LetterCounts


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
    """What /readyz says; `trouble` is empty when the edge is ready. `alarm`: what is wrong though it is.

    `build` is the live one; `making` are those that readers do not see yet (/buildz).

    `alarm_ids` are the public ids that the alarm speaks of, the first of them where there are many.
    """

    trouble: str
    build: str = ""
    editions: Mapping[str, int] = field(default_factory=dict)
    making: tuple[Making, ...] = ()
    alarm: str = ""
    alarm_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Status:
    """Everything that was found. `log` None: Kafka is away, `log_trouble` says why; `runner` None: no native stack."""

    kafka: str
    edge_address: str
    edge: EdgeState
    log: Log | None
    log_trouble: str
    runner: Runner | None


def count_letters(letters: Iterable[Letter], records: int, looked_at: int) -> LetterCounts:
    """Counts letters by state and by the kinds of their reasons; what is open most often comes first."""
    states: Counter[State] = Counter()
    refusals: dict[tuple[str, str, str], Counter[State]] = {}
    for letter in letters:
        states[letter.state] += 1
        for reason in groups_of(letter):
            refusals.setdefault((letter.stage, letter.kind, reason), Counter())[letter.state] += 1
    ordered = sorted(refusals.items(), key=lambda item: (-item[1]["open"], item[0]))
    return LetterCounts(records, looked_at, states, tuple(Refusals(*names, counts) for names, counts in ordered))


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
    if status.edge.alarm:
        found.append(f"{status.edge.alarm}: {', '.join(status.edge.alarm_ids)}")
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
            "records": log.letters.records,
            "lookedAt": log.letters.looked_at,
            **_by_state(log.letters.states),
            "reasons": [
                {"stage": one.stage, "kind": one.kind, "reason": one.reason, **_by_state(one.states)}
                for one in log.letters.refusals
            ],
        },
        "edge": {
            "address": status.edge_address,
            "ready": not status.edge.trouble,
            "build": status.edge.build or None,
            "making": [msgspec.to_builtins(one) for one in status.edge.making],
            "editions": dict(status.edge.editions),
            "alarm": {"text": status.edge.alarm, "ids": list(status.edge.alarm_ids)} if status.edge.alarm else None,
        },
    }


def _by_state(counts: Mapping[State, int]) -> dict[str, int]:
    return {state: counts.get(state, 0) for state in STATES}
