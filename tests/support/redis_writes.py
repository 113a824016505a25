"""When a Redis was last told anything that readers get, from the events of its keys."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

from redis.asyncio import Redis
from redis.exceptions import RedisError

from shared.tasks import end
from tests.support.content import is_content
from tests.support.waiting import PAUSE

CHANNEL = "__keyspace@0__:"


class Writes:
    """`last`: the second of the monotonic clock in which a key of the content was written last, or, where that is not
    known since the connection was away, in which it came back. Never too early."""

    def __init__(self) -> None:
        self.last = time.monotonic()

    async def silence(self, seconds: float, at_most: float) -> None:
        """Returns once nothing has been written for so many seconds, or after `at_most`."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(at_most):
                while (left := self.last + seconds - time.monotonic()) > 0:  # noqa: ASYNC110 - it is asked when it is over
                    await asyncio.sleep(left)

    async def listen(self, url: str) -> None:
        """Hears of all writes, through restarts of Redis; does not return."""
        while True:
            with contextlib.suppress(RedisError, OSError):
                async with Redis.from_url(url) as redis, redis.pubsub() as heard:
                    await heard.psubscribe(f"{CHANNEL}masthead:*")
                    await redis.config_set("notify-keyspace-events", "KA")
                    self.last = time.monotonic()
                    async for message in heard.listen():
                        if is_content(message["channel"].decode().removeprefix(CHANNEL)):
                            self.last = time.monotonic()
            await asyncio.sleep(PAUSE)


@contextlib.asynccontextmanager
async def heard_writes(url: str) -> AsyncIterator[Writes]:
    """Listens until the block ends."""
    writes = Writes()
    listening = asyncio.create_task(writes.listen(url))
    try:
        yield writes
    finally:
        await end(listening)
