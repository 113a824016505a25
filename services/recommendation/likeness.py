"""An article as one shard shows it to another, and back: all that the other one needs to score and to show it."""

from array import array

from services.recommendation.articles import Card, Face
from services.recommendation.profile import Profile
from services.recommendation.recipes import recipe_of
from services.recommendation.score import Subject, moment_of
from services.recommendation.timeline import instant
from shared.messages import Likeness


def likeness(card: Card, found: Subject, sketch: "array[int]") -> Likeness:
    """What is sent of a live article. The terms of its profile are texts."""
    profile = found.profile
    return Likeness(
        uri=card.uri,
        slug=card.slug,
        editions=card.editions,
        headline=card.headline,
        published_at=card.published_at,
        media_type=card.media_type,
        language=card.language,
        unlisted=card.unlisted,
        section=found.section,
        family=profile.family,
        terms=tuple(map(str, profile.terms)),
        forms=tuple(profile.forms),
        weights=tuple(profile.weights),
        marks=profile.marks,
        names=tuple(sorted(profile.names.items())),
        lengths=profile.lengths,
        traits=profile.traits,
        meaning=profile.meaning,
        sketch=sketch.tobytes(),
    )


def face_of(article_id: str, stamp: bytes, found: Likeness) -> Face:
    """What lists show of an article that was sent. Whom it pins, and whether it shows none, is its own shard's."""
    card = Card(
        uri=found.uri,
        id=article_id,
        slug=found.slug,
        editions=found.editions,
        headline=found.headline,
        published_at=found.published_at,
        media_type=found.media_type,
        language=found.language,
        pins=(),
        unlisted=found.unlisted,
        shows_none=False,
    )
    return Face(card, stamp, instant(found.published_at), array("I", found.sketch))


def subject_of(found: Likeness) -> Subject:
    """What scores an article that was sent."""
    profile = Profile(
        family=found.family,
        terms=found.terms,
        weights=found.weights,
        marks=found.marks,
        forms=found.forms,
        names=dict(found.names),
        lengths=found.lengths,
        traits=found.traits,
        meaning=found.meaning,
        threshold=recipe_of(found.family).threshold,
    )
    return Subject(profile, moment_of(found.published_at), found.section)
