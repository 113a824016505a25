"""How fast `masthead rebuild` is, as a ratio to a bare consumer of the same topics: `python -m bench.rebuild`.

A stack without ingest, enrichment and recommendation is started; what those would have written is computed with their
own functions, and sent. Then, in turn and several times: an aiokafka consumer reads both topics and sets each value in
Redis, in pipelines; and publishing rebuilds what readers see out of the same topics.
"""

import asyncio
import socket
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import typer
from redis.asyncio import Redis

from bench.rebuild_log import articles, lists
from infra.native import Progress, Stack, edge_part, storage_parts, topics_part, worker_part
from services.desk.archive_groups import commit
from services.desk.builds import ask_builds
from services.desk.edge import Edge, answering_edge
from services.desk.rebuild import ask_for
from services.desk.rebuild_screen import seconds
from shared.codec import encode, event_headers
from shared.editions import load_editions
from shared.kafka_log import Producer, batches, partitions_of, reader
from shared.messages import Enriched, RelatedList
from shared.rebuilds import Rebuild
from shared.settings import Settings
from shared.topics import ENRICHED, RELATED, Topic

PIPELINE = 500
AT_ONCE = 200


def main(
    count: Annotated[int, typer.Option("--articles", help="so many articles")] = 2000,
    rounds: Annotated[int, typer.Option("--rounds", help="so many measurements of each")] = 3,
) -> None:
    settings = Settings()
    made = articles(count, load_editions(settings.editions))
    said = lists(made)
    typer.echo(f"{count} articles, {len(said)} related lists")
    with tempfile.TemporaryDirectory(prefix="masthead-bench-") as folder:
        asyncio.run(measure(made, said, rounds, Path(folder)))


async def measure(made: Sequence[Enriched], said: Sequence[RelatedList], rounds: int, folder: Path) -> None:
    """Prints every round, and the ratio of the medians."""
    async with running(folder, made, said) as settings, answering_edge(settings) as edge:
        bare, filled, whole = [], [], []
        for _ in range(rounds):
            bare.append(await bare_seconds(settings))
            fill, ended = await rebuild_seconds(settings, edge)
            assert ended.comparison is not None
            assert not ended.comparison.different
            filled.append(fill)
            whole.append(seconds(ended))
            typer.echo(f"bare consumer {bare[-1]:.2f} s, rebuild {whole[-1]:.2f} s, {fill:.2f} s of it until compared")
    rate, fill, switched = (len(made) / statistics.median(took) for took in (bare, filled, whole))
    typer.echo(f"articles a second: bare consumer {rate:.0f}, filled {fill:.0f}, compared and switched {switched:.0f}")
    typer.echo(f"ratio to the bare consumer: filled {fill / rate:.2f}, compared and switched {switched / rate:.2f}")


@asynccontextmanager
async def running(folder: Path, made: Sequence[Enriched], said: Sequence[RelatedList]) -> AsyncIterator[Settings]:
    """Redis, Kafka with this log, publishing that has applied all of it, and the edge, on free ports."""
    redis, kafka, edge = (f"127.0.0.1:{port}" for port in free_ports(3))
    settings = Settings(redis=redis, kafka=kafka, edge=edge, state_dir=folder)
    progress = Progress(None)
    async with Stack([*storage_parts(settings, progress), topics_part(settings)], folder, progress) as stack:
        await send(settings, made, said)
        for part in (worker_part("publishing", settings), edge_part(settings)):
            stack.add(part)
            stack.start_part(part.name)
            await stack.ready(part.name)
        yield settings


def free_ports(count: int) -> list[int]:
    """Ports of the loopback that nobody listens on."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


async def send(settings: Settings, made: Sequence[Enriched], said: Sequence[RelatedList]) -> None:
    """Writes what the stages would have written."""
    producer = Producer(settings, "masthead-bench")
    await producer.start()
    whole: list[tuple[Topic, str, Enriched | RelatedList]] = [
        *((ENRICHED, "article.enriched", one) for one in made),
        *((RELATED, "related.changed", one) for one in said),
    ]
    for at in range(0, len(whole), AT_ONCE):
        await asyncio.gather(
            *(
                producer.send(topic, one.uri.encode(), encode(one), event_headers(kind, "bench", {}, one.id))
                for topic, kind, one in whole[at : at + AT_ONCE]
            )
        )
    await producer.stop()
    async with reader(settings, "masthead-bench") as consumer:  # publishing has nothing to apply but what it fills
        partitions = [tp for topic in (ENRICHED, RELATED) for tp in await partitions_of(consumer, topic)]
        await commit(settings, {"masthead-publishing": await consumer.end_offsets(partitions)})


async def bare_seconds(settings: Settings) -> float:
    """How long a consumer takes that sets each record's value in Redis, and nothing else."""
    redis = Redis.from_url(settings.redis_url)
    began = time.perf_counter()
    async with reader(settings, "masthead-bench") as consumer:
        partitions = [tp for topic in (ENRICHED, RELATED) for tp in await partitions_of(consumer, topic)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        async for records in batches(consumer, await consumer.end_offsets(partitions), PIPELINE):
            async with redis.pipeline(transaction=False) as pipe:
                for record in records:
                    pipe.set(b"bench:" + (record.key or b""), record.value or b"")
                await pipe.execute()
    took = time.perf_counter() - began
    async for key in redis.scan_iter(match="bench:*", count=1000):
        await redis.unlink(key)
    await redis.aclose()
    return took


async def rebuild_seconds(settings: Settings, edge: Edge) -> tuple[float, Rebuild]:
    """How long a rebuild takes until it is compared, and what is told of it when it is over."""
    wanted = await ask_for(settings, dry_run=False)
    began, filled = 0.0, 0.0
    while True:
        found = (await ask_builds(edge)).rebuild
        if found is not None and found.id == wanted:
            began = began or time.perf_counter()
            if found.stage != "filling":
                filled = filled or time.perf_counter()
            if found.stage == "over":
                return filled - began, found
        await asyncio.sleep(0.02)


if __name__ == "__main__":
    typer.run(main)
