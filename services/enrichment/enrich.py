"""The verb of this service: an accepted article in, the enriched article out."""

import re

from services.enrichment.counts import fingerprint, reading_minutes, word_count
from services.enrichment.entities import entities
from services.enrichment.keywords import keywords
from services.enrichment.language import detect
from services.enrichment.names import proper_names
from services.enrichment.public import public_fields
from services.enrichment.sanitise import body_html, plain_text
from services.enrichment.summary import summarise
from services.enrichment.tags import tags
from shared.codec import encode
from shared.errors import ContentError
from shared.messages import Article, Body, Enriched, Version
from shared.order import Phase
from shared.topics import ENRICHED

RESERVE = 64 * 1024
"""Bytes of a record that are left to its key, headers and framing."""
READ = 50_000
"""Characters of a text in which names and keywords are looked for."""
_MARKUP = re.compile(r"</?[A-Za-z]|&[A-Za-z#]")


def enrich(article: Article) -> Enriched:
    """What can be said of an article from itself alone: the same article gives the same bytes, at any time.

    A withheld or expired version keeps only what every version carries: its texts do not travel on. Raises
    ContentError for a body whose markup cannot be put in order, and for a result too large for its topic.
    """
    version = {name: getattr(article, name) for name in Version.__struct_fields__}
    if article.phase is not Phase.LIVE:
        return Enriched(**version)
    html = body_html(article.body, article.headline) if article.body else ""
    text = plain_text(html)
    dek = _plain(article.dek)
    if not article.ninjs.get("language"):
        version["language"] = detect(article.headline, text, article.language)
    language = version["language"].lower().split("-")[0]
    seen = text[:READ]
    names = proper_names(language, seen)
    words = keywords(language, article.headline, dek, seen, names, article.ninjs)
    named = entities(article.headline, dek, seen, names, article.ninjs)
    enriched = Enriched(
        **version,
        dek=dek,
        by=article.by,
        located=article.located,
        correction=article.correction,
        body_html=html,
        text=text,
        summary=summarise(dek, text),
        keywords=words,
        entities=named,
        tags=tags(article.ninjs, named, words),
        word_count=word_count(text),
        reading_minutes=reading_minutes(text),
        fingerprint=fingerprint(text, article.headline),
        media=article.media,
        ninjs=public_fields(article.ninjs),
    )
    size, limit = len(encode(enriched)), ENRICHED.limit - RESERVE
    if size > limit:
        raise ContentError(f"the enriched article would take {size} bytes, more than the {limit} of {ENRICHED.name}")
    return enriched


def _plain(text: str) -> str:
    """A line of text without the markup that some producers put in it."""
    if _MARKUP.search(text):
        text = plain_text(body_html(Body(content_type="text/html", value=text), ""))
    return " ".join(text.split())
