"""Records into Kafka just as they were: with their timestamps, each at its own offset."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from services.desk.archive import Batch
from services.desk.errors import DeskError
from services.desk.log import CLIENT, in_time
from shared.settings import Settings
from shared.topics import REQUEST_LIMIT

CREATE_TIME = 0
REQUEST_BYTES = 512 * 1024
"""Several records go to Kafka together up to so many bytes: below the smallest limit of a topic."""


class LogWriter:
    """Writes one batch of a partition after another. A producer's own batches, since its `send` refuses a record that
    has neither key nor value, and other people's producers may have written one."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer

    async def write(self, tp: TopicPartition, batch: Batch) -> None:
        """Writes all records of a batch. Raises DeskError where one lands elsewhere, Unreachable."""
        offset, left = batch.first, list(batch.records)
        while left:
            builder, count = self._producer.create_batch(), 0
            for record in left:
                headers = list(record.headers)
                if not builder.append(timestamp=record.timestamp, key=record.key, value=record.value, headers=headers):
                    break
                count += 1
            builder.close()
            try:
                done = await in_time(await self._producer.send_batch(builder, tp.topic, partition=tp.partition))
            except KafkaError as error:
                raise DeskError(f"Kafka does not take {tp.topic}/{tp.partition} from {offset} on: {error}") from error
            if done.offset != offset:
                raise DeskError(
                    f"the record of {tp.topic}/{tp.partition}/{offset} has landed at {done.offset}: somebody else "
                    f"writes to this Kafka; delete its topics, stop the other and import again"
                )
            if done.timestamp_type != CREATE_TIME:
                raise DeskError(f"Kafka gives {tp.topic} times of its own; set message.timestamp.type=CreateTime")
            offset, left = offset + count, left[count:]


@asynccontextmanager
async def log_writer(settings: Settings) -> AsyncIterator[LogWriter]:
    """A writer, connected."""
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.kafka,
        client_id=CLIENT,
        enable_idempotence=True,
        acks="all",
        compression_type="lz4",
        max_batch_size=REQUEST_BYTES,
        max_request_size=REQUEST_LIMIT,
        request_timeout_ms=20_000,
    )
    await producer.start()
    try:
        yield LogWriter(producer)
    finally:
        await producer.stop()
