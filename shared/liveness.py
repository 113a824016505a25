"""Whether a consumer moves: it can keep its partitions, answer heartbeats and yet hand over nothing, for ever.

Stalls after a rebalance are reported for Faust (faust-streaming/faust#175, #523) and aiokafka (aio-libs/aiokafka#1154).
The consumer's own numbers stand still with it, so the broker is asked, over a connection of its own.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

from aiokafka import TopicPartition

from shared.errors import is_infrastructure
from shared.kafka_log import reader
from shared.logs import logger
from shared.settings import Settings
from shared.topic_admin import admin, committed_offsets

STALLED_AFTER = 60.0
ASKED_EVERY = 10.0
"""Seconds."""


class _Place(NamedTuple):
    """The next offset to be handled, as far as is known, and when it was last reached or all there was."""

    offset: int
    since: float


class Liveness:
    """The partitions of one consumer, and which of them stand still though there is something to read."""

    def __init__(self, after: float = STALLED_AFTER, clock: Callable[[], float] = time.monotonic) -> None:
        self._after = after
        self._clock = clock
        self._places: dict[TopicPartition, _Place] = {}
        self._ends: Mapping[TopicPartition, int] = {}

    def assigned(self, partitions: set[TopicPartition]) -> None:
        """These are ours now, and no others; each has its time from now on."""
        moment = self._clock()
        self._places = {tp: _Place(self._places.get(tp, _Place(0, 0.0)).offset, moment) for tp in partitions}

    def revoked(self, partitions: set[TopicPartition]) -> None:
        """These are not ours any more."""
        for tp in partitions:
            self._places.pop(tp, None)

    def handled(self, tp: TopicPartition, offset: int) -> None:
        """A record was handled."""
        self._move(tp, offset + 1)

    def excused(self) -> None:
        """What all partitions wait for moves: each has its time from now on."""
        moment = self._clock()
        self._places = {tp: _Place(place.offset, moment) for tp, place in self._places.items()}

    def asked(self, ends: Mapping[TopicPartition, int], committed: Mapping[TopicPartition, int]) -> None:
        """What the broker says: the end offsets, and the next offset that was committed where one was."""
        self._ends = ends
        for tp, offset in committed.items():
            self._move(tp, offset)
        moment = self._clock()
        for tp, place in self._places.items():
            if place.offset >= ends.get(tp, 0):
                self._places[tp] = _Place(place.offset, moment)

    def stalled(self) -> list[TopicPartition]:
        """Those with records to read that have stood still for too long, in order."""
        latest = self._clock() - self._after
        return sorted(
            tp for tp, place in self._places.items() if place.since < latest and place.offset < self._ends.get(tp, 0)
        )

    def _move(self, tp: TopicPartition, offset: int) -> None:
        place = self._places.get(tp)
        if place is not None and offset > place.offset:
            self._places[tp] = _Place(offset, self._clock())

    async def watch(self, settings: Settings, group: str, every: float = ASKED_EVERY) -> None:
        """Asks the broker again and again, until cancelled; while none answers it waits."""
        while True:
            try:
                async with admin(settings) as client, reader(settings, f"{group}-liveness") as consumer:
                    while True:
                        ends = await consumer.end_offsets(list(self._places)) if self._places else {}
                        self.asked(ends, await committed_offsets(client, group))
                        await asyncio.sleep(every)
            except Exception as error:
                if not is_infrastructure(error):
                    raise
                logger().warning("liveness not known", reason=f"{type(error).__name__}: {error}")
                await asyncio.sleep(every)
