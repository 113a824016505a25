"""A Redis server of a test's own, holding what publishing writes, without Kafka."""

import asyncio
import contextlib
import os
import socket
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from infra.native import Progress
from infra.native.programs import find_redis
from services.publishing.publish import related_fields
from services.publishing.publisher import Originals, Publisher
from services.publishing.registry import Registry
from services.publishing.render import Renderer
from services.publishing.store import Store
from shared import redis_keys as keys
from shared.codec import encode
from shared.editions import load_editions, with_addresses
from shared.identity import public_id
from shared.kafka_log import Producer, Record
from shared.messages import Enriched, Origin, Reason, RelatedItem, RelatedList
from shared.order import Phase
from shared.settings import Settings
from shared.topics import ENRICHED

SETTINGS = Settings()
EDITIONS = with_addresses(load_editions(SETTINGS.editions), "https://news.example")
RENDERER = Renderer(EDITIONS)
HOME, SECOND, *_ = EDITIONS


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def version(number: int, **fields: Any) -> Enriched:
    """A version of an article of two editions; three in a row are published at one time."""
    uri = f"urn:edge-test:{number}"
    found: dict[str, Any] = {
        "uri": uri,
        "id": public_id(uri),
        "version": 1,
        "version_created": "2026-11-20T08:00:00.000000Z",
        "phase": Phase.LIVE,
        "hash": "0" * 32,
        "published_at": f"2026-11-20T08:00:00.{number // 3:06d}Z",
        "editions": (HOME, SECOND),
        "language": "en",
        "section": "news",
        "slug": f"story-{number}",
        "headline": f"Story {number}",
        "body_html": f"<p>First paragraph of {number}.</p>",
        "origin": Origin(topic="articles.ingest", partition=0, offset=number),
    }
    return Enriched(**found | fields)


class RedisServer:
    """A Redis server, and what publishing writes into it."""

    def __init__(self, program: Path, folder: Path) -> None:
        self._program = program
        self._folder = folder
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.redis: Any = Redis(port=self.port)

    def start(self, *more: str) -> None:
        """Starts it, with `more` options; `answers` says when it is there."""
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self._folder), "--save", "", *more]
        self.process = subprocess.Popen(
            [self._program, *options], env={**os.environ, "LC_ALL": "C"}, stdout=subprocess.DEVNULL
        )

    async def answers(self) -> None:
        """Returns when the server answers."""
        async with asyncio.timeout(10):
            while True:
                with contextlib.suppress(Exception):
                    await self.redis.ping()
                    return
                await asyncio.sleep(0.02)

    def stop(self) -> None:
        """Ends it at once."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def store(self, build: str) -> Store:
        """Publishing's way to a build."""
        return Store(self.redis, build, EDITIONS)

    async def fill(self, build: str, articles: int) -> None:
        """Makes a build with so many articles and promotes it."""
        store = self.store(build)
        await publisher(store).write_shell()
        for number in range(articles):
            await put(store, version(number))
        await Registry(self.redis, keys.family(build)).promote(build, partitions=0)


class OriginalsInMemory(Originals):
    """Records of `articles.enriched` without a log."""

    def __init__(self) -> None:
        self._records: list[Record] = []

    def add(self, version: Enriched) -> Record:
        """The record of a version."""
        record = Record(ENRICHED.name, 0, len(self._records), 0, version.uri.encode(), encode(version))
        self._records.append(record)
        return record

    async def read(self, place: Origin) -> Record:
        """The record at a place."""
        return self._records[place.offset]


@contextlib.asynccontextmanager
async def running_redis(folder: Path) -> AsyncIterator[RedisServer]:
    """A server with its data in `folder`, empty; ended with the block."""
    made = RedisServer(find_redis(Progress(None)).path, folder)
    made.start()
    try:
        await made.answers()
        yield made
    finally:
        await made.redis.aclose()
        made.stop()


def publisher(store: Store) -> Publisher:
    """Publishing without a log: it must not need to read a record again."""
    return Publisher(store, RENDERER, EDITIONS, Originals(SETTINGS, Producer(SETTINGS, "tests")))


async def put(store: Store, article: Enriched) -> None:
    """Applies a version as publishing does."""
    record = Record(ENRICHED.name, 0, article.origin.offset, 0, article.uri.encode(), encode(article))
    await publisher(store).apply(record, report=False)


async def relate(store: Store, article: Enriched, others: list[Enriched]) -> None:
    """Writes an article's related list."""
    items = tuple(
        RelatedItem(
            id=other.id,
            uri=other.uri,
            slug=other.slug,
            editions=other.editions,
            headline=other.headline,
            published_at=other.published_at,
            media_type="text",
            language="en",
            score=0.5,
            reasons=(Reason(kind="term", value="story", weight=0.5),),
        )
        for other in others
    )
    found = RelatedList(
        uri=article.uri, id=article.id, editions=article.editions, term=1, sequence=1, epoch="e", items=items
    )
    await store.put(article.id, "related", found.fence(), related_fields(found, (), RENDERER, EDITIONS))
