"""Numbers of many articles side by side: arrays that grow, spans of them that are given back, and texts as numbers.

A number in such an array takes its own bytes and nothing else; as an object of Python it would take thirty more.
"""

import math
from collections.abc import Iterable, Sequence
from mmap import MAP_ANONYMOUS, MAP_PRIVATE, mmap
from typing import Any

import numpy as np
from numpy.typing import NDArray

STEP = 4
"""Of so many rows a span is made up."""
LONG = 1 << 17
"""Bytes from which on an array has pages of its own."""


class Column:
    """An array with a row for each number from 0 up, all zero until they are set. `rows` is not to be held on to.

    A long one has pages of its own: when it grows the system moves these without copying, leaves no hole between other
    arrays, and gives memory to what is used of it only. They are private: a forked process sees them as they were.
    """

    def __init__(self, kind: type[np.generic], width: int = 0) -> None:
        self._shape = (width,) if width else ()
        self._pages: mmap | None = None
        self.rows: NDArray[Any] = np.zeros((64, *self._shape), kind)

    def reach(self, count: int) -> None:
        """Make room for `count` rows."""
        if count <= len(self.rows):
            return
        shape = (max(count, len(self.rows) * 9 // 8), *self._shape)
        size = math.prod(shape) * self.rows.itemsize
        if size < LONG:
            self.rows.resize(shape)
        elif self._pages is None:
            self._pages, before = mmap(-1, size, flags=MAP_PRIVATE | MAP_ANONYMOUS), self.rows
            self.rows = np.ndarray(shape, before.dtype, self._pages)
            self.rows[: len(before)] = before
        else:
            kind, self.rows = self.rows.dtype, self.rows[:0].copy()  # pages that are viewed cannot grow
            self._pages.resize(size)
            self.rows = np.ndarray(shape, kind, self._pages)


class Spans:
    """Which parts of a long array are in use. What was given back is given out again for as many rows."""

    def __init__(self) -> None:
        self.end = 0
        self.free: dict[int, list[int]] = {}

    def take(self, count: int) -> int:
        """The first row of a part for `count` rows."""
        steps = -(-count // STEP)
        if self.free.get(steps):
            return self.free[steps].pop()
        start = self.end
        self.end += steps * STEP
        return start

    def give_back(self, start: int, count: int) -> None:
        """The part for `count` rows that began at `start` may be used again."""
        self.free.setdefault(-(-count // STEP), []).append(start)


class Pieces:
    """Bytes by slot, as many as each has, in one long array; none for a slot that was not given any."""

    def __init__(self) -> None:
        self.spans = Spans()
        self.data = Column(np.uint8)
        self.columns = {"start": Column(np.uint32), "size": Column(np.uint32)}
        self._views: tuple[memoryview, memoryview, memoryview] | None = None

    def put(self, slot: int, piece: bytes) -> None:
        """Give a slot that has none its bytes."""
        self._views = None  # an array that is viewed cannot grow
        start, size = self.spans.take(len(piece)), len(piece)
        self.data.reach(self.spans.end)
        self.data.rows[start : start + size] = np.frombuffer(piece, np.uint8)
        for column, value in zip(self.columns.values(), (start // STEP, size), strict=True):
            column.reach(slot + 1)
            column.rows[slot] = value

    def drop(self, slot: int) -> None:
        """Take them away."""
        start, size = (column.rows for column in self.columns.values())
        self.spans.give_back(int(start[slot]) * STEP, int(size[slot]))
        size[slot] = 0

    def get(self, slot: int) -> memoryview:
        """The bytes of a slot, to be read and not to be kept."""
        start, size, data = self._views or self._viewed()
        first = start[slot] * STEP
        return data[first : first + size[slot]]

    def _viewed(self) -> tuple[memoryview, memoryview, memoryview]:
        """Numbers come out of these views three times as fast as out of the arrays."""
        start, size = self.columns.values()
        self._views = start.rows.data, size.rows.data, self.data.rows.data
        return self._views


class Words:
    """Texts as numbers from 0 up, in the order in which they were first met. None is ever taken back."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self.texts = list(texts)
        self._numbers = {text: number for number, text in enumerate(self.texts)}

    def __len__(self) -> int:
        return len(self.texts)

    def numbers(self, texts: Sequence[str]) -> list[int]:
        """The number of each text."""
        found = list(map(self._numbers.get, texts))
        return [self.number(text) if n is None else n for text, n in zip(texts, found, strict=True)]

    def number(self, text: str) -> int:
        """The number of a text, given to it now if it has none."""
        found = self._numbers.setdefault(text, len(self.texts))
        if found == len(self.texts):
            self.texts.append(text)
        return found
