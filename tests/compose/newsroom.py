"""A newsroom and its readers on the host, who know the two published ports and nothing else."""

import asyncio
import contextlib
import itertools
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx
from aiokafka import AIOKafkaProducer

from shared.topics import INGEST
from tests.compose.stack import EDGE, KAFKA
from tests.support.articles import article
from tests.support.edge import Edge
from tests.support.waiting import eventually


class Newsroom:
    """Pushes articles and looks at what becomes of them."""

    def __init__(self, edge: Edge, edition: str) -> None:
        self.edge = edge
        self.edition = edition

    async def push(self, content: dict[str, Any], compression: str | None = None) -> None:
        """Sends an article; returns once Kafka has it."""
        async with AIOKafkaProducer(bootstrap_servers=KAFKA, compression_type=compression) as producer:
            await producer.send_and_wait(INGEST.name, json.dumps(content).encode(), content["uri"].encode())

    async def publish(self, uri: str, compression: str | None = None, **fields: Any) -> dict[str, Any]:
        """Sends an article and waits until readers see it; gives the API's answer."""
        await self.push(article(uri, editions=(self.edition,), **fields), compression)
        return await self.visible(uri)

    async def visible(self, uri: str, within: float = 30) -> dict[str, Any]:
        """Waits until readers see an article; gives the API's answer."""

        async def check() -> dict[str, Any]:
            answer = await self.edge.article(uri)
            assert answer.status_code == 200, f"{uri}: {answer.status_code} {answer.text}"
            found: dict[str, Any] = answer.json()
            return found

        return await eventually(check, within)


@asynccontextmanager
async def outside() -> AsyncIterator[Newsroom]:
    """A newsroom that writes for the first edition there is."""
    edge = Edge(EDGE)
    try:
        editions = (await edge.get("/v1/editions")).json()["items"]
        yield Newsroom(edge, editions[0]["slug"])
    finally:
        await edge.client.aclose()


class Readers:
    """Asks for one page after another, `rate` a second, whether or not the last one has been answered."""

    def __init__(self, paths: Sequence[str], rate: float = 20) -> None:
        self._paths = paths
        self._pause = 1 / rate
        self.asked = 0
        self.slowest = 0.0
        self.failures: list[str] = []
        self.now = ""
        """What happens to the stack meanwhile: stands in each failure."""

    async def __aenter__(self) -> "Readers":
        self._client = httpx.AsyncClient(base_url=EDGE, timeout=10, limits=httpx.Limits(max_connections=50))
        self._work = asyncio.create_task(self._ask_on())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._work
        await self._client.aclose()

    async def _ask_on(self) -> None:
        async with asyncio.TaskGroup() as group:
            for path in itertools.cycle(self._paths):
                group.create_task(self._ask(path))
                await asyncio.sleep(self._pause)

    async def _ask(self, path: str) -> None:
        began = time.monotonic()
        during = self.now
        try:
            answer = await self._client.get(path)
            trouble = "" if answer.status_code == 200 else f"{answer.status_code} {answer.text[:100]}"
        except httpx.HTTPError as error:
            trouble = repr(error)
        self.asked += 1
        self.slowest = max(self.slowest, time.monotonic() - began)
        if trouble:
            self.failures.append(f"{during}: {path}: {trouble}")
