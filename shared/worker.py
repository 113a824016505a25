"""A service process: agents that consume, and what must run before and beside them."""

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any

import faust
from aiokafka import TopicPartition
from pydantic import ValidationError

from shared.editions import EditionsError
from shared.errors import ConfigurationError, Revoked
from shared.faust_app import add_agent, faust_app, on_rebalance, run_until_crash
from shared.guard import Guard, Handle
from shared.health import State, report_health
from shared.kafka_log import Producer, Record
from shared.liveness import STALLED_AFTER, Liveness
from shared.logs import configure_logs, logger
from shared.settings import EX_CONFIG, Settings, mistakes
from shared.tasks import end
from shared.topic_admin import wait_for_topics
from shared.topics import Topic


class Worker:
    """One service process of the stack, before it is run."""

    def __init__(self, name: str, settings: Settings) -> None:
        self.name = name
        self.settings = settings
        self.group = f"masthead-{name}"
        self.client = f"{self.group}@{socket.gethostname()}"
        self.producer = Producer(settings, self.client)
        self._guards: list[Guard] = []
        self._agents: list[tuple[Topic, Handle]] = []
        self._before: list[Callable[[], Awaitable[None]]] = []
        self._after: list[Callable[[], Awaitable[None]]] = []
        self._on_assigned: list[Callable[[set[TopicPartition]], Awaitable[None]]] = []
        self._state: State = ("starting", "")
        self._stop = asyncio.Event()
        self._failure: BaseException | None = None
        self._ours: set[TopicPartition] = set()
        self._liveness = Liveness()
        self._not_ready: Callable[[], str] = lambda: ""
        self._beside: list[Callable[[], Coroutine[Any, Any, None]]] = [self._watch]

    def agent(self, topic: Topic, handle: Handle) -> None:
        """Hands every record of the group's share of `topic` to `handle`, one after another, through the guard."""
        self._agents.append((topic, handle))

    def before(self, act: Callable[[], Awaitable[None]]) -> None:
        """Runs `act` once, before the agents start; the producer is connected by then."""
        self._before.append(act)

    def beside(self, act: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Runs `act` beside the agents; when it ends with an exception, the process ends with it."""
        self._beside.append(act)

    def after(self, act: Callable[[], Awaitable[None]]) -> None:
        """Runs `act` once, when everything else has stopped."""
        self._after.append(act)

    def on_assigned(self, act: Callable[[set[TopicPartition]], Awaitable[None]]) -> None:
        """Runs `act` at every assignment, with all partitions that are ours now."""
        self._on_assigned.append(act)

    def ready_when(self, reason: Callable[[], str]) -> None:
        """Counts as starting while `reason` says why it does not work yet."""
        self._not_ready = reason

    def assignment(self) -> set[TopicPartition]:
        """The partitions that are ours now."""
        return self._ours

    def excused(self) -> None:
        """Says that what the agents wait for moves, so that they do not count as standing still."""
        self._liveness.excused()

    def fail(self, error: BaseException) -> None:
        """Stops the process with an error, without acknowledging what is under way."""
        self._failure = self._failure or error
        self._stop.set()

    async def run(self) -> int:
        """Runs until SIGTERM or SIGINT (0), a failure (1) or a wrong installation (78)."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        health = asyncio.create_task(report_health(self.settings.health_file, self.name, self._health))
        try:
            work = asyncio.create_task(self._work())
            await asyncio.wait({work, asyncio.create_task(self._stop.wait())}, return_when=asyncio.FIRST_COMPLETED)
            work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await work
        except (ConfigurationError, EditionsError) as error:
            print(f"masthead {self.name}: {error}", file=sys.stderr)
            return EX_CONFIG
        except Exception as error:
            self._failure = self._failure or error
        finally:
            health.cancel()
            for act in self._after:
                await act()
        if self._failure is not None:
            logger().error("stopped by a failure", exc_info=self._failure)
            return 1
        return 0

    async def _work(self) -> None:
        await wait_for_topics(self.settings)
        app = self._build_app()
        beside: list[asyncio.Task[None]] = []
        try:
            await self.producer.start()
            for act in self._before:
                await act()
                if self._stop.is_set():
                    return
            for run in self._beside:
                task = asyncio.create_task(run())
                task.add_done_callback(self._beside_done)
                beside.append(task)
            self.fail(await run_until_crash(app))
        finally:
            await app.stop()
            await end(*beside)
            await self.producer.stop()

    async def _watch(self) -> None:
        await self._liveness.watch(self.settings, self.group)

    def _beside_done(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self.fail(error)

    def _build_app(self) -> faust.App:
        app = faust_app(self.name, self.group, self.client, self.settings)
        for topic, handle in self._agents:
            guard = Guard(self.name, handle, self.producer, lambda record: record.tp in self.assignment())
            self._guards.append(guard)
            add_agent(app, topic.name, partial(self._take, guard))
        on_rebalance(app, self._assigned, self._revoked)
        return app

    async def _take(self, guard: Guard, record: Record) -> bool:
        try:
            if record.tp not in self._ours:
                raise Revoked(record.place)
            await guard(record)
        except Revoked:
            logger().info("left to the next owner", at=record.place)
            return False
        except Exception as error:
            self.fail(error)
            await asyncio.Event().wait()
        self._liveness.handled(record.tp, record.offset)
        return True

    async def _assigned(self, assigned: set[TopicPartition]) -> None:
        self._ours = assigned
        self._liveness.assigned(assigned)
        for act in self._on_assigned:
            await act(self._ours)
        self._state = ("ready", "")

    async def _revoked(self, revoked: set[TopicPartition]) -> None:
        self._ours = self._ours - revoked
        self._liveness.revoked(revoked)

    def _health(self) -> State:
        waiting = next((guard.waiting for guard in self._guards if guard.waiting), "")
        if waiting:
            return ("ready", f"waiting: {waiting}")
        if self._state[0] == "ready" and (reason := self._not_ready()):
            return ("starting", reason)
        stalled = self._liveness.stalled() if self._state[0] == "ready" else []
        if stalled:
            names = ", ".join(f"{tp.topic}/{tp.partition}" for tp in stalled)
            return ("failing", f"no progress for {STALLED_AFTER:.0f} s on {names}")
        return self._state


def main(name: str, build: Callable[[], Worker]) -> None:
    """Runs a service as a process: `build` reads settings and wires, and may raise ConfigurationError."""

    async def run() -> int:
        try:
            worker = build()
        except (ConfigurationError, EditionsError) as error:
            print(f"masthead {name}: {error}", file=sys.stderr)
            return EX_CONFIG
        except ValidationError as error:
            for mistake in mistakes(error):
                print(f"masthead {name}: {mistake}", file=sys.stderr)
            return EX_CONFIG
        configure_logs(name, worker.settings.log_level)
        return await worker.run()

    sys.exit(asyncio.run(run()))
