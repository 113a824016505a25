"""The gate's wiring: reads `articles.scheduled`, looks at the clock, forwards what is due.

Its consumer is in a group, for the share of the partitions, but commits nothing: at each assignment it reads its
partitions from the beginning, which rebuilds the timers. Before anything is released the end of the partition is asked
for once more, so that an instance that was asleep does not release what a newer version has put off.
"""

import asyncio

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition

from services.ingest.gate import Gate, mark_of
from services.ingest.settings import IngestSettings
from shared.codec import decode, encode, event_headers, is_event
from shared.errors import is_infrastructure
from shared.kafka_log import Producer, Record, as_record
from shared.logs import logger
from shared.messages import Article, GateMark
from shared.times import now, utc_text
from shared.topics import ACCEPTED, GATE_FORWARDED, REQUEST_LIMIT, SCHEDULED


class _Fresh(ConsumerRebalanceListener):  # type: ignore[misc]
    """Forgets all partitions when some are taken or given: positions start at the beginning again."""

    def __init__(self, gates: dict[TopicPartition, Gate]) -> None:
        self._gates = gates

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        self._gates.clear()

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        self._gates.clear()
        self._gates.update({tp: Gate() for tp in assigned})


class Gatekeeper:
    """Runs the gates of the partitions that are ours."""

    def __init__(self, settings: IngestSettings, producer: Producer) -> None:
        self._settings = settings
        self._producer = producer
        self._gates: dict[TopicPartition, Gate] = {}

    async def run(self) -> None:
        """Works until cancelled; waits while the broker is away."""
        seconds = self._settings.session_timeout
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._settings.kafka,
            client_id="masthead-gate",
            group_id="masthead-ingest-gate",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_partition_fetch_bytes=REQUEST_LIMIT,
            session_timeout_ms=int(seconds * 1000),
            heartbeat_interval_ms=int(seconds * 250),
        )
        consumer.subscribe([SCHEDULED.name], listener=_Fresh(self._gates))
        await consumer.start()
        try:
            while True:
                await self._step(consumer)
        finally:
            await consumer.stop()

    async def _step(self, consumer: AIOKafkaConsumer) -> None:
        found = await consumer.getmany(timeout_ms=int(self._settings.gate_tick * 1000))
        for tp, records in found.items():
            for record in records:
                self._take(tp, as_record(record))
        for tp, gate in list(self._gates.items()):
            try:
                if gate.due(utc_text(now())) and await self._knows_all(consumer, tp):
                    await self._forward(tp, gate)
            except Exception as error:
                if not is_infrastructure(error):
                    raise
                logger().warning("the gate waits", reason=f"{type(error).__name__}: {error}")
                await asyncio.sleep(1)

    def _take(self, tp: TopicPartition, record: Record) -> None:
        gate = self._gates.get(tp)
        if gate is None:
            return
        if is_event(record.headers, GATE_FORWARDED):
            gate.mark(decode(record.value, GateMark))
        else:
            gate.schedule(decode(record.value, Article))

    async def _knows_all(self, consumer: AIOKafkaConsumer, tp: TopicPartition) -> bool:
        if tp not in consumer.assignment():
            return False
        ends = await consumer.end_offsets([tp])
        return bool(await consumer.position(tp) >= ends[tp]) and tp in self._gates

    async def _forward(self, tp: TopicPartition, gate: Gate) -> None:
        """Forwards first and marks then: a crash between the two forwards again, which changes nothing downstream."""
        for article in gate.due(utc_text(now())):
            key = article.uri.encode()
            await self._producer.send(
                ACCEPTED, key, encode(article), event_headers("article.accepted", "ingest", {}, article.id)
            )
            mark = mark_of(article)
            await self._producer.send(
                SCHEDULED, key, encode(mark), event_headers(GATE_FORWARDED, "ingest", {}, article.id), tp.partition
            )
            gate.mark(mark)
            logger().info("gate", id=article.id, phase=article.phase, version=article.version)
