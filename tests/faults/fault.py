"""What a fault is."""

from collections.abc import Awaitable, Callable
from random import Random
from typing import NamedTuple

from tests.support.newsroom import Newsroom


class Fault(NamedTuple):
    """`hurt` returns when it has been inflicted for the last time."""

    name: str
    hurt: Callable[[Newsroom, Random], Awaitable[None]]
