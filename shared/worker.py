"""A service process: a Faust app with agents, and what must run before and beside them.

What had to be set or worked around in Faust stands here and in `docs/decisions/0003`:
an agent acknowledges by hand, since leaving the loop body by an exception or on a stop acknowledges the message;
concurrency is 1, since Faust commits past a gap of unacknowledged messages (faust-streaming/faust#606).
"""

import asyncio
import contextlib
import signal
import socket
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import faust
from aiokafka import TopicPartition
from pydantic import ValidationError

from shared.codec import header_map
from shared.editions import EditionsError
from shared.errors import ConfigurationError, Revoked
from shared.faust_transport import ask_soon
from shared.guard import Guard, Handle
from shared.health import State, report_health
from shared.kafka_log import Producer, Record
from shared.logs import configure_logs, logger
from shared.settings import EX_CONFIG, Settings, mistakes
from shared.topic_admin import wait_for_topics
from shared.topics import REQUEST_LIMIT, Topic

STALLED_AFTER = 60.0


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
        self._beside: list[Callable[[], Coroutine[Any, Any, None]]] = []
        self._after: list[Callable[[], Awaitable[None]]] = []
        self._on_assigned: list[Callable[[set[TopicPartition]], Awaitable[None]]] = []
        self._app: faust.App | None = None
        self._state: State = ("starting", "")
        self._stop = asyncio.Event()
        self._failure: BaseException | None = None
        self._ours: set[TopicPartition] = set()
        self._progress: dict[TopicPartition, tuple[int, float]] = {}

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

    def assignment(self) -> set[TopicPartition]:
        """The partitions that are ours now."""
        return self._ours

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
        app = self._app = self._build_app()
        beside: list[asyncio.Task[None]] = []
        try:
            await self.producer.start()
            for act in self._before:
                await act()
            for run in self._beside:
                task = asyncio.create_task(run())
                task.add_done_callback(self._beside_done)
                beside.append(task)
            await app.start()
            await app._crashed.wait()  # mode gives no public way to wait for a crash
            self.fail(app.crash_reason or RuntimeError("Faust crashed"))
        finally:
            await app.stop()
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
            await self.producer.stop()

    def _beside_done(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self.fail(error)

    def _build_app(self) -> faust.App:
        seconds = self.settings.session_timeout
        app = faust.App(
            self.group,
            broker=[f"kafka://{server.strip()}" for server in self.settings.kafka.split(",")],
            broker_client_id=self.client,
            broker_session_timeout=seconds,
            broker_heartbeat_interval=seconds / 4,
            broker_rebalance_timeout=seconds,
            broker_request_timeout=max(40.0, seconds * 2),
            broker_max_poll_interval=600,
            broker_commit_interval=1.0,
            broker_commit_every=1000,
            consumer_auto_offset_reset="earliest",
            consumer_max_fetch_size=REQUEST_LIMIT,
            stream_wait_empty=False,
            stream_buffer_maxsize=64,
            store="memory://",
            datadir=str(Path(gettempdir()) / f"masthead-{self.name}"),
            web_enabled=False,
            topic_allow_declare=False,
            topic_disable_leader=True,
            worker_redirect_stdouts=False,
            autodiscover=False,
        )
        ask_soon(app)
        for topic, handle in self._agents:
            self._add_agent(app, topic, handle)
        app.on_partitions_assigned.connect(self._assigned, weak=False)
        app.on_partitions_revoked.connect(self._revoked, weak=False)
        return app

    def _add_agent(self, app: faust.App, topic: Topic, handle: Handle) -> None:
        guard = Guard(self.name, handle, self.producer, lambda record: record.tp in self.assignment())
        self._guards.append(guard)
        channel = app.topic(topic.name, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")

        async def run(stream: Any) -> None:
            async for event in stream.noack().events():
                message = event.message
                record = Record(
                    message.topic, message.partition, message.offset, int((message.timestamp or 0) * 1000),
                    message.key, message.value, header_map(message.headers),
                )  # fmt: skip
                try:
                    await guard(record)
                except Revoked:
                    logger().info("left to the next owner", at=record.place)
                    continue
                except Exception as error:
                    self.fail(error)
                    await asyncio.Event().wait()
                event.ack()
                self._progress[record.tp] = (record.offset, time.monotonic())

        app.agent(channel, name=f"{self.name}.{topic.name}", concurrency=1)(run)

    async def _assigned(self, _sender: object, assigned: set[TopicPartition], **_: object) -> None:
        self._ours = {TopicPartition(tp.topic, tp.partition) for tp in assigned}  # Faust has a type of its own
        for act in self._on_assigned:
            await act(self._ours)
        self._state = ("ready", "")

    async def _revoked(self, _sender: object, revoked: set[TopicPartition], **_: object) -> None:
        self._ours = self._ours - set(revoked)

    def _health(self) -> State:
        waiting = next((guard.waiting for guard in self._guards if guard.waiting), "")
        if waiting:
            return ("ready", f"waiting: {waiting}")
        stalled = self._stalled()
        return ("failing", f"no progress for {STALLED_AFTER:.0f} s on {stalled}") if stalled else self._state

    def _stalled(self) -> str:
        """A partition with lag whose position stands still (stalls after a rebalance: faust #175, aiokafka #1154)."""
        consumer = None if self._app is None else self._app.consumer
        if consumer is None or self._state[0] != "ready":
            return ""
        moment = time.monotonic()
        for tp, (offset, since) in self._progress.items():
            still = tp in self._ours and moment - since > STALLED_AFTER
            if still and (consumer.highwater(tp) or 0) > offset + 1:
                return f"{tp.topic}/{tp.partition}"
        return ""


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
