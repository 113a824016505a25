"""What Redis keeps of the purges that a kill has caused, for the receipt."""

from typing import Literal

from shared.messages import Message

KEPT = 7 * 24 * 3600
"""Seconds for which it is kept."""
Round = Literal["first", "second"]
"""`first`: once the edge shows it no more. `second`: once nothing that the edge was asked before can be under way."""


class PurgeState(Message, frozen=True):
    """How one round at the cache of one edition stands. `at` is UTC; `detail` says why it failed the last time."""

    outcome: Literal["waiting", "failing", "done"]
    at: str
    attempts: int = 0
    detail: str = ""
