"""The edge as a process while Redis is away, frozen, slow, cut off, or refuses: never a 500, never a hang."""

import asyncio
import re
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from tests.support.edge_answers import ARTICLE, NEVER, REMEMBERED, UNREAD, age, ask, ask_fresh, check
from tests.support.edge_process import TIMEOUT, Edge, running_edge
from tests.support.redis_server import RedisServer, relate, running_redis, version
from tests.support.tcp_proxy import NONE, Fault, TcpProxy
from tests.support.waiting import eventually


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RedisServer]:
    """A Redis of this file's own: it is configured, restarted, and holds what no other test should find."""
    async with running_redis(tmp_path_factory.mktemp("redis")) as made:
        await made.fill("b1", 12)
        await relate(made.store("b1"), version(1), [version(3), version(4)])
        yield made


@pytest.fixture(scope="module")
async def proxy(server: RedisServer) -> AsyncIterator[TcpProxy]:
    """The way of `edge` to Redis."""
    async with a_way(server) as made:
        yield made


@asynccontextmanager
async def a_way(server: RedisServer) -> AsyncIterator[TcpProxy]:
    made = TcpProxy(server.port)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture(scope="module")
async def edge(proxy: TcpProxy, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    async with running_edge(proxy.port, tmp_path_factory.mktemp("edge")) as made:
        yield made


async def comes_back(edge: Edge) -> None:
    """Everything is answered out of Redis again."""

    async def fresh() -> None:
        await ask_fresh(edge.address, [*REMEMBERED, *NEVER])

    await eventually(fresh, within=20)


FAULTS = {
    "silent": Fault(silent=True),
    "slower than the time-out": Fault(delay=TIMEOUT * 2),
    "slow, so that two round trips are too many": Fault(delay=TIMEOUT * 0.7),
    "resets": Fault(cut=0, reset=True, refuse=True),
    "nothing of a reply": Fault(cut=0),
    "one byte of a reply": Fault(cut=1),
    "cut in a reply": Fault(cut=300),
    "cut in a long reply": Fault(cut=3000),
    "reset in a reply": Fault(cut=300, reset=True),
    "every other reply cut": Fault(cut=60, every=2),
}


@pytest.mark.parametrize("name", FAULTS)
async def test_a_bad_way_to_redis(edge: Edge, proxy: TcpProxy, name: str) -> None:
    proxy.fault = NONE
    await comes_back(edge)
    fresh = await ask_fresh(edge.address, REMEMBERED)
    proxy.fault = FAULTS[name]
    for _ in range(2):
        answers = await ask(edge.address, [*REMEMBERED, *NEVER, "/healthz"] * 3)
        for answer in answers:
            if answer.path not in (*NEVER, "/healthz"):
                check(answer, fresh)
            assert answer.status in (200, 302, 404, 503)
            assert answer.status == 200 or answer.path != "/healthz"
        if FAULTS[name].every == 1 and FAULTS[name].cut != 3000:
            assert {answer.status for answer in answers if answer.path in NEVER} == {503}
            assert {answer.stale for answer in answers if answer.path in REMEMBERED} == {True}
    proxy.fault = NONE
    await comes_back(edge)


async def test_it_knows_nothing_of_kafka(edge: Edge, proxy: TcpProxy) -> None:
    """It imports no client of it, and while it answers it is connected with Redis and with nobody else."""
    code = "import services.edge.app, sys; print(*sys.modules)"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
    imported, _ = await process.communicate()
    modules = imported.decode().split()
    assert "services.edge.app" in modules
    assert [name for name in modules if re.match(r"(aiokafka|faust|mode|kafka|shared\.kafka\w*)\b", name)] == []
    proxy.fault = NONE
    await comes_back(edge)
    assert peers(edge.process.pid) - {edge.port} == {proxy.port}


def peers(pid: int) -> set[int]:
    """The ports at the other end of a process's connections, and its own where others have made them."""
    ends = psutil.Process(pid).net_connections("tcp")
    listens = {end.laddr.port for end in ends if end.status == psutil.CONN_LISTEN}
    return {(end.laddr if end.laddr.port in listens else end.raddr).port for end in ends}


async def test_a_port_that_is_closed(edge: Edge, proxy: TcpProxy) -> None:
    proxy.fault = NONE
    await comes_back(edge)
    fresh = await ask_fresh(edge.address, REMEMBERED)
    await proxy.stop()
    for answer in await ask(edge.address, [*REMEMBERED * 3, *NEVER]):
        check(answer, fresh)
        assert answer.stale == (answer.path in REMEMBERED)
    await proxy.start()
    await comes_back(edge)


async def test_a_cold_edge_reads_from_a_slow_redis(server: RedisServer, tmp_path: Path) -> None:
    """What an edge needs before its first reply is one round trip: else the first page never comes in time."""
    patience = 5.0  # a fifth round trip would be too many, and a busy machine has 0.8 s for the rest
    async with a_way(server) as proxy, running_edge(proxy.port, tmp_path, patience=patience) as edge:
        proxy.fault = Fault(delay=patience * 0.21)  # and three more for an article
        found = await ask_fresh(edge.address, [ARTICLE])
        assert found[ARTICLE].status == 200


async def test_all_that_one_request_asks_is_in_time(server: RedisServer, tmp_path: Path) -> None:
    """The page for an address that is not there takes two reads. The second has the time that the first has left."""
    async with a_way(server) as proxy, running_edge(proxy.port, tmp_path, patience=3.5) as edge:
        await ask_fresh(edge.address, ["/v1/editions"])  # so that there is a connection
        proxy.fault = Fault(delay=1.0)
        (answer,) = await ask(edge.address, ["/nothing/at/all"])
        assert (answer.status, answer.seconds < 4.5) == (503, True), answer.seconds


async def test_only_one_waits_for_a_redis_that_is_silent(server: RedisServer, tmp_path: Path) -> None:
    """Once it has said nothing to anybody for long, all but one are answered at once."""
    async with a_way(server) as proxy, running_edge(proxy.port, tmp_path, patience=4.0) as edge:
        fresh = await ask_fresh(edge.address, REMEMBERED)
        proxy.fault = Fault(silent=True)
        await ask(edge.address, [ARTICLE])
        answers = await ask(edge.address, [*REMEMBERED, *NEVER, UNREAD])
        for answer in answers:
            if answer.path in REMEMBERED:
                check(answer, fresh)
            assert answer.stale == (answer.path in REMEMBERED)
        assert len([answer for answer in answers if answer.seconds > 3]) <= 1
        proxy.fault = NONE
        await comes_back(edge)


async def test_a_stray_reply_is_nobodys(edge: Edge, proxy: TcpProxy) -> None:
    """A connection on which anything lies that nobody has asked for is not used again."""
    paths = [f"/v1/articles/{version(number).id}" for number in range(12)]
    fresh = await ask_fresh(edge.address, paths)
    proxy.fault = Fault(stray=b"$5\r\nstray\r\n")
    for _ in range(3):
        for path in paths:
            for answer in await ask(edge.address, [path]):
                check(answer, fresh)
    proxy.fault = NONE
    await comes_back(edge)


async def test_a_fault_that_stays(server: RedisServer, tmp_path: Path) -> None:
    """From memory for half a minute at most, then 503: three faults side by side, each with an edge of its own."""

    async def stays(fault: Fault | None) -> None:
        async with a_way(server) as proxy, running_edge(proxy.port, tmp_path) as edge:
            fresh = await ask_fresh(edge.address, REMEMBERED)
            read = time.monotonic()
            if fault is None:
                await proxy.stop()
            else:
                proxy.fault = fault
            oldest = 0
            while time.monotonic() - read < 33:
                asked = time.monotonic()
                *answers, unread = await ask(edge.address, [*REMEMBERED, UNREAD])
                assert unread.status == 503
                for answer in answers:
                    check(answer, fresh)
                    assert answer.stale or answer.status == 503
                    assert answer.stale or asked - read > 25, "it has forgotten early"
                oldest = max([oldest, *(age(answer) for answer in answers if answer.stale)])
                await asyncio.sleep(1)
            assert oldest >= 20
            assert {answer.status for answer in await ask(edge.address, REMEMBERED)} == {503}
            await proxy.stop()
            proxy.fault = NONE
            await proxy.start()
            await comes_back(edge)

    await asyncio.gather(*(stays(fault) for fault in (None, Fault(silent=True), Fault(cut=20))))
