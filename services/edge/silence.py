"""Whether Redis says nothing at all, to anybody: then one asks, and the others need not wait to hear nothing."""

import asyncio


class Silence:
    """Redis is silent from when somebody was given up on who had waited for `patience` seconds, and in all that time
    nobody had a reply, until the next reply. One that answers others, or that has just answered, is slow: not silent.
    """

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._heard = float("-inf")
        self._silent = False
        self._asking = 0

    def begin(self) -> float | None:
        """Somebody wants to ask: the moment, or None where another one is asking already. Ends by `end`."""
        if self._silent and self._asking:
            return None
        self._asking += 1
        return asyncio.get_running_loop().time()

    def end(self, began: float, *, replied: bool, gave_up: bool) -> None:
        """Who began then has a reply, has given up waiting, or neither: the connection broke."""
        self._asking -= 1
        now = asyncio.get_running_loop().time()
        if replied:
            self._heard, self._silent = now, False
        elif gave_up and now - max(began, self._heard) >= self._patience:
            self._silent = True
