"""A small service on a topic of its own, run as a process: by Faust used naively, or as all of Masthead's are.

    python -m tests.support.trap {naive | ours} GROUP TOPIC [TO]

What it does with a record is the record's text: `echo`, `hold` (for ever), `raise`, `send` (to the topic TO). Each
record taken is a line on standard output: `took PARTITION/OFFSET`. Settings come from the environment.
"""

import asyncio
import signal
import sys
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import faust

from shared import topic_admin
from shared.kafka_log import Record
from shared.liveness import Liveness
from shared.settings import Settings
from shared.topics import DECLARED, Topic
from shared.worker import Worker, main

MOMENT = 1.0
"""Seconds in which a partition of ours must move: here nothing takes long."""


def took(partition: int, offset: int) -> None:
    """Says so."""
    print(f"took {partition}/{offset}", flush=True)


def declared(name: str) -> Topic:
    """A topic like the product's own."""
    return Topic(name, "any", (bytes,), (), (), 4_000_000)


def ours(group: str, name: str, to: str) -> Worker:
    """As the services are built."""
    settings = Settings()
    own, other = declared(name), declared(to)
    topic_admin.DECLARED = (*DECLARED, own)  # else nothing waits for it
    worker = Worker(group, settings)

    async def handle(record: Record) -> None:
        took(record.partition, record.offset)
        match (record.value or b"").decode():
            case "hold":
                await asyncio.Event().wait()
            case "raise":
                raise RuntimeError("as it was told")
            case "send":
                await worker.producer.send(other, None, b"sent", [])

    class Soon(Liveness):
        async def watch(self, settings: Settings, group: str, every: float = MOMENT / 4) -> None:
            await super().watch(settings, group, every)

    worker._liveness = Soon(MOMENT)
    worker.agent(own, handle)
    return worker


async def naive(group: str, name: str, to: str) -> None:
    """As the guides of Faust begin, but for what a test must have: no web server, no tables, commits soon."""
    settings = Settings()
    app = faust.App(
        f"masthead-{group}",
        broker=f"kafka://{settings.kafka}",
        store="memory://",
        datadir=Path(mkdtemp()),
        web_enabled=False,
        topic_disable_leader=True,
        topic_allow_declare=False,
        consumer_auto_offset_reset="earliest",
        broker_commit_interval=0.5,
        stream_wait_empty=False,  # else it never stops
    )
    raw: dict[str, Any] = {"value_type": bytes, "value_serializer": "raw", "key_type": bytes, "key_serializer": "raw"}
    own, other = app.topic(name, **raw), app.topic(to, **raw)

    @app.agent(own, concurrency=4)  # type: ignore[untyped-decorator]
    async def run(stream: Any) -> None:
        async for event in stream.events():
            took(event.message.partition, event.message.offset)
            match event.value.decode():
                case "hold":
                    await asyncio.Event().wait()
                case "raise":
                    raise RuntimeError("as it was told")
                case "send":
                    await other.send(value=b"sent")

    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await app.start()
    await stop.wait()
    await app.stop()


if __name__ == "__main__":
    use, group, topic, *to = sys.argv[1:]
    if use == "ours":
        main(group, lambda: ours(group, topic, to[0] if to else topic))
    else:
        asyncio.run(naive(group, topic, to[0] if to else topic))
