"""Who has a term, and what follows from it: for every article a bound that its score with another one cannot pass."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Bounding = NDArray[np.float32]
Lengths = NDArray[np.uint16]
Among = NDArray[np.bool_] | None

CEILINGS = np.arange(1, 257, dtype=np.float32) ** 2
"""Weights in one byte, none lower than the weight it stands for, since it is for bounds: the next square."""

_APART = 1024
"""Near slots less apart than this are in one window: a step to a window takes as long as some entries in it."""
_PART = 1 << 15
"""So many bounds are computed at a time: all that it takes fits into a core's own memory."""
_STRANDS = 8
"""So many times as many strands as slots are asked for are all slots dealt out to: the highest of each is looked at."""


class Window(NamedTuple):
    """A run of slots: the `first`, and the one `behind` its last; what dot products are multiplied by there."""

    first: int
    behind: int
    factors: float | Bounding


Windows = Sequence[Window]
"""They ascend, and none meets another."""


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
        for first, behind, _ in windows:
            part = slice(bisect_left(self.slots, first), bisect_left(self.slots, behind))
            yield slots[part], ceilings[part]


Asked = Sequence[tuple[Postings, int]]
"""Terms of an article, each with its weight in it."""


class Bounds:
    """By slot, what the score with an article cannot pass, in millionths, 0 for itself.

    What the rare terms add is known for all, what the frequent ones add in some windows. Of the rest only the lengths
    are known: `frequent` of all but the rare terms, `common` of those that have no postings; `mine` is the slot of the
    article whose they are. A dot product is multiplied by `far`, in a window by its factors. `among`: who counts.
    """

    def __init__(self, mine: int, frequent: Lengths, common: Lengths, far: float, among: Among = None) -> None:
        self._mine = mine
        self._frequent = frequent
        self._common = common
        self._far = far
        self._among = among
        self._dots = np.zeros(len(frequent), np.float32)
        self.rows = np.empty_like(self._dots)

    def add_rare(self, asked: Asked) -> None:
        """Look at the rare terms."""
        everywhere = [Window(0, len(self._dots), self._far)]
        _add_up(self._dots, asked, everywhere)
        self._bound(self._frequent, everywhere)

    def add_frequent(self, asked: Asked, windows: Windows) -> None:
        """Look at the frequent terms in windows where that was not done yet, when all rare ones were looked at."""
        _add_up(self._dots, asked, windows)
        self._bound(self._common, windows)

    def _bound(self, lengths: Lengths, windows: Windows) -> None:
        """Bounds in windows, from what was looked at and, for the rest, from lengths."""
        for first, behind, factors in windows:
            for start in range(first, behind, _PART):
                part = slice(start, min(start + _PART, behind))
                rows = self.rows[part]
                np.multiply(lengths[part], np.float32(lengths[self._mine]), out=rows)
                rows += self._dots[part]
                rows *= factors if isinstance(factors, float) else factors[part.start - first : part.stop - first]
                if self._among is not None:
                    rows *= self._among[part]
        self.rows[self._mine] = 0

    def highest(self, most: int, least: int) -> NDArray[np.intp]:
        """Slots with the highest bounds from `least` up: at least so many, if there are, and seldom many more."""
        # As many strands as slots are asked for reach what the last of them reaches, so as many slots do, too.
        strands = _STRANDS * most
        some = self.rows[: len(self.rows) // strands * strands].reshape(-1, strands)
        reach = np.partition(some.max(axis=0), -most)[-most] if len(some) else least
        return np.flatnonzero(self.rows >= max(reach, least))


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
    """Runs of slots that hold these, which ascend: the first of each, and the one behind its last."""
    if not len(slots):
        return []
    gaps = np.flatnonzero(np.diff(slots) > _APART)
    firsts, lasts = slots[np.append(0, gaps + 1)], slots[np.append(gaps, len(slots) - 1)]
    return list(zip(firsts.tolist(), (lasts + 1).tolist(), strict=True))


def between(windows: Windows, count: int, far: float) -> list[Window]:
    """The windows that hold all other slots of so many."""
    firsts, behinds = [window.first for window in windows], [window.behind for window in windows]
    return [Window(*run, far) for run in zip([0, *behinds], [*firsts, count], strict=True)]
