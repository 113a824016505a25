"""Publishing, wired: enriched articles, related lists and kills in; fragments in Redis out."""

import hashlib
from pathlib import Path

from aiokafka import TopicPartition
from redis.asyncio import Redis

from services.publishing import publish
from services.publishing.publisher import Originals, Publisher
from services.publishing.render import Renderer
from services.publishing.settings import PublishingSettings
from services.publishing.store import Store
from services.publishing.upkeep import Upkeep
from shared import entries, fragments, redis_keys
from shared.codec import decode
from shared.editions import load_editions, with_addresses
from shared.follow import Follower
from shared.kafka_log import Record
from shared.messages import Kill
from shared.topics import ENRICHED, KILLS, RELATED
from shared.worker import Worker, main


def build_name(renderer: Renderer) -> str:
    """The build that this code, these templates and these editions write: another one where any of them differs.

    `FINGERPRINT-CODE`: the first part is what pages ask for assets with, so that the edge knows which never change.
    """
    digest = hashlib.sha256()
    for module in (publish, entries, fragments, redis_keys):
        digest.update(Path(str(module.__file__)).read_bytes())
    return f"{renderer.fingerprint}-{digest.hexdigest()[:8]}"


def build() -> Worker:
    """The worker, not connected to anything. Raises EditionsError."""
    settings = PublishingSettings()
    editions = with_addresses(load_editions(settings.editions), settings.public_address)
    renderer = Renderer(editions)
    redis = Redis.from_url(
        settings.redis_url,
        socket_timeout=settings.redis_timeout,
        socket_connect_timeout=settings.redis_timeout,
        client_name="masthead-publishing",
    )
    worker = Worker("publishing", settings)
    store = Store(redis, build_name(renderer), editions)
    publisher = Publisher(store, renderer, editions, Originals(settings, worker.producer))
    upkeep = Upkeep(settings, worker.group, store, publisher, worker.assignment, worker.excused)

    async def take_kill(record: Record) -> None:
        await publisher.kill(decode(record.value, Kill).id)

    async def assigned(_: set[TopicPartition]) -> None:
        upkeep.assigned()

    kills = Follower(settings, KILLS, "masthead-publishing-kills", take_kill)
    worker.before(kills.catch_up)
    worker.beside(kills.run)
    worker.beside(upkeep.run)
    worker.on_assigned(assigned)
    worker.agent(ENRICHED, upkeep.apply)
    worker.agent(RELATED, upkeep.apply)
    worker.after(redis.aclose)
    return worker


if __name__ == "__main__":
    main("publishing", build)
