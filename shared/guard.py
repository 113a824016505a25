"""What happens to a record that fails: by the kind of failure (`shared.errors`), and never by losing it."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from shared.dead_letters import send_dead_letter
from shared.errors import ContentError, Revoked, is_infrastructure
from shared.kafka_log import Producer, Record
from shared.logs import logger

Handle = Callable[[Record], Awaitable[None]]
TRIES = 3
LONGEST_PAUSE = 5.0


class TooManyFailures(Exception):
    """So many records failed for unknown reasons that the fault is ours: stop rather than empty the topic."""


class FailureBudget:
    """How many unknown failures are still the records' fault: by ratio and by run (after getsentry/arroyo's `dlq.py`).

    Exceeded after 10 failures in a row, or more than a tenth of the last 200 records once 100 were seen.
    """

    def __init__(self, run: int = 10, ratio: float = 0.1, window: int = 200, least: int = 100) -> None:
        self._run, self._ratio, self._least = run, ratio, least
        self._in_a_row = 0
        self._recent: deque[bool] = deque(maxlen=window)

    def note(self, failed: bool) -> bool:
        """Counts one record; gives whether the budget still holds."""
        self._in_a_row = self._in_a_row + 1 if failed else 0
        self._recent.append(failed)
        share = sum(self._recent) / len(self._recent)
        return self._in_a_row < self._run and (len(self._recent) < self._least or share <= self._ratio)


class Guard:
    """Wraps a stage's handler. Returns when the record may be acknowledged.

    Raises Revoked when the partition was taken away while a broker or Redis was waited for, and TooManyFailures; in
    both cases the record must not be acknowledged.
    """

    def __init__(self, stage: str, handle: Handle, producer: Producer, owned: Callable[[Record], bool]) -> None:
        self._stage = stage
        self._handle = handle
        self._producer = producer
        self._owned = owned
        self._budget = FailureBudget()
        self.waiting = ""
        """What the stage waits for, or nothing."""

    async def __call__(self, record: Record) -> None:
        """Handles one record, whatever it takes."""
        for attempt in range(1, TRIES + 1):
            try:
                await self._patiently(record, lambda: self._handle(record))
            except ContentError as error:
                self._budget.note(False)
                return await self._bury(record, "content", error.reasons, 1)
            except Revoked:
                raise
            except Exception as error:
                logger().exception("unknown failure", stage=self._stage, at=record.place, attempt=attempt)
                reason = f"{type(error).__name__}: {error}"
            else:
                self._budget.note(False)
                return
        if not self._budget.note(True):
            raise TooManyFailures(f"{self._stage} fails on too many records, last on {record.place}: {reason}")
        await self._bury(record, "unknown", (reason,), TRIES)

    async def _bury(self, record: Record, kind: str, reasons: tuple[str, ...], attempt: int) -> None:
        logger().warning("dead letter", stage=self._stage, at=record.place, kind=kind, reasons=reasons[:5])
        await self._patiently(
            record, lambda: send_dead_letter(self._producer, record, self._stage, kind, reasons, attempt)
        )

    async def _patiently(self, record: Record, act: Callable[[], Awaitable[None]]) -> None:
        """Does `act`, again and again while a broker or Redis is away and the partition is ours."""
        pause = 0.1
        while True:
            try:
                await act()
            except Exception as error:
                if not is_infrastructure(error):
                    raise
                if not self.waiting:
                    logger().warning(
                        "waiting", stage=self._stage, at=record.place, reason=f"{type(error).__name__}: {error}"
                    )
                self.waiting = f"{type(error).__name__}: {error}"
            else:
                self.waiting = ""
                return
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
            if not self._owned(record):
                self.waiting = ""
                raise Revoked(record.place)
