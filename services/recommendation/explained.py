"""A score taken apart: recomputed from two articles and an epoch alone, as whoever doubts a list wants to see it."""

from typing import NamedTuple

import numpy as np

from services.recommendation.copies import are_copies, sketch
from services.recommendation.epoch import Epoch
from services.recommendation.profile import UNIT, bare, places_of, shared_places
from services.recommendation.ranker import FEATURES, MILLION, STEP
from services.recommendation.reasons import Why, met
from services.recommendation.score import (
    decay,
    final_scores,
    moment_of,
    pair_features,
    pair_millionths,
    subject,
)
from shared.messages import Enriched, Reason


class Part(NamedTuple):
    """A term of both articles: the word as the first writes it, and its part of the cosine."""

    word: str
    cosine: float


class Explanation(NamedTuple):
    """`score`: what a list shows; 0 where it is below the `threshold` or the languages are not compared.

    `cosine` × `decay` is `base`; the ranker multiplies that by `correction` (1 without one; above one half the result
    is bent so that it stays below one). `parts`: all shared terms, the heaviest first. `features`: what the ranker saw.
    """

    families: tuple[str, str]
    share_edition: bool
    copies: bool
    cosine: float
    days: float
    decay: float
    base: float
    threshold: float
    correction: float
    score: float
    parts: tuple[Part, ...]
    reasons: tuple[Reason, ...]
    features: dict[str, int]


def explained(one: Enriched, other: Enriched, epoch: Epoch) -> Explanation:
    """How the first article's list comes to the score of the second."""
    left, right = subject(one, epoch), subject(other, epoch)
    family = left.profile.family
    minutes = moment_of(one.published_at) - moment_of(other.published_at)
    base = pair_millionths(left.profile, right.profile, minutes)
    bases = np.array([base], np.int64)
    table = pair_features(left, [right], bases)
    enough = base >= left.profile.threshold
    score = int(final_scores(left, [right], bases, epoch)[0]) if enough else 0
    ranker = epoch.rankers.get(family)
    parts = [
        Part(left.profile.forms[here] or bare(left.profile.terms[here]), product / UNIT**2)
        for here, there in shared_places(places_of(left.profile), right.profile)
        if (product := left.profile.weights[here] * right.profile.weights[there])
    ]
    return Explanation(
        families=(family, right.profile.family),
        share_edition=not set(one.editions).isdisjoint(other.editions),
        copies=are_copies(sketch(one), sketch(other)),
        cosine=sum(part.cosine for part in parts),
        days=abs(minutes) / (24 * 60),
        decay=decay(family, minutes) / MILLION,
        base=base / MILLION,
        threshold=left.profile.threshold / MILLION,
        correction=2 ** (int(ranker.corrections(table)[0]) / STEP) if ranker and enough else 1.0,
        score=score / MILLION,
        parts=tuple(sorted(parts, key=lambda part: (-part.cosine, part.word))),
        reasons=Why(left.profile).reasons(met(left.profile, right.profile), score),
        features=dict(zip(FEATURES, table[0].tolist(), strict=True)) if ranker and enough else {},
    )
