"""The verb: what goes on, what stays behind."""

import time
from typing import Any

import pytest

from services.enrichment.enrich import enrich
from shared.codec import encode
from shared.errors import ContentError
from shared.messages import Article, Body, Enriched, Media, Origin
from shared.order import Phase

PICTURE = Media(id="mediamediamediam", kind="picture", href="https://news.example/p.jpg")


def article(html: str = "<p>Fares rise on Monday.</p>", **fields: Any) -> Article:
    """An accepted article of the English edition."""
    found: dict[str, Any] = {
        "uri": "urn:example:1",
        "id": "abcdefghijklmnop",
        "version": 3,
        "version_created": "2024-03-19T08:00:00.000000Z",
        "phase": Phase.LIVE,
        "hash": "a" * 32,
        "published_at": "2024-03-19T08:00:00.000000Z",
        "editions": ("hk",),
        "language": "en",
        "section": "news",
        "slug": "ferry-fares-rise",
        "headline": "Ferry fares rise",
        "origin": Origin(topic="articles.ingest", partition=0, offset=1),
        "dek": "From Monday",
        "by": "A. Reporter",
        "located": "Port Ellery",
        "correction": "Not Tuesday.",
        "media": (PICTURE,),
        "ninjs": {"language": "en"},
        "body": Body(content_type="text/html", value=html),
    }
    return Article(**found | fields)


def test_a_live_article() -> None:
    found = enrich(article("<h1>Ferry fares rise</h1><p>Fares rise <script>x</script>on Monday.</p>"))
    assert found.body_html == "<p>Fares rise on Monday.</p>"
    assert found.text == "Fares rise on Monday."
    assert (found.word_count, found.reading_minutes) == (4, 1)
    assert (found.summary, found.dek, found.by, found.located) == (
        "From Monday",
        "From Monday",
        "A. Reporter",
        "Port Ellery",
    )
    assert found.correction == "Not Tuesday."
    assert found.media == (PICTURE,)
    assert found.stamp == article().stamp
    assert {"Ferry", "fares"} <= set(found.keywords)


@pytest.mark.parametrize("phase", Phase)
def test_what_every_version_carries_is_carried_whatever_its_phase(phase: Phase) -> None:
    found = enrich(article(phase=phase, urgency=2, original="o" * 16, genres=("live",)))
    assert (found.urgency, found.original, found.genres) == (2, "o" * 16, ("live",))


@pytest.mark.parametrize("phase", [Phase.WITHHELD, Phase.EXPIRED])
def test_texts_of_a_version_that_is_not_live_stay_behind(phase: Phase) -> None:
    found = enrich(article(phase=phase, ninjs={"title": "secret"}))
    rest = [name for name in Enriched.__struct_fields__ if name not in article().__struct_fields__]
    assert not any(getattr(found, name) for name in [*rest, "dek", "by", "located", "correction", "media", "ninjs"])
    assert found.stamp.phase is phase


def test_the_same_bytes_each_time() -> None:
    one = article("<p>Mayor Ada Grey met Bo Lind. Then Ada Grey left with Bo Lind for Port Ellery.</p>" * 3)
    assert encode(enrich(one)) == encode(enrich(one))


def test_pictures_alone_are_an_article() -> None:
    found = enrich(article(body=None, dek=""))
    assert (found.body_html, found.text, found.summary, found.word_count, found.reading_minutes) == ("", "", "", 0, 0)
    assert len(found.fingerprint) == 16


def test_a_dek_with_markup_is_plain() -> None:
    found = enrich(article(dek="<p>From <b>Monday</b> &amp; on</p>\n"))
    assert (found.dek, found.summary) == ("From Monday & on", "From Monday & on")


def test_language_is_the_producers_or_found() -> None:
    german = "<p>Die Fähre fährt am Montag nicht, weil der Hafen gesperrt ist und niemand weiß, wie lange.</p>"
    assert enrich(article(german)).language == "en"
    assert enrich(article(german, ninjs={})).language == "de"


def test_a_result_above_the_topics_limit_is_refused() -> None:
    with pytest.raises(ContentError, match=r"would take \d+ bytes"):
        enrich(article(ninjs={"title": "x" * (8 * 1024 * 1024)}))


def test_the_worst_body_that_ingest_takes_fits_and_does_not_take_long() -> None:
    began = time.process_time()
    enrich(article("<p>" + "&" * 1024 * 1024))
    assert time.process_time() - began < 4
