"""Of several records what need be written: pure."""

from collections.abc import Iterable
from typing import NamedTuple

from shared.codec import decode
from shared.kafka_log import Record
from shared.messages import Enriched, Origin, RelatedList
from shared.topics import ENRICHED, WRITER_KEY


class Sourced(NamedTuple):
    """A version, and the record of `articles.enriched` that it stands in."""

    version: Enriched
    source: Origin


def version_of(record: Record) -> Sourced:
    """What a record of `articles.enriched` holds. Raises msgspec.DecodeError."""
    return Sourced(
        decode(record.value, Enriched), Origin(topic=record.topic, partition=record.partition, offset=record.offset)
    )


def newest(records: Iterable[Record]) -> tuple[list[Sourced], list[RelatedList]]:
    """Of each article the newest version, and of each related list; by their fences, of equal ones the last.

    What is left out would be replaced by what is there, whatever stood before. Raises msgspec.DecodeError.
    """
    articles: dict[str, tuple[str, Sourced]] = {}
    lists: dict[str, tuple[str, RelatedList]] = {}
    for record in records:
        if record.topic == ENRICHED.name:
            found = version_of(record)
            fence = found.version.stamp.fence()
            if fence >= articles.get(found.version.id, ("",))[0]:
                articles[found.version.id] = fence, found
        elif record.key != WRITER_KEY:
            listed = decode(record.value, RelatedList)
            if listed.fence() >= lists.get(listed.id, ("",))[0]:
                lists[listed.id] = listed.fence(), listed
    return [found for _, found in articles.values()], [found for _, found in lists.values()]
