"""When caches are told of a kill, how often, and what is noted of it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import httpx
import pytest
from pydantic import HttpUrl
from redis.exceptions import ConnectionError as RedisConnectionError

from services.publishing import purge
from services.publishing.caches import Cache
from services.publishing.purge import Purger
from services.publishing.purge_store import Unconfirmed
from shared.edges import REGISTERED
from shared.editions import Edition
from shared.identity import public_id
from shared.messages import Kill
from shared.purges import PurgeState
from tests.support.pauses import replace_sleep

KILL = Kill(uri="urn:a", id=public_id("urn:a"), killed_at="", actor="", reason="")
EDITIONS = {slug: Edition(slug=slug, name=slug) for slug in ("north", "south")}
CACHES = {slug: Cache(keys=HttpUrl(f"http://{slug}.cache/")) for slug in EDITIONS}
LONGEST = 7.0


class World:
    """Redis, two caches and the time. `happens` is what comes to pass at each pause, one after another."""

    def __init__(self) -> None:
        self.left: Unconfirmed | None = Unconfirmed(0, 0, 0.0)
        self.told: list[str] = []
        self.answers: Callable[[httpx.Request], int] = lambda _: 200
        self.noted: dict[tuple[str, str], list[PurgeState]] = {}
        self.paused: list[float] = []
        self.happens: list[Callable[[], None]] = []
        self.away = 0
        self.entry_kept = True

    async def unconfirmed(self, _: str) -> Unconfirmed | None:
        if self.away:
            self.away -= 1
            raise RedisConnectionError("away")
        return self.left

    async def kept_entry(self, _: str) -> None:
        return None

    async def showers(self, _: str) -> list[Any]:
        return []

    async def forget_entry(self, _: str) -> None:
        self.entry_kept = False

    async def note(self, _: str, states: Mapping[tuple[str, str], PurgeState]) -> None:
        for name, state in states.items():
            self.noted.setdefault(name, []).append(state)

    def outcomes(self, edition: str, turn: str) -> list[str]:
        return [state.outcome for state in self.noted[edition, turn]]

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.told.append(request.url.host)
        return httpx.Response(self.answers(request))

    async def sleep(self, seconds: float) -> None:
        self.paused.append(seconds)
        if self.happens:
            self.happens.pop(0)()


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = World()
    replace_sleep(monkeypatch, purge, made.sleep)
    return made


@pytest.fixture
async def purger(world: World) -> AsyncIterator[Purger]:
    client = httpx.AsyncClient(transport=httpx.MockTransport(world.answer))
    made = Purger(world, EDITIONS, CACHES, client, LONGEST)  # type: ignore[arg-type]
    yield made
    await made.close()


async def test_twice_with_the_longest_request_between(world: World, purger: Purger) -> None:
    seen: list[int] = []
    world.happens = [lambda: seen.append(len(world.told))]
    await purger.purge(KILL)
    assert sorted(world.told) == ["north.cache", "north.cache", "south.cache", "south.cache"]
    assert (world.paused, seen) == ([LONGEST], [2])
    for edition in EDITIONS:
        for turn in ("first", "second"):
            assert world.outcomes(edition, turn) == ["waiting", "done"]
    assert not world.entry_kept


async def test_not_before_redis_knows_and_all_that_are_heard_of_have_confirmed(world: World, purger: Purger) -> None:
    told: list[int] = []

    def now(left: Unconfirmed) -> None:
        told.append(len(world.told))
        world.left = left

    world.left = None
    world.happens = [lambda: now(Unconfirmed(2, 0, 0.1)), lambda: now(Unconfirmed(1, 1, 0.2)),
                     lambda: now(Unconfirmed(0, 1, 0.3)), lambda: now(Unconfirmed(0, 1, 9)),
                     lambda: now(Unconfirmed(0, 0, 30))]  # fmt: skip
    await purger.purge(KILL)
    assert told == [0, 0, 0, 2, 2], "the first round waits for no silent one, the second for all"
    assert world.paused[-1] == LONGEST
    assert len(world.told) == 4


async def test_an_old_kill_that_is_read_again_takes_no_time(world: World, purger: Purger) -> None:
    world.left = Unconfirmed(0, 0, REGISTERED + LONGEST)
    await purger.purge(KILL)
    assert (world.paused, len(world.told)) == ([], 4)


async def test_it_tries_until_it_is_taken_and_says_why_it_failed(world: World, purger: Purger) -> None:
    failures = iter([500, 403])
    world.answers = lambda request: next(failures, 200) if request.url.host == "south.cache" else 200
    await purger.purge(KILL)
    assert world.outcomes("north", "first") == ["waiting", "done"]
    assert world.outcomes("south", "first") == ["waiting", "failing", "failing", "done"]
    assert [state.detail for state in world.noted["south", "first"]] == ["", "HTTP 500", "HTTP 403", ""]
    assert world.noted["south", "first"][-1].attempts == 3
    assert world.paused == [0.2, 0.4, LONGEST]


async def test_a_cache_that_is_away_is_tried_again(world: World, purger: Purger) -> None:
    gone = iter([httpx.ConnectError("no"), httpx.ReadTimeout("slow")])

    def answers(_: httpx.Request) -> int:
        if (error := next(gone, None)) is not None:
            raise error
        return 204

    world.answers = answers
    await purger.purge(KILL)
    assert {state.detail for states in world.noted.values() for state in states} == {
        "", "ConnectError", "no answer in time"
    }  # fmt: skip
    assert world.outcomes("south", "second")[-1] == "done"


async def test_redis_away_is_waited_for(world: World, purger: Purger) -> None:
    world.away = 3
    await purger.purge(KILL)
    assert len(world.told) == 4


async def test_a_kill_that_comes_twice_is_worked_on_once(world: World, purger: Purger) -> None:
    await asyncio.gather(purger.purge(KILL), purger.purge(KILL))
    assert len(world.told) == 4
    await purger.purge(KILL)
    assert len(world.told) == 8
