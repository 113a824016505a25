"""What the supervisor needs to know of one program that it runs."""

import os
import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple


class Reading(NamedTuple):
    """What one look at a running part found.

    `alive` is about the part itself: a worker that reports trouble for a minute is restarted, an edge that is only
    unready because Redis is away is not.
    """

    state: Literal["starting", "ready", "failing"]
    detail: str = ""
    alive: bool = True


class Address(NamedTuple):
    """Where a part listens, and the setting that moves it elsewhere."""

    host: str
    port: int
    setting: str

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


Probe = Callable[[int], Awaitable[Reading]]
"""Looks once at the part that runs with this pid. Never raises; answers within two seconds."""


@dataclass(frozen=True)
class Part:
    """One program of the stack.

    `name` is unique in a stack. `title` is what a person reads. A part without a `probe` runs once and is done when
    it exits with 0. `prepare` is awaited before every start, with the log file to write to; what it raises counts as a
    failed start. `env` is the whole environment. Times are in seconds: `start_timeout` is how long a start of the
    stack waits for the part, `silence` after how long without a sign of life it is started again, `stop_timeout` how
    long it may take to stop before it is killed.
    """

    name: str
    title: str
    command: tuple[str, ...]
    probe: Probe | None = None
    env: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    cwd: Path = field(default_factory=Path.cwd)
    prepare: Callable[[Path], Awaitable[None]] | None = None
    address: Address | None = None
    start_timeout: float = 600.0
    silence: float = 60.0
    stop_signal: signal.Signals = signal.SIGTERM
    stop_timeout: float = 15.0
