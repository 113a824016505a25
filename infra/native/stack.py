"""The supervisor: starts parts in order, each ready before the next, keeps them running, stops them in reverse."""

import asyncio
import contextlib
import fcntl
import os
import signal
from collections.abc import Iterable
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import IO, Literal, Self

from infra.native.errors import StackError
from infra.native.keeper import Keeper
from infra.native.logs import rotate
from infra.native.part import Part
from infra.native.ports import check_free
from infra.native.processes import end_recorded, identity
from infra.native.progress import Progress
from infra.native.runner_state import RunnerFile, SupervisorEntry, now, read_runner, write_runner

LEFTOVER_STOP_SECONDS = 15.0
HOUSEKEEPING_SECONDS = 60.0
SAY_WHY_AFTER_SECONDS = 10.0


class AlreadyRunning(StackError):
    """Another supervisor runs on the same state folder."""


class Stack:
    """Parts that run together on one state folder. In tests:

        async with Stack(parts, state_dir, Progress(None)) as stack:
            stack.kill("ingest")
            await stack.ready("ingest")

    Every method that takes a name raises KeyError for a part that does not exist.
    """

    def __init__(self, parts: Iterable[Part], state_dir: Path, progress: Progress | None = None) -> None:
        self._state_dir = state_dir.absolute()
        self._progress = progress or Progress()
        self._keepers: dict[str, Keeper] = {}
        self._state: Literal["starting", "ready", "stopping", "stopped"] = "stopped"
        self._started_at = now()
        self._lock: IO[str] | None = None
        self._housekeeping: asyncio.Task[None] | None = None
        for part in parts:
            self.add(part)

    async def __aenter__(self) -> Self:
        await self.up()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.down()

    def add(self, part: Part) -> None:
        """Take one more part in, after all others. It is started by `up()`, or by `start_part()` when up already."""
        if part.name in self._keepers:
            raise ValueError(f"there is a part {part.name} already")
        self._keepers[part.name] = Keeper(part, self._state_dir / "log", self._write_state, self._progress.line)

    @property
    def names(self) -> list[str]:
        """The names of all parts, in the order of their start."""
        return list(self._keepers)

    async def up(self) -> None:
        """Start every part, each ready before the next. On an error everything is stopped again, then it is raised:
        AlreadyRunning, StackError for a port in use, PartFailed for a part that did not become ready."""
        (self._state_dir / "log").mkdir(parents=True, exist_ok=True)
        self._lock = take_lock(self._state_dir)
        try:
            await asyncio.to_thread(end_leftovers, self._state_dir, self._progress)
            check_free(keeper.part.address for keeper in self._keepers.values() if keeper.part.address)
            self._state, self._started_at = "starting", now()
            self._write_state()
            self._housekeeping = asyncio.create_task(self._keep_house())
            began = monotonic()
            for keeper in self._keepers.values():
                await self._bring_up(keeper)
            self._progress.line(f"All is ready after {monotonic() - began:.1f} s.")
        except BaseException:
            await self.down()
            raise
        self._state = "ready"
        self._write_state()

    async def down(self) -> None:
        """Stop every part in reverse order. Does nothing when nothing runs."""
        if self._lock is None:
            return
        self._state = "stopping" if self._state != "stopped" else "stopped"
        for keeper in reversed(self._keepers.values()):
            if keeper.state in ("stopped", "done", "failed"):
                continue
            began = monotonic()
            self._progress.begin(f"  stopping {keeper.part.name}")
            await keeper.stop()
            self._progress.end(f"stopped in {monotonic() - began:.1f} s")
        if self._housekeeping is not None:
            self._housekeeping.cancel()
        if self._state == "stopping":
            self._state = "stopped"
            self._write_state()
        self._lock.close()
        self._lock = None

    def hurry(self) -> None:
        """Make a `down()` under way kill what it would otherwise wait for."""
        for keeper in self._keepers.values():
            keeper.hurry()

    def pid(self, name: str) -> int | None:
        """The pid of a part's process; None when it does not run at the moment."""
        return self._keepers[name].pid

    def kill(self, name: str, sig: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to a part's process; the supervisor starts it again. ProcessLookupError if it does not run."""
        self._keepers[name].kill(sig)

    async def ready(self, name: str, within: float | None = None) -> None:
        """Return when a part is ready, also after deaths on the way. PartFailed when it failed or `within` seconds
        (the part's own start time-out if not given) have passed."""
        keeper = self._keepers[name]
        await keeper.ready(keeper.part.start_timeout if within is None else within)

    async def stop_part(self, name: str) -> None:
        """Stop one part as an orderly stop does; it stays stopped."""
        await self._keepers[name].stop()

    def start_part(self, name: str) -> None:
        """Start one part that was stopped, failed or added. `await ready(name)` waits for it."""
        self._keepers[name].start()

    async def _bring_up(self, keeper: Keeper) -> None:
        part, began = keeper.part, monotonic()
        self._progress.begin(f"  {part.title}")
        keeper.start(give_up=True)
        ready = asyncio.create_task(keeper.ready(part.start_timeout))
        try:
            while not (await asyncio.wait({ready}, timeout=SAY_WHY_AFTER_SECONDS))[0]:
                self._progress.more(keeper.detail or keeper.state)
            await ready
        finally:
            ready.cancel()
        took = f"{keeper.state} in {monotonic() - began:.1f} s"
        self._progress.end(f"{took} on {part.address}" if part.address else took)

    async def _keep_house(self) -> None:
        while True:
            await asyncio.sleep(HOUSEKEEPING_SECONDS)
            for keeper in self._keepers.values():
                with contextlib.suppress(OSError):
                    rotate(keeper.log)

    def _write_state(self) -> None:
        if self._lock is None:
            return
        pid = os.getpid()
        supervisor = SupervisorEntry(
            pid=pid, process=identity(pid) or "", startedAt=self._started_at, state=self._state
        )
        parts = [keeper.entry() for keeper in self._keepers.values()]
        with contextlib.suppress(OSError):  # a full disk must not take the parts down
            write_runner(self._state_dir, RunnerFile(supervisor=supervisor, parts=parts))


def check_not_running(state_dir: Path) -> None:
    """AlreadyRunning if a supervisor holds the state folder. The folder is made if there is none."""
    (state_dir / "log").mkdir(parents=True, exist_ok=True)
    take_lock(state_dir).close()


def take_lock(state_dir: Path) -> IO[str]:
    """The open, locked lock file of a state folder, which its supervisor holds for life; AlreadyRunning if taken.

    The kernel drops the lock with the process, however it ends.
    """
    lock = (state_dir / "runner.lock").open("a+", encoding="ascii")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise AlreadyRunning(f"Masthead is running already (state in {state_dir})") from None
    return lock


def end_leftovers(state_dir: Path, progress: Progress) -> int:
    """End what a supervisor that crashed left running, in reverse order; returns how many parts that were.

    Only for the holder of the lock.
    """
    content = read_runner(state_dir)
    ended = 0
    for entry in reversed(content["parts"] if content else []):
        pid, process = entry["pid"], entry["process"]
        if pid is not None and process is not None and end_recorded(pid, process, LEFTOVER_STOP_SECONDS):
            progress.line(f"  stopped {entry['name']}, left over from a run that crashed (pid {pid})")
            ended += 1
    return ended
