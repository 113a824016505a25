"""Versions and records to try the desk's pure functions on."""

from typing import Any

import msgspec

from shared.codec import encode
from shared.identity import public_id
from shared.kafka_log import Record
from shared.messages import Article, Origin
from shared.order import Phase

URI = "urn:a"
NOW = "2026-03-01T12:00:00.000000Z"


def article(**changes: Any) -> Article:
    """A live article at offset 7 of partition 2 of `articles.ingest`, but for `changes`."""
    plain = Article(
        uri=URI,
        id=public_id(URI),
        version=1,
        version_created="2026-03-01T08:00:00.000000Z",
        phase=Phase.LIVE,
        hash="1" * 32,
        published_at="2026-03-01T08:00:00.000000Z",
        editions=("hk",),
        language="en",
        section="news",
        slug="a",
        headline="A",
        origin=Origin(topic="articles.ingest", partition=2, offset=7),
    )
    return msgspec.structs.replace(plain, **changes)


def record(topic: str, message: object, offset: int = 0, timestamp: int = 0, **headers: str) -> Record:
    """A record under the uri's key; a message is encoded, bytes are not."""
    value = message if isinstance(message, bytes) else encode(message)
    return Record(topic, 2, offset, timestamp, URI.encode(), value, headers)
