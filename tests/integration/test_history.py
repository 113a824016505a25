"""`masthead history` on the real stack: each visible change, once, with the record that caused it."""

import io
import json
from typing import Any

import pytest
from rich.console import Console

from services.desk import screen
from services.desk.history import tell
from services.desk.hold import hold
from shared.identity import public_id
from shared.topics import ENRICHED, INGEST
from tests.support.articles import article, canceled, moment, new_uri
from tests.support.newsroom import Newsroom, Place
from tests.support.waiting import eventually


@pytest.fixture
def out(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    stream = io.StringIO()
    monkeypatch.setattr(screen, "out", Console(file=stream, highlight=False, markup=False, emoji=False))
    return stream


async def told(newsroom: Newsroom, out: io.StringIO, name: str, everything: bool = False) -> list[dict[str, Any]]:
    out.seek(0)
    out.truncate()
    assert await tell(newsroom.settings, name, everything, as_json=True) == 0
    found: list[dict[str, Any]] = json.loads(out.getvalue())["events"]
    return found


def kinds(events: list[dict[str, Any]]) -> list[str]:
    return [event["kind"] for event in events]


def cause(place: Place) -> dict[str, Any]:
    return {"topic": INGEST.name, "partition": place.partition, "offset": place.offset}


async def test_a_life_from_publication_to_kill(newsroom: Newsroom, out: io.StringIO) -> None:
    uri, other = new_uri("history"), new_uri("history-neighbour")
    text = ("The lighthouse at Corran Point keeps its lamp; the keepers of the lighthouse voted on Sunday.",)
    await newsroom.publish(article(other, headline="Keepers vote at Corran Point", paragraphs=text))
    first = await newsroom.push(article(uri, version=1, headline="Corran Point keeps its lamp", paragraphs=text))
    await newsroom.visible(uri, 1)

    async def shows_related() -> None:
        assert await newsroom.edge.related(uri)

    await eventually(shows_related)
    late = moment(-60)
    second = await newsroom.push(article(uri, version=2, correction="It was Sunday.", paragraphs=text))
    await newsroom.visible(uri, 2)
    await newsroom.push(article(uri, version=1, versionCreated=late, paragraphs=text))
    refused = await newsroom.push(article(uri, version=3, editions=("atlantis",)))
    await newsroom.settle(uri)
    assert await hold(newsroom.settings, "withhold", uri, "being checked", wait=False, patience=0) == 0
    await newsroom.gone(uri, "withheld")
    assert await hold(newsroom.settings, "release", uri, "", wait=False, patience=0) == 0
    await newsroom.visible(uri, 4)
    await newsroom.push(canceled(uri))
    await newsroom.gone(uri, "killed")
    await newsroom.push(article(uri, version=99))
    await newsroom.settle(uri)

    events = await told(newsroom, out, uri)
    assert kinds(events) == ["published", "related", "corrected", "withheld", "released", "killed"]
    assert all(event["visible"] for event in events)
    published, related, corrected, withheld, released, killed = events
    assert (published["cause"], corrected["cause"]) == (cause(first), cause(second))
    assert (corrected["text"], withheld["text"]) == ("It was Sunday.", "being checked")
    assert [event["version"] for event in events] == [1, None, 2, 3, 4, None]
    assert (withheld["by"], released["by"]) == ("desk/withhold", "desk/release")
    traces = {record.place: record.headers["traceparent"] for record in await newsroom.log.records(ENRICHED, key=uri)}
    for event in (published, corrected, withheld, released):
        assert event["trace"] == traces[event["records"]["enriched"]].split("-")[1]
        assert {"ingest", "enrichment"} <= {stage for stage, took in event["latency"].items() if took is not None}
        assert event["latency"]["publishing"] is None
    assert related["cause"]["topic"] == "articles.related"
    assert killed["cause"]["topic"] == "articles.kills"

    everything = await told(newsroom, out, public_id(uri), everything=True)
    unseen = [event for event in everything if not event["visible"]]
    assert sorted(kinds(unseen)) == ["late", "late", "refused"]
    assert [event["version"] for event in unseen if event["kind"] == "late"] == [1, 99]
    [letter] = [event for event in unseen if event["kind"] == "refused"]
    assert letter["records"]["ingest"] == f"{INGEST.name}/{refused.partition}/{refused.offset}"
    assert kinds([event for event in everything if event["visible"]]) == kinds(events)


async def test_an_expired_article_has_its_history_and_a_killed_picture_its_place(
    newsroom: Newsroom, out: io.StringIO
) -> None:
    uri, picture = new_uri("expires"), new_uri("its-picture")
    rendition = {"name": "main", "href": "https://media.example/lamp.jpg", "contentType": "image/jpeg"}
    shown = [{"name": "main", "uri": picture, "type": "picture", "renditions": [rendition]}]
    over = moment(8)
    await newsroom.publish(article(uri, associations=shown, expires=over))
    await newsroom.push(canceled(picture))
    await newsroom.gone(uri, "expired")

    async def gate_has_said_so() -> None:
        assert len(await newsroom.log.records(ENRICHED, key=uri)) == 2

    await eventually(gate_has_said_so)
    events = [event for event in await told(newsroom, out, uri) if event["kind"] != "related"]
    assert kinds(events) == ["published", "medium killed", "expired"]
    assert picture in events[1]["text"]
    assert (events[2]["by"], events[2]["cause"]["topic"]) == ("the clock", "articles.accepted")
    assert events[2]["time"][:19] == over[:19]
