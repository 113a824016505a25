"""What every process of the edge says of itself in Redis (`shared.redis_keys.EDGES`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.codec import decode
from shared.messages import Message

OLDEST = 30.0
"""Seconds for which an edge may give again what it has read, while Redis is away."""
LEASE = OLDEST + 1.0
"""Seconds for which an edge may give anything from memory after it has last sent its registration."""
REGISTERED = LEASE + 1.0
"""Seconds for which a registration stays in Redis. They begin later than those of the lease and are more: so whoever is
not registered gives nothing from memory, by whatever clock."""
SILENT = 2.0
"""Seconds after which a process that was not heard of counts as silent: it looks five times a second."""


class EdgeState(Message, frozen=True):
    """A process of the edge: where it is, and the place in `KILL_ORDER` up to which its memory is clean."""

    id: str
    host: str
    address: str
    kills: int


@dataclass(frozen=True)
class Registered:
    """A process that counts, and for how many seconds it does so without being heard of again."""

    state: EdgeState
    seconds_left: float

    @property
    def silent_for(self) -> float:
        """Seconds since it was heard of last."""
        return max(0.0, REGISTERED - self.seconds_left)


def registered(raw: Mapping[bytes, bytes], clock: Sequence[int]) -> list[Registered]:
    """The processes that count, by id. `raw` is the hash `EDGES`, `clock` what Redis says to TIME."""
    now = clock[0] * 1000 + clock[1] // 1000
    found = []
    for value in raw.values():
        until, _, state = value.partition(b":")
        if int(until) >= now:
            found.append(Registered(decode(state, EdgeState), (int(until) - now) / 1000))
    return sorted(found, key=lambda one: one.state.id)
