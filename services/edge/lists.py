"""Lists by time: which cards are shown, and the cursors between pages."""

import base64
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import msgspec

from services.edge.page import in_window
from shared.entries import Card, Summary

_MEMBER = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z/[a-z2-7]{16}")


def make_cursor(member: str) -> str:
    """A cursor that goes on behind the article at this place of the order (`shared.redis_keys.list_member`)."""
    return base64.urlsafe_b64encode(member.encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> str:
    """The place that a cursor stands for. Raises ValueError for what `make_cursor` never gave."""
    mistake = "not the `next` of an answer"
    try:
        member = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
    except ValueError as error:
        raise ValueError(mistake) from error
    if not _MEMBER.fullmatch(member) or make_cursor(member) != cursor:
        raise ValueError(mistake)
    return member


def may_show(card: Card, killed: Collection[str], now: str) -> bool:
    """Whether a card's article is in a list at `now`: in its time and not killed."""
    return card.summary.id not in killed and in_window(card.not_before, card.not_after, now)


def may_show_card(card: Card, killed: Collection[str], now: str) -> bool:
    """Whether also the card's fragment may be shown: it may have a picture that is killed."""
    return may_show(card, killed, now) and not names(card.fragment.shows, killed)


def shown_summary(card: Card, killed: Collection[str]) -> Summary:
    """What is said of a card's article without its fragment: no picture where one of its media is killed."""
    safe = not names(card.fragment.shows, killed)
    return card.summary if safe else msgspec.structs.replace(card.summary, image="")


def names(shows: Sequence[str], killed: Collection[str]) -> bool:
    """Whether a fragment that shows these ids names a killed one."""
    return any(shown in killed for shown in shows)


class _Item(msgspec.Struct):
    id: str


class _RelatedAnswer(msgspec.Struct, rename="camel"):
    article_id: str
    items: list[msgspec.Raw]


@dataclass(frozen=True)
class RelatedAnswer:
    """The API's stored answer of a related list, taken apart only as far as kills need it."""

    article_id: str
    items: tuple[tuple[str, bytes], ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the entries, in their order."""
        return tuple(article_id for article_id, _ in self.items)

    def without(self, killed: Collection[str]) -> bytes:
        """The answer as JSON, without the killed entries."""
        kept = [msgspec.Raw(item) for article_id, item in self.items if article_id not in killed]
        return msgspec.json.encode(_RelatedAnswer(self.article_id, kept))


def read_related(stored: bytes | None, article_id: str) -> RelatedAnswer:
    """The related list from `related/json`; empty where none has arrived yet."""
    if stored is None:
        return RelatedAnswer(article_id, ())
    answer = msgspec.json.decode(stored, type=_RelatedAnswer)
    items = [bytes(item) for item in answer.items]
    return RelatedAnswer(answer.article_id, tuple((msgspec.json.decode(item, type=_Item).id, item) for item in items))
