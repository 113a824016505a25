"""A process of the edge in Redis: it hears of every kill, cleans its memory, and says up to which kill that is done."""

import asyncio
import contextlib
import secrets
import socket

from services.edge.builds import Builds
from services.edge.connection import Run, Unavailable
from shared import redis_keys as keys
from shared.codec import encode
from shared.edges import LEASE, REGISTERED, EdgeState
from shared.scripts import script_text

_REGISTER = script_text("register")
EVERY = 0.2
"""Seconds between two looks. So long, and two round trips, a kill takes to reach the memory of a process."""
REFUSED = 2.0
"""Seconds after which a registration is sent again that Redis did not take. Kills are heard of all the same."""


class Registration:
    """One process, under an id of its own. `address` is where it listens.

    From `run` on the memory of `builds` is a loan: it ends `LEASE` seconds after the last registration was sent, and
    that stays in Redis for longer. So nobody gives from memory who is not registered.
    """

    def __init__(self, builds: Builds, run: Run, address: str) -> None:
        self.id = secrets.token_hex(6)
        self._builds = builds
        self._run = run
        self._address = address
        self._seen = 0
        self._not_before = 0.0

    async def run(self) -> None:
        """Looks until cancelled. While Redis is away it goes on looking."""
        self._builds.memory.lend_until(self._builds.memory.now())
        while True:
            with contextlib.suppress(Unavailable):
                await self.look()
            await asyncio.sleep(EVERY)

    async def look(self) -> None:
        """Hears of the kills since the last look, cleans the memory, and says so. Raises Unavailable."""
        await self._hear()
        sent = self._builds.memory.now()
        if sent < self._not_before:
            return
        state = EdgeState(id=self.id, host=socket.gethostname(), address=self._address, kills=self._seen)
        try:
            text, milliseconds = encode(state).decode(), int(REGISTERED * 1000)
            await self._run([("EVAL", _REGISTER, 1, keys.EDGES, self.id, text, milliseconds)])
        except Unavailable:
            self._not_before = sent + REFUSED
            raise
        self._builds.memory.lend_until(sent + LEASE)

    async def end(self) -> None:
        """Takes the process out of Redis, once it serves nobody any more; without an answer its time ends there."""
        with contextlib.suppress(Unavailable):
            await self._run([("HDEL", keys.EDGES, self.id)])

    async def _hear(self) -> None:
        """Asks from the last kill on that it has heard of; for all, where Redis does not know that one any more."""
        killed = await self._after(self._seen)
        if self._seen and (not killed or killed[0][1] != self._seen):
            self._seen = 0
            killed = await self._after(0)
        self._builds.learn(killed_id for killed_id, _ in killed)
        self._seen = killed[-1][1] if killed else 0

    async def _after(self, moment: int) -> list[tuple[str, int]]:
        (found,) = await self._run([("ZRANGEBYSCORE", keys.KILL_ORDER, moment, "+inf", "WITHSCORES")])
        return [(killed_id.decode(), int(score)) for killed_id, score in found]
