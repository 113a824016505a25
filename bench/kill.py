"""How soon a killed article is gone: `python -m bench.kill [--kills N] [--rate N] [--backlog N] [--report FILE]`.

A stack of its own with two processes of the edge. Kills are sent while nothing else happens, while articles are
published at a rate, and while a backlog of records waits. For each kill, in seconds since it was handed to Kafka: until
the page is 410; until front, section, list, feed and sitemap do not name it either, at both processes; until the memory
of both is clean. Nothing is measured of caches in front.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import httpx
import typer

from infra.native.newsroom import service_env
from shared import redis_keys as keys
from shared.codec import encode, event_headers
from shared.edges import registered
from shared.identity import public_id
from shared.kafka_log import Producer
from shared.messages import Kill
from shared.times import now, utc_text
from shared.topics import ENRICHED, KILLS
from tests.support.articles import article, new_uri
from tests.support.newsroom import Newsroom
from tests.support.running import free_ports, running_newsroom
from tests.support.waiting import eventually

SOON = 0.02
GIVE_UP = 60.0
LISTS = ("/hk/", "/hk/news/", "/v1/editions/hk/latest", "/hk/rss.xml", "/hk/news-sitemap.xml")
Times = dict[str, float]


class Bench:
    """A running stack, the addresses of its edges, and articles to kill."""

    def __init__(self, newsroom: Newsroom, producer: Producer, edges: Sequence[httpx.AsyncClient]) -> None:
        self._newsroom = newsroom
        self._producer = producer
        self._edges = edges

    async def publish(self, count: int) -> list[str]:
        """So many articles that readers see."""
        uris = [new_uri("bench") for _ in range(count)]
        for uri in uris:
            await self._newsroom.push(article(uri))
        for uri in uris:
            await self._newsroom.visible(uri, within=300)
        return uris

    async def push_at(self, rate: float) -> None:
        """Pushes articles until cancelled."""
        began, pushed = time.monotonic(), 0
        while True:
            while pushed < (time.monotonic() - began) * rate:
                await self._newsroom.push(article(new_uri("bench-stream")))
                pushed += 1
            await asyncio.sleep(SOON)

    async def push_backlog(self, count: int) -> None:
        """Pushes records faster than they can be worked on."""
        for start in range(0, count, 200):
            some = range(start, min(start + 200, count))
            await asyncio.gather(*(self._newsroom.push(article(new_uri("bench-backlog"))) for _ in some))

    async def enriched(self) -> int:
        """How many records have reached the last topic before publishing."""
        return len(await self._newsroom.log.records(ENRICHED))

    async def kill_all(self, uris: Sequence[str]) -> list[Times]:
        """Kills one after another: what asks for many at once would measure itself."""
        return [await self._kill(uri) for uri in uris]

    async def _kill(self, uri: str) -> Times:
        killed_id = public_id(uri)
        kill = Kill(uri=uri, id=killed_id, killed_at=utc_text(now()), actor="bench", reason="bench")
        began = time.monotonic()
        headers = event_headers("article.killed", "bench", {}, killed_id)
        await self._producer.send(KILLS, uri.encode(), encode(kill), headers)
        memory = asyncio.create_task(self._until_confirmed(killed_id, began))
        page = max(await asyncio.gather(*(self._until_gone(edge, killed_id, began) for edge in self._edges)))
        lists = await asyncio.gather(*(self._until_unnamed(edge, killed_id, began) for edge in self._edges))
        return {"page": page, "lists": max(lists), "memory": await memory}

    async def _until_gone(self, edge: httpx.AsyncClient, killed_id: str, began: float) -> float:
        while (await edge.get(f"/hk/articles/{killed_id}")).status_code != 410:
            _give_up(began)
            await asyncio.sleep(SOON)
        return time.monotonic() - began

    async def _until_unnamed(self, edge: httpx.AsyncClient, killed_id: str, began: float) -> float:
        for path in LISTS:
            while killed_id in (await edge.get(path)).text:
                _give_up(began)
                await asyncio.sleep(SOON)
        return time.monotonic() - began

    async def _until_confirmed(self, killed_id: str, began: float) -> float:
        redis = self._newsroom.redis
        while True:
            told = await redis.zscore(keys.KILL_ORDER, killed_id)
            if told is not None:
                found = registered(await redis.hgetall(keys.EDGES), await redis.time())
                if len(found) == len(self._edges) and all(one.state.kills >= told for one in found):
                    return time.monotonic() - began
            _give_up(began)
            await asyncio.sleep(SOON)


def _give_up(began: float) -> None:
    if time.monotonic() - began > GIVE_UP:
        raise TimeoutError(f"not gone after {GIVE_UP:g} s")


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that so many of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@asynccontextmanager
async def bench() -> AsyncIterator[Bench]:
    """The stack, with a second process of the edge."""
    with TemporaryDirectory() as folder:
        async with running_newsroom(Path(folder)) as newsroom:
            (port,) = free_ports(1)
            env = service_env(newsroom.settings, {"MASTHEAD_EDGE": f"127.0.0.1:{port}"})
            second = await asyncio.create_subprocess_exec(sys.executable, "-m", "services.edge.app", env=env)
            producer = Producer(newsroom.settings, "masthead-bench")
            addresses = (newsroom.settings.edge_address, f"http://127.0.0.1:{port}")
            edges = [httpx.AsyncClient(base_url=address, timeout=30, trust_env=False) for address in addresses]

            async def both() -> None:
                assert len(registered(await newsroom.redis.hgetall(keys.EDGES), await newsroom.redis.time())) == 2

            try:
                await producer.start()
                await eventually(both, within=60)
                yield Bench(newsroom, producer, edges)
            finally:
                await producer.stop()
                second.terminate()
                await second.wait()


async def measure(kills: int, rate: float, backlog: int) -> dict[str, object]:
    """All figures."""
    async with bench() as stack:
        report: dict[str, object] = {"cores": os.cpu_count(), "load": os.getloadavg()[0], "kills": kills}
        victims = iter(await stack.publish(3 * kills))

        async def phase(name: str) -> None:
            times = await stack.kill_all([next(victims) for _ in range(kills)])
            report[name] = {
                what: {
                    "p50": round(percentile([one[what] for one in times], 0.5), 3),
                    "p99": round(percentile([one[what] for one in times], 0.99), 3),
                }
                for what in times[0]
            }
            typer.echo(f"{name}: {json.dumps(report[name])}")

        await phase("quiet")
        pushing = asyncio.create_task(stack.push_at(rate))
        await phase(f"at {rate:g} articles a second")
        pushing.cancel()
        before = await stack.enriched()
        await stack.push_backlog(backlog)
        await phase(f"with a backlog of {backlog} records")
        report["worked on meanwhile"] = await stack.enriched() - before
        return report


def main(
    kills: Annotated[int, typer.Option(help="kills in each phase")] = 100,
    rate: Annotated[float, typer.Option(help="articles a second")] = 100,
    backlog: Annotated[int, typer.Option(help="records that wait")] = 10_000,
    report: Annotated[Path | None, typer.Option(help="where the figures are written, as JSON")] = None,
) -> None:
    """Measures, prints the figures and writes them."""
    text = json.dumps(asyncio.run(measure(kills, rate, backlog)), indent=2)
    typer.echo(text)
    if report is not None:
        report.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
