"""What a worker says about itself: a small file that probes, the runner and `masthead status` read."""

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path

from shared.times import now, utc_text

State = tuple[str, str]
"""(`starting`, `ready` or `failing`; a sentence of detail, may be empty)."""


def write_health(path: Path, service: str, state: State) -> None:
    """Rewrites the file in one step: `{"service", "state", "detail", "pid", "at"}`."""
    text = json.dumps(
        {"service": service, "state": state[0], "detail": state[1], "pid": os.getpid(), "at": utc_text(now())}
    )
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)


async def report_health(path: Path | None, service: str, state: Callable[[], State]) -> None:
    """Rewrites the file every second, until cancelled; does nothing without a path."""
    if path is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    while True:
        write_health(path, service, state())
        await asyncio.sleep(1)
