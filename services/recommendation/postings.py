"""Who has a term, and what follows from it: for every article a bound that its score with another one cannot pass."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Bounding = NDArray[np.float32]

CEILINGS = np.arange(1, 257, dtype=np.float32) ** 2
"""Weights in one byte, none lower than the weight it stands for, since it is for bounds: the next square."""
Windows = Sequence[tuple[int, int]]
"""Runs of slots, ascending: the first of each, and the one behind its last."""

_APART = 1024
"""Near slots less apart than this are in one window: a step to a window takes as long as some entries in it."""


class Postings:
    """The articles that have a term: their slots, ascending, and the ceiling of the term's weight in each."""

    __slots__ = ("ceilings", "slots")

    def __init__(self) -> None:
        self.slots = array("I")
        self.ceilings = array("B")

    def add(self, slot: int, ceiling: int) -> None:
        """Put a slot in, which is not there yet. `ceiling`: the place of its weight in `CEILINGS`."""
        place = bisect_left(self.slots, slot) if self.slots and slot < self.slots[-1] else len(self.slots)
        self.slots.insert(place, slot)
        self.ceilings.insert(place, ceiling)

    def remove(self, slot: int) -> None:
        """Take a slot out, which is there."""
        place = bisect_left(self.slots, slot)
        self.slots.pop(place)
        self.ceilings.pop(place)

    def pieces(self, windows: Windows) -> Iterator[tuple[memoryview, memoryview]]:
        """The slots in some windows, and the ceilings beside them: not to be kept, since an array that is viewed cannot
        grow."""
        slots, ceilings = memoryview(self.slots), memoryview(self.ceilings)
        for first, behind in windows:
            part = slice(bisect_left(self.slots, first), bisect_left(self.slots, behind))
            yield slots[part], ceilings[part]


Asked = Sequence[tuple[Postings, int]]
"""Terms of an article, each with its weight in it."""


class Bounds:
    """By slot, what the score with an article cannot pass, in millionths.

    What the rare terms add is known for all, what the frequent ones add in some windows. Of the rest only the lengths
    are known: `frequent` of all but the rare terms, `common` of those that have no postings; `mine` is the slot of the
    article whose they are. `factors`: what a dot product is multiplied by.
    """

    def __init__(self, mine: int, frequent: NDArray[np.uint16], common: NDArray[np.uint16], factors: Bounding) -> None:
        self._mine = mine
        self._common = common
        self._factors = factors
        self._dots = np.zeros(len(factors), np.float32)
        self.rows = frequent * np.float32(frequent[mine])

    def add_rare(self, asked: Asked) -> None:
        """Look at the rare terms."""
        _add_up(self._dots, asked, [(0, len(self._dots))])
        self.rows += self._dots
        self.rows *= self._factors

    def add_frequent(self, asked: Asked, windows: Windows) -> None:
        """Look at the frequent terms in windows where that was not done yet, when all rare ones were looked at."""
        _add_up(self._dots, asked, windows)
        for first, behind in windows:
            rows = self.rows[first:behind]
            np.multiply(self._common[first:behind], np.float32(self._common[self._mine]), out=rows)
            rows += self._dots[first:behind]
            rows *= self._factors[first:behind]


def _add_up(total: Bounding, asked: Asked, windows: Windows) -> None:
    """Add to `total`, by slot, what the terms add to the dot product with an article where they have these weights."""
    pieces = [(*piece, weight) for postings, weight in asked for piece in postings.pieces(windows)]
    if not pieces:
        return
    # All at once: a step of numpy for each term takes longer than the numbers in it.
    slots, ceilings, weights = zip(*pieces, strict=True)
    products = np.repeat(np.array(weights, np.float32), list(map(len, slots)))
    products *= CEILINGS[np.frombuffer(b"".join(ceilings), np.uint8)]
    np.add.at(total, np.frombuffer(b"".join(slots), np.uint32), products)


def around(slots: NDArray[np.intp]) -> list[tuple[int, int]]:
    """The windows that hold these slots, which ascend."""
    if not len(slots):
        return []
    gaps = np.flatnonzero(np.diff(slots) > _APART)
    firsts, lasts = slots[np.append(0, gaps + 1)], slots[np.append(gaps, len(slots) - 1)]
    return list(zip(firsts.tolist(), (lasts + 1).tolist(), strict=True))


def between(windows: Windows, count: int) -> list[tuple[int, int]]:
    """The windows that hold all other slots of so many."""
    firsts, behinds = [first for first, _ in windows], [behind for _, behind in windows]
    return list(zip([0, *behinds], [*firsts, count], strict=True))
