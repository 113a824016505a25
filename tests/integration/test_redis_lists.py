"""The lists that publishing keeps in a real Redis: an article is in the right ones, once, whatever came when."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import msgspec
import pytest

from services.publishing.publish import Listing
from services.publishing.store import Place, Put, Store, Write
from shared import redis_keys as keys
from shared.entries import Card
from shared.messages import Enriched, Media
from shared.order import Phase
from tests.support.redis_server import EDITIONS, HOME, SECOND, RedisServer, put, version

BUILD = "b1"
LATER = "2026-11-20T09:00:00.000000Z"
Step = Callable[[], Awaitable[None]]


@pytest.fixture
async def server(redis_server: RedisServer) -> RedisServer:
    """An empty server."""
    await redis_server.redis.flushall()
    return redis_server


async def orders(server: RedisServer, edition: str) -> dict[str, list[str]]:
    """The ids in each order of an edition that is not empty, newest first; the whole edition's under ''."""
    found = {}
    for section in ("", *(section.slug for section in EDITIONS[edition].sections)):
        members = await server.redis.zrevrange(keys.edition_order(BUILD, edition, section), 0, -1)
        if members:
            found[section] = [keys.member_id(member.decode()) for member in members]
    return found


async def cards(server: RedisServer, name: str) -> set[str]:
    """The ids that have a card in a list."""
    fields = await server.redis.hkeys(keys.list_cards(BUILD, name))
    return {field.decode().removesuffix("/card") for field in fields if field.endswith(b"/card")}


async def everything(server: RedisServer) -> dict[str, Any]:
    """All of Redis, to be compared."""
    found: dict[str, Any] = {}
    for key in await server.redis.keys():
        kind = await server.redis.type(key)
        read = {b"hash": server.redis.hgetall, b"set": server.redis.smembers, b"string": server.redis.get}
        found[key.decode()] = await (read[kind](key) if kind in read else server.redis.zrange(key, 0, -1))
    return found


def newer(article: Enriched, **fields: Any) -> Enriched:
    """The next version of test article 1."""
    return version(1, **{"version": article.version + 1, "hash": "1" * 32} | fields)


async def test_an_article_is_in_its_editions_and_its_section(server: RedisServer) -> None:
    one = version(1)
    await put(server.store(BUILD), one)
    for edition in (HOME, SECOND):
        assert await orders(server, edition) == {"": [one.id], "news": [one.id]}
        assert await cards(server, keys.edition_list(edition)) == {one.id}
    assert await cards(server, keys.language_list(one.id)) == {one.id}


async def test_it_moves_to_another_section_and_time(server: RedisServer) -> None:
    store, one, other = server.store(BUILD), version(1), version(30)
    for article in (one, other):
        await put(store, article)
    assert await orders(server, HOME) == {"": [other.id, one.id], "news": [other.id, one.id]}
    moved = newer(one, section="harbour")
    await put(store, moved)
    assert await orders(server, HOME) == {"": [other.id, one.id], "news": [other.id], "harbour": [one.id]}
    later = newer(moved, section="harbour", published_at=LATER)
    await put(store, later)
    assert await orders(server, HOME) == {"": [one.id, other.id], "news": [other.id], "harbour": [one.id]}
    await put(store, newer(later, section="no-section-of-the-edition"))
    assert await orders(server, HOME) == {"": [other.id, one.id], "news": [other.id]}


async def test_it_leaves_an_edition(server: RedisServer) -> None:
    store, one = server.store(BUILD), version(1)
    await put(store, one)
    await put(store, newer(one, editions=(HOME,)))
    assert await orders(server, SECOND) == {}
    assert await cards(server, keys.edition_list(SECOND)) == set()
    assert await orders(server, HOME) == {"": [one.id], "news": [one.id]}


async def test_it_moves_between_originals(server: RedisServer) -> None:
    store, one = server.store(BUILD), version(1)
    await put(store, one)
    moved = newer(one, original="a" * 16)
    await put(store, moved)
    assert await cards(server, keys.language_list(one.id)) == set()
    assert await cards(server, keys.language_list("a" * 16)) == {one.id}
    await put(store, newer(moved, original="b" * 16))
    assert await cards(server, keys.language_list("a" * 16)) == set()
    assert await cards(server, keys.language_list("b" * 16)) == {one.id}


@pytest.mark.parametrize("phase", [Phase.WITHHELD, Phase.EXPIRED])
async def test_it_is_in_no_list_while_it_is_not_live(server: RedisServer, phase: Phase) -> None:
    store, one = server.store(BUILD), version(1)
    await put(store, one)
    hidden = newer(one, phase=phase)
    await put(store, hidden)
    assert await orders(server, HOME) == await orders(server, SECOND) == {}
    assert await cards(server, keys.language_list(one.id)) == set()
    await put(store, newer(hidden))
    assert await orders(server, HOME) == {"": [one.id], "news": [one.id]}


async def test_a_kill_takes_it_out_of_all_lists_for_good(server: RedisServer) -> None:
    store, one = server.store(BUILD), version(1)
    await put(store, one)
    moved = newer(one, editions=(SECOND,), original="a" * 16)
    await put(store, moved)
    await store.kill(one.id)
    after = await everything(server)
    assert not any(":order" in key for key in after)
    lists = [keys.edition_list(HOME), keys.edition_list(SECOND), keys.language_list(one.id)]
    for name in (*lists, keys.language_list("a" * 16)):
        assert await cards(server, name) == set()
    for late in (moved, newer(moved)):
        await put(store, late)
        await store.put_listed(lists[0], one.id, late.stamp.fence(), Listing(b"card", "member", "news"))
    assert {key: value for key, value in (await everything(server)).items() if "ever-in" not in key} == {
        key: value for key, value in after.items() if "ever-in" not in key
    }


async def test_the_same_version_is_listed_anew_without_a_picture_that_was_killed(server: RedisServer) -> None:
    picture = Media(id="p" * 16, kind="picture", href="https://media.example/secret.jpg")
    one = version(1, media=(picture,))
    store = server.store(BUILD)
    await put(store, one)
    await store.kill(picture.id)
    await put(store, one)
    field = await server.redis.hget(keys.list_cards(BUILD, keys.edition_list(HOME)), f"{one.id}/card")
    card = msgspec.msgpack.decode(field, type=Card)
    assert (card.fragment.shows, card.summary.image) == ((one.id,), "")
    assert b"secret.jpg" not in card.fragment.plain()


async def test_a_late_write_with_an_older_fence_changes_nothing(server: RedisServer) -> None:
    store, one = server.store(BUILD), version(1)
    await put(store, newer(one, section="harbour", editions=(HOME,)))
    before = await everything(server)
    await put(store, one)
    listing = Listing(b"old card", keys.list_member(LATER, one.id), "news")
    for name in (keys.edition_list(HOME), keys.language_list(one.id)):
        await store.put_listed(name, one.id, one.stamp.fence(), listing)
        await store.put_listed(name, one.id, one.stamp.fence(), None)
    ever_in = keys.ever_in(BUILD, one.id)
    after = await everything(server)
    assert after.pop(ever_in) >= before.pop(ever_in)
    assert after == before


class Stopping(Store):
    """A store that is cut off after so many writes."""

    def __init__(self, server: RedisServer, writes: int) -> None:
        super().__init__(server.redis, BUILD, EDITIONS)
        self._left = writes

    def _count(self) -> None:
        if self._left == 0:
            raise ConnectionError("cut off")
        self._left -= 1

    async def put_all(self, writes: Iterable[Write]) -> list[Put]:
        self._count()
        return await super().put_all(writes)

    async def put_listed_all(self, places: Iterable[Place], build: str | None = None) -> None:
        for place in places:
            self._count()
            await super().put_listed_all([place], build)


@pytest.mark.parametrize("writes", range(5))
async def test_what_a_crash_left_half_done_is_healed_by_doing_it_again(server: RedisServer, writes: int) -> None:
    """The entry is written first, then four lists: two that it is in, two that it has left."""
    store, one = server.store(BUILD), version(1)
    second = newer(one, editions=(HOME,), original="a" * 16, section="harbour", published_at=LATER)
    for article in (one, second):
        await put(store, article)
    expected = await everything(server)
    await server.redis.flushall()
    await put(store, one)
    with pytest.raises(ConnectionError):
        await put(Stopping(server, writes), second)
    assert await everything(server) != expected
    await put(store, second)
    assert await everything(server) == expected


@pytest.mark.parametrize("writes", range(3))
async def test_a_kill_that_was_cut_off_is_healed_by_doing_it_again(server: RedisServer, writes: int) -> None:
    store, one = server.store(BUILD), version(1)
    await put(store, one)
    with pytest.raises(ConnectionError):
        await Stopping(server, writes).kill(one.id)
    await store.kill(one.id)
    assert await orders(server, HOME) == await orders(server, SECOND) == {}
    assert await cards(server, keys.language_list(one.id)) == set()


class Overtaken(Store):
    """A store in which something happens before the entry is written, or before the first list is."""

    def __init__(self, server: RedisServer, before_put: Step | None = None, before_lists: Step | None = None) -> None:
        super().__init__(server.redis, BUILD, EDITIONS)
        self._before_put = before_put
        self._before_lists = before_lists

    async def put_all(self, writes: Iterable[Write]) -> list[Put]:
        if self._before_put is not None:
            step, self._before_put = self._before_put, None
            await step()
        return await super().put_all(writes)

    async def put_listed_all(self, places: Iterable[Place], build: str | None = None) -> None:
        if self._before_lists is not None:
            step, self._before_lists = self._before_lists, None
            await step()
        await super().put_listed_all(places, build)


async def test_an_older_version_that_lists_itself_late_is_in_no_list_that_the_newer_has_not(
    server: RedisServer,
) -> None:
    """Two instances at once, as after a rebalance: the newer must know where the older will list itself."""
    old = version(1, editions=(SECOND,))
    new = newer(old, editions=(HOME,))
    old_has_put, new_is_done = asyncio.Event(), asyncio.Event()

    async def wait_for_the_newer() -> None:
        old_has_put.set()
        await new_is_done.wait()

    async def let_the_older_put() -> None:
        both.create_task(put(Overtaken(server, before_lists=wait_for_the_newer), old))
        await old_has_put.wait()

    async with asyncio.TaskGroup() as both:
        await put(Overtaken(server, before_put=let_the_older_put), new)
        new_is_done.set()
    assert await orders(server, SECOND) == {}
    assert await orders(server, HOME) == {"": [old.id], "news": [old.id]}
