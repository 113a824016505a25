"""The rules of presentation: from the pool of similar articles, the pins and the older ones to the list that is shown.

A pure function of what it is given, so that a list stays one.
"""

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import compress
from typing import NamedTuple

from services.recommendation.limits import Limits

Copies = Mapping[int, set[int]]
"""The copies of each slot that has some."""
Preference = Callable[[int], tuple[bool, bool, str, str]]
"""Which of several copies stands for them: the one with the smallest value."""


class Pool(NamedTuple):
    """Similar articles with their final scores (millionths), best first."""

    slots: list[int]
    scores: list[int]


class Shown(NamedTuple):
    """A list: slots, of which the first `pins` are pinned, the next `similar` similar, the rest recent."""

    slots: "array[int]" = array("I")
    pins: int = 0
    similar: int = 0


def arrange(
    owner: int,
    pins: Sequence[int],
    pool: Pool,
    older: Iterable[int],
    copies: Copies,
    preference: Preference,
    same_story: int,
    limits: Limits,
) -> Shown:
    """The list of an article: its pins, then the similar ones, then older ones until it is full.

    No two copies of one text are in it, and none of the owner's: where several are similar, the preferred one stands in
    the place of the best. After `own_story` entries that tell the owner's story (a score from `same_story`) the others
    come, then the rest of the story.
    """
    shown = _without_copies(pins[: limits.visible], {owner, *copies.get(owner, ())}, copies)
    if pins or owner in copies or not copies.keys().isdisjoint(pool.slots):
        pool = _standing_for_copies(pool, _with_copies([owner, *shown], copies), copies, preference)
    story = bisect_right(pool.scores, -same_story, key=int.__neg__)
    found = pool.slots
    similar = [*found[: min(story, limits.own_story)], *found[story:], *found[limits.own_story : story]]
    similar = similar[: limits.visible - len(shown)]
    pinned = len(shown)
    shown += similar
    if len(shown) < limits.visible:
        recent = _without_copies(older, _with_copies([owner, *shown], copies), copies, limits.visible - len(shown))
        shown += recent
    return Shown(array("I", shown), pinned, len(similar))


def _with_copies(slots: Iterable[int], copies: Copies) -> set[int]:
    return {copy for slot in slots for copy in (slot, *copies.get(slot, ()))}


def _without_copies(slots: Iterable[int], taken: set[int], copies: Copies, most: int | None = None) -> list[int]:
    """Those that are not taken, nor copies of one before."""
    chosen: list[int] = []
    for slot in slots:
        if len(chosen) == most:
            break
        if slot not in taken:
            chosen.append(slot)
            taken |= {slot, *copies.get(slot, ())}
    return chosen


def _standing_for_copies(pool: Pool, gone: set[int], copies: Copies, preference: Preference) -> Pool:
    """The pool without what is gone, and with one of those that are copies of each other."""
    similar = set(pool.slots)
    copied = similar & copies.keys()
    stands: dict[int, int] = {}
    for slot in [slot for slot in pool.slots if slot in copied]:
        if slot not in gone:
            stands[slot] = min(({slot} | (copies[slot] & similar)) - gone, key=preference)
            gone |= _with_copies([slot, stands[slot]], copies)
    left = [slot in stands or slot not in gone for slot in pool.slots]
    return Pool([stands.get(slot, slot) for slot in compress(pool.slots, left)], list(compress(pool.scores, left)))
