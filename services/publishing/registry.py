"""Which build stands, which one is live, and the rebuild that is running: what all instances of publishing agree on.

It lies in Redis. What decides between instances is one Lua call each time: none acts on what was true before.
"""

from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis
from redis.commands.core import AsyncScript

from shared import redis_keys as keys
from shared.codec import decode, encode
from shared.rebuilds import Rebuild
from shared.scripts import script_text

JUDGE_SECONDS = 15


@dataclass(frozen=True)
class Standing:
    """`build` is the one that our code writes, `live` the one that readers see; `rebuild` the newest, over or not."""

    build: str
    live: str | None
    rebuild: Rebuild | None
    running: bool


class Registry:
    """What stands, for one family of builds. Errors of redis-py pass through."""

    def __init__(self, redis: Redis, family: str) -> None:
        self.family = family
        self.redis: Any = redis
        self._promote = self._script("promote")
        self._begin = self._script("begin_rebuild")
        self._tell = self._script("tell_rebuild")

    def _script(self, name: str) -> AsyncScript:
        script: AsyncScript = self.redis.register_script(script_text(name))
        return script

    async def read(self, otherwise: str) -> Standing:
        """What stands, all of one moment. Where Redis does not know our build, it is `otherwise` from now on."""
        async with self.redis.pipeline(transaction=True) as pipe:
            pipe.hsetnx(keys.NAMES, self.family, otherwise)
            pipe.hget(keys.NAMES, self.family)
            pipe.get(keys.LIVE)
            pipe.hmget(keys.REBUILD, "state", "running")
            _, build, live, (state, running) = await pipe.execute()
        rebuild = decode(state, Rebuild) if state else None
        runs = rebuild is not None and running is not None and running.decode() == rebuild.id
        return Standing(build.decode(), live.decode() if live else None, rebuild, runs)

    async def begin(self, rebuild: Rebuild) -> bool:
        """Begins a rebuild; false where one is running."""
        return bool(await self._begin(keys=[keys.REBUILD], args=[rebuild.id, encode(rebuild)]))

    async def tell(self, rebuild: Rebuild) -> bool:
        """Says how a rebuild is, and that it is over where its stage says so; false where it was over before."""
        over = int(rebuild.stage == "over")
        return bool(await self._tell(keys=[keys.REBUILD], args=[rebuild.id, encode(rebuild), over]))

    async def promote(self, build: str, partitions: int, ended: Rebuild | None = None) -> bool:
        """Makes a build the live one, at once, if all its partitions are complete and nothing has come in between.

        `ended`: the rebuild that is over with that. What was live before is dropped where it is of another family; of
        our own, who still writes it drops it. Gives whether it was done.
        """
        names = [keys.LIVE, keys.NAMES, keys.complete(build), keys.REBUILD]
        state = ("", "") if ended is None else (ended.id, encode(ended))
        done, *before = await self._promote(keys=names, args=[self.family, build, partitions, *state])
        if done and before[0] and keys.family(before[0].decode()) != self.family:
            await self.drop(before[0].decode())
        return bool(done)

    async def drop(self, build: str) -> None:
        """Takes all keys of a build out of Redis, unless it is the live one."""
        if await self.redis.get(keys.LIVE) == build.encode():
            return
        async for key in self.redis.scan_iter(match=f"masthead:{build}:*", count=1000):
            await self.redis.unlink(key)

    async def judges(self, token: str) -> bool:
        """Whether the instance with this token compares the builds; for some seconds, then it must ask again."""
        if await self.redis.set(keys.REBUILD_JUDGE, token, nx=True, ex=JUDGE_SECONDS):
            return True
        if await self.redis.get(keys.REBUILD_JUDGE) != token.encode():
            return False
        await self.redis.expire(keys.REBUILD_JUDGE, JUDGE_SECONDS)
        return True
