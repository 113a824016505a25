"""The consumer groups of the services: who is at work, and how far each has come."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError

from services.desk.errors import DeskError, Unreachable
from services.desk.log import CLIENT
from services.desk.status import STAGES
from shared.settings import Settings
from shared.topic_admin import committed_offsets, group_members

NEW_KAFKA_SECONDS = 30.0
T = TypeVar("T")

GROUPS = {f"masthead-{stage}": topics for stage, topics in STAGES.items()}
"""Every group, with the topics of which it commits how far it has come."""


async def refuse_while_at_work(client: AIOKafkaAdminClient) -> None:
    """Raises DeskError while any of the services runs."""
    for group in GROUPS:
        if await _patiently(lambda group=group: group_members(client, group)):  # type: ignore[misc]
            raise DeskError(
                f"{group.removeprefix('masthead-')} is at work; stop all services before an import, start them after it"
            )


async def committed(client: AIOKafkaAdminClient, group: str) -> dict[TopicPartition, int]:
    """As `shared.topic_admin.committed_offsets`, also of a Kafka that is new."""
    return await _patiently(lambda: committed_offsets(client, group))


async def _patiently(ask: Callable[[], Awaitable[T]]) -> T:
    """A Kafka that is new makes its topic of groups when it is first asked for one, and refuses to answer meanwhile."""
    deadline = time.monotonic() + NEW_KAFKA_SECONDS
    while True:
        try:
            return await ask()
        except GroupCoordinatorNotAvailableError as error:
            if time.monotonic() > deadline:
                raise Unreachable(f"Kafka does not tell who is at work: {error}") from error
            await asyncio.sleep(0.2)


async def commit(settings: Settings, positions: Mapping[str, Mapping[TopicPartition, int]]) -> None:
    """Sets how far each group has come, so that its service goes on there."""
    for group, offsets in positions.items():
        consumer = AIOKafkaConsumer(
            bootstrap_servers=settings.kafka, client_id=CLIENT, group_id=group, enable_auto_commit=False
        )
        await consumer.start()
        try:
            consumer.assign(list(offsets))
            await consumer.commit(dict(offsets))
        finally:
            await consumer.stop()
