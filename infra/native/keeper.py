"""Keeps one part running: starts it, looks after it, starts it again when it died, stops it."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from infra.native.errors import PartFailed
from infra.native.logs import rotate, tail
from infra.native.part import Part, Reading
from infra.native.processes import identity, kill_group
from infra.native.runner_state import LastExit, PartEntry, PartState, now
from shared.settings import EX_CONFIG

PROBE_PAUSE_STARTING = 0.1
PROBE_PAUSE_RUNNING = 2.0
STEADY_SECONDS = 60.0


def restart_pause(failures: int) -> float:
    """Seconds to wait before the next start, after `failures` (one or more) short lives in a row."""
    return min(0.5 * 2.0 ** min(failures - 1, 10), 15.0)


def describe_exit(code: int) -> str:
    """An exit code of a child process (negative: minus a signal number) in words."""
    if code >= 0:
        return f"ended with exit code {code}"
    with contextlib.suppress(ValueError):
        return f"was killed by {signal.Signals(-code).name}"
    return f"was killed by signal {-code}"


class Keeper:
    """One part and its process. `on_change` is called after every change that `entry()` shows, `on_event` with a line
    for a person when the part dies or is given up."""

    def __init__(
        self, part: Part, log_dir: Path, on_change: Callable[[], None], on_event: Callable[[str], None]
    ) -> None:
        self.part = part
        self.log = log_dir / f"{part.name}.log"
        self.state: PartState = "stopped"
        self.detail = ""
        self.pid: int | None = None
        self.restarts = 0
        self._identity: str | None = None
        self._since = now()
        self._last_exit: LastExit | None = None
        self._on_change, self._on_event = on_change, on_event
        self._changed = asyncio.Event()
        self._stopping = asyncio.Event()
        self._hurry = asyncio.Event()
        self._doomed = False
        self._was_ready = False
        self._task: asyncio.Task[None] | None = None

    def entry(self) -> PartEntry:
        """The part's entry in runner.json."""
        return PartEntry(
            name=self.part.name,
            title=self.part.title,
            address=str(self.part.address) if self.part.address else None,
            pid=self.pid,
            process=self._identity,
            state=self.state,
            detail=self.detail,
            restarts=self.restarts,
            since=self._since,
            lastExit=self._last_exit,
            log=str(self.log),
        )

    def start(self, *, give_up: bool = False) -> None:
        """Begin to keep the part running. Does nothing when it is being kept already. With `give_up` a part that ends
        before it was ready once has failed; else it is started again and again."""
        if self._task is None or self._task.done():
            self._stopping, self._hurry = asyncio.Event(), asyncio.Event()
            self._become("starting")
            self._task = asyncio.create_task(self._keep(give_up), name=f"keep {self.part.name}")

    async def stop(self) -> None:
        """Stop the part (gracefully, then by SIGKILL) and return when its process is gone."""
        self._stopping.set()
        if self._task is not None:
            await self._task

    def hurry(self) -> None:
        """Make a stop under way not wait any longer."""
        self._hurry.set()

    def kill(self, sig: signal.Signals) -> None:
        """Send a signal to the part's process. After a deadly one the part is not ready before its next start."""
        if self.pid is None:
            raise ProcessLookupError(f"{self.part.name} is not running")
        os.kill(self.pid, sig)
        if sig in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT):
            self._doomed = True
            self._become("failing", f"sent {sig.name}")

    async def ready(self, within: float) -> None:
        """Return when the part is ready (or done). PartFailed when it failed, or when `within` seconds have passed."""
        try:
            async with asyncio.timeout(within):
                while self.state not in ("ready", "done"):
                    if self.state in ("failed", "stopped"):
                        raise self._failed(self.detail or self.state)
                    await self._changed.wait()
        except TimeoutError:
            raise self._failed(f"is not ready after {within:g} s ({self.detail or self.state})") from None

    def _failed(self, reason: str) -> PartFailed:
        return PartFailed(self.part.name, reason, self.log, tail(self.log))

    async def _keep(self, give_up: bool) -> None:
        failures = 0
        self._was_ready = False
        while True:
            self._become("starting")
            self._doomed = False
            started = monotonic()
            code, why = await self._run_once()
            self.pid = self._identity = None
            if code is not None:
                self._last_exit = LastExit(code=code, at=now())
            if self._stopping.is_set():
                return self._become("stopped")
            if self.part.probe is None and code == 0:
                return self._become("done")
            if self.part.probe is None or (give_up and not self._was_ready):
                return self._become("failed", why)
            if code == EX_CONFIG:
                self._on_event(f"{self.part.name} is misconfigured and not started again; see {self.log}")
                return self._become("failed", "is misconfigured (exit code 78)")
            failures = 1 if monotonic() - started >= STEADY_SECONDS else failures + 1
            pause = restart_pause(failures)
            self.restarts += 1
            self._become("restarting", why)
            self._on_event(f"{self.part.name} {why}; starting it again in {pause:g} s (log: {self.log})")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)
            if self._stopping.is_set():
                return self._become("stopped")

    async def _run_once(self) -> tuple[int | None, str]:
        """One life of the part: its exit code (None when it could not be started), and what happened in words."""
        rotate(self.log)
        try:
            if self.part.prepare is not None:
                await self.part.prepare(self.log)
            with self.log.open("ab") as log:
                process = await asyncio.create_subprocess_exec(
                    *self.part.command,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=log,
                    stderr=asyncio.subprocess.STDOUT,
                    env=dict(self.part.env),
                    cwd=self.part.cwd,
                    start_new_session=True,
                )
        except Exception as error:  # a full disk, a program that is gone: the part's failure, not the supervisor's
            return None, f"could not be started: {error}"
        self.pid, self._identity = process.pid, identity(process.pid)
        self._on_change()
        watch = asyncio.create_task(self._watch(process.pid))
        waits = [watch, asyncio.create_task(process.wait()), asyncio.create_task(self._stopping.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waits:
                task.cancel()
        code = await self._end(process)
        return code, watch.result() if watch.done() and not watch.cancelled() else describe_exit(code)

    async def _watch(self, pid: int) -> str:
        """Show what the probe says. Returns, with the reason, when the part has to be ended and started again."""
        ready_before = False
        alive_at = monotonic()
        while self.part.probe is not None:
            reading = await self.part.probe(pid)
            if not self._doomed:
                self._show(reading, ready_before)
            if reading.state == "ready" and not ready_before:
                ready_before = self._was_ready = True
                if self.restarts:
                    self._on_event(f"{self.part.name} is ready again")
            alive_at = monotonic() if reading.alive else alive_at
            if monotonic() - alive_at > self.part.silence:
                return f"gave no sign of life for {self.part.silence:g} s ({reading.detail})"
            await asyncio.sleep(PROBE_PAUSE_RUNNING if ready_before else PROBE_PAUSE_STARTING)
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    def _show(self, reading: Reading, ready_before: bool) -> None:
        failing = reading.state == "failing" or (ready_before and reading.state == "starting")
        self._become("failing" if failing else reading.state, reading.detail)

    async def _end(self, process: asyncio.subprocess.Process) -> int:
        """The exit code of the part's process, which is made to end if it has not, with all of its group."""
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(self.part.stop_signal)
            ended, hurried = asyncio.create_task(process.wait()), asyncio.create_task(self._hurry.wait())
            await asyncio.wait({ended, hurried}, timeout=self.part.stop_timeout, return_when=asyncio.FIRST_COMPLETED)
            hurried.cancel()
        # also after an orderly end: a killed leader leaves its own children behind, and they hold its port
        await asyncio.to_thread(kill_group, process.pid)
        return await process.wait()

    def _become(self, state: PartState, detail: str = "") -> None:
        if (state, detail) == (self.state, self.detail):
            return
        if state != self.state:
            self._since = now()
        self.state, self.detail = state, detail
        self._changed.set()
        self._changed = asyncio.Event()
        self._on_change()
