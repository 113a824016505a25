"""A round: articles are pushed in shares, one fault to each; then the stack settles and is compared with the oracle."""

import asyncio
import contextlib
import io
import time
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from random import Random
from typing import NamedTuple

from aiokafka.errors import KafkaError

from tests.faults.fault import Fault
from tests.faults.hurts import NOTHING, SHORT, long
from tests.faults.stream import SOON, Push, Stream
from tests.support.content import Difference, compare, content_of, held
from tests.support.edge_oracle import article_paths, edge_differences, list_paths
from tests.support.fake_redis import FakeRedis
from tests.support.newsroom import Newsroom
from tests.support.oracle import SOURCES, Oracle
from tests.support.redis_writes import Writes, heard_writes

AT_ONCE = 20
LOOKED_AT = 30
"""Articles whose pages are asked of the edge after each fault."""
PAUSE = 0.5


class Size(NamedTuple):
    """A round: how many articles in all, its faults, how many shuffled shares come behind, the seconds within which
    the stack must settle after each, how many records are pushed a second, at most, and one topic of how many stands
    in the related lists of others."""

    articles: int
    faults: tuple[Fault, ...]
    shuffles: int
    within: float
    rate: float
    listed: int

    @property
    def share(self) -> int:
        """Articles to a fault or a shuffle."""
        return self.articles // (len(self.faults) + self.shuffles)


SIZES = {
    "short": Size(280, SHORT, 3, 60, 1_000, 10),
    "middle": Size(5_000, long(2), 3, 600, 15, 10),
    "full": Size(50_000, long(10), 3, 3_600, 25, 40),
}
SHUFFLED = NOTHING._replace(name="shuffled, half of it sent twice, to any partition")


class Row(NamedTuple):
    """What became of a fault. `seconds`: from the last push, the last blow or the end of the last embargo, whichever
    came last, until Redis held what it must hold; -1 where it never did. `edge`: answers of the edge that differ."""

    fault: str
    pushed: int
    lost: int
    wrong: int
    came_back: int
    edge: int
    seconds: float
    examples: tuple[str, ...]

    @property
    def clean(self) -> bool:
        """Whether all was well in the end."""
        return self.seconds >= 0 and not (self.lost or self.wrong or self.came_back or self.edge)


class Round:
    """Faults on one stack, one after another."""

    def __init__(self, newsroom: Newsroom, writes: Writes, size: Size, seed: int = 1) -> None:
        self._newsroom = newsroom
        self._writes = writes
        self._size = size
        self._random = Random(seed)
        self._stream = Stream(seed, newsroom.settings.partitions, size.listed)
        self._oracle = Oracle(newsroom.settings)
        self._read = dict.fromkeys(SOURCES, 0)

    async def suffer(self, fault: Fault) -> Row:
        """Pushes a share, the fault in its midst, and waits until all is as it must be."""
        return await self._suffer(fault, [*self._stream.take(self._size.share)])

    async def shuffled(self) -> Row:
        """The same with no fault, but with everything in any order, half of it twice, on any partition."""
        pushes = [*self._stream.take(self._size.share), *self._stream.rest()]
        pushes += self._random.sample(pushes, len(pushes) // 2)
        partitions = self._newsroom.settings.partitions
        anywhere = [push._replace(partition=self._random.randrange(partitions)) for push in pushes]
        return await self._suffer(SHUFFLED, self._random.sample(anywhere, len(anywhere)))

    async def _suffer(self, fault: Fault, pushes: list[Push]) -> Row:
        middle = len(pushes) // 3
        await self._push(pushes[:middle])
        _, struck = await asyncio.gather(self._push(pushes[middle:]), self._strike(fault))
        calm = max(time.monotonic(), struck) + SOON
        await asyncio.sleep(SOON)
        await self._newsroom.everything_ready()
        wanted, found, seconds = await self._settled(calm)
        edge = [] if found else await self._edge_differences(wanted)
        return _row(fault, len(pushes), found, edge, seconds)

    async def _strike(self, fault: Fault) -> float:
        with contextlib.redirect_stdout(io.StringIO()):  # a hurt may use commands of the desk
            await fault.hurt(self._newsroom, self._random)
        return time.monotonic()

    async def _push(self, pushes: list[Push]) -> None:
        """Some at a time. What a broker that is away has refused is sent again, perhaps twice."""
        began = time.monotonic()
        for start in range(0, len(pushes), AT_ONCE):
            await asyncio.sleep(began + start / self._size.rate - time.monotonic())
            await asyncio.gather(*(self._push_one(push) for push in pushes[start : start + AT_ONCE]))

    async def _push_one(self, push: Push) -> None:
        while True:
            try:
                await self._newsroom.push(push.content, partition=push.partition)
                return
            except KafkaError:
                await asyncio.sleep(PAUSE)

    async def _read_on(self) -> bool:
        """Takes what is new in the topics; gives whether anything was."""
        news = []
        for topic, read in self._read.items():
            records = await self._newsroom.log.records(topic)
            news += records[read:]
            self._read[topic] = len(records)
        await asyncio.to_thread(self._oracle.take, news)
        return bool(news)

    async def _settled(self, calm: float) -> tuple[FakeRedis, list[Difference], float]:
        """What Redis must hold, the differences that remain, and the seconds until the last write before there were
        none; -1 where some remain.

        Comparing takes seconds of its own with many articles; it begins when the services write nothing more.
        """
        wanted = None
        while True:
            await self._writes.silence(PAUSE, self._size.within)
            if await self._read_on() or wanted is None:  # recommendation may renew its epoch at any time
                wanted = await asyncio.to_thread(self._oracle.redis)
            there = await held(self._newsroom.redis)
            last = self._writes.last
            found = await asyncio.to_thread(lambda: [*compare(content_of(wanted), there)])  # noqa: B023
            if not found:
                return wanted, [], max(0.0, last - calm)
            if time.monotonic() - calm > self._size.within:
                return wanted, found, -1

    async def _edge_differences(self, wanted: FakeRedis) -> list[str]:
        versions = [*self._oracle.replay.standing.values()]
        some = self._random.sample(versions, min(LOOKED_AT, len(versions)))
        paths = [*list_paths(self._oracle.editions), *(path for version in some for path in article_paths(version))]
        found = await edge_differences(self._newsroom.edge, wanted, paths)
        # The edge may still give what it remembered while Redis was away.
        return found and await edge_differences(self._newsroom.edge, wanted, paths)


async def run(newsroom: Newsroom, size: Size, keep: Callable[[list[Row]], None] = lambda _: None) -> list[Row]:
    """All faults of a size; a row for each, printed, and kept with those before, as it comes."""
    rows: list[Row] = []
    async with heard_writes(newsroom.settings.redis_url) as writes:
        round_ = Round(newsroom, writes, size)
        steps: list[Callable[[], Awaitable[Row]]] = [partial(round_.suffer, fault) for fault in size.faults]
        steps += [round_.shuffled] * size.shuffles
        for step in steps:
            rows.append(await step())
            print(said(rows[-1]), flush=True)
            keep(rows)
    return rows


def said(row: Row) -> str:
    """A row as a person reads it."""
    counts = f"{row.lost} lost, {row.wrong} wrong, {row.came_back} came back, {row.edge} at the edge"
    settled = f"settled in {row.seconds:.1f} s" if row.seconds >= 0 else "not settled"
    return "\n".join([f"{row.fault}: {row.pushed} pushed, {counts}, {settled}", *(f"    {e}" for e in row.examples)])


def _row(fault: Fault, pushed: int, found: Iterable[Difference], edge: list[str], seconds: float) -> Row:
    found = list(found)
    subjects: dict[str, set[str]] = {kind: {d.subject for d in found if d.kind == kind} for kind in _KINDS}
    lost, wrong, came_back = (len(subjects[kind]) for kind in _KINDS)
    examples = tuple(str(line)[:400] for line in [*found[:10], *edge[:5]])
    return Row(fault.name, pushed, lost, wrong, came_back, len(edge), round(seconds, 1), examples)


_KINDS = ("lost", "wrong", "came back")
