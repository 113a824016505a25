"""The edge on a Redis that answers with errors: full, loading, a replica without its master, keys of other types."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ReadOnlyError, RedisError

from tests.support.edge_answers import NEVER, REMEMBERED, UNREAD, Answer, ask, ask_fresh, check
from tests.support.edge_process import Edge, running_edge
from tests.support.redis_server import RedisServer, relate, running_redis, version
from tests.support.waiting import eventually

NOWHERE = ("127.0.0.1", 1)


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RedisServer]:
    """A Redis of this file's own, which is configured and broken as no other test would like to find it."""
    async with running_redis(tmp_path_factory.mktemp("redis")) as made:
        await made.fill("b1", 4)
        await relate(made.store("b1"), version(1), [version(3)])
        yield made


@pytest.fixture(scope="module")
async def edge(server: RedisServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    async with running_edge(server.port, tmp_path_factory.mktemp("edge")) as made:
        yield made


@pytest.fixture
async def admin(server: RedisServer) -> AsyncIterator[Any]:
    """One connection that stays, whatever the server tells new ones."""
    client = Redis(port=server.port, single_connection_client=True)
    await client.ping()
    yield client
    await client.aclose()


@asynccontextmanager
async def full(admin: Any) -> AsyncIterator[None]:
    await admin.config_set("maxmemory", 1)
    with pytest.raises(RedisError, match="maxmemory"):
        await admin.set("one", "more")
    try:
        yield
    finally:
        await admin.config_set("maxmemory", 0)


@asynccontextmanager
async def read_only(admin: Any) -> AsyncIterator[None]:
    await admin.replicaof(*NOWHERE)
    with pytest.raises(ReadOnlyError):
        await admin.set("one", "more")
    try:
        yield
    finally:
        await admin.replicaof("NO", "ONE")


@asynccontextmanager
async def master_down(admin: Any) -> AsyncIterator[None]:
    await admin.config_set("replica-serve-stale-data", "no")
    await admin.replicaof(*NOWHERE)
    with pytest.raises(RedisError, match="MASTER"):
        await admin.get("any")
    try:
        yield
    finally:
        await admin.replicaof("NO", "ONE")
        await admin.config_set("replica-serve-stale-data", "yes")


@asynccontextmanager
async def password(admin: Any) -> AsyncIterator[None]:
    await admin.config_set("requirepass", "secret")
    await admin.client_kill_filter(_type="normal", skipme=True)
    try:
        yield
    finally:
        await admin.config_set("requirepass", "")


@asynccontextmanager
async def no_rights(admin: Any) -> AsyncIterator[None]:
    await admin.execute_command("ACL", "SETUSER", "default", "-@read")
    try:
        yield
    finally:
        await admin.execute_command("ACL", "SETUSER", "default", "+@all")


@asynccontextmanager
async def too_many_clients(admin: Any) -> AsyncIterator[None]:
    await admin.config_set("maxclients", 1)
    await admin.client_kill_filter(_type="normal", skipme=True)
    try:
        yield
    finally:
        await admin.config_set("maxclients", 1000)


@asynccontextmanager
async def busy(admin: Any) -> AsyncIterator[None]:
    """A script that does not end: Redis answers everybody else that it is busy."""
    await admin.config_set("busy-reply-threshold", 50)
    port = admin.connection_pool.connection_kwargs["port"]
    client: Any = Redis(port=port, socket_timeout=None)
    script = asyncio.create_task(client.eval("while true do end", 0))

    await says(port, "BUSY")
    try:
        yield
    finally:
        await admin.script_kill()
        with contextlib.suppress(RedisError):
            await script
        await client.aclose()


async def says(port: int, error: str) -> None:
    """Returns once Redis answers with such an error."""
    once = Retry(NoBackoff(), 0)

    async def refuses() -> None:
        client: Any = Redis(port=port, retry=once)
        try:
            await client.get("any")
        except RedisError as said:
            assert error in str(said)  # noqa: PT017
            return
        finally:
            await client.aclose()
        raise AssertionError("Redis does not refuse")

    await eventually(refuses)


def refused(answers: list[Answer]) -> None:
    """From memory, or 503 where there is none."""
    for answer in answers:
        assert answer.stale == (answer.path in REMEMBERED)
        assert answer.stale or answer.status == 503


def unnoticed(answers: list[Answer]) -> None:
    assert not any(answer.stale or answer.status >= 500 for answer in answers)


States = Callable[[Any], AbstractAsyncContextManager[None]]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (full, unnoticed),
        (read_only, unnoticed),
        (master_down, refused),
        (password, refused),
        (no_rights, refused),
        (too_many_clients, refused),
        (busy, refused),
    ],
)
async def test_a_redis_that_refuses(
    edge: Edge, admin: Any, state: States, expected: Callable[[list[Answer]], None]
) -> None:
    await comes_back(edge)
    fresh = await ask_fresh(edge.address, [*REMEMBERED, *NEVER])
    async with state(admin):
        for _ in range(2):
            answers = await ask(edge.address, [*REMEMBERED, *NEVER] * 3)
            for answer in answers:
                check(answer, fresh)
            expected(answers)
    await comes_back(edge)


async def test_a_redis_that_loads_its_data(edge: Edge, server: RedisServer) -> None:
    await comes_back(edge)
    fresh = await ask_fresh(edge.address, REMEMBERED)
    await server.redis.save()
    server.stop()
    server.start("--key-load-delay", "200000", "--loading-process-events-interval-bytes", "1024")
    await says(server.port, "loading")
    answers = await ask(edge.address, [*REMEMBERED, *NEVER, UNREAD] * 2)
    for answer in answers:
        if answer.path in REMEMBERED:
            check(answer, fresh)
    refused(answers)
    await server.redis.config_set("key-load-delay", 0)
    await comes_back(edge)


async def test_keys_of_another_type(edge: Edge, server: RedisServer) -> None:
    """Each key in turn, for an edge that has just read it and for one that has not."""
    for name in [key async for key in server.redis.scan_iter("masthead:*")]:
        await comes_back(edge)
        kept, kind = await server.redis.dump(name), await server.redis.type(name)
        await server.redis.delete(name)
        await (server.redis.set(name, "text") if kind != b"string" else server.redis.rpush(name, "one", "two"))
        paths = [*REMEMBERED, *NEVER, UNREAD, f"/v1/articles/{version(3).id}", "/sitemap.xml"]
        answers = await ask(edge.address, paths)
        assert [(name, a.path, a.status) for a in answers if a.status not in (200, 302, 404, 503)] == []
        await server.redis.restore(name, 0, kept, replace=True)


async def comes_back(edge: Edge) -> None:
    async def fresh() -> None:
        await ask_fresh(edge.address, [*REMEMBERED, *NEVER])

    await eventually(fresh, within=30)
