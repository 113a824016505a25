"""The health checks of our containers: `probe.py worker` and `probe.py edge`. Exit code 0 is healthy, 1 is not.

Run every few seconds by file name, with `python -I -S`: only what is quick to import, and nothing of ours.
A container engine does nothing about a container that lives and is ill. So the probe ends a worker that says that it
is stuck, or has said nothing for a minute, and the restart policy starts it again, as the native supervisor does.
"""

import json
import os
import signal
import socket
import sys
import time
from datetime import UTC, datetime
from typing import NamedTuple

FRESH = 10.0
DEAD = 60.0
"""Seconds without a sign of health: until a worker counts as ill, and until it is ended."""

LOOK_AGAIN = 2.0
"""Seconds: after the whole machine has slept, every file is old for a moment."""

ANSWER_WITHIN = 2.0


class Health(NamedTuple):
    """What a worker's file says: `end` is the process to end, 0 for none."""

    healthy: bool
    text: str
    end: int = 0


def health_of(text: str, now: datetime) -> Health:
    """What the file of `shared.health` means. Raises ValueError, KeyError, TypeError where it is none."""
    found = json.loads(text)
    state, detail, pid = str(found["state"]), str(found["detail"]), int(found["pid"])
    silent = (now - datetime.fromisoformat(found["at"])).total_seconds()
    if silent > FRESH:
        return Health(False, f"no sign of health for {silent:.0f} s", pid if silent > DEAD else 0)
    return Health(state == "ready", f"{state}: {detail}" if detail else state, pid if state == "failing" else 0)


def read_health(path: str) -> Health:
    """The worker's health as its file has it now."""
    try:
        with open(path, encoding="utf-8") as file:
            return health_of(file.read(), datetime.now(UTC))
    except FileNotFoundError:
        return Health(False, "no health file yet")
    except (OSError, ValueError, KeyError, TypeError) as error:
        return Health(False, f"unreadable health file: {error!r}")


def worker(path: str) -> Health:
    """The worker's health; the worker is ended if two looks find it stuck."""
    health = read_health(path)
    if health.end:
        time.sleep(LOOK_AGAIN)
        health = read_health(path)
    if health.end:
        os.kill(health.end, signal.SIGKILL)  # what it has not acknowledged comes again
        return health._replace(text=f"{health.text}; ended")
    return health


def edge(port: int) -> Health:
    """Whether `GET /readyz` answers 200: Redis answers, and all articles are there."""
    try:
        with socket.create_connection(("127.0.0.1", port), ANSWER_WITHIN) as connection:
            connection.settimeout(ANSWER_WITHIN)
            connection.sendall(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            status = connection.recv(64).partition(b"\r\n")[0].decode("ascii", "replace")
    except OSError as error:
        return Health(False, f"no answer: {error}")
    return Health(status.split(" ")[1:2] == ["200"], status)


def main(arguments: list[str]) -> int:
    """The command."""
    match arguments:
        case ["worker"]:
            health = worker(os.environ["MASTHEAD_HEALTH_FILE"])
        case ["edge"]:
            health = edge(int(os.environ["MASTHEAD_EDGE"].rpartition(":")[2]))
        case _:
            print("usage: probe.py worker | edge", file=sys.stderr)
            return 2
    print(health.text)
    return 0 if health.healthy else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
