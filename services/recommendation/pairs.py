"""What the ranker looks at in a pair of articles: whole numbers, the same from either side.

Computed for one article against many at once, since a new article meets a hundred others.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.recommendation.profile import LEAD, NAME, RARE, TITLE, Profile, places_of, shared_places
from services.recommendation.ranker import FEATURES, Whole

UNKNOWN = -1
"""Stands for a distance in time or a section that is not known, or is not to be looked at."""

_MARKED = (TITLE, LEAD, NAME, RARE)


class Meeting(NamedTuple):
    """One article against others, row by row: scores in millionths, minutes apart, sections the same (1, 0), the dot
    product of meanings."""

    base: Whole
    minutes: Whole
    section: Whole
    meaning: Whole


class Shared(NamedTuple):
    """Terms that other articles share with one: a row for each, `rows`, which ascends, says with which of them.

    `products` of the two weights; `both` marks and `either`.
    """

    rows: Whole
    products: Whole
    both: NDArray[np.uint8]
    either: NDArray[np.uint8]


class Sizes(NamedTuple):
    """Of articles, a row for each: the `lengths` and the `traits` of their profiles."""

    lengths: Whole
    traits: Whole


def shared_of(one: Profile, others: Sequence[Profile]) -> Shared:
    """The terms that profiles share with one."""
    places = places_of(one)
    found = [
        (row, one.weights[place] * other.weights[beside], one.marks[place], other.marks[beside])
        for row, other in enumerate(others)
        for place, beside in shared_places(places, other)
    ]
    rows, products, mine, theirs = np.array(found, np.int64).reshape(-1, 4).T
    return Shared(rows, products, (mine & theirs).astype(np.uint8), (mine | theirs).astype(np.uint8))


def sizes_of(profiles: Sequence[Profile]) -> Sizes:
    """The sizes of profiles."""
    return Sizes(*(np.array([getattr(found, name) for found in profiles], np.int64) for name in Sizes._fields))


def features(shared: Shared, one: Sizes, others: Sizes, meeting: Meeting) -> Whole:
    """A row for each of the others, a column for each of FEATURES. `one` is the size of one article."""
    count = len(meeting.base)
    table = np.empty((count, len(FEATURES)), np.int64)
    if not count:
        return table
    rows, products, both, either = shared
    counts = np.bincount(rows, minlength=count)
    ends = np.cumsum(counts)
    # Of the terms that each shares: all, those with each mark in both articles, those in neither headline.
    chosen = np.array([np.ones_like(both), *(both & mark for mark in _MARKED), ~either & TITLE], bool)
    sums = np.zeros((len(chosen), len(rows) + 1), np.int64)
    np.cumsum(products * chosen, axis=1, out=sums[:, 1:])
    everything, *marked, untitled = sums[:, ends] - sums[:, ends - counts]
    lengths = np.maximum(others.lengths * one.lengths, 1)
    table[:, 0] = meeting.base
    table[:, 1] = everything >> 16
    table[:, 2:6] = (np.transpose(marked) << 16) // lengths
    table[:, 6] = counts
    table[:, 7] = 0
    some = np.flatnonzero(counts)
    table[some, 7] = np.maximum.reduceat(products, (ends - counts)[some]) >> 16 if len(some) else 0
    table[:, 9] = untitled >> 16
    table[:, 8] = table[:, 1] - table[:, 9] - (marked[0] >> 16)
    table[:, 10] = meeting.minutes
    table[:, 11] = meeting.section
    table[:, 12:18:2] = np.minimum(others.traits, one.traits)
    table[:, 13:18:2] = np.maximum(others.traits, one.traits)
    table[:, 18] = meeting.meaning
    return table
