"""The receipt of a kill: what was looked at, when each was clean, and what is not. Data, and the decision over it."""

from dataclasses import dataclass, field
from typing import Any

from services.desk.kill_places import KINDS, Place
from services.desk.outcomes import short


@dataclass
class Check:
    """An address that was looked at. `after` is in seconds since the kill was sent, None while it is not clean."""

    place: Place
    clean_at: str | None = None
    after: float | None = None
    saw: str = "not asked yet"


@dataclass
class Process:
    """The memory of a process of the edge. `until` is when it ends by itself, said of one that is silent."""

    id: str
    host: str
    address: str
    clean_at: str | None = None
    after: float | None = None
    until: str | None = None


@dataclass(frozen=True)
class CachePurge:
    """What the cache of an edition was told; each round as the edge gives it, None where it is not begun."""

    edition: str
    kind: str
    first: dict[str, Any] | None
    second: dict[str, Any] | None

    @property
    def clean(self) -> bool:
        """Whether both rounds are done."""
        return all(turn is not None and turn["outcome"] == "done" for turn in (self.first, self.second))

    def said(self) -> str:
        """How it stands, in a few words."""
        for name, turn in (("first", self.first), ("second", self.second)):
            if turn is None or turn["outcome"] == "waiting":
                return f"its {name} purge is waited for"
            if turn["outcome"] != "done":
                return f"its {name} purge fails: {turn['detail']} ({turn['attempts']} attempts)"
        return "purged twice"


@dataclass
class Receipt:
    """A kill, and how far it is gone. `place` is topic, partition, offset; `trouble` is why nothing could be asked."""

    uri: str
    id: str
    place: tuple[str, int, int]
    killed_at: str
    actor: str
    reason: str
    gone_after: float | None = None
    checks: list[Check] = field(default_factory=list)
    processes: dict[str, Process] = field(default_factory=dict)
    caches: list[CachePurge] = field(default_factory=list)
    trouble: str = ""
    answered: bool = False
    seconds: float = 0.0

    @property
    def clean(self) -> bool:
        """Whether nothing is known that still shows it, and all that can be known is."""
        return not self.not_clean()

    def not_clean(self) -> list[str]:
        """All that is not clean, a sentence each."""
        found = [self.trouble] if self.trouble else []
        found += [f"{_what(c.place)} {c.place.path}: {c.saw}" for c in self.checks if c.clean_at is None]
        if not self.checks and not self.trouble:
            found.append("nothing was looked at")
        if not self.processes and not self.trouble:
            found.append("no process of the edge is registered")
        found += [_said(process) for process in self.processes.values() if process.clean_at is None]
        return found + [f"the cache of {one.edition}: {one.said()}" for one in self.caches if not one.clean]


def _what(place: Place) -> str:
    return f"{place.edition} {place.kind}" if place.edition else place.kind


def _said(process: Process) -> str:
    who = f"the edge process at {process.address} ({process.host})"
    if process.until is None:
        return f"{who} has not confirmed yet"
    return f"{who} is silent; until {short(process.until)} it may give from memory what it has read"


def by_kind(checks: list[Check]) -> list[tuple[str, int, float | None]]:
    """For each kind of place that was looked at: how many, and after how many seconds the last was clean."""
    found: list[tuple[str, int, float | None]] = []
    for kind in KINDS:
        of_kind = [check for check in checks if check.place.kind == kind]
        if of_kind:
            times = [check.after for check in of_kind if check.after is not None]
            found.append((kind, len(of_kind), max(times) if len(times) == len(of_kind) else None))
    return found


def as_json(receipt: Receipt) -> dict[str, Any]:
    """The receipt for programs. Times are UTC; `after` and `seconds` count from when the kill was sent."""
    topic, partition, offset = receipt.place
    return {
        "uri": receipt.uri,
        "id": receipt.id,
        "clean": receipt.clean,
        "notClean": receipt.not_clean(),
        "killed": {
            "topic": topic,
            "partition": partition,
            "offset": offset,
            "at": receipt.killed_at,
            "actor": receipt.actor,
            "reason": receipt.reason,
        },
        "goneAfter": receipt.gone_after,
        "seconds": round(receipt.seconds, 3),
        "checks": [
            {
                "kind": check.place.kind,
                "edition": check.place.edition or None,
                "path": check.place.path,
                "clean": check.clean_at is not None,
                "cleanAt": check.clean_at,
                "after": check.after,
                "saw": check.saw,
            }
            for check in receipt.checks
        ],
        "edges": [
            {
                "id": process.id,
                "host": process.host,
                "address": process.address,
                "clean": process.clean_at is not None,
                "cleanAt": process.clean_at,
                "after": process.after,
                "until": process.until,
            }
            for process in receipt.processes.values()
        ],
        "caches": [
            {"edition": one.edition, "kind": one.kind, "clean": one.clean, "first": one.first, "second": one.second}
            for one in receipt.caches
        ],
    }
