"""The door: what is taken, with which defaults, and that a refusal names all its reasons."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from services.ingest.accept import accept, content_hash, routes
from shared.editions import load_editions
from shared.errors import ContentError
from shared.identity import public_id
from shared.kafka_log import Record
from shared.messages import Article, Kill
from shared.order import Phase
from shared.settings import Settings
from shared.topics import ARTICLE_LIMIT, BODY_LIMIT

EDITIONS = load_editions(Settings().editions)
NINJS: dict[str, Any] = {
    "uri": "urn:example:1",
    "versionCreated": "2024-03-19T16:00:00+08:00",
    "headlines": [{"value": "Ferry\tfares\n rise "}],
    "editions": ["port-ellery"],
}


def take(value: bytes | dict[str, Any], default: tuple[str, ...] = ()) -> Article | Kill:
    data = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()
    return accept(Record("articles.ingest", 1, 42, 0, b"k", data, {"ce_source": "/cms"}), EDITIONS, default)


def article(**changes: Any) -> Article:
    found = take({**NINJS, **changes})
    assert isinstance(found, Article)
    return found


def reasons(value: bytes | dict[str, Any], default: tuple[str, ...] = ()) -> tuple[str, ...]:
    with pytest.raises(ContentError) as caught:
        take(value, default)
    return caught.value.reasons


def test_the_least_that_is_needed_has_the_contracts_defaults() -> None:
    found = article()
    assert found.id == public_id("urn:example:1")
    assert (found.version, found.phase, found.section, found.language) == (0, Phase.LIVE, "news", "en")
    assert (found.headline, found.slug) == ("Ferry fares rise", "ferry-fares-rise")
    assert found.version_created == found.published_at == "2024-03-19T08:00:00.000000Z"
    assert (found.origin.partition, found.origin.offset) == (1, 42)
    assert (found.body, found.media, found.media_type, found.dek) == (None, (), "text", "")


def test_the_language_is_the_first_editions_unless_named() -> None:
    assert article(editions=["chiuwan", "port-ellery"]).language == "zh-Hant-HK"
    assert article(language="en_GB").language == "en-GB"


@pytest.mark.parametrize(
    ("given", "version"), [(0, 0), ("0", 0), ("17", 17), (17, 17), ("007", 7), (10**18 - 1, 10**18 - 1)]
)
def test_versions_are_numbers_also_as_digits(given: object, version: int) -> None:
    assert article(version=given).version == version


@pytest.mark.parametrize("given", [-1, True, "1.0", "x", 1.5, 10**18, "9" * 40, "１"])
def test_other_versions_are_refused(given: object) -> None:
    [reason] = reasons({**NINJS, "version": given})
    assert reason.startswith("version: must be a whole number")


def test_null_is_an_absent_field_and_unknown_fields_are_kept() -> None:
    found = article(by=None, expires=None, descriptions=None, subjects=[{"name": "Ferries", "rel": None}], desk="night")
    assert found.by == ""
    assert found.ninjs["desk"] == "night"
    assert "by" not in found.ninjs


def test_the_main_headline_else_the_first() -> None:
    texts = [{"role": "short", "value": "Short"}, {"role": "main", "value": "Main"}]
    assert article(headlines=texts).headline == "Main"
    assert article(headlines=texts[:1]).headline == "Short"


def test_what_a_headline_loses_and_what_it_is_refused_for() -> None:
    assert article(headlines=[{"value": "\ufeffA\u202eB\r\nC\u00a0D"}]).headline == "AB C D"
    for control in ("\x00", "\x08", "\x1b", "\x7f", "\x9b"):
        [reason] = reasons({**NINJS, "headlines": [{"value": f"A{control}B"}]})
        assert reason == f"headlines: the main headline contains the control character U+{ord(control):04X}"


def test_the_main_body_else_html_else_text_and_never_nitf() -> None:
    nitf = {"contentType": "text/vnd.IPTC.NITF", "value": "<nitf/>", "role": "main"}
    html = {"contentType": "application/xhtml+xml", "value": "<p>H</p>"}
    text = {"contentType": "text/plain", "value": "T"}
    bare = {"value": "<p>Bare</p>"}

    def chosen(*bodies: dict[str, str]) -> tuple[str, str]:
        body = article(bodies=list(bodies)).body
        assert body is not None
        return body.content_type, body.value

    assert chosen(nitf, text, html) == ("text/html", "<p>H</p>")
    assert chosen(nitf, {**text, "role": "main"}, html) == ("text/plain", "T")
    assert chosen(text) == ("text/plain", "T")
    assert chosen(bare) == ("text/html", "<p>Bare</p>")
    assert chosen({"value": "a < b"}) == ("text/plain", "a < b")
    assert reasons({**NINJS, "bodies": [nitf]}) == ("bodies: none is HTML or plain text (text/vnd.IPTC.NITF)",)


def test_an_article_may_consist_of_its_picture_alone() -> None:
    found = article(type="picture", renditions=[{"name": "main", "href": "https://example.org/p.jpg", "width": "800"}])
    [medium] = found.media
    assert (medium.kind, medium.href, medium.width, medium.id) == (
        "picture",
        "https://example.org/p.jpg",
        800,
        found.id,
    )


def test_of_many_renditions_the_widest_that_a_screen_needs() -> None:
    widths = [(9000, "huge"), (1600, "large"), (300, "small")]
    renditions = [{"href": f"https://example.org/{n}.jpg", "width": w, "contentType": "image/jpeg"} for w, n in widths]
    picture = {"name": "main", "uri": "urn:example:pic", "type": "picture", "renditions": renditions}
    [medium] = article(associations=[picture]).media
    assert (medium.href, medium.id) == ("https://example.org/large.jpg", public_id("urn:example:pic"))


def test_a_video_is_marked_and_takes_its_still_along() -> None:
    renditions = [
        {"href": "https://example.org/v.mp4", "contentType": "video/mp4", "duration": 61.5},
        {"href": "https://example.org/v.jpg", "contentType": "image/jpeg"},
    ]
    found = article(associations=[{"name": "v", "uri": "urn:example:v", "type": "video", "renditions": renditions}])
    assert found.media_type == "video"
    assert (found.media[0].poster, found.media[0].seconds) == ("https://example.org/v.jpg", 61.5)
    assert article(type="text", associations=found.ninjs["associations"]).media_type == "text"


def test_addresses_that_a_browser_would_run_are_no_media() -> None:
    for href in ("javascript:alert(1)", "data:text/html,x", "//elsewhere.example/p.jpg", "https://", "x.jpg"):
        assert article(type="picture", renditions=[{"href": href, "contentType": "image/jpeg"}]).media == ()


@pytest.mark.parametrize("status", ["canceled", "cancelled"])
def test_a_canceled_article_is_a_kill_whatever_else_it_says(status: str) -> None:
    found = take(
        {"uri": "urn:example:1", "versionCreated": "2024-03-19T08:00:00Z", "pubStatus": status, "headlines": 5}
    )
    assert isinstance(found, Kill)
    assert (found.id, found.actor, found.killed_at) == (
        public_id("urn:example:1"),
        "/cms",
        "2024-03-19T08:00:00.000000Z",
    )


def test_published_is_the_later_of_creation_and_embargo() -> None:
    early, late = "2024-03-01T00:00:00Z", "2024-04-01T00:00:00Z"
    assert article(firstCreated=early).published_at == "2024-03-01T00:00:00.000000Z"
    assert article(embargoedUntil=late).published_at == "2024-04-01T00:00:00.000000Z"
    assert article(firstCreated=late, embargoedUntil=early).published_at == "2024-04-01T00:00:00.000000Z"


def test_routes_ask_no_clock() -> None:
    long_ago, far_off = "1990-01-01T00:00:00Z", "2990-01-01T00:00:00Z"
    assert routes(article()) == ("accepted",)
    assert routes(article(embargoedUntil=long_ago)) == ("scheduled",)
    assert routes(article(expires=far_off)) == ("accepted", "scheduled")
    assert routes(article(embargoedUntil=far_off, expires=far_off)) == ("scheduled",)
    assert routes(article(embargoedUntil=far_off, pubStatus="withheld")) == ("accepted",)


def test_the_hash_is_over_the_content_without_phase_and_origin() -> None:
    plain = article()
    assert article(pubStatus="withheld").hash == plain.hash
    assert article(pubStatus="usable").hash == plain.hash == content_hash(dict(reversed(NINJS.items())))
    assert article(desk="night").hash != plain.hash
    assert article(section="sport").hash != plain.hash
    elsewhere = accept(Record("articles.ingest", 3, 1, 9, None, json.dumps(NINJS).encode(), {}), EDITIONS, ())
    assert isinstance(elsewhere, Article)
    assert elsewhere.hash == plain.hash


def test_urgency_is_the_producers_or_5() -> None:
    assert (article().urgency, article(urgency=1).urgency, article(urgency=9).urgency) == (5, 1, 9)


def test_genres_are_names_in_lower_case_each_once() -> None:
    genres = [{"name": "Live "}, {"literal": "Opinion"}, {"name": "LIVE"}, {"uri": "urn:g"}, {"name": "\x00"}]
    assert article(genres=genres).genres == ("live", "opinion")
    assert article(genres=[{"name": f"g{number}"} for number in range(20)]).genres == tuple(f"g{n}" for n in range(10))
    assert article().genres == ()


def test_a_language_version_names_its_original() -> None:
    original = {"name": "original", "rel": "translationOf", "type": "text", "uri": "urn:example:original"}
    found = article(associations=[{"name": "x", "rel": "related", "uri": "urn:example:2"}, original])
    assert found.original == public_id("urn:example:original")
    assert found.media == ()
    assert article(associations=[original, {**original, "uri": "urn:example:3"}]).original == found.original
    assert article(associations=[{**original, "uri": "urn:example:1"}]).original == ""  # of itself
    assert article(associations=[{"name": "original", "rel": "translationOf"}]).original == ""
    assert article().original == ""


def test_default_editions_serve_who_names_none() -> None:
    bare = {name: value for name, value in NINJS.items() if name != "editions"}
    found = take(bare, ("chiuwan",))
    assert isinstance(found, Article)
    assert found.editions == ("chiuwan",)
    assert reasons(bare) == ("editions: is missing",)


def test_all_reasons_come_at_once() -> None:
    found = reasons(
        {
            "versionCreated": "2024-03-19T08:00:00",
            "embargoed": "2024-03-20T08:00:00Z",
            "headlines": [{"value": "A\x00"}],
            "editions": ["atlantis"],
            "by": 5,
            "urgency": 12,
        }
    )
    assert [reason.split(":")[0] for reason in found] == [
        "uri",
        "versionCreated",
        "headlines",
        "editions",
        "embargoed",
        "by",
        "urgency",
    ]


@pytest.mark.parametrize(
    ("value", "start"),
    [
        (b"", "the record is empty"),
        (b"\xff\xfe", "not UTF-8: byte 0 is 0xff"),
        (b"{nope", "not JSON:"),
        (b"[1]", "must be a JSON object, is a list"),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "nested too deeply"),
        (b'{"a":"\\ud800"}', "not JSON:"),
    ],
)
def test_what_is_no_json_object_is_refused_with_what_it_is(value: bytes, start: str) -> None:
    [reason] = reasons(value)
    assert reason.startswith(start)


def test_bodies_and_articles_have_limits() -> None:
    fits = article(bodies=[{"value": "x" * BODY_LIMIT, "contentType": "text/plain"}])
    assert fits.body is not None
    [reason] = reasons({**NINJS, "bodies": [{"value": "é" * 800_000}]})
    assert reason == f"bodies: body 0 has 1600000 bytes; the limit is {BODY_LIMIT}"
    bodies = [{"value": "x" * 900_000}] * 3
    assert reasons({**NINJS, "bodies": bodies})[0].endswith(f"the limit is {ARTICLE_LIMIT}")


@pytest.mark.parametrize("uri", ["", "a b", "a\nb", "x" * 2049, 5])
def test_a_uri_is_one_word(uri: object) -> None:
    assert reasons({**NINJS, "uri": uri})[0].startswith("uri: ")


@pytest.mark.parametrize("moment", ["2024-03-19", "2024-03-19T08:00:00", "yesterday", 5, "0001-01-01T00:00:00+14:00"])
def test_a_time_needs_a_zone_and_a_year_that_utc_has(moment: object) -> None:
    assert reasons({**NINJS, "versionCreated": moment})[0].startswith("versionCreated: ")


def test_every_version_of_a_sample_passes_the_door() -> None:
    kinds: Counter[type] = Counter()
    refused: dict[str, tuple[str, ...]] = {}
    for file in (Path(__file__).parents[3] / "shared" / "samples").rglob("*.json"):
        try:
            kinds[type(take(file.read_bytes()))] += 1
        except ContentError as error:
            refused[file.name] = error.reasons
    assert refused == {}
    assert kinds[Article] > 120
    assert kinds[Kill] >= 1
