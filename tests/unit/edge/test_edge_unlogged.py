"""The alarm on /readyz: what is served and not in the log."""

import httpx
from edge_world import World

from shared import redis_keys as keys


async def test_what_the_log_lacks_is_an_alarm_and_the_edge_stays_ready(world: World, edge: httpx.AsyncClient) -> None:
    world.redis.orders[keys.unlogged("b1")] = {"aaaa", "bbbb"}
    world.redis.orders[keys.UNLOGGED_KILLS] = {"cccc"}
    ready = await edge.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["alarm"] == {
        "text": "the log is older than what readers see: it lacks 2 articles and 1 kill; "
        "send them again (docs/backup.md)",
        "articles": 2,
        "articleIds": ["aaaa", "bbbb"],
        "kills": 1,
        "killedIds": ["cccc"],
    }


async def test_another_build_has_an_alarm_of_its_own_but_kills_are_for_all(
    world: World, edge: httpx.AsyncClient
) -> None:
    world.redis.orders[keys.unlogged("b0")] = {"aaaa"}
    assert "alarm" not in (await edge.get("/readyz")).json()
    world.redis.orders[keys.UNLOGGED_KILLS] = {"cccc"}
    assert (await edge.get("/readyz")).json()["alarm"]["articles"] == 0
