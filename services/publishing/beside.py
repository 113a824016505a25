"""A second build, beside the one that this instance writes: filled from the log, then kept in step with the other.

A record is applied to it behind the first build once its partition is filled; until then the filling will come to it.
So a partition that Redis calls complete has all that was ever acknowledged, whoever owns it and however he ended.
"""

from collections.abc import Callable
from typing import Any

from aiokafka import TopicPartition

from services.publishing.refill import Filled, Refill, place
from services.publishing.trusting import judge
from services.publishing.upkeep import Upkeep
from shared.kafka_log import Record


class Beside(Upkeep):
    """The partitions of a second build that this instance owns."""

    def __init__(self, *arguments: Any, filled: Callable[[], None]) -> None:
        """As `Upkeep`; `filled` is called when partitions are complete."""
        super().__init__(*arguments)
        self._filled = filled
        self._settled: set[TopicPartition] = set()
        self._skipped: dict[TopicPartition, int] = {}

    async def follow(self, record: Record) -> None:
        """Applies a record that the first build has, where its partition is filled."""
        if record.tp in self.trusted:
            await self.publisher.apply(record, report=False)
            outcome = await self._advance(record)
            if outcome == "ok":
                return
            await self._lose(record.tp, outcome)
        self._skipped[record.tp] = record.offset + 1

    def assigned(self) -> None:
        """As `Upkeep.assigned`; what is new must be settled before a record of it is applied."""
        super().assigned()
        self._settled &= self._assignment()

    async def settle(self) -> None:
        """Takes over partitions that are newly ours where they are complete; the others are to be filled again."""
        if new := self._assignment() - self._settled:
            judged = await judge(
                self._settings, self._group, self.store, new, await self.store.applied(), await self.store.complete()
            )
            self.trusted |= judged.agrees
            for tp in new - set(judged.agrees):
                await self.store.forget(place(tp))
            self._settled |= new
            self._changed.set()

    async def _look(self) -> None:
        await self._find_lost()
        for tp in list(self._lost):
            await self._lose(tp, "lost")
        if missing := (self._assignment() & self._settled) - set(self.trusted):
            await self._fill(missing)

    async def _lose(self, tp: TopicPartition, why: str) -> None:
        self._distrust(tp, why)
        await self.store.forget(place(tp))

    async def _fill(self, partitions: set[TopicPartition]) -> None:
        refill = Refill(self._settings, self.store, self.publisher, self._excused)
        await refill.begin(partitions)
        filled = await refill.run(partitions, self._take_over)
        for tp in filled:
            self._lost.discard(tp)
            if tp in self.trusted and not await refill.finish(tp):
                await self._lose(tp, "filled by another instance, too")
        self._filled()

    def _take_over(self, tp: TopicPartition, found: Filled) -> bool:
        """Trusts a partition that was filled, unless records were skipped behind that. At one go: no record can be
        applied meanwhile."""
        if tp not in self._assignment():
            return True
        if self._skipped.get(tp, 0) > found.end:
            return False
        self.trusted[tp] = found.identity, found.end
        return True
