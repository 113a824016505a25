"""Recommendation, wired: enriched articles and kills in, related lists out. One instance, with an index in memory."""

import asyncio
import time
from collections.abc import Mapping

import msgspec
from aiokafka import TopicPartition

from services.recommendation.epoch import load_epoch
from services.recommendation.lists import Lists
from services.recommendation.relate import Relations
from services.recommendation.settings import RecommendationSettings
from shared.codec import decode, encode, event_headers
from shared.errors import ConfigurationError
from shared.follow import Follower
from shared.guard import Handle
from shared.kafka_log import Record, partitions_of, read_to_end, reader
from shared.logs import logger
from shared.messages import Enriched, Kill, RelatedList, WriterStart
from shared.times import now, utc_text
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
    relations = Relations(load_epoch())
    killed: set[str] = set()

    async def send(message: RelatedList, cause: Mapping[str, str]) -> None:
        headers = event_headers("related.changed", "recommendation", cause, message.id)
        await worker.producer.send(RELATED, message.uri.encode(), encode(message), headers)

    lists = Lists(relations, send)

    def take_in(record: Record) -> set[str]:
        article = decode(record.value, Enriched)
        changed = relations.apply(article)
        if changed:
            lists.learn(article)
        return changed

    def take_out(record: Record) -> set[str]:
        article_id = decode(record.value, Kill).id
        changed = set() if article_id in killed else relations.kill(article_id)
        killed.add(article_id)
        return changed

    async def take_article(record: Record) -> None:
        await lists.emit(take_in(record), record.headers)

    async def take_kill(record: Record) -> None:
        await lists.emit(take_out(record), record.headers)

    async def fold_article(record: Record) -> None:
        take_in(record)

    async def fold_kill(record: Record) -> None:
        take_out(record)

    async def fold_list(record: Record) -> None:
        if record.key != WRITER_KEY:
            lists.fold(decode(record.value, RelatedList))

    def passing_over(fold: Handle) -> Handle:
        """One record that cannot be read must not keep the service from starting; publishing buries it."""

        async def run(record: Record) -> None:
            try:
                await fold(record)
            except msgspec.MsgspecError as error:
                logger().error("left out of the fold", at=record.place, reason=str(error))

        return run

    async def begin() -> None:
        """A term of our own; the index and what was said last, folded from the log; then whatever differs is said."""
        await refuse_second(settings, worker.group)
        start = WriterStart(writer=worker.client, started_at=utc_text(now()))
        headers = event_headers("related.writer-started", "recommendation", {}, "writer")
        _, term = await worker.producer.send(RELATED, WRITER_KEY, encode(start), headers, partition=0)
        lists.begin(term)
        async with reader(settings, "masthead-recommendation-fold") as consumer:
            for topic, fold in ((KILLS, fold_kill), (ENRICHED, fold_article), (RELATED, fold_list)):
                await read_to_end(consumer, await partitions_of(consumer, topic), passing_over(fold))
        due = lists.due_after_start()
        logger().info("folded", articles=len(set(relations.ids())), due=due, term=term)
        await lists.emit((), {})

    async def assigned(partitions: set[TopicPartition]) -> None:
        async with reader(settings, "masthead-recommendation-partitions") as consumer:
            everything = set(await partitions_of(consumer, ENRICHED))
        if everything - partitions:
            worker.fail(RuntimeError("another instance started at the same time and has taken partitions"))

    kills = Follower(settings, KILLS, "masthead-recommendation-kills", take_kill)
    worker.before(begin)
    worker.beside(kills.run)
    worker.on_assigned(assigned)
    worker.agent(ENRICHED, take_article)
    return worker


if __name__ == "__main__":
    main("recommendation", build)
