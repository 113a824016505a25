"""What one message writes: entry, JSON, fragments and cards; nothing of the text where the article is not live."""

import json
from dataclasses import replace

import msgspec
import pytest

from services.edge import models
from services.publishing.publish import KILL_FENCE, Publication, publication, related_fields
from services.publishing.render import Renderer
from shared.editions import load_editions, with_addresses
from shared.entries import Card, Entry, LanguageVersion
from shared.fragments import unpack
from shared.identity import public_id
from shared.messages import Enriched, Media, Origin, Reason, RelatedItem, RelatedList
from shared.order import Phase
from shared.settings import Settings

EDITIONS = with_addresses(load_editions(Settings().editions), "https://news.example")
RENDERER = Renderer(EDITIONS)
VERSION = Enriched(
    uri="urn:example:1",
    id="abcdefghijklmnop",
    version=3,
    version_created="2024-03-19T08:00:00.000000Z",
    phase=Phase.LIVE,
    hash="a" * 32,
    published_at="2024-03-19T08:00:00.000000Z",
    editions=("port-ellery", "chiuwan"),
    language="en",
    section="harbour",
    slug="ferry-fares-rise",
    headline="Ferry fares rise",
    origin=Origin(topic="articles.ingest", partition=0, offset=1),
    dek="From Monday",
    body_html="<p>Zanzibarword</p>",
    text="Zanzibarword",
    media=(Media(id="mediamediamediam", kind="picture", href="https://example.org/p.jpg"),),
    ninjs={"urgency": 3, "version": "3", "edNote": "left to enrichment"},
)


SOURCE = Origin(topic="articles.enriched", partition=2, offset=5)


def publish(version: Enriched, renderer: Renderer, killed: frozenset[str] = frozenset()) -> Publication:
    return publication(version, SOURCE, killed, renderer, EDITIONS)


def item(article_id: str, editions: tuple[str, ...]) -> RelatedItem:
    return RelatedItem(
        id=article_id,
        uri=f"urn:{article_id}",
        slug="other",
        editions=editions,
        headline=f"Headline {article_id[0]}",
        published_at="2024-03-18T08:00:00.000000Z",
        media_type="video",
        language="en",
        score=0.5,
        reasons=(Reason(kind="term", value="ferry", weight=0.4),),
    )


LIST = RelatedList(
    uri="urn:example:1",
    id="abcdefghijklmnop",
    editions=("port-ellery", "chiuwan"),
    term=4,
    sequence=9,
    epoch="e",
    items=(item("a" * 16, ("chiuwan",)), item("b" * 16, ("port-ellery", "chiuwan")), item("c" * 16, ("gone",))),
)


def test_a_live_version_writes_its_pages_json_and_cards() -> None:
    found = publish(VERSION, RENDERER)
    assert set(found.fields) == {
        "article/entry",
        "article/json",
        *(f"article/{part}:{slug}" for part in ("head", "page") for slug in VERSION.editions),
    }
    assert found.fence == VERSION.stamp.fence() < KILL_FENCE
    entry = msgspec.json.decode(found.fields["article/entry"], type=Entry)
    assert (entry.version, entry.editions, entry.slug) == (3, VERSION.editions, "ferry-fares-rise")
    assert entry.original == VERSION.id
    page = unpack(found.fields["article/page:chiuwan"])
    assert b"Zanzibarword" in page.plain()
    assert page.shows == ("abcdefghijklmnop", "mediamediamediam")
    listing = found.listed["edition:chiuwan"]
    assert (listing.member, listing.section) == ("2024-03-19T08:00:00.000000Z/abcdefghijklmnop", "harbour")
    card = msgspec.msgpack.decode(listing.card, type=Card)
    assert card.fragment.shows == page.shows
    assert card.summary.url == "/chiuwan/articles/ferry-fares-rise-abcdefghijklmnop"
    assert card.summary.canonical_url == "https://news.example/port-ellery/articles/ferry-fares-rise-abcdefghijklmnop"
    assert card.summary.urgency == 5


def test_a_version_is_in_the_lists_of_its_editions_and_of_its_original() -> None:
    alone = publish(VERSION, RENDERER)
    assert set(alone.listed) == {"edition:port-ellery", "edition:chiuwan", f"languages:{VERSION.id}"}
    window = {"not_before": "2024-03-19T08:00:00.000000Z", "not_after": "2024-03-20T08:00:00.000000Z"}
    translation = publish(msgspec.structs.replace(VERSION, original="o" * 16, language="zh-Hant", **window), RENDERER)
    assert set(translation.listed) == {"edition:port-ellery", "edition:chiuwan", "languages:" + "o" * 16}
    assert msgspec.json.decode(translation.fields["article/entry"], type=Entry).original == "o" * 16
    card = translation.listed["languages:" + "o" * 16].card
    assert msgspec.msgpack.decode(card, type=LanguageVersion) == LanguageVersion(
        VERSION.id,
        "zh-Hant",
        "https://news.example/port-ellery/articles/ferry-fares-rise-abcdefghijklmnop",
        window["not_before"],
        window["not_after"],
    )


def test_the_json_has_ours_over_the_producers_fields_and_nothing_private() -> None:
    found = json.loads(publish(VERSION, RENDERER).fields["article/json"])
    assert (found["version"], found["urgency"], found["bodyHtml"]) == (3, 3, "<p>Zanzibarword</p>")
    assert found["url"] == "/port-ellery/articles/ferry-fares-rise-abcdefghijklmnop"
    assert found["canonicalUrl"] == f"https://news.example{found['url']}"
    assert not {"origin", "text", "ninjs", "phase", "notBefore", "fingerprint"} & set(found)


def test_urgency_and_genres_are_the_producers_in_the_json_and_ours_in_lists() -> None:
    ninjs = {"urgency": 3, "genres": [{"name": "Live", "uri": "urn:genre"}]}
    for version in (VERSION, msgspec.structs.replace(VERSION, urgency=3, genres=("live",))):  # of before, and of today
        answer = json.loads(publish(msgspec.structs.replace(version, ninjs=ninjs), RENDERER).fields["article/json"])
        assert {name: answer[name] for name in ninjs} == ninjs
    assert "urgency" not in json.loads(
        publish(msgspec.structs.replace(VERSION, ninjs={}), RENDERER).fields["article/json"]
    )


def test_the_api_is_as_it_is_described() -> None:
    models.Article.model_validate_json(publish(VERSION, RENDERER).fields["article/json"])
    models.Related.model_validate_json(related_fields(LIST, set(), RENDERER, EDITIONS)["related/json"])


@pytest.mark.parametrize("phase", [Phase.WITHHELD, Phase.EXPIRED])
def test_a_version_that_is_not_live_writes_its_entry_and_no_text(phase: Phase) -> None:
    found = publish(msgspec.structs.replace(VERSION, phase=phase), RENDERER)
    assert set(found.fields) == {"article/entry"}
    assert found.listed == {}
    assert b"Ferry fares" not in found.fields["article/entry"]


def test_editions_that_the_network_no_longer_has_are_left_out() -> None:
    some = publish(msgspec.structs.replace(VERSION, editions=("gone", "chiuwan")), RENDERER)
    assert set(some.listed) == {"edition:chiuwan", f"languages:{VERSION.id}"}
    assert msgspec.json.decode(some.fields["article/entry"], type=Entry).editions == ("chiuwan",)
    none = publish(msgspec.structs.replace(VERSION, editions=("gone",)), RENDERER)
    assert (set(none.fields), none.listed) == ({"article/entry"}, {})
    assert msgspec.json.decode(none.fields["article/entry"], type=Entry).editions == ()


def test_a_related_list_links_into_the_edition_of_who_shows_it() -> None:
    fields = related_fields(LIST, set(), RENDERER, EDITIONS)
    found = json.loads(fields["related/json"])
    assert found["articleId"] == "abcdefghijklmnop"
    assert [entry["url"] for entry in found["items"]] == [
        "/chiuwan/articles/other-" + "a" * 16,
        "/port-ellery/articles/other-" + "b" * 16,
    ]
    assert found["items"][0]["reasons"] == [{"kind": "term", "value": "ferry", "weight": 0.4}]
    page = unpack(fields["related/page:chiuwan"])
    assert ("/chiuwan/articles/other-" + "b" * 16).encode() in page.plain()
    assert page.shows == ("a" * 16, "b" * 16)


def test_the_killed_are_in_no_fragment_and_the_list_is_kept_for_the_next_time() -> None:
    fields = related_fields(LIST, {"a" * 16}, RENDERER, EDITIONS)
    assert b"Headline a" not in unpack(fields["related/page:port-ellery"]).plain()
    assert "a" * 16 not in fields["related/json"].decode()
    assert msgspec.json.decode(fields["related/list"], type=RelatedList) == LIST


def test_a_killed_picture_is_in_no_fragment_and_no_json() -> None:
    ninjs = {"associations": [{"name": "main", "uri": "urn:example:pic"}, {"name": "other", "uri": "urn:example:2"}]}
    picture = Media(id=public_id("urn:example:pic"), kind="picture", href="https://example.org/secret.jpg")
    found = publish(msgspec.structs.replace(VERSION, media=(picture,), ninjs=ninjs), RENDERER, frozenset({picture.id}))
    assert b"secret.jpg" not in unpack(found.fields["article/page:port-ellery"]).plain()
    assert picture.id not in unpack(found.fields["article/page:port-ellery"]).shows
    answer = json.loads(found.fields["article/json"])
    assert (answer["media"], [item["name"] for item in answer["associations"]]) == ([], ["other"])


def test_equal_messages_write_equal_bytes() -> None:
    assert publish(VERSION, RENDERER) == replace(publish(VERSION, Renderer(EDITIONS)))
    assert related_fields(LIST, set(), RENDERER, EDITIONS) == related_fields(LIST, set(), Renderer(EDITIONS), EDITIONS)
