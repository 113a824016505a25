"""A live article as recommendation keeps it: what lists show of it, how it is scored, and where it stands."""

from array import array
from dataclasses import dataclass, field

from services.recommendation.arrange import Shown
from services.recommendation.copies import sketch
from services.recommendation.epoch import Epoch
from services.recommendation.limits import Limits
from services.recommendation.profile import Profile
from services.recommendation.ranking import Ranking
from services.recommendation.score import Subject, subject
from services.recommendation.timeline import Point, backwards
from shared.messages import Enriched, RelatedItem


@dataclass(slots=True)
class Live:
    """A live article; the text is not kept.

    `pins`: the public ids that an editor put first. `unlisted`: it stands in no other list. `shows_none`: its own list
    is empty. `slot`, `ranking` and `shown` are set when it is taken in.
    """

    article: RelatedItem
    subject: Subject
    backwards: int
    sketch: "array[int]"
    pins: tuple[str, ...]
    unlisted: bool
    shows_none: bool
    slot: int = field(init=False)
    ranking: Ranking = field(init=False)
    shown: Shown = field(default_factory=Shown)

    @property
    def profile(self) -> Profile:
        return self.subject.profile

    @property
    def moment(self) -> int:
        return self.subject.moment or 0

    @property
    def point(self) -> Point:
        return Point(self.backwards, self.article.uri, self.slot)


def weighed(article: Enriched, epoch: Epoch, limits: Limits) -> Live:
    """A version as it is kept, before it is taken in. Raises ValueError for one that cannot be read."""
    shown = RelatedItem(
        id=article.id,
        uri=article.uri,
        slug=article.slug,
        editions=article.editions,
        headline=article.headline,
        published_at=article.published_at,
        media_type=article.media_type,
        language=article.language,
        score=0.0,
        reasons=(),
    )
    return Live(
        article=shown,
        subject=subject(article, epoch),
        backwards=backwards(article.published_at),
        sketch=sketch(article),
        pins=article.pins[: limits.pins],
        unlisted=article.unlisted,
        shows_none=article.shows_none,
    )
