"""What the broker knows: topics created, compared with `shared.topics`, waited for; who is in a group, and how far."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, TopicAlreadyExistsError

from shared.errors import ConfigurationError
from shared.settings import Settings
from shared.topics import DECLARED


@contextlib.asynccontextmanager
async def admin(settings: Settings) -> AsyncIterator[AIOKafkaAdminClient]:
    """An admin client, connected. Raises KafkaError, OSError while no broker answers."""
    client = AIOKafkaAdminClient(bootstrap_servers=settings.kafka, client_id="masthead-admin")
    try:
        await client.start()
        yield client
    finally:
        await client.close()


async def create_topics(client: AIOKafkaAdminClient, settings: Settings) -> list[str]:
    """Creates the topics that are missing; gives their names. One replica for each broker there is, at most three."""
    there = set(await client.list_topics())
    brokers = len((await client.describe_cluster())["brokers"])
    missing = [topic for topic in DECLARED if topic.name not in there]
    new = [
        NewTopic(
            topic.name,
            num_partitions=settings.partitions,
            replication_factor=min(3, brokers),
            topic_configs=topic.config,
        )
        for topic in missing
    ]
    if new:
        with contextlib.suppress(TopicAlreadyExistsError):  # created at the same time; what stands is compared later
            await client.create_topics(new)
    return [topic.name for topic in missing]


async def check_topics(client: AIOKafkaAdminClient) -> None:
    """Raises ConfigurationError with everything that differs from `shared.topics`, LookupError for a missing topic."""
    described = {t["topic"]: t for t in await client.describe_topics([topic.name for topic in DECLARED])}
    missing = [t.name for t in DECLARED if described.get(t.name, {"error_code": 3})["error_code"] != 0]
    if missing:
        raise LookupError(f"topics that do not exist yet: {', '.join(missing)}")
    counts = {name: len(found["partitions"]) for name, found in described.items()}
    wrong: list[str] = []
    if len(set(counts.values())) != 1:
        wrong.append(f"the topics have different partition counts: {counts}")
    configs = await _configs(client)
    for topic in DECLARED:
        for name, wanted in topic.config.items():
            found = configs[topic.name].get(name)
            if found != wanted:
                wrong.append(f"topic {topic.name}: {name} is {found}, must be {wanted}")
    if wrong:
        raise ConfigurationError("; ".join(wrong))


async def _configs(client: AIOKafkaAdminClient) -> Mapping[str, Mapping[str, str]]:
    wanted = [ConfigResource(ConfigResourceType.TOPIC, topic.name) for topic in DECLARED]
    found: dict[str, dict[str, str]] = {}
    for response in await client.describe_configs(wanted):
        for resource in response.resources:
            found[resource[3]] = {entry[0]: entry[1] for entry in resource[4]}
    return found


async def wait_for_topics(settings: Settings, patience: float = 300.0) -> None:
    """Waits until the broker answers and all topics are there as declared.

    Faust consumes nothing from a topic that did not exist when it started. Raises ConfigurationError where a topic
    differs, or when `patience` seconds are over.
    """
    deadline = asyncio.get_running_loop().time() + patience
    while True:
        try:
            async with admin(settings) as client:
                return await check_topics(client)
        except (KafkaError, LookupError, OSError) as error:
            if asyncio.get_running_loop().time() > deadline:
                raise ConfigurationError(f"Kafka at {settings.kafka} is not usable: {error}") from error
            await asyncio.sleep(0.5)


async def group_members(client: AIOKafkaAdminClient, group: str) -> list[str]:
    """The members of a consumer group, as `CLIENT at HOST`.

    One group a call: aiokafka 0.14 misreads an answer about several.
    """
    [response] = await client.describe_consumer_groups([group])
    return [f"{member[1]} at {member[2]}" for member in response.groups[0][5]]


async def committed_offsets(client: AIOKafkaAdminClient, group: str) -> dict[TopicPartition, int]:
    """The next offset that a group has committed, for each partition of which it has committed any."""
    found = await client.list_consumer_group_offsets(group)
    return {tp: at.offset for tp, at in found.items() if at.offset >= 0}
