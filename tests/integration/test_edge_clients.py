"""The edge and its clients: those that leave in the middle, those that read slowly, and all of them when it stops."""

import asyncio
import signal
import socket
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared import redis_keys as keys
from tests.support.edge_answers import BOUND, ask, ask_fresh, check
from tests.support.edge_process import TIMEOUT, Edge, Inside, running_edge
from tests.support.leaving import storm
from tests.support.redis_server import HOME, RedisServer, version
from tests.support.tcp_proxy import NONE, Fault, TcpProxy
from tests.support.waiting import eventually

ARTICLES = 40
CONNECTIONS = 16
AT_ONCE = 200
PATIENCE = 30.0
"""Seconds for an answer while so many are there: the processor is what they wait for."""
PATHS = [f"/v1/articles/{version(number).id}" for number in range(ARTICLES)]
PATHS += [f"/{HOME}/articles/{version(number).slug}-{version(number).id}" for number in range(ARTICLES)]


@pytest.fixture
async def network(redis_server: RedisServer) -> RedisServer:
    await redis_server.redis.flushall()
    await redis_server.fill("b1", ARTICLES)
    return redis_server


@pytest.fixture(scope="module")
async def proxy(redis_server: RedisServer) -> AsyncIterator[TcpProxy]:
    await redis_server.redis.flushall()  # a kill that an edge once hears of it never forgets
    made = TcpProxy(redis_server.port)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def edge(
    network: RedisServer, proxy: TcpProxy, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[Edge]:
    """An edge behind the proxy, to be stopped. Its time-out is the parameter."""
    proxy.fault = NONE
    async with running_edge(proxy.port, tmp_path, getattr(request, "param", TIMEOUT), CONNECTIONS) as made:
        yield made


@pytest.fixture(scope="module")
async def lasting(proxy: TcpProxy, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Edge, Inside]]:
    """An edge behind the proxy, and what it holds before anything is asked."""
    async with running_edge(proxy.port, tmp_path_factory.mktemp("edge"), TIMEOUT, CONNECTIONS) as made:
        yield made, await made.inside()


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("fault", "clients"),
    [
        (NONE, 10_000),
        (Fault(cut=40, every=7), 2_000),
        (Fault(cut=400, every=5, reset=True), 2_000),
        (Fault(delay=TIMEOUT * 0.45), 2_000),
    ],
    ids=["all well", "replies cut", "replies reset", "as slow as the time-out"],
)
async def test_clients_that_leave(
    network: RedisServer, lasting: tuple[Edge, Inside], proxy: TcpProxy, fault: Fault, clients: int
) -> None:
    """Each answer is to its own request, meanwhile and after; nothing that they used is kept."""
    edge, before = lasting
    fresh = await ask_fresh(edge.address, PATHS)
    assert len({answer.content for answer in fresh.values()}) == len(PATHS)
    proxy.fault = fault
    leaving = asyncio.create_task(storm(edge.port, PATHS, clients, AT_ONCE, PATIENCE))
    statuses: Counter[int] = Counter()
    while not leaving.done():
        for answer in await ask(edge.address, PATHS[::8], bound=PATIENCE):
            check(answer, fresh)
            statuses[answer.status] += 1
    await leaving
    assert statuses.keys() <= {200, 503}
    proxy.fault = NONE

    async def all_well() -> None:
        for answer in (await ask_fresh(edge.address, PATHS)).values():
            check(answer, fresh)

    await eventually(all_well, within=30)

    async def nothing_kept() -> None:
        after = await edge.inside()
        assert after.tasks <= before.tasks
        assert after.lent == 0
        assert after.files <= before.files + CONNECTIONS

    await eventually(nothing_kept, within=30)


@pytest.mark.parametrize("edge", [6.0], indirect=True)
async def test_a_stop_lets_requests_end(edge: Edge, proxy: TcpProxy) -> None:
    """However long they may take: Redis is slow, and no request is sent away or cut off."""
    fresh = await ask_fresh(edge.address, PATHS)
    idle = (await edge.inside()).tasks
    proxy.fault = Fault(delay=1.0)
    under_way = asyncio.create_task(ask(edge.address, PATHS[:CONNECTIONS]))

    async def all_there() -> None:
        assert (await edge.inside()).tasks >= idle + CONNECTIONS

    await eventually(all_there)
    edge.process.send_signal(signal.SIGTERM)

    async def refuses() -> None:
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", edge.port)) != 0

    await eventually(refuses)
    assert edge.process.poll() is None, "it is still answering"
    for answer in await under_way:
        check(answer, fresh)
        assert (answer.status, answer.stale) == (200, False)
    assert await edge.stopped(within=BOUND) == 0


async def test_a_stop_while_redis_is_silent(edge: Edge, proxy: TcpProxy) -> None:
    fresh = await ask_fresh(edge.address, PATHS[:ARTICLES])
    proxy.fault = Fault(silent=True)
    idle = (await edge.inside()).tasks
    under_way = asyncio.create_task(ask(edge.address, PATHS))

    async def all_there() -> None:
        assert (await edge.inside()).tasks >= idle + len(PATHS)

    await eventually(all_there)
    edge.process.send_signal(signal.SIGTERM)
    for answer in await under_way:
        assert answer.status == (200 if answer.path in fresh else 503)
    assert await edge.stopped(within=BOUND) == 0


async def test_a_stop_waits_for_slow_readers_and_not_for_ever(edge: Edge, network: RedisServer) -> None:
    """Who goes on reading gets all of it; who does not is left, in time."""
    large = bytes(4_000_000)
    await network.redis.hset(keys.assets("b1"), "large.mp4", large)
    request = b"GET /assets/large.mp4 HTTP/1.1\r\nHost: edge\r\n\r\n"
    readers = []
    for _ in range(4):
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
        connection.connect(("127.0.0.1", edge.port))
        readers.append(await asyncio.open_connection(sock=connection, limit=1 << 16))
        readers[-1][1].write(request)
        assert await readers[-1][0].readuntil(b"\r\n\r\n")
    edge.process.send_signal(signal.SIGTERM)
    reader, _ = readers[0]
    assert await asyncio.wait_for(reader.readexactly(len(large)), BOUND) == large
    assert await edge.stopped(within=BOUND) == 0
    for _, writer in readers:
        writer.transport.abort()
