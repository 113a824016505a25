"""The edge as a process of a test's own."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx

from tests.support.redis_server import free_port
from tests.support.waiting import eventually

TIMEOUT = 1.0


class Edge:
    """The edge as a process. With a `folder` its log is kept there, and it can be asked how many tasks it has."""

    def __init__(self, redis_port: int, timeout: float = TIMEOUT, folder: Path | None = None) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        settings = {
            "MASTHEAD_REDIS": f"127.0.0.1:{redis_port}",
            "MASTHEAD_EDGE": f"127.0.0.1:{self.port}",
            "MASTHEAD_EDGE_REDIS_TIMEOUT": str(timeout),
            "MASTHEAD_KAFKA": "127.0.0.1:1",  # nobody listens there
        }
        command = [sys.executable, "-m", "services.edge.app"]
        self._log = self._tasks = None
        if folder is not None:
            self._log, self._tasks = folder / f"edge-{self.port}.log", folder / f"edge-{self.port}.tasks"
            command = [sys.executable, "-m", "tests.support.counted_edge", str(self._tasks)]
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

    def open_files(self) -> int:
        """How many it has open, sockets among them (proc(5))."""
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))

    async def tasks(self) -> int:
        """How many tasks its loop has."""
        assert self._tasks is not None
        self._tasks.unlink(missing_ok=True)
        self.process.send_signal(signal.SIGUSR1)

        async def read() -> int:
            assert self._tasks is not None
            assert self._tasks.exists()
            text = self._tasks.read_text(encoding="ascii")
            assert text
            return int(text)

        return await eventually(read)
