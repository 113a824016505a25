"""The supervisor in the foreground: one process tree that Ctrl-C, SIGTERM or a closed terminal stops as a whole."""

import asyncio
import contextlib
import signal
from collections.abc import Coroutine, Sequence
from typing import Any

from infra.native.progress import Progress
from infra.native.stack import Stack


async def run_foreground(stack: Stack, then: Sequence[str], progress: Progress) -> int:
    """Bring the stack up, run the command `then`, and keep all running until a signal; returns the exit code.

    0 after a signal once all was ready, 130 when the signal came before, the command's own code if that fails. A second
    signal kills what still takes its time to stop. Raises what `Stack.up()` raises.
    """
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()

    def on_signal() -> None:
        if stop.is_set():
            stack.hurry()
        stop.set()

    hang_up = () if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else (signal.SIGHUP,)  # nohup stays nohup
    for number in (signal.SIGINT, signal.SIGTERM, *hang_up):
        loop.add_signal_handler(number, on_signal)
    if not await _unless_stopped(stop, stack.up()):
        progress.line("Everything is stopped.")
        return 130
    try:
        return await _work(then, stop, progress)
    finally:
        await stack.down()
        progress.line("Everything is stopped.")


async def _work(then: Sequence[str], stop: asyncio.Event, progress: Progress) -> int:
    if then:
        # a session of its own: the terminal's Ctrl-C reaches only the supervisor, which ends the command
        process = await asyncio.create_subprocess_exec(*then, start_new_session=True)
        if not await _unless_stopped(stop, process.wait()):
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            await process.wait()
            return 130
        if process.returncode != 0:
            progress.line(f"{' '.join(then)} ended with exit code {process.returncode}")
            return process.returncode or 1
        progress.line("Running; Ctrl-C stops it.")
    await stop.wait()
    return 0


async def _unless_stopped(stop: asyncio.Event, work: Coroutine[Any, Any, object]) -> bool:
    """Do `work` to its end and return True; cancel it and return False when `stop` is set before."""
    working, stopping = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if working.done():
        await working
        return True
    working.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await working
    return False
