"""What ninjs says of an article's related list."""

import json
from typing import Any

from services.ingest.accept import accept
from shared.editions import load_editions
from shared.identity import public_id
from shared.kafka_log import Record
from shared.messages import Article
from shared.settings import Settings

NINJS: dict[str, Any] = {
    "uri": "urn:example:1",
    "versionCreated": "2024-03-19T16:00:00+08:00",
    "headlines": [{"value": "Ferry fares rise"}],
}


def article(**fields: Any) -> Article:
    editions = load_editions(Settings().editions)
    value = json.dumps({**NINJS, "editions": [next(iter(editions))], **fields}).encode()
    found = accept(Record("articles.ingest", 1, 42, 0, b"k", value, {}), editions, ())
    assert isinstance(found, Article)
    return found


def test_related_associations_are_pins_by_rel_or_role_in_their_order_each_once_and_never_the_article_itself() -> None:
    associations = [
        {"rel": "related", "uri": "urn:example:3"},
        {"name": "picture", "uri": "urn:example:picture", "type": "picture"},
        {"role": "related", "uri": "urn:example:2"},
        {"rel": "related", "uri": "urn:example:3"},
        {"rel": "related", "uri": "urn:example:1"},
        {"rel": "related"},
    ]
    assert article(associations=associations).pins == (public_id("urn:example:3"), public_id("urn:example:2"))


def test_ten_pins_count() -> None:
    many = [{"rel": "related", "uri": f"urn:example:{number}"} for number in range(2, 40)]
    assert len(article(associations=many).pins) == 10


def test_switches_are_off_unless_said() -> None:
    plain, both = article(), article(relatedUnlisted=True, relatedHidden=True)
    assert (plain.unlisted, plain.shows_none, plain.pins) == (False, False, ())
    assert (both.unlisted, both.shows_none) == (True, True)
