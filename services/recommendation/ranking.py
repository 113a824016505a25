"""The most similar articles of one article: the pool for its list, and a reserve below it to refill from."""

from array import array
from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from services.recommendation.arrange import Pool
from services.recommendation.limits import LIMITS, Limits
from services.recommendation.ranker import Whole
from services.recommendation.score import MILLION

_SLOT = (1 << 32) - 1


class Ranking:
    """Slots by base score, best first, ties by uri, each with its final score beside it.

    `complete` says that nothing above the threshold was left out. Whatever is left out stands below the last entry, so
    that an entry is never wrong about its place.
    """

    __slots__ = ("_entries", "_finals", "complete", "limits", "threshold")

    def __init__(
        self,
        slots: Whole,
        scores: Whole,
        uris: Sequence[str],
        threshold: int,
        limits: Limits = LIMITS,
    ) -> None:
        """`slots` with their base `scores`: all that there are from `threshold` up. `uris`: the uri of each slot.

        Final scores are the base scores until `judge` is told others.
        """
        self.threshold = threshold
        self.limits = limits
        self.complete = len(slots) <= limits.kept
        if not self.complete:
            enough = scores >= np.partition(scores, -limits.kept)[-limits.kept]  # more than are kept where scores tie
            slots, scores = slots[enough], scores[enough]
        best = sorted(zip(slots.tolist(), scores.tolist(), strict=True), key=lambda pair: (-pair[1], uris[pair[0]]))
        self._entries = array("Q", [_entry(slot, score) for slot, score in best[: limits.kept]])
        self._finals = self._entries[:]

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def entries(self) -> list[tuple[int, int]]:
        """All that are kept, as pairs of slot and base score, in their order."""
        return [_pair(entry) for entry in self._entries]

    @property
    def finals(self) -> list[tuple[int, int]]:
        """All that are kept, as pairs of slot and final score, in the order of the base scores."""
        return [_pair(entry) for entry in self._finals]

    def judge(self, finals: Sequence[int]) -> None:
        """Take the final score of each entry, in their order."""
        slots = (entry & _SLOT for entry in self._entries)
        self._finals = array("Q", [_entry(slot, final) for slot, final in zip(slots, finals, strict=True)])

    def pool(self, uris: Sequence[str]) -> Pool:
        """The best by base score, in the order of their final scores, ties by uri."""
        best = sorted(self._finals[: self.limits.pool])
        pool = Pool([entry & _SLOT for entry in best], [MILLION - (entry >> 32) for entry in best])
        if len(set(pool.scores)) < len(best):
            best.sort(key=lambda entry: (entry >> 32, uris[entry & _SLOT]))
            pool = Pool([entry & _SLOT for entry in best], pool.scores)
        return pool

    def pools(self, slot: int, score: int, uris: Sequence[str]) -> bool:
        """Whether a slot with this base score is in the pool."""
        place = self.place(slot, score, uris)
        return place is not None and place < self.limits.pool

    @property
    def floor(self) -> int:
        """The lowest base score with which an article may enter, or may be among the entries."""
        return self.threshold if self.complete else MILLION - (self._entries[-1] >> 32)

    @property
    def used_up(self) -> bool:
        """Whether something that was left out may belong in the pool."""
        return not self.complete and len(self._entries) < self.limits.pool

    def place(self, slot: int, score: int, uris: Sequence[str]) -> int | None:
        """Where a slot with this base score stands, from 0; None if it is not among the entries."""
        place = self._bisect(slot, score, uris)
        return place if place < len(self._entries) and self._entries[place] == _entry(slot, score) else None

    def insert(self, slot: int, score: int, final: int, uris: Sequence[str]) -> bool:
        """Put a slot in at its place, unless it stands below all that is kept; whether it is in the pool now."""
        place = self._bisect(slot, score, uris)
        if place == len(self._entries) and not self.complete:
            return False
        self._entries.insert(place, _entry(slot, score))
        self._finals.insert(place, _entry(slot, final))
        if len(self._entries) > self.limits.kept:
            self._entries.pop()
            self._finals.pop()
            self.complete = False
        return place < self.limits.pool

    def remove(self, place: int) -> None:
        """Take out the entry at a place."""
        self._entries.pop(place)
        self._finals.pop(place)

    def final(self, slot: int) -> int:
        """The final score of a slot that is kept."""
        return next(score for other, score in map(_pair, self._finals) if other == slot)

    def _bisect(self, slot: int, score: int, uris: Sequence[str]) -> int:
        def key(entry: int) -> tuple[int, str]:
            return entry >> 32, uris[entry & _SLOT]

        return bisect_left(self._entries, key(_entry(slot, score)), key=key)


def _entry(slot: int, score: int) -> int:
    return (MILLION - score) << 32 | slot


def _pair(entry: int) -> tuple[int, int]:
    return entry & _SLOT, MILLION - (entry >> 32)
