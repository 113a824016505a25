"""Publishing, wired: enriched articles, related lists, kills and wishes for a rebuild in; fragments in Redis out."""

import hashlib
from pathlib import Path

from aiokafka import TopicPartition
from redis.asyncio import Redis

from services.publishing import publish
from services.publishing.keeper import Keeper
from services.publishing.publisher import Originals, Publisher
from services.publishing.registry import Registry
from services.publishing.render import Renderer
from services.publishing.settings import PublishingSettings
from services.publishing.store import Store
from services.publishing.wishes import Wishes
from shared import entries, fragments, redis_keys
from shared.codec import decode, encode, event_headers
from shared.editions import load_editions, with_addresses
from shared.follow import Follower
from shared.kafka_log import Record
from shared.messages import Kill, RebuildEnded
from shared.rebuilds import Rebuild
from shared.times import now, utc_text
from shared.topics import ENRICHED, KILLS, REBUILD_ENDED, REBUILDS, RELATED
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
    originals = Originals(settings, worker.producer)
    killed: set[str] = set()

    def open_build(name: str) -> tuple[Store, Publisher]:
        store = Store(redis, name, editions)
        return store, Publisher(store, renderer, editions, originals, killed)

    async def say_ended(rebuild: Rebuild) -> None:
        ended = RebuildEnded(id=rebuild.id, ended_at=utc_text(now()), outcome=rebuild.outcome)
        headers = event_headers(REBUILD_ENDED, "publishing", {}, rebuild.id)
        await worker.producer.send(REBUILDS, None, encode(ended), headers, partition=0)

    wishes = Wishes()
    registry = Registry(redis, build_name(renderer))
    keeper = Keeper(
        settings,
        worker.group,
        registry,
        wishes,
        open_build,
        killed,
        worker.assignment,
        worker.excused,
        say_ended,
    )

    async def take_kill(record: Record) -> None:
        await keeper.kill(decode(record.value, Kill).id)

    async def take_wish(record: Record) -> None:
        wishes.take(record)
        keeper.look_soon()

    async def assigned(_: set[TopicPartition]) -> None:
        keeper.assigned()

    kills = Follower(settings, KILLS, "masthead-publishing-kills", take_kill)
    wanted = Follower(settings, REBUILDS, "masthead-publishing-rebuilds", take_wish)
    worker.before(keeper.open)
    worker.before(kills.catch_up)
    worker.before(wanted.catch_up)
    worker.beside(kills.run)
    worker.beside(wanted.run)
    worker.beside(keeper.run)
    worker.on_assigned(assigned)
    worker.agent(ENRICHED, keeper.apply)
    worker.agent(RELATED, keeper.apply)
    worker.after(redis.aclose)
    return worker


if __name__ == "__main__":
    main("publishing", build)
