"""Faust, with what had to be corrected in it: the one place that knows it. Why each thing is so: docs/decisions/0003.

`tests/integration/test_faust_traps.py` shows each trap on Faust used naively, and what stands here on the same record.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import faust
from aiokafka import TopicPartition
from faust.transport.drivers import aiokafka as driver

from shared.codec import header_map
from shared.kafka_log import Record
from shared.settings import Settings
from shared.topics import REQUEST_LIMIT

FETCH_WAIT_MS = 20
"""Faust lets a fetch wait for 1.5 s until there is something (`fetch_max_wait_ms` in its aiokafka driver, not a
setting). aiokafka has one fetch under way per broker, and leaves out of it the partitions whose last records are not
consumed yet: a record that arrives in one of these just then came 1.5 s late."""

Take = Callable[[Record], Awaitable[bool]]
"""Handles one record; gives whether it may be acknowledged. Never to raise, see `add_agent`."""
Partitions = set[TopicPartition]


class _Thread(driver.AIOKafkaConsumerThread):  # type: ignore[misc]
    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = FETCH_WAIT_MS
        return consumer


class _Consumer(driver.Consumer):  # type: ignore[misc]
    def _new_consumer_thread(self) -> _Thread:
        return _Thread(self, loop=self.loop, beacon=self.beacon)


class _Transport(driver.Transport):  # type: ignore[misc]
    Consumer = _Consumer


def faust_app(name: str, group: str, client: str, settings: Settings) -> faust.App:
    """An app in which every default that loses, waits or listens is set otherwise. Not started."""
    seconds = settings.session_timeout
    app = faust.App(
        group,
        broker=[f"kafka://{server.strip()}" for server in settings.kafka.split(",")],
        broker_client_id=client,
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
        datadir=str(Path(gettempdir()) / f"masthead-{name}"),
        web_enabled=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        worker_redirect_stdouts=False,
        autodiscover=False,
    )
    app.transport = _Transport(app.conf.broker_consumer, app)
    return app


def add_agent(app: faust.App, topic: str, take: Take) -> None:
    """Hands every record of the group's share of a topic to `take`, one after another.

    It is acknowledged by hand, once `take` gives True: a loop over a stream acknowledges in a `finally`, also where an
    exception leaves its body, and commits on a stop. Concurrency is 1, since commits go past a gap of records that are
    not acknowledged (faust-streaming/faust#606). An agent that raised would be restarted behind its record: so `take`
    must not.
    """
    channel = app.topic(topic, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")

    async def run(stream: Any) -> None:
        async for event in stream.noack().events():
            message = event.message
            record = Record(
                message.topic, message.partition, message.offset, int((message.timestamp or 0) * 1000),
                message.key, message.value, header_map(message.headers),
            )  # fmt: skip
            if await take(record):
                event.ack()

    app.agent(channel, name=f"{app.conf.id}.{topic}", concurrency=1)(run)


def on_rebalance(
    app: faust.App, assigned: Callable[[Partitions], Awaitable[None]], revoked: Callable[[Partitions], Awaitable[None]]
) -> None:
    """Calls `assigned` with all partitions that are ours at every assignment, `revoked` with those that were."""

    def telling(tell: Callable[[Partitions], Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        async def run(_sender: object, partitions: set[Any], **_: object) -> None:
            await tell({TopicPartition(tp.topic, tp.partition) for tp in partitions})  # Faust has a type of its own

        return run

    app.on_partitions_assigned.connect(telling(assigned), weak=False)
    app.on_partitions_revoked.connect(telling(revoked), weak=False)


async def run_until_crash(app: faust.App) -> BaseException:
    """Starts an app and gives why it crashed; stop it in any case."""
    await app.start()
    await app._crashed.wait()  # mode gives no public way to wait for a crash
    return app.crash_reason or RuntimeError("Faust crashed")
