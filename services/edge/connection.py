"""The edge's one way to Redis: commands in, replies out, or `Unavailable`."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import BusyLoadingError, RedisError, ResponseError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.maint_notifications import MaintNotificationsConfig

from services.edge.silence import Silence
from shared.logs import logger

Command = tuple[str | int, ...]
Run = Callable[[Sequence[Command]], Awaitable[list[Any]]]
"""Sends the commands in one round trip and gives their replies. Raises RedisAway."""


class Unavailable(Exception):
    """Nothing true can be said right now; the text says why, and may be read by anybody."""


class RedisAway(Unavailable):
    """Redis itself does not answer, or not in time."""


class RedisConnection:
    """A pool of connections; none is made before the first command."""

    def __init__(self, url: str, timeout: float, connections: int) -> None:
        """`timeout` in seconds, for each of: waiting for a connection, making one, a reply."""
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=connections,
            timeout=timeout,
            socket_timeout=timeout,
            socket_connect_timeout=timeout,
            protocol=3,
            # With these notifications on, as they are unless told otherwise, the pool hands out connections on which
            # something lies unread: one request would be given the replies of another. Off, and without saying which
            # library this is, a new connection costs one round trip instead of three: a slow Redis answers in time.
            maint_notifications_config=MaintNotificationsConfig(enabled=False),
            driver_info=None,
            # A connection that died in the pool is replaced without a word; a time-out is not tried again.
            retry=Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,)),
        )
        self._redis = Redis(connection_pool=pool)
        self._answers = True
        # A request has waited for something else, too, before it is given up: half the time of silence is enough.
        self._silence = Silence(timeout / 2)

    async def run(self, commands: Sequence[Command]) -> list[Any]:
        """See `Run`. Replies are bytes, integers, None, or lists of them."""
        pipeline = self._redis.pipeline(transaction=False)
        for command in commands:
            pipeline.execute_command(*command)
        began = self._silence.begin()
        if began is None:
            raise RedisAway("Redis does not answer in time")
        replied = gave_up = False
        try:
            replies = await pipeline.execute()
            replied = True
        except asyncio.CancelledError:
            gave_up = True
            raise
        except (RedisError, OSError) as error:
            replied, gave_up = isinstance(error, ResponseError), isinstance(error, RedisTimeoutError)
            if self._answers:
                logger().warning("Redis does not answer", error=type(error).__name__, text=str(error))
            self._answers = False
            raise RedisAway(_reason(error)) from error
        finally:
            self._silence.end(began, replied=replied, gave_up=gave_up)
        if not self._answers:
            logger().info("Redis answers again")
        self._answers = True
        return replies

    async def close(self) -> None:
        """Closes every connection."""
        await self._redis.aclose()
        await self._redis.connection_pool.aclose()


def _reason(error: Exception) -> str:
    """What may be said in public: no address, no key."""
    match error:
        case BusyLoadingError():
            return "Redis is loading its data"
        case RedisTimeoutError():
            return "Redis does not answer in time"
        case ResponseError():
            return "Redis refuses to answer"
        case _:
            return "Redis is away"
