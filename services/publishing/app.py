"""Publishing, wired: enriched articles, related lists and kills in; fragments in Redis out."""

import asyncio
import hashlib
from functools import partial
from pathlib import Path

import httpx
from aiokafka import TopicPartition
from redis.asyncio import Redis

from services.publishing import publish
from services.publishing.caches import ALL_OTHERS, by_edition
from services.publishing.publisher import Originals, Publisher
from services.publishing.purge import Purger, patiently
from services.publishing.purge_store import PurgeStore
from services.publishing.render import Renderer
from services.publishing.settings import PublishingSettings
from services.publishing.store import Store
from services.publishing.upkeep import Upkeep
from shared import entries, fragments, redis_keys
from shared.codec import decode
from shared.editions import load_editions, with_addresses
from shared.errors import ConfigurationError
from shared.follow import Follower
from shared.group_follow import GroupFollower
from shared.kafka_log import Record
from shared.messages import Kill
from shared.topics import ENRICHED, KILLS, RELATED
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
    store = Store(redis, build_name(renderer), editions)
    publisher = Publisher(store, renderer, editions, Originals(settings, worker.producer))
    upkeep = Upkeep(settings, worker.group, store, publisher, worker.assignment)

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
        await publisher.take_away(kill.id)
        to_renew.put_nowait(kill.id)

    async def renew() -> None:
        while True:
            killed_id = await to_renew.get()
            await patiently(partial(publisher.renew_showers, killed_id))

    async def purge(record: Record) -> None:
        await purger.purge(decode(record.value, Kill))

    async def assigned(_: set[TopicPartition]) -> None:
        upkeep.assigned()

    kills = Follower(settings, KILLS, "masthead-publishing-kills", take_kill)
    worker.before(purger.announce)
    worker.before(kills.catch_up)
    worker.beside(kills.run)
    worker.beside(renew)
    if caches:
        worker.beside(GroupFollower(settings, KILLS, PURGE_GROUP, purge, purger.announce).run)
    worker.beside(upkeep.run)
    worker.on_assigned(assigned)
    worker.agent(ENRICHED, upkeep.apply)
    worker.agent(RELATED, upkeep.apply)
    worker.after(purger.close)
    worker.after(redis.aclose)
    return worker


if __name__ == "__main__":
    main("publishing", build)
