"""Processes of the edge on a real Redis: each hears of a kill, and a registration outlives what it vouches for."""

import json
import time
from collections.abc import AsyncIterator
from functools import partial

import httpx
import pytest

from services.edge.registration import EVERY
from shared import redis_keys as keys
from shared.edges import REGISTERED, EdgeState
from shared.edges import registered as registrations
from tests.integration.test_edge_redis import Edge
from tests.support.redis_server import HOME, RedisServer, publisher, relate, version
from tests.support.waiting import eventually


@pytest.fixture
async def network(redis_server: RedisServer) -> RedisServer:
    await redis_server.redis.flushall()
    await redis_server.fill("b1", 20)
    return redis_server


@pytest.fixture
async def edges(network: RedisServer) -> AsyncIterator[list[Edge]]:
    """Two processes, registered."""
    made = [Edge(network.port), Edge(network.port)]
    try:
        await eventually(lambda: registered(network, 2), within=60)
        for edge in made:
            await eventually(partial(get, edge, "/healthz"), within=60)
        yield made
    finally:
        for edge in made:
            edge.process.kill()
            edge.process.wait()


async def get(edge: Edge, path: str) -> httpx.Response:
    async with httpx.AsyncClient() as client:
        return await client.get(edge.address + path)


async def registered(network: RedisServer, count: int) -> list[EdgeState]:
    found = registrations(await network.redis.hgetall(keys.EDGES), await network.redis.time())
    assert len(found) == count
    return [one.state for one in found]


async def test_a_kill_leaves_the_memory_of_every_process(network: RedisServer, edges: list[Edge]) -> None:
    victim, other = version(5), version(6)
    await relate(network.store("b1"), other, [victim])
    path = f"/{HOME}/articles/{victim.slug}-{victim.id}"
    shower = f"/{HOME}/articles/{other.slug}-{other.id}"
    assert {state.address for state in await registered(network, 2)} == {f"127.0.0.1:{e.port}" for e in edges}
    await network.store("b1").kill(version(9).id)
    seen = f"/{HOME}/articles/{version(9).id}"
    for edge in edges:
        for address, status in ((path, 200), (shower, 200), (f"/{HOME}/", 200), (seen, 410)):
            assert (await get(edge, address)).status_code == status
    began = time.monotonic()
    await network.store("b1").kill(victim.id)
    score = int(await network.redis.zscore(keys.KILL_ORDER, victim.id))

    async def confirmed() -> None:
        assert all(state.kills >= score for state in await registered(network, 2))

    await eventually(confirmed, within=5)
    assert time.monotonic() - began < 20 * EVERY
    network.stop()
    try:
        for edge in edges:
            assert (await get(edge, path)).status_code == 410
            for address in (shower, f"/{HOME}/"):
                answer = await get(edge, address)
                assert (answer.status_code, "cache-status" in answer.headers) == (200, True)
                assert victim.id not in answer.text
                assert victim.headline + "<" not in answer.text
    finally:
        network.start()
        await network.answers()


async def test_who_stops_is_registered_no_more_and_who_is_cut_off_for_a_while(
    network: RedisServer, edges: list[Edge]
) -> None:
    edges[0].process.terminate()
    assert edges[0].process.wait(10) == 0
    (left,) = await registered(network, 1)
    edges[1].process.kill()
    edges[1].process.wait()
    (silent,) = registrations(await network.redis.hgetall(keys.EDGES), await network.redis.time())
    assert silent.state == left
    assert REGISTERED - 2 < silent.seconds_left <= REGISTERED
    value: bytes = await network.redis.hget(keys.EDGES, left.id)
    _, _, said = value.partition(b":")
    await network.redis.hset(keys.EDGES, left.id, b"1:" + said)  # long ago
    newcomer = Edge(network.port)
    try:
        assert (await eventually(lambda: registered(network, 1), within=60))[0].address.endswith(str(newcomer.port))
        assert await network.redis.hlen(keys.EDGES) == 1, "those whose time is over are dropped"
    finally:
        newcomer.process.kill()
        newcomer.process.wait()


async def test_the_order_of_kills_only_grows(network: RedisServer) -> None:
    store = network.store("b1")
    for number in (3, 1, 3, 2, 1):
        await store.kill(version(number).id)
    found = await network.redis.zrange(keys.KILL_ORDER, 0, -1, withscores=True)
    assert [name.decode() for name, _ in found] == [version(number).id for number in (3, 1, 2)]
    ahead = found[-1][1] + 3_600_000_000
    await network.redis.zadd(keys.KILL_ORDER, {"y" * 16: ahead})  # told when the clock was an hour ahead
    await store.kill(version(4).id)
    assert await network.redis.zscore(keys.KILL_ORDER, version(4).id) == ahead + 1


async def test_those_that_only_list_it_are_rendered_again_without_the_log(network: RedisServer) -> None:
    """There is no log here: to ask it for every article that lists a killed one would take seconds."""
    victim, other, kept = version(5), version(6), version(7)
    store = network.store("b1")
    await relate(store, other, [victim, kept])
    await store.remember({}, {other.id: [victim.id, kept.id]})
    await publisher(store).kill(victim.id)
    listed = await network.redis.hget(keys.entry("b1", other.id), "related/json")
    assert [item["id"] for item in json.loads(listed)["items"]] == [kept.id]
