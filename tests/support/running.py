"""The whole stack for tests: a Redis, a Kafka and the five services, on free ports and in a folder of its own."""

import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from infra.native import Address, PartFailed, Progress, StackError, native_stack
from infra.native.ports import check_free
from shared.settings import Settings
from tests.support.newsroom import Newsroom
from tests.support.wire import wired

EDITIONS = """\
editions:
  - slug: hk
    name: Hong Kong News
    tagline: Nonpartisan, noncommercial, unconstrained.
    locale: en
    timeZone: Asia/Hong_Kong
    sections: [news, harbour, culture]
    baseUrl: https://hk.news.example
  - slug: tpe
    name: 台北新聞
    tagline: 為台北人說話
    locale: zh-Hant-TW
    timeZone: Asia/Taipei
    sections: [{slug: news, name: 要聞}, {slug: harbour, name: 港口}]
  - slug: dxb
    name: أخبار دبي
    locale: ar
    timeZone: Asia/Dubai
    sections: [{slug: news, name: أخبار}]
"""
SHORTEST_SESSION_TIMEOUT = 6.0
BUSY = 4.0
"""Seconds that Redis may be silent where nothing is said of it: two cores have much else to do while tests run."""


@asynccontextmanager
async def running_newsroom(
    folder: Path, partitions: int = 4, by_wire: bool = False, edge_patience: float | None = BUSY
) -> AsyncIterator[Newsroom]:
    """A stack with three editions, up; down when the block ends. A part that does not start is shown with its log.

    `by_wire`: the broker is reached over a wire that can be made slow, and cut. `edge_patience`: seconds in which Redis
    must answer a reader's request; None as it ships.
    """
    editions = folder / "editions.yaml"
    editions.write_text(EDITIONS, encoding="utf-8")
    *ports, wire_port = free_ports(4)
    redis, kafka, edge = (f"127.0.0.1:{port}" for port in ports)
    settings = Settings(
        redis=redis,
        kafka=kafka,
        edge=edge,
        state_dir=folder / "state",
        editions=editions,
        partitions=partitions,
        session_timeout=SHORTEST_SESSION_TIMEOUT,
    )
    async with AsyncExitStack() as ends:
        wire = await ends.enter_async_context(wired(kafka, wire_port)) if by_wire else None
        extra = {"MASTHEAD_EDGE_REDIS_TIMEOUT": str(edge_patience)} if edge_patience else {}
        stack = native_stack(settings, Progress(None), extra)
        ends.push_async_callback(stack.down)
        try:
            await stack.up()
        except PartFailed as error:
            raise AssertionError(f"{error}\n--- {error.log}\n{error.log_tail}") from error
        newsroom = Newsroom(settings, stack, wire)
        await newsroom.open()
        yield newsroom
        await newsroom.close()


def free_ports(count: int) -> list[int]:
    """Ports that nothing listens on, below those that the kernel hands out: a part that is started again finds its
    own port free."""
    found: list[int] = []
    for port in random.sample(range(20_000, 32_000), 200):
        try:
            check_free([Address("127.0.0.1", port, "a port for tests")])
        except StackError:
            continue
        found.append(port)
        if len(found) == count:
            return found
    raise AssertionError("no free ports between 20000 and 32000")
