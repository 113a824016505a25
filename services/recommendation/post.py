"""Sending what shards say to each other."""

from collections.abc import Mapping

import msgspec

from services.recommendation.indexes import Indexes
from shared.codec import encode, event_headers
from shared.kafka_log import Producer, Record
from shared.messages import Offer, Probe
from shared.topics import PROBES

_decode = msgspec.json.Decoder(Probe | Offer).decode


class Post:
    """Sends the outbox of the current index. What could not be sent stays in it, so that order is kept."""

    def __init__(self, producer: Producer, indexes: Indexes) -> None:
        self._producer = producer
        self._indexes = indexes

    async def flush(self, cause: Mapping[str, str]) -> None:
        """Returns when all is delivered; the headers are those of the record that all of it follows from."""
        outbox = self._indexes.current.outbox
        if not outbox:
            return
        due = list(outbox)
        values = {id(message): encode(message) for _, message in due}
        await self._producer.send_in_order(
            PROBES,
            [(shard, message.id.encode(), values[id(message)], _headers(message, cause)) for shard, message in due],
        )
        del outbox[: len(due)]


def opened(record: Record) -> Probe | Offer:
    """The message in a record. Raises msgspec.ValidationError or DecodeError where it is none."""
    message: Probe | Offer = _decode(record.value or b"")
    return message


def _headers(message: Probe | Offer, cause: Mapping[str, str]) -> list[tuple[str, bytes]]:
    kind = "related.probed" if isinstance(message, Probe) else "related.offered"
    return event_headers(kind, "recommendation", cause, message.id)
