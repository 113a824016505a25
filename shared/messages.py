"""The messages between our own stages, as msgspec structs: camelCase on the wire, unknown fields ignored by readers.

A field may be added with a default, never taken away or retyped: old records stay in the log for good.
"""

from typing import Any, Literal

import msgspec

from shared.order import Phase, Stamp

Kind = Literal["picture", "video", "audio"]
MediaType = Literal["text", "video", "audio"]


class Message(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=False):
    """Base of all messages."""


class Origin(Message, frozen=True):
    """The record on `articles.ingest` that something goes back to."""

    topic: str
    partition: int
    offset: int


class Body(Message, frozen=True):
    """The body that was chosen of those a producer sent, unsanitised."""

    content_type: Literal["text/html", "text/plain"]
    value: str


class Rendition(Message, frozen=True):
    """One file of a picture or of a video's still; `width` in pixels."""

    href: str
    width: int


class Track(Message, frozen=True):
    """Captions of a recording (WebVTT) in a language (BCP 47); `label` as a reader sees it, empty where unknown."""

    href: str
    language: str
    label: str = ""


class Media(Message, frozen=True):
    """A picture, video or audio that belongs to an article. `id` is the public id of the media's own `uri`.

    `href` is the file that fits most screens; `renditions` are a picture's files, or those of a video's still, whose
    width is known and that show the whole of it, narrowest first; `tracks` a recording's captions.
    """

    id: str
    kind: Kind
    href: str
    content_type: str = ""
    width: int | None = None
    height: int | None = None
    seconds: float | None = None
    caption: str = ""
    credit: str = ""
    alt: str = ""
    poster: str | None = None
    renditions: tuple[Rendition, ...] = ()
    tracks: tuple[Track, ...] = ()


class Version(Message, frozen=True, kw_only=True):
    """What every record about a version of an article carries, whatever the stage.

    `published_at`, `version_created`, `not_before` and `not_after` are fixed-width UTC. `editions` is never empty for
    a live version; the first is the home edition. `urgency` is the producer's, 1 (most) to 9. `original` is the public
    id of the article that this one is a language version of; empty where it is one itself. `genres` are lower case.
    """

    uri: str
    id: str
    version: int
    version_created: str
    phase: Phase
    hash: str
    published_at: str
    editions: tuple[str, ...]
    language: str
    section: str
    slug: str
    headline: str
    media_type: MediaType = "text"
    urgency: int = 5
    original: str = ""
    genres: tuple[str, ...] = ()
    not_before: str | None = None
    not_after: str | None = None
    origin: Origin
    pins: tuple[str, ...] = ()
    """The public ids of what an editor put first in the related list."""
    unlisted: bool = False
    """Kept out of all other related lists."""
    shows_none: bool = False
    """Its own related list is empty."""

    @property
    def stamp(self) -> Stamp:
        """This version's place in the order of `newer()`."""
        return Stamp(False, self.version, self.version_created, self.phase, self.hash)


class Article(Version, frozen=True):
    """On `articles.accepted` and `articles.scheduled`: what ingest made of a producer's record.

    `ninjs` holds the producer's fields as they came, unknown ones too; never rendered from.
    """

    dek: str = ""
    by: str = ""
    located: str = ""
    correction: str = ""
    body: Body | None = None
    media: tuple[Media, ...] = ()
    ninjs: dict[str, Any] = {}


class Entity(Message, frozen=True):
    """A person, organisation or place that an article names; `weight` in 0..1 by prominence."""

    name: str
    kind: Literal["person", "organisation", "place", "other"]
    weight: float


class Enriched(Version, frozen=True):
    """On `articles.enriched`: the article as it can be rendered and compared.

    `body_html` is sanitised; `text` is its plain text; `tags` are its topics for readers; `fingerprint` 16 hexadecimal
    digits, equal for texts that differ in white space, case and punctuation only.
    """

    dek: str = ""
    by: str = ""
    located: str = ""
    correction: str = ""
    body_html: str = ""
    text: str = ""
    summary: str = ""
    keywords: tuple[str, ...] = ()
    entities: tuple[Entity, ...] = ()
    tags: tuple[str, ...] = ()
    word_count: int = 0
    reading_minutes: int = 0
    fingerprint: str = ""
    media: tuple[Media, ...] = ()
    ninjs: dict[str, Any] = {}


class Reason(Message, frozen=True):
    """Why an entry is in a list. The weights of an entry's reasons add up to at most its score."""

    kind: Literal["term", "entity", "story", "pinned", "recent"]
    value: str
    weight: float


class RelatedItem(Message, frozen=True):
    """One entry of a related list, with all that is needed to show it."""

    id: str
    uri: str
    slug: str
    editions: tuple[str, ...]
    headline: str
    published_at: str
    media_type: MediaType
    language: str
    score: float
    reasons: tuple[Reason, ...]


class RelatedList(Message, frozen=True):
    """On `articles.related`: the whole list of one article, best first, at most 50 entries.

    Its fence is (`term`, `sequence`): the offset of its writer's start record, and the writer's own count. An article
    that is no longer live has an empty list. `editions` are those of the article itself.
    """

    uri: str
    id: str
    editions: tuple[str, ...]
    term: int
    sequence: int
    epoch: str
    items: tuple[RelatedItem, ...]

    def fence(self) -> str:
        """The fence as text: 19 digits of the term, 19 of the sequence."""
        return f"{self.term:019d}{self.sequence:019d}"


class WriterStart(Message, frozen=True):
    """On partition 0 of `articles.related`, under the key of `WRITER_KEY`: its offset is the writer's term."""

    writer: str
    started_at: str


class Kill(Message, frozen=True):
    """On `articles.kills`: terminal for its `uri`. Actor, time and reason are kept here and never public."""

    uri: str
    id: str
    killed_at: str
    actor: str
    reason: str
    origin: Origin | None = None


class GateMark(Message, frozen=True):
    """On `articles.scheduled`, beside the articles: the gate has forwarded the version with this stamp in `phase`."""

    uri: str
    version: int
    version_created: str
    hash: str
    phase: Phase

    @property
    def stamp(self) -> Stamp:
        """The stamp of the version that was forwarded."""
        return Stamp(False, self.version, self.version_created, self.phase, self.hash)


class LetterMark(Message, frozen=True):
    """On `articles.dead-letter`, beside the letters: what became of the one at `letter`, by whom and why.

    `redriven` is where its producer's bytes lie once more on `articles.ingest`. Of several marks the last counts.
    """

    letter: Origin
    act: Literal["redriven", "discarded"]
    marked_at: str
    actor: str
    reason: str = ""
    redriven: Origin | None = None


class ModelEpoch(Message, frozen=True):
    """On `model.epochs`: how common each term is in its language. The newest record stands, in this log's own offsets.

    `tables`: by language family, gzip over a document frequency table (`services.recommendation.epoch.Table`).
    `counted`: the articles of this log that are in it, by family; the others come from the tables that ship.
    """

    made_at: str
    actor: str
    counted: dict[str, int]
    tables: dict[str, bytes]


class EpochRollout(Message, frozen=True):
    """On `model.epochs`, behind the epoch with this id: all lists follow it now, and `changed` of them are others."""

    epoch: str
    done_at: str
    lists: int
    changed: int


class RebuildWanted(Message, frozen=True):
    """On `publishing.rebuilds`: Redis shall be made anew from the log, or with `dry_run` only be compared with it.

    `id` is 8 hexadecimal digits of chance, and ends the name of the build that is made.
    """

    id: str
    wanted_at: str
    actor: str
    dry_run: bool = False


class RebuildEnded(Message, frozen=True):
    """On `publishing.rebuilds`: what became of a wish. Wishes that came between it and this record are refused."""

    id: str
    ended_at: str
    outcome: str


class Likeness(Message, frozen=True):
    """A live article as another shard compares it: what shows it, what scores it under one epoch, its sketch.

    `terms` with their `forms`, `weights` and `marks` side by side, as in `services.recommendation.profile.Profile`;
    `names` pairs the place of a term with the entity that it belongs to. `sketch` is of 32-bit numbers, little-endian.
    """

    uri: str
    slug: str
    editions: tuple[str, ...]
    headline: str
    published_at: str
    media_type: MediaType
    language: str
    unlisted: bool
    section: str
    family: str
    terms: tuple[str, ...]
    forms: tuple[str, ...]
    weights: tuple[int, ...]
    marks: bytes
    names: tuple[tuple[int, str], ...]
    lengths: tuple[int, ...]
    traits: tuple[int, int, int]
    sketch: bytes
    meaning: bytes = b""


class Probe(Message, frozen=True, tag_field="kind", tag="probe"):
    """On `related.probes`, one to every other shard: what of yours is like this article, and does it enter your lists?

    `shard` is the partition that the article belongs to, `term` its owner's. `stamp` is the version's place in the
    order of `newer()`, packed. `article` is null for one that is not live: it leaves all lists.
    """

    shard: int
    term: int
    epoch: str
    id: str
    stamp: bytes
    article: Likeness | None


class Hit(Message, frozen=True):
    """An article of the shard that offers it, with its base and final score in millionths, and why it is offered."""

    id: str
    base: int
    score: int
    reasons: tuple[Reason, ...]


class Offer(Message, frozen=True, tag_field="kind", tag="offer"):
    """On `related.probes`, to the shard of an article that a probe was about: the best that this shard has for it.

    `stamp` and `asked` are the probe's stamp and term. `floor` is base score and uri of the last hit where more was
    left out below it.
    """

    shard: int
    term: int
    epoch: str
    id: str
    stamp: bytes
    asked: int
    hits: tuple[Hit, ...]
    floor: tuple[int, str] | None
