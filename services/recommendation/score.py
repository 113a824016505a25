"""The score of a pair: cosine of two profiles times a decay by the distance of their publication times.

All of it is whole numbers, so that it comes out the same from either side, in any order and on every machine. A score
is a number of millionths; everything is decided on it, and it is divided by a million when it is shown.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from services.recommendation.epoch import Epoch
from services.recommendation.profile import UNIT, Profile, bare, profile
from shared.messages import Enriched, Reason
from shared.times import from_text

MILLION = 1_000_000

MOST_REASONS = 3
HALF_LIFE_DAYS = 4.0
DECAY_FLOOR = 0.25

_START = datetime(1, 1, 1, tzinfo=UTC)

Whole = NDArray[np.int64]


def moment_of(published_at: str) -> int:
    """The minute of a publication time, counted from the year 1."""
    return (from_text(published_at) - _START) // timedelta(minutes=1)


def decay_table(half_life_days: float = HALF_LIFE_DAYS, floor: float = DECAY_FLOOR) -> Whole:
    """The decay in millionths for each distance in minutes; the last entry, the floor, holds for all above it.

    A floor of 1 is no decay.
    """
    factors: list[int] = []
    while (factor := 2 ** (-len(factors) / (half_life_days * 24 * 60))) > floor:
        factors.append(round(MILLION * factor))
    return np.array([*factors, round(MILLION * floor)], dtype=np.int64)


DECAY = decay_table()


def _decay(minutes_apart: int) -> int:
    return int(DECAY[min(abs(minutes_apart), len(DECAY) - 1)])


def _shared(places: Mapping[str, int], other: Profile) -> list[tuple[int, int]]:
    """For each term of both profiles its place in either; `places` are those of the one's terms."""
    return [(place, beside) for beside, place in enumerate(map(places.get, other.terms)) if place is not None]


def _places(one: Profile) -> dict[str, int]:
    return {term: place for place, term in enumerate(one.terms)}


def pair_millionths(one: Profile, other: Profile, minutes_apart: int) -> int:
    """The score of two profiles published so many minutes apart, in millionths."""
    dot = sum(one.weights[place] * other.weights[beside] for place, beside in _shared(_places(one), other))
    return dot * _decay(minutes_apart) // UNIT**2


def pair_score(one: Enriched, other: Enriched, epoch: Epoch) -> float:
    """The score of two articles under an epoch, 0 to 1 with six digits, the same from either side."""
    apart = moment_of(one.published_at) - moment_of(other.published_at)
    return pair_millionths(profile(one, epoch), profile(other, epoch), apart) / MILLION


_Label = tuple[Literal["term", "entity"], str]


class Why:
    """The reasons of one article's list; made once for all of its entries."""

    def __init__(self, owner: Profile) -> None:
        self._owner = owner
        self._places = _places(owner)
        self._labels: list[_Label] = [("term", form) for form in owner.forms]

    def reasons(self, shown: Profile, minutes_apart: int) -> tuple[Reason, ...]:
        """Why an article is in the list: what adds most to its score, at most three, strongest first.

        Terms of an entity that both articles name count together as `entity`; the rest as `term`, together where they
        come from one word of the owner's text. Weights are parts of the score, so they add up to at most the score.
        """
        weights, names = self._owner.weights, self._owner.names
        parts: dict[_Label, int] = {}
        unread: dict[_Label, int] = {}
        for place, beside in _shared(self._places, shown):
            product = weights[place] * shown.weights[beside]
            label = self._labels[place]
            if place in names and names[place] == shown.names.get(beside):
                label = ("entity", names[place])
            if label[1]:
                parts[label] = parts.get(label, 0) + product
            else:
                unread[("term", bare(shown.terms[beside]))] = product
        factor = _decay(minutes_apart)
        strongest = sorted((parts or unread).items(), key=_strength)[:MOST_REASONS]
        return tuple(
            Reason(kind=kind, value=value, weight=part * factor // UNIT**2 / MILLION)
            for (kind, value), part in strongest
        )


def _strength(part: tuple[_Label, int]) -> tuple[int, _Label]:
    return -part[1], part[0]
