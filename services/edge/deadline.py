"""Until when one request may ask Redis: the time is one for all its reads, not one for each."""

import asyncio
from contextvars import ContextVar

_began: ContextVar[float | None] = ContextVar("began", default=None)


def begin() -> None:
    """In the task of a request, at its start: its time runs from here."""
    _began.set(asyncio.get_running_loop().time())


def deadline(seconds: float) -> float:
    """The end of this many seconds, in the time of the loop: from the start of the request, or from now where there is
    no request."""
    began = _began.get()
    return (asyncio.get_running_loop().time() if began is None else began) + seconds
