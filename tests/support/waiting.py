"""Waiting for what a running stack promises, without guessing how long it takes."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import httpx

T = TypeVar("T")
PATIENCE = 20.0
PAUSE = 0.05


async def eventually(check: Callable[[], Awaitable[T]], within: float = PATIENCE) -> T:
    """What `check` gives once it raises no AssertionError any more; `within` in seconds.

        A lookup that finds nothing and a connection that fails count as "not yet", too. When the time is over the last
    failure is raised, as it was seen.
    """
    deadline = time.monotonic() + within
    while True:
        try:
            return await check()
        except (AssertionError, LookupError, httpx.TransportError) as error:
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {within:g} s; last seen: {type(error).__name__}: {error}") from error
        await asyncio.sleep(PAUSE)


async def until_time(moment: float) -> None:
    """Returns at `moment` (seconds since 1970): for promises about the clock, where there is nothing to ask."""
    await asyncio.sleep(max(0.0, moment - time.time()))
