"""What every process of the edge says of itself in Redis (`shared.redis_keys.edge`)."""

from shared.messages import Message

OLDEST = 30.0
"""Seconds for which an edge may give again what it has read, while Redis is away."""
LEASE = OLDEST + 1.0
"""Seconds for which an edge may give anything from memory after it has last sent its registration."""
REGISTERED = LEASE + 1.0
"""Seconds for which a registration stays in Redis. They begin later than those of the lease and are more: so whoever is
not registered gives nothing from memory, by whatever clock."""


class EdgeState(Message, frozen=True):
    """A process of the edge: where it is, and the place in `KILL_ORDER` up to which its memory is clean."""

    id: str
    host: str
    address: str
    kills: int
