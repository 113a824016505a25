"""The most similar articles of one article: the pool for its list, and a reserve below it to refill from."""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from services.recommendation.arrange import Pool, Shown
from services.recommendation.columns import Column
from services.recommendation.limits import LIMITS, Limits
from services.recommendation.ranker import Whole
from services.recommendation.score import MILLION

SLOTS = 1 << 24
"""So many slots there are. An entry is 64 bits: both scores' distance from a million, the slot."""
GUESTS = SLOTS // 2
"""From here on slots are those of articles that belong to other shards (`guests`)."""
_BASE, _FINAL = 44, 24

LATEST = 1024
"""So many lists are kept whole: those that a change makes are asked for soon after."""

UriOf = Callable[[int], str]


class Ranking:
    """Slots by base score, best first, ties by uri, each with its final score beside it.

    `complete` says that nothing above the threshold was left out. Whatever is left out stands below the last entry, so
    that an entry is never wrong about its place.
    """

    __slots__ = ("_entries", "complete", "limits", "threshold")

    def __init__(self, entries: "array[int]", complete: bool, threshold: int, limits: Limits = LIMITS) -> None:
        self._entries = entries
        self.complete = complete
        self.threshold = threshold
        self.limits = limits

    @classmethod
    def of(cls, slots: Whole, scores: Whole, uri_of: UriOf, threshold: int, limits: Limits = LIMITS) -> "Ranking":
        """From slots with their base scores: all that there are from `threshold` up, or more than are kept of the best.

        Final scores are the base scores until `judge` is told others.
        """
        complete = len(slots) <= limits.kept
        if len(slots) > limits.kept:
            enough = scores >= np.partition(scores, -limits.kept)[-limits.kept]  # more than are kept where scores tie
            slots, scores = slots[enough], scores[enough]
        entries = sorted(
            _entry(slot, score, score) for slot, score in zip(slots.tolist(), scores.tolist(), strict=True)
        )
        if len(set(scores.tolist())) < len(scores):
            entries.sort(key=lambda entry: (entry >> _BASE, uri_of(_slot(entry))))
        return cls(array("Q", entries[: limits.kept]), complete, threshold, limits)

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def entries(self) -> list[tuple[int, int]]:
        """All that are kept, as pairs of slot and base score, in their order."""
        return [(_slot(entry), _base(entry)) for entry in self._entries]

    @property
    def finals(self) -> dict[int, int]:
        """The final scores of all that are kept by slot."""
        return {_slot(entry): _final(entry) for entry in self._entries}

    def judge(self, finals: Sequence[int]) -> None:
        """Take the final score of each entry, in their order."""
        pairs = zip(self._entries, finals, strict=True)
        self._entries = array("Q", [_entry(_slot(entry), _base(entry), final) for entry, final in pairs])

    def pool(self, uri_of: UriOf) -> Pool:
        """The best by base score, in the order of their final scores, ties by uri."""
        best = np.sort(np.frombuffer(self._entries, np.uint64)[: self.limits.pool] & np.uint64((1 << _BASE) - 1))
        slots, far = best & np.uint64(SLOTS - 1), best >> np.uint64(_FINAL)
        pool = Pool(slots.tolist(), (MILLION - far.astype(np.int64)).tolist())
        if len(set(pool.scores)) < len(best):
            pairs = sorted(zip(pool.slots, pool.scores, strict=True), key=lambda pair: (-pair[1], uri_of(pair[0])))
            pool = Pool([slot for slot, _ in pairs], pool.scores)
        return pool

    def pools(self, slot: int, score: int) -> bool:
        """Whether a slot with this base score is in the pool."""
        place = self.place(slot, score)
        return place is not None and place < self.limits.pool

    @property
    def floor(self) -> int:
        """The lowest base score with which an article may enter, or may be among the entries."""
        if self.complete:
            return self.threshold
        return _base(self._entries[-1]) if self._entries else MILLION

    @property
    def used_up(self) -> bool:
        """Whether something that was left out may belong in the pool."""
        return not self.complete and len(self._entries) < self.limits.pool

    def place(self, slot: int, score: int) -> int | None:
        """Where a slot with this base score stands, from 0; None if it is not among the entries."""
        first, last = self._equals(score)
        return next((place for place in range(first, last) if _slot(self._entries[place]) == slot), None)

    def insert(self, slot: int, score: int, final: int, uri_of: UriOf) -> bool:
        """Put a slot in at its place, unless it stands below all that is kept; whether it is in the pool now."""
        first, place = self._equals(score)
        if first < place:
            uri = uri_of(slot)
            place = next((at for at in range(first, place) if uri_of(_slot(self._entries[at])) > uri), place)
        if place == len(self._entries) and not self.complete:
            return False
        self._entries.insert(place, _entry(slot, score, final))
        if len(self._entries) > self.limits.kept:
            self._entries.pop()
            self.complete = False
        return place < self.limits.pool

    def remove(self, place: int) -> None:
        """Take out the entry at a place."""
        self._entries.pop(place)

    def keep(self, stays: Callable[[int], bool]) -> None:
        """Take out every entry whose slot does not stay."""
        self._entries = array("Q", [entry for entry in self._entries if stays(_slot(entry))])

    def cut(self, score: int, uri: str, uri_of: UriOf) -> None:
        """Take out what stands below a place, since something that is not known may stand there, too."""
        first, last = self._equals(score)
        end = next((at for at in range(first, last) if uri_of(_slot(self._entries[at])) > uri), last)
        del self._entries[end:]
        self.complete = False

    def _equals(self, score: int) -> tuple[int, int]:
        """The places of all entries with a base score."""
        lowest = (MILLION - score) << _BASE
        return bisect_left(self._entries, lowest), bisect_left(self._entries, lowest + (1 << _BASE))


class Rankings:
    """The rankings of all articles by slot, packed: eight bytes an entry."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.columns = {
            "entries": Column(np.uint64, limits.kept),
            "count": Column(np.uint8),
            "complete": Column(np.bool_),
            "floor": Column(np.float32),
        }

    @property
    def floors(self) -> NDArray[np.float32]:
        """The floor of each ranking by slot, in millionths (whole numbers: 24 bits hold them exactly)."""
        return self.columns["floor"].rows

    def reach(self, count: int) -> None:
        """Make room for so many slots."""
        for column in self.columns.values():
            column.reach(count)

    def get(self, slot: int, threshold: int) -> Ranking:
        """A copy of the ranking of an article; what is changed on it must be set."""
        entries, count, complete, _ = (column.rows[slot] for column in self.columns.values())
        return Ranking(array("Q", entries[:count].tobytes()), bool(complete), threshold, self.limits)

    def set(self, slot: int, found: Ranking) -> None:
        """Keep a ranking; there must be room for it."""
        entries, count, complete, floor = (column.rows for column in self.columns.values())
        entries[slot, : len(found)] = found._entries
        count[slot], complete[slot], floor[slot] = len(found), found.complete, found.floor


class ShownLists:
    """Of the lists that are shown, by slot: their digests, to tell whether one changes, and the latest ones whole.

    The others can be arranged anew: a list follows from the index as it is.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.columns = {
            "digest": Column(np.uint64),
            "pins": Column(np.uint8),
            "similar": Column(np.uint8),
        }
        self._latest: dict[int, Shown] = {}

    def reach(self, count: int) -> None:
        """Make room for so many slots."""
        for column in self.columns.values():
            column.reach(count)

    def get(self, slot: int) -> Shown | None:
        """The list of an article, if it is one of the latest."""
        return self._latest.get(slot)

    def set(self, slot: int, found: Shown) -> bool:
        """Take down a list, for which there must be room; whether it is another one than before."""
        digest, pins, similar = (column.rows for column in self.columns.values())
        before = digest[slot], pins[slot], similar[slot]
        digest[slot], pins[slot], similar[slot] = _digest(found.slots), found.pins, found.similar
        self._latest.pop(slot, None)
        self._latest[slot] = found
        if len(self._latest) > LATEST:
            del self._latest[next(iter(self._latest))]
        return before != (digest[slot], pins[slot], similar[slot])

    def is_full(self, slot: int) -> bool:
        """Whether pins and similar articles fill a list."""
        return int(self.columns["pins"].rows[slot]) + int(self.columns["similar"].rows[slot]) >= self.limits.visible


def _digest(slots: "array[int]") -> int:
    return int.from_bytes(blake2b(slots.tobytes(), digest_size=8).digest())


def _entry(slot: int, base: int, final: int) -> int:
    return (MILLION - base) << _BASE | (MILLION - final) << _FINAL | slot


def _slot(entry: int) -> int:
    return entry & SLOTS - 1


def _base(entry: int) -> int:
    return MILLION - (entry >> _BASE)


def _final(entry: int) -> int:
    return MILLION - (entry >> _FINAL & (1 << _BASE - _FINAL) - 1)
