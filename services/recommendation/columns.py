"""Numbers of many articles side by side: arrays that grow, spans of them that are given back, and texts as numbers.

A number in such an array takes its own bytes and nothing else; as an object of Python it would take thirty more.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

_STEP = 4


class Column:
    """An array with a row for each number from 0 up, all zero until they are set. `rows` is not to be held on to."""

    def __init__(self, kind: type[np.generic], width: int = 0) -> None:
        self._shape = (width,) if width else ()
        self.rows: NDArray[Any] = np.zeros((64, *self._shape), kind)

    def reach(self, count: int) -> None:
        """Make room for `count` rows. Grown by an eighth at a time, in place where the system can."""
        if count > len(self.rows):
            self.rows.resize((max(count, len(self.rows) * 9 // 8), *self._shape))


class Spans:
    """Which parts of a long array are in use. What was given back is given out again for as many rows."""

    def __init__(self) -> None:
        self.end = 0
        self.free: dict[int, list[int]] = {}

    def take(self, count: int) -> int:
        """The first row of a part for `count` rows."""
        steps = -(-count // _STEP)
        if self.free.get(steps):
            return self.free[steps].pop()
        start = self.end
        self.end += steps * _STEP
        return start

    def give_back(self, start: int, count: int) -> None:
        """The part for `count` rows that began at `start` may be used again."""
        self.free.setdefault(-(-count // _STEP), []).append(start)


class Words:
    """Texts as numbers from 0 up, in the order in which they were first met. None is ever taken back."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self.texts = list(texts)
        self._numbers = {text: number for number, text in enumerate(self.texts)}

    def __len__(self) -> int:
        return len(self.texts)

    def number(self, text: str) -> int:
        """The number of a text, given to it now if it has none."""
        found = self._numbers.setdefault(text, len(self.texts))
        if found == len(self.texts):
            self.texts.append(text)
        return found
