"""What differs by language family in how articles are weighed and compared; measured, see docs/related.md."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from services.recommendation.tokens import CHINESE


@dataclass(frozen=True)
class Recipe:
    """`title`: how often a word of the headline counts. `frequency`: the part of a weight that grows with occurrences.

    `power`: what the logarithm of a term's rarity is raised to. `threshold`: the score in millionths below which an
    article counts as chance overlap; scores of one family cannot be compared with another's.
    """

    title: int
    frequency: Callable[[int], float]
    power: float
    threshold: int


def _logarithm(occurrences: int) -> float:
    return 1 + math.log(occurrences)


_CHINESE = Recipe(title=10, frequency=math.sqrt, power=1.5, threshold=5_000)
_OTHERS = Recipe(title=6, frequency=_logarithm, power=0.8, threshold=40_000)


def recipe_of(family: str) -> Recipe:
    """The recipe of a language family, as `tokens.family_of` names it."""
    return _CHINESE if family == CHINESE else _OTHERS
