"""What purging reads and writes in Redis: who has confirmed a kill, and what became of the purges."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis

from shared import redis_keys as keys
from shared.codec import decode, encode
from shared.edges import SILENT, registered
from shared.entries import Entry
from shared.purges import KEPT, PurgeState, Round


@dataclass(frozen=True)
class Unconfirmed:
    """How many processes of the edge have not confirmed a kill: of those that are heard of, and of the silent ones.
    `told_ago` is for how many seconds Redis has known of the kill."""

    heard: int
    silent: int
    told_ago: float


class PurgeStore:
    """Redis, as purging sees it. Errors of redis-py pass through."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis

    async def announce(self, kinds: Mapping[str, str]) -> None:
        """Says which editions have a cache, and of what kind; so that a receipt waits for them."""
        if kinds:
            await self._redis.set(keys.CACHES, encode(kinds))
        else:
            await self._redis.delete(keys.CACHES)

    async def unconfirmed(self, killed_id: str) -> Unconfirmed | None:
        """Who has not confirmed a kill. None while Redis itself has not been told of it."""
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.zscore(keys.KILL_ORDER, killed_id)
            pipe.hgetall(keys.EDGES)
            pipe.time()
            told, raw, clock = await pipe.execute()
        if told is None:
            return None
        silent = [one.silent_for > SILENT for one in registered(raw, clock) if one.state.kills < int(told)]
        return Unconfirmed(silent.count(False), silent.count(True), clock[0] + clock[1] / 1e6 - told / 1e6)

    async def keep_entry(self, article_id: str) -> None:
        """Keeps where an article stands, before it is killed."""
        if (live := await self._redis.get(keys.LIVE)) is None:
            return
        entry = await self._redis.hget(keys.entry(live.decode(), article_id), "article/entry")
        if entry is not None:
            await self._redis.set(keys.stood(article_id), entry, nx=True, ex=KEPT)

    async def kept_entry(self, article_id: str) -> Entry | None:
        """Where an article stood, if that is kept."""
        entry = await self._redis.get(keys.stood(article_id))
        return decode(entry, Entry) if entry is not None else None

    async def forget_entry(self, article_id: str) -> None:
        """No cache needs to be told of it any more."""
        await self._redis.delete(keys.stood(article_id))

    async def showers(self, killed_id: str) -> list[Entry]:
        """The articles that may show what is killed."""
        if (live := await self._redis.get(keys.LIVE)) is None:
            return []
        build = live.decode()
        ids = sorted(i.decode() for i in await self._redis.smembers(keys.shown_by(build, killed_id)))
        async with self._redis.pipeline(transaction=False) as pipe:
            for shower in ids:
                pipe.hget(keys.entry(build, shower), "article/entry")
            return [decode(entry, Entry) for entry in await pipe.execute() if entry is not None]

    async def note(self, killed_id: str, states: Mapping[tuple[str, Round], PurgeState]) -> None:
        """Notes how rounds at editions' caches stand."""
        told = {f"{edition}/{turn}": encode(state) for (edition, turn), state in states.items()}
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.hset(keys.purges(killed_id), mapping=told)
            pipe.expire(keys.purges(killed_id), KEPT)
            await pipe.execute()
