"""Enrichment, wired: `articles.accepted` in, `articles.enriched` out. No state."""

import asyncio

from services.enrichment.chinese import words
from services.enrichment.enrich import enrich
from services.enrichment.language import detect
from shared.codec import decode, encode, event_headers
from shared.kafka_log import Record
from shared.messages import Article
from shared.settings import Settings
from shared.topics import ACCEPTED, ENRICHED
from shared.worker import Worker, main


def build() -> Worker:
    """The worker, not connected to anything."""
    worker = Worker("enrichment", Settings())

    async def load_models() -> None:
        """Now, since the first article would wait half a second for them."""
        await asyncio.to_thread(lambda: (detect("船", "", "en"), list(words("渡輪"))))

    async def process(record: Record) -> None:
        enriched = enrich(decode(record.value, Article))
        headers = event_headers("article.enriched", "enrichment", record.headers, enriched.id)
        await worker.producer.send(ENRICHED, record.key, encode(enriched), headers)

    worker.before(load_models)
    worker.agent(ACCEPTED, process)
    return worker


if __name__ == "__main__":
    main("enrichment", build)
