"""What was read last, for the seconds in which Redis is away: bounded in number and in age, and never what is killed.

A kill that Redis could not tell us of is unseen for at most `OLDEST` seconds.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Set
from contextvars import ContextVar
from typing import Any

from shared.edges import OLDEST

Key = tuple[Hashable, ...]
"""Names a read: what it is of, and all that it depends on."""

MOST = 1000
"""Reads that are kept, some 30 kB each; a hundred cards of a list take some 200 kB."""

staleness: ContextVar[float | None] = ContextVar("staleness", default=None)
"""In the task of a request: how old, in seconds, the oldest read is that was given again; None where all are fresh."""


class Memory:
    """The newest read under each key. `clock` gives seconds that only grow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[Key, tuple[float, Any]] = OrderedDict()
        self._ends: float | None = None

    def now(self) -> float:
        """Its clock."""
        return self._clock()

    def lend_until(self, moment: float) -> None:
        """Nothing is given again after this moment; a later call says another. Without any, `OLDEST` alone counts."""
        self._ends = moment

    def forget(self, killed: Set[str]) -> None:
        """Takes articles and media that are killed out of all reads, as `Read.without` does."""
        for key, (made, found) in self._kept.items():
            self._kept[key] = (made, found.without(killed))

    def keep(self, key: Key, found: object) -> None:
        """Keeps a read that was just made; those that are too old go, and the oldest where there are too many."""
        now = self._clock()
        self._kept.pop(key, None)
        self._kept[key] = (now, found)
        while len(self._kept) > MOST or now - next(iter(self._kept.values()))[0] > OLDEST:
            self._kept.popitem(last=False)

    def recall(self, key: Key) -> Any:
        """The read under `key`, and `staleness` set; None where there is none that may be given now."""
        made, found = self._kept.get(key, (0.0, None))
        now = self._clock()
        age = now - made
        if found is None or age > OLDEST or (self._ends is not None and now > self._ends):
            return None
        staleness.set(max(age, staleness.get() or 0.0))
        return found
