"""The most similar articles of one article: those that are shown, and a reserve below them to refill from."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from services.recommendation.score import MILLION, Whole


class Limits(NamedTuple):
    """How long lists are: the entries that are shown, and those that are kept.

    With thirty in reserve, thirty removals pass before a list has to be made anew.
    """

    visible: int = 50
    kept: int = 80


LIMITS = Limits()

_SLOT = (1 << 32) - 1


class Ranking:
    """Slots by score, best first, ties by uri. `complete` says that nothing above the threshold was left out.

    Whatever is left out stands below the last entry, so that an entry is never wrong about its place.
    """

    __slots__ = ("_entries", "complete", "limits", "threshold")

    def __init__(
        self, slots: Whole, scores: Whole, uris: Sequence[str], threshold: int, limits: Limits = LIMITS
    ) -> None:
        """`slots` with their `scores`: all that there are from `threshold` up. `uris`: the uri of each slot."""
        self.threshold = threshold
        self.limits = limits
        self.complete = len(slots) <= limits.kept
        if not self.complete:
            enough = scores >= np.partition(scores, -limits.kept)[-limits.kept]  # more than are kept where scores tie
            slots, scores = slots[enough], scores[enough]
        best = sorted(zip(slots.tolist(), scores.tolist(), strict=True), key=lambda pair: (-pair[1], uris[pair[0]]))
        self._entries = array("Q", [_entry(slot, score) for slot, score in best[: limits.kept]])

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """The entries as pairs of slot and score."""
        return ((entry & _SLOT, MILLION - (entry >> 32)) for entry in self._entries)

    @property
    def floor(self) -> int:
        """The lowest score with which an article may enter, or may be among the entries."""
        return self.threshold if self.complete else MILLION - (self._entries[-1] >> 32)

    @property
    def used_up(self) -> bool:
        """Whether something that was left out may have to be shown."""
        return not self.complete and len(self._entries) < self.limits.visible

    def place(self, slot: int, score: int, uris: Sequence[str]) -> int | None:
        """Where a slot with this score stands, from 0; None if it is not among the entries."""
        place = self._bisect(slot, score, uris)
        return place if place < len(self._entries) and self._entries[place] == _entry(slot, score) else None

    def insert(self, slot: int, score: int, uris: Sequence[str]) -> None:
        """Put a slot in at its place, unless it stands below all that is kept."""
        place = self._bisect(slot, score, uris)
        if place == len(self._entries) and not self.complete:
            return
        self._entries.insert(place, _entry(slot, score))
        if len(self._entries) > self.limits.kept:
            self._entries.pop()
            self.complete = False

    def remove(self, place: int) -> None:
        """Take out the entry at a place."""
        self._entries.pop(place)

    def _bisect(self, slot: int, score: int, uris: Sequence[str]) -> int:
        def key(entry: int) -> tuple[int, str]:
            return entry >> 32, uris[entry & _SLOT]

        return bisect_left(self._entries, key(_entry(slot, score)), key=key)


def _entry(slot: int, score: int) -> int:
    return (MILLION - score) << 32 | slot
