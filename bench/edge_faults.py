"""How fast the edge answers while Redis is hurt, as a ratio to the edge at rest: `python -m bench.edge_faults`.

A Redis, a TCP proxy before it and one process of the edge are started; there is no Kafka. So many clients ask for
articles, pages and fronts on connections that stay open, each as soon as it has its answer. Every fault is measured
between two measurements at rest, and compared with their mean, since the machine does other things, too.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from infra.native import Progress
from infra.native.programs import find_redis
from tests.support.edge_process import Edge
from tests.support.leaving import storm
from tests.support.redis_server import HOME, RedisServer, version
from tests.support.tcp_proxy import NONE, Fault, TcpProxy

TIMEOUT = 0.5
ARTICLES = 40
PATHS = [f"/{HOME}/articles/{version(number).slug}-{version(number).id}" for number in range(ARTICLES)]
PATHS += [f"/v1/articles/{version(number).id}" for number in range(ARTICLES)] + [f"/{HOME}/"] * 10
CLOSED = "port closed"
LEAVING = "200 clients at a time that leave"
FAULTS = {
    "5 ms slower": Fault(delay=0.005),
    "50 ms slower": Fault(delay=0.05),
    "every 10th long reply cut": Fault(cut=100, every=10),
    "every reply cut": Fault(cut=20),
    "connections reset": Fault(cut=0, reset=True, refuse=True),
    CLOSED: NONE,
    "silent": Fault(silent=True),
    LEAVING: NONE,
}


@dataclass
class Measured:
    """What some seconds of asking gave: seconds of each answer, and how many were fresh, from memory, 503, other."""

    took: float = 0.0
    seconds: list[float] = field(default_factory=list)
    kinds: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("fresh", "memory", "503", "other"), 0))

    @property
    def rate(self) -> float:
        return len(self.seconds) / self.took

    def quantile(self, part: float) -> float:
        """In milliseconds."""
        return 1000 * sorted(self.seconds)[int(part * (len(self.seconds) - 1))]

    def share(self, kind: str) -> float:
        return self.kinds[kind] / len(self.seconds)


async def ask(port: int, seconds: float, clients: int) -> Measured:
    """Asks for so many seconds."""
    found, began = Measured(), time.monotonic()
    await asyncio.gather(*(_client(port, number, began + seconds, found) for number in range(clients)))
    found.took = time.monotonic() - began
    return found


async def _client(port: int, number: int, end: float, found: Measured) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while (asked := time.monotonic()) < end:
        path = PATHS[number % len(PATHS)]
        number += 7
        writer.write(f"GET {path} HTTP/1.1\r\nHost: edge\r\nAccept-Encoding: gzip\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        await reader.readexactly(length)
        status = head.split(b" ", 2)[1].decode()
        kind = "memory" if b"\r\ncache-status: " in head else {"200": "fresh", "503": "503"}.get(status, "other")
        found.kinds[kind] += 1
        found.seconds.append(time.monotonic() - asked)
    writer.close()


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[tuple[Edge, TcpProxy]]:
    """The edge and its way to a Redis of `ARTICLES` articles."""
    server = RedisServer(find_redis(Progress(None)).path, folder)
    server.start()
    await server.answers()
    await server.fill("b1", ARTICLES)
    proxy = TcpProxy(server.port)
    await proxy.start()
    edge = Edge(proxy.port, TIMEOUT)
    await asyncio.to_thread(edge.wait_until_alive)
    try:
        yield edge, proxy
    finally:
        edge.kill()
        await proxy.stop()
        await server.redis.aclose()
        server.stop()


@asynccontextmanager
async def hurt(name: str, edge: Edge, proxy: TcpProxy, seconds: float) -> AsyncIterator[None]:
    """The fault by this name, while the block lasts."""
    leaving = None
    if name == CLOSED:
        await proxy.stop()
    elif name == LEAVING:
        leaving = asyncio.create_task(storm(edge.port, PATHS, 1_000_000, 200, seconds))
    proxy.fault = FAULTS[name]
    yield
    proxy.fault = NONE
    if name == CLOSED:
        await proxy.start()
    if leaving is not None:
        leaving.cancel()
        await asyncio.gather(leaving, return_exceptions=True)
    proxy.reset_all()
    await asyncio.sleep(2 * TIMEOUT)


async def measure(seconds: float, clients: int, folder: Path, say: Callable[[str], None]) -> None:
    """Says one row of a Markdown table for each fault."""
    say("| fault | answers/s | ratio to rest | p50 ms | p99 ms | fresh | from memory | 503 | other |")
    say("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    async with running(folder) as (edge, proxy):
        await ask(edge.port, seconds, clients)
        rest = [await ask(edge.port, seconds, clients)]
        for name in FAULTS:
            async with hurt(name, edge, proxy, seconds):
                found = await ask(edge.port, seconds, clients)
            rest.append(await ask(edge.port, seconds, clients))
            ratio = found.rate / statistics.mean([rest[-2].rate, rest[-1].rate])
            say(row(name, found, f"{ratio:.2f}"))
    rates = sorted(one.rate for one in rest)
    middle = rest[[one.rate for one in rest].index(rates[len(rates) // 2])]
    say(row(f"none (middle of {len(rates)}; {rates[0]:.0f} to {rates[-1]:.0f})", middle, "1"))


def row(name: str, found: Measured, ratio: str) -> str:
    """One row of the table."""
    shares = " | ".join(f"{found.share(kind):.1%}" for kind in found.kinds)
    return (
        f"| {name} | {found.rate:.0f} | {ratio} | {found.quantile(0.5):.0f} | {found.quantile(0.99):.0f} | {shares} |"
    )


def main(
    seconds: Annotated[float, typer.Option("--seconds", help="length of each measurement")] = 5.0,
    clients: Annotated[int, typer.Option("--clients", help="so many ask at a time")] = 16,
) -> None:
    with tempfile.TemporaryDirectory(prefix="masthead-bench-") as folder:
        asyncio.run(measure(seconds, clients, Path(folder), typer.echo))


if __name__ == "__main__":
    typer.run(main)
