"""Whatever comes twice, late, shuffled, or around deaths of services: in the end the same stands."""

import asyncio
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.publishing.content import NOWHERE
from shared.editions import load_editions
from shared.kafka_log import Record
from shared.messages import Enriched
from shared.settings import Settings
from tests.support.oracle import Replay
from tests.support.small_log import ARTICLES, KILLS, SECONDS, after, records
from tests.support.small_network import Network, Standing, places_of

EDITIONS = load_editions(Settings().editions)
logs = st.builds(
    lambda articles, kills, seed: Random(seed).sample([*articles, *kills], len(articles) + len(kills)),
    st.lists(st.sampled_from(ARTICLES), min_size=3, max_size=8),
    st.lists(st.sampled_from(KILLS), max_size=2),
    st.integers(0, 2**32),
)


def by_the_oracle(log: list[Record]) -> Standing:
    """What stands after a replay, one after another."""
    replay = Replay(EDITIONS)
    for record in log:
        replay.take(record)
    replay.clock(after(100))
    lists = {article_id: found.items for article_id, found in replay.lists().items()}
    places = {place for version in replay.live().values() for place in places_of(version)}
    return replay.live(), lists, places, replay.killed


def in_a_broken_world(log: list[Record], random: Random, loop: asyncio.AbstractEventLoop) -> Standing:
    """What stands when the same records come in any order, some of them twice, while services die."""
    network = Network(EDITIONS, loop)
    again = random.sample(log, random.randrange(len(log)))
    for record in random.sample([*log, *again], len(log) + len(again)):
        network.ingest(record)
        match random.randrange(8):
            case 0 | 1:
                network.clock(after(random.uniform(0, SECONDS)), dies=random.random() < 0.3)
            case 2:
                network.restart_gate()
            case 3 | 4:
                network.relate(random.randrange(5))
            case 5:
                network.restart_recommendation()
            case 6:
                network.publish(random, random.randrange(5))
    network.settle(after(100))
    network.publish_all(random)
    return network.shelf.standing()


def without_origins(versions: dict[str, Enriched]) -> dict[str, Enriched]:
    """Versions by article, whichever of several equal records each comes from."""
    return {article_id: replace(version, origin=NOWHERE) for article_id, version in versions.items()}


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """An event loop for what is asynchronous in name only."""
    made = asyncio.new_event_loop()
    yield made
    made.close()


@pytest.mark.parametrize("quarter", range(4))  # that they can run side by side
@settings(max_examples=250, suppress_health_check=list(HealthCheck))
@given(logs, st.integers(0, 2**32))
def test_in_any_order_the_same_stands(
    loop: asyncio.AbstractEventLoop, quarter: int, values: list[bytes], seed: int
) -> None:
    log = records(values)
    wanted, found = by_the_oracle(log), in_a_broken_world(log, Random(seed), loop)
    assert without_origins(wanted[0]) == without_origins(found[0])
    assert wanted[1:] == found[1:]
