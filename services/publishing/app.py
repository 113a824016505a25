"""Publishing, wired: enriched articles, related lists, kills and wishes for a rebuild in; fragments in Redis out."""

import asyncio
import hashlib
from functools import partial
from pathlib import Path

import httpx
from aiokafka import TopicPartition
from redis.asyncio import Redis

from services.publishing import publish
from services.publishing.caches import ALL_OTHERS, by_edition
from services.publishing.keeper import Keeper
from services.publishing.publisher import Originals, Publisher
from services.publishing.purge import Purger, patiently
from services.publishing.purge_store import PurgeStore
from services.publishing.registry import Registry
from services.publishing.render import Renderer
from services.publishing.settings import PublishingSettings
from services.publishing.store import Store
from services.publishing.wishes import Wishes
from shared import entries, fragments, redis_keys
from shared.codec import decode, encode, event_headers
from shared.editions import load_editions, with_addresses
from shared.errors import ConfigurationError
from shared.follow import Follower
from shared.group_follow import GroupFollower
from shared.kafka_log import Record
from shared.messages import Kill, RebuildEnded
from shared.rebuilds import Rebuild
from shared.times import now, utc_text
from shared.topics import ENRICHED, KILLS, REBUILD_ENDED, REBUILDS, RELATED
from shared.worker import Worker, main

PURGE_GROUP = "masthead-purge"
CACHE_TIMEOUT = 5.0
"""Seconds in which a cache must answer."""


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

    caches = by_edition(settings.caches, editions)
    if unknown := set(settings.caches) - {*editions, ALL_OTHERS}:
        raise ConfigurationError(f"MASTHEAD_CACHES names unknown editions: {', '.join(sorted(unknown))}")
    purge_store, client = PurgeStore(redis), httpx.AsyncClient(timeout=CACHE_TIMEOUT, trust_env=False)
    purger = Purger(purge_store, editions, caches, client, settings.longest_request)

    to_renew: asyncio.Queue[str] = asyncio.Queue()  # of all kills of the log at each start: none is lost in a crash

    async def take_kill(record: Record) -> None:
        kill = decode(record.value, Kill)
        if caches:
            await purge_store.keep_entry(kill.id)
        await keeper.take_away(kill.id)
        to_renew.put_nowait(kill.id)

    async def renew() -> None:
        while True:
            killed_id = await to_renew.get()
            await patiently(partial(keeper.renew_showers, killed_id))

    async def purge(record: Record) -> None:
        await purger.purge(decode(record.value, Kill))

    async def take_wish(record: Record) -> None:
        wishes.take(record)
        keeper.look_soon()

    async def assigned(_: set[TopicPartition]) -> None:
        keeper.assigned()

    kills = Follower(settings, KILLS, "masthead-publishing-kills", take_kill)
    wanted = Follower(settings, REBUILDS, "masthead-publishing-rebuilds", take_wish)
    worker.before(keeper.open)
    worker.before(purger.announce)
    worker.before(kills.catch_up)
    worker.before(wanted.catch_up)
    worker.beside(kills.run)
    worker.beside(wanted.run)
    worker.beside(renew)
    if caches:
        worker.beside(GroupFollower(settings, KILLS, PURGE_GROUP, purge, purger.announce).run)
    worker.beside(keeper.run)
    worker.on_assigned(assigned)
    worker.agent(ENRICHED, keeper.apply)
    worker.agent(RELATED, keeper.apply)
    worker.after(purger.close)
    worker.after(redis.aclose)
    return worker


if __name__ == "__main__":
    main("publishing", build)
