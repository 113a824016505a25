"""What a cache is told of a kill, and the setting that names the caches."""

import json

import pytest
from pydantic import HttpUrl, ValidationError

from services.publishing.caches import Cache, Call, by_edition, calls
from services.publishing.settings import PublishingSettings
from shared.editions import Edition, Section
from shared.entries import Entry
from shared.identity import public_id
from shared.messages import Origin
from shared.order import Phase

URI, KILLED, OTHER = "urn:a b", public_id("urn:a b"), public_id("urn:b")
NORTH = Edition(
    slug="north",
    name="The North",
    sections=(Section(slug="news", name="News"),),
    base_url=HttpUrl("https://north.example:8443/"),
)
PURGE = Cache(purge=HttpUrl("http://127.0.0.1:6081/"))
KEYS = Cache(keys=HttpUrl("https://cache.example/purge"), headers={"Authorization": "Bearer x"})


def entry(article_id: str, *editions: str) -> Entry:
    place = Origin(topic="t", partition=0, offset=0)
    return Entry(
        uri="urn:x", id=article_id, phase=Phase.LIVE, version=1, version_created="2026-11-20T08:00:00.000000Z",
        hash="0" * 32, original=article_id, editions=editions, slug="slug", section="news", not_before=None,
        not_after=None, origin=place, source=place,
    )  # fmt: skip


def test_by_keys_one_call_is_all() -> None:
    assert calls(NORTH, KEYS, KILLED, URI, None, []) == [
        Call(
            "POST",
            "https://cache.example/purge",
            {"Authorization": "Bearer x", "Surrogate-Key": f"article-{KILLED} front-north"},
        )
    ]


def test_by_address_every_path_that_is_known() -> None:
    found = calls(NORTH, PURGE, KILLED, URI, entry(KILLED, "north"), [entry(OTHER, "north", "south")])
    assert {call.method for call in found} == {"PURGE"}
    assert {call.headers["Host"] for call in found} == {"north.example:8443"}
    assert {tuple(call.fine) for call in found} == {(404,)}
    paths = [call.url.removeprefix("http://127.0.0.1:6081") for call in found]
    assert len(set(paths)) == len(paths)
    assert {
        f"/north/articles/slug-{KILLED}", f"/north/articles/{KILLED}", f"/v1/articles/{KILLED}", "/north/",
        "/v1/articles?uri=urn%3Aa%20b", "/north/rss.xml", "/north/news/", "/north/news/feed.json",
        "/north/news-sitemap.xml", "/north/sitemap-2026-11.xml", "/v1/editions/north/latest",
        f"/north/articles/slug-{OTHER}", f"/v1/articles/{OTHER}/related",
    } <= set(paths)  # fmt: skip


def test_a_shower_of_another_edition_has_no_page_here() -> None:
    paths = [call.url for call in calls(NORTH, PURGE, KILLED, URI, None, [entry(OTHER, "south")])]
    assert not any(f"slug-{OTHER}" in path for path in paths)
    assert any(f"/v1/articles/{OTHER}" in path for path in paths)


def test_the_setting_is_json_by_edition(monkeypatch: pytest.MonkeyPatch) -> None:
    assert PublishingSettings().caches == {}
    said = {"north": {"purge": "http://127.0.0.1:6081"}, "*": {"keys": "https://c.example/p", "headers": {"K": "v"}}}
    monkeypatch.setenv("MASTHEAD_CACHES", json.dumps(said))
    found = by_edition(PublishingSettings().caches, ["north", "south"])
    assert {slug: cache.kind for slug, cache in found.items()} == {"north": "purge", "south": "keys"}
    assert by_edition({"north": PURGE}, ["north", "south"]) == {"north": PURGE}


@pytest.mark.parametrize(
    "text",
    ["{", "[]", '{"north": {}}', '{"north": {"purge": "x"}}', '{"north": {"purge": "http://a", "keys": "http://b"}}'],
)
def test_a_mistake_in_it_stops_the_start(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("MASTHEAD_CACHES", text)
    with pytest.raises(ValidationError):
        PublishingSettings()
