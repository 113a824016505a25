"""What is kept of articles beside what scores them: what lists show of a live one, and which version stands."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
import numpy as np

from services.recommendation.columns import Column, Pieces
from services.recommendation.copies import sketch
from services.recommendation.epoch import Epoch
from services.recommendation.limits import Limits
from services.recommendation.lookup import Texts
from services.recommendation.score import Subject, subject
from services.recommendation.timeline import Point, instant
from shared.messages import Enriched, MediaType, RelatedItem
from shared.order import Stamp


class Card(msgspec.Struct, frozen=True, array_like=True):
    """What of an article lists show or ask for, but its text.

    `pins`: the public ids that an editor put first. `unlisted`: it stands in no other list. `shows_none`: its own list
    is empty.
    """

    uri: str
    id: str
    slug: str
    editions: tuple[str, ...]
    headline: str
    published_at: str
    media_type: MediaType
    language: str
    pins: tuple[str, ...]
    unlisted: bool
    shows_none: bool

    def item(self, score: float = 0.0, reasons: tuple = ()) -> RelatedItem:  # type: ignore[type-arg]
        """An entry that shows the article."""
        return RelatedItem(
            id=self.id,
            uri=self.uri,
            slug=self.slug,
            editions=self.editions,
            headline=self.headline,
            published_at=self.published_at,
            media_type=self.media_type,
            language=self.language,
            score=score,
            reasons=reasons,
        )


@dataclass(frozen=True, slots=True)
class Face:
    """What of a live version lists show and what they leave out: all but what scores it."""

    card: Card
    stamp: bytes
    instant: int
    sketch: "array[int]"


@dataclass(frozen=True, slots=True)
class Weighed(Face):
    """A live version before it is taken in."""

    subject: Subject


def face(article: Enriched, limits: Limits) -> Face:
    """What is kept of a version that another shard scores. Raises ValueError for one that cannot be read."""
    return Face(_card(article, limits), packed_stamp(article.stamp), instant(article.published_at), sketch(article))


def weighed(article: Enriched, epoch: Epoch, limits: Limits) -> Weighed:
    """A version as it is kept. Raises ValueError for one that cannot be read."""
    shown = face(article, limits)
    return Weighed(shown.card, shown.stamp, shown.instant, shown.sketch, subject(article, epoch))


def _card(article: Enriched, limits: Limits) -> Card:
    return Card(
        uri=article.uri,
        id=article.id,
        slug=article.slug,
        editions=article.editions,
        headline=article.headline,
        published_at=article.published_at,
        media_type=article.media_type,
        language=article.language,
        pins=article.pins[: limits.pins],
        unlisted=article.unlisted,
        shows_none=article.shows_none,
    )


Place = tuple[str, tuple[str, ...]]
"""Where the list of an article belongs: its `uri` and its editions."""

STAMP = 34


def packed_stamp(stamp: Stamp) -> bytes:
    """A stamp (of one that is not killed) in 34 bytes, ordered as `newer()` orders stamps. ValueError for no stamp."""
    fence = stamp.fence()
    version, moment, phase, digest = fence[1:19], fence[19:-33], fence[-33], fence[-32:]
    return int(version).to_bytes(8) + int(moment).to_bytes(9) + int(phase).to_bytes(1) + bytes.fromhex(digest)


class Articles:
    """All live articles by slot, and the versions that stand of those that are not live.

    `slots`: the slot of each live article by public id. `cards`: by slot, packed; none where a slot is free.
    `resting`: the stamp of each article that is withheld or expired. `left`: where those belong, and the killed ones of
    which a version had stood.
    """

    def __init__(self) -> None:
        self.slots = Texts(lambda slot: self.card(slot).id)
        self.cards = Pieces()
        self.resting: dict[str, bytes] = {}
        self.left: dict[str, Place] = {}
        self.killed: set[str] = set()
        self.columns = {"stamp": Column(np.uint8, STAMP), "instant": Column(np.int64)}
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(Card).decode

    def put(self, slot: int, found: Face) -> None:
        """Take a live version in."""
        self.cards.put(slot, self._encode(found.card))
        self.slots.add(found.card.id, slot)
        for column, value in zip(self.columns.values(), (list(found.stamp), found.instant), strict=True):
            column.reach(slot + 1)
            column.rows[slot] = value

    def drop(self, slot: int) -> None:
        """Take one out."""
        self.slots.remove(self.card(slot).id, slot)
        self.cards.drop(slot)

    def is_live(self, slot: int) -> bool:
        """Whether a slot is that of a live article."""
        return bool(self.cards.columns["size"].rows[slot])

    def live(self) -> Iterator[int]:
        """The slots of all live articles."""
        return map(int, np.flatnonzero(self.cards.columns["size"].rows))

    def place(self, article_id: str) -> Place | None:
        """Where the list of an article belongs; None for one of which no version has stood."""
        slot = self.slots.get(article_id)
        if slot is None:
            return self.left.get(article_id)
        card = self.card(slot)
        return card.uri, card.editions

    def kill(self, article_id: str) -> None:
        """Note that nothing of an article counts any more; it is yet to be dropped."""
        self.killed.add(article_id)
        self.resting.pop(article_id, None)
        if (place := self.place(article_id)) is not None:
            self.left[article_id] = place

    def stamp(self, article_id: str) -> bytes:
        """The stamp of the version that stands, empty if none does."""
        slot = self.slots.get(article_id)
        return self.resting.get(article_id, b"") if slot is None else self.columns["stamp"].rows[slot].tobytes()

    def card(self, slot: int) -> Card:
        """What lists show of a live article."""
        return self._decode(self.cards.get(slot))

    def uri(self, slot: int) -> str:
        """The uri of a live article."""
        return self.card(slot).uri

    def point(self, slot: int) -> Point:
        """The place in time of a live article."""
        return Point(int(self.columns["instant"].rows[slot]), self.uri(slot), slot)
