"""Reading of one build: what belongs together comes from the same build, though it may be switched meanwhile.

Every attempt to read ends by asking, in one round trip, for the killed ids among those it would show and for the live
build again. When that is another one by then, keys of the old build may have been missing, and all is read once more.

While Redis is away, what was read within the last half minute is given again, marked stale (`services.edge.memory`).
A kill that this process has ever heard of holds for all that it says, whatever Redis says later.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Self, TypeVar

from pydantic import TypeAdapter

from services.edge.connection import Command, RedisAway, Run, Unavailable
from services.edge.deadline import deadline
from services.edge.kills import Kills
from services.edge.memory import Key, Memory, staleness
from shared import redis_keys as keys
from shared.editions import Edition
from shared.fragments import Fragment, unpack

Shell = Mapping[str, Fragment]
"""An edition's own fragments by name."""


@dataclass(frozen=True)
class Read:
    """What every read brings: the build it is of, that build's editions by slug, and which ids are killed.

    `killed` holds all of the read's own ids that are, and others beside: that it is not empty says nothing.
    """

    build: str
    editions: Mapping[str, Edition]
    killed: frozenset[str]

    def without(self, killed: Set[str]) -> Self:
        """This read, as it would be had these ids been killed before it."""
        return replace(self, killed=self.killed | killed)


R = TypeVar("R", bound=Read)
Attempt = Callable[[str], Awaitable[tuple[R, bytes | None]]]
"""Reads of the build with this name; gives what it found, and which build was live at the end."""


class IncompleteBuild(Exception):
    """The build has no editions: it is being dropped, or was never made."""


class Builds:
    """The way to the builds. All round trips of one request together may take `timeout` seconds."""

    def __init__(self, run: Run, timeout: float) -> None:
        self.run = run
        self._timeout = timeout
        self.memory = Memory()
        self._kills = Kills()

    def learn(self, ids: Iterable[str]) -> None:
        """These ids are killed: nothing in memory shows them any more."""
        if new := self._kills.add(ids):
            self.memory.forget(new)

    async def read(self, attempt: Attempt[R], key: Key | None = None) -> R:
        """What `attempt` finds in the live build; what the last one under `key` found where Redis is away or slow.

        A request that was given a read from memory asks Redis no more: it would wait for it again. Raises Unavailable
        where there is none or it is too old, and where no build is live.
        """
        heard = self._kills.heard
        try:
            if staleness.get() is not None:
                raise RedisAway("Redis is away")
            found = await self._read(attempt)
        except RedisAway:
            kept: R | None = self.memory.recall(key) if key is not None else None
            if kept is None:
                raise
            return kept
        if meanwhile := self._kills.since(heard):
            found = found.without(meanwhile)
        if key is not None:
            self.memory.keep(key, found)
        return found

    async def _read(self, attempt: Attempt[R]) -> R:
        try:
            async with asyncio.timeout_at(deadline(self._timeout)):
                (live,) = await self.run([("GET", keys.LIVE)])
                for _ in range(2):
                    if live is None:
                        raise Unavailable("no build is complete")
                    found: R | None = None
                    try:
                        found, now_live = await attempt(live.decode())
                    except IncompleteBuild:
                        (now_live,) = await self.run([("GET", keys.LIVE)])
                    if now_live == live:
                        if found is None:
                            raise Unavailable("the live build has no editions")
                        return found
                    live = now_live
        except TimeoutError as error:
            raise RedisAway(f"Redis did not answer within {self._timeout:g} s") from error
        raise Unavailable("the build was switched twice during one request")

    async def confirm(self, ids: Iterable[str]) -> tuple[frozenset[str], bytes | None]:
        """The killed among `ids`, and the live build: the last round trip of an attempt."""
        asked = sorted(set(ids))
        commands: list[Command] = [("SMISMEMBER", keys.KILLED, *asked)] if asked else []
        *flags, live = await self.run([*commands, ("GET", keys.LIVE)])
        for told in flags:
            self.learn(i for i, flag in zip(asked, told, strict=True) if flag)
        return frozenset(i for i in asked if i in self._kills), live


def read_editions(raw: bytes | None) -> Mapping[str, Edition]:
    """The editions by slug, in the network's order. Raises IncompleteBuild where there are none."""
    if raw is None:
        raise IncompleteBuild
    return _parse_editions(raw)


def read_shell(names: Sequence[str], values: Sequence[bytes | None]) -> Shell:
    """The fragments that exist, of those asked for."""
    return {name: unpack(value) for name, value in zip(names, values, strict=True) if value is not None}


_EDITIONS = TypeAdapter(tuple[Edition, ...])


@lru_cache(maxsize=8)
def _parse_editions(raw: bytes) -> Mapping[str, Edition]:
    return {edition.slug: edition for edition in _EDITIONS.validate_json(raw)}
