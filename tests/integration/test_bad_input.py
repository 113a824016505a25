"""What cannot be an article becomes one dead letter with all the reasons, and holds up nothing behind it."""

import json
from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from shared.kafka_log import partition_of
from shared.topics import INGEST, MIB
from tests.support.articles import article, new_uri
from tests.support.newsroom import Newsroom

GOOD = article("urn:x")
Parts = tuple[str, ...]


def text(**changes: Any) -> bytes:
    """A good article, changed, as bytes."""
    return json.dumps(GOOD | changes).encode()


def without(*names: str) -> bytes:
    """A good article less some fields, as bytes."""
    return json.dumps({name: value for name, value in GOOD.items() if name not in names}).encode()


BAD: Mapping[str, tuple[bytes | None, tuple[Parts, ...]]] = {
    # name: what is sent, and for each reason the words that it must contain
    "not JSON": (b'{"uri": "urn:x"', (("not JSON", "line 1"),)),
    "not UTF-8": (text().replace(b"</p>", b"\xed</p>"), (("not UTF-8", "0xed"),)),
    "not an object": (b'["urn:x"]', (("object", "list"),)),
    "tombstone": (None, (("empty",),)),
    "no bytes": (b"", (("empty",),)),
    "wrong types": (
        text(uri=5, headlines="Fire", urgency="high", subjects=[1], by={"name": "Mei"}, pubStatus="usabel"),
        (
            ("uri", "a number"),
            ("headlines", "a text"),
            ("urgency", "a text"),
            ("subjects[0]", "a number"),
            ("by", "an object"),
            ("pubStatus", "usabel"),
        ),
    ),
    "missing fields": (
        without("uri", "versionCreated", "headlines", "editions"),
        (("uri", "missing"), ("versionCreated", "missing"), ("headlines", "missing"), ("editions", "missing")),
    ),
    "no headline": (text(headlines=[]), (("headlines", "empty"),)),
    "embargo of ninjs 2.x": (text(embargoed="2030-01-01T00:00:00Z"), (("embargoed", "embargoedUntil"),)),
    "times without a zone": (
        text(versionCreated="2024-03-19T08:00:00", embargoedUntil="2024-03-20"),
        (("versionCreated", "zone"), ("embargoedUntil", "zone")),
    ),
    "not a time": (text(expires="tomorrow"), (("expires", "time"),)),
    "not a version": (text(version=-1), (("version", "whole number"),)),
    "a body of 1.5 MB": (
        text(bodies=[{"value": "<p>" + "long " * 300_000 + "</p>"}]),
        (("bodies", "1500007 bytes", str(MIB)),),
    ),
    "10,000 levels": (text().removesuffix(b"}") + b', "deep": ' + b"[" * 10_000 + b"]" * 10_000 + b"}", (("deep",),)),
    "unknown editions": (text(editions=["hk", "atlantis", "mu"]), (("editions", "'atlantis'", "'mu'"),)),
    "NUL in the headline": (text(headlines=[{"value": "Fire\0"}]), (("headline", "U+0000"),)),
    "escape in the headline": (text(headlines=[{"value": "\x1b[2JFire"}]), (("headline", "U+001B"),)),
    "only a NITF body": (
        text(bodies=[{"contentType": "application/nitf+xml", "value": "<nitf/>"}]),
        (("bodies", "application/nitf+xml"),),
    ),
    "white space in the uri": (text(uri="urn:x y"), (("uri", "white space"),)),
    "a kill of nothing": (
        b'{"pubStatus": "canceled"}',
        (("uri", "missing"), ("versionCreated", "missing")),
    ),
    "nearly the limit of the topic": (
        text(padding="x" * (INGEST.limit - 2000)),
        (("bytes", str(2 * MIB)),),
    ),
}


@pytest.mark.parametrize("name", BAD)
async def test_a_dead_letter_with_all_reasons(newsroom: Newsroom, name: str) -> None:
    value, reasons = BAD[name]
    follower = new_uri("behind")
    partition = partition_of(follower.encode(), newsroom.settings.partitions)
    key = b"\xff key of the producer"

    place = await newsroom.push(value, key=key, partition=partition)
    await newsroom.push(article(follower), partition=partition)

    await newsroom.visible(follower)
    letter = await newsroom.buried(place)
    assert (letter.key, letter.value) == (key, value)
    given = msgspec.json.decode(letter.headers["masthead-reasons"], type=list[str])
    for wanted in reasons:
        assert any(all(word in reason for word in wanted) for reason in given), f"no reason says {wanted}: {given}"
    assert len(given) == len(reasons), f"all the reasons, and no other: {given}"
    assert {name: letter.headers[name] for name in ("masthead-kind", "masthead-stage", "masthead-attempt")} == {
        "masthead-kind": "content",
        "masthead-stage": "ingest",
        "masthead-attempt": "1",
    }
    assert letter.headers["kafka_dlt-original-topic"] == INGEST.name
    for reason in given:
        assert reason in letter.headers["__connect.errors.exception.message"]


async def test_many_in_a_row_do_not_stop_the_service(newsroom: Newsroom) -> None:
    """Bad content is the producer's fault, however much of it there is: the limit on failures is for our own."""
    uri = new_uri("after-many")
    partition = partition_of(uri.encode(), newsroom.settings.partitions)
    process = newsroom.stack.pid("ingest")
    places = [await newsroom.push(b"{", key=b"same", partition=partition) for _ in range(120)]
    await newsroom.push(article(uri), partition=partition)
    await newsroom.visible(uri)
    letters = await newsroom.log.dead_letters()
    about = [int(letter.headers["__connect.errors.offset"]) for letter in letters if letter.value == b"{"]
    assert sorted(about) == sorted(place.offset for place in places)
    assert newsroom.stack.pid("ingest") == process


async def test_what_can_be_taken_is_taken(newsroom: Newsroom) -> None:
    """What real feeds send: digits as text, nulls, line ends, unknown fields, a byte order mark, roles missing."""
    uri = new_uri("feed")
    sent = article(
        uri,
        version="12",
        headlines=[{"value": " Ferry\r\n runs\tagain\u202e "}],
        descriptions=[{"value": "Rights\r\nreserved"}],
        by="Mei Tan and Joe Li",
        copyrightNotice="(c) 2024\r\nHarbour Wire",
        unknown={"token": "a b"},
        renditions=[{"href": "https://expired.example/a.jpg?token=1", "contentType": "image/jpeg", "width": "640"}],
    )
    sent |= {"located": None, "slug": None, "expires": None}
    await newsroom.push(b"\xef\xbb\xbf" + json.dumps(sent).encode(), key=None)
    served = await newsroom.visible(uri, 12)
    assert served["headline"] == "Ferry runs again"
    assert served["dek"] == "Rights reserved"
    assert served["url"].startswith("/hk/articles/ferry-runs-again-")
    assert "unknown" not in served
