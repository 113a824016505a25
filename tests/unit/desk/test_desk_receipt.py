"""The receipt of a kill: what is looked at, what counts as clean, and what is said of what is not."""

import json
import time
from typing import Any

import httpx
import pytest
from screens import screened

from services.desk import kill_watch, receipt_screen
from services.desk.edge import Edge, Text
from services.desk.kill_places import Before, Place, is_clean, places, places_of_shower
from services.desk.kill_watch import Watch, before_kill
from services.desk.receipt import CachePurge, Check, Process, Receipt, as_json
from services.edge.lists import read_cursor
from shared.identity import public_id
from tests.support.pauses import replace_sleep

URI, KILLED, OTHER = "urn:a?b", public_id("urn:a?b"), public_id("urn:c")
EDITIONS = [{"slug": "north", "sections": [{"slug": "news"}, {"slug": "sport"}]}, {"slug": "south", "sections": []}]
ARTICLE = {
    "id": KILLED,
    "url": f"/north/articles/some-slug-{KILLED}",
    "editions": ["north"],
    "publishedAt": "2026-11-20T08:00:00.000000Z",
}


def receipt() -> Receipt:
    return Receipt(URI, KILLED, ("articles.kills", 2, 15), "2026-11-26T01:00:00.000000Z", "/masthead/desk/ann", "wrong")


def test_every_place_is_looked_at_also_where_the_article_stood() -> None:
    found = places(KILLED, URI, Before(EDITIONS, ARTICLE))
    paths = [place.path for place in found]
    assert len(set(paths)) == len(paths)
    for edition in ("north", "south"):
        assert f"/{edition}/articles/{KILLED}" in paths
        for path in ("", "rss.xml", "feed.json", "news-sitemap.xml", "sitemap-2026-11.xml"):
            assert f"/{edition}/{path}" in paths
    assert f"/north/articles/some-slug-{KILLED}" in paths
    assert f"/south/articles/some-slug-{KILLED}" not in paths
    for path in ("/north/news/", "/north/sport/rss.xml", "/north/news/feed.json", "/v1/editions/south/latest"):
        assert path in paths
    assert {f"/v1/articles/{KILLED}", f"/v1/articles/{KILLED}/related", "/v1/articles?uri=urn%3Aa%3Fb"} <= set(paths)
    (there,) = [path for path in paths if path.startswith("/north/sport/?before=")]
    assert read_cursor(there.partition("=")[2]) > f"2026-11-20T08:00:00.000000Z/{KILLED}"
    assert {place.own for place in found if place.kind in ("page", "API")} == {True}


def test_of_an_article_that_nobody_knew_the_newest_are_looked_at() -> None:
    paths = [place.path for place in places(KILLED, URI, Before(EDITIONS))]
    assert "/north/sport/" in paths
    assert not any("=" in path for path in paths if "uri=" not in path)


def test_showers_are_looked_at_in_all_their_editions() -> None:
    shower = {"id": OTHER, "url": f"/north/articles/x-{OTHER}", "editions": ["north", "south"]}
    assert [place.path for place in places_of_shower(shower)] == [
        f"/v1/articles/{OTHER}",
        f"/v1/articles/{OTHER}/related",
        f"/north/articles/x-{OTHER}",
        f"/south/articles/x-{OTHER}",
    ]


OWN, LIST = Place("page", "/north/articles/x", "north", own=True), Place("list", "/v1/editions/north/latest", "north")


@pytest.mark.parametrize(
    ("place", "answer", "clean"),
    [
        (OWN, Text(410, f"gone: {KILLED}", f"article-{KILLED}"), True),
        (OWN, Text(200, "something else"), False),
        (OWN, Text(404, "nothing"), False),
        (OWN, Text(301, "", f"article-{KILLED}"), False),
        (OWN, Text(0, "no answer"), False),
        (LIST, Text(200, "others"), True),
        (LIST, Text(404, "no such month"), True),
        (LIST, Text(200, f"others and {KILLED}"), False),
        (LIST, Text(200, "a picture", f"edition-north article-{KILLED}"), False),
        (LIST, Text(503, "later"), False),
        (LIST, Text(0, "no answer"), False),
    ],
)
def test_what_counts_as_clean(place: Place, answer: Text, clean: bool) -> None:
    assert is_clean(place, answer, KILLED) is clean


class FakeEdge:
    """An edge that lists the article until `cleaned` rounds were asked for, with one process and one shower."""

    def __init__(self) -> None:
        self.killed = True
        self.listed = False
        self.asked: list[str] = []
        self.processes = [self.process("p1")]
        self.caches: list[dict[str, Any]] = []

    @staticmethod
    def process(name: str, confirmed: bool = True, silent: float = 0.1) -> dict[str, Any]:
        said = {"id": name, "host": "h", "address": f"{name}:80", "confirmed": confirmed}
        return said | {"silentFor": silent, "secondsLeft": 32 - silent}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode()
        self.asked.append(path)
        if path == "/v1/editions":
            return httpx.Response(200, json={"items": EDITIONS})
        if path == f"/v1/kills/{KILLED}":
            return httpx.Response(200, json={"edges": self.processes, "showers": [OTHER], "caches": self.caches})
        if KILLED in path or "uri=" in path:
            return httpx.Response(410, json={"reason": "killed"}) if self.killed else httpx.Response(200, json=ARTICLE)
        if path == f"/v1/articles/{OTHER}":
            return httpx.Response(200, json={"id": OTHER, "url": f"/south/articles/x-{OTHER}", "editions": ["south"]})
        return httpx.Response(200, text=KILLED if self.listed and path == "/south/" else "others")

    def client(self) -> Edge:
        transport = httpx.MockTransport(self)
        return Edge("http://edge", httpx.AsyncClient(transport=transport), "http://edge")


async def watched(fake: FakeEdge, patience: float = 0.0) -> Receipt:
    found, edge = receipt(), fake.client()
    await Watch(edge, found, Before(EDITIONS, ARTICLE), time.monotonic()).until_clean(patience)
    return found


async def test_all_clean() -> None:
    fake = FakeEdge()
    found = await watched(fake)
    assert found.clean
    assert found.not_clean() == []
    assert {check.place.kind for check in found.checks} == {
        "page", "API", "list", "front", "section", "feed", "sitemap", "related"
    }  # fmt: skip
    assert {place.path for place in places(KILLED, URI, Before(EDITIONS, ARTICLE))} <= set(fake.asked)
    assert all(check.clean_at and check.after is not None for check in found.checks)


async def test_one_list_that_still_names_it() -> None:
    fake = FakeEdge()
    fake.listed = True
    found = await watched(fake)
    assert not found.clean
    assert found.not_clean() == ["south front /south/: still names it"]
    assert sum(check.clean_at is None for check in found.checks) == 1


async def test_it_asks_until_all_is_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeEdge()
    fake.listed, fake.processes = True, [FakeEdge.process("p1", confirmed=False)]

    async def sleep(_: float) -> None:
        fake.listed, fake.processes = False, [FakeEdge.process("p1")]

    replace_sleep(monkeypatch, kill_watch, sleep)
    found = await watched(fake, 10)
    assert found.clean
    assert fake.asked.count("/south/") == 2
    assert fake.asked.count("/north/") == 1


async def test_a_process_that_is_silent_makes_it_not_clean_until_its_time_is_over() -> None:
    fake = FakeEdge()
    fake.processes.append(FakeEdge.process("p2", confirmed=False, silent=12))
    found, edge = receipt(), fake.client()
    watch = Watch(edge, found, Before(EDITIONS, ARTICLE), time.monotonic())
    await watch.until_clean(0)
    (text,) = found.not_clean()
    assert text.startswith("the edge process at p2:80 (h) is silent; until 20")
    assert as_json(found)["edges"][1]["until"] is not None
    fake.processes.pop()  # its registration has ended, and its memory with it
    await watch.until_clean(0)
    assert found.clean
    assert as_json(found)["edges"][1]["clean"] is True


async def test_a_cache_must_be_purged_twice() -> None:
    def turn(outcome: str) -> dict[str, Any]:
        return {"outcome": outcome, "at": "2026-11-26T01:00:09.000000Z", "attempts": 3, "detail": "HTTP 500"}

    fake = FakeEdge()
    for first, second, said in (
        (None, None, "its first purge is waited for"),
        (turn("failing"), turn("waiting"), "its first purge fails: HTTP 500 (3 attempts)"),
        (turn("done"), turn("waiting"), "its second purge is waited for"),
    ):
        fake.caches = [{"edition": "north", "kind": "keys", "first": first, "second": second}]
        assert (await watched(fake)).not_clean() == [f"the cache of north: {said}"]
    fake.caches = [{"edition": "north", "kind": "keys", "first": turn("done"), "second": turn("done")}]
    found = await watched(fake)
    assert found.clean
    assert as_json(found)["caches"][0]["second"]["outcome"] == "done"


async def test_no_process_no_kill_and_no_edge_are_not_clean() -> None:
    fake = FakeEdge()
    fake.processes = []
    assert (await watched(fake)).not_clean() == ["no process of the edge is registered"]
    fake.killed = False
    assert (await watched(fake)).not_clean() == ["the edge does not say yet that it is killed"]
    away = httpx.MockTransport(lambda _: (_ for _ in ()).throw(httpx.ConnectError("no")))
    edge, found = Edge("http://edge", httpx.AsyncClient(transport=away), ""), receipt()
    assert await before_kill(edge, KILLED) == Before()
    await Watch(edge, found, Before(), time.monotonic()).until_clean(0)
    assert found.not_clean() == ["the edge at http://edge does not answer: connection refused"]
    assert not found.answered


def test_nothing_looked_at_is_not_clean() -> None:
    found = receipt()
    found.processes["p"] = Process("p", "h", "a", "2026-11-26T01:00:00.000000Z", 0.1)
    assert found.not_clean() == ["nothing was looked at"]


def test_for_programs_and_for_people(monkeypatch: pytest.MonkeyPatch) -> None:
    found = receipt()
    found.checks = [Check(OWN, "2026-11-26T01:00:01.000000Z", 0.25, "HTTP 410"), Check(LIST, saw="still names it")]
    found.processes["p"] = Process("p", "h", "a:80", "2026-11-26T01:00:01.000000Z", 0.31)
    done = {"outcome": "done", "at": "2026-11-26T01:00:09.000000Z", "attempts": 1, "detail": ""}
    found.caches = [CachePurge("north", "keys", done, done)]
    found.seconds = 60.0004
    said = json.loads(json.dumps(as_json(found)))
    assert said["killed"] == {
        "topic": "articles.kills", "partition": 2, "offset": 15, "at": "2026-11-26T01:00:00.000000Z",
        "actor": "/masthead/desk/ann", "reason": "wrong"
    }  # fmt: skip
    assert (said["clean"], said["seconds"]) == (False, 60.0)
    assert [check["clean"] for check in said["checks"]] == [True, False]
    for width in (None, 100):
        text = screened(monkeypatch, width, lambda: receipt_screen.show(found))
        for part in ("articles.kills 2/15", "desk/ann: wrong", "1 page", "0.25 s", "NOT CLEAN 60.0 s",
                     "north list /v1/editions/north/latest: still names it", "memory of 1 edge process",
                     "cache of north: purged twice, last at 2026-11-26T01:00:09Z"):  # fmt: skip
            assert part in text
    found.checks.pop()
    assert "clean 60.00 s after the kill was sent" in screened(monkeypatch, None, lambda: receipt_screen.show(found))
