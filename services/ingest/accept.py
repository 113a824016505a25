"""The door: what a producer sent becomes an article, a kill, or a refusal with all its reasons. Stateless and pure."""

import hashlib
import html
import re
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import ValidationError
from pydantic_core import from_json

from services.ingest.media import media_of, media_type_of
from shared.codec import encode
from shared.editions import Edition
from shared.errors import ContentError
from shared.identity import public_id, slug_of
from shared.kafka_log import Record
from shared.messages import Article, Body, Kill, Origin
from shared.ninjs import Canceled, Ninjs, Text, clean_line, drop_controls, main_text
from shared.order import HASH_LENGTH, Phase
from shared.times import utc_text
from shared.topics import ARTICLE_LIMIT

RELATED_ARTICLE = "related"
MOST_PINS = 10
LONGEST_DEK = 5000
TRANSLATION = "translationOf"


def accept(record: Record, editions: Mapping[str, Edition], default_editions: tuple[str, ...]) -> Article | Kill:
    """What a record of `articles.ingest` says. Raises ContentError with all reasons for refusing it."""
    reasons: list[str] = []
    value = record.value or b""
    if len(value) > ARTICLE_LIMIT:
        reasons.append(f"the article has {len(value)} bytes; the limit is {ARTICLE_LIMIT}")
    raw = _parse(value, reasons)
    try:
        if raw.get("pubStatus") in ("canceled", "cancelled"):
            result: Article | Kill = _kill(record, Canceled.model_validate(raw), raw)
        else:
            raw.setdefault("editions", list(default_editions) or None)
            if raw["editions"] is None:
                del raw["editions"]
            ninjs = Ninjs.model_validate(raw, context={"editions": editions.keys()})
            result = _article(record, ninjs, raw, editions)
    except ValidationError as error:
        reasons += [_sentence(mistake) for mistake in error.errors()]
    except ContentError as error:
        reasons += error.reasons
    if reasons:
        raise ContentError(*reasons)
    return result


def routes(article: Article) -> tuple[Literal["accepted", "scheduled"], ...]:
    """Where an article goes from the door, without asking the time.

    An embargo, past or not, is the gate's to judge; an expiry is scheduled beside the publication. A withheld version
    hides the article at once, whatever its embargo says.
    """
    if article.phase is not Phase.LIVE:
        return ("accepted",)
    if article.not_before is not None:
        return ("scheduled",)
    return ("accepted", "scheduled") if article.not_after is not None else ("accepted",)


def _parse(value: bytes, reasons: list[str]) -> dict[str, Any]:
    if not value:
        raise ContentError("the record is empty")
    try:
        value.decode()
    except UnicodeDecodeError as error:
        raise ContentError(*reasons, f"not UTF-8: byte {error.start} is 0x{value[error.start]:02x}") from error
    try:
        raw = from_json(value.removeprefix(b"\xef\xbb\xbf"), allow_inf_nan=False)
    except ValueError as error:
        deep = "recursion limit" in str(error)
        raise ContentError(*reasons, f"nested too deeply: {error}" if deep else f"not JSON: {error}") from error
    if not isinstance(raw, dict):
        raise ContentError(*reasons, f"must be a JSON object, is {_kind(raw)}")
    return {name: content for name, content in _without_nulls(raw).items()}


def _without_nulls(value: Any) -> Any:
    """`null` is how many feeds write an absent field."""
    if isinstance(value, dict):
        return {name: _without_nulls(content) for name, content in value.items() if content is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value


def _kill(record: Record, canceled: Canceled, raw: dict[str, Any]) -> Kill:
    reason = raw.get("edNote")
    return Kill(
        uri=canceled.uri,
        id=public_id(canceled.uri),
        killed_at=utc_text(canceled.versionCreated),
        actor=record.headers.get("ce_source", "producer")[:200],
        reason=reason[:2000] if isinstance(reason, str) else "",
        origin=_origin(record),
    )


def _article(record: Record, ninjs: Ninjs, raw: dict[str, Any], editions: Mapping[str, Edition]) -> Article:
    headline = main_text(ninjs.headlines, "main")
    assert headline is not None  # the contract refuses an article without one
    title = clean_line(_plain(headline))
    section = slug_of(ninjs.section, "news")
    media = media_of(ninjs)
    published = ninjs.firstCreated or ninjs.versionCreated
    if ninjs.embargoedUntil is not None:
        published = max(published, ninjs.embargoedUntil)
    return Article(
        uri=ninjs.uri,
        id=public_id(ninjs.uri),
        version=ninjs.version,
        version_created=utc_text(ninjs.versionCreated),
        phase=Phase.WITHHELD if ninjs.pubStatus == "withheld" else Phase.LIVE,
        hash=content_hash(raw),
        published_at=utc_text(published),
        editions=tuple(ninjs.editions),
        language=ninjs.language or editions[ninjs.editions[0]].language,
        section=section,
        slug=slug_of(ninjs.slug or title, section),
        headline=title,
        media_type=media_type_of(ninjs, media),
        urgency=ninjs.urgency or 5,
        original=original_of(ninjs),
        genres=_genres(ninjs),
        not_before=None if ninjs.embargoedUntil is None else utc_text(ninjs.embargoedUntil),
        not_after=None if ninjs.expires is None else utc_text(ninjs.expires),
        origin=_origin(record),
        pins=pins_of(ninjs),
        unlisted=ninjs.relatedUnlisted,
        shows_none=ninjs.relatedHidden,
        dek=_dek(ninjs),
        by=drop_controls(ninjs.by or "")[:500],
        located=drop_controls(ninjs.located or "")[:500],
        correction=drop_controls(ninjs.correction or "")[:LONGEST_DEK],
        body=_body(ninjs.bodies),
        media=media,
        ninjs=raw,
    )


def original_of(ninjs: Ninjs) -> str:
    """The public id of the article that this one is a language version of; empty for an original.

    The first association with `rel` "translationOf" counts. One that names the article itself says nothing.
    """
    named = (item.uri for item in ninjs.associations if item.rel == TRANSLATION and item.uri)
    return next((public_id(uri) for uri in named if uri != ninjs.uri), "")


def _genres(ninjs: Ninjs) -> tuple[str, ...]:
    """Names of genres in lower case, each once; ten at most."""
    names = (drop_controls(genre.name or genre.literal or "")[:100].lower() for genre in ninjs.genres)
    return tuple(dict.fromkeys(filter(None, names)))[:10]


def content_hash(raw: Mapping[str, Any]) -> str:
    """32 hexadecimal digits over what the producer sent, whatever the order of its fields, without `pubStatus`.

    Not over what we make of it: a later release that makes more of it must not turn a replay into conflicts.
    """
    content = {name: value for name, value in raw.items() if name != "pubStatus"}
    return hashlib.sha256(encode(content)).hexdigest()[:HASH_LENGTH]


def _body(bodies: list[Text]) -> Body | None:
    """The main body, else the first in HTML, else the first in text. NITF and the like are no use to a page."""
    usable = [(text, kind) for text in bodies if (kind := _body_kind(text)) is not None]
    if not usable:
        if bodies:
            names = ", ".join(text.contentType or "?" for text in bodies[:10])
            raise ContentError(f"bodies: none is HTML or plain text ({names})")
        return None
    for wanted in (lambda t, k: t.role == "main", lambda t, k: k == "text/html", lambda t, k: True):
        for text, kind in usable:
            if wanted(text, kind):
                return Body(content_type=kind, value=text.value)
    return None


def _body_kind(text: Text) -> Literal["text/html", "text/plain"] | None:
    declared = (text.contentType or "").lower()
    if "nitf" in declared:
        return None
    if "html" in declared:
        return "text/html"
    if declared.startswith("text/plain") or declared == "body_text":
        return "text/plain"
    if declared:
        return None
    return (
        "text/html"
        if re.search(r"<(p|div|br|h[1-6]|ul|ol|article|section)\b[^>]*>", text.value, re.I)
        else "text/plain"
    )


def _dek(ninjs: Ninjs) -> str:
    found = main_text(ninjs.descriptions, "dek", "drop-head", "subtitle", "summary", "text")
    return drop_controls(_plain(found))[:LONGEST_DEK] if found else ""


def _plain(text: Text) -> str:
    """A text without markup, if it says that it has some."""
    declared = (text.contentType or "").lower()
    return html.unescape(re.sub(r"<[^>]*>", " ", text.value)) if "html" in declared else text.value


def pins_of(ninjs: Ninjs) -> tuple[str, ...]:
    """The public ids of the articles that an editor put first in the related list, in their order, each once.

    They are the associations whose `rel` or `role` is "related"; ten at most, never the article itself.
    """
    named = (item.uri for item in ninjs.associations if RELATED_ARTICLE in (item.rel, item.role) and item.uri)
    pins = dict.fromkeys(public_id(uri) for uri in named if uri != ninjs.uri)
    return tuple(pins)[:MOST_PINS]


def _origin(record: Record) -> Origin:
    return Origin(topic=record.topic, partition=record.partition, offset=record.offset)


def _sentence(mistake: Any) -> str:
    """A pydantic error as a sentence that names the field."""
    place = ""
    for part in mistake["loc"]:
        place += f"[{part}]" if isinstance(part, int) else f".{part}" if place else str(part)
    kind = mistake["type"]
    if kind == "missing":
        return f"{place}: is missing"
    if kind == "too_short":
        return f"{place}: must not be empty"
    if kind.endswith("_type"):
        return f"{place}: {mistake['msg']}, is {_kind(mistake['input'])}"
    if kind == "literal_error":
        return f"{place}: {mistake['msg']}, is {str(mistake['input'])[:50]!r}"
    return f"{place}: {mistake['msg']}"


def _kind(value: object) -> str:
    """The JSON name of a value's type."""
    names: dict[type, str] = {
        dict: "an object",
        list: "a list",
        str: "a text",
        bool: "true or false",
        type(None): "null",
    }
    return names.get(type(value), "a number")
