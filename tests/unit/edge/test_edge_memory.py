"""While Redis is away: what was read within the last half minute is given again, and says so."""

import weakref
from collections.abc import Callable
from functools import partial

import httpx
import pytest
from edge_world import World

from services.edge import builds, list_reads
from services.edge.app import build
from services.edge.memory import MOST, OLDEST, Memory, staleness
from services.edge.settings import EdgeSettings
from shared import redis_keys as keys
from shared.entries import Card
from shared.identity import public_id
from tests.support.fake_redis import FakeRedis

PAGES = ["/", "/north", "/north/", "/north/news", "/north/news/", "/editions", "/assets/page.css", "/nothing/at/all"]
API = ["/v1/editions/north/latest", f"/v1/articles/{public_id('urn:a')}", f"/v1/articles/{public_id('urn:a')}/related"]
ARTICLE = f"/north/articles/slug-{public_id('urn:a')}"


class Large:
    """A read that one would not like to keep."""


class Clock:
    """Seconds that a test lets pass."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock that an edge made from here on remembers by."""
    made = Clock()
    monkeypatch.setattr(builds, "Memory", partial(Memory, made))
    return made


def client(world: World) -> httpx.AsyncClient:
    app = build(EdgeSettings(edge_redis_timeout=0.05), world.redis.run, lambda: world.now)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://edge")


def away(redis: FakeRedis) -> None:
    redis.away = True


def hangs(redis: FakeRedis) -> None:
    redis.hangs = True


def test_a_read_is_remembered_for_half_a_minute_and_not_longer() -> None:
    clock = Clock()
    kept = Memory(clock)
    kept.keep(("a",), "found")
    clock.now += OLDEST
    assert kept.recall(("a",)) == "found"
    clock.now += 0.001
    assert kept.recall(("a",)) is None
    assert kept.recall(("b",)) is None


def test_giving_it_again_makes_it_no_younger_and_the_oldest_counts() -> None:
    clock = Clock()
    kept = Memory(clock)
    staleness.set(None)
    kept.keep(("a",), 1)
    clock.now += 10
    kept.keep(("b",), 2)
    clock.now += 5
    assert [kept.recall(("b",)), staleness.get()] == [2, 5.0]
    assert [kept.recall(("a",)), staleness.get()] == [1, 15.0]
    assert [kept.recall(("b",)), staleness.get()] == [2, 15.0]
    clock.now += 15.5
    assert kept.recall(("a",)) is None
    kept.keep(("a",), 3)
    assert kept.recall(("a",)) == 3


def test_what_is_old_or_too_many_goes() -> None:
    clock = Clock()
    kept = Memory(clock)
    for number in range(MOST + 10):
        kept.keep((number,), number)
    assert (kept.recall((9,)), kept.recall((10,))) == (None, 10)
    kept.keep((10,), 10)  # made anew: now the youngest
    kept.keep(("more",), 0)
    assert (kept.recall((10,)), kept.recall((11,))) == (10, None)
    clock.now += OLDEST + 1
    large = Large()
    gone = weakref.ref(large)
    kept.keep(("large",), large)
    del large
    clock.now += OLDEST + 1
    assert gone() is not None
    kept.keep(("later",), 0)
    assert gone() is None


@pytest.mark.parametrize("trouble", [away, hangs])
@pytest.mark.parametrize("path", [*PAGES, *API, ARTICLE])
async def test_what_was_read_is_given_again(
    world: World, clock: Clock, path: str, trouble: Callable[[FakeRedis], None]
) -> None:
    world.add("urn:a", related=[public_id("urn:b")])
    async with client(world) as edge:
        fresh = await edge.get(path)
        assert "cache-status" not in fresh.headers
        trouble(world.redis)
        clock.now += 12.3
        stale = await edge.get(path)
        assert (stale.status_code, stale.content) == (fresh.status_code, fresh.content)
        assert stale.headers["cache-status"] == "masthead; hit; ttl=-12"
        assert stale.headers["cache-control"] == "no-store"
        for name in ("etag", "surrogate-key", "location", "content-security-policy"):
            assert stale.headers.get(name) == fresh.headers.get(name)
        clock.now += OLDEST
        late = await edge.get(path)
        assert (late.status_code, late.headers["retry-after"]) == (503, "2")
        assert "cache-status" not in late.headers
        world.redis.away = world.redis.hangs = False
        again = await edge.get(path)
        assert again.headers == fresh.headers


async def test_redis_is_waited_for_once_in_a_request(world: World, clock: Clock) -> None:
    async with client(world) as edge:
        await edge.get("/nothing/at/all")
        world.redis.hangs = True
        before = world.redis.trips
        assert (await edge.get("/nothing/at/all")).status_code == 404
        assert world.redis.trips == before + 1


async def test_an_answer_out_of_what_is_not_whole_is_no_hit(world: World, clock: Clock) -> None:
    """The editions are remembered, and nothing else that a message needs."""
    async with client(world) as edge:
        await edge.get("/")
        away(world.redis)
        answer = await edge.get("/nothing/at/all")
        assert (answer.status_code, "cache-status" in answer.headers) == (503, False)


async def test_a_reader_who_has_the_page_is_told_so(world: World, clock: Clock) -> None:
    world.add("urn:a")
    async with client(world) as edge:
        tag = (await edge.get(ARTICLE)).headers["etag"]
        away(world.redis)
        answer = await edge.get(ARTICLE, headers={"if-none-match": tag})
        assert (answer.status_code, answer.headers["cache-control"]) == (304, "no-store")


@pytest.mark.parametrize("path", ["/readyz", "/v1/editions"])
async def test_what_the_probes_are_told_is_never_from_memory(world: World, clock: Clock, path: str) -> None:
    async with client(world) as edge:
        assert (await edge.get(path)).status_code == 200
        away(world.redis)
        assert (await edge.get(path)).status_code == 503


async def test_that_no_build_is_complete_is_said_at_once(world: World, clock: Clock) -> None:
    """Redis answers, and what it says counts: it may have been emptied because of what it held."""
    world.add("urn:a")
    async with client(world) as edge:
        await edge.get(ARTICLE)
        del world.redis.strings[keys.LIVE]
        assert (await edge.get(ARTICLE)).status_code == 503


async def test_a_kill_that_was_seen_stays_seen(world: World, clock: Clock) -> None:
    one = world.add("urn:a")
    async with client(world) as edge:
        assert (await edge.get(ARTICLE)).status_code == 200
        assert "<card urn:a>" in (await edge.get("/north/")).text
        world.kill(one)
        await edge.get("/north/")
        await edge.get(ARTICLE)
        away(world.redis)
        assert (await edge.get(ARTICLE)).status_code == 410
        assert "<card urn:a>" not in (await edge.get("/north/")).text


async def test_what_has_expired_meanwhile_is_in_no_list(world: World, clock: Clock) -> None:
    world.add("urn:a", not_after="2026-11-20T12:00:10.000000Z")
    async with client(world) as edge:
        paths = ["/north/", "/north/news/", "/nothing/at/all", "/v1/editions/north/latest"]
        for path in (*paths, ARTICLE):
            assert "urn:a" in (await edge.get(path)).text
        away(world.redis)
        clock.now += 10
        world.now = world.now.replace(second=10)
        for path in paths:
            answer = await edge.get(path)
            assert ("cache-status" in answer.headers, "urn:a" in answer.text) == (True, False)
        assert "urn:a" not in (await edge.get(ARTICLE)).text


async def test_one_reads_filter_is_not_anothers(world: World) -> None:
    """A list that was read for who may show more is looked over again by who may show less."""
    world.add("urn:a")
    reads = builds.Builds(world.redis.run, 1)
    staleness.set(None)

    async def cards(shown: bool) -> int:
        def may_show(_card: Card, _killed: object) -> bool:
            return shown

        return len((await list_reads.latest(reads, "north", None, 5, may_show)).cards)

    assert await cards(True) == 1
    away(world.redis)
    assert await cards(False) == 0


async def test_one_request_tells_nothing_to_the_next(world: World, clock: Clock) -> None:
    """A server may begin a request in the context of the one before; the client of these tests does so, too."""
    async with client(world) as edge:
        await edge.get("/north/")
        away(world.redis)
        assert "cache-status" in (await edge.get("/north/")).headers
        assert "cache-status" not in (await edge.get("/healthz")).headers
