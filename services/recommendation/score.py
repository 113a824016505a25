"""The score of a pair: cosine of two profiles, times a decay by the distance of their publication times, times what the
epoch's ranker makes of it.

All of it is whole numbers, so that it comes out the same from either side, in any order and on every machine. A score
is a number of millionths; everything is decided on it, and it is divided by a million when it is shown.
"""

import functools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np

from services.recommendation.epoch import Epoch
from services.recommendation.meanings import dots
from services.recommendation.pairs import UNKNOWN, Meeting, features, shared_of, sizes_of
from services.recommendation.profile import UNIT, Profile, places_of, profile, shared_places
from services.recommendation.ranker import Whole, corrected
from services.recommendation.recipes import recipe_of
from shared.messages import Enriched
from shared.times import from_text

MILLION = 1_000_000


_START = datetime(1, 1, 1, tzinfo=UTC)


def moment_of(published_at: str) -> int:
    """The minute of a publication time, counted from the year 1."""
    return (from_text(published_at) - _START) // timedelta(minutes=1)


def decay_table(half_life_days: float, floor: float) -> Whole:
    """The decay in millionths for each distance in minutes; the last entry, the floor, holds for all above it.

    A floor of 1 is no decay.
    """
    factors: list[int] = []
    while (factor := 2 ** (-len(factors) / (half_life_days * 24 * 60))) > floor:
        factors.append(round(MILLION * factor))
    return np.array([*factors, round(MILLION * floor)], dtype=np.int64)


@functools.cache
def decay_of(family: str) -> Whole:
    """The decay table of a language family."""
    recipe = recipe_of(family)
    return decay_table(recipe.half_life, recipe.floor)


def decay(family: str, minutes_apart: int) -> int:
    """The decay between two articles of a family in millionths."""
    table = decay_of(family)
    return int(table[min(abs(minutes_apart), len(table) - 1)])


def pair_millionths(one: Profile, other: Profile, minutes_apart: int) -> int:
    """The score of two profiles published so many minutes apart, in millionths."""
    dot = sum(one.weights[place] * other.weights[beside] for place, beside in shared_places(places_of(one), other))
    return dot * decay(one.family, minutes_apart) // UNIT**2


class Subject(NamedTuple):
    """What of an article decides its scores; `moment` None and `section` empty where they are not known."""

    profile: Profile
    moment: int | None
    section: str


def subject(article: Enriched, epoch: Epoch) -> Subject:
    """An article as it is scored under an epoch."""
    return Subject(profile(article, epoch), moment_of(article.published_at), article.section)


def final_scores(one: Subject, others: Sequence[Subject], base: Whole, epoch: Epoch) -> Whole:
    """The scores of one article with others of its family, corrected by the family's ranker, in millionths.

    `base`: their scores by cosine and decay. The same from either side.
    """
    ranker = epoch.rankers.get(one.profile.family)
    if ranker is None or not others:
        return base
    table = pair_features(one, others, base)
    return corrected(base, ranker.corrections(table))


def pair_features(one: Subject, others: Sequence[Subject], base: Whole) -> Whole:
    """What the ranker looks at, a row for each of the others."""
    minutes = [UNKNOWN if None in (one.moment, o.moment) else abs((one.moment or 0) - (o.moment or 0)) for o in others]
    sections = [int(one.section == o.section) if one.section and o.section else UNKNOWN for o in others]
    profiles = [other.profile for other in others]
    alike = dots(one.profile.meaning, [found.meaning for found in profiles])
    meeting = Meeting(base, np.array(minutes, np.int64), np.array(sections, np.int64), alike)
    return features(shared_of(one.profile, profiles), sizes_of([one.profile]), sizes_of(profiles), meeting)


def pair_score(one: Enriched, other: Enriched, epoch: Epoch) -> float:
    """The score of two articles under an epoch, 0 to 1 with six digits, the same from either side.

    0 below the threshold of their family, and for two families.
    """
    left, right = subject(one, epoch), subject(other, epoch)
    apart = moment_of(one.published_at) - moment_of(other.published_at)
    base = pair_millionths(left.profile, right.profile, apart)
    if base < left.profile.threshold:
        return 0.0
    return int(final_scores(left, [right], np.array([base], np.int64), epoch)[0]) / MILLION
