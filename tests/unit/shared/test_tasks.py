"""Tasks that are to end, also those in which a cancellation gets lost."""

import asyncio

from shared.tasks import end


async def test_a_task_that_drops_its_first_cancellation_is_ended() -> None:
    dropped = 0

    async def deaf() -> None:
        nonlocal dropped
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            dropped += 1
        await asyncio.Event().wait()

    async def other() -> None:
        await asyncio.Event().wait()

    tasks = asyncio.create_task(deaf()), asyncio.create_task(other())
    await asyncio.sleep(0)
    await asyncio.wait_for(end(*tasks, again=0.01), 5)
    assert (dropped, [task.cancelled() for task in tasks]) == (1, [True, True])


async def test_a_task_that_cleans_up_is_left_to_it() -> None:
    cleaned = asyncio.Event()

    async def cleans() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.01)
            cleaned.set()

    task = asyncio.create_task(cleans())
    await asyncio.sleep(0)
    await end(task)
    assert cleaned.is_set()


async def test_one_that_is_done_is_not_waited_for() -> None:
    async def fails() -> None:
        raise ValueError("its own")

    task = asyncio.create_task(fails())
    await asyncio.wait({task})
    await end(task)
    assert str(task.exception()) == "its own"
