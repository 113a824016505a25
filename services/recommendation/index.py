"""The inverted index: for each term the articles that have it, in numpy-readable arrays; exact and incremental.

An article is a slot, a small number that is used again after its removal. A removal takes the article out of the
postings of its terms at once; that costs what a query costs, and there are no tombstones to compact.
"""

from array import array
from collections.abc import Callable, Collection

import numpy as np

from services.recommendation.profile import UNIT, Profile
from services.recommendation.ranker import Whole
from services.recommendation.score import decay_of


class Postings:
    """The articles that have a term: their slots, and the term's weight in each, in no order."""

    __slots__ = ("slots", "weights")

    def __init__(self) -> None:
        self.slots = array("I")
        self.weights = array("H")

    def remove(self, slot: int) -> None:
        """Take a slot out by putting the last one in its place."""
        place = self.slots.index(slot) if len(self.slots) < 64 else int(np.flatnonzero(self.slot_view() == slot)[0])
        self.slots[place], self.weights[place] = self.slots[-1], self.weights[-1]
        self.slots.pop()
        self.weights.pop()

    def slot_view(self) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
        """The slots without a copy. To be dropped before the next change: an array that is viewed cannot grow."""
        return np.frombuffer(self.slots, np.uint32)


class Index:
    """All live articles, to be scored against one of them. `decay`: a family's decay, as `score.decay_of` gives it."""

    def __init__(self, decay: Callable[[str], Whole] = decay_of) -> None:
        self._decay = decay
        self._postings: dict[str, Postings] = {}
        self._profiles: list[Profile | None] = []
        self._free: list[int] = []
        self._moments = np.zeros(1024, np.int64)
        self._groups = np.zeros(1024, np.int32)
        self._group_of: dict[frozenset[str], int] = {}

    def profile(self, slot: int) -> Profile:
        """The profile of a live article."""
        found = self._profiles[slot]
        if found is None:
            raise KeyError(slot)
        return found

    def add(self, profile: Profile, moment: int, editions: Collection[str]) -> int:
        """Take an article in; returns its slot. `moment` in minutes, as `score.moment_of` gives them."""
        if self._free:
            slot = self._free.pop()
            self._profiles[slot] = profile
        else:
            slot = len(self._profiles)
            self._profiles.append(profile)
        if slot >= len(self._moments):
            self._moments = np.concatenate([self._moments, np.zeros_like(self._moments)])
            self._groups = np.concatenate([self._groups, np.zeros_like(self._groups)])
        self._moments[slot] = moment
        self._groups[slot] = self._group_of.setdefault(frozenset(editions), len(self._group_of))
        for term, weight in zip(profile.terms, profile.weights, strict=True):
            postings = self._postings.get(term)
            if postings is None:
                postings = self._postings[term] = Postings()
            postings.slots.append(slot)
            postings.weights.append(weight)
        return slot

    def remove(self, slot: int) -> None:
        """Take a live article out; its slot may be given to another one."""
        for term in self.profile(slot).terms:
            postings = self._postings[term]
            if len(postings.slots) == 1:
                del self._postings[term]
            else:
                postings.remove(slot)
        self._profiles[slot] = None
        self._free.append(slot)

    def scores(self, profile: Profile, moment: int, editions: Collection[str]) -> tuple[Whole, Whole]:
        """The slots of all articles that share an edition and reach the threshold, and their scores in millionths.

        An article that is in the index finds itself, too.
        """
        least = profile.threshold
        decay = self._decay(profile.family)
        dots = np.zeros(len(self._profiles), np.int64)
        for term, weight in zip(profile.terms, profile.weights, strict=True):
            postings = self._postings.get(term)
            if postings is not None:
                dots[postings.slot_view()] += np.multiply(np.frombuffer(postings.weights, np.uint16), np.int64(weight))
        slots = np.flatnonzero(dots * int(decay[0]) >= least * UNIT**2)
        shares = np.array([not editions_of.isdisjoint(editions) for editions_of in self._group_of], bool)
        slots = slots[shares[self._groups[slots]]] if len(slots) else slots
        apart = np.minimum(np.abs(self._moments[slots] - moment), len(decay) - 1)
        scores = dots[slots] * decay[apart] // UNIT**2
        enough = scores >= least
        return slots[enough], scores[enough]
