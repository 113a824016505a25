"""A process of the edge hears of every kill, never shows what it knows to be killed, and says how far it has come."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import httpx
import pytest
from edge_world import World

from services.edge import builds
from services.edge.app import build
from services.edge.connection import Command, RedisAway, Unavailable
from services.edge.kills import Kills
from services.edge.memory import Memory
from services.edge.registration import REFUSED, Registration
from services.edge.settings import EdgeSettings
from shared import redis_keys as keys
from shared.edges import LEASE, OLDEST, REGISTERED, EdgeState, registered
from shared.identity import public_id

ARTICLE = f"/north/articles/slug-{public_id('urn:a')}"
RELATED = f"/north/articles/slug-{public_id('urn:b')}"
SHOWING = [ARTICLE, RELATED, "/north/", "/north/news/", "/v1/editions/north/latest", "/north/rss.xml", "/nothing/here"]


class Running:
    """An edge with its parts at hand; its clock stands still until a test moves it."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(builds, "Memory", partial(Memory, lambda: self.now))
        self.builds = builds.Builds(world.redis.run, 1)
        monkeypatch.setattr("services.edge.app.Builds", lambda *_: self.builds)
        app = build(EdgeSettings(edge_redis_timeout=0.05), world.redis.run, lambda: world.now)
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://edge")
        self.registration = Registration(self.builds, world.redis.run, "127.0.0.1:8080")


@pytest.fixture
async def running(world: World, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Running]:
    made = Running(world, monkeypatch)
    yield made
    await made.client.aclose()


def state(world: World, running: Running) -> EdgeState:
    (found,) = registered(raw(world), (world.redis.clock, 0))
    assert found.state.id == running.registration.id
    return found.state


def raw(world: World) -> dict[bytes, bytes]:
    """The registrations as Redis gives them."""
    return {name.encode(): value for name, value in world.redis.hashes[keys.EDGES].items()}


async def see_a_killed_one(world: World, running: Running) -> None:
    """So that the page that says so is in memory, too; without it the answer would be 503."""
    other = world.add("urn:other")
    world.kill(other)
    assert (await running.client.get(f"/north/articles/slug-{other}")).status_code == 410


def test_kills_are_kept_for_good_and_told_once() -> None:
    kills = Kills()
    assert list(kills.add(["a", "b", "a"])) == ["a", "b"]
    heard = kills.heard
    assert list(kills.add(["b", "c"])) == ["c"]
    assert kills.since(heard) == {"c"}
    assert ("a" in kills, "d" in kills) == (True, False)


async def test_what_is_killed_leaves_the_memory(world: World, running: Running) -> None:
    """The article, and its name on the pages and in the lists of others; the rest of them stays."""
    killed = world.add("urn:a", section="news")
    world.add("urn:b", related=[killed])
    world.add("urn:c")
    for path in SHOWING:
        assert "urn:a" in (await running.client.get(path)).text or killed in (await running.client.get(path)).text
    await see_a_killed_one(world, running)
    world.kill(killed)
    await running.registration.look()
    world.redis.away = True
    for path in SHOWING:
        answer = await running.client.get(path)
        assert answer.status_code == {ARTICLE: 410, "/nothing/here": 404}.get(path, 200)
        assert "cache-status" in answer.headers
        assert "urn:a" not in answer.text.replace(path, "")
        assert killed not in answer.text
    assert "urn:c" in (await running.client.get("/north/")).text
    held = repr(running.builds.memory._kept)
    assert "article urn:a" not in held
    assert "card urn:a" not in held


async def test_a_kill_that_any_answer_has_met_is_known_to_all(world: World, running: Running) -> None:
    killed = world.add("urn:a")
    await running.client.get("/north/")
    await running.client.get(ARTICLE)
    await see_a_killed_one(world, running)
    world.kill(killed)
    assert (await running.client.get(f"/v1/articles/{killed}")).status_code == 410
    world.redis.away = True
    assert (await running.client.get(ARTICLE)).status_code == 410
    assert "urn:a" not in (await running.client.get("/north/")).text


async def test_a_read_that_was_under_way_is_cleaned_before_it_is_kept(world: World, running: Running) -> None:
    """Redis has said "not killed"; before the read is kept, the process hears of the kill."""
    killed = world.add("urn:a")
    read = running.builds._read

    async def late(attempt: Any) -> Any:
        found = await read(attempt)
        running.builds.learn([killed])
        return found

    running.builds._read = late  # type: ignore[method-assign]
    assert (await running.client.get(ARTICLE)).status_code == 410
    assert "article urn:a" not in repr(running.builds.memory._kept)


@pytest.mark.parametrize("away", [False, True])
async def test_a_kill_of_another_one_changes_no_answer(world: World, running: Running, away: bool) -> None:
    """Heard of while the answer is under way, or while it is in memory, and Redis is away."""
    world.add("urn:a", section="news", media=[public_id("urn:picture")])
    world.add("urn:b", related=[public_id("urn:a")])
    asked = [*SHOWING[:-1], *(f"/v1/articles/{public_id('urn:a')}{part}" for part in ("", "/related"))]
    before = {path: await running.client.get(path) for path in asked}
    read = running.builds._read

    async def late(attempt: Any) -> Any:
        found = await read(attempt)
        running.builds.learn([public_id(f"urn:other {running.builds._kills.heard}")])
        return found

    if away:
        running.builds.learn([public_id("urn:other")])
        world.redis.away = True
    else:
        running.builds._read = late  # type: ignore[method-assign]
    for path, answer in before.items():
        now = await running.client.get(path)
        assert (path, now.status_code, now.content) == (path, 200, answer.content)


async def test_an_older_copy_of_redis_does_not_bring_it_back(world: World, running: Running) -> None:
    killed = world.add("urn:a")
    world.kill(killed)
    await running.registration.look()
    world.redis.sets.clear()
    world.redis.scores.clear()
    assert (await running.client.get(ARTICLE)).status_code == 410
    assert "urn:a" not in (await running.client.get("/north/")).text


async def test_it_says_up_to_which_kill_it_has_come(world: World, running: Running) -> None:
    await running.registration.look()
    assert state(world, running).kills == 0
    assert state(world, running).address == "127.0.0.1:8080"
    for name in ("a", "b"):
        world.kill(public_id(name))
        await running.registration.look()
        assert state(world, running).kills == world.redis.scores[keys.KILL_ORDER][public_id(name)]
    await running.registration.end()
    assert raw(world) == {}


async def test_after_an_older_copy_it_hears_of_all_again(world: World, running: Running) -> None:
    for name in ("a", "b"):
        world.kill(public_id(name))
    await running.registration.look()
    order = world.redis.scores[keys.KILL_ORDER]
    del order[public_id("b")]
    order[public_id("c")] = order[public_id("a")] + 1  # below what it has seen
    await running.registration.look()
    assert state(world, running).kills == order[public_id("c")]
    late = world.add("c")
    assert (await running.client.get(f"/v1/articles/{late}")).status_code == 410


async def test_who_is_not_registered_gives_nothing_from_memory(world: World, running: Running) -> None:
    """Reading works, writing does not: a kill is waited for by nobody's word, so nothing may be remembered."""
    world.add("urn:a")
    following = asyncio.create_task(running.registration.run())
    await asyncio.sleep(0)
    await asyncio.sleep(0.01)
    assert (await running.client.get("/north/")).status_code == 200
    following.cancel()

    async def refuses(commands: list[Command]) -> list[object]:
        if commands[0][0] == "EVAL":
            raise RedisAway("Redis refuses to answer")
        return await world.redis.run(commands)

    running.registration._run = refuses  # type: ignore[assignment]
    running.now += LEASE - OLDEST + 1
    with pytest.raises(Unavailable):
        await running.registration.look()
    running.now += OLDEST - 1
    assert (await running.client.get("/north/")).status_code == 200  # read just now, and kept
    world.redis.away = True
    assert (await running.client.get("/north/")).status_code == 200
    running.now += 0.5
    assert (await running.client.get("/north/")).status_code == 503


async def test_where_redis_takes_no_registration_kills_are_heard_of(world: World, running: Running) -> None:
    sent: list[str | int] = []

    async def refuses(commands: list[Command]) -> list[object]:
        sent.append(commands[0][0])
        if commands[0][0] == "EVAL":
            raise RedisAway("Redis refuses to answer")
        return await world.redis.run(commands)

    running.registration._run = refuses  # type: ignore[assignment]
    with pytest.raises(Unavailable):
        await running.registration.look()
    killed = world.add("urn:a")
    await running.client.get(ARTICLE)
    await see_a_killed_one(world, running)
    world.kill(killed)
    await running.registration.look()
    world.redis.away = True
    assert (await running.client.get(ARTICLE)).status_code == 410
    assert sent.count("EVAL") == 1
    world.redis.away = False
    running.now += REFUSED
    with pytest.raises(Unavailable):
        await running.registration.look()


def test_a_registration_outlives_the_memory() -> None:
    assert OLDEST < LEASE < REGISTERED


async def test_one_whose_time_is_over_does_not_count(world: World, running: Running) -> None:
    await running.registration.look()
    clock = world.redis.clock
    (found,) = registered(raw(world), (clock + 12, 500_000))
    assert (found.seconds_left, found.silent_for) == (REGISTERED - 12.5, 12.5)
    assert len(registered(raw(world), (clock + int(REGISTERED), 0))) == 1
    assert registered(raw(world), (clock + int(REGISTERED), 1000)) == []
