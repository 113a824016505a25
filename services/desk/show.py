"""`masthead show`: everything that the log and the edge know of one article."""

import msgspec
from aiokafka import AIOKafkaConsumer

from services.desk import show_screen
from services.desk.edge import Edge, edge_client
from services.desk.errors import FINE, UNREACHABLE, DeskError, Unreachable
from services.desk.log import existing, log_reader, records_of
from services.desk.show_lines import Found
from shared.identity import is_public_id, public_id
from shared.kafka_log import Record, read_to_end
from shared.settings import Settings
from shared.times import now, utc_text
from shared.topics import ACCEPTED, DEAD_LETTER, ENRICHED, INGEST, KILLS, RELATED, SCHEDULED, Topic


async def show(settings: Settings, name: str) -> int:
    """Prints where the article with this `uri` or public id stands; gives the exit code. Without an answer of the
    edge the log's part is printed all the same. Raises DeskError, Unreachable."""
    async with edge_client(settings) as edge, log_reader(settings) as consumer:
        uri = await uri_of(consumer, edge, name) if is_public_id(name) else name
        found = await collect(consumer, uri)
        if not found:
            raise DeskError(f"nothing in the log is about {name}")
        answer = await edge.article(public_id(uri))
    show_screen.show(found, answer, utc_text(now()))
    return FINE if answer.status else UNREACHABLE


async def uri_of(consumer: AIOKafkaConsumer, edge: Edge, article_id: str) -> str:
    """The `uri` behind a public id: asked of the edge, else looked for in the log."""
    try:
        code, body = await edge.get(f"/v1/articles/{article_id}")
        if code == 200 and isinstance(body.get("uri"), str):
            return str(body["uri"])
    except Unreachable:
        pass  # the log knows it, too
    uris: set[str] = set()

    async def take(record: Record) -> None:
        if record.key is not None:
            uris.add(record.key.decode(errors="replace"))

    for topic in (ACCEPTED, SCHEDULED, KILLS):
        await read_to_end(consumer, await existing(consumer, topic), take)
    for uri in uris:
        if public_id(uri) == article_id:
            return uri
    raise DeskError(f"no accepted article has the id {article_id}")


async def collect(consumer: AIOKafkaConsumer, uri: str) -> Found:
    """Reads everything about a `uri`."""
    return Found(
        uri=uri,
        ingest=await _mentioning(consumer, INGEST, uri),
        accepted=await records_of(consumer, ACCEPTED, uri),
        scheduled=await records_of(consumer, SCHEDULED, uri),
        enriched=await records_of(consumer, ENRICHED, uri),
        related=await records_of(consumer, RELATED, uri),
        kills=await records_of(consumer, KILLS, uri),
        letters=await _mentioning(consumer, DEAD_LETTER, uri),
    )


async def _mentioning(consumer: AIOKafkaConsumer, topic: Topic, uri: str) -> list[Record]:
    """What producers wrote of a `uri`. They choose key and partition as they like, so the whole topic is read."""
    found: list[Record] = []

    async def take(record: Record) -> None:
        if mentions(record, uri):
            found.append(record)

    await read_to_end(consumer, await existing(consumer, topic), take)
    return found


class _Named(msgspec.Struct):
    uri: str


def mentions(record: Record, uri: str) -> bool:
    """Whether a producer's record is about `uri`, by its key or by its content."""
    if record.key == uri.encode():
        return True
    value = record.value or b""
    if uri.encode() not in value and uri.encode() not in value.replace(b"\\/", b"/"):
        return False  # much quicker than to decode every record
    try:
        return msgspec.json.decode(value, type=_Named).uri == uri
    except (msgspec.DecodeError, RecursionError):
        return False
