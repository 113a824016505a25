"""Ingest, wired: `articles.ingest` in; accepted, scheduled and killed articles out."""

from services.ingest.accept import accept, routes
from services.ingest.gatekeeper import Gatekeeper
from services.ingest.settings import IngestSettings
from shared.codec import encode, event_headers
from shared.editions import load_editions
from shared.errors import ConfigurationError
from shared.kafka_log import Record
from shared.messages import Kill
from shared.topics import ACCEPTED, INGEST, KILLS, SCHEDULED
from shared.worker import Worker, main


def build() -> Worker:
    """The worker, not connected to anything. Raises EditionsError, ConfigurationError."""
    settings = IngestSettings()
    editions = load_editions(settings.editions)
    if unknown := set(settings.default_editions) - set(editions):
        raise ConfigurationError(f"MASTHEAD_DEFAULT_EDITIONS names unknown editions: {', '.join(sorted(unknown))}")
    worker = Worker("ingest", settings)

    async def take_in(record: Record) -> None:
        result = accept(record, editions, settings.default_editions)
        key = result.uri.encode()
        if isinstance(result, Kill):
            headers = event_headers("article.killed", "ingest", record.headers, result.id)
            await worker.producer.send(KILLS, key, encode(result), headers)
            return
        topics = {"accepted": ACCEPTED, "scheduled": SCHEDULED}
        for route in routes(result):
            headers = event_headers(f"article.{route}", "ingest", record.headers, result.id)
            await worker.producer.send(topics[route], key, encode(result), headers)

    worker.agent(INGEST, take_in)
    worker.beside(Gatekeeper(settings, worker.producer).run)
    return worker


if __name__ == "__main__":
    main("ingest", build)
