"""Publishing's records in any order, some twice, by two instances at once: a real Redis holds the same bytes."""

import asyncio
from collections.abc import Sequence
from random import Random

import pytest

from services.publishing.publisher import Publisher
from services.publishing.registry import Registry
from services.publishing.store import Store
from shared.codec import encode
from shared.kafka_log import Record
from shared.messages import Enriched, Kill, RelatedList
from shared.settings import Settings
from shared.topics import RELATED
from tests.support.oracle import Oracle, differences, held
from tests.support.redis_server import OriginalsInMemory, RedisServer
from tests.support.small_log import after, drawn, records
from tests.support.small_network import Network

SHUFFLES = 20
A_MOMENT = 0.1
"""Seconds; about as long as half of all records take."""
BUILD = "b1"
END = after(100)
Delivery = Record | Kill


def deliveries(log: list[Record], oracle: Oracle, originals: OriginalsInMemory) -> list[Delivery]:
    """What publishing reads once all of a log was taken in, enriched and related."""
    loop = asyncio.new_event_loop()
    network = Network(oracle.editions, loop)
    for record in log:
        network.ingest(record)
        network.relate(1)
    network.settle(END)
    loop.close()
    return [_delivery(message, originals) for message in network.published()]


def _delivery(message: Enriched | RelatedList | Kill, originals: OriginalsInMemory) -> Delivery:
    if isinstance(message, RelatedList):
        return Record(RELATED.name, 0, 0, 0, message.uri.encode(), encode(message))
    return originals.add(message) if isinstance(message, Enriched) else message


async def apply(publisher: Publisher, found: Sequence[Delivery]) -> None:
    """One instance's work."""
    for delivery in found:
        if isinstance(delivery, Kill):
            await publisher.kill(delivery.id)
        else:
            await publisher.apply(delivery, report=False)


async def follow(publisher: Publisher, kills: Sequence[Kill], random: Random) -> None:
    """All kills, as every instance follows them beside its work: in the midst of anything."""
    for kill in kills:
        await asyncio.sleep(random.uniform(0, A_MOMENT))
        await publisher.kill(kill.id)


@pytest.mark.parametrize("seed", range(SHUFFLES))
async def test_in_any_order(redis_server: RedisServer, seed: int) -> None:
    await redis_server.redis.flushall()
    random, oracle, originals = Random(seed), Oracle(Settings()), OriginalsInMemory()
    store = Store(redis_server.redis, BUILD, oracle.editions)
    instances = [Publisher(store, oracle.renderer, oracle.editions, originals) for _ in range(2)]
    await instances[0].write_shell()
    log = records(drawn(random))
    # In a thread, since what is asynchronous in name only has a loop of its own.
    found = await asyncio.to_thread(deliveries, log, oracle, originals)
    kills = [delivery for delivery in found if isinstance(delivery, Kill)]
    again = random.sample(found, len(found) // 2)
    everything = random.sample([*found, *again], len(found) + len(again))
    cut = random.randrange(len(everything))
    await asyncio.gather(
        apply(instances[0], everything[:cut]),
        apply(instances[1], everything[cut:]),
        *(follow(instance, kills, random) for instance in instances),
    )
    await Registry(redis_server.redis, BUILD).promote(BUILD, partitions=0)
    oracle.take(log)
    assert differences(oracle.content(END), await held(redis_server.redis)) == []
