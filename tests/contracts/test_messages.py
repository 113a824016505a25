"""Golden messages: what stands in the log today must be read, and written again the same, by every later release."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from msgspec.structs import replace

from services.enrichment.enrich import enrich
from services.ingest.accept import accept
from shared import contract
from shared.codec import decode, encode
from shared.editions import load_editions
from shared.kafka_log import Record
from shared.messages import Article, Enriched, Probe
from shared.settings import Settings

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
DOCUMENTS = HERE.parents[1] / "docs" / "contract"
EDITIONS = load_editions(Settings().editions)


def golden(name: str) -> Any:
    return json.loads((GOLDEN / f"{name}.json").read_bytes())


@pytest.mark.parametrize("kind", contract.MESSAGES, ids=lambda kind: kind.__name__)
def test_a_golden_message_is_read_and_written_again_the_same(kind: type) -> None:
    content = golden(kind.__name__)
    message = decode(json.dumps(content).encode(), kind)
    assert json.loads(encode(message)) == content


@pytest.mark.parametrize("kind", contract.MESSAGES, ids=lambda kind: kind.__name__)
def test_a_field_of_a_later_release_is_passed_over(kind: type) -> None:
    content = golden(kind.__name__)
    assert decode(json.dumps({**content, "fromTheFuture": 1}).encode(), kind) == decode(
        json.dumps(content).encode(), kind
    )


@pytest.mark.parametrize("kind", [Article, Enriched], ids=lambda kind: kind.__name__)
def test_a_record_of_before_a_field_was_added_is_read_with_its_default(kind: type[Article | Enriched]) -> None:
    content = golden(kind.__name__)
    for name in ("urgency", "original", "genres", "tags"):
        content.pop(name, None)
    for medium in content["media"]:
        del medium["renditions"], medium["tracks"]
    old, new = decode(json.dumps(content).encode(), kind), decode(json.dumps(golden(kind.__name__)).encode(), kind)
    assert (old.urgency, old.original, old.genres, getattr(old, "tags", ())) == (5, "", (), ())
    assert [(medium.renditions, medium.tracks) for medium in old.media] == [((), ())] * len(new.media)
    assert old.stamp == new.stamp  # a replay of it is no conflict


def test_a_probe_of_before_articles_had_a_meaning_is_read_without() -> None:
    content = golden("Probe")
    del content["article"]["meaning"]
    old, new = decode(json.dumps(content).encode(), Probe), decode(json.dumps(golden("Probe")).encode(), Probe)
    assert old.article is not None
    assert new.article == replace(old.article, meaning=b"\x78\xb3")


@pytest.mark.parametrize("kind", contract.MESSAGES, ids=lambda kind: kind.__name__)
def test_a_golden_message_is_valid_by_the_published_schema(kind: type) -> None:
    schemas = json.loads((DOCUMENTS / "messages.schema.json").read_bytes())
    jsonschema.validate(golden(kind.__name__), {**schemas, "$ref": f"#/$defs/{kind.__name__}"})


def test_what_a_producer_sends_becomes_the_golden_article_and_its_enrichment() -> None:
    value = (GOLDEN / "ninjs.json").read_bytes()
    article = accept(Record("articles.ingest", 1, 42, 0, None, value, {}), EDITIONS, ())
    assert isinstance(article, Article)
    assert json.loads(encode(article)) == golden("Article")
    assert json.loads(encode(enrich(article))) == golden("Enriched")


def test_the_documents_that_are_kept_are_those_of_the_code() -> None:
    for name, document in contract.documents().items():
        kept = json.loads((DOCUMENTS / name).read_bytes())
        assert kept == json.loads(json.dumps(document)), f"{name}: run `make contract`"


def test_the_golden_producers_record_is_valid_by_the_published_schema() -> None:
    schema = json.loads((DOCUMENTS / "ninjs.schema.json").read_bytes())
    kill = {"uri": "urn:a", "versionCreated": "2026-11-18T07:30:00Z", "pubStatus": "canceled"}
    for good in (golden("ninjs"), kill, {**golden("ninjs"), "version": 2}):
        jsonschema.validate(good, schema)
    for bad in ({"headlines": "no list"}, {"embargoed": "2026-11-18T07:30:00Z"}, {"version": "two"}, {"uri": 5}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**golden("ninjs"), **bad}, schema)


def test_fields_of_messages_may_come_with_a_default_but_never_go_or_become_required() -> None:
    """The fields that today's log needs; a field may be added to a message only with a default."""
    required = {
        kind.__name__: [field.encode_name for field in msgspec.structs.fields(kind) if field.required]
        for kind in contract.MESSAGES
    }
    assert required == golden("required")


def test_every_topic_is_in_the_asyncapi_document_with_writers_and_readers() -> None:
    document = contract.asyncapi()
    assert "articles.ingest" in document["channels"]
    for operation in document["operations"].values():
        assert operation["channel"]["$ref"].removeprefix("#/channels/") in document["channels"]
    payloads = [
        message["payload"]["$ref"].rpartition("/")[2]
        for channel in document["channels"].values()
        for message in channel["messages"].values()
        if message["payload"].get("$ref", "").startswith("messages.schema.json")
    ]
    assert set(payloads) <= {kind.__name__ for kind in contract.MESSAGES}
