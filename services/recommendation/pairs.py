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


class Rows(NamedTuple):
    """Profiles side by side: `counts` says how many of the `keys`, `weights` and `marks` are the first's, and so on."""

    counts: Whole
    keys: NDArray[np.uint32]
    weights: NDArray[np.uint16]
    marks: NDArray[np.uint8]
    lengths: Whole
    traits: Whole


def rows_of(profiles: Sequence[Profile]) -> Rows:
    """Profiles side by side."""
    return Rows(
        counts=np.array([len(found.keys) for found in profiles], np.int64),
        keys=np.array([key for found in profiles for key in found.keys], np.uint32),
        weights=np.array([weight for found in profiles for weight in found.weights], np.uint16),
        marks=np.frombuffer(b"".join([found.marks for found in profiles]), np.uint8),
        lengths=np.array([found.lengths for found in profiles], np.int64),
        traits=np.array([found.traits for found in profiles], np.int64),
    )


def features(owner: Rows, others: Rows, meeting: Meeting) -> Whole:
    """A row for each of the others, a column for each of FEATURES. `owner` is one profile."""
    count = len(others.counts)
    table = np.empty((count, len(FEATURES)), np.int64)
    if not count:
        return table
    rows, mine, theirs = _shared(owner, others)
    marks = others.marks[theirs]
    owner_marks = owner.marks[mine]
    products = owner.weights[mine].astype(np.int64) * others.weights[theirs]
    both, either = owner_marks & marks, owner_marks | marks

    def total(where: NDArray[np.bool_]) -> Whole:
        # exact: sums of whole numbers far below 2^53
        return np.bincount(rows[where], products[where], count).astype(np.int64)

    everything = total(np.ones(len(rows), bool))
    table[:, 0] = meeting.base
    table[:, 1] = everything >> 16
    lengths = np.maximum(others.lengths * owner.lengths, 1)
    for column, mark in enumerate(_MARKED):
        table[:, 2 + column] = (total((both & mark) != 0) << 16) // lengths[:, column]
    table[:, 6] = np.bincount(rows, minlength=count)
    table[:, 7] = 0
    np.maximum.at(table[:, 7], rows, products >> 16)
    table[:, 9] = total((either & TITLE) == 0) >> 16
    table[:, 8] = table[:, 1] - table[:, 9] - (total((both & TITLE) != 0) >> 16)
    table[:, 10] = meeting.minutes
    table[:, 11] = meeting.section
    table[:, 12::2] = np.minimum(others.traits, owner.traits)
    table[:, 13::2] = np.maximum(others.traits, owner.traits)
    return table


def _shared(owner: Rows, others: Rows) -> tuple[Whole, Whole, Whole]:
    """For each term that an other one shares: its row, its place in the owner, its place in all others' terms."""
    if not len(owner.keys):
        nothing = np.empty(0, np.int64)
        return nothing, nothing, nothing
    places = np.minimum(np.searchsorted(owner.keys, others.keys), len(owner.keys) - 1)
    hits = np.flatnonzero(owner.keys[places] == others.keys)
    return np.searchsorted(np.cumsum(others.counts), hits, side="right"), places[hits], hits
