"""The shapes of the API's answers, for its description under /docs. The answers themselves are stored ready-made."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

MediaType = Literal["text", "video", "audio"]


class _Answer(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class Article(_Answer):
    """An article, beside the ninjs fields as its producer sent them."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="allow")

    id: str = Field(description="public id: 16 characters of a-z and 2-7, derived from `uri`")
    uri: str
    version: int
    version_created: str = Field(description="UTC, always 27 characters: 2024-03-19T08:00:00.000000Z")
    language: str = Field(description="BCP 47")
    headline: str
    dek: str
    body_html: str = Field(description="sanitised HTML")
    summary: str
    keywords: list[str]
    reading_minutes: int
    section: str
    editions: list[str] = Field(description="slugs; the first is the home edition")
    url: str = Field(description="path of the page in the home edition")


class Reason(_Answer):
    """Why an entry is in a related list; the weights of an entry add up to at most its score."""

    kind: Literal["term", "entity", "story", "pinned", "recent"]
    value: str
    weight: float


class RelatedItem(_Answer):
    """One entry of a related list."""

    id: str
    uri: str
    url: str
    headline: str
    published_at: str
    media_type: MediaType
    language: str
    score: float
    reasons: list[Reason]


class Related(_Answer):
    """An article's related list, best first; empty until it was computed."""

    article_id: str
    items: list[RelatedItem]


class ListItem(_Answer):
    """An article in an edition's list."""

    id: str
    uri: str
    url: str
    canonical_url: str = Field(description="absolute: the page in the home edition")
    headline: str
    dek: str
    summary: str = Field(description="the dek, or the beginning of the text")
    by: str
    image: str = Field(description="absolute address of a still; empty for none")
    section: str
    language: str
    published_at: str
    version_created: str
    media_type: MediaType
    urgency: int = Field(description="1 (most urgent) to 9")


class Latest(_Answer):
    """A part of an edition's list, newest first. `next` is the cursor of the part behind it; null at the end."""

    items: list[ListItem]
    next: str | None


class Section(_Answer):
    """A section of an edition."""

    slug: str
    name: str


class Edition(_Answer):
    """An edition of the network."""

    slug: str
    name: str
    tagline: str
    locale: str = Field(description="BCP 47")
    time_zone: str = Field(description="IANA name")
    direction: Literal["ltr", "rtl"]
    sections: list[Section]
    url: str = Field(description="path of the front page")
    articles: int = Field(description="how many articles the edition lists")


class Editions(_Answer):
    """All editions, in the order of the network."""

    items: list[Edition]
    next: None = None


class EdgeProcess(_Answer):
    """A process that readers may be answered by."""

    id: str
    host: str
    address: str
    confirmed: bool = Field(description="its memory is clean of this kill")
    silent_for: float = Field(description="seconds since it was heard of")
    seconds_left: float = Field(description="for how long it counts if it stays silent")


class PurgeRound(_Answer):
    """How one round at a cache stands. `detail` says why it failed the last time."""

    outcome: Literal["waiting", "failing", "done"]
    at: str
    attempts: int
    detail: str


class CachePurge(_Answer):
    """What the cache of an edition was told of a kill."""

    edition: str
    kind: Literal["purge", "keys"]
    first: PurgeRound | None = Field(description="once the edge shows it no more")
    second: PurgeRound | None = Field(description="once nothing that was asked before can be under way")


class Kill(_Answer):
    """How far a kill has come."""

    id: str
    killed: bool
    told_at: str | None = Field(description="when Redis was first told of it, by the clock of Redis; UTC")
    edges: list[EdgeProcess]
    showers: list[str] = Field(description="ids of articles that may have shown what is killed")
    caches: list[CachePurge]


class Problem(BaseModel):
    """RFC 9457. `reason` says for 410 how the article was taken away; `errors` lists what is wrong with a request."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    reason: Literal["killed", "withheld", "expired"] | None = None
    errors: list[dict[str, Any]] | None = None
