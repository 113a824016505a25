"""What differs by language family in how articles are weighed and compared; measured, see docs/related.md."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from services.recommendation.tokens import CHINESE


@dataclass(frozen=True)
class Recipe:
    """`title`: how often a word of the headline counts. `frequency`: the part of a weight that grows with occurrences.

    `power`: what the logarithm of a term's rarity is raised to. `lead`: the terms of the text that count as its
    beginning, `first` times as much as the rest (the headline, too). `crossing`: what a pair of characters across two
    words counts, in tenths. `is_name`: whether a word, as it is mostly written, looks like a name. `half_life`: the
    days after which the score is halved, down to `floor`. `threshold`: the score in millionths below which an article
    counts as chance overlap; `same_story`: the one, in millionths, from which it tells the same story. `frequent_in`,
    `common_in`: terms that one document in so many has are looked at later by the index, or not listed (that changes
    its speed, no score). Scores of one family cannot be compared with another's.
    """

    title: int
    frequency: Callable[[int], float]
    power: float
    lead: int
    first: int
    crossing: int
    is_name: Callable[[str], bool]
    half_life: float
    floor: float
    threshold: int
    same_story: int
    frequent_in: int
    common_in: int


def _logarithm(occurrences: int) -> float:
    return 1 + math.log(occurrences)


def _long(form: str) -> bool:
    return len(form) > 2


def _capital(form: str) -> bool:
    return form[:1].isupper()


_CHINESE = Recipe(
    title=10,
    frequency=math.sqrt,
    power=1.5,
    lead=150,
    first=2,
    crossing=6,
    is_name=_long,
    half_life=10.0,
    floor=0.25,
    threshold=5_000,
    same_story=250_000,
    frequent_in=20,
    common_in=8,
)
_OTHERS = Recipe(
    title=6,
    frequency=_logarithm,
    power=0.8,
    lead=60,
    first=1,
    crossing=10,
    is_name=_capital,
    half_life=4.0,
    floor=0.25,
    threshold=40_000,
    same_story=300_000,
    frequent_in=50,
    common_in=10,
)


def recipe_of(family: str) -> Recipe:
    """The recipe of a language family, as `tokens.family_of` names it."""
    return _CHINESE if family == CHINESE else _OTHERS
