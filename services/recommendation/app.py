"""Recommendation, wired: enriched articles and kills in, related lists out; probes and offers among its instances."""

from collections.abc import Mapping

from services.recommendation.epoch import load_epoch
from services.recommendation.indexes import Indexes
from services.recommendation.lists import Lists
from services.recommendation.lives import Lives
from services.recommendation.post import Post, opened
from services.recommendation.restart import Restart
from services.recommendation.rollout import Rollout
from services.recommendation.settings import RecommendationSettings
from shared.codec import decode, encode, event_headers
from shared.follow import Follower
from shared.kafka_log import Record
from shared.messages import Enriched, Kill, Offer, RelatedList
from shared.topics import ENRICHED, KILLS, PROBES, RELATED
from shared.worker import Worker, main


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
    post = Post(worker.producer, indexes)

    def take_in(record: Record) -> set[str]:
        article = decode(record.value, Enriched)
        with restart.taking(record):
            return indexes.apply(article)

    def take_out(record: Record) -> set[str]:
        article_id = decode(record.value, Kill).id
        with restart.taking(record):
            return indexes.kill(article_id)

    lives = Lives(worker, rollout, restart, indexes, post, take_in, take_out)
    rollout.again = lives.again

    async def say(changed: set[str], cause: Mapping[str, str]) -> None:
        await post.flush(cause)
        await lists.emit(changed, cause)

    async def take_article(record: Record) -> None:
        await lives.take(record, lambda: say(take_in(record), record.headers))

    async def take_kill(record: Record) -> None:
        await lives.take(record, lambda: say(take_out(record), record.headers), owned=False)

    async def take_message(record: Record) -> None:
        message = opened(record)
        await rollout.heard_of(message.epoch)

        async def act() -> None:
            changed = indexes.current.receive(record.partition, message)
            if isinstance(message, Offer):  # which may change nothing
                lists.due_after_start(changed)
                changed = set()
            await say(changed, record.headers)
            await rollout.say_when_known()

        await lives.take(record, act)

    kills = Follower(settings, KILLS, "masthead-recommendation-kills", take_kill)
    worker.before(rollout.catch_up)
    worker.beside(lives.run)
    worker.beside(kills.run)
    worker.beside(rollout.run)
    worker.beside(restart.run)
    worker.after(restart.save)
    worker.on_assigned(lives.assigned)
    worker.ready_when(lives.not_ready)
    worker.agent(ENRICHED, take_article)
    worker.agent(PROBES, take_message)
    return worker


if __name__ == "__main__":
    main("recommendation", build)
