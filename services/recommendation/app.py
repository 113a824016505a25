"""Recommendation, wired: enriched articles and kills in, related lists out. One instance, with an index in memory."""

import asyncio
import time
from collections.abc import Mapping

from aiokafka import TopicPartition

from services.recommendation.epoch import load_epoch
from services.recommendation.indexes import Indexes
from services.recommendation.lists import Lists
from services.recommendation.restart import Restart
from services.recommendation.rollout import Rollout
from services.recommendation.settings import RecommendationSettings
from shared.codec import decode, encode, event_headers
from shared.errors import ConfigurationError
from shared.follow import Follower
from shared.kafka_log import Record, partitions_of, reader
from shared.messages import Enriched, Kill, RelatedList
from shared.topic_admin import admin, group_members
from shared.topics import ENRICHED, KILLS, RELATED
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
    restart = Restart(settings, indexes, lists)
    rollout = Rollout(settings, worker.client, worker.producer, shipped, indexes, lists)

    def take_in(record: Record) -> set[str]:
        article = decode(record.value, Enriched)
        with restart.taking(record):
            changed = indexes.apply(article)
            if changed:
                lists.learn(article)
            return changed

    def take_out(record: Record) -> set[str]:
        article_id = decode(record.value, Kill).id
        with restart.taking(record):
            return indexes.kill(article_id)

    async def take_article(record: Record) -> None:
        async with rollout.lock:
            await lists.emit(take_in(record), record.headers)

    async def take_kill(record: Record) -> None:
        async with rollout.lock:
            await lists.emit(take_out(record), record.headers)

    async def begin() -> None:
        """A term of our own; index and what was said last as the log has them; then whatever differs is said."""
        await refuse_second(settings, worker.group)
        await rollout.begin()
        async with reader(settings, "masthead-recommendation-fold") as consumer:
            doubtful = await restart.fold(consumer, take_in, take_out)
        await rollout.say_all(doubtful)

    async def assigned(partitions: set[TopicPartition]) -> None:
        async with reader(settings, "masthead-recommendation-partitions") as consumer:
            everything = set(await partitions_of(consumer, ENRICHED))
        if everything - partitions:
            worker.fail(RuntimeError("another instance started at the same time and has taken partitions"))

    kills = Follower(settings, KILLS, "masthead-recommendation-kills", take_kill)
    worker.before(begin)
    worker.beside(kills.run)
    worker.beside(rollout.run)
    worker.beside(restart.run)
    worker.after(restart.save)
    worker.on_assigned(assigned)
    worker.agent(ENRICHED, take_article)
    return worker


if __name__ == "__main__":
    main("recommendation", build)
