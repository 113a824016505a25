"""Tasks that are to end."""

import asyncio
from typing import Any


async def end(*tasks: "asyncio.Task[Any]", again: float = 5.0) -> None:
    """Cancels tasks and returns when all are done; what one raises is in the task.

    One that is not done `again` seconds later is cancelled again: before Python 3.12 `asyncio.wait_for`, with which
    redis-py writes, drops a cancellation that comes in the moment in which its own work is done (python/cpython#86296).
    In a task that asks Redis in a loop that was one of thirty.
    """
    while left := {task for task in tasks if not task.done()}:
        for task in left:
            task.cancel()
        await asyncio.wait(left, timeout=again)
