"""What publishing lays into Redis for the edge, beside the fragments."""

import msgspec

from shared.fragments import Fragment
from shared.messages import MediaType, Message, Origin
from shared.order import Phase


class Entry(Message, frozen=True):
    """What the edge must know before it serves an article. The text is in other fields of the same hash.

    The edge answers 404 before `not_before` and 410 from `not_after` on, whatever the phase says. `origin` is the
    record on `articles.ingest`, `source` that on `articles.enriched` from which the text can be rendered again.
    `original` is the article that this is a language version of: itself, where it is a version of no other.
    """

    uri: str
    id: str
    phase: Phase
    version: int
    version_created: str
    hash: str
    original: str
    editions: tuple[str, ...]
    slug: str
    section: str
    not_before: str | None
    not_after: str | None
    origin: Origin
    source: Origin


class Summary(Message, frozen=True):
    """An article in a list of the API, and in feeds and sitemaps. `url` is a path, in the edition of the list.

    `canonical_url` is its one address, in its home edition; `image` the address of a still. Both are absolute.
    `summary` is the dek, or the beginning of the text; what is not known is empty.
    """

    id: str
    uri: str
    url: str
    canonical_url: str
    headline: str
    dek: str
    summary: str
    by: str
    image: str
    section: str
    language: str
    published_at: str
    version_created: str
    media_type: MediaType
    urgency: int


class Card(msgspec.Struct, frozen=True, array_like=True):
    """An article in an edition's list: for the API and, as a fragment, for the front page."""

    summary: Summary
    fragment: Fragment
    not_before: str | None
    not_after: str | None


class LanguageVersion(msgspec.Struct, frozen=True, array_like=True):
    """An article among the language versions of one original. `url` is absolute, in the article's home edition."""

    id: str
    language: str
    url: str
    not_before: str | None
    not_after: str | None
