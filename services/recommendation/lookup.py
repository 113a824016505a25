"""Who has a number: slots by key, eight bytes for each, where a dictionary would take a hundred and more."""

from array import array
from bisect import bisect_left, insort
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

_SLOT = 24
_LATEST = 4096


class Lookup:
    """Pairs of a key (40 bits) and a slot (24 bits), each once, in one sorted array and a small one of the latest.

    What was removed from the long array stays there until the latest are sorted in, but is not found any more.
    """

    def __init__(self) -> None:
        self._pairs = memoryview(array("Q"))
        self._latest = array("Q")
        self._gone: set[int] = set()

    def find(self, key: int) -> Iterator[int]:
        """The slots with a key."""
        for pairs in (self._latest, self._pairs):
            place = bisect_left(pairs, key << _SLOT)
            while place < len(pairs) and pairs[place] >> _SLOT == key:
                if pairs is self._latest or pairs[place] not in self._gone:
                    yield pairs[place] & (1 << _SLOT) - 1
                place += 1

    def pairs(self) -> NDArray[np.uint64]:
        """All of them, in one array."""
        self._sort_in()
        return np.asarray(self._pairs, np.uint64)

    def fill(self, pairs: NDArray[np.uint64]) -> None:
        """Take in what `pairs` gave, instead of what is there."""
        self._pairs, self._latest, self._gone = pairs.data, array("Q"), set()

    def add(self, key: int, slot: int) -> None:
        """Take a pair in that is not there."""
        pair = key << _SLOT | slot
        if pair in self._gone:
            self._gone.remove(pair)
            return
        insort(self._latest, pair)
        if len(self._latest) >= _LATEST + len(self._pairs) // 64:
            self._sort_in()

    def remove(self, key: int, slot: int) -> None:
        """Take a pair out that is there."""
        pair = key << _SLOT | slot
        place = bisect_left(self._latest, pair)
        if place < len(self._latest) and self._latest[place] == pair:
            self._latest.pop(place)
        else:
            self._gone.add(pair)
            if len(self._gone) >= _LATEST:
                self._sort_in()

    def _sort_in(self) -> None:
        pairs, latest = np.asarray(self._pairs, np.uint64), np.frombuffer(self._latest, np.uint64)
        if self._gone:
            gone = np.fromiter(self._gone, np.uint64, len(self._gone))
            pairs = np.delete(pairs, np.searchsorted(pairs, gone))
        self._pairs = np.insert(pairs, np.searchsorted(pairs, latest), latest).data
        self._latest, self._gone = array("Q"), set()


class Texts:
    """The slot of each of many texts, without the texts: `text_of` says which a slot has, if any."""

    def __init__(self, text_of: Callable[[int], str]) -> None:
        self._text_of = text_of
        self._lookup = Lookup()
        self.count = 0

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, text: str) -> int:
        slot = self.get(text)
        if slot is None:
            raise KeyError(text)
        return slot

    def get(self, text: str) -> int | None:
        """The slot of a text, if it has one."""
        return next((slot for slot in self._lookup.find(_key(text)) if self._text_of(slot) == text), None)

    def add(self, text: str, slot: int) -> None:
        """Give a slot to a text that has none; `text_of` knows it by the next time that it is asked."""
        self._lookup.add(_key(text), slot)
        self.count += 1

    def remove(self, text: str, slot: int) -> None:
        """Take it away."""
        self._lookup.remove(_key(text), slot)
        self.count -= 1


def _key(text: str) -> int:
    return hash(text) & (1 << 40) - 1
