"""The contract as documents: JSON Schema of what producers send and of our messages, AsyncAPI 3.0 of the topics.

`make contract` writes them to `docs/contract/`, and a test compares them with the code.
"""

import json
import sys
from pathlib import Path
from typing import Any

import msgspec
from pydantic.json_schema import models_json_schema

from shared import messages
from shared.ninjs import Canceled, Ninjs
from shared.topics import DECLARED, Topic

MESSAGES = (
    messages.Article,
    messages.Enriched,
    messages.RelatedList,
    messages.WriterStart,
    messages.Kill,
    messages.GateMark,
    messages.LetterMark,
    messages.ModelEpoch,
    messages.EpochRollout,
    messages.RebuildWanted,
    messages.RebuildEnded,
    messages.Probe,
    messages.Offer,
)


def documents() -> dict[str, dict[str, Any]]:
    """Every document by its file name."""
    return {
        "ninjs.schema.json": ninjs_schema(),
        "messages.schema.json": message_schemas(),
        "asyncapi.json": asyncapi(),
    }


def ninjs_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a record on `articles.ingest`: a canceled article, or an article.

    A field that is null counts as absent, at any depth; the schema itself does not say so everywhere.
    """
    _, schemas = models_json_schema([(Ninjs, "validation"), (Canceled, "validation")])
    article, kill = {"$ref": "#/$defs/Ninjs"}, {"$ref": "#/$defs/Canceled"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "if": {"properties": {"pubStatus": {"enum": ["canceled", "cancelled"]}}, "required": ["pubStatus"]},
        "then": kill,
        "else": article,
        **schemas,
    }


def message_schemas() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of all messages between our stages, each under `$defs`."""
    _, components = msgspec.json.schema_components(MESSAGES, ref_template="#/$defs/{name}")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": components}


def asyncapi() -> dict[str, Any]:
    """The topics, who writes and who reads them, after AsyncAPI 3.0.0 with its Kafka bindings."""
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Masthead", "version": "1.0.0"},
        "defaultContentType": "application/json",
        "channels": {topic.name: _channel(topic) for topic in DECLARED},
        "operations": {
            f"{service}-{action}-{topic.name}": {
                "action": action,
                "channel": {"$ref": f"#/channels/{topic.name}"},
                "title": f"{service} {'writes' if action == 'send' else 'reads'} {topic.name}",
            }
            for topic in DECLARED
            for action, services in (("send", topic.producers), ("receive", topic.consumers))
            for service in services
        },
    }


def _channel(topic: Topic) -> dict[str, Any]:
    return {
        "address": topic.name,
        "messages": {kind.__name__: _message(topic, kind) for kind in topic.value},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "topicConfiguration": {
                    "cleanup.policy": ["delete"],
                    "retention.ms": topic.retention_ms,
                    "retention.bytes": -1,
                    "max.message.bytes": topic.limit,
                },
            }
        },
    }


def _message(topic: Topic, kind: type) -> dict[str, Any]:
    content: dict[str, Any] = {
        "name": kind.__name__,
        "bindings": {"kafka": {"key": {"type": "string", "description": topic.key}}},
    }
    if kind is not bytes:
        content["payload"] = {"$ref": f"messages.schema.json#/$defs/{kind.__name__}"}
    elif topic.name == "articles.ingest":
        content["payload"] = {"$ref": "ninjs.schema.json"}
    else:
        content["payload"] = {"description": "the bytes as they came"}
    return content


def main(folder: Path) -> None:
    """Writes all documents into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, document in documents().items():
        (folder / name).write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
