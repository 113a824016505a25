"""What publishing lays into Redis for the edge, beside the fragments."""

import msgspec

from shared.fragments import Fragment
from shared.messages import MediaType, Message, Origin
from shared.order import Phase


class Entry(Message, frozen=True):
    """What the edge must know before it serves an article. The text is in other fields of the same hash.

    The edge answers 404 before `not_before` and 410 from `not_after` on, whatever the phase says. `origin` is the
    record on `articles.ingest`, `source` that on `articles.enriched` from which the text can be rendered again.
    """

    uri: str
    id: str
    phase: Phase
    version: int
    version_created: str
    hash: str
    editions: tuple[str, ...]
    slug: str
    section: str
    not_before: str | None
    not_after: str | None
    origin: Origin
    source: Origin


class Summary(Message, frozen=True):
    """An article in a list of the API. `url` is a path, in the edition of the list."""

    id: str
    uri: str
    url: str
    headline: str
    dek: str
    section: str
    language: str
    published_at: str
    media_type: MediaType


class Card(msgspec.Struct, frozen=True, array_like=True):
    """An article in an edition's list: for the API and, as a fragment, for the front page."""

    summary: Summary
    fragment: Fragment
    not_before: str | None
    not_after: str | None
