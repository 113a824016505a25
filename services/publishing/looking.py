"""Looking again and again at what may have changed."""

import asyncio
from collections.abc import Awaitable, Callable

from shared.errors import is_infrastructure
from shared.logs import logger

LOOK_EVERY = 1.0
"""Seconds between two looks, where nothing says that one is due."""


async def look_again_and_again(look: Callable[[], Awaitable[None]], changed: asyncio.Event, waits: str) -> None:
    """Calls `look` when `changed` is set, and every second, until cancelled.

    While a broker or Redis is away, the log says that it `waits`, in those words. Raises what else `look` raises.
    """
    while True:
        try:
            await look()
        except Exception as error:
            if not is_infrastructure(error):
                raise
            logger().warning(waits, reason=f"{type(error).__name__}: {error}")
        try:
            await asyncio.wait_for(changed.wait(), LOOK_EVERY)
        except TimeoutError:
            continue
        changed.clear()
