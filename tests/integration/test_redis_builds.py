"""Two builds in a real Redis: which one stands, how they are compared, and who may switch."""

import asyncio

import pytest

from services.publishing.comparing import STANDS_STILL, compare, pieces
from services.publishing.content import digest_of
from services.publishing.registry import Registry
from services.publishing.store import Store
from shared import redis_keys as keys
from shared.messages import Enriched
from shared.rebuilds import Comparison, Rebuild
from tests.support.redis_server import HOME, RedisServer, publisher, put, relate, version

OLD, NEW = "print-code", "print-code-abcd1234"
REBUILD = Rebuild(id="abcd1234", build=NEW, before=OLD, dry_run=False, began_at="2026-11-20T08:00:00.000000Z")
MOMENT = REBUILD.began_at


@pytest.fixture
async def server(redis_server: RedisServer) -> RedisServer:
    """An empty server."""
    await redis_server.redis.flushall()
    return redis_server


@pytest.fixture
async def builds(server: RedisServer) -> tuple[Store, Store]:
    """Two builds of the same three articles."""
    found = server.store(OLD), server.store(NEW)
    for store in found:
        await publisher(store).write_shell()
        for number in range(3):
            await put(store, version(number))
        await relate(store, version(0), [version(1), version(2)])
    return found


async def compared(server: RedisServer) -> Comparison:
    """What the comparison finds; nobody stops it."""

    async def asked() -> bool:
        return True

    found = await compare(server.redis, OLD, NEW, asked)
    assert found is not None
    return found


def newer(one: Enriched) -> Enriched:
    """Its next version."""
    return version(one.origin.offset, version=2, headline="Another headline")


async def test_alike_builds_have_one_digest(server: RedisServer, builds: tuple[Store, Store]) -> None:
    found = await compared(server)
    assert (found.articles, found.different, found.differences) == (3, 0, ())
    assert found.lists == 5  # two editions, and three of language versions
    assert found.digest == digest_of(await pieces(server.redis, OLD)) == digest_of(await pieces(server.redis, NEW))


async def test_what_is_written_to_one_and_then_to_the_other_makes_no_difference(
    server: RedisServer, builds: tuple[Store, Store]
) -> None:
    old, new = builds
    await put(old, newer(version(1)))
    comparing = asyncio.create_task(compared(server))
    await asyncio.sleep(STANDS_STILL / 3)
    assert not comparing.done()
    await put(new, newer(version(1)))
    found = await comparing
    assert found.differences == ()
    assert found.digest == digest_of(await pieces(server.redis, NEW))


async def test_what_stands_still_and_differs_is_named(server: RedisServer, builds: tuple[Store, Store]) -> None:
    one, two, three = (version(number).id for number in range(3))
    await server.redis.hset(keys.entry(OLD, one), f"article/page:{HOME}", b"damaged")
    await server.redis.hdel(keys.list_cards(OLD, keys.edition_list(HOME)), f"{two}/card")
    await server.redis.delete(keys.entry(NEW, three))
    await server.redis.zrem(keys.edition_order(NEW, HOME), keys.list_member(version(2).published_at, three))
    found = await compared(server)
    assert found.different == 4
    named = {(one.kind, one.name.split(" ")[0], one.how) for one in found.differences}
    member = keys.list_member(version(2).published_at, three)
    assert named == {
        ("article", one, "other"),
        ("card", two, "missing"),
        ("article", three, "left over"),
        ("order", member, "left over"),
    }


async def test_a_comparison_that_is_not_ours_any_more_ends(server: RedisServer, builds: tuple[Store, Store]) -> None:
    async def taken() -> bool:
        return False

    assert await compare(server.redis, OLD, NEW, taken) is None


async def test_one_name_stands_until_a_rebuild_is_switched_to(server: RedisServer) -> None:
    registry = Registry(server.redis, OLD)
    assert (await registry.read(OLD)).build == OLD
    assert (await registry.read("print-code-0")).build == OLD
    assert await registry.promote(OLD, 0)
    assert await registry.begin(REBUILD)
    assert not await registry.begin(REBUILD)
    standing = await registry.read(OLD)
    assert (standing.live, standing.running, standing.rebuild) == (OLD, True, REBUILD)

    assert not await registry.promote(NEW, 1, REBUILD)  # not complete
    await server.redis.sadd(keys.complete(NEW), "articles.enriched/0")
    assert await registry.promote(NEW, 1, REBUILD)
    standing = await registry.read(OLD)
    assert (standing.build, standing.live, standing.running) == (NEW, NEW, False)
    assert not await registry.promote(OLD, 0)  # by an instance that has not heard of it
    assert not await registry.promote(NEW, 1, REBUILD)  # it is over
    assert not await registry.tell(REBUILD)
    assert (await registry.read(OLD)).live == NEW


async def test_the_live_build_is_never_dropped(server: RedisServer, builds: tuple[Store, Store]) -> None:
    registry = Registry(server.redis, OLD)
    await registry.promote(OLD, 0)
    await registry.drop(OLD)
    await registry.drop(NEW)
    assert len(await pieces(server.redis, OLD)) > 0
    assert [key async for key in server.redis.scan_iter(match=f"masthead:{NEW}:*")] == []


async def test_one_instance_judges_at_a_time(server: RedisServer) -> None:
    registry = Registry(server.redis, OLD)
    assert await registry.judges("one")
    assert not await registry.judges("two")
    assert await registry.judges("one")
    await server.redis.delete(keys.REBUILD_JUDGE)
    assert await registry.judges("two")


async def test_who_was_replaced_cannot_call_a_partition_complete(server: RedisServer) -> None:
    store = server.store(NEW)
    await store.begin("articles.enriched/0", "first", MOMENT)
    await store.begin("articles.enriched/0", "second", MOMENT)
    assert not await store.finish("articles.enriched/0", "first")
    assert await store.complete() == set()
    assert await store.finish("articles.enriched/0", "second")
    assert await store.complete() == {"articles.enriched/0"}
    await store.forget("articles.enriched/0")
    assert await store.complete() == set()
