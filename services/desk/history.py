"""`masthead history`: each visible change of one article, with the event that caused it."""

from aiokafka import AIOKafkaConsumer

from services.desk import history_screen, screen
from services.desk.edge import edge_client
from services.desk.errors import FINE, DeskError
from services.desk.history_events import read
from services.desk.history_fold import history
from services.desk.log import existing, log_reader
from services.desk.show import collect, uri_of
from services.desk.show_lines import Found
from shared.identity import is_public_id
from shared.kafka_log import Record, read_to_end
from shared.messages import Enriched, Kill
from shared.settings import Settings
from shared.times import now, utc_text
from shared.topics import KILLS


async def tell(settings: Settings, name: str, everything: bool, as_json: bool) -> int:
    """Prints the history of the article with this `uri` or public id; `everything`: also what changed nothing. Needs
    no edge. Raises DeskError, Unreachable."""
    async with edge_client(settings) as edge, log_reader(settings) as consumer:
        uri = await uri_of(consumer, edge, name) if is_public_id(name) else name
        found = await collect(consumer, uri)
        if not found:
            raise DeskError(f"nothing in the log is about {name}")
        killed = await _media_kills(consumer, found)
    told = history(found, killed, utc_text(now()))
    if as_json:
        screen.data(history_screen.as_data(told, everything), indent=2)
    else:
        history_screen.show(told, everything)
    return FINE


async def _media_kills(consumer: AIOKafkaConsumer, found: Found) -> list[Record]:
    """The kills of media that a version of the article shows: they have a `uri` of their own."""
    versions = [version for record in found.enriched if (version := read(record, Enriched)) is not None]
    media = {medium.id for version in versions for medium in version.media}
    kills: list[Record] = []

    async def take(record: Record) -> None:
        if (kill := read(record, Kill)) is not None and kill.id in media:
            kills.append(record)

    if media:
        await read_to_end(consumer, await existing(consumer, KILLS), take)
    return kills
