"""The edge as a process of a test's own."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import httpx
import psutil

from tests.support.redis_server import free_port
from tests.support.waiting import eventually

TIMEOUT = 1.0


class Inside(NamedTuple):
    """How many tasks the edge has, connections to Redis that are lent to one, and open files, sockets among them."""

    tasks: int
    lent: int
    files: int


class Edge:
    """The edge as a process. With a `folder` its log is kept there, and it can be asked what it holds."""

    def __init__(
        self, redis_port: int, timeout: float = TIMEOUT, folder: Path | None = None, connections: int = 64
    ) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        settings = {
            "MASTHEAD_REDIS": f"127.0.0.1:{redis_port}",
            "MASTHEAD_EDGE": f"127.0.0.1:{self.port}",
            "MASTHEAD_EDGE_REDIS_TIMEOUT": str(timeout),
            "MASTHEAD_EDGE_REDIS_CONNECTIONS": str(connections),
            "MASTHEAD_KAFKA": "127.0.0.1:1",  # nobody listens there
        }
        command = [sys.executable, "-m", "services.edge.app"]
        self._log = self._inside = None
        if folder is not None:
            self._log, self._inside = folder / f"edge-{self.port}.log", folder / f"edge-{self.port}.inside"
            command = [sys.executable, "-m", "tests.support.counted_edge", str(self._inside)]
        with open(self._log or os.devnull, "wb") as log:
            self.process = subprocess.Popen(command, env={**os.environ, **settings}, stderr=log)

    def wait_until_alive(self) -> None:
        """Returns when it answers."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with contextlib.suppress(httpx.TransportError):
                httpx.get(f"{self.address}/healthz")
                return
            assert self.process.poll() is None
            time.sleep(0.05)
        raise AssertionError("the edge does not answer")

    def kill(self) -> None:
        """Ends it at once."""
        self.process.kill()
        self.process.wait()

    async def stopped(self, within: float) -> int:
        """Its exit code, `within` seconds."""
        return await asyncio.to_thread(self.process.wait, within)

    def log(self) -> str:
        """What it has said so far."""
        assert self._log is not None
        return self._log.read_text(encoding="utf-8")

    async def inside(self) -> Inside:
        """What its process holds just now."""
        assert self._inside is not None
        self._inside.unlink(missing_ok=True)
        self.process.send_signal(signal.SIGUSR1)

        async def read() -> Inside:
            assert self._inside is not None
            assert self._inside.exists()
            tasks, in_use = self._inside.read_text(encoding="ascii").split()
            return Inside(int(tasks), int(in_use), psutil.Process(self.process.pid).num_fds())

        return await eventually(read)


@contextlib.asynccontextmanager
async def running_edge(
    redis_port: int, folder: Path, patience: float = TIMEOUT, connections: int = 64
) -> AsyncIterator[Edge]:
    """An edge that must not have said anything of a defect when the block ends."""
    edge = Edge(redis_port, patience, folder, connections)
    try:
        await asyncio.to_thread(edge.wait_until_alive)
        yield edge
    finally:
        edge.kill()
    assert "Traceback" not in edge.log()
