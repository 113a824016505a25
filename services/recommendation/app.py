"""Recommendation, wired: enriched articles and kills in, related lists out. One instance, with an index in memory."""

import asyncio
import time
from collections.abc import Mapping

from aiokafka import TopicPartition

from services.recommendation.epoch import load_epoch
from services.recommendation.indexes import Indexes
from services.recommendation.lists import Lists
from services.recommendation.rollout import Rollout, passing_over
from services.recommendation.settings import RecommendationSettings
from shared.codec import decode, encode, event_headers
from shared.errors import ConfigurationError
from shared.follow import Follower
from shared.kafka_log import Record, partitions_of, read_to_end, reader
from shared.messages import Enriched, Kill, RelatedList
from shared.topic_admin import admin, group_members
from shared.topics import ENRICHED, KILLS, RELATED, WRITER_KEY
from shared.worker import Worker, main


async def refuse_second(settings: RecommendationSettings, group: str) -> None:
    """Raises ConfigurationError while another instance is in the group.

    A member that was killed is missed only after the session time-out, so that long it is waited for.
    """
    deadline = time.monotonic() + settings.session_timeout + 5
    async with admin(settings) as client:
        while members := await group_members(client, group):
            if time.monotonic() > deadline:
                raise ConfigurationError(
                    f"another instance runs ({', '.join(members)}); there can be one until the index has shards"
                )
            await asyncio.sleep(0.5)


def build() -> Worker:
    """The worker, not connected to anything."""
    settings = RecommendationSettings()
    worker = Worker("recommendation", settings)
    shipped = load_epoch()
    indexes = Indexes(shipped)

    async def send(message: RelatedList, cause: Mapping[str, str]) -> None:
        headers = event_headers("related.changed", "recommendation", cause, message.id)
        await worker.producer.send(RELATED, message.uri.encode(), encode(message), headers)

    lists = Lists(indexes.current, send)
    rollout = Rollout(settings, worker.client, worker.producer, shipped, indexes, lists)

    def take_in(record: Record) -> set[str]:
        article = decode(record.value, Enriched)
        changed = indexes.apply(article)
        if changed:
            lists.learn(article)
        return changed

    def take_out(record: Record) -> set[str]:
        return indexes.kill(decode(record.value, Kill).id)

    async def take_article(record: Record) -> None:
        async with rollout.lock:
            await lists.emit(take_in(record), record.headers)

    async def take_kill(record: Record) -> None:
        async with rollout.lock:
            await lists.emit(take_out(record), record.headers)

    async def fold_article(record: Record) -> None:
        take_in(record)

    async def fold_kill(record: Record) -> None:
        take_out(record)

    async def fold_list(record: Record) -> None:
        if record.key != WRITER_KEY:
            lists.fold(decode(record.value, RelatedList))

    async def begin() -> None:
        """A term of our own; the index and what was said last, folded from the log; then whatever differs is said."""
        await refuse_second(settings, worker.group)
        await rollout.begin()
        async with reader(settings, "masthead-recommendation-fold") as consumer:
            for topic, fold in ((KILLS, fold_kill), (ENRICHED, fold_article), (RELATED, fold_list)):
                await read_to_end(consumer, await partitions_of(consumer, topic), passing_over(fold))
        await rollout.say_all()

    async def assigned(partitions: set[TopicPartition]) -> None:
        async with reader(settings, "masthead-recommendation-partitions") as consumer:
            everything = set(await partitions_of(consumer, ENRICHED))
        if everything - partitions:
            worker.fail(RuntimeError("another instance started at the same time and has taken partitions"))

    kills = Follower(settings, KILLS, "masthead-recommendation-kills", take_kill)
    worker.before(begin)
    worker.beside(kills.run)
    worker.beside(rollout.run)
    worker.on_assigned(assigned)
    worker.agent(ENRICHED, take_article)
    return worker


if __name__ == "__main__":
    main("recommendation", build)
