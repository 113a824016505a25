"""The index: all live articles, to be scored against one of them; exact and incremental.

An article is a slot, a small number that is used again after its removal. Postings list who has a term, for all terms
but the common ones. From them follows for every article a bound that its score cannot pass: what the listed terms add
to the dot product, and for the others the product of the two lengths of that part (Cauchy, Schwarz). What was published
far away in time needs a greater likeness, so that for it less need be looked at. Only who could reach what is asked for
is scored exactly, from the packed profiles (docs/decisions/0024).
"""

from collections.abc import Callable, Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.recommendation.columns import Column, Words
from services.recommendation.packed import Profiles
from services.recommendation.pairs import UNKNOWN, Meeting, features
from services.recommendation.postings import CEILINGS, Asked, Bounds, Postings, Window, Windows, around, between
from services.recommendation.profile import COMMON, FREQUENT, UNIT
from services.recommendation.ranker import MILLION, Ranker, Whole, corrected
from services.recommendation.recipes import recipe_of
from services.recommendation.score import Subject, decay_of

_SLACK = 1.0001
"""Bounds are sums of up to 200 numbers of 24 bits: so much more than enough for what is rounded off."""
_AS_LONG = 128
"""Scoring an article takes as long as looking at so many postings."""
_FIRST_LOOK = 2
"""Of so many times the articles asked for, those with the highest bounds, the scores are computed first."""


class Index:
    """All live articles. `decay`: a family's decay, as `score.decay_of` gives it."""

    def __init__(self, decay: Callable[[str], Whole] = decay_of) -> None:
        self._decay = decay
        self.profiles = Profiles()
        self.sections = Words([""])
        self.groups: list[frozenset[str]] = []
        self.free: list[int] = []
        self.count = 0
        self.columns = {
            "moment": Column(np.int32),
            "timed": Column(np.bool_),
            "group": Column(np.int32),
            "section": Column(np.uint32),
            "listed": Column(np.bool_),
            "live": Column(np.bool_),
        }
        self._postings: dict[int, Postings] = {}

    def add(self, found: Subject, editions: Collection[str], listed: bool = True) -> int:
        """Take an article in; returns its slot. One that is not `listed` is in no other's ranking."""
        if self.free:
            slot = self.free.pop()
        else:
            slot = self.count
            self.count += 1
        self.profiles.put(slot, found.profile)
        group = frozenset(editions)
        if group not in self.groups:
            self.groups.append(group)
        section = self.sections.number(found.section)
        values = found.moment or 0, found.moment is not None, self.groups.index(group), section, listed, True
        for column, value in zip(self.columns.values(), values, strict=True):
            column.reach(self.count)
            column.rows[slot] = value
        self._list(slot)
        return slot

    def remove(self, slot: int) -> None:
        """Take a live article out; its slot may be given to another one."""
        mine = self.profiles.terms(slot)
        for term in mine.numbers[(mine.marks & COMMON) == 0].tolist():
            postings = self._postings[term]
            if len(postings.slots) == 1:
                del self._postings[term]
            else:
                postings.remove(slot)
        del mine
        self.columns["live"].rows[slot] = False
        self.profiles.drop(slot)
        self.free.append(slot)

    def family(self, slot: int) -> str:
        """The language family of an article."""
        return self.profiles.family(slot)

    def similar(
        self,
        slot: int,
        most: int | None = None,
        floors: NDArray[np.float32] | None = None,
        among: NDArray[np.bool_] | None = None,
    ) -> tuple[Whole, Whole]:
        """Other articles that share an edition with one and reach the threshold: slots, and scores in millionths.

        Not all, but at least the `most` best of those that are listed, with all that tie with them, and everyone whose
        score reaches its floor (`floors` by slot). Without `most` they are all. `among`: by slot, who is looked at.
        """
        least = recipe_of(self.family(slot)).threshold
        near, far = self._near(slot)
        rare, frequent = self._listed_terms(slot)
        frequent_part, common_part = (self.profiles.by_slot[name].rows[: self.count] for name in ("frequent", "common"))
        bounds = Bounds(slot, frequent_part, common_part, far, among)
        bounds.add_rare(rare)
        bounds.add_frequent(frequent, near)
        first, scores = self._first_look(slot, bounds, most, least)
        enough = max(self._enough(first, scores, most), least)
        may_reach = _reaching(bounds.rows, enough, least, floors)
        if np.count_nonzero(may_reach) * _AS_LONG > sum(len(postings.slots) for postings, _ in frequent):
            bounds.add_frequent(frequent, between(near, self.count, far))
            may_reach = _reaching(bounds.rows, enough, least, floors)
        may_reach[first] = False
        rest = self._comparable(slot, np.flatnonzero(may_reach))
        found = np.concatenate([first, rest])
        scores = np.concatenate([scores, self.scores(slot, rest)])
        needed = enough if floors is None else np.clip(floors[found], least, enough)
        reached = scores >= needed
        return found[reached], scores[reached]

    def _first_look(self, slot: int, bounds: Bounds, most: int | None, least: int) -> tuple[NDArray[Any], Whole]:
        """Some articles with the highest bounds, and their scores."""
        if not most:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        look = self._comparable(slot, bounds.highest(_FIRST_LOOK * most, least))
        if len(look) > _FIRST_LOOK * most:
            look = look[np.argpartition(bounds.rows[look], -_FIRST_LOOK * most)[-_FIRST_LOOK * most :]]
        return look, self.scores(slot, look)

    def _enough(self, first: NDArray[Any], scores: Whole, most: int | None) -> int:
        """A score that the `most` best of all reach: of those that were looked at, the last of so many."""
        if not most:
            return 0 if most is None else MILLION + 1
        listed = scores[self.columns["listed"].rows[first]]
        return int(np.partition(listed, -most)[-most]) if len(listed) >= most else 0

    def scores(self, slot: int, others: NDArray[Any]) -> Whole:
        """The base scores of an article with others of its family, in millionths."""
        decay = self._decay(self.family(slot))
        moments = self.columns["moment"].rows
        apart = np.minimum(np.abs(moments[others] - moments[slot]), len(decay) - 1)
        return np.asarray(self.profiles.dots(slot, others) * decay[apart] // UNIT**2, np.int64)

    def finals(self, slot: int, others: NDArray[Any], base: Whole, ranker: Ranker | None) -> Whole:
        """These scores, corrected by the ranker of the family."""
        if ranker is None or not len(others):
            return base
        moment, timed, _, section, _, _ = (column.rows for column in self.columns.values())
        minutes = np.where(timed[others] & timed[slot], np.abs(moment[others] - moment[slot]), UNKNOWN)
        known = (section[others] > 0) & (section[slot] > 0)
        profiles = self.profiles
        same = np.where(known, section[others] == section[slot], UNKNOWN)
        meeting = Meeting(base, minutes, same, profiles.alike(slot, others))
        sizes = profiles.sizes(np.array([slot])), profiles.sizes(others)
        return corrected(base, ranker.corrections(features(profiles.shared(slot, others), *sizes, meeting)))

    def restore(self) -> None:
        """Make the postings anew from the profiles."""
        self.profiles.reach()
        for slot in np.flatnonzero(self.columns["live"].rows[: self.count]).tolist():
            self._list(slot)

    def _list(self, slot: int) -> None:
        mine = self.profiles.terms(slot)
        listed = (mine.marks & COMMON) == 0
        ceilings = np.searchsorted(CEILINGS, mine.weights[listed])
        for term, ceiling in zip(mine.numbers[listed].tolist(), ceilings.tolist(), strict=True):
            postings = self._postings.get(term)
            if postings is None:
                postings = self._postings[term] = Postings()
            postings.add(slot, ceiling)

    def _near(self, slot: int) -> tuple[Windows, float]:
        """The windows outside of which the decay is at its floor, with what dot products are multiplied by for bounds
        there; and what they are multiplied by outside."""
        decay = self._decay(self.family(slot)) * (_SLACK / UNIT**2)
        moments = self.columns["moment"].rows[: self.count]
        reach = len(decay) - 1
        # From below on, what is far on either side is past the end: one comparison.
        near = np.flatnonzero((moments - (moments[slot] - reach)).view(np.uint32) <= 2 * reach)
        windows = []
        for first, behind in around(near):
            apart = np.minimum(np.abs(moments[first:behind] - moments[slot]), reach)
            windows.append(Window(first, behind, decay[apart].astype(np.float32)))
        return windows, float(decay[-1])

    def _listed_terms(self, slot: int) -> tuple[Asked, Asked]:
        """The postings of the listed terms of an article, with its weights: of the rare ones, of the frequent ones."""
        mine = self.profiles.terms(slot)
        rare, frequent = (
            [
                (self._postings[term], weight)
                for term, weight in zip(mine.numbers[marked].tolist(), mine.weights[marked].tolist(), strict=True)
            ]
            for marked in ((mine.marks & (FREQUENT | COMMON)) == 0, (mine.marks & FREQUENT) != 0)
        )
        return rare, frequent

    def _comparable(self, slot: int, others: NDArray[Any]) -> NDArray[Any]:
        """Of others the live ones that share an edition and the language family."""
        group = self.columns["group"].rows
        shares = np.array([not found.isdisjoint(self.groups[group[slot]]) for found in self.groups], bool)
        families = self.profiles.by_slot["family"].rows
        comparable = shares[group[others]] & (families[others] == families[slot]) & self.columns["live"].rows[others]
        return np.asarray(others[comparable])


def _reaching(
    bounds: NDArray[np.float32], enough: int, least: int, floors: NDArray[np.float32] | None
) -> NDArray[np.bool_]:
    """By slot, whether a score may be `enough`, or `least` and its floor."""
    reaching = np.asarray(bounds >= enough)
    if floors is not None:
        reaching |= (bounds >= floors[: len(bounds)]) & (bounds >= least)
    return reaching
