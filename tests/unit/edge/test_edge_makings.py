"""What the edge tells operators of builds."""

import httpx
from edge_world import World

from services.edge.makings import making_of
from shared import redis_keys as keys
from shared.codec import encode
from shared.rebuilds import Rebuild
from tests.support.fake_redis import FakeRedis

BEGAN = "2026-11-20T08:00:00.000000Z"
LATER = "2026-11-20T08:00:10.000000Z"
FILLING = {
    b"articles.enriched/0": b"30:120",
    b"articles.enriched/0/by": b"somebody",
    b"articles.enriched/0/since": BEGAN.encode(),
    b"articles.enriched/1": b"50:50",
    b"articles.enriched/1/since": b"2026-11-01T08:00:00.000000Z",
    b"now": LATER.encode(),
}


def lay(redis: FakeRedis, build: str, running: str = "") -> None:
    """A build that is being made: by a rebuild, where that has an id."""
    redis.hashes[keys.filling(build)] = {name.decode(): value for name, value in FILLING.items()}
    if running:
        state = Rebuild(id=running, build=build, before="b", dry_run=False, began_at=BEGAN)
        redis.hashes[keys.REBUILD] = {"state": encode(state), "running": running.encode()}
    else:
        redis.hashes[keys.NAMES] = {"code": build.encode()}


def test_what_is_left_is_estimated_from_the_partitions_that_are_not_done() -> None:
    found = making_of("b", FILLING)
    assert found.partitions == {"articles.enriched/0": (30, 120), "articles.enriched/1": (50, 50)}
    assert found.seconds_left == 30.0
    assert making_of("b", {**FILLING, b"articles.enriched/0": b"0:120"}).seconds_left is None
    assert making_of("b", {**FILLING, b"articles.enriched/0": b"120:120"}).seconds_left == 0.0
    assert making_of("b", {}).seconds_left is None


async def test_nothing_is_made(world: World, edge: httpx.AsyncClient) -> None:
    answer = await edge.get("/buildz")
    assert answer.json() == {"live": world.redis.strings[keys.LIVE].decode(), "making": [], "rebuild": None}
    assert answer.headers["cache-control"] == "no-store"


async def test_a_rebuild_is_told_while_it_runs_and_when_it_is_over(world: World, edge: httpx.AsyncClient) -> None:
    lay(world.redis, "b-2", running="abcd1234")
    found = (await edge.get("/buildz")).json()
    (making,) = found["making"]
    assert (making["build"], making["why"], making["done"], making["records"]) == ("b-2", "rebuild", 80, 170)
    assert making["secondsLeft"] == 30.0
    assert making["partitions"]["articles.enriched/1"] == {"done": 50, "records": 50}
    assert (found["rebuild"]["id"], found["rebuild"]["stage"]) == ("abcd1234", "filling")
    del world.redis.hashes[keys.REBUILD]["running"]
    assert (await edge.get("/buildz")).json()["making"] == []


async def test_other_code_makes_a_build_and_it_is_told_though_none_is_live(
    world: World, edge: httpx.AsyncClient
) -> None:
    lay(world.redis, "other")
    del world.redis.strings[keys.LIVE]
    found = (await edge.get("/buildz")).json()
    assert found["live"] is None
    assert [(one["build"], one["why"]) for one in found["making"]] == [("other", "code")]


async def test_redis_away(world: World, edge: httpx.AsyncClient) -> None:
    world.redis.away = True
    assert (await edge.get("/buildz")).status_code == 503
