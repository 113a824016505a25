"""A newsroom on the running stack: pushes articles and sees what becomes of them."""

import itertools
import json
import zlib
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from aiokafka import AIOKafkaProducer
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ConstantBackoff

from infra.native import Stack
from shared import redis_keys
from shared.identity import public_id
from shared.kafka_log import Record, partition_of
from shared.settings import Settings
from shared.topics import INGEST, REQUEST_LIMIT
from tests.support.articles import article, new_uri
from tests.support.edge import Edge
from tests.support.log import Log, speaks_of
from tests.support.redis_text import places_of
from tests.support.waiting import PATIENCE, eventually
from tests.support.wire import Wire


class Place(NamedTuple):
    """Where a record lies on `articles.ingest`."""

    partition: int
    offset: int


class Newsroom:
    """Clients of everything a stack offers, and the few questions that most tests ask."""

    def __init__(self, settings: Settings, stack: Stack, wire: Wire | None = None) -> None:
        self.settings = settings
        self.stack = stack
        self.wire = wire
        self.edge = Edge(settings.edge_address)
        self.redis: Any = Redis.from_url(settings.redis_url, retry=Retry(ConstantBackoff(0.1), 50))
        self.log = Log(settings)
        self._producer: AIOKafkaProducer | None = None

    async def open(self) -> None:
        """Connects the producer: one that knows nothing of Masthead."""
        producer = AIOKafkaProducer(bootstrap_servers=self.settings.kafka, max_request_size=REQUEST_LIMIT)
        await producer.start()
        self._producer = producer

    async def close(self) -> None:
        """Disconnects from Kafka and Redis; `open` again after a restart of them."""
        if self._producer is not None:
            await self._producer.stop()
        await self.redis.aclose()

    async def push(
        self,
        content: Mapping[str, Any] | bytes | None,
        key: bytes | None = None,
        partition: int | None = None,
        partitioner: Literal["murmur2", "crc32"] = "murmur2",
    ) -> Place:
        """Sends an article, or any bytes, or nothing; gives where it lies once the broker has it.

        The key is the article's `uri` unless given. murmur2 is what the Java client and aiokafka do with a key, crc32
        what librdkafka does unless told otherwise.
        """
        assert self._producer is not None, "open() first"
        if key is None and isinstance(content, Mapping):
            key = str(content["uri"]).encode()
        if partition is None and partitioner == "crc32":
            assert key is not None
            partition = zlib.crc32(key) % self.settings.partitions
        value = json.dumps(content, ensure_ascii=False).encode() if isinstance(content, Mapping) else content
        sent = await self._producer.send_and_wait(INGEST.name, value, key, partition=partition)
        return Place(sent.partition, sent.offset)

    async def publish(self, content: Mapping[str, Any], within: float = PATIENCE) -> dict[str, Any]:
        """Sends an article and waits until the edge serves this version; gives its JSON."""
        await self.push(content)
        return await self.visible(content["uri"], int(content.get("version", 0)), within)

    async def visible(self, uri: str, version: int = 0, within: float = PATIENCE) -> dict[str, Any]:
        """Waits until the edge serves this very version of an article; gives its JSON."""

        async def check() -> dict[str, Any]:
            answer = await self.edge.article(uri)
            assert answer.status_code == 200, f"{uri}: {answer.status_code} {answer.text}"
            found: dict[str, Any] = answer.json()
            assert found["version"] == version, f"{uri}: version {found['version']} is served, not {version}"
            return found

        return await eventually(check, within)

    async def gone(self, uri: str, reason: str, within: float = PATIENCE) -> None:
        """Waits until the edge answers 410 for this reason."""

        async def check() -> None:
            answer = await self.edge.article(uri)
            assert answer.status_code == 410, f"{uri}: {answer.status_code} {answer.text}"
            assert answer.json()["reason"] == reason

        await eventually(check, within)

    async def settle(self, uri: str, partition: int | None = None) -> None:
        """Returns when all that was pushed of `uri` so far has had its effect on it, also where that is none.

        A marker goes the same way behind it: by the same partition of `articles.ingest` (`partition`, if it was not
        the one of its key), and of all the topics behind. The gate is another way: what waits there is not waited for.
        """
        marker = await self.same_way(uri, partition)
        await self.visible(marker)
        await eventually(lambda: self._has_related(marker))

    async def same_way(self, uri: str, partition: int | None = None, **fields: Any) -> str:
        """Sends a marker, an article that goes by the same partitions as `uri`; gives its own `uri`."""
        count = self.settings.partitions
        home = partition_of(uri.encode(), count)
        marker = next(
            u for u in (new_uri("marker") for _ in itertools.count()) if partition_of(u.encode(), count) == home
        )
        content = article(marker, editions=("dxb",), **fields)
        await self.push(content, partition=partition)
        return marker

    async def _has_related(self, uri: str) -> None:
        live = await self.redis.get(redis_keys.LIVE)
        assert live is not None, "no build is live"
        there = await self.redis.hexists(redis_keys.entry(live.decode(), public_id(uri)), "related")
        assert there, f"{uri} has no related list yet"

    async def dead_letters_of(self, place: Place) -> list[Record]:
        """The dead letters about the record of `articles.ingest` at this place."""
        return await self.log.dead_letters(speaks_of(INGEST, *place))

    async def buried(self, place: Place) -> Record:
        """Waits for the dead letter about a record; there must be just one."""

        async def check() -> Record:
            found = await self.dead_letters_of(place)
            assert found, f"no dead letter about {place}"
            assert len(found) == 1, f"{len(found)} dead letters about {place}"
            return found[0]

        return await eventually(check)

    async def in_redis(self, word: str) -> list[str]:
        """Where `word` stands in Redis, compressed or not."""
        return await places_of(self.redis, word)

    async def everything_ready(self) -> None:
        """Waits until every part runs and answers, after a test that has hurt some."""
        for name in ("redis", "kafka", "ingest", "enrichment", "recommendation", "publishing", "edge"):
            await self.stack.ready(name)
