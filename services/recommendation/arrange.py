"""The rules of presentation: from the pool of similar articles, the pins and the older ones to the list that is shown.

A pure function of what it is given, so that a list stays one.
"""

from collections.abc import Callable, Iterable, Sequence, Set
from typing import NamedTuple

from services.recommendation.limits import Limits

PINNED, SIMILAR, RECENT = 0, 1, 2

Shown = tuple[tuple[int, int], ...]
"""A list: slots, each with PINNED, SIMILAR or RECENT."""


class Copied(NamedTuple):
    """What is known of copies: those of each slot, and which of several stands for them (the smallest wins)."""

    of: Callable[[int], Set[int]]
    preference: Callable[[int], tuple[bool, bool, str, str]]


def arrange(
    owner: int,
    pins: Sequence[int],
    pool: Sequence[tuple[int, int]],
    older: Iterable[int],
    copied: Copied,
    same_story: int,
    limits: Limits,
) -> Shown:
    """The list of an article: its pins, then the similar ones, then older ones until it is full.

    `pool`: slots with final scores (millionths), best first. No two copies of one text are in it, and none of the
    owner's: where several are similar, the preferred one stands in the place of the best. After `own_story` entries
    that tell the owner's story (a score from `same_story`) the others come, then the rest of the story.
    """
    shown: dict[int, int] = {}
    taken = {owner, *copied.of(owner)}

    def take(slot: int, kind: int) -> None:
        shown[slot] = kind
        taken.add(slot)
        taken.update(copied.of(slot))

    for slot in pins[: limits.visible]:
        if slot not in taken:
            take(slot, PINNED)
    for slot in _own_story_first_but_not_only(_standing_for_copies(pool, taken, copied), same_story, limits):
        if len(shown) >= limits.visible:
            break
        take(slot, SIMILAR)
    for slot in older:
        if len(shown) >= limits.visible:
            break
        if slot not in taken:
            take(slot, RECENT)
    return tuple(shown.items())


def _standing_for_copies(pool: Sequence[tuple[int, int]], taken: Set[int], copied: Copied) -> list[tuple[int, int]]:
    """The pool without copies of what is taken, and with one of those that are copies of each other."""
    gone = set(taken)
    chosen: list[tuple[int, int]] = []
    for slot, score in pool:
        if slot in gone:
            continue
        copies = copied.of(slot)
        best = slot
        if copies:
            best = min(
                (other for other, _ in pool if (other == slot or other in copies) and other not in gone),
                key=copied.preference,
            )
        chosen.append((best, score))
        gone.add(slot)
        gone.add(best)
        gone.update(copied.of(best))
        gone.update(copies)
    return chosen


def _own_story_first_but_not_only(chosen: Sequence[tuple[int, int]], same_story: int, limits: Limits) -> list[int]:
    story = [slot for slot, score in chosen if score >= same_story]
    others = [slot for slot, score in chosen if score < same_story]
    return story[: limits.own_story] + others + story[limits.own_story :]
