"""What the ranker looks at in a pair of articles: whole numbers, the same from either side.

Computed for one article against many at once, since a new article meets a hundred others.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.recommendation.profile import LEAD, NAME, RARE, TITLE, Profile
from services.recommendation.ranker import FEATURES, Whole

UNKNOWN = -1
"""Stands for a distance in time or a section that is not known, or is not to be looked at."""

_MARKED = (TITLE, LEAD, NAME, RARE)


class Meeting(NamedTuple):
    """One article against others, row by row: scores in millionths, minutes apart, sections the same (1, 0)."""

    base: Whole
    minutes: Whole
    section: Whole


def features(owner: Profile, others: Sequence[Profile], meeting: Meeting) -> Whole:
    """A row for each of the others, a column for each of FEATURES."""
    count = len(others)
    table = np.empty((count, len(FEATURES)), np.int64)
    if not count:
        return table
    rows, mine, theirs = _shared(owner, others)
    weights = np.frombuffer(b"".join([other.weights for other in others]), np.uint16)
    marks = np.frombuffer(b"".join([other.marks for other in others]), np.uint8)
    owner_marks = np.frombuffer(owner.marks, np.uint8)[mine]
    products = np.frombuffer(owner.weights, np.uint16)[mine].astype(np.int64) * weights[theirs]
    both, either = owner_marks & marks[theirs], owner_marks | marks[theirs]

    def total(where: NDArray[np.bool_]) -> Whole:
        # exact: sums of whole numbers far below 2^53
        return np.bincount(rows[where], products[where], count).astype(np.int64)

    everything = total(np.ones(len(rows), bool))
    table[:, 0] = meeting.base
    table[:, 1] = everything >> 16
    for column, (mark, length) in enumerate(zip(_MARKED, owner.lengths, strict=True), 2):
        lengths = np.array([other.lengths[column - 2] for other in others], np.int64) * length
        table[:, column] = (total((both & mark) != 0) << 16) // np.maximum(lengths, 1)
    table[:, 6] = np.bincount(rows, minlength=count)
    table[:, 7] = 0
    np.maximum.at(table[:, 7], rows, products >> 16)
    table[:, 9] = total((either & TITLE) == 0) >> 16
    table[:, 8] = table[:, 1] - table[:, 9] - (total((both & TITLE) != 0) >> 16)
    table[:, 10] = meeting.minutes
    table[:, 11] = meeting.section
    traits = np.array([other.traits for other in others], np.int64)
    table[:, 12::2] = np.minimum(traits, owner.traits)
    table[:, 13::2] = np.maximum(traits, owner.traits)
    return table


def _shared(owner: Profile, others: Sequence[Profile]) -> tuple[Whole, Whole, Whole]:
    """For each term that an other one shares: its row, its place in the owner, its place in all others' terms."""
    keys = np.frombuffer(owner.keys, np.uint32)
    if not len(keys):
        nothing = np.empty(0, np.int64)
        return nothing, nothing, nothing
    theirs = np.frombuffer(b"".join([other.keys for other in others]), np.uint32)
    places = np.minimum(np.searchsorted(keys, theirs), len(keys) - 1)
    hits = np.flatnonzero(keys[places] == theirs)
    ends = np.cumsum([len(other.keys) for other in others])
    return np.searchsorted(ends, hits, side="right"), places[hits], hits
